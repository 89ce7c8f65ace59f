/** Decides how source rows become rows of a table: schema enforcement and evolution, column matching, casts. Pure. */
import type { EngineQuery } from "../engine/engine.js";
import type { ExpressionCompiler } from "../engine/expression-compiler.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import type { StructField, StructType } from "../schema/data-type.js";
import { findField, sameType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { isTypeWideningEnabled } from "../schema/type-widening.js";
import { columnValue } from "./column-value.js";
import {
  insertArityMismatch,
  metadataMismatch,
  missingNotNullColumn,
  partitionMismatch,
  unresolvedColumn,
} from "./command-errors.js";
import type { CommandContext, WriteOptions } from "./contract.js";
import { positionalSchema } from "./positional-schema.js";
import { type RowCheck, uniqueNames } from "./row-query.js";
import { defaultText, defaultValue } from "./rules/column-defaults.js";
import { generatedValue, generationExpression } from "./rules/generated-columns.js";
import { checkExplicitIdentity, identityOf, identityValue } from "./rules/identity-columns.js";
import { rowChecks } from "./rules/row-checks.js";
import {
  checkNoDuplicates,
  checkStorable,
  checkUpcasts,
  fieldsMissingInTable,
  mergeSchemas,
  schemaOfData,
} from "./schema-evolution.js";
import { storedValue, type TypedValue } from "./stored-value.js";
import { describeNewTable, resolvePartitioning, type TableDescription } from "./table-definition.js";
import { withMappedColumns } from "./table-metadata.js";

/** What a write must know of the table as it stands. */
export interface TableShape {
  readonly name: string;
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** The table's configuration, its CHECK constraints among it. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface WritePlan {
  /** The table's schema and partitioning once the write is committed. */
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** True where the commit has to carry new metadata. */
  readonly changesMetadata: boolean;
  /** For each column of the schema engine SQL over `"source"`, cast to its type. */
  readonly columns: readonly { readonly name: string; readonly sql: string }[];
  readonly checks: readonly RowCheck[];
  /** The configuration that the files are written under. */
  readonly properties: Readonly<Record<string, string>>;
  /** Of a table that the write creates. */
  readonly description?: TableDescription;
  /** Identity columns to which the plan gives the next values, one a row of the source. */
  readonly identities: ReadonlySet<string>;
}

interface Matched {
  readonly field: StructField;
  /** Undefined: the source has no such column. */
  readonly value: TypedValue | undefined;
}

/**
 * @throws DELTA_METADATA_MISMATCH, DELTA_FAILED_TO_MERGE_FIELDS, INSERT_COLUMN_ARITY_MISMATCH.*, DELTA_DUPLICATE_COLUMNS_FOUND,
 * UNRESOLVED_COLUMN.WITH_SUGGESTION, and what store assignment refuses.
 */
export function planWrite(
  table: TableShape | undefined,
  source: EngineQuery,
  options: WriteOptions,
  context: Pick<CommandContext, "compiler" | "configuration">,
): WritePlan {
  const { compiler } = context;
  if (table === undefined) {
    const { partitionBy = [], properties = {}, comment } = options;
    const definition = { schema: schemaOfData(source.schema), partitionBy, properties, comment };
    return planNewTable(describeNewTable(context, definition, undefined), source, compiler);
  }
  if (options.overwriteSchema) return planNewSchema(table, source, options, compiler);
  checkPartitioning(table, options);
  const given = namedSource(table, source, options);
  const schema = schemaAfterWrite(table, given, options);
  const matched = matchColumns(table, schema, source, given, options);
  const layout = { schema, partitionColumns: table.partitionColumns, properties: table.properties };
  return finish(layout, schema !== table.schema, matched, compiler);
}

/** The rows of a query as those of a new table, whose schema is {@link schemaOfData} of the query's. */
export function planNewTable(
  description: TableDescription,
  source: EngineQuery,
  compiler: ExpressionCompiler,
): WritePlan {
  const matched = description.schema.fields.map((field): Matched => ({ field, value: columnOf(source, field.name) }));
  return { ...finish(description, true, matched, compiler), description };
}

/** As in Spark: a schema that is overwritten without partitions leaves a table without partitions. */
function planNewSchema(
  table: TableShape,
  source: EngineQuery,
  options: WriteOptions,
  compiler: ExpressionCompiler,
): WritePlan {
  const plain = checkStorable(schemaOfData(source.schema), columnMappingMode(table.properties) !== undefined);
  const partitionColumns = resolvePartitioning(plain, options.partitionBy ?? []);
  const same = sameSchema(table.schema, plain) && table.partitionColumns.join("\0") === partitionColumns.join("\0");
  const schema = same ? table.schema : withMappedColumns(plain, table.properties);
  checkExplicitIdentity(
    schema,
    plain.fields.map((one) => one.name),
  );
  const matched = schema.fields.map((field): Matched => ({ field, value: columnOf(source, field.name) }));
  return finish({ schema, partitionColumns, properties: table.properties }, !same, matched, compiler);
}

function checkPartitioning(table: TableShape, options: WriteOptions): void {
  const requested = options.partitionBy;
  if (requested === undefined || requested.length === 0) return;
  const key = (names: readonly string[]): string => names.map((name) => name.toLowerCase()).join("\0");
  if (key(requested) !== key(table.partitionColumns)) {
    throw partitionMismatch(table.name, table.partitionColumns, requested);
  }
}

/** The source's schema under the names by which its columns meet the table's. */
function namedSource(table: TableShape, source: EngineQuery, options: WriteOptions): StructType {
  const columns = options.columns;
  if (columns !== undefined) return listedColumns(table, source, columns);
  if (options.byName) {
    checkNoDuplicates(
      source.schema.fields.map((one) => one.name),
      "in the data to save",
    );
    return source.schema;
  }
  const own = table.schema.fields.map((one) => one.name);
  const actual = source.schema.fields.map((one) => one.name);
  const tooMany = actual.length > own.length && !options.mergeSchema;
  if (actual.length < own.length || tooMany) throw insertArityMismatch(table.name, own, actual);
  return positionalSchema(table, source.schema, own);
}

function listedColumns(table: TableShape, source: EngineQuery, columns: readonly string[]): StructType {
  const own = table.schema.fields.map((one) => one.name);
  for (const name of columns) if (findField(table.schema, name) === undefined) throw unresolvedColumn(name, own);
  checkNoDuplicates(columns, "in the column list");
  if (columns.length !== source.schema.fields.length) {
    throw insertArityMismatch(
      table.name,
      columns,
      source.schema.fields.map((one) => one.name),
    );
  }
  return positionalSchema(table, source.schema, columns);
}

function schemaAfterWrite(table: TableShape, given: StructType, options: WriteOptions): StructType {
  if (options.mergeSchema) {
    const conflict = options.strictTypes ? "refuse" : "keep-table";
    const merged = mergeSchemas(table.schema, given, conflict, isTypeWideningEnabled(table.properties));
    if (sameSchema(merged, table.schema)) return table.schema;
    checkStorable(merged, columnMappingMode(table.properties) !== undefined);
    return withMappedColumns(merged, table.properties);
  }
  const extra = fieldsMissingInTable(table.schema, given);
  if (extra.length > 0) throw metadataMismatch(table.name, extra);
  if (options.strictTypes) checkUpcasts(table.schema, given);
  return table.schema;
}

function matchColumns(
  table: TableShape,
  schema: StructType,
  source: EngineQuery,
  given: StructType,
  options: WriteOptions,
): readonly Matched[] {
  const engineNames = uniqueNames(source.schema);
  checkExplicitIdentity(
    schema,
    given.fields.map((one) => one.name),
  );
  return schema.fields.map((field): Matched => {
    const index = given.fields.findIndex((one) => one.name.toLowerCase() === field.name.toLowerCase());
    const found = given.fields[index];
    if (found !== undefined) {
      const dataType = source.schema.fields[index]?.dataType ?? found.dataType;
      const fields = options.byName && options.columns === undefined ? "by-name" : "by-position";
      return { field, value: { sql: `"source".${engineName(engineNames[index] ?? "")}`, dataType, fields } };
    }
    if (!field.nullable && (options.byName || options.columns) && !hasOwnValue(field)) {
      throw missingNotNullColumn(table.name, field.name, options.strictTypes !== true);
    }
    return { field, value: undefined };
  });
}

/** True where the table itself knows what to store in a column that a write leaves out. */
function hasOwnValue(field: StructField): boolean {
  return [generationExpression(field), identityOf(field), defaultText(field)].some((one) => one !== undefined);
}

function columnOf(source: EngineQuery, name: string): TypedValue | undefined {
  const column = findField(source.schema, name);
  return column && { sql: `"source".${engineName(column.name)}`, dataType: column.dataType };
}

function finish(
  table: Pick<TableShape, "schema" | "partitionColumns" | "properties">,
  changesMetadata: boolean,
  matched: readonly Matched[],
  compiler: ExpressionCompiler,
): WritePlan {
  const left = matched.flatMap(({ field, value }) => (value === undefined ? [field] : []));
  const computed = new Set(left.filter((one) => generationExpression(one) !== undefined).map((one) => one.name));
  return {
    schema: table.schema,
    partitionColumns: table.partitionColumns,
    properties: table.properties,
    changesMetadata,
    columns: columnsSql(table, matched, compiler),
    checks: rowChecks(compiler, table, { computed }),
    identities: new Set(left.filter((one) => identityOf(one) !== undefined).map((one) => one.name)),
  };
}

/** Columns that the source leaves out: generated, next identity, default, or NULL. */
function columnsSql(
  { schema, partitionColumns }: Pick<TableShape, "schema" | "partitionColumns">,
  matched: readonly Matched[],
  compiler: ExpressionCompiler,
): WritePlan["columns"] {
  const stored = (field: StructField): string => columnValue(valueSql(field), field, partitionColumns);
  const valueSql = (field: StructField): string => {
    const value = matched.find((one) => one.field === field)?.value;
    if (value !== undefined) return storedValue(compiler, value, field.dataType, field.name);
    if (generationExpression(field) !== undefined) return generatedValue(compiler, field, schema, stored);
    return identityOf(field) === undefined ? defaultValue(compiler, field) : identityValue(field);
  };
  return schema.fields.map((field) => ({ name: field.name, sql: stored(field) }));
}

function sameSchema(left: StructType, right: StructType): boolean {
  return (
    sameType(left, right) &&
    left.fields.every((one, i) => one.name === right.fields[i]?.name && one.nullable === right.fields[i]?.nullable)
  );
}
