/** The quarantine of a table: rows held back by a gate and lines that were no records, with the reason and where they came from. */
import { append } from "../../commands/append.js";
import { replaceWhere } from "../../commands/replace-where.js";
import { stringLiteral } from "../../dataframe/literal.js";
import type { EngineQuery } from "../../engine/engine.js";
import { field, findField, LONG, STRING, type StructField, struct, TIMESTAMP } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { scanSnapshot } from "./table-scan.js";

/** What stands beside a row's own columns. */
const QUARANTINE_FIELDS: readonly StructField[] = [
  field("quarantine_reason", STRING),
  /** The source file of the row, or the task that wrote it: a re-run replaces the rows of its origins. */
  field("quarantine_origin", STRING),
  field("quarantine_line", LONG),
  field("quarantine_text", STRING),
  field("quarantined_at", TIMESTAMP),
  field("write_id", STRING),
  field("job_run_id", STRING),
  field("task_key", STRING),
];
const OF_THE_RUN: ReadonlySet<string> = new Set([
  "quarantined_at",
  "write_id",
  "job_run_id",
  "task_key",
  "ingestion_timestamp",
  "run_date",
]);
/** Commits that are looked through for the ids of earlier writes. */
const HISTORY_LIMIT = 200;

/** Rows to hold back: engine SQL with the columns of `schema`, then `quarantine_reason`, `quarantine_line` and `quarantine_text`. */
export interface HeldBackRows {
  readonly query: EngineQuery;
  /** Engine SQL over the query's columns that gives the origin of a row. */
  readonly origin: string;
  /** Every origin that the write has looked at, with held-back rows or not. */
  readonly origins: readonly string[];
}

/** The column that tells the origin of a row, where the rows have one. */
export function originColumn(fields: readonly StructField[]): string | undefined {
  return findField(struct(fields), "source_file")?.name;
}

/** Origin of rows that do not say which file they are from. */
export function taskOrigin(runtime: Runtime): string {
  const { job } = runtime.options;
  return job ? `task:${job.jobName}/${job.taskKey}` : "session";
}

/**
 * Makes the quarantine hold exactly these rows for these origins. It is committed before the table itself: the rows bear the id that the
 * table's commit will bear, and rows of writes that never came to pass are removed here. Nothing is written where nothing would change.
 */
export async function quarantine(
  runtime: Runtime,
  table: SessionTable,
  rows: HeldBackRows,
  writeId: string,
): Promise<"written" | "unchanged"> {
  const target = quarantineOf(runtime, table);
  const source = withRunColumns(runtime, rows, writeId);
  const log = runtime.log(target.location);
  const context = runtime.commandContext();
  if (!(await log.exists())) {
    const { rows: any } = await runtime.engine.run(`SELECT 1 FROM (${rows.query.sql}) AS "q" LIMIT 1`);
    if (any.length === 0) return "unchanged";
    await append(context, target, source, { byName: true });
    return "written";
  }
  const orphans = await orphanedWrites(runtime, table);
  const predicate = [
    ...(rows.origins.length > 0 ? [`quarantine_origin IN (${rows.origins.map(stringLiteral).join(", ")})`] : []),
    ...(orphans.length > 0 ? [`write_id IN (${orphans.map(stringLiteral).join(", ")})`] : []),
  ].join(" OR ");
  if (predicate === "") return "unchanged";
  if (orphans.length === 0 && (await holdsAlready(runtime, target.location, source, rows.origins))) return "unchanged";
  await replaceWhere(context, target, source, predicate, { byName: true, mergeSchema: true });
  return "written";
}

/**
 * A write that published no row still came to pass: a commit without rows puts its id into the table's history, so that its quarantined
 * rows count.
 */
export async function confirmWrite(runtime: Runtime, table: SessionTable, writeId: string): Promise<void> {
  const log = runtime.log(table.location);
  if (!(await log.exists())) return;
  const transaction = await log.startTransaction();
  const result = await transaction.commit({
    actions: [{ txn: { appId: "lakelet.quarantine", version: Date.now() } }],
    operation: "WRITE",
    operationParameters: { mode: "Append" },
    operationMetrics: { numFiles: 0, numOutputRows: 0, numOutputBytes: 0 },
    read: { predicates: [], files: [] },
    tags: { "lakelet.writeId": writeId },
  });
  if (result.status !== "committed") throw result.error;
}

/** The quarantine table beside a table. */
export function quarantineOf(runtime: Runtime, table: SessionTable): SessionTable {
  if (!table.identifier)
    return { name: `${table.name}_quarantine`, location: `${table.location.replace(/\/+$/, "")}_quarantine` };
  const identifier = runtime.sibling(table.identifier, "_quarantine");
  return { identifier, name: `${table.name}_quarantine`, location: runtime.catalog.managedLocation(identifier) };
}

function withRunColumns(runtime: Runtime, rows: HeldBackRows, writeId: string): EngineQuery {
  const { job } = runtime.options;
  const own = rows.query.schema.fields.filter(({ name }) => !name.startsWith("quarantine_"));
  const text = (value: string | undefined) => (value === undefined ? "NULL::VARCHAR" : engineString(value));
  const columns = [
    ...own.map(({ name }) => `"source".${engineName(name)}`),
    `"source"."quarantine_reason"`,
    `${rows.origin} AS "quarantine_origin"`,
    `"source"."quarantine_line"::BIGINT AS "quarantine_line"`,
    `"source"."quarantine_text"`,
    `now() AS "quarantined_at"`,
    `${engineString(writeId)} AS "write_id"`,
    `${text(job?.jobRunId)} AS "job_run_id"`,
    `${text(job?.taskKey)} AS "task_key"`,
  ];
  const fields = [...own.map((one) => ({ ...one, nullable: true })), ...QUARANTINE_FIELDS];
  const unique = fields.filter(
    (one, i) => fields.findIndex((other) => other.name.toLowerCase() === one.name.toLowerCase()) === i,
  );
  const kept = columns.filter((_, i) => unique.includes(fields[i] as StructField));
  return { sql: `SELECT ${kept.join(", ")} FROM (${rows.query.sql}) AS "source"`, schema: struct(unique) };
}

/** True where the quarantine has the same rows for these origins, the columns of the run left aside. */
async function holdsAlready(
  runtime: Runtime,
  location: string,
  source: EngineQuery,
  origins: readonly string[],
): Promise<boolean> {
  const snapshot = await runtime.log(location).snapshot();
  const scan = await scanSnapshot(runtime.engine, snapshot, { withFile: false, qualifiers: [] });
  const compared = source.schema.fields.filter(({ name }) => !OF_THE_RUN.has(name.toLowerCase()));
  if (compared.some(({ name }) => !findField(snapshot.schema, name))) return false;
  const list = (alias: string) =>
    compared
      .map(
        ({ name, dataType }) => `CAST(${alias}.${engineName(name)} AS ${engineType(dataType)}) AS ${engineName(name)}`,
      )
      .join(", ");
  const mine = `SELECT ${list("n")} FROM (${source.sql}) AS n`;
  const theirs = `SELECT ${list("o")} FROM ${scan.sql} AS o WHERE o."quarantine_origin" IN (${origins.map(engineString).join(", ") || "NULL"})`;
  const { rows } = await runtime.engine.run(
    `SELECT 1 FROM ((${mine} EXCEPT ALL ${theirs}) UNION ALL (${theirs} EXCEPT ALL ${mine})) AS d LIMIT 1`,
  );
  return rows.length === 0;
}

/** Ids in the quarantine of writes that the table's history should know and does not. */
async function orphanedWrites(runtime: Runtime, table: SessionTable): Promise<readonly string[]> {
  const quarantined = await runtime.log(quarantineOf(runtime, table).location).snapshot();
  const scan = await scanSnapshot(runtime.engine, quarantined, { withFile: false, qualifiers: [] });
  const log = runtime.log(table.location);
  const history = (await log.exists()) ? await log.history(HISTORY_LIMIT) : [];
  const known = new Set(history.map(({ commitInfo }) => commitInfo.tags?.["lakelet.writeId"]));
  const oldest = history.length < HISTORY_LIMIT ? 0 : (history[history.length - 1]?.timestamp ?? 0);
  const { rows } = await runtime.engine.run(
    `SELECT DISTINCT write_id FROM ${scan.sql} AS q WHERE write_id IS NOT NULL AND epoch_ms(quarantined_at) >= ${oldest}`,
  );
  return rows.map((row) => String(row[0])).filter((id) => !known.has(id));
}
