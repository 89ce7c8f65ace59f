/** Reading one element: `array[i]`, `map[key]`, element_at, get, size. */
import { type DataType, INTEGER, type MapType } from "../../schema/data-type.js";
import { canImplicitlyCast, isIntegral, tightestCommonType } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, anInt, type Expected, expectCount, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { unexpectedInputType } from "./function-errors.js";
import { differingTypes, noFieldName, noSuchField, nothingToExtract } from "./nested-errors.js";

const anArrayOrMap: Expected = {
  text: 'the ("ARRAY" or "MAP") type',
  target: (type) => (type.kind === "array" || type.kind === "map" ? type : undefined),
};

/** The value of a key; NULL where there is none. A key that the map's type cannot hold is not there. */
function mapValue(map: Typed, key: Typed, name: string, context: FunctionContext): Typed {
  const { keyType, valueType } = map.dataType as MapType;
  const fits =
    name === "subscript" ? canImplicitlyCast(key.dataType, keyType) : tightestCommonType(key.dataType, keyType);
  if (!fits) throw differingTypes("MAP_FUNCTION", name, [map.dataType, key.dataType]);
  const wanted = compileCast(key, keyType, key.dataType.kind === "string" ? "ansi" : "try", context);
  return typedFrom([map, key], `map_extract_value(${map.sql}, ${wanted.sql})`, valueType, true);
}

function compileSubscript(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const [value, index] = values(args, name) as readonly [Typed, Typed];
  if (value.dataType.kind === "map") return mapValue(value, index, name, context);
  if (value.dataType.kind === "struct") {
    const field = index.literal?.value;
    if (index.dataType.kind !== "string" || field === undefined || field === null) throw noFieldName(index);
    const found = value.dataType.fields.find((one) => one.name.toLowerCase() === field.toLowerCase());
    if (found === undefined) throw noSuchField(field, value.dataType);
    const sql = `struct_extract(${value.sql}, '${found.name.replaceAll("'", "''")}')`;
    return typedFrom([value], sql, found.dataType, value.nullable || found.nullable);
  }
  if (value.dataType.kind !== "array") throw nothingToExtract(value);
  if (!isIntegral(index.dataType) && index.dataType.kind !== "void") {
    throw unexpectedInputType(name, 1, 'the "INTEGRAL" type', index.dataType);
  }
  return typedFrom(
    [value, index],
    `spark_array_item(${value.sql}, ${index.sql})`,
    value.dataType.elementType,
    nullableItem(value),
  );
}

const nullableItem = (list: Typed): boolean =>
  list.nullable || (list.dataType.kind === "array" && list.dataType.containsNull);

function elementAt(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const [value, key] = values(args, name) as readonly [Typed, Typed];
  if (value.dataType.kind === "map") return mapValue(value, key, name, context);
  if (value.dataType.kind !== "array") {
    throw unexpectedInputType(name, 0, 'the ("ARRAY" or "MAP") type', value.dataType);
  }
  if (!isIntegral(key.dataType)) throw unexpectedInputType(name, 1, 'the "INTEGRAL" type', key.dataType);
  const macro = name.startsWith("try_") ? "spark_try_element_at" : "spark_element_at";
  const nullable = nullableItem(value) || key.nullable || name.startsWith("try_");
  return typedFrom([value, key], `${macro}(${value.sql}, ${key.sql})`, value.dataType.elementType, nullable);
}

function size(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1);
  const [value] = values(args, name) as readonly [Typed];
  if (value.dataType.kind === "void") return { sql: "CAST(NULL AS INTEGER)", dataType: INTEGER, nullable: true };
  accept(value, anArrayOrMap, name, 0, context);
  const sql = value.dataType.kind === "map" ? `cardinality(${value.sql})` : `len(${value.sql})`;
  return typedFrom([value], `CAST(${sql} AS INTEGER)`, INTEGER);
}

const arrayOnly = (value: Argument | undefined, name: string): DataType => {
  const [typed] = values(value ? [value] : [], name);
  if (typed?.dataType.kind === "array") return typed.dataType.elementType;
  throw unexpectedInputType(name, 0, 'the "ARRAY" type', typed?.dataType ?? INTEGER);
};

export const subscriptFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["subscript"], compile: compileSubscript },
  { kind: "scalar", names: ["element_at", "try_element_at"], compile: elementAt },
  {
    kind: "scalar",
    names: ["get"],
    compile(args, context, name) {
      expectCount(args, name, 2);
      const element = arrayOnly(args[0], name);
      const [list] = values(args, name) as readonly [Typed];
      const index = accept(args[1] as Argument, anInt, name, 1, context);
      const sql = `(CASE WHEN ${index.sql} >= 0 THEN list_extract(${list.sql}, ${index.sql} + 1) END)`;
      return typedFrom([list, index], sql, element, true);
    },
  },
  { kind: "scalar", names: ["size", "cardinality"], compile: size },
  {
    kind: "scalar",
    names: ["array_size"],
    compile(args, _context, name) {
      expectCount(args, name, 1);
      const [only] = values(args, name);
      if (only?.dataType.kind === "void") return typedFrom([only], "CAST(NULL AS INTEGER)", INTEGER, true);
      arrayOnly(args[0], name);
      const [list] = values(args, name) as readonly [Typed];
      return typedFrom([list], `CAST(len(${list.sql}) AS INTEGER)`, INTEGER);
    },
  },
];

const outOfBounds = (condition: string, cure: string) =>
  `error('[lakelet:${condition}|22003] The index ' || i || ' is out of bounds. The array has ' || len(l) || ' elements. Use ${cure} to tolerate accessing element at invalid index and return NULL instead.')`;
const ZERO =
  "error('[lakelet:INVALID_INDEX_OF_ZERO|22003] The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).')";

// The element comes first: an element that is there and not NULL costs no more than the engine's own subscript.
export const subscriptMacros: Readonly<Record<string, string>> = {
  spark_array_item:
    "CREATE OR REPLACE MACRO spark_array_item(l, i) AS CASE WHEN i >= 0 AND i < len(l) THEN list_extract(l, CAST(i AS BIGINT) + 1) " +
    `WHEN l IS NOT NULL AND i IS NOT NULL THEN ${outOfBounds("INVALID_ARRAY_INDEX", "the SQL function `get()`")} END`,
  spark_element_at:
    `CREATE OR REPLACE MACRO spark_element_at(l, i) AS CASE WHEN i = 0 THEN ${ZERO} ` +
    "WHEN abs(CAST(i AS BIGINT)) <= len(l) THEN list_extract(l, i) " +
    `WHEN l IS NOT NULL AND i IS NOT NULL THEN ${outOfBounds("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "`try_element_at`")} END`,
  spark_try_element_at: `CREATE OR REPLACE MACRO spark_try_element_at(l, i) AS CASE WHEN i = 0 THEN ${ZERO} ELSE list_extract(l, i) END`,
};
