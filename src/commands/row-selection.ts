/** Which rows of files a command takes out, as engine SQL: those of a condition, or those at positions. Pure. */
import { engineName } from "../schema/engine-type.js";
import type { FileToMark } from "./deletion-vectors.js";
import { type RowCondition, TARGET_ALIAS } from "./row-condition.js";

/** The functions give what follows FROM, over a scan of the files; its rows go by the alias `"target"`. */
export interface RowSelection {
  readonly taken: (scan: string, files: readonly FileToMark[]) => string;
  readonly left: (scan: string, files: readonly FileToMark[]) => string;
  /** True where the scan has to have positions. */
  readonly needsPositions: boolean;
}

const TARGET = engineName(TARGET_ALIAS);

/** Without a condition all rows are taken. */
export function takenBy(condition: RowCondition | undefined): RowSelection {
  const sql = condition?.compiled.sql ?? "true";
  return {
    taken: (scan) => `${scan} AS ${TARGET} WHERE ${sql}`,
    left: (scan) => `${scan} AS ${TARGET} WHERE (${sql}) IS NOT TRUE`,
    needsPositions: false,
  };
}

/** `positions`: see {@link markRows}. */
export function takenAt(positions: string): RowSelection {
  const joined = (kind: string, scan: string, files: readonly FileToMark[]): string =>
    `${scan} AS ${TARGET} ${kind} (SELECT p.file, m.row FROM ${positions} AS m JOIN ${positionsInScan(files)} ON m.file = p.candidate) AS m ON ${TARGET}."__file_index" = m.file AND ${TARGET}."__row_number" = m.row`;
  return {
    taken: (scan, files) => joined("SEMI JOIN", scan, files),
    left: (scan, files) => joined("ANTI JOIN", scan, files),
    needsPositions: true,
  };
}

/** Files that are scanned again: their number among those looked at, and in the scan. */
export function positionsInScan(files: readonly Pick<FileToMark, "position">[]): string {
  const pairs = files.map(({ position }, i) => `(CAST(${position} AS BIGINT), CAST(${i} AS BIGINT))`);
  return `(VALUES ${pairs.join(", ")}) AS p(candidate, file)`;
}
