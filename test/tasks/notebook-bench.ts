/** Runs a notebook or a SQL file as a task, with a session that only notes what it is asked. */
import { join } from "node:path";
import type { AttemptEvent, AttemptRequest, TaskOutput, TaskResult } from "../../src/jobs/run/attempt.js";
import type { ExecutionResult, SparkSession, SqlArguments } from "../../src/session/contract.js";
import { spark } from "../../src/tasks/notebook/bound-session.js";
import { captureConsole } from "../../src/tasks/notebook/console-capture.js";
import { dbutils } from "../../src/tasks/notebook/dbutils.js";
import { display } from "../../src/tasks/notebook/display.js";
import { notebookTask } from "../../src/tasks/notebook/notebook-task.js";
import { NotebookLoader } from "../../src/tasks/notebook/typescript-notebook.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { sqlTask } from "../../src/tasks/sql/sql-task.js";
import { temporaryFolder } from "../support/temporary-folder.js";

export interface Ran {
  readonly result: TaskResult;
  readonly events: readonly AttemptEvent[];
  readonly executed: readonly { readonly text: string; readonly args: SqlArguments }[];
  readonly folder: string;
  /** All that was printed. */
  readonly text: string;
  readonly outputs: readonly TaskOutput[];
}

export interface RunTaskOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly type?: "notebook_task" | "sql_task";
  readonly settings: Readonly<Record<string, unknown>>;
  readonly taskValues?: AttemptRequest["taskValues"];
  /** What `execute` gives, or throws. */
  readonly execute?: (text: string) => ExecutionResult;
}

const EMPTY: ExecutionResult = { schema: { kind: "struct", fields: [] }, rows: [], statements: [] };

captureConsole();
const loader = new NotebookLoader({ "lakelet/notebook": { spark, dbutils, display } });

/** `/Workspace/KION` and `/Volumes/main/default` are mapped to the folder of the files. */
export async function runTask({
  files,
  type = "notebook_task",
  settings,
  taskValues = {},
  execute = () => EMPTY,
}: RunTaskOptions): Promise<Ran> {
  const folder = temporaryFolder(files);
  const events: AttemptEvent[] = [];
  const executed: { text: string; args: SqlArguments }[] = [];
  const session: SparkSession = {
    newSession: () => session,
    execute: async (text: string, args: SqlArguments = {}) => {
      executed.push({ text, args });
      return execute(text);
    },
    sql: async (text: string, args: SqlArguments = {}) => {
      executed.push({ text, args });
      const { schema } = execute(text);
      return { schema: async () => schema, display: async () => undefined };
    },
    conf: { get: (_: string, fallback: string) => fallback },
    table: (name: string) => ({ count: async () => name.length }),
    stop: async () => undefined,
  } as unknown as SparkSession;
  const environment = {
    paths: new ProjectPaths({ root: folder, mappings: { "/Workspace/KION": folder, "/Volumes/main/default": folder } }),
    queries: join(folder, "queries"),
    openSession: async () => session,
  };
  const handler = type === "sql_task" ? sqlTask(environment) : notebookTask(environment, loader);
  const request: AttemptRequest = {
    job: { id: "42", name: "Daily", runId: "100", startTime: 0 },
    task: { key: "load", type, runId: "200", attempt: 0 },
    settings,
    taskValues,
    sparkConf: {},
  };
  const result = await handler.run(request, (event) => events.push(event));
  const outputs = events.flatMap((event) => (event.type === "output" ? [event.output] : []));
  const text = outputs.map(textOf).join("");
  return { result, events, executed, folder, text, outputs };
}

function textOf(output: TaskOutput): string {
  return output.kind === "text" ? output.text : output.kind === "nested" ? textOf(output.output) : "";
}

/** A notebook of these lines, run with these parameters. */
export function runNotebook(
  source: string,
  parameters: Readonly<Record<string, string>> = {},
  more: Partial<RunTaskOptions> = {},
): Promise<Ran> {
  const settings = { notebook_path: "/Workspace/KION/jobs/nb", base_parameters: parameters };
  return runTask({ settings, ...more, files: { "jobs/nb.ts": source, ...more.files } });
}
