/** The rows that one deletion vector marks and another does not, told by the vectors alone where they are few. */
import type { Snapshot } from "../../delta/contract.js";
import { readDeletionVector } from "../../delta/deletion-vector.js";
import type { CommandContext } from "../contract.js";
import type { FileOfLog } from "./changed-files.js";

/** They stand in the text of a statement. */
const MOST_PLACES = 20_000;
/** Marks of a vector, which are read as a whole. */
const MOST_MARKS = 2_000_000;

/**
 * Engine SQL behind FROM: the files' places in the list as `__file_index`, and `__row_number`, of the rows that are marked in `gone` alone.
 * Undefined where they are many.
 */
export async function fewPlaces(
  { storage }: Pick<CommandContext, "storage">,
  { location }: Snapshot,
  kept: readonly FileOfLog[],
  gone: readonly FileOfLog[],
): Promise<string | undefined> {
  const marks = [...kept, ...gone].reduce((sum, { deletionVector }) => sum + (deletionVector?.cardinality ?? 0), 0);
  if (marks > MOST_MARKS) return undefined;
  const read = async ({ deletionVector }: FileOfLog): Promise<BigInt64Array> =>
    deletionVector === undefined ? new BigInt64Array() : readDeletionVector(storage, location, deletionVector);
  const files: number[] = [];
  const rows: bigint[] = [];
  for (const [i, file] of kept.entries()) {
    const before = new Set(await read(file));
    for (const row of await read(gone[i] ?? file)) {
      if (before.has(row)) continue;
      files.push(i);
      rows.push(row);
      if (rows.length > MOST_PLACES) return undefined;
    }
  }
  return `(SELECT unnest([${files.join(", ")}]::BIGINT[]) AS __file_index, unnest([${rows.join(", ")}]::BIGINT[]) AS __row_number)`;
}
