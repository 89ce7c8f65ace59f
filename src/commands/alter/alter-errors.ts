/** What ALTER TABLE refuses, under Delta's and Spark's published conditions. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";

function refused(condition: string, sqlState: string, problem: string, cure?: string, reason?: string): LakeletError {
  return new LakeletError({
    condition,
    sqlState,
    problem,
    ...(reason === undefined ? {} : { reason }),
    ...(cure === undefined ? {} : { cure }),
  });
}

interface Dependent {
  readonly name: string;
  readonly expression: string;
}

function list(dependents: readonly Dependent[]): string {
  return dependents.map(({ name, expression }) => `${name} -> ${expression}`).join("; ");
}

export function constraintDepends(column: string, constraints: readonly Dependent[]): LakeletError {
  return refused(
    "DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE",
    "42K09",
    `Cannot alter column ${column} because this column is referenced by the following check constraint(s): ${list(constraints)}.`,
    "Drop the constraint first, and add it again afterwards.",
  );
}

export function generatedDepends(column: string, columns: readonly Dependent[]): LakeletError {
  return refused(
    "DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE",
    "42K09",
    `Cannot alter column ${column} because this column is referenced by the following generated column(s): ${list(columns)}.`,
  );
}

export function constraintExists(name: string, expression: string): LakeletError {
  return refused(
    "DELTA_CONSTRAINT_ALREADY_EXISTS",
    "42710",
    `Constraint '${name}' already exists: ${expression}.`,
    "Drop the old constraint first.",
  );
}

export function constraintMissing(name: string, table: string): LakeletError {
  return refused(
    "DELTA_CONSTRAINT_DOES_NOT_EXIST",
    "42704",
    `Cannot drop nonexistent constraint ${name} from table ${table}.`,
    "Write DROP CONSTRAINT IF EXISTS.",
  );
}

export function existingRowsViolate(table: string, expression: string, rows: bigint): LakeletError {
  return refused(
    "DELTA_NEW_CHECK_CONSTRAINT_VIOLATION",
    "23512",
    `${rows} rows in ${table} violate the new CHECK constraint (${expression}).`,
    "Change or delete them first; a row for which the expression is NULL violates it, too.",
  );
}

export function existingNulls(column: string, table: string, rows: bigint): LakeletError {
  return refused(
    "DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
    "23502",
    `NOT NULL constraint violated for column: ${column}. ${rows} rows in ${table} have NULL in it.`,
    "Change or delete them first.",
  );
}

export function mappingModeChange(from: string, to: string): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_COLUMN_MAPPING_MODE_CHANGE",
    "0AKDC",
    `Changing column mapping mode from '${from}' to '${to}' is not supported.`,
    to === "none"
      ? "Its files know columns by other names than the table has now: write the rows to a new table."
      : "Only 'none' to 'name' is, for a table that exists.",
  );
}

export function reservedProperty(key: string): LakeletError {
  return refused(
    "UNSUPPORTED_FEATURE.SET_TABLE_PROPERTY",
    "0A000",
    `${key} is a reserved table property.`,
    "Use the clause of CREATE TABLE or ALTER TABLE that is made for it.",
  );
}

export function constraintByProperty(key: string): LakeletError {
  return refused(
    "DELTA_ADD_CONSTRAINTS",
    "0A000",
    `The property ${key} is a CHECK constraint.`,
    "Use ALTER TABLE ADD CONSTRAINT and DROP CONSTRAINT.",
  );
}

export function propertyNotUnsettable(key: string): LakeletError {
  return refused(
    "DELTA_CANNOT_MODIFY_TABLE_PROPERTY",
    "42939",
    `The Delta table configuration ${key} belongs to the table itself and cannot be unset.`,
  );
}

export function notAllowed(operation: string): LakeletError {
  return refused(
    "DELTA_OPERATION_NOT_ALLOWED",
    "0AKDC",
    `Operation not allowed: \`${operation}\` is not supported for Delta tables.`,
  );
}

export function defaultOfNewColumn(): LakeletError {
  return refused(
    "WRONG_COLUMN_DEFAULTS_FOR_DELTA_ALTER_TABLE_ADD_COLUMN_NOT_SUPPORTED",
    "0AKDC",
    "DEFAULT values are not supported when adding new columns to a Delta table that exists.",
    "Add the column without a default first, then run ALTER TABLE ALTER COLUMN SET DEFAULT for rows to come.",
  );
}

export function parentNotStruct(path: string, type: DataType): LakeletError {
  return refused(
    "DELTA_ADD_COLUMN_PARENT_NOT_STRUCT",
    "42KD3",
    `Cannot add a field to ${path}, because its type is ${typeText(type).toUpperCase()}, not a struct.`,
  );
}

const ENABLE_MAPPING =
  "Enable column mapping first: ALTER TABLE ... SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name').";

export function renameNotSupported(): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_RENAME_COLUMN",
    "0AKDC",
    "Column rename is not supported for a Delta table without column mapping.",
    ENABLE_MAPPING,
  );
}

export function dropNotSupported(): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_DROP_COLUMN",
    "0AKDC",
    "DROP COLUMN is not supported for a Delta table without column mapping.",
    ENABLE_MAPPING,
  );
}

export function droppedPartitionColumn(column: string): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_DROP_PARTITION_COLUMN",
    "0AKDC",
    `Dropping partition columns (${column}) is not allowed.`,
  );
}

export function droppedClusteringColumn(column: string): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_DROP_CLUSTERING_COLUMN",
    "0AKDC",
    `Dropping clustering columns (${column}) is not allowed.`,
    "Change the clustering first: ALTER TABLE ... CLUSTER BY.",
  );
}

export function droppedFromItem(path: string): LakeletError {
  return refused(
    "DELTA_DROP_NESTED_COLUMN_FROM_NON_STRUCT_TYPE",
    "428FR",
    `${path} is the item of an array or map, not a field of a struct.`,
  );
}

export function lastColumn(path: string): LakeletError {
  return refused(
    "DELTA_DROP_COLUMN_ON_SINGLE_FIELD_SCHEMA",
    "0AKDC",
    `Cannot drop ${path}: it is the only column there.`,
  );
}

export function columnsNotReplaceable(reason: string): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_ALTER_TABLE_REPLACE_COL_OP",
    "0AKDC",
    "Unsupported ALTER TABLE REPLACE COLUMNS operation.",
    "Make the changes one by one with ALTER TABLE ADD, DROP, RENAME and ALTER COLUMN.",
    `Cannot change data type: ${reason}.`,
  );
}

export function changeNotSupported(
  table: string,
  column: string,
  from: DataType | string,
  to: DataType | string,
): LakeletError {
  const text = (type: DataType | string): string => (typeof type === "string" ? type : typeText(type)).toUpperCase();
  return refused(
    "NOT_SUPPORTED_CHANGE_COLUMN",
    "0A000",
    `ALTER COLUMN is not supported for changing ${table}'s column ${quoteName(column)} with type "${text(from)}" to "${text(to)}".`,
    "Only a type that holds all values of the old one can take its place.",
  );
}

export function wideningNotEnabled(column: string, from: DataType, to: DataType): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP",
    "0AKDC",
    `ALTER TABLE CHANGE COLUMN is not supported for changing column ${column} from ${typeText(from).toUpperCase()} to ${typeText(to).toUpperCase()}.`,
    "Wider numbers are possible with type widening: SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true').",
  );
}

export function itemNotAlterable(path: string): LakeletError {
  return refused(
    "DELTA_UNSUPPORTED_COMMENT_MAP_ARRAY",
    "0AKDC",
    `Can't alter ${path}: of an item of an array or map only the type can change.`,
  );
}

export function partitionedTableClustered(): LakeletError {
  return refused(
    "DELTA_ALTER_TABLE_CLUSTER_BY_ON_PARTITIONED_TABLE_NOT_ALLOWED",
    "42000",
    "ALTER TABLE CLUSTER BY cannot be applied to a partitioned table.",
  );
}

/** What of the feature is left in the table, and has to go first. */
export function featureStillUsed(feature: string, trace: string, cure: string): LakeletError {
  return refused(
    "DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD",
    "22KD0",
    `Cannot drop the table feature ${feature}.`,
    cure,
    trace,
  );
}
