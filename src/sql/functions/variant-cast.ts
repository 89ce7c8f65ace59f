/** Casts from VARIANT: the engine's JSON functions tell what a part is, and each kind of leaf is cast as a value of its own type. */
import {
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  FLOAT,
  LONG,
  STRING,
  type StructType,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionContext } from "../typed.js";
import type { Cast, CastMode } from "./cast-request.js";
import { once } from "./once.js";
import { engineVariantPath } from "./variant-path.js";

/** True where a variant can be asked for a value of that type. */
export function variantHolds(type: DataType): boolean {
  switch (type.kind) {
    case "array":
      return variantHolds(type.elementType);
    case "map":
      return type.keyType.kind === "string" && variantHolds(type.valueType);
    case "struct":
      return type.fields.every((one) => variantHolds(one.dataType));
    default:
      return type.kind !== "interval" && type.kind !== "void";
  }
}

interface VariantCast {
  readonly mode: CastMode;
  readonly context: FunctionContext;
  readonly cast: Cast;
  isCastable(from: DataType, to: DataType): boolean;
}

/** Engine SQL of the part of the variant `v` (engine SQL that may be repeated) at the engine's path, as that type; NULL where there is none. */
export function variantPart(v: string, path: string, to: DataType, how: VariantCast, depth = 0): string {
  switch (to.kind) {
    case "variant":
      return path === "$" ? `CAST(${v} AS VARCHAR)` : `CAST(json_extract(${v}, ${engineString(path)}) AS VARCHAR)`;
    case "array":
    case "map":
    case "struct":
      return nestedPart(v, path, to, how, depth);
    default:
      return leafPart(v, path, to, how);
  }
}

function nestedPart(v: string, path: string, to: DataType, how: VariantCast, depth: number): string {
  const at = (suffix: string): string => engineString(`${path}${suffix}`);
  const kind = to.kind === "array" ? "ARRAY" : "OBJECT";
  const value = nestedValue(v, path, to, how, depth);
  const failure =
    how.mode === "ansi" ? ` ELSE ${failureSql(`CAST(json_extract(${v}, ${at("")}) AS VARCHAR)`, to)}` : "";
  return `CASE WHEN json_type(${v}, ${at("")}) = '${kind}' THEN ${value}${failure} END`;
}

function nestedValue(v: string, path: string, to: DataType, how: VariantCast, depth: number): string {
  const at = (suffix: string): string => engineString(`${path}${suffix}`);
  const item = `variant_${depth}`;
  if (to.kind === "array") {
    return `list_transform(CAST(json_extract(${v}, ${at("[*]")}) AS VARCHAR[]), lambda ${item}: ${variantPart(item, "$", to.elementType, how, depth + 1)})`;
  }
  if (to.kind === "map") {
    const value = variantPart(`${item}[2]`, "$", to.valueType, how, depth + 1);
    const pairs = `list_zip(json_keys(${v}, ${at("")}), CAST(json_extract(${v}, ${at(".*")}) AS VARCHAR[]))`;
    return `map_from_entries(list_transform(${pairs}, lambda ${item}: struct_pack("key" := ${item}[1], "value" := ${value})))`;
  }
  const fields = (to as StructType).fields.map(({ name, dataType }) => {
    const step = engineVariantPath([{ name }]);
    const whole = `CAST(json_extract(${v}, ${at("")}) AS VARCHAR)`;
    const part =
      step === undefined
        ? variantPart(fieldByScript(whole, name), "$", dataType, how, depth + 1)
        : variantPart(v, `${path}${step.slice(1)}`, dataType, how, depth + 1);
    return `${engineName(name)} := ${part}`;
  });
  return `struct_pack(${fields.join(", ")})`;
}

function fieldByScript(whole: string, name: string): string {
  const path = name.includes("'") ? `$["${name}"]` : `$['${name}']`;
  return `spark_variant_at(${whole}, ${engineString(path)}, 'cast')`;
}

function failureSql(text: string, to: DataType): string {
  return `CAST(spark_variant_cast_failure(${text}, ${engineString(typeText(to).toUpperCase())}) AS ${engineType(to)})`;
}

function leafPart(v: string, path: string, to: DataType, how: VariantCast): string {
  const { mode, context } = how;
  const at = engineString(path);
  const leaf = `struct_pack(k := json_type(${v}, ${at}), x := json_extract_string(${v}, ${at}))`;
  return once({ sql: leaf, deterministic: false }, (one) => {
    const [k, x] = [`${one}.k`, `${one}.x`];
    if (to.kind === "string") return `spark_variant_string(${k}, ${x}, ${engineString(context.timeZone)})`;
    const tried = `CASE ${branches(k, x, to, how).join(" ")} END`;
    if (mode === "try") return tried;
    const text = `CAST(json_extract(${v}, ${at}) AS VARCHAR)`;
    return `coalesce(${tried}, CASE WHEN ${k} <> 'NULL' THEN ${failureSql(text, to)} END)`;
  });
}

/** A WHEN for each kind of leaf that Spark casts to the type. */
function branches(k: string, x: string, to: DataType, how: VariantCast): readonly string[] {
  const isTagged = `(${k} = 'VARCHAR' AND starts_with(${x}, chr(1)))`;
  const rest = `substr(${x}, 3)`;
  const tag = (letters: string): string => `${isTagged} AND contains('${letters}', ${x}[2])`;
  const sources: readonly (readonly [when: string, sql: string, from: DataType])[] = [
    [`${k} = 'VARCHAR' AND NOT starts_with(${x}, chr(1))`, x, STRING],
    [`${k} IN ('BIGINT', 'UBIGINT')`, `CAST(${x} AS BIGINT)`, LONG],
    [`${k} = 'BOOLEAN'`, `(${x} = 'true')`, BOOLEAN],
    [tag("D"), `CAST(${rest} AS DOUBLE)`, DOUBLE],
    [tag("f"), `CAST(${rest} AS FLOAT)`, FLOAT],
    [tag("s"), rest, STRING],
    [tag("d"), `(DATE '1970-01-01' + CAST(${rest} AS INTEGER))`, DATE],
    [tag("t"), `make_timestamptz(CAST(${rest} AS BIGINT))`, TIMESTAMP],
    [tag("n"), `make_timestamp(CAST(${rest} AS BIGINT))`, TIMESTAMP_NTZ],
    [tag("b"), `from_base64(${rest})`, BINARY],
  ];
  const result: string[] = [];
  for (const [when, sql, from] of sources) {
    if (!how.isCastable(from, to)) continue;
    const value = how.cast({ sql, dataType: from, nullable: true }, to, "try", how.context);
    result.push(`WHEN ${when} THEN ${value.sql}`);
  }
  const decimal = fromDecimal(to, how);
  if (decimal !== undefined) {
    result.push(`WHEN ${k} = 'DOUBLE' THEN ${decimal(x)}`, `WHEN ${tag("m")} THEN ${decimal(rest)}`);
  }
  return result;
}

/** A decimal of any precision from its digits. */
function fromDecimal(to: DataType, { cast, context }: VariantCast): ((digits: string) => string) | undefined {
  if (isIntegral(to)) return (digits) => `TRY_CAST(spark_whole_digits(${digits}) AS ${engineType(to)})`;
  switch (to.kind) {
    case "double":
    case "float":
      return (digits) => `TRY_CAST(${digits} AS ${engineType(to)})`;
    case "boolean":
      return (digits) => `(CAST(${digits} AS DOUBLE) <> 0)`;
    case "decimal":
      return (digits) => cast({ sql: digits, dataType: STRING, nullable: true }, to, "try", context).sql;
    case "timestamp":
      return (digits) => `make_timestamptz(CAST(trunc(CAST(${digits} AS DECIMAL(38, 9)) * 1000000) AS BIGINT))`;
    default:
      return undefined;
  }
}
