/** Column mapping on write: the query's columns under physical names at every depth, and the field ids that the files get. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { WriteDataFiles } from "../engine/engine.js";
import { fieldId, physicalName } from "../schema/column-mapping.js";
import { type DataType, findField, type StructField } from "../schema/data-type.js";
import { engineName, engineString } from "../schema/engine-type.js";
import { AS_THEY_ARE, reshaped, storedType } from "./stored-shape.js";

export interface MappedColumns {
  /** Engine SQL of the rows as the files have them, given the query. */
  rows(sql: string): string;
  /** The name of a column in the files. */
  nameOf(column: string): string;
  /** More options of the COPY. */
  readonly options: readonly string[];
}

const UNMAPPED: MappedColumns = { rows: (sql) => sql, nameOf: (column) => column, options: [] };

/** Columns that the schema does not have, such as a verdict, keep their names. */
export async function mappedColumns(connection: DuckDBConnection, request: WriteDataFiles): Promise<MappedColumns> {
  const { sql, schema, columnMapping, partitionBy } = request;
  if (columnMapping === undefined) return UNMAPPED;
  const columns = (await columnNames(connection, sql)).map((name) => ({ name, field: findField(schema, name) }));
  const selected = columns.map(({ name, field }) => {
    if (field === undefined) return engineName(name);
    const value = reshaped(engineName(name), field.dataType, storedType(field.dataType, physicalName), AS_THEY_ARE);
    return `${value} AS ${engineName(physicalName(field))}`;
  });
  const partition = new Set(partitionBy.map((name) => name.toLowerCase()));
  const ids = columns.flatMap(({ name, field }) =>
    field === undefined || partition.has(name.toLowerCase()) ? [] : (fieldIds(field) ?? []),
  );
  return {
    rows: (query) => `SELECT ${selected.join(", ")} FROM (${query}) AS r`,
    nameOf: (column) => {
      const field = findField(schema, column);
      return field === undefined ? column : physicalName(field);
    },
    options: ids.length === 0 ? [] : [`FIELD_IDS {${ids.join(", ")}}`],
  };
}

async function columnNames(connection: DuckDBConnection, sql: string): Promise<readonly string[]> {
  const prepared = await connection.prepare(sql);
  try {
    return Array.from({ length: prepared.columnCount }, (_, i) => prepared.columnName(i));
  } finally {
    prepared.destroySync();
  }
}

/** `'name': id`, or with the ids of what is within; undefined where there is none. */
function fieldIds(field: StructField): string | undefined {
  return entry(physicalName(field), fieldId(field), nestedIds(field.dataType));
}

function nestedIds(type: DataType): readonly string[] {
  const within = (name: string, inner: DataType): readonly string[] => {
    const one = entry(name, undefined, nestedIds(inner));
    return one === undefined ? [] : [one];
  };
  switch (type.kind) {
    case "struct":
      return type.fields.flatMap((one) => fieldIds(one) ?? []);
    case "array":
      return within("element", type.elementType);
    case "map":
      return [...within("key", type.keyType), ...within("value", type.valueType)];
    default:
      return [];
  }
}

function entry(name: string, id: number | undefined, nested: readonly string[]): string | undefined {
  if (nested.length === 0) return id === undefined ? undefined : `${engineString(name)}: ${id}`;
  const own = id === undefined ? [] : [`__duckdb_field_id: ${id}`];
  return `${engineString(name)}: {${[...own, ...nested].join(", ")}}`;
}
