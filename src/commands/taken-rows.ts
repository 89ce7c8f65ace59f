/** Finds the rows that a condition takes: whole files by their partition, rows within files by reading the condition's columns. */
import type { AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { physicalName } from "../schema/column-mapping.js";
import { findField, type StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import type { CommandContext } from "./contract.js";
import { partitionValueSql, recordCount, scanFiles } from "./data-file.js";
import type { FileToMark } from "./deletion-vectors.js";
import { type RowCondition, TARGET_ALIAS } from "./row-condition.js";
import { liveFiles } from "./table-state.js";

export interface TakenRows {
  /** Files all of whose rows are taken. */
  readonly whole: readonly FileToMark[];
  /** Files with rows that are taken and rows that stay. */
  readonly mixed: readonly FileToMark[];
  /** Rows taken, in the whole and in the mixed files. */
  readonly taken: bigint;
  /** Rows of the mixed files that stay. */
  readonly left: bigint;
  /** Engine SQL behind FROM: `file` and `row` of each row taken from a mixed file; where it was asked for. */
  readonly positions: string | undefined;
  /** Milliseconds spent. */
  readonly scanTime: number;
}

export interface TakenRowsRequest {
  /** Undefined: every row. */
  readonly condition: RowCondition | undefined;
  /** The table's as the command leaves it, where it adds columns. */
  readonly schema?: StructType;
  /** Keep the positions of the rows. */
  readonly positions?: boolean;
}

/** Finds the rows in one scan; positions are there while `use` runs. */
export async function withTakenRows<T>(
  context: CommandContext,
  snapshot: Snapshot,
  { condition, schema = snapshot.schema, positions: keepsPositions = false }: TakenRowsRequest,
  use: (taken: TakenRows) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const elapsed = (): number => Math.round(performance.now() - start);
  const candidates = await liveFiles(snapshot, condition?.mayTake);
  if (condition === undefined || condition.partitionOnly) {
    const found = await takeWholeFiles(context, snapshot, candidates, condition);
    return use({ ...found, positions: undefined, scanTime: elapsed() });
  }
  if (candidates.length === 0) return use({ ...NOTHING, scanTime: elapsed() });
  const relation = await scanFiles(context, snapshot, candidates, { withPosition: true, schema });
  const where = `FROM ${relation} AS ${engineName(TARGET_ALIAS)} WHERE ${condition.compiled.sql}`;
  if (!keepsPositions) {
    const found = await divide(context, snapshot, candidates, `(SELECT "__file_index" AS file ${where})`);
    return use({ ...found, positions: undefined, scanTime: elapsed() });
  }
  const positions = await context.engine.materialize(`SELECT "__file_index" AS file, "__row_number" AS row ${where}`);
  try {
    const found = await divide(context, snapshot, candidates, positions);
    return await use({ ...found, positions, scanTime: elapsed() });
  } finally {
    await context.engine.drop(positions);
  }
}

const NOTHING: Omit<TakenRows, "scanTime"> = { whole: [], mixed: [], taken: 0n, left: 0n, positions: undefined };

type Found = Omit<TakenRows, "scanTime" | "positions">;

async function takeWholeFiles(
  context: CommandContext,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  condition: RowCondition | undefined,
): Promise<Found> {
  const files =
    condition === undefined || candidates.length === 0
      ? candidates
      : await filesOfPartitions(context, snapshot, candidates, condition);
  const counts = await rowCounts(context, snapshot, files);
  const whole = files.map((file, i) => ({ file, position: i, rows: counts[i] ?? 0n }));
  return { whole, mixed: [], taken: counts.reduce((sum, count) => sum + count, 0n), left: 0n };
}

/** The condition is evaluated on the partition values themselves; no file is opened. */
export async function filesOfPartitions(
  context: CommandContext,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  condition: RowCondition,
): Promise<readonly AddFile[]> {
  const columns = snapshot.partitionColumns;
  const rows = candidates.map(({ partitionValues }, i) => {
    const values = columns.map((name) => {
      const column = findField(snapshot.schema, name);
      const text = partitionValues[column === undefined ? name : physicalName(column)] ?? null;
      return partitionValueSql(text, snapshot.schema, name);
    });
    return `(${[i, ...values].join(", ")})`;
  });
  const names = ["__file_index", ...columns].map(engineName).join(", ");
  const { rows: hits } = await context.engine.run(
    `SELECT "__file_index" FROM (VALUES ${rows.join(", ")}) AS ${engineName(TARGET_ALIAS)}(${names}) WHERE ${condition.compiled.sql}`,
  );
  const taken = new Set(hits.map(([index]) => Number(index)));
  return candidates.filter((_, i) => taken.has(i));
}

/**
 * Which files lose all of their rows, and which some.
 * @param taken Engine SQL behind FROM: `file` of each row that is taken, a position among the candidates.
 */
export async function divide(
  context: CommandContext,
  snapshot: Snapshot,
  candidates: readonly AddFile[],
  taken: string,
): Promise<Found> {
  const { rows } = await context.engine.run(`SELECT file, count(*) FROM ${taken} AS t GROUP BY file ORDER BY file`);
  const touched = rows.flatMap(([index, count]) => {
    const file = candidates[Number(index)];
    return file === undefined ? [] : [{ file, position: Number(index), taken: BigInt(Number(count)) }];
  });
  const counts = await rowCounts(
    context,
    snapshot,
    touched.map(({ file }) => file),
  );
  const counted = touched.map((one, i) => ({ ...one, rows: counts[i] ?? 0n }));
  const mixed = counted.filter((one) => one.taken < one.rows);
  return {
    whole: counted.filter((one) => one.taken >= one.rows),
    mixed,
    taken: counted.reduce((sum, one) => sum + one.taken, 0n),
    left: mixed.reduce((sum, one) => sum + one.rows - one.taken, 0n),
  };
}

/** Rows of each file that are not deleted: from its statistics, or from its footer where it has none. */
export async function rowCounts(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
): Promise<readonly bigint[]> {
  const known = files.map(liveCount);
  const without = files.filter((_, i) => known[i] === undefined);
  if (without.length === 0) return known.map((count) => count ?? 0n);
  const relation = await scanFiles(context, snapshot, without, { withPosition: true });
  const { rows } = await context.engine.run(`SELECT "__file_index", count(*) FROM ${relation} AS "f" GROUP BY 1`);
  const counted = new Map(rows.map(([index, count]) => [without[Number(index)]?.path, BigInt(Number(count))]));
  return files.map((file, i) => known[i] ?? counted.get(file.path) ?? 0n);
}

function liveCount(file: AddFile): bigint | undefined {
  const physical = recordCount(file);
  return physical && physical - BigInt(file.deletionVector?.cardinality ?? 0);
}
