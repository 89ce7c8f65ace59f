/** DESCRIBE TABLE t column, and DESCRIBE EXTENDED t AS JSON. */
import { qualify } from "../../../catalog/table-identifier.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { type DataType, findField, STRING, type StructType } from "../../../schema/data-type.js";
import { typeText } from "../../../schema/type-text.js";
import { unresolvedColumn } from "../../../sql/analysis/analysis-errors.js";
import type { CatalogStatement } from "../../../sql/catalog-statement.js";
import { schemaOf } from "../describe-statements.js";
import { resultOf, type StatementContext, type StatementResult } from "../statement-context.js";
import { columnType } from "../table-ddl.js";

type Of<Kind extends CatalogStatement["kind"]> = Extract<CatalogStatement, { kind: Kind }>;

export async function describeColumn(
  { table, column }: Of<"describe-column">,
  context: StatementContext,
): Promise<StatementResult> {
  const schema = await schemaOf(table, context);
  const [name = "", ...fields] = column;
  const found = findField(schema, name);
  if (!found)
    throw unresolvedColumn(
      column,
      schema.fields.map((one) => [one.name]),
    );
  if (fields.length > 0) throw nestedColumn(column);
  const { comment } = found.metadata;
  const columns = [
    ["info_name", STRING],
    ["info_value", STRING],
  ] as const;
  return resultOf(columns, [
    ["col_name", found.name],
    ["data_type", columnType(found)],
    ["comment", typeof comment === "string" ? comment : "NULL"],
  ]);
}

function nestedColumn(column: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "_LEGACY_ERROR_TEMP_1060",
    sqlState: "0A000",
    problem: `DESC TABLE COLUMN does not support nested column: ${column.join(".")}.`,
    cure: "Describe the column that it is in.",
  });
}

/** One row of JSON, under Spark's keys. */
export async function describeJson(
  { table }: Of<"describe-json">,
  context: StatementContext,
): Promise<StatementResult> {
  const { runtime } = context;
  const schema = await schemaOf(table, context);
  const [only = ""] = table;
  const temporary = table.length === 1 && runtime.tempViews.has(only.toLowerCase());
  const head = temporary
    ? { table_name: only, catalog_name: "system", namespace: ["session"], schema_name: "session" }
    : await keptNames(table, context);
  const facts = temporary ? { type: "VIEW" } : await keptFacts(table, context);
  const json = { ...head, columns: columnsJson(schema), ...facts };
  return resultOf([["json_metadata", STRING]], [[JSON.stringify(json)]]);
}

async function keptNames(table: readonly string[], { runtime }: StatementContext) {
  const { identifier } = await runtime.catalog.require(qualify(table, runtime.state.current));
  const { catalog, schema, name } = identifier;
  return { table_name: name, catalog_name: catalog, namespace: [schema], schema_name: schema };
}

async function keptFacts(table: readonly string[], { runtime }: StatementContext): Promise<object> {
  const entry = await runtime.catalog.require(qualify(table, runtime.state.current));
  if (entry.kind === "view") {
    return {
      ...(entry.created === undefined ? {} : { created_time: isoSeconds(entry.created) }),
      type: "VIEW",
      ...(entry.comment === undefined ? {} : { comment: entry.comment }),
      view_text: entry.query,
      view_original_text: entry.query,
      view_schema_mode: entry.schemaMode ?? "COMPENSATION",
      view_catalog_and_namespace: `${entry.current.catalog}.${entry.current.schema}`,
      ...(entry.output ? { view_query_output_columns: entry.output.map((one) => one.name) } : {}),
      ...(entry.properties ? { table_properties: entry.properties } : {}),
    };
  }
  const { metadata, partitionColumns, protocol } = await runtime.log(entry.location).snapshot();
  return {
    location: `file:${entry.location}`,
    ...(metadata.createdTime === undefined ? {} : { created_time: isoSeconds(Number(metadata.createdTime)) }),
    type: entry.managed ? "MANAGED" : "EXTERNAL",
    provider: "delta",
    ...(metadata.description === undefined ? {} : { comment: metadata.description }),
    ...(partitionColumns.length === 0 ? {} : { partition_columns: partitionColumns }),
    table_properties: {
      ...metadata.configuration,
      "delta.minReaderVersion": String(protocol.minReaderVersion),
      "delta.minWriterVersion": String(protocol.minWriterVersion),
    },
  };
}

function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

function columnsJson(schema: StructType): readonly object[] {
  return schema.fields.map(({ name, dataType, nullable, metadata }) => ({
    name,
    type: typeJson(dataType),
    nullable,
    ...(typeof metadata.comment === "string" ? { comment: metadata.comment } : {}),
    ...(typeof metadata.CURRENT_DEFAULT === "string" ? { default: metadata.CURRENT_DEFAULT } : {}),
  }));
}

function typeJson(type: DataType): object {
  switch (type.kind) {
    case "decimal":
      return { name: "decimal", precision: type.precision, scale: type.scale };
    case "array":
      return { name: "array", element_type: typeJson(type.elementType), element_nullable: type.containsNull };
    case "map":
      return {
        name: "map",
        key_type: typeJson(type.keyType),
        value_type: typeJson(type.valueType),
        value_nullable: type.valueContainsNull,
      };
    case "struct":
      return { name: "struct", fields: columnsJson(type) };
    case "string":
      return { name: "string", collation: "UTF8_BINARY" };
    case "interval": {
      const [start, end] = type.fields ?? (type.family === "year-month" ? ["year", "month"] : ["day", "second"]);
      return { name: "interval", start_unit: start, end_unit: end };
    }
    default:
      return { name: typeText(type) };
  }
}
