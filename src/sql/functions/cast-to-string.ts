/** Casts to string and binary: Spark's text of every type. */
import { type DataType, STRING } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { FunctionContext, Typed } from "../typed.js";
import { localTimestamp } from "./cast-to-temporal.js";
import { intervalText } from "./interval-text.js";
import { once } from "./once.js";

/** Text for a cast, or for people to look at, where nulls inside are NULL and bytes are written out. */
export type TextStyle = "cast" | "shown";

/** Engine SQL of the value as Spark's `CAST(... AS STRING)` gives it, or as `show()` prints it. */
export function castToString(value: Typed, context: FunctionContext, style: TextStyle = "cast"): string {
  const type = value.dataType;
  switch (type.kind) {
    case "string":
      return value.sql;
    case "float":
    case "double":
      return once(value, (x) => `spark_${type.kind}_text(${x})`);
    case "decimal":
      // The engine leaves the zero before the point out where all digits are behind it.
      return type.precision === type.scale ? `spark_fraction_text(${value.sql})` : `CAST(${value.sql} AS VARCHAR)`;
    case "date":
      return once(value, (x) => `spark_date_text(${x})`);
    case "timestamp":
    case "timestamp_ntz":
      return once({ ...value, sql: localTimestamp(value, context) }, (x) => `spark_timestamp_text(${x})`);
    case "binary":
      return style === "cast"
        ? once(value, (x) => `spark_validate_utf8(${x})`)
        : `('[' || rtrim(regexp_replace(hex(${value.sql}), '(..)', '\\1 ', 'g')) || ']')`;
    case "array":
      return arrayText(value.sql, type.elementType, context, style);
    case "map":
      return mapText(value.sql, type.keyType, type.valueType, context, style);
    case "struct":
      return once(value, (x) => structText(x, type.fields, context, style));
    case "interval":
      return intervalText(value.sql, type);
    case "variant":
      return `spark_variant_json(${value.sql}, ${engineString(context.timeZone)})`;
    default:
      return `CAST(${value.sql} AS VARCHAR)`;
  }
}

function elementText(sql: string, type: DataType, context: FunctionContext, style: TextStyle): string {
  const text = castToString({ sql, dataType: type, nullable: true }, context, style);
  return `coalesce(${text}, '${style === "cast" ? "null" : "NULL"}')`;
}

function arrayText(sql: string, element: DataType, context: FunctionContext, style: TextStyle): string {
  const variable = `spark_e${depth(element)}`;
  const texts = `list_transform(${sql}, lambda ${variable}: ${elementText(variable, element, context, style)})`;
  return `('[' || array_to_string(${texts}, ', ') || ']')`;
}

function mapText(sql: string, key: DataType, value: DataType, context: FunctionContext, style: TextStyle): string {
  const variable = `spark_m${depth(key) + depth(value)}`;
  const keyText = elementText(`${variable}.key`, key, context, style);
  const valueText = elementText(`${variable}.value`, value, context, style);
  return `('{' || array_to_string(list_transform(map_entries(${sql}), lambda ${variable}: ${keyText} || ' -> ' || ${valueText}), ', ') || '}')`;
}

function structText(
  sql: string,
  fields: readonly { readonly name: string; readonly dataType: DataType }[],
  context: FunctionContext,
  style: TextStyle,
): string {
  const texts = fields.map((one) =>
    elementText(`struct_extract(${sql}, '${one.name.replaceAll("'", "''")}')`, one.dataType, context, style),
  );
  return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${texts.join(" || ', ' || ") || "''"} || '}' END`;
}

/** How many levels of nesting a type has: keeps the names of nested lambda variables apart. */
export function depth(type: DataType): number {
  switch (type.kind) {
    case "array":
      return 1 + depth(type.elementType);
    case "map":
      return 1 + depth(type.keyType) + depth(type.valueType);
    case "struct":
      return 1 + Math.max(0, ...type.fields.map((one) => depth(one.dataType)));
    default:
      return 1;
  }
}

/** Engine SQL of a cast to binary: the bytes of the text. */
export function castToBinary(value: Typed): string {
  return `encode(${value.sql})`;
}

/** Engine SQL of a NULL of a type. */
export function typedNull(type: DataType = STRING): string {
  return `CAST(NULL AS ${engineType(type)})`;
}

/** Field access in engine SQL. */
export function fieldOf(sql: string, name: string): string {
  return `(${sql}).${engineName(name)}`;
}
