/** Spark's ANSI store assignment: a value as it is stored in a column, with run-time checks for what does not fit. */
import { type ArrayType, type DataType, type MapType, type StructType, sameType } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import { canStoreAssign, isAtomic, isNumeric } from "../coercion/coercion.js";
import { compileCast } from "../functions/cast.js";
import { raise } from "../functions/function-errors.js";
import type { FunctionContext, Typed } from "../typed.js";
import { typedNull } from "../typed-null.js";
import { analysisError, sqlType } from "./analysis-errors.js";
import { structField } from "./field-access.js";

/**
 * The value as type `to`. Fields of structs are matched by name at every depth, missing ones are NULL. Strings are cast to any atomic
 * type, as Delta does, with CAST_INVALID_INPUT at run time; a number that does not fit raises CAST_OVERFLOW_IN_TABLE_INSERT.
 * Throws INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST, INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_STRUCT_FIELDS.
 */
export function storeAssignment(value: Typed, to: DataType, column: string, context: FunctionContext): Typed {
  const from = value.dataType;
  if (from.kind === "void") return typedNull(value, to);
  if (identical(from, to)) return { ...value, dataType: to };
  if (from.kind === "struct" && to.kind === "struct") return assignStruct(value, from, to, column, context);
  if (from.kind === "array" && to.kind === "array") return assignArray(value, from, to, column, context);
  if (from.kind === "map" && to.kind === "map") return assignMap(value, from, to, column, context);
  const lax = from.kind === "string" && isAtomic(to) && to.kind !== "interval";
  if (!lax && !canStoreAssign(from, to)) throw cannotSafelyCast(from, to, column);
  if (isNumeric(from) && isNumeric(to)) return assignNumber(value, to, column, context);
  return compileCast(value, to, "ansi", context);
}

/** As {@link sameType}, with the same field order and letter case, so that nothing has to be done. */
function identical(from: DataType, to: DataType): boolean {
  if (!sameType(from, to)) return false;
  if (from.kind === "struct" && to.kind === "struct") {
    return from.fields.every((one, i) => {
      const other = to.fields[i];
      return other !== undefined && one.name === other.name && identical(one.dataType, other.dataType);
    });
  }
  if (from.kind === "array" && to.kind === "array") return identical(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map") {
    return identical(from.keyType, to.keyType) && identical(from.valueType, to.valueType);
  }
  return true;
}

/** try_cast tells overflow: a number that is not NULL and gives NULL did not fit. */
function assignNumber(value: Typed, to: DataType, column: string, context: FunctionContext): Typed {
  const cast = compileCast(value, to, "try", context);
  const unchecked = compileCast(value, to, "ansi", context);
  if (cast.sql === unchecked.sql) return cast;
  if (alwaysFits(value.dataType, to)) return unchecked;
  const message = `Fail to assign a value of ${sqlType(value.dataType)} type to the ${sqlType(to)} type column or variable \`${column}\` due to an overflow. Use try_cast on the input value to tolerate overflow and return NULL instead.`;
  const overflow = raise("CAST_OVERFLOW_IN_TABLE_INSERT", "22003", `'${message.replaceAll("'", "''")}'`);
  const sql = `CASE WHEN ${value.sql} IS NULL OR ${cast.sql} IS NOT NULL THEN ${cast.sql} ELSE CAST(${overflow} AS ${engineType(to)}) END`;
  return { ...cast, sql: `(${sql})`, nullable: value.nullable };
}

/** A decimal for which the other has digits enough on both sides of the point: a check for each value would cost an INSERT more than its cast. */
function alwaysFits(from: DataType, to: DataType): boolean {
  if (from.kind !== "decimal" || to.kind !== "decimal") return false;
  return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
}

function assignStruct(value: Typed, from: StructType, to: StructType, column: string, context: FunctionContext): Typed {
  const extra = from.fields.filter((one) => !to.fields.some((other) => sameName(one.name, other.name)));
  if (extra.length > 0)
    throw extraFields(
      extra.map((one) => one.name),
      column,
    );
  const fields = to.fields.map((target) => {
    const source = from.fields.find((one) => sameName(one.name, target.name));
    const inner: Typed = source
      ? { sql: structField(value.sql, source), dataType: source.dataType, nullable: true }
      : { sql: "NULL", dataType: { kind: "void" }, nullable: true };
    return `${engineName(target.name)} := ${storeAssignment(inner, target.dataType, `${column}.${target.name}`, context).sql}`;
  });
  const packed = `struct_pack(${fields.join(", ")})`;
  return {
    sql: value.nullable ? `(CASE WHEN ${value.sql} IS NOT NULL THEN ${packed} END)` : packed,
    dataType: to,
    nullable: value.nullable,
  };
}

function assignArray(value: Typed, from: ArrayType, to: ArrayType, column: string, context: FunctionContext): Typed {
  const variable = variableOf(value.sql);
  const element: Typed = { sql: variable, dataType: from.elementType, nullable: true };
  const assigned = storeAssignment(element, to.elementType, `${column}.element`, context);
  const sql = `list_transform(${value.sql}, lambda ${variable}: ${assigned.sql})`;
  return { sql, dataType: to, nullable: value.nullable };
}

function assignMap(value: Typed, from: MapType, to: MapType, column: string, context: FunctionContext): Typed {
  const variable = variableOf(value.sql);
  const part = (name: "key" | "value", type: DataType, target: DataType) =>
    storeAssignment(
      { sql: structField(variable, { name }), dataType: type, nullable: name === "value" },
      target,
      `${column}.${name}`,
      context,
    ).sql;
  const entry = `struct_pack("key" := ${part("key", from.keyType, to.keyType)}, "value" := ${part("value", from.valueType, to.valueType)})`;
  const entries = `list_transform(map_entries(${value.sql}), lambda ${variable}: ${entry})`;
  const sql = `(CASE WHEN ${value.sql} IS NOT NULL THEN map_from_entries(${entries}) END)`;
  return { sql, dataType: to, nullable: value.nullable };
}

/** A lambda variable that the text does not hold yet. */
function variableOf(sql: string): string {
  let name = "_item";
  for (let i = 1; sql.includes(name); i++) name = `_item${i}`;
  return name;
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function cannotSafelyCast(from: DataType, to: DataType, column: string): Error {
  return analysisError(
    "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
    "KD000",
    `Cannot write incompatible data for the table: cannot safely cast the column \`${column}\` ${sqlType(from)} to ${sqlType(to)}.`,
    {
      cure: "Cast the value explicitly.",
      parameters: { colName: `\`${column}\``, srcType: sqlType(from), targetType: sqlType(to) },
    },
  );
}

function extraFields(names: readonly string[], column: string): Error {
  return analysisError(
    "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_STRUCT_FIELDS",
    "KD000",
    `Cannot write incompatible data for the table: the struct \`${column}\` has the extra fields ${names.map((one) => `\`${one}\``).join(", ")}.`,
    {
      cure: "Leave them out, or turn on schema evolution.",
      parameters: { colName: `\`${column}\``, extraFields: names.join(", ") },
    },
  );
}
