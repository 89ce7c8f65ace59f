/** Merge-on-read: rows of files are marked as gone by deletion vectors, and the files stay (Delta protocol, "Deletion Vectors"). */
import type { AddFile, DeletionVectorDescriptor } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { readDeletionVector } from "../delta/deletion-vector.js";
import { wideStatistics } from "../delta/statistics-bounds.js";
import { booleanProperty } from "../delta/table-properties.js";
import type { CommandContext } from "./contract.js";
import type { StagedFiles } from "./staged-files.js";

/** A file before and after rows of it were marked. */
export interface MarkedFile {
  readonly before: AddFile;
  readonly after: AddFile;
}

/** A file with rows to mark. */
export interface FileToMark {
  readonly file: AddFile;
  /** The number by which the positions call the file. */
  readonly position: number;
  /** Rows that it has now. */
  readonly rows: bigint;
}

/** Positions that are in memory before they are written; 64 MiB. */
const MOST_POSITIONS = 8 * 1024 * 1024;

/** True where rows of the table are to be marked instead of files being written again without them. */
export function marksRows(
  { configuration }: Pick<CommandContext, "configuration">,
  { protocol, properties }: Snapshot,
  operation: "delete" | "update" | "merge",
): boolean {
  if (!booleanProperty(properties, "delta.enableDeletionVectors")) return false;
  if (!protocol.writerFeatures?.includes("deletionVectors")) return false;
  return configuration[`spark.databricks.delta.${operation}.deletionVectors.persistent`]?.toLowerCase() !== "false";
}

/**
 * Writes deletion vectors that mark rows beside those already marked.
 * @param positions Engine SQL behind FROM: BIGINT columns `file` and `row`, each row once, none of it marked before.
 */
export async function markRows(
  context: CommandContext,
  staged: StagedFiles,
  snapshot: Snapshot,
  positions: string,
  files: readonly FileToMark[],
): Promise<readonly MarkedFile[]> {
  if (files.length === 0) return [];
  const byPosition = new Map(files.map((one) => [one.position, one]));
  const marked: MarkedFile[] = [];
  let pending: { readonly one: FileToMark; readonly vector: BigInt64Array }[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    const descriptors = await staged.writeVectors(pending.map(({ vector }) => vector));
    marked.push(...pending.flatMap(({ one }, i) => markedFile(one, descriptors[i])));
    pending = [];
    count = 0;
  };
  for await (const { file, rows } of rowsByFile(context, positions, [...byPosition.keys()])) {
    const one = byPosition.get(file);
    if (one === undefined) continue;
    const before = one.file.deletionVector;
    const known = before === undefined ? [] : [await readDeletionVector(context.storage, snapshot.location, before)];
    const vector = union([...known, ...rows]);
    pending.push({ one, vector });
    count += vector.length;
    if (count > MOST_POSITIONS) await flush();
  }
  await flush();
  return marked;
}

/** The row numbers of each file, in ascending order. */
async function* rowsByFile(
  context: CommandContext,
  positions: string,
  files: readonly number[],
): AsyncGenerator<{ readonly file: number; readonly rows: readonly BigInt64Array[] }> {
  const sql = `SELECT file, row FROM ${positions} AS p WHERE file IN (${files.join(", ")}) ORDER BY file, row`;
  let current: { file: number; rows: BigInt64Array[] } | undefined;
  for await (const [numbers, rows] of context.engine.integers(sql)) {
    if (numbers === undefined || rows === undefined) continue;
    for (let from = 0; from < numbers.length; ) {
      const value = numbers[from] ?? 0n;
      const to = endOfRun(numbers, from, value);
      const file = Number(value);
      if (current?.file !== file) {
        if (current !== undefined) yield current;
        current = { file, rows: [] };
      }
      current.rows.push(rows.slice(from, to));
      from = to;
    }
  }
  if (current !== undefined) yield current;
}

function endOfRun(numbers: BigInt64Array, from: number, value: bigint): number {
  if (numbers.at(-1) === value) return numbers.length;
  let to = from + 1;
  while (to < numbers.length && numbers[to] === value) to++;
  return to;
}

function union(parts: readonly BigInt64Array[]): BigInt64Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const all = new BigInt64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let length = 0;
  for (const part of parts) {
    all.set(part, length);
    length += part.length;
  }
  return all.sort();
}

function markedFile(
  { file, rows }: FileToMark,
  deletionVector: DeletionVectorDescriptor | undefined,
): readonly MarkedFile[] {
  if (deletionVector === undefined) return [];
  const physicalRows = rows + BigInt(file.deletionVector?.cardinality ?? 0);
  const stats = wideStatistics(file.stats, physicalRows);
  return [{ before: file, after: { ...file, dataChange: true, stats, deletionVector } }];
}
