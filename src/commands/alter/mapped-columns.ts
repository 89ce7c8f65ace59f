/** RENAME COLUMN and DROP COLUMNS: only where columns are mapped, because the files keep the names that they were written with. */
import type { Snapshot } from "../../delta/contract.js";
import { protocolFeatures } from "../../delta/protocol.js";
import { columnMappingMode } from "../../schema/column-mapping.js";
import { findField, type StructType } from "../../schema/data-type.js";
import { changeFieldAt, changeFieldsAt, type FieldPath, fieldAt } from "../../schema/field-path.js";
import { columnAlreadyExists, unresolvedColumn } from "../command-errors.js";
import { clusteringColumns } from "../optimize/clustering.js";
import { changeMetadata } from "../table-metadata.js";
import {
  dropNotSupported,
  droppedClusteringColumn,
  droppedFromItem,
  droppedPartitionColumn,
  lastColumn,
  renameNotSupported,
} from "./alter-errors.js";
import type { AlteredTable, PlannedAlteration } from "./altered-table.js";
import { checkNothingDepends } from "./column-dependents.js";

const STATISTICS_COLUMNS = "delta.dataSkippingStatsColumns";

export function renameColumn(
  { context, snapshot, target }: AlteredTable,
  column: FieldPath,
  to: string,
): PlannedAlteration {
  const { metadata, schema: before } = snapshot;
  const path = resolved(before, column);
  if (columnMappingMode(metadata.configuration) === undefined) throw renameNotSupported();
  const renamed = [...path.slice(0, -1), to];
  const inTheWay = fieldAt(before, renamed);
  const own = path.at(-1) ?? "";
  if (inTheWay !== undefined && own.toLowerCase() !== to.toLowerCase())
    throw columnAlreadyExists(renamed.join("."), target.name);
  const schema = changeFieldAt(before, path, (field) => ({ ...field, name: to }));
  checkNothingDepends(context.compiler, snapshot, path, schema);
  const partitionColumns = snapshot.partitionColumns.map((name) => (path.length === 1 && name === own ? to : name));
  return {
    actions: changeMetadata(snapshot, {
      schema,
      partitionColumns,
      properties: withStatisticsColumn(metadata.configuration, path, renamed),
    }),
    operation: "RENAME COLUMN",
    operationParameters: { oldColumnPath: path.join("."), newColumnPath: renamed.join(".") },
    schema,
  };
}

export async function dropColumns(
  { context, snapshot }: AlteredTable,
  columns: readonly FieldPath[],
  ifExists: boolean,
): Promise<PlannedAlteration | undefined> {
  const { metadata, schema: before } = snapshot;
  const paths = columns
    .filter((column) => !ifExists || fieldAt(before, column) !== undefined)
    .map((column) => resolved(before, column));
  if (paths.length === 0) return undefined;
  if (columnMappingMode(metadata.configuration) === undefined) throw dropNotSupported();
  for (const path of paths) await checkDroppable(snapshot, path);
  const schema = paths.reduce((rest, path) => without(rest, path), before);
  for (const path of paths) checkNothingDepends(context.compiler, snapshot, path, schema);
  const properties = paths.reduce<Readonly<Record<string, string>>>(
    (rest, path) => withStatisticsColumn(rest, path, undefined),
    metadata.configuration,
  );
  return {
    actions: changeMetadata(snapshot, { schema, properties }),
    operation: "DROP COLUMNS",
    operationParameters: { columns: JSON.stringify(paths.map((path) => path.join("."))) },
    schema,
  };
}

function resolved(schema: StructType, column: FieldPath): FieldPath {
  const found = fieldAt(schema, column);
  if (found === undefined) {
    throw unresolvedColumn(
      column.join("."),
      schema.fields.map((one) => one.name),
    );
  }
  if (found.isItem) throw droppedFromItem(found.path.join("."));
  return found.path;
}

async function checkDroppable(snapshot: Snapshot, path: FieldPath): Promise<void> {
  const name = path.join(".");
  if (snapshot.partitionColumns.includes(name)) throw droppedPartitionColumn(name);
  if (!protocolFeatures(snapshot.protocol).writer.includes("clustering")) return;
  const clustered = (await clusteringColumns(snapshot)) ?? [];
  const holds = (column: FieldPath): boolean =>
    path.every((step, i) => column[i]?.toLowerCase() === step.toLowerCase());
  if (clustered.some(holds)) throw droppedClusteringColumn(name);
}

function without(schema: StructType, path: FieldPath): StructType {
  const name = path.at(-1) ?? "";
  return changeFieldsAt(schema, path.slice(0, -1), (fields) => {
    if (fields.length === 1 && findField({ kind: "struct", fields }, name) !== undefined)
      throw lastColumn(path.join("."));
    return fields.filter((one) => one.name !== name);
  });
}

/** The property that names the columns with statistics, after a column in it was renamed or dropped. */
function withStatisticsColumn(
  configuration: Readonly<Record<string, string>>,
  before: FieldPath,
  after: FieldPath | undefined,
): Readonly<Record<string, string>> {
  const text = configuration[STATISTICS_COLUMNS];
  if (text === undefined) return configuration;
  const [old, fresh] = [before.join("."), after?.join(".")];
  const columns = text.split(",").flatMap((one) => {
    const name = one.trim();
    if (name !== old && !name.startsWith(`${old}.`)) return [name];
    return fresh === undefined ? [] : [fresh + name.slice(old.length)];
  });
  return { ...configuration, [STATISTICS_COLUMNS]: columns.join(",") };
}
