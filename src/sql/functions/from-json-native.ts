/**
 * from_json by the engine for the records that it reads as Spark does: strict JSON, an object, each value of the kind that its column has.
 * All others, and schemas with columns not named here, go to the reader in JavaScript (from-json.ts).
 */
import type { DataType, StructType } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { macro, macros } from "./macro.js";
import { once } from "./once.js";
import { isUtc, toInstant } from "./time-zone.js";

const INTEGERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long"]);

interface NativeOptions {
  readonly dateFormat?: string;
  readonly timestampFormat?: string;
  readonly timestampNtzFormat?: string;
  readonly timeZone: string;
}

/** A value as its column, and when the engine's reading of it is Spark's. Both over the JSON text of the value, which is not NULL in `fits`. */
interface Native {
  readonly fits: string;
  readonly value: string;
}

/** Of fewer values the script makes a record in less time: three took it 6.9 us of CPU and the engine 8.8, ten 18.4 and 8.1. */
const FEWEST_VALUES = 5;

/** True where the engine is to read records of that schema. */
export function isBetterNative(type: DataType, options: NativeOptions): type is StructType {
  return valuesIn(type) >= FEWEST_VALUES && isNative(type, options);
}

function valuesIn(type: DataType): number {
  if (type.kind === "array") return valuesIn(type.elementType);
  return type.kind === "struct" ? type.fields.reduce((so, one) => so + valuesIn(one.dataType), 0) : 1;
}

/** True where the engine can read records of that schema. */
export function isNative(type: DataType, options: NativeOptions): type is StructType {
  if (type.kind !== "struct" || type.fields.length === 0) return false;
  const names = new Set(type.fields.map((one) => one.name.toLowerCase()));
  return names.size === type.fields.length && type.fields.every((one) => isNativeValue(one.dataType, options));
}

function isNativeValue(type: DataType, options: NativeOptions): boolean {
  if (INTEGERS.has(type.kind)) return true;
  switch (type.kind) {
    case "string":
    case "boolean":
    case "double":
    case "decimal":
      return true;
    case "date":
      return options.dateFormat === undefined;
    case "timestamp":
      return options.timestampFormat === undefined;
    case "timestamp_ntz":
      return options.timestampNtzFormat === undefined;
    case "array":
      return type.elementType.kind !== "array" && isNativeValue(type.elementType, options);
    default:
      return isNative(type, options);
  }
}

/** Engine SQL of the record (NULL for a NULL text); `otherwise` is that for a record which the engine does not read as Spark does. */
export function nativeFromJson(
  json: { readonly sql: string; readonly deterministic?: boolean },
  type: StructType,
  options: NativeOptions,
  otherwise: (json: string) => string,
): string {
  return once({ ...json, deterministic: false }, (j) => {
    const decimals = holdsDecimal(type) ? ` AND NOT regexp_matches(${j}, '[0-9.]{17,}')` : "";
    const whole = `CASE WHEN spark_is_json(${j})${decimals} THEN ${objectOf(j, type)} END`;
    return once({ sql: whole, deterministic: false }, (parsed) => {
      const { fits, value } = fieldsOf(parsed, type, options, 0);
      return `CASE WHEN ${parsed} IS NOT NULL AND ${fits} THEN ${value} WHEN ${j} IS NOT NULL THEN ${otherwise(j)} END`;
    });
  });
}

/** The texts of the fields' values where the text is an object that has no field twice; else NULL. */
function objectOf(text: string, type: StructType): string {
  const shape = JSON.stringify(Object.fromEntries(type.fields.map((one) => [one.name, "JSON"])));
  // A name that stands twice in the text may be a field that does: only then the names are compared one by one.
  const once = type.fields.map(({ name }) => {
    const quoted = engineString(JSON.stringify(name));
    return `strpos(substr(${text}, strpos(${text}, ${quoted}) + 1), ${quoted}) = 0`;
  });
  const distinct = `len(json_keys(${text})) = len(list_distinct(json_keys(${text})))`;
  const unique = `CASE WHEN NOT contains(${text}, '\\u') AND ${once.join(" AND ")} THEN true ELSE ${distinct} END`;
  return `CASE WHEN json_type(${text}) = 'OBJECT' THEN CASE WHEN ${unique} THEN json_transform(${text}, ${engineString(shape)}) END END`;
}

function fieldsOf(parsed: string, type: StructType, options: NativeOptions, depth: number): Native {
  const fields = type.fields.map(({ name, dataType }) => {
    const text = `CAST(struct_extract(${parsed}, ${engineString(name)}) AS VARCHAR)`;
    const { fits, value } = nativeValue(text, dataType, options, depth);
    return { fits: `coalesce(${fits}, true)`, value: `${engineName(name)} := ${value}` };
  });
  return {
    fits: `(${fields.map((one) => one.fits).join(" AND ")})`,
    value: `struct_pack(${fields.map((one) => one.value).join(", ")})`,
  };
}

function nativeValue(x: string, type: DataType, options: NativeOptions, depth: number): Native {
  const to = engineType(type);
  const body = `substr(${x}, 2, length(${x}) - 2)`;
  const text = (pattern: string, value: string): Native => ({
    fits: `(regexp_full_match(${x}, '"${pattern}"') AND ${value} IS NOT NULL)`,
    value,
  });
  if (INTEGERS.has(type.kind)) {
    return {
      fits: `(regexp_full_match(${x}, '-?[0-9]+') AND TRY_CAST(${x} AS ${to}) IS NOT NULL)`,
      value: `TRY_CAST(${x} AS ${to})`,
    };
  }
  switch (type.kind) {
    case "string":
      return { fits: `regexp_matches(${x}, '^("|true|false|-?[0-9]+$)')`, value: `json_extract_string(${x}, '$')` };
    case "boolean":
      return { fits: `(${x} IN ('true', 'false'))`, value: `(${x} = 'true')` };
    case "double":
      return { fits: `regexp_matches(${x}, '^-?[0-9]')`, value: `TRY_CAST(${x} AS DOUBLE)` };
    case "decimal":
      return {
        fits: `(regexp_full_match(${x}, '-?[0-9]+(\\.[0-9]+)?') AND TRY_CAST(${x} AS ${to}) IS NOT NULL)`,
        value: `TRY_CAST(${x} AS ${to})`,
      };
    case "date":
      return text(DAY, `TRY_CAST(${body} AS DATE)`);
    case "timestamp": {
      const instant = `TRY_CAST(${body} AS TIMESTAMP WITH TIME ZONE)`;
      if (isUtc(options.timeZone))
        return text(`${DAY}${CLOCK}Z?`, `TRY_CAST(rtrim(${body}, 'Z') || '+00' AS TIMESTAMP WITH TIME ZONE)`);
      const local = toInstant(`TRY_CAST(${body} AS TIMESTAMP)`, options.timeZone);
      return text(`${DAY}${CLOCK}Z?`, `CASE WHEN ends_with(${x}, 'Z"') THEN ${instant} ELSE ${local} END`);
    }
    case "timestamp_ntz":
      return text(`${DAY}${CLOCK}`, `TRY_CAST(${body} AS TIMESTAMP)`);
    case "array":
      return listOf(x, type.elementType, options, depth);
    default:
      return nestedOf(x, type as StructType, options, depth);
  }
}

const DAY = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}";
const CLOCK = "[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?";

function listOf(x: string, element: DataType, options: NativeOptions, depth: number): Native {
  const item = `json_part_${depth}`;
  const texts = `CASE WHEN starts_with(${x}, '[') THEN CAST(json_transform(${x}, '["JSON"]') AS VARCHAR[]) END`;
  const { fits, value } = nativeValue(item, element, options, depth + 1);
  const misfits = `len(list_filter(${texts}, lambda ${item}: NOT coalesce(${fits}, true)))`;
  return {
    fits: `(starts_with(${x}, '[') AND ${misfits} = 0)`,
    value: `list_transform(${texts}, lambda ${item}: ${value})`,
  };
}

function nestedOf(x: string, type: StructType, options: NativeOptions, depth: number): Native {
  const parsed = `(CASE WHEN starts_with(${x}, '{') THEN ${objectOf(x, type)} END)`;
  const bound = (body: (inner: Native, name: string) => string): string => {
    const name = `json_object_${depth}`;
    const inner = fieldsOf(name, type, options, depth + 1);
    return `list_extract(list_transform([${parsed}], lambda ${name}: ${body(inner, name)}), 1)`;
  };
  return {
    fits: `(CASE WHEN ${x} IS NOT NULL THEN ${bound(({ fits }, name) => `(${name} IS NOT NULL AND ${fits})`)} END)`,
    value: bound(({ value }, name) => `CASE WHEN ${name} IS NOT NULL THEN ${value} END`),
  };
}

function holdsDecimal(type: DataType): boolean {
  if (type.kind === "array") return holdsDecimal(type.elementType);
  if (type.kind === "struct") return type.fields.some((one) => holdsDecimal(one.dataType));
  return type.kind === "decimal";
}

export const nativeJsonMacros = macros(
  // The engine takes commas behind the last value.
  macro("spark_is_json", ["j"], "CASE WHEN json_valid(j) THEN NOT regexp_matches(j, ',\\s*[\\]}]') ELSE false END"),
  // And numbers that are not finite, which Spark takes in from_json only. The search for words spares most texts the costlier pattern.
  macro(
    "spark_is_strict_json",
    ["j"],
    `CASE WHEN NOT spark_is_json(j) THEN false WHEN ${["nan", "NaN", "NAN", "inf", "Inf", "INF"].map((word) => `contains(j, '${word}')`).join(" OR ")} THEN NOT regexp_matches(j, '(?:^|[:,\\[])\\s*[-+]?(?i:nan|inf)') ELSE true END`,
  ),
);
