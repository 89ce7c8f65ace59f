/** Takes rows out of files: by deletion vectors where the table marks rows, else by writing the others again. */
import type { Snapshot } from "../delta/contract.js";
import type { StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { CHANGE_TYPE, changeFeedEnabled, changeTypes } from "./change-data.js";
import type { CommandContext } from "./contract.js";
import { markRows } from "./deletion-vectors.js";
import type { FileChanges } from "./file-changes.js";
import { copiedColumns, rewriteFiles } from "./rewrite.js";
import type { RowSelection } from "./row-selection.js";
import type { StagedFiles } from "./staged-files.js";
import type { TakenRows } from "./taken-rows.js";
import { trackingColumns, withColumns } from "./tracked-rows.js";

export interface Removal {
  readonly found: Omit<TakenRows, "scanTime">;
  readonly selection: RowSelection;
  /** True: the rows are marked, at the positions that were found. */
  readonly marks: boolean;
  /** The table's after the command. */
  readonly schema: StructType;
}

/**
 * The selected rows go. Files that lose all their rows are removed; the change feed needs nothing of them, unless other files lose some
 * of theirs.
 */
export async function removeRows(
  context: CommandContext,
  staged: StagedFiles,
  snapshot: Snapshot,
  { found, selection, marks, schema }: Removal,
): Promise<FileChanges> {
  const { whole, mixed, positions } = found;
  const columns = copiedColumns(schema);
  const withPosition = selection.needsPositions;
  const touched = [...whole, ...mixed];
  const changes =
    mixed.length > 0 && changeFeedEnabled(snapshot.properties)
      ? await rewriteFiles(context, staged, snapshot, filesOf(touched), {
          schema,
          keepsPartitions: true,
          withPosition,
          select: (scan) =>
            `SELECT ${columns}, ${changeTypes(["delete"])} AS ${engineName(CHANGE_TYPE)} FROM ${selection.taken(scan, touched)}`,
          changeData: true,
        })
      : [];
  if (marks && positions !== undefined) {
    const marked = await markRows(context, staged, snapshot, positions, mixed);
    return { removed: filesOf(whole), marked, written: [], changes };
  }
  const kept = copiedColumns(withColumns(schema, trackingColumns(snapshot, filesOf(mixed))));
  const written = await rewriteFiles(context, staged, snapshot, filesOf(mixed), {
    schema,
    keepsPartitions: true,
    keepsRowIds: true,
    withPosition,
    select: (scan) => `SELECT ${kept} FROM ${selection.left(scan, mixed)}`,
  });
  return { removed: filesOf(touched), marked: [], written, changes };
}

export function filesOf<T>(found: readonly { readonly file: T }[]): readonly T[] {
  return found.map(({ file }) => file);
}
