/** CLUSTER BY: the columns by which OPTIMIZE lays out a table's rows, kept in the metadata domain `delta.clustering`. Pure. */
import type { Action } from "../delta/actions.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { physicalName } from "../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../schema/data-type.js";
import { findField } from "../schema/data-type.js";
import { type FieldPath, fieldAt } from "../schema/field-path.js";
import { typeText } from "../schema/type-text.js";

export const CLUSTERING_DOMAIN = "delta.clustering";
const MOST_COLUMNS = 4;
const UNORDERED: ReadonlySet<string> = new Set(["array", "map", "struct", "variant", "binary", "boolean"]);

/** The action that makes these the clustering columns; an empty list ends clustering and leaves the files as they are. */
export function clusteringAction(schema: StructType, columns: readonly FieldPath[]): Action {
  const clusteringColumns = columns.map((column) => physicalPath(schema, column));
  return {
    domainMetadata: {
      domain: CLUSTERING_DOMAIN,
      configuration: JSON.stringify({ clusteringColumns, domainName: CLUSTERING_DOMAIN }),
      removed: false,
    },
  };
}

/** The paths in the schema's spelling, by whose physical names the domain and the statistics know the columns. */
function physicalPath(schema: StructType, path: FieldPath): FieldPath {
  let type: DataType = schema;
  return path.map((name) => {
    const field: StructField | undefined = type.kind === "struct" ? findField(type, name) : undefined;
    type = field?.dataType ?? { kind: "void" };
    return field === undefined ? name : physicalName(field);
  });
}

/**
 * The clustering columns in the schema's spelling.
 * Throws DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS, DELTA_COLUMN_NOT_FOUND_IN_SCHEMA, DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED,
 * DELTA_CLUSTERING_COLUMN_MISSING_STATS, DELTA_CLUSTER_BY_WITH_PARTITIONED_BY, DELTA_DUPLICATE_COLUMNS_FOUND.
 */
export function checkClustering(
  columns: readonly FieldPath[],
  table: {
    readonly schema: StructType;
    readonly partitionColumns: readonly string[];
    readonly properties: Readonly<Record<string, string>>;
  },
): readonly FieldPath[] {
  if (columns.length === 0) return [];
  if (table.partitionColumns.length > 0) throw clusteredAndPartitioned();
  if (columns.length > MOST_COLUMNS) throw tooManyColumns(columns.length);
  const withStatistics = statisticsColumns(table.schema, table.properties);
  const found = columns.map((column) => {
    const one = fieldAt(table.schema, column);
    if (one === undefined) throw columnNotFound(column, table.schema);
    if (UNORDERED.has(one.dataType.kind)) throw typeNotClusterable(one.path, one.dataType);
    const name = one.path.join(".");
    if (!withStatistics(name)) throw withoutStatistics(name);
    return one.path;
  });
  const names = found.map((path) => path.join("."));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw clusteredTwice(twice);
  return found;
}

/** Whether a leaf column (dotted) gets statistics by the table's properties. */
function statisticsColumns(
  schema: StructType,
  properties: Readonly<Record<string, string>>,
): (column: string) => boolean {
  const named = properties["delta.dataSkippingStatsColumns"];
  if (named !== undefined) {
    const columns = named.split(",").map((one) => one.trim().replaceAll("`", "").toLowerCase());
    return (column) =>
      columns.some((one) => column.toLowerCase() === one || column.toLowerCase().startsWith(`${one}.`));
  }
  const count = Number(properties["delta.dataSkippingNumIndexedCols"] ?? "32");
  const leaves = leafColumns(schema, []);
  const indexed = new Set(count < 0 ? leaves : leaves.slice(0, count));
  return (column) => indexed.has(column);
}

function leafColumns(schema: StructType, before: FieldPath): readonly string[] {
  return schema.fields.flatMap((one) => {
    const path = [...before, one.name];
    return one.dataType.kind === "struct" ? leafColumns(one.dataType, path) : [path.join(".")];
  });
}

function refused(condition: string, sqlState: string, problem: string, cure: string): LakeletError {
  return new LakeletError({ condition, sqlState, problem, cure });
}

function clusteredAndPartitioned(): LakeletError {
  return refused(
    "DELTA_CLUSTER_BY_WITH_PARTITIONED_BY",
    "42613",
    "Clustering and partitioning cannot both be specified.",
    "Remove CLUSTER BY or PARTITIONED BY.",
  );
}

function tooManyColumns(count: number): LakeletError {
  return refused(
    "DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS",
    "54000",
    `CLUSTER BY supports up to ${MOST_COLUMNS} clustering columns, but the table has ${count} clustering columns.`,
    "Remove the extra clustering columns.",
  );
}

function columnNotFound(column: FieldPath, schema: StructType): LakeletError {
  const known = schema.fields.map((one) => one.name).join(", ");
  return refused(
    "DELTA_COLUMN_NOT_FOUND_IN_SCHEMA",
    "42703",
    `Couldn't find column ${column.join(".")} in the table's schema.`,
    `The columns are ${known}.`,
  );
}

function typeNotClusterable(path: FieldPath, type: DataType): LakeletError {
  return refused(
    "DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED",
    "0A000",
    `CLUSTER BY is not supported because the column ${path.join(".")} : ${typeText(type).toUpperCase()} doesn't support data skipping.`,
    "Cluster by columns of another type.",
  );
}

function withoutStatistics(column: string): LakeletError {
  return refused(
    "DELTA_CLUSTERING_COLUMN_MISSING_STATS",
    "22000",
    `Clustering requires clustering columns to have stats. Couldn't find clustering column '${column}' in the stats schema.`,
    "Set delta.dataSkippingStatsColumns or delta.dataSkippingNumIndexedCols so that it gets statistics.",
  );
}

function clusteredTwice(column: string): LakeletError {
  return refused(
    "DELTA_DUPLICATE_COLUMNS_FOUND",
    "42711",
    `Found duplicate column(s) in CLUSTER BY: ${column}.`,
    "Name each column once.",
  );
}
