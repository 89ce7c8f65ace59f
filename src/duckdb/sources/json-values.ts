/** Engine SQL that turns a JSON value into a value of a type by the rules of Spark's JSON reader. */
import type { DataType, StructField } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { ValueOptions } from "./csv-options.js";
import type { DateTimePattern } from "./date-time-pattern.js";

export interface JsonValue {
  /** NULL where the JSON does not fit. */
  readonly value: string;
  /** True where it does not fit, although it is neither missing nor null; never NULL. */
  readonly misfit: string;
}

/** `json`: engine SQL of type JSON. `depth` keeps the names of nested lambdas apart. */
export function jsonValue(json: string, type: DataType, options: ValueOptions, depth = 0): JsonValue {
  const kind = `json_type(${json})`;
  const text = `(${json} ->> '$')`;
  const missing = `(${json} IS NULL OR ${kind} = 'NULL')`;
  const fitting = (value: string): JsonValue => ({ value, misfit: `(NOT ${missing} AND (${value}) IS NULL)` });
  const when = (kinds: readonly string[], value: string) =>
    `CASE WHEN ${kind} IN (${kinds.map(engineString).join(", ")}) THEN ${value} END`;
  switch (type.kind) {
    case "string":
      return { value: `CASE WHEN ${missing} THEN NULL ELSE ${text} END`, misfit: "false" };
    case "boolean":
      return fitting(when(["BOOLEAN"], `CAST(${text} AS BOOLEAN)`));
    case "byte":
    case "short":
    case "integer":
    case "long":
      return fitting(when(["BIGINT", "UBIGINT"], `TRY_CAST(${text} AS ${engineType(type)})`));
    case "decimal":
      return fitting(
        when(["BIGINT", "UBIGINT", "DOUBLE", "HUGEINT", "VARCHAR"], `TRY_CAST(${text} AS ${engineType(type)})`),
      );
    case "float":
    case "double":
      return fitting(
        `CASE WHEN ${kind} IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE') OR ${text} IN ('NaN', '+INF', '+Infinity', 'INF', 'Infinity', '-INF', '-Infinity') THEN TRY_CAST(${text} AS ${engineType(type)}) END`,
      );
    case "binary":
      return fitting(when(["VARCHAR"], `TRY(from_base64(${text}))`));
    case "date":
      return fitting(
        when(["VARCHAR"], options.dateFormat ? patternValue(text, options.dateFormat, "DATE") : isoDate(text)),
      );
    case "timestamp":
      if (options.timestampFormat)
        return fitting(when(["VARCHAR"], patternValue(text, options.timestampFormat, "TIMESTAMPTZ")));
      return fitting(
        `CASE WHEN ${kind} = 'VARCHAR' THEN ${isoTimestamp(text, "TIMESTAMPTZ")} WHEN ${kind} IN ('BIGINT', 'UBIGINT') THEN to_timestamp(TRY_CAST(${text} AS BIGINT)) END`,
      );
    case "timestamp_ntz":
      return fitting(
        when(
          ["VARCHAR"],
          options.timestampNtzFormat
            ? patternValue(text, options.timestampNtzFormat, "TIMESTAMP")
            : isoTimestamp(text, "TIMESTAMP"),
        ),
      );
    case "struct":
      return structValue(json, type.fields, options, depth);
    case "array":
      return arrayValue(json, type.elementType, options, depth);
    case "map":
      return mapValue(json, type.valueType, options, depth);
    default:
      return { value: `CAST(NULL AS ${engineType(type)})`, misfit: "false" };
  }
}

function patternValue(text: string, { regex, format }: DateTimePattern, type: string): string {
  return `CASE WHEN regexp_full_match(${text}, ${engineString(regex)}) THEN CAST(try_strptime(${text}, ${engineString(format)}) AS ${type}) END`;
}

function isoDate(text: string): string {
  return `TRY_CAST(nullif(regexp_extract(${text}, '^\\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})([ T].*|\\s*)$', 1), '') AS DATE)`;
}

function isoTimestamp(text: string, type: string): string {
  return `CASE WHEN regexp_matches(${text}, '^\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN TRY_CAST(${text} AS ${type}) END`;
}

/** An object's fields as a struct of JSON values, with one parse. */
export function jsonFields(json: string, fields: readonly StructField[]): string {
  const structure = JSON.stringify(Object.fromEntries(fields.map((one) => [one.name, "JSON"])));
  return `from_json(${json}, ${engineString(structure)})`;
}

function structValue(json: string, fields: readonly StructField[], options: ValueOptions, depth: number): JsonValue {
  const object = `CASE WHEN json_type(${json}) = 'OBJECT' THEN ${jsonFields(json, fields)} END`;
  const item = `o${depth}`;
  const inner = fields.map((one) => jsonValue(`${item}.${engineName(one.name)}`, one.dataType, options, depth + 1));
  const packed = fields.map((one, i) => `${engineName(one.name)} := ${inner[i]?.value}`).join(", ");
  // A list of one lets the object be parsed once and named.
  const value = `CASE WHEN json_type(${json}) = 'OBJECT' THEN list_transform([${object}], lambda ${item}: struct_pack(${packed}))[1] END`;
  const misfits = inner.map((one) => one.misfit).join(" OR ");
  return {
    value,
    misfit: `(coalesce(json_type(${json}), 'NULL') NOT IN ('NULL', 'OBJECT') OR coalesce(list_transform([${object}], lambda ${item}: ${item} IS NOT NULL AND (${misfits}))[1], false))`,
  };
}

/** One element that does not fit makes the array one that does not. */
function arrayValue(json: string, elementType: DataType, options: ValueOptions, depth: number): JsonValue {
  const item = `e${depth}`;
  const inner = jsonValue(item, elementType, options, depth + 1);
  const list = `CASE WHEN json_type(${json}) = 'ARRAY' THEN from_json(${json}, '["JSON"]') END`;
  const broken = `coalesce(list_bool_or(list_transform(${list}, lambda ${item}: ${inner.misfit})), false)`;
  return {
    value: `CASE WHEN NOT ${broken} THEN list_transform(${list}, lambda ${item}: ${inner.value}) END`,
    misfit: `(coalesce(json_type(${json}), 'NULL') NOT IN ('NULL', 'ARRAY') OR ${broken})`,
  };
}

function mapValue(json: string, valueType: DataType, options: ValueOptions, depth: number): JsonValue {
  const item = `k${depth}`;
  const keys = `CASE WHEN json_type(${json}) = 'OBJECT' THEN json_keys(${json}) END`;
  const at = `json_extract(${json}, '$."' || replace(${item}, '"', '\\"') || '"')`;
  const inner = jsonValue(at, valueType, options, depth + 1);
  const broken = `coalesce(list_bool_or(list_transform(${keys}, lambda ${item}: ${inner.misfit})), false)`;
  const entries = `list_transform(${keys}, lambda ${item}: {'key': ${item}, 'value': ${inner.value}})`;
  return {
    value: `CASE WHEN json_type(${json}) = 'OBJECT' AND NOT ${broken} THEN map_from_entries(${entries}) END`,
    misfit: `(coalesce(json_type(${json}), 'NULL') NOT IN ('NULL', 'OBJECT') OR ${broken})`,
  };
}
