/** from_json: JavaScript reads the text by the schema as Spark's parser does and writes what fits; the engine makes values of it. */
import type { ScriptFunction } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, type DataType, field, type StructType, struct } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import { type JsonNode, javaNumber, readJson, writeJson } from "../../schema/json-text.js";
import { schemaFromJson, schemaToJson } from "../../schema/schema-json.js";
import { readVariant } from "../../schema/variant-reader.js";
import type { FunctionContext, Typed } from "../typed.js";
import { typedFrom } from "./argument.js";
import { isBetterNative, nativeFromJson } from "./from-json-native.js";
import { parseByPattern } from "./pattern-parser.js";
import { dateText, parseDate, parseInstant, parseTimestamp, timestampText } from "./temporal-text.js";

export interface JsonReadOptions {
  readonly failFast: boolean;
  /** The field that receives the text of a record that does not fit. */
  readonly corruptRecord: string;
  readonly dateFormat?: string;
  readonly timestampFormat?: string;
  readonly timestampNtzFormat?: string;
  readonly timeZone: string;
}

/** What a node becomes: JSON text for the engine (null where it is NULL), and whether all of it fitted. */
interface Conversion {
  readonly json: string | null;
  readonly fits: boolean;
}

const NOTHING: Conversion = { json: null, fits: false };
const NULL: Conversion = { json: null, fits: true };
const fitting = (json: string): Conversion => ({ json, fits: true });
const orNothing = (json: string | undefined): Conversion => (json === undefined ? NOTHING : fitting(json));

const BITS: Readonly<Record<string, bigint>> = { byte: 7n, short: 15n, integer: 31n, long: 63n };
const NOT_FINITE: Readonly<Record<string, string>> = {
  NaN: "NaN",
  Infinity: "Infinity",
  "+Infinity": "Infinity",
  INF: "Infinity",
  "+INF": "Infinity",
  "-Infinity": "-Infinity",
  "-INF": "-Infinity",
};

function convert(node: JsonNode, type: DataType, options: JsonReadOptions): Conversion {
  if (type.kind === "variant") return convertVariant(node);
  if (node.kind === "null") return NULL;
  switch (type.kind) {
    case "struct":
      return node.kind === "object" ? convertObject(node.entries, type, options) : NOTHING;
    case "array":
      return node.kind === "array" ? convertArray(node.items, type.elementType, options) : NOTHING;
    case "map":
      return node.kind === "object" ? convertMap(node.entries, type.valueType, options) : NOTHING;
    default:
      return convertLeaf(node, type, options);
  }
}

/** The text of the variant, as a string that the engine unpacks. */
function convertVariant(node: JsonNode): Conversion {
  const read = readVariant(writeJson(node));
  return "text" in read ? fitting(JSON.stringify(read.text)) : NOTHING;
}

function convertObject(
  entries: readonly (readonly [string, JsonNode])[],
  type: StructType,
  options: JsonReadOptions,
): Conversion {
  // Of two fields of one name the last one stands.
  const values = new Map(entries);
  let fits = true;
  const parts: string[] = [];
  for (const one of type.fields) {
    const node = values.get(one.name);
    if (node === undefined) continue;
    const value = convert(node, one.dataType, options);
    fits &&= value.fits;
    if (value.json !== null) parts.push(`${JSON.stringify(one.name)}:${value.json}`);
  }
  return { json: `{${parts.join(",")}}`, fits };
}

function convertArray(items: readonly JsonNode[], element: DataType, options: JsonReadOptions): Conversion {
  const converted = items.map((one) => convert(one, element, options));
  // An element that does not fit leaves the array without a value, unless it is one that is whole in part.
  if (converted.some((one) => !one.fits && one.json === null)) return NOTHING;
  return {
    json: `[${converted.map((one) => one.json ?? "null").join(",")}]`,
    fits: converted.every((one) => one.fits),
  };
}

function convertMap(
  entries: readonly (readonly [string, JsonNode])[],
  valueType: DataType,
  options: JsonReadOptions,
): Conversion {
  const converted = [...new Map(entries)].map(([key, node]) => [key, convert(node, valueType, options)] as const);
  if (converted.some(([, one]) => !one.fits && one.json === null)) return NOTHING;
  const pairs = converted.map(([key, one]) => `{"k":${JSON.stringify(key)},"v":${one.json ?? "null"}}`);
  return { json: `[${pairs.join(",")}]`, fits: converted.every(([, one]) => one.fits) };
}

function convertLeaf(node: JsonNode, type: DataType, options: JsonReadOptions): Conversion {
  switch (type.kind) {
    case "string":
      return fitting(JSON.stringify(node.kind === "string" ? node.text : writeJson(node, javaNumber)));
    case "boolean":
      return node.kind === "boolean" ? fitting(String(node.value)) : NOTHING;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return node.kind === "number" ? orNothing(integerText(node.text, BITS[type.kind] ?? 63n)) : NOTHING;
    case "float":
    case "double":
      return convertDouble(node);
    case "decimal":
      return node.kind === "number" || node.kind === "string"
        ? orNothing(decimalText(node.text, type.precision, type.scale))
        : NOTHING;
    case "binary":
      return node.kind === "string" ? orNothing(hexText(node.text)) : NOTHING;
    default:
      return convertTime(node, type, options);
  }
}

function integerText(text: string, bits: bigint): string | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= -(2n ** bits) && value < 2n ** bits ? `"${value}"` : undefined;
}

function convertDouble(node: JsonNode): Conversion {
  if (node.kind !== "number" && node.kind !== "string") return NOTHING;
  const special = NOT_FINITE[node.text];
  if (special) return fitting(`"${special}"`);
  return node.kind === "number" ? fitting(`"${node.text}"`) : NOTHING;
}

/** The exact digits, half away from zero at the scale; undefined where there are too many before the point. */
function decimalText(text: string, precision: number, scale: number): string | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  if (!match || !(match[2] || match[3])) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent) - fraction.length + scale;
  if (Math.abs(shift) > 400) return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : (2n * digits + divisor) / (2n * divisor);
  if (scaled >= 10n ** BigInt(precision)) return undefined;
  const padded = scaled.toString().padStart(scale + 1, "0");
  const point = padded.length - scale;
  return `"${sign === "-" ? "-" : ""}${padded.slice(0, point)}${scale > 0 ? `.${padded.slice(point)}` : ""}"`;
}

/** Base64 as the engine's text of a BLOB. */
function hexText(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return JSON.stringify(
    [...Buffer.from(text, "base64")].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

function convertTime(node: JsonNode, type: DataType, options: JsonReadOptions): Conversion {
  if (type.kind === "timestamp" && node.kind === "number" && /^-?\d+$/.test(node.text)) {
    return instantJson(BigInt(node.text) * 1_000_000n);
  }
  if (node.kind !== "string") return NOTHING;
  const { dateFormat, timestampFormat, timestampNtzFormat, timeZone } = options;
  switch (type.kind) {
    case "date": {
      const micros = dateFormat === undefined ? undefined : parseByPattern(node.text, dateFormat, timeZone, true);
      const days =
        dateFormat === undefined
          ? parseDate(node.text)
          : micros === undefined
            ? undefined
            : Number(micros / 86_400_000_000n);
      return days === undefined ? NOTHING : orNothing(quoted(dateText(days)));
    }
    case "timestamp": {
      const micros =
        timestampFormat === undefined
          ? parseInstant(node.text, timeZone)
          : parseByPattern(node.text, timestampFormat, timeZone, false);
      return micros === undefined ? NOTHING : instantJson(micros);
    }
    case "timestamp_ntz": {
      const micros =
        timestampNtzFormat === undefined
          ? parseTimestamp(node.text)?.micros
          : parseByPattern(node.text, timestampNtzFormat, timeZone, true);
      return micros === undefined ? NOTHING : orNothing(quoted(timestampText(micros)));
    }
    default:
      return NOTHING;
  }
}

const quoted = (text: string | undefined): string | undefined => text && `"${text}"`;

function instantJson(micros: bigint): Conversion {
  const text = timestampText(micros);
  return orNothing(text && `"${text}+00"`);
}

/** The whole text by the schema: what does not fit leaves NULLs, and its text in the corrupt record's field. */
function parseRecord(text: string, type: DataType, options: JsonReadOptions): string | null {
  if (text.trim() === "") return null;
  const node = readJson(text);
  const root = node && wrapped(node, type);
  // A root of null is a record that has no value; anything that is no object is none that fits.
  const converted = root ? convert(root, type, options) : NOTHING;
  if (!converted.fits && options.failFast) throw malformedRecord(text);
  if (type.kind !== "struct") return converted.json;
  const body = converted.json ?? "{}";
  const corrupt = type.fields.find((one) => one.name === options.corruptRecord);
  if (!corrupt || converted.fits) return body;
  const rest = body.slice(1);
  return `{${JSON.stringify(corrupt.name)}:${JSON.stringify(text)}${rest === "}" ? "" : ","}${rest}`;
}

/** An object where an array of structs is wanted is its only element. */
function wrapped(node: JsonNode, type: DataType): JsonNode {
  const lone = node.kind === "object" && type.kind === "array" && type.elementType.kind === "struct";
  return lone ? { kind: "array", items: [node] } : node;
}

function malformedRecord(text: string): LakeletError {
  return new LakeletError({
    condition: "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
    sqlState: "22023",
    problem: `A record is malformed: ${text.slice(0, 200)}.`,
    cure: "Use the mode PERMISSIVE to read malformed records as NULLs.",
    parameters: { badRecord: text },
  });
}

/** The type that the engine reads from the JSON text: leaves are texts, maps lists of pairs. */
function textual(type: DataType): unknown {
  switch (type.kind) {
    case "struct":
      return Object.fromEntries(type.fields.map((one) => [one.name, textual(one.dataType)]));
    case "array":
      return [textual(type.elementType)];
    case "map":
      return [{ k: "VARCHAR", v: textual(type.valueType) }];
    default:
      return "VARCHAR";
  }
}

/** Engine SQL of a value of the textual type as the type itself. */
function fromTextual(sql: string, type: DataType, depth = 0): string {
  if (type.kind === "map") {
    const pair = `json_pair_${depth}`;
    const value = fromTextual(`struct_extract(${pair}, 'v')`, type.valueType, depth + 1);
    const key = `CAST(struct_extract(${pair}, 'k') AS ${engineType(type.keyType)})`;
    return `map_from_entries(list_transform(${sql}, lambda ${pair}: struct_pack("key" := ${key}, "value" := ${value})))`;
  }
  if (!hasMap(type)) return `CAST(${sql} AS ${engineType(type)})`;
  if (type.kind === "array") {
    const item = `json_value_${depth}`;
    return `list_transform(${sql}, lambda ${item}: ${fromTextual(item, type.elementType, depth + 1)})`;
  }
  const fields = type.kind === "struct" ? type.fields : [];
  const parts = fields.map((one) => {
    const part = fromTextual(`struct_extract(${sql}, ${engineString(one.name)})`, one.dataType, depth);
    return `"${one.name.replaceAll('"', '""')}" := ${part}`;
  });
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${parts.join(", ")}) END`;
}

function hasMap(type: DataType): boolean {
  if (type.kind === "map") return true;
  if (type.kind === "array") return hasMap(type.elementType);
  return type.kind === "struct" && type.fields.some((one) => hasMap(one.dataType));
}

/** Everything read from JSON may be NULL, whatever the schema says. */
export function nullable(type: DataType): DataType {
  switch (type.kind) {
    case "struct":
      return struct(type.fields.map((one) => field(one.name, nullable(one.dataType), true)));
    case "array":
      return array(nullable(type.elementType), true);
    case "map":
      return { ...type, valueType: nullable(type.valueType), valueContainsNull: true };
    default:
      return type;
  }
}

export function fromJson(json: Typed, type: DataType, options: JsonReadOptions, _context: FunctionContext): Typed {
  const byScript = (text: string): string => fromJsonByScript(text, type, options);
  const sql = isBetterNative(type, options) ? nativeFromJson(json, type, options, byScript) : byScript(json.sql);
  return typedFrom([json], `(${sql})`, type, true);
}

/** Engine SQL of records of any kind, read in JavaScript. */
export function fromJsonByScript(json: string, type: DataType, options: JsonReadOptions): string {
  const schema = schemaToJson(struct([field("root", type)]));
  const text = `spark_read_json(${json}, ${engineString(schema)}, ${engineString(JSON.stringify(options))})`;
  return fromTextual(`from_json(${text}, ${engineString(JSON.stringify(textual(type)))})`, type);
}

const schemas = new Map<string, DataType>();

function schemaOf(text: string): DataType {
  const found = schemas.get(text);
  if (found) return found;
  const [root] = schemaFromJson(text).fields;
  if (!root) throw new Error("The schema of from_json has no root.");
  if (schemas.size > 100) schemas.clear();
  schemas.set(text, root.dataType);
  return root.dataType;
}

const optionSets = new Map<string, JsonReadOptions>();

function optionsOf(text: string): JsonReadOptions {
  const found = optionSets.get(text) ?? (JSON.parse(text) as JsonReadOptions);
  if (optionSets.size > 100) optionSets.clear();
  optionSets.set(text, found);
  return found;
}

export const fromJsonScripts: readonly ScriptFunction[] = [
  {
    name: "spark_read_json",
    parameters: ["VARCHAR", "VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call: (text, schema, options) => parseRecord(String(text), schemaOf(String(schema)), optionsOf(String(options))),
  },
];
