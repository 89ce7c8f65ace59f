/** The sql_task: a saved query by its id, a file, or an alert, run statement by statement in Spark SQL. */
import { readFileSync } from "node:fs";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";
import type { SparkSession } from "../../session/contract.js";
import { splitStatements } from "../../sql/parse/parse.js";
import { failureFrom, statementIndex, syntaxErrorLine } from "../failure.js";
import type { TaskEnvironment } from "../task-environment.js";
import type { AlertTaskSettings } from "./alert.js";
import { executeText, type SourceAtWork } from "./execute-text.js";
import { withoutPlaceholders } from "./legacy-parameters.js";
import { type SqlFileSettings, sqlFileOf } from "./query-file.js";
import { outputRows, tableOutput } from "./statement-output.js";

export interface SqlTaskSettings extends SqlFileSettings {
  readonly alert?: {
    readonly alert_id: string;
    readonly pause_subscriptions?: boolean;
    readonly subscriptions?: AlertTaskSettings["subscribers"];
  };
  readonly dashboard?: { readonly dashboard_id: string };
  readonly parameters?: Readonly<Record<string, string>>;
}

type Emit = (event: AttemptEvent) => void;

export function sqlTask(environment: TaskEnvironment): TaskHandler {
  return {
    type: "sql_task",
    run: (request, emit) => {
      const settings = request.settings as SqlTaskSettings;
      return inSession(environment, request, emit, async (session, source) => {
        const { alert } = settings;
        if (settings.dashboard) throw dashboardRefused();
        if (!alert) return runStatements(settings, environment, session, emit, source);
        const { alert_id, subscriptions: subscribers, pause_subscriptions: paused } = alert;
        const wanted = { alert_id, ...(subscribers && { subscribers }), paused: paused ?? false };
        return (await alerts()).runAlert(wanted, environment, session, emit, source);
      });
    },
  };
}

export function alertTask(environment: TaskEnvironment): TaskHandler {
  return {
    type: "alert_task",
    run: (request, emit) =>
      inSession(environment, request, emit, async (session, source) =>
        (await alerts()).runAlert(request.settings as AlertTaskSettings, environment, session, emit, source),
      ),
  };
}

/** Read when the first alert is at work: the reader of its file is nothing that every process needs. */
function alerts(): Promise<typeof import("./alert.js")> {
  return import("./alert.js");
}

async function inSession(
  environment: TaskEnvironment,
  request: AttemptRequest,
  emit: Emit,
  work: (session: SparkSession, source: SourceAtWork) => Promise<TaskResult>,
): Promise<TaskResult> {
  const source: SourceAtWork = { current: { file: "", text: "" } };
  let session: SparkSession | undefined;
  try {
    session = await environment.openSession(request, emit);
    return await work(session, source);
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, source.current, placeOf(error, source.current.text)) };
  } finally {
    await session?.stop();
  }
}

async function runStatements(
  settings: SqlTaskSettings,
  environment: TaskEnvironment,
  session: SparkSession,
  emit: Emit,
  source: SourceAtWork,
): Promise<TaskResult> {
  const file = sqlFileOf(settings, environment.paths, environment.queries);
  source.current = { file, text: readFileSync(file, "utf8") };
  const result = await executeText(source.current.text, settings.parameters ?? {}, session, emit);
  for (const { summary } of result.statements) {
    emit({ type: "output", output: { kind: "text", stream: "stdout", text: `${summary}\n` } });
  }
  if (result.schema.fields.length === 0) return { state: "SUCCESS" };
  emit({ type: "output", output: tableOutput(result) });
  return { state: "SUCCESS", ...outputRows(result) };
}

function dashboardRefused(): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.DASHBOARD",
    sqlState: "0A000",
    problem: "A sql_task with a `dashboard` cannot run here: there are no dashboards to refresh.",
    cure: "Run its queries as `query` or `file`, and leave this task out with --only.",
  });
}

/** The line of a syntax error, else of the statement that failed. */
function placeOf(error: unknown, text: string): { readonly line?: number } {
  const index = statementIndex(error);
  const line = syntaxErrorLine(error) ?? (index === undefined ? undefined : lineOfStatement(text, index));
  return line === undefined ? {} : { line };
}

function lineOfStatement(text: string, index: number): number | undefined {
  const start = splitStatements(withoutPlaceholders(text))[index]?.start;
  return start === undefined ? undefined : text.slice(0, start).split("\n").length;
}
