/** to_timestamp and its kin with a pattern: a regular expression and strptime where they suffice, else JavaScript. */
import type { ScriptFunction } from "../../engine/engine.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionContext, Typed } from "../typed.js";
import { parsePattern, type Segment } from "./date-pattern.js";
import { messageSql, raise } from "./function-errors.js";
import { parseByPattern } from "./pattern-parser.js";
import { toInstant } from "./time-zone.js";

interface NativeParse {
  readonly pattern: string;
  readonly format: string;
  /** Two-digit years lie between 2000 and 2099. */
  readonly shortYear: boolean;
  /** The text names its offset: strptime gives an instant. */
  readonly zoned: boolean;
  readonly zulu: boolean;
}

/** Regular expression and strptime's specifier by letter and count. */
const FIELDS: Readonly<Record<string, readonly (readonly [string, string] | undefined)[]>> = {
  y: [undefined, ["\\d{2}", "%y"], undefined, ["\\d{4}", "%Y"]],
  M: [
    ["\\d{1,2}", "%m"],
    ["\\d{2}", "%m"],
    ["[A-Za-z]{3}", "%b"],
    ["[A-Za-z]{3,9}", "%B"],
  ],
  L: [
    ["\\d{1,2}", "%m"],
    ["\\d{2}", "%m"],
    ["[A-Za-z]{3}", "%b"],
    ["[A-Za-z]{3,9}", "%B"],
  ],
  d: [
    ["\\d{1,2}", "%d"],
    ["\\d{2}", "%d"],
  ],
  H: [
    ["\\d{1,2}", "%H"],
    ["\\d{2}", "%H"],
  ],
  h: [
    ["\\d{1,2}", "%I"],
    ["\\d{2}", "%I"],
  ],
  m: [
    ["\\d{1,2}", "%M"],
    ["\\d{2}", "%M"],
  ],
  s: [
    ["\\d{1,2}", "%S"],
    ["\\d{2}", "%S"],
  ],
  a: [["[AaPp][Mm]", "%p"]],
  S: [1, 2, 3, 4, 5, 6].map((n) => [`\\d{${n}}`, "%f"] as const),
  X: [
    ["(?:[Zz]|[+-]\\d{2}(?:\\d{2})?)", "%z"],
    ["(?:[Zz]|[+-]\\d{4})", "%z"],
    ["(?:[Zz]|[+-]\\d{2}:\\d{2})", "%z"],
  ],
  x: [
    ["[+-]\\d{2}(?:\\d{2})?", "%z"],
    ["[+-]\\d{4}", "%z"],
    ["[+-]\\d{2}:\\d{2}", "%z"],
  ],
  Z: [1, 2, 3].map(() => ["[+-]\\d{4}", "%z"] as const),
};

/** How the engine itself parses by the pattern, or undefined where it cannot do it exactly as Spark does. */
export function nativeParse(segments: readonly Segment[]): NativeParse | undefined {
  let [pattern, format] = ["", ""];
  const seen = new Set<string>();
  let variable = false;
  for (const [i, segment] of segments.entries()) {
    if (segment.kind === "optional") return undefined;
    if (segment.kind === "literal") {
      pattern += segment.text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
      format += segment.text.replaceAll("%", "%%");
      variable = false;
      continue;
    }
    const letter = segment.letter === "L" ? "M" : segment.letter;
    const field = FIELDS[letter]?.[segment.count - 1];
    const zone = "XxZ".includes(letter);
    // A second field of one kind, digits after digits of open length, an offset that is not last: Java has rules of its own.
    if (!field || seen.has(letter) || (variable && field[0].startsWith("\\d")) || (zone && i < segments.length - 1)) {
      return undefined;
    }
    seen.add(letter);
    pattern += field[0];
    format += field[1];
    variable = field[0] === "\\d{1,2}";
  }
  const zoned = [..."XxZ"].filter((letter) => seen.has(letter)).length;
  const complete = seen.has("y") && seen.has("h") === seen.has("a") && !(seen.has("h") && seen.has("H")) && zoned <= 1;
  if (!complete) return undefined;
  const last = segments.at(-1);
  return {
    pattern: `(?i)${pattern}`,
    format,
    shortYear: format.includes("%y"),
    zoned: zoned === 1,
    zulu: last?.kind === "field" && last.letter === "X",
  };
}

/** What a parse gives: a TIMESTAMPTZ, or a local TIMESTAMP. */
export type ParseTarget = "instant" | "local";

const MOST_ALTERNATIVES = 4;

/** A pattern with optional sections as patterns without, what is written before what is left out; undefined where they are many. */
function alternatives(segments: readonly Segment[]): readonly (readonly Segment[])[] | undefined {
  const at = segments.findIndex((one) => one.kind === "optional");
  const optional = segments[at];
  if (optional?.kind !== "optional") return [segments];
  const [before, after] = [segments.slice(0, at), segments.slice(at + 1)];
  const all = [
    [...before, ...optional.segments, ...after],
    [...before, ...after],
  ].map(alternatives);
  const flat = all.flatMap((one) => one ?? []);
  return all.includes(undefined) || flat.length > MOST_ALTERNATIVES ? undefined : flat;
}

/** Engine SQL of the parsed text, NULL where it does not fit the pattern. */
function attempt(text: Typed, pattern: Typed, target: ParseTarget, context: FunctionContext): string {
  const constant = pattern.literal?.value;
  const segments = constant === undefined || constant === null ? undefined : parsePattern(constant, "parse");
  const natives = segments && alternatives(segments)?.map(nativeParse);
  const native = natives?.flatMap((one) => (one && !(one.zoned && target === "local") ? [one] : []));
  if (native && native.length === natives?.length) {
    const attempts = native.map((one) => nativeAttempt(text.sql, one, target, context));
    return attempts.length === 1 ? (attempts[0] ?? "NULL") : `coalesce(${attempts.join(", ")})`;
  }
  const micros = `spark_parse_timestamp(${text.sql}, ${pattern.sql}, ${engineString(context.timeZone)}, ${target === "local"})`;
  return target === "local" ? `make_timestamp(${micros})` : `make_timestamptz(${micros})`;
}

function nativeAttempt(text: string, native: NativeParse, target: ParseTarget, context: FunctionContext): string {
  const source = native.zulu ? `regexp_replace(${text}, '[Zz]$', '+00')` : text;
  const parsed = `try_strptime(${source}, ${engineString(native.format)})`;
  const year = native.shortYear ? `spark_short_year(${parsed})` : parsed;
  const local = `CASE WHEN regexp_full_match(${text}, ${engineString(native.pattern)}) THEN ${year} END`;
  if (native.zoned) return `CAST(${local} AS TIMESTAMPTZ)`;
  return target === "local"
    ? `CAST(${local} AS TIMESTAMP)`
    : toInstant(`CAST(${local} AS TIMESTAMP)`, context.timeZone);
}

/** A text by a pattern: CANNOT_PARSE_TIMESTAMP where it does not fit, or NULL where `tolerant`. */
export function parseText(
  text: Typed,
  pattern: Typed,
  target: ParseTarget,
  tolerant: boolean,
  context: FunctionContext,
): string {
  const parsed = attempt(text, pattern, target, context);
  if (tolerant) return `(${parsed})`;
  const message = messageSql(
    "Text '",
    text,
    "' could not be parsed. Use `try_to_timestamp` to tolerate invalid input string and return NULL instead.",
  );
  const failure = raise("CANNOT_PARSE_TIMESTAMP", "22007", message);
  if (!text.nullable && !pattern.nullable) return `coalesce(${parsed}, ${failure})`;
  return `(CASE WHEN ${text.sql} IS NOT NULL AND ${pattern.sql} IS NOT NULL THEN coalesce(${parsed}, ${failure}) END)`;
}

export const parseMacros: Readonly<Record<string, string>> = {
  spark_short_year:
    "CREATE OR REPLACE MACRO spark_short_year(t) AS CASE WHEN year(t) < 2000 THEN t + INTERVAL 100 YEAR ELSE t END",
};

export const parseFunctions: readonly ScriptFunction[] = [
  {
    name: "spark_parse_timestamp",
    parameters: ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN"],
    returns: "BIGINT",
    call: (text, pattern, zone, local) =>
      parseByPattern(String(text), String(pattern), String(zone), local === true) ?? null,
  },
];
