/** Finds the rows that a condition takes: whole files by their partition, rows within files by reading the condition's columns. */
import type { AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import type { StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import type { CommandContext } from "./contract.js";
import { partitionValueSql, recordCount, scanFiles } from "./data-file.js";
import { type RowCondition, TARGET_ALIAS } from "./row-condition.js";
import { liveFiles } from "./table-state.js";

export interface TakenRows {
  /** Files all of whose rows are taken. */
  readonly whole: readonly AddFile[];
  /** Files with rows that are taken and rows that stay. */
  readonly mixed: readonly AddFile[];
  /** Rows taken, in the whole and in the mixed files. */
  readonly taken: bigint;
  /** Rows of the mixed files that stay. */
  readonly left: bigint;
  /** Milliseconds spent. */
  readonly scanTime: number;
}

/** No condition: every row. `schema`: the table's as the command leaves it, where it adds columns. */
export async function findTakenRows(
  context: CommandContext,
  snapshot: Snapshot,
  condition: RowCondition | undefined,
  schema: StructType = snapshot.schema,
): Promise<TakenRows> {
  const start = performance.now();
  const candidates = await liveFiles(snapshot, condition?.mayTake);
  const found =
    condition === undefined || condition.partitionOnly
      ? await takeWholeFiles(context, snapshot, candidates, condition)
      : await takeRows(context, snapshot, candidates, condition, schema);
  return { ...found, scanTime: Math.round(performance.now() - start) };
}

type Found = Omit<TakenRows, "scanTime">;

async function takeWholeFiles(
  context: CommandContext,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  condition: RowCondition | undefined,
): Promise<Found> {
  const whole =
    condition === undefined || candidates.length === 0
      ? candidates
      : await filesOfPartitions(context, snapshot, candidates, condition);
  const counts = await rowCounts(context, snapshot, whole);
  return { whole, mixed: [], taken: counts.reduce((sum, count) => sum + count, 0n), left: 0n };
}

/** The condition is evaluated on the partition values themselves; no file is opened. */
async function filesOfPartitions(
  context: CommandContext,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  condition: RowCondition,
): Promise<readonly AddFile[]> {
  const columns = snapshot.partitionColumns;
  const rows = candidates.map(({ partitionValues }, i) => {
    const values = columns.map((name) => partitionValueSql(partitionValues[name] ?? null, snapshot.schema, name));
    return `(${[i, ...values].join(", ")})`;
  });
  const names = ["__file_index", ...columns].map(engineName).join(", ");
  const { rows: hits } = await context.engine.run(
    `SELECT "__file_index" FROM (VALUES ${rows.join(", ")}) AS ${engineName(TARGET_ALIAS)}(${names}) WHERE ${condition.compiled.sql}`,
  );
  const taken = new Set(hits.map(([index]) => Number(index)));
  return candidates.filter((_, i) => taken.has(i));
}

async function takeRows(
  context: CommandContext,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  condition: RowCondition,
  schema: StructType,
): Promise<Found> {
  if (candidates.length === 0) return { whole: [], mixed: [], taken: 0n, left: 0n };
  const relation = await scanFiles(context, snapshot, candidates, { withPosition: true, schema });
  const { rows } = await context.engine.run(
    `SELECT "__file_index", count(*) FROM ${relation} AS ${engineName(TARGET_ALIAS)} WHERE ${condition.compiled.sql} GROUP BY 1 ORDER BY 1`,
  );
  const touched = rows.flatMap(([index, taken]) => {
    const file = candidates[Number(index)];
    return file === undefined ? [] : [{ file, taken: BigInt(Number(taken)) }];
  });
  const counts = await rowCounts(
    context,
    snapshot,
    touched.map(({ file }) => file),
  );
  return divide(touched.map((one, i) => ({ ...one, rows: counts[i] ?? 0n })));
}

function divide(touched: readonly { readonly file: AddFile; readonly taken: bigint; readonly rows: bigint }[]): Found {
  const mixed = touched.filter(({ taken, rows }) => taken < rows);
  return {
    whole: touched.filter(({ taken, rows }) => taken >= rows).map(({ file }) => file),
    mixed: mixed.map(({ file }) => file),
    taken: touched.reduce((sum, one) => sum + one.taken, 0n),
    left: mixed.reduce((sum, one) => sum + one.rows - one.taken, 0n),
  };
}

/** Rows of each file: from its statistics, or from its footer where it has none. */
export async function rowCounts(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<readonly bigint[]> {
  const known = files.map(recordCount);
  const without = files.filter((_, i) => known[i] === undefined);
  if (without.length === 0) return known.map((count) => count ?? 0n);
  const relation = await scanFiles(context, snapshot, without, { withPosition: true });
  const { rows } = await context.engine.run(`SELECT "__file_index", count(*) FROM ${relation} AS "f" GROUP BY 1`);
  const counted = new Map(rows.map(([index, count]) => [without[Number(index)]?.path, BigInt(Number(count))]));
  return files.map((file, i) => known[i] ?? counted.get(file.path) ?? 0n);
}
