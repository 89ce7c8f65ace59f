/** The sql_task: a saved query by its id, or a file, run statement by statement in Spark SQL. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { AttemptEvent, AttemptRequest, TaskHandler, TaskResult } from "../../jobs/run/attempt.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import { typeText } from "../../schema/type-text.js";
import type { ExecutionResult } from "../../session/contract.js";
import { splitStatements } from "../../sql/parse/parse.js";
import { failureFrom, statementIndex, syntaxErrorLine } from "../failure.js";
import { jsonValue } from "../json-value.js";
import type { ProjectPaths } from "../project-paths.js";
import type { TaskEnvironment } from "../task-environment.js";

export interface SqlTaskSettings {
  readonly query?: { readonly query_id: string };
  readonly file?: { readonly path: string };
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What `{{tasks.t.output.rows}}` may hold. */
const KEPT_ROWS = 1000;

export function sqlTask(environment: TaskEnvironment): TaskHandler {
  return { type: "sql_task", run: (request, emit) => runSqlTask(environment, request, emit) };
}

async function runSqlTask(
  environment: TaskEnvironment,
  request: AttemptRequest,
  emit: (event: AttemptEvent) => void,
): Promise<TaskResult> {
  const settings = request.settings as SqlTaskSettings;
  let source = { file: "", text: "" };
  const session = await environment.openSession(request, emit);
  try {
    const file = sqlFileOf(settings, environment.paths, environment.queries);
    source = { file, text: readFileSync(file, "utf8") };
    const result = await session.execute(source.text, settings.parameters ?? {});
    for (const { summary } of result.statements) {
      emit({ type: "output", output: { kind: "text", stream: "stdout", text: `${summary}\n` } });
    }
    if (result.schema.fields.length === 0) return { state: "SUCCESS" };
    emit({ type: "output", output: tableOutput(result) });
    return { state: "SUCCESS", rows: rowObjects(result) };
  } catch (error) {
    return { state: "FAILED", failure: failureFrom(error, source, placeOf(error, source.text)) };
  } finally {
    await session.stop();
  }
}

/** The file of a query or a file task. Throws `QUERY_NOT_FOUND` with the nearest id, or `SQL_FILE_NOT_FOUND`. */
export function sqlFileOf(settings: SqlTaskSettings, paths: ProjectPaths, queries: string): string {
  if (settings.query) return queryFile(settings.query.query_id, queries);
  const path = settings.file?.path ?? "";
  const file = paths.toLocal(path);
  if (existsSync(file)) return file;
  throw new LakeletError({
    condition: "SQL_FILE_NOT_FOUND",
    sqlState: "42000",
    problem: `The SQL file ${path} does not exist.`,
    reason: `It was looked for at ${file}.`,
    parameters: { path },
  });
}

function queryFile(id: string, queries: string): string {
  const file = join(queries, `${id}.sql`);
  const plain = !/[/\\]|^\.\.?$/.test(id);
  if (plain && existsSync(file)) return file;
  const known = existsSync(queries)
    ? readdirSync(queries)
        .filter((name) => name.endsWith(".sql"))
        .map((name) => name.slice(0, -".sql".length))
    : [];
  const nearest = nearestName(id, known);
  throw new LakeletError({
    condition: "QUERY_NOT_FOUND",
    sqlState: "42000",
    problem: `There is no query \`${id}\`.`,
    reason: plain
      ? `A query_id names a file: ${file} does not exist.`
      : "A query_id names a file in the queries folder.",
    cure: nearest === undefined ? "Save its SQL under that name." : `Did you mean \`${nearest}\`?`,
    parameters: { queryId: id },
  });
}

function tableOutput(result: ExecutionResult): Extract<AttemptEvent, { type: "output" }>["output"] {
  return {
    kind: "table",
    columns: result.schema.fields.map((one) => ({ name: one.name, type: typeText(one.dataType) })),
    rows: result.rows.slice(0, KEPT_ROWS).map((row) => row.map(jsonValue)),
    truncated: result.rows.length > KEPT_ROWS,
  };
}

function rowObjects({ schema, rows }: ExecutionResult): readonly Readonly<Record<string, unknown>>[] {
  return rows
    .slice(0, KEPT_ROWS)
    .map((row) => Object.fromEntries(schema.fields.map((column, i) => [column.name, jsonValue(row[i])])));
}

/** The line of a syntax error, else of the statement that failed. */
function placeOf(error: unknown, text: string): { readonly line?: number } {
  const index = statementIndex(error);
  const line = syntaxErrorLine(error) ?? (index === undefined ? undefined : lineOfStatement(text, index));
  return line === undefined ? {} : { line };
}

function lineOfStatement(text: string, index: number): number | undefined {
  const start = splitStatements(text)[index]?.start;
  return start === undefined ? undefined : text.slice(0, start).split("\n").length;
}
