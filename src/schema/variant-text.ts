/**
 * The text that stands for a VARIANT within the engine: JSON with the fields of objects in order, so that the engine's own JSON functions
 * work on it. What JSON has no form for is a string that begins with the character U+0001 and a letter: `d` a date (days), `t` a timestamp,
 * `n` one without a zone (microseconds), `b` binary (Base64), `D` a double and `f` a float (as Java writes them), `m` a decimal of more
 * than 15 digits, `s` a string that itself begins with U+0001. So a number in it is a whole one (no point) or a decimal.
 */
import { type JsonNode, javaDouble, readJson } from "./json-text.js";

export type VariantLeafKind =
  | "string"
  | "date"
  | "timestamp"
  | "timestamp_ntz"
  | "binary"
  | "double"
  | "float"
  | "decimal"
  | "long";

export type VariantNode =
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, VariantNode])[] }
  | { readonly kind: "array"; readonly items: readonly VariantNode[] }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
  /** `text`: digits of numbers, days of a date, microseconds of timestamps, Base64 of bytes. */
  | { readonly kind: VariantLeafKind; readonly text: string };

export const TAG_MARK = "\u0001";
export type Tag = "d" | "t" | "n" | "b" | "D" | "f" | "m" | "s";

const TAG_KINDS: Readonly<Record<Tag, VariantLeafKind>> = {
  d: "date",
  t: "timestamp",
  n: "timestamp_ntz",
  b: "binary",
  D: "double",
  f: "float",
  m: "decimal",
  s: "string",
};

/** Most digits of a number that passes through the engine's JSON reader (a double) unharmed. */
export const EXACT_DIGITS = 15;

export function tagged(tag: Tag, text: string): string {
  return JSON.stringify(TAG_MARK + tag + text);
}

/** A string. */
export function quotedText(text: string): string {
  return text.startsWith(TAG_MARK) ? tagged("s", text) : JSON.stringify(text);
}

/** A decimal from plain digits, without zeros at the end; undefined where it has more than 38 digits before or behind the point. */
export function canonicalDecimal(plain: string): string | undefined {
  const [whole = "", fraction = ""] = plain.replace("-", "").split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (digits.length > 38 || fraction.length > 38) return undefined;
  const sign = plain.startsWith("-") && digits !== "" ? "-" : "";
  const kept = fraction.replace(/0+$/, "");
  const text = `${sign}${whole}.${kept === "" ? "0" : kept}`;
  return digits.length <= EXACT_DIGITS ? text : tagged("m", text);
}

/** The engine's text as a tree. */
export function variantNode(text: string): VariantNode {
  const node = readJson(text);
  if (!node) throw new Error(`The engine holds a VARIANT that is no JSON: ${text.slice(0, 100)}`);
  return fromJsonNode(node);
}

function fromJsonNode(node: JsonNode): VariantNode {
  switch (node.kind) {
    case "object":
      return { kind: "object", entries: node.entries.map(([name, value]) => [name, fromJsonNode(value)] as const) };
    case "array":
      return { kind: "array", items: node.items.map(fromJsonNode) };
    case "number":
      return numberNode(node.text);
    case "string":
      return node.text.startsWith(TAG_MARK) ? taggedNode(node.text) : node;
    default:
      return node;
  }
}

function taggedNode(text: string): VariantNode {
  return { kind: TAG_KINDS[text[1] as Tag] ?? "string", text: text.slice(2) };
}

/** The engine may write a small decimal with an exponent. */
function numberNode(text: string): VariantNode {
  if (/^-?\d+$/.test(text)) return { kind: "long", text };
  if (!/[eE]/.test(text)) return { kind: "decimal", text };
  return { kind: "decimal", text: plainDigits(text) };
}

function plainDigits(text: string): string {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent);
  const sign = text.startsWith("-") ? "-" : "";
  if (point >= digits.length) return `${sign}${digits.padEnd(point, "0")}.0`;
  return `${sign}${point > 0 ? digits.slice(0, point) : "0"}.${"0".repeat(Math.max(0, -point))}${digits.slice(Math.max(0, point))}`;
}

/** The tree as the engine's text. */
export function variantText(node: VariantNode): string {
  switch (node.kind) {
    case "object": {
      const sorted = [...node.entries].sort(([one], [other]) => (one < other ? -1 : 1));
      return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${variantText(value)}`).join(",")}}`;
    }
    case "array":
      return `[${node.items.map(variantText).join(",")}]`;
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "string":
      return quotedText(node.text);
    case "long":
      return node.text;
    case "decimal":
      return canonicalDecimal(node.text) ?? tagged("D", javaDouble(Number(node.text)));
    default: {
      const tag = (Object.keys(TAG_KINDS) as Tag[]).find((one) => TAG_KINDS[one] === node.kind);
      return tagged(tag ?? "s", node.text);
    }
  }
}

/** How dates (days since the epoch) and timestamps (microseconds) are written. */
export interface VariantTimes {
  date(days: number): string;
  timestamp(micros: bigint): string;
  /** The timestamp with its offset from UTC, as JSON has it. */
  offsetTimestamp(micros: bigint): string;
  timestampNtz(micros: bigint): string;
}

type Leaf = Exclude<VariantNode, { kind: "object" | "array" | "null" }>;

/** The JSON text that Spark shows for the value. */
export function variantJson(node: VariantNode, times: VariantTimes): string {
  switch (node.kind) {
    case "object":
      return `{${node.entries.map(([name, value]) => `${sparkString(name)}:${variantJson(value, times)}`).join(",")}}`;
    case "array":
      return `[${node.items.map((one) => variantJson(one, times)).join(",")}]`;
    case "null":
      return "null";
    case "string":
      return sparkString(node.text);
    case "binary":
      return `"${node.text}"`;
    case "timestamp":
      return `"${times.offsetTimestamp(BigInt(node.text))}"`;
    case "date":
    case "timestamp_ntz":
      return `"${leafText(node, times)}"`;
    case "double":
    case "float":
      return /\d/.test(node.text) ? node.text : `"${node.text}"`;
    default:
      return leafText(node, times);
  }
}

/** What a cast to string gives: leaves as their own casts do, all else as JSON; null for the variant null. */
export function variantString(node: VariantNode, times: VariantTimes): string | null {
  if (node.kind === "null") return null;
  return node.kind === "object" || node.kind === "array" ? variantJson(node, times) : leafText(node, times);
}

function leafText(node: Leaf, times: VariantTimes): string {
  switch (node.kind) {
    case "boolean":
      return String(node.value);
    case "decimal":
      return node.text.includes(".") ? node.text.replace(/\.?0+$/, "") : node.text;
    case "date":
      return times.date(Number(node.text));
    case "timestamp":
      return times.timestamp(BigInt(node.text));
    case "timestamp_ntz":
      return times.timestampNtz(BigInt(node.text));
    case "binary":
      return Buffer.from(node.text, "base64").toString();
    default:
      return node.text;
  }
}

/** JSON as Jackson escapes it: control characters in capital hexadecimal digits. */
function sparkString(text: string): string {
  return JSON.stringify(text).replace(/\\u00[01][0-9a-f]/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
}
