/** Finds which source row matches which target row, what becomes of each, and so which files a MERGE has to write again. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { SkippingPredicate } from "../../expression/skipping-predicate.js";
import { engineName } from "../../schema/engine-type.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { scanFiles } from "../data-file.js";
import { TARGET_ALIAS } from "../row-condition.js";
import { liveFiles } from "../table-state.js";
import { rowCounts } from "../taken-rows.js";
import { multipleSourceRowsMatch } from "./merge-errors.js";
import { codeSql, type MergePlan, SOURCE_ALIAS } from "./merge-plan.js";
import { type MergeSource, SOURCE_ROW } from "./merge-source.js";

const TARGET = engineName(TARGET_ALIAS);
const SOURCE = engineName(SOURCE_ALIAS);

/** Code of a matched row that no clause takes. */
const NO_CLAUSE = -1;

/** Rows of one file for which one clause is taken. */
interface ClauseCount {
  readonly file: number;
  readonly code: number;
  readonly rows: bigint;
}

export interface TouchedFile {
  readonly file: AddFile;
  /** Position among the files that were looked at, as `matches` has it. */
  readonly position: number;
  /** Live rows. */
  readonly rows: bigint;
  readonly deleted: bigint;
  /** Rows that some clause takes, the deleted ones among them. */
  readonly taken: bigint;
}

export interface TouchedFiles {
  /** Engine table `(file, row, source, code)` of matching pairs: position of the file, row in it, row of the source, clause's code. */
  readonly matches: string;
  /** Engine table `(file, row, code)` of the rows without a match that a clause takes, where it was asked for. */
  readonly unmatched: string | undefined;
  readonly touched: readonly TouchedFile[];
  /** Rows by the code of the clause that is taken for them. */
  readonly rowsByClause: ReadonlyMap<number, bigint>;
}

export interface MatchRequest {
  readonly context: CommandContext;
  readonly target: TargetTable;
  readonly snapshot: Snapshot;
  readonly plan: MergePlan;
  readonly source: MergeSource;
  /** Files for which it is not true hold no row that the merge has to look at. */
  readonly mayTouch: SkippingPredicate;
  /** Keep the positions of rows without a match, too. */
  readonly keepsUnmatched: boolean;
}

/**
 * One join over the condition's columns gives the pairs; then everything is known but the new values.
 * Throws DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE. The engine's tables live while `write` runs.
 */
export async function withTouchedFiles<T>(
  request: MatchRequest,
  write: (touched: TouchedFiles) => Promise<T>,
): Promise<T> {
  const { context, target, snapshot, plan, source, mayTouch } = request;
  const files = await liveFiles(snapshot, mayTouch);
  const scan = await scanFiles(context, snapshot, files, { withPosition: true });
  const tables: string[] = [];
  const keep = async (sql: string): Promise<string> => {
    const table = await context.engine.materialize(sql);
    tables.push(table);
    return table;
  };
  try {
    const matches = await keep(matchesSql(plan, scan, source));
    if (plan.needsOneMatch) await checkOneMatch(context, target, matches);
    const bySource = plan.notMatchedBySource.length === 0 ? undefined : unmatchedSql(plan, scan, matches);
    const unmatched = bySource !== undefined && request.keepsUnmatched ? await keep(bySource) : undefined;
    const counts = [
      ...(await countMatched(context, plan, matches)),
      ...(await countUnmatched(context, unmatched ?? (bySource && `(${bySource})`))),
    ];
    const touched = await touchedFiles(context, snapshot, plan, files, counts);
    return await write({ matches, unmatched, touched, rowsByClause: sumByClause(counts) });
  } finally {
    for (const table of tables) await context.engine.drop(table);
  }
}

function matchesSql(plan: MergePlan, scan: string, source: MergeSource): string {
  const columns = [
    `${TARGET}."__file_index" AS file`,
    `${TARGET}."__row_number" AS row`,
    `${SOURCE}.${engineName(SOURCE_ROW)} AS source`,
    `${codeSql(plan.matched, String(NO_CLAUSE))} AS code`,
  ];
  return `SELECT ${columns.join(", ")} FROM ${scan} AS ${TARGET} JOIN ${source.relation} AS ${SOURCE} ON ${plan.condition}`;
}

async function checkOneMatch(context: CommandContext, target: TargetTable, matches: string): Promise<void> {
  const { rows } = await context.engine.run(`SELECT 1 FROM ${matches} GROUP BY file, row HAVING count(*) > 1 LIMIT 1`);
  if (rows.length > 0) throw multipleSourceRowsMatch(target.name);
}

async function countMatched(
  context: CommandContext,
  plan: MergePlan,
  matches: string,
): Promise<readonly ClauseCount[]> {
  if (plan.matched.length === 0) return [];
  const rowsOf = plan.needsOneMatch ? "count(*)" : "count(DISTINCT row)";
  return counted(context, `SELECT file, code, ${rowsOf} FROM ${matches} WHERE code <> ${NO_CLAUSE} GROUP BY ALL`);
}

/** Rows of the target without a match, by the clause that takes them. */
function unmatchedSql(plan: MergePlan, scan: string, matches: string): string {
  const on = `${TARGET}."__file_index" = m.file AND ${TARGET}."__row_number" = m.row`;
  const rows = `SELECT ${TARGET}."__file_index" AS file, ${TARGET}."__row_number" AS row, ${codeSql(plan.notMatchedBySource, "NULL")} AS code FROM ${scan} AS ${TARGET} ANTI JOIN ${matches} AS m ON ${on}`;
  return `SELECT * FROM (${rows}) WHERE code IS NOT NULL`;
}

async function countUnmatched(context: CommandContext, unmatched: string | undefined): Promise<readonly ClauseCount[]> {
  if (unmatched === undefined) return [];
  return counted(context, `SELECT file, code, count(*) FROM ${unmatched} AS u GROUP BY ALL`);
}

async function counted(context: CommandContext, sql: string): Promise<readonly ClauseCount[]> {
  const { rows } = await context.engine.run(sql);
  return rows.map(([file, code, count]) => ({ file: Number(file), code: Number(code), rows: BigInt(Number(count)) }));
}

async function touchedFiles(
  context: CommandContext,
  snapshot: Snapshot,
  plan: MergePlan,
  files: readonly AddFile[],
  counts: readonly ClauseCount[],
): Promise<readonly TouchedFile[]> {
  const deletes = new Set(
    [...plan.matched, ...plan.notMatchedBySource].filter((one) => one.action === "delete").map((one) => one.code),
  );
  const positions = [...new Set(counts.map((one) => one.file))].sort((left, right) => left - right);
  const found = positions.flatMap((position) => files[position] ?? []);
  const rows = await rowCounts(context, snapshot, found);
  return found.map((file, i) => ({
    file,
    position: positions[i] ?? 0,
    rows: rows[i] ?? 0n,
    deleted: total(counts.filter((one) => one.file === positions[i] && deletes.has(one.code))),
    taken: total(counts.filter((one) => one.file === positions[i])),
  }));
}

function sumByClause(counts: readonly ClauseCount[]): ReadonlyMap<number, bigint> {
  const sums = new Map<number, bigint>();
  for (const { code, rows } of counts) sums.set(code, (sums.get(code) ?? 0n) + rows);
  return sums;
}

function total(counts: readonly ClauseCount[]): bigint {
  return counts.reduce((sum, one) => sum + one.rows, 0n);
}
