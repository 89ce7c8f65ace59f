/** The quarantine of a table: rows held back by a gate and lines that were no records, with the reason and where they came from. */
import { append } from "../../commands/append.js";
import type { WriteHook } from "../../commands/contract.js";
import { replaceWhere } from "../../commands/replace-where.js";
import { stringLiteral } from "../../dataframe/literal.js";
import type { EngineQuery } from "../../engine/engine.js";
import { findField, type StructField, struct } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { againAfterLostRace, TableCameBetween } from "./lost-race.js";
import { type HeldBackRows, OF_THE_RUN, quarantineRows } from "./quarantine-rows.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";
import { scanSnapshot } from "./table-scan.js";

/** Commits that are looked through for the ids of earlier writes. */
const HISTORY_LIMIT = 200;
/** Rows of a write that is not in the table's history may be those of a write that still runs; not after a day. */
const ORPHANED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * What a write means for the rows that are in quarantine already. `replace`: those of its origins go, as a re-run of a file or of an
 * overwritten part does it. `add`: none goes, as with an append. `add-missing`: none goes, and what is there already is not added
 * again, as with a merge.
 */
export type Renewal = "replace" | "add" | "add-missing";

export interface Holding {
  readonly rows: readonly HeldBackRows[];
  readonly renewal: Renewal;
  /** Every origin that the write has looked at, with held-back rows or not. */
  readonly origins: readonly string[];
  /** Nobody else is at a write of the table: ids in quarantine that its history does not know are of writes that never came to pass. */
  readonly writesAlone?: boolean;
  /** The table whose commits make the rows count, where it is not the one that they are quarantined of: that of a view's reader. */
  readonly ofWritesTo?: SessionTable;
  readonly writeId: string;
}

const SESSION_ORIGIN = "session";

/** Origin of rows that do not say which file they are from. */
export function taskOrigin(runtime: Runtime): string {
  const { job } = runtime.options;
  return job ? `task:${job.jobName}/${job.taskKey}` : SESSION_ORIGIN;
}

/**
 * Brings the quarantine to what the write means for it. It is committed before the table itself: the rows bear the id that the table's
 * commit will bear, and rows of writes that never came to pass are removed here. Nothing is written where nothing would change.
 */
export function quarantine(runtime: Runtime, table: SessionTable, holding: Holding): Promise<"written" | "unchanged"> {
  // Another write of the same table may be at its quarantine too; each attempt looks at it afresh.
  return againAfterLostRace(() => bringUpToDate(runtime, table, holding));
}

async function bringUpToDate(
  runtime: Runtime,
  table: SessionTable,
  holding: Holding,
): Promise<"written" | "unchanged"> {
  const { renewal, origins, writeId, ofWritesTo } = holding;
  const target = quarantineOf(runtime, table);
  const context = runtime.commandContext();
  const exists = await runtime.log(target.location).exists();
  const all = quarantineRows(runtime, holding.rows, writeId);
  const source = exists && renewal === "add-missing" ? await missingOnly(runtime, target.location, all) : all;
  const isEmpty = async () => source === undefined || (await isEmptyQuery(runtime, source));
  if (!exists) {
    if (source === undefined || (await isEmpty())) return "unchanged";
    await append(context, target, source, { byName: true, hook: CREATES });
    return "written";
  }
  const orphans = ofWritesTo
    ? await orphanedWrites(runtime, target, ofWritesTo, originsSql(origins))
    : await orphanedWrites(runtime, target, table, holding.writesAlone ? "true" : ownOrLongPast(origins));
  const isReplacing = renewal === "replace" && origins.length > 0;
  if (orphans.length === 0) {
    if (isReplacing ? await holdsAlready(runtime, target.location, source, origins) : await isEmpty())
      return "unchanged";
  }
  const predicate = [
    ...(isReplacing ? [`quarantine_origin IN (${origins.map(stringLiteral).join(", ")})`] : []),
    ...(orphans.length > 0 ? [`write_id IN (${orphans.map(stringLiteral).join(", ")})`] : []),
  ].join(" OR ");
  const rows = source ?? (await noRowsOf(runtime, target.location));
  if (predicate === "") await append(context, target, rows, { byName: true, mergeSchema: true });
  // The new rows need not be of a kind that is removed: they may be of another origin.
  else {
    const unchecked = { ...context, configuration: { ...context.configuration, ...UNCHECKED } };
    await replaceWhere(unchecked, target, rows, predicate, { byName: true, mergeSchema: true });
  }
  return "written";
}

/** A rival who created the quarantine is a lost race, whenever it was: what is to be replaced in it has to be looked at then. */
const CREATES: WriteHook = {
  beforeCommit: async ({ snapshot, target }) => {
    if (snapshot !== undefined) throw new TableCameBetween(`Another writer created ${target.name}.`);
  },
};

const UNCHECKED = { "spark.databricks.delta.replaceWhere.constraintCheck.enabled": "false" };

/**
 * A write that published no row still came to pass: a commit without rows puts its id into the table's history, so that its quarantined
 * rows count.
 */
export function confirmWrite(
  runtime: Runtime,
  table: SessionTable,
  writeId: string,
  operation: "WRITE" | "MERGE" = "WRITE",
): Promise<void> {
  return againAfterLostRace(async () => {
    const log = runtime.log(table.location);
    if (!(await log.exists())) return;
    const transaction = await log.startTransaction();
    const result = await transaction.commit({
      actions: [{ txn: { appId: "lakelet.quarantine", version: Date.now() } }],
      operation,
      operationParameters: operation === "WRITE" ? { mode: "Append" } : {},
      operationMetrics: { numFiles: 0, numOutputRows: 0, numOutputBytes: 0 },
      read: { predicates: [], files: [] },
      tags: { "lakelet.writeId": writeId },
    });
    if (result.status !== "committed") throw result.error;
  });
}

/** The quarantine table beside a table. */
export function quarantineOf(runtime: Runtime, table: SessionTable): SessionTable {
  if (!table.identifier)
    return { name: `${table.name}_quarantine`, location: `${table.location.replace(/\/+$/, "")}_quarantine` };
  const identifier = runtime.sibling(table.identifier, "_quarantine");
  return { identifier, name: `${table.name}_quarantine`, location: runtime.catalog.managedLocation(identifier) };
}

async function isEmptyQuery(runtime: Runtime, query: EngineQuery): Promise<boolean> {
  const { rows } = await runtime.engine.run(`SELECT 1 FROM (${query.sql}) AS "q" LIMIT 1`);
  return rows.length === 0;
}

export async function noRowsOf(runtime: Runtime, location: string): Promise<EngineQuery> {
  const snapshot = await runtime.log(location).snapshot();
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  return { sql: `SELECT * FROM ${sql} AS "q" WHERE false`, schema: snapshot.schema };
}

/** The columns by which rows in quarantine are the same, what belongs to the run left aside; undefined where the quarantine lacks one. */
async function comparison(runtime: Runtime, location: string, source: EngineQuery) {
  const snapshot = await runtime.log(location).snapshot();
  const compared = source.schema.fields.filter(({ name }) => !OF_THE_RUN.has(name.toLowerCase()));
  if (compared.some(({ name }) => !findField(snapshot.schema, name))) return undefined;
  const { sql } = await scanSnapshot(runtime, snapshot, { withFile: false, qualifiers: [] });
  return { theirs: sql, columns: (alias: string) => compared.map((one) => castColumn(alias, one)).join(", ") };
}

function castColumn(alias: string, { name, dataType }: StructField): string {
  return `CAST(${alias}.${engineName(name)} AS ${engineType(dataType)}) AS ${engineName(name)}`;
}

/** True where the quarantine has the same rows for these origins. */
async function holdsAlready(
  runtime: Runtime,
  location: string,
  source: EngineQuery | undefined,
  origins: readonly string[],
): Promise<boolean> {
  const own = `o."quarantine_origin" IN (${origins.map(engineString).join(", ")})`;
  const compared = await comparison(runtime, location, source ?? { sql: "", schema: struct([]) });
  if (compared === undefined) return false;
  if (source === undefined) {
    const { rows: any } = await runtime.engine.run(`SELECT 1 FROM ${compared.theirs} AS o WHERE ${own} LIMIT 1`);
    return any.length === 0;
  }
  const mine = `SELECT ${compared.columns("n")} FROM (${source.sql}) AS n`;
  const theirs = `SELECT ${compared.columns("o")} FROM ${compared.theirs} AS o WHERE ${own}`;
  const { rows } = await runtime.engine.run(
    `SELECT 1 FROM ((${mine} EXCEPT ALL ${theirs}) UNION ALL (${theirs} EXCEPT ALL ${mine})) AS d LIMIT 1`,
  );
  return rows.length === 0;
}

/** The rows that the quarantine does not hold yet, each as many times as it is missing. */
async function missingOnly(
  runtime: Runtime,
  location: string,
  source: EngineQuery | undefined,
): Promise<EngineQuery | undefined> {
  if (source === undefined) return undefined;
  const compared = await comparison(runtime, location, source);
  if (compared === undefined) return source;
  const keyOf = (alias: string) => `(SELECT to_json(k)::VARCHAR FROM (SELECT ${compared.columns(alias)}) AS k)`;
  const theirs = `SELECT ${keyOf("o")} AS "k", count(*) AS "n" FROM ${compared.theirs} AS o GROUP BY 1`;
  const mine = `SELECT n AS "row", ${keyOf("n")} AS "k", row_number() OVER (PARTITION BY ${keyOf("n")}) AS "i" FROM (${source.sql}) AS n`;
  const columns = source.schema.fields.map(({ name }) => `m."row".${engineName(name)}`).join(", ");
  return {
    sql: `SELECT ${columns} FROM (${mine}) AS m LEFT JOIN (${theirs}) AS t ON t."k" = m."k" WHERE m."i" > coalesce(t."n", 0)`,
    schema: source.schema,
  };
}

/** Of the same origins, or long past: a task runs once at a time; sessions outside of jobs may write side by side. */
function ownOrLongPast(origins: readonly string[]): string {
  const own = originsSql(origins.filter((one) => !one.startsWith(SESSION_ORIGIN)));
  return `(${own} OR ${QUARANTINED_AT} < ${Date.now() - ORPHANED_AFTER_MS})`;
}

function originsSql(origins: readonly string[]): string {
  return origins.length > 0 ? `"quarantine_origin" IN (${origins.map(engineString).join(", ")})` : "false";
}

const QUARANTINED_AT = `epoch_ms("quarantined_at")`;

/**
 * Ids in the quarantine of writes that the table's history should know and does not.
 * @param which engine SQL of the rows that are looked at
 */
async function orphanedWrites(
  runtime: Runtime,
  quarantine: SessionTable,
  table: SessionTable,
  which: string,
): Promise<readonly string[]> {
  const quarantined = await runtime.log(quarantine.location).snapshot();
  const scan = await scanSnapshot(runtime, quarantined, { withFile: false, qualifiers: [] });
  const log = runtime.log(table.location);
  const history = (await log.exists()) ? await log.history(HISTORY_LIMIT) : [];
  const known = new Set(history.map(({ commitInfo }) => commitInfo.tags?.["lakelet.writeId"]));
  const oldest = history.length < HISTORY_LIMIT ? 0 : (history[history.length - 1]?.timestamp ?? 0);
  const { rows } = await runtime.engine.run(
    `SELECT DISTINCT "write_id" FROM ${scan.sql} AS q WHERE "write_id" IS NOT NULL AND ${QUARANTINED_AT} >= ${oldest} AND ${which}`,
  );
  return rows.map((row) => String(row[0])).filter((id) => !known.has(id));
}
