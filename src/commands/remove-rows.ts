/** Takes rows out of files: by deletion vectors where the table marks rows, else by writing the others again. */
import type { Snapshot } from "../delta/contract.js";
import type { StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { CHANGE_TYPE, changeFeedEnabled, changeTypes } from "./change-data.js";
import type { CommandContext } from "./contract.js";
import { markRows } from "./deletion-vectors.js";
import type { FileChanges } from "./file-changes.js";
import { copiedColumns, copySql, rewriteFiles } from "./rewrite.js";
import { type RowCondition, TARGET_ALIAS } from "./row-condition.js";
import type { StagedFiles } from "./staged-files.js";
import type { TakenRows } from "./taken-rows.js";

export interface Removal {
  readonly found: TakenRows;
  readonly condition: RowCondition | undefined;
  /** The table's after the command. */
  readonly schema: StructType;
}

/**
 * The rows that a condition takes go. Files that lose all their rows are removed; the change feed needs nothing of them, unless other
 * files lose some of theirs.
 */
export async function removeRows(
  context: CommandContext,
  staged: StagedFiles,
  snapshot: Snapshot,
  { found, condition, schema }: Removal,
): Promise<FileChanges> {
  const mixed = found.mixed.map(({ file }) => file);
  const changes =
    mixed.length > 0 && changeFeedEnabled(snapshot.properties)
      ? await rewriteFiles(context, staged, snapshot, [...found.whole, ...mixed], {
          schema,
          keepsPartitions: true,
          select: (relation) => deletedSql(relation, schema, condition),
          changeData: true,
        })
      : [];
  if (found.positions !== undefined) {
    const marked = await markRows(context, staged, snapshot, found.positions, found.mixed);
    return { removed: found.whole, marked, written: [], changes };
  }
  const written = await rewriteFiles(context, staged, snapshot, mixed, {
    schema,
    keepsPartitions: true,
    select: (relation) => copySql(relation, schema, condition && `(${condition.compiled.sql}) IS NOT TRUE`),
  });
  return { removed: [...found.whole, ...mixed], marked: [], written, changes };
}

function deletedSql(relation: string, schema: StructType, condition: RowCondition | undefined): string {
  const where = condition === undefined ? "" : ` WHERE ${condition.compiled.sql}`;
  return `SELECT ${copiedColumns(schema)}, ${changeTypes(["delete"])} AS ${engineName(CHANGE_TYPE)} FROM ${relation} AS ${engineName(TARGET_ALIAS)}${where}`;
}
