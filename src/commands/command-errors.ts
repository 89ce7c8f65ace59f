/** The errors of table commands under Delta's and Spark's published conditions, and the engine SQL that raises one for a row. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { DataType, StructField } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";
import { quoteName, typeText } from "../schema/type-text.js";

/** Engine SQL that fails the statement when it is evaluated; the engine turns it into a LakeletError of that condition. */
export function raiseSql(condition: string, sqlState: string, message: string): string {
  return `error(${engineString(`[lakelet:${condition}|${sqlState}] ${message}`)})`;
}

export function notNullViolation(column: string): string {
  return raiseSql(
    "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
    "23502",
    `NOT NULL constraint violated for column: ${column}. A row to be written has NULL in it; the table is unchanged.`,
  );
}

export function replaceWhereViolation(predicate: string): string {
  return raiseSql(
    "DELTA_REPLACE_WHERE_MISMATCH",
    "44000",
    `Written data does not conform to partial table overwrite condition or constraint '${predicate}'. ` +
      "Each new row must make it true (NULL is not enough); the table is unchanged.",
  );
}

function describeFields(fields: readonly (readonly [path: string, type: DataType])[]): string {
  return fields.map(([path, type]) => `${path} ${typeText(type).toUpperCase()}`).join(", ");
}

/** The data have fields that the table lacks, and nothing allows the table to take them. */
export function metadataMismatch(
  table: string,
  extra: readonly (readonly [path: string, type: DataType])[],
): LakeletError {
  return new LakeletError({
    condition: "DELTA_METADATA_MISMATCH",
    sqlState: "42KDG",
    problem: `A schema mismatch was detected when writing to the Delta table ${table}.`,
    reason: `The data have fields that the table lacks: ${describeFields(extra)}.`,
    cure: "Leave them out, or let the table take them with the option mergeSchema = true.",
    parameters: { table, fields: extra.map(([path]) => path).join(", ") },
  });
}

export function partitionMismatch(
  table: string,
  actual: readonly string[],
  requested: readonly string[],
): LakeletError {
  return new LakeletError({
    condition: "DELTA_METADATA_MISMATCH",
    sqlState: "42KDG",
    problem: `The partition columns [${requested.join(", ")}] are not those of the Delta table ${table}: [${actual.join(", ")}].`,
    cure: "Leave partitionBy out, or replace the table's schema with mode overwrite and the option overwriteSchema = true.",
    parameters: { table, given: requested.join(", "), expected: actual.join(", ") },
  });
}

export function failedToMergeFields(path: string, table: DataType, data: DataType): LakeletError {
  return new LakeletError({
    condition: "DELTA_FAILED_TO_MERGE_FIELDS",
    sqlState: "22005",
    problem: `Failed to merge fields '${path}' and '${path}'.`,
    reason: `The table has ${typeText(table).toUpperCase()}, the data have ${typeText(data).toUpperCase()}.`,
    cure: "Cast the column of the data to the table's type.",
    parameters: { currentField: path, updateField: path },
  });
}

export function duplicateColumns(names: readonly string[], where: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_DUPLICATE_COLUMNS_FOUND",
    sqlState: "42711",
    problem: `Found duplicate column(s) ${where}: ${names.join(", ")}.`,
    cure: "Give each column a name of its own; letter case does not tell names apart.",
    parameters: { duplicateCols: names.join(", ") },
  });
}

export function insertArityMismatch(
  table: string,
  expected: readonly string[],
  actual: readonly string[],
): LakeletError {
  const tooFew = actual.length < expected.length;
  return new LakeletError({
    condition: `INSERT_COLUMN_ARITY_MISMATCH.${tooFew ? "NOT_ENOUGH_DATA_COLUMNS" : "TOO_MANY_DATA_COLUMNS"}`,
    sqlState: "21S01",
    problem: `Cannot write to ${table}, the reason is ${tooFew ? "not enough" : "too many"} data columns.`,
    reason: `Table columns: ${expected.join(", ")}. Data columns: ${actual.join(", ")}.`,
    cure: "Give a value for each column, or name the columns that have one.",
    parameters: { tableName: table, tableColumns: expected.join(", "), dataColumns: actual.join(", ") },
  });
}

export function unresolvedColumn(name: string, known: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    sqlState: "42703",
    problem: `A column with name ${quoteName(name)} cannot be resolved.`,
    cure: `Did you mean one of: ${known.map(quoteName).join(", ")}?`,
    parameters: { objectName: quoteName(name), proposal: known.map(quoteName).join(", ") },
  });
}

/** A column that the data lack, and that takes no NULL: of a writer, or of an INSERT with a column list or BY NAME. */
export function missingNotNullColumn(table: string, column: string, statement: boolean): LakeletError {
  return new LakeletError({
    condition: statement ? "DELTA_INSERT_COLUMN_MISMATCH" : "DELTA_MISSING_NOT_NULL_COLUMN_VALUE",
    sqlState: statement ? "42802" : "23502",
    problem: statement
      ? `Column ${column} is not specified in INSERT.`
      : `Column ${column}, which has a NOT NULL constraint, is missing from the data being written into the table.`,
    reason: `${table} takes no NULL there.`,
    cure: "Give it a value.",
    parameters: { columnName: column },
  });
}

export function unsupportedColumnType(column: StructField): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_DATA_TYPES",
    sqlState: "0AKDC",
    problem: `The column ${quoteName(column.name)} has the type ${typeText(column.dataType).toUpperCase()}, which a Delta table cannot store.`,
    cure: "Cast it to a type that can be stored.",
    parameters: { dataTypeList: `[${typeText(column.dataType)}]` },
  });
}

export function invalidColumnName(name: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES",
    sqlState: "42K05",
    problem: `The column name ${quoteName(name)} has a character among " ,;{}()\\n\\t=".`,
    cure: "Rename it with an alias.",
    parameters: { invalidColumnNames: name },
  });
}

export function partitionColumnNotFound(column: string, known: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "PARTITION_COLUMN_NOT_FOUND_IN_SCHEMA",
    sqlState: "42000",
    problem: `The partition column ${quoteName(column)} is not in the schema.`,
    reason: `The columns are ${known.map(quoteName).join(", ")}.`,
    parameters: { column },
  });
}

export function allColumnsPartition(): LakeletError {
  return new LakeletError({
    condition: "ALL_PARTITION_COLUMNS_NOT_ALLOWED",
    sqlState: "KD005",
    problem: "Cannot use all columns for partition columns.",
    cure: "Leave at least one column out of the partitioning.",
  });
}

export function partitionTypeNotSupported(column: StructField): LakeletError {
  const type = typeText(column.dataType).toUpperCase();
  return new LakeletError({
    condition: "DELTA_INVALID_PARTITION_COLUMN_TYPE",
    sqlState: "42996",
    problem: `Using column ${column.name} of type ${type} as a partition column is not supported.`,
    cure: "Partition by a column of a simple type.",
    parameters: { name: column.name, dataType: type },
  });
}

/** The table has columns that its change data feed adds to the rows. */
export function reservedChangeColumns(columns: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "RESERVED_CDC_COLUMNS_ON_WRITE",
    sqlState: "42939",
    problem: `The change data feed needs the column names ${columns.join(", ")}, which the table has.`,
    cure: "Rename these columns, or do without the change data feed.",
    parameters: { columnNames: columns.join(", ") },
  });
}

export function nonPartitionColumn(column: string, table: string): LakeletError {
  return new LakeletError({
    condition: "NON_PARTITION_COLUMN",
    sqlState: "42000",
    problem: `PARTITION clause cannot contain the non-partition column ${quoteName(column)} of ${table}.`,
    parameters: { columnName: quoteName(column) },
  });
}

export function tableAlreadyExists(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_TABLE_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `The Delta table ${table} already exists.`,
    cure: "Use IF NOT EXISTS to keep it, or CREATE OR REPLACE to replace it.",
    parameters: { tableName: table },
  });
}

export function tableNotFound(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_TABLE_NOT_FOUND",
    sqlState: "42P01",
    problem: `The Delta table ${table} doesn't exist.`,
    cure: "Create it first, or check the name.",
    parameters: { tableName: table },
  });
}

export function schemaDiffersFromExisting(
  table: string,
  location: string,
  specified: string,
  existing: string,
): LakeletError {
  return new LakeletError({
    condition: "DELTA_CREATE_TABLE_SCHEME_MISMATCH",
    sqlState: "42KD7",
    problem: `The specified definition of ${table} does not match the Delta table that is at ${location}.`,
    reason: `Specified: ${specified}. Existing: ${existing}.`,
    cure: "Leave the columns out to take the existing table as it is.",
    parameters: { path: location, specifiedSchema: specified, existingSchema: existing },
  });
}

export function locationNotEmpty(table: string, location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION",
    sqlState: "42601",
    problem: `Cannot create the table ${table}: its location ${location} is not empty and holds no Delta table.`,
    cure: "Choose an empty folder.",
    parameters: { tableId: table, tableLocation: location },
  });
}

export function externalTableWithoutSchema(table: string, location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CREATE_EXTERNAL_TABLE_WITHOUT_SCHEMA",
    sqlState: "42601",
    problem: `The table ${table} is created from ${location} without columns, and there is no Delta table.`,
    cure: "Give the columns, or the location of an existing Delta table.",
    parameters: { tableName: table, path: location },
  });
}

export function appendOnly(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CANNOT_MODIFY_APPEND_ONLY",
    sqlState: "42809",
    problem: `The table ${table} is configured to only allow appends.`,
    cure: "To permit updates or deletes, ALTER TABLE ... SET TBLPROPERTIES ('delta.appendOnly' = 'false').",
    parameters: { table_name: table },
  });
}

export function invalidIdempotenceOptions(reason: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_IDEMPOTENT_WRITES_OPTIONS",
    sqlState: "42616",
    problem: `Invalid options for idempotent writes: ${reason}.`,
    cure: "Give txnAppId and txnVersion together; txnVersion is a whole number from 0.",
    parameters: { reason },
  });
}

export function nonDeterministic(operation: string, expression: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED",
    sqlState: "0AKDC",
    problem: `Non-deterministic functions are not supported in the ${operation}: ${expression}.`,
    cure: "Compute the value in a column first.",
    parameters: { operation, expression },
  });
}

export function unknownProperty(key: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNKNOWN_CONFIGURATION",
    sqlState: "F0000",
    problem: `Unknown configuration was specified: ${key}.`,
    cure: "Names that begin with `delta.` belong to Delta; give your own property another name.",
    parameters: { config: key },
  });
}

export function unsupportedFeatureProperty(key: string, value: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE",
    sqlState: "56038",
    problem: `The table property ${key} = ${value} asks for a table feature that lakelet cannot write yet.`,
    cure: "Leave the property out.",
    parameters: { property: key, value },
  });
}

export function conflictingAssignment(columns: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DELTA_CONFLICT_SET_COLUMN",
    sqlState: "42701",
    problem: `There is a conflict from these SET columns: ${columns.join(", ")}.`,
    cure: "Assign each column or field once.",
    parameters: { columnList: columns.join(", ") },
  });
}

export function columnAlreadyExists(column: string, table: string): LakeletError {
  return new LakeletError({
    condition: "FIELD_ALREADY_EXISTS",
    sqlState: "42710",
    problem: `Cannot add the column ${quoteName(column)} to ${table}, because it already exists.`,
    cure: "Choose another name; letter case does not tell names apart.",
    parameters: { fieldNames: quoteName(column), table },
  });
}

export function unsetOfMissingProperty(key: string, table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSET_NON_EXISTENT_PROPERTY",
    sqlState: "42616",
    problem: `Attempted to unset the non-existent property '${key}' of ${table}.`,
    cure: "Write UNSET TBLPROPERTIES IF EXISTS.",
    parameters: { property: key, tableName: table },
  });
}

export function nestedFieldNotAssignable(path: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_NESTED_FIELD_IN_UPDATE",
    sqlState: "0AKDC",
    problem: `Updating nested fields is only supported for StructType: ${path} goes through another type.`,
    cure: "Assign the whole column.",
    parameters: { column: path },
  });
}

export function incompatibleStruct(path: string, from: DataType, to: DataType): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
    sqlState: "42K09",
    problem: `A value of the type ${typeText(from).toUpperCase()} cannot be assigned to ${path}, which is ${typeText(to).toUpperCase()}.`,
    reason: "Structs are assigned field by field, by name, and the fields are not the same.",
    cure: "Build the struct with named_struct, or let the table take new fields by schema evolution.",
    parameters: { srcType: typeText(from), targetType: typeText(to) },
  });
}
