/** Row tracking in files that are written again: two columns beside the table's keep each row's id, and the version that it was last changed by. */
import type { AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { materializedColumns } from "../delta/row-tracking.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import type { StructField, StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import type { CommandContext } from "./contract.js";
import { scanFiles } from "./data-file.js";

/**
 * The columns, in order: id, version. None where the table tracks no rows, where a file has no ids to keep, or where columns are known by ids of
 * fields, which these have not: rows are given new ids then.
 */
export function trackingColumns(
  { metadata: { configuration } }: Snapshot,
  files: readonly AddFile[],
): readonly StructField[] {
  const columns = materializedColumns(configuration);
  if (columns === undefined || columnMappingMode(configuration) === "id") return [];
  if (files.some((file) => file.baseRowId === undefined || file.defaultRowCommitVersion === undefined)) return [];
  return columns.map((name) => ({ name, dataType: { kind: "long" }, nullable: true, metadata: {} }));
}

export function withColumns(schema: StructType, columns: readonly StructField[]): StructType {
  return columns.length === 0 ? schema : { ...schema, fields: [...schema.fields, ...columns] };
}

/** As {@link scanFiles}, with {@link trackingColumns}: what the file tells of a row, else what follows from the row's place. */
export async function scanTrackedFiles(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
  schema: StructType,
  { withPosition = false }: { readonly withPosition?: boolean } = {},
): Promise<string> {
  const [rowId, version] = trackingColumns(snapshot, files);
  if (rowId === undefined || version === undefined)
    return scanFiles(context, snapshot, files, { schema, withPosition });
  const relation = await scanFiles(context, snapshot, files, {
    schema: withColumns(schema, [rowId, version]),
    withPosition: true,
  });
  const ofFile = (values: readonly (number | undefined)[]): string =>
    `(CAST([${values.join(", ")}] AS BIGINT[]))[__file_index + 1]`;
  const id = `coalesce(${engineName(rowId.name)}, ${ofFile(files.map((file) => file.baseRowId))} + __row_number)`;
  const changed = `coalesce(${engineName(version.name)}, ${ofFile(files.map((file) => file.defaultRowCommitVersion))})`;
  return `(SELECT * REPLACE (${id} AS ${engineName(rowId.name)}, ${changed} AS ${engineName(version.name)}) FROM ${relation})`;
}
