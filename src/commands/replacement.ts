/** The end of a write that replaces rows: the change data feed is told of the new rows where it is told of the old ones. */
import type { Snapshot } from "../delta/contract.js";
import type { WrittenFile } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { CHANGE_TYPE, changeSchema, changeTypes, scanWritten } from "./change-data.js";
import type { CommandContext, TargetTable } from "./contract.js";
import type { FileChanges } from "./file-changes.js";
import type { StagedFiles, StagedRows } from "./staged-files.js";
import type { Replacement } from "./write-rows.js";

export interface ReplacingWrite {
  readonly context: CommandContext;
  readonly target: TargetTable;
  readonly staged: StagedFiles;
  readonly snapshot: Snapshot;
  /** The table's after the write. */
  readonly schema: StructType;
}

export async function replacement(
  write: ReplacingWrite,
  changes: FileChanges,
  rows: StagedRows,
  metrics: Readonly<Record<string, bigint>>,
): Promise<Replacement> {
  const inserted = changes.changes.length === 0 ? [] : await insertedRows(write, rows.files);
  const all = [...changes.changes, ...inserted];
  return { ...changes, changes: all, metrics: { ...metrics, numAddedChangeFiles: BigInt(all.length) } };
}

async function insertedRows(
  { context, target, staged, snapshot, schema }: ReplacingWrite,
  files: readonly WrittenFile[],
): Promise<readonly WrittenFile[]> {
  if (files.length === 0) return [];
  const relation = await scanWritten(context, target, snapshot, files, schema);
  const { files: written } = await staged.write({
    sql: `SELECT r.*, ${changeTypes(["insert"])} AS ${engineName(CHANGE_TYPE)} FROM ${relation} AS r`,
    schema: changeSchema(schema),
    partitionColumns: snapshot.partitionColumns,
    changeData: true,
    properties: snapshot.properties,
  });
  return written;
}
