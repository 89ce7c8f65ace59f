/** Spark's datetime patterns (java.time's letters without those that Spark forbids) as segments. */
import { LakeletError } from "../../errors/lakelet-error.js";

export type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "field"; readonly letter: string; readonly count: number }
  | { readonly kind: "optional"; readonly segments: readonly Segment[] };

export type PatternUse = "format" | "parse";

/** The most times a letter may stand; letters that are not here are no pattern letters. */
const MOST: Readonly<Record<string, number>> = {
  G: 4,
  y: 10,
  M: 4,
  L: 4,
  d: 2,
  D: 3,
  E: 4,
  F: 1,
  Q: 4,
  q: 4,
  a: 1,
  H: 2,
  h: 2,
  k: 2,
  K: 2,
  m: 2,
  s: 2,
  S: 9,
  V: 2,
  z: 4,
  O: 4,
  X: 5,
  x: 5,
  Z: 5,
};
const NOT_PARSED = new Set(["E", "F", "q", "Q"]);
/** Letters of java.text.SimpleDateFormat: where Spark refuses these, it says that Spark 2 answered otherwise. */
const LEGACY = /^[GyYMLwWDdFEuaHkKhmsSzZX]*$/;

const known = new Map<string, readonly Segment[]>();

/** Throws INVALID_DATETIME_PATTERN.* or INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION. */
export function parsePattern(pattern: string, use: PatternUse): readonly Segment[] {
  const key = `${use}:${pattern}`;
  const found = known.get(key);
  if (found) return found;
  const { segments, end } = readSegments(pattern, 0, use, false);
  if (end < pattern.length) throw illegalPattern(pattern, "]");
  if (known.size > 500) known.clear();
  known.set(key, segments);
  return segments;
}

function readSegments(pattern: string, start: number, use: PatternUse, nested: boolean) {
  const segments: Segment[] = [];
  const literal = (text: string) => {
    const last = segments.at(-1);
    if (last?.kind === "literal") segments[segments.length - 1] = { kind: "literal", text: last.text + text };
    else segments.push({ kind: "literal", text });
  };
  let at = start;
  while (at < pattern.length) {
    const char = pattern[at] ?? "";
    if (/[A-Za-z]/.test(char)) {
      let end = at;
      while (pattern[end] === char) end++;
      segments.push(checked(pattern, char, end - at, use));
      at = end;
    } else if (char === "'") {
      const { text, end } = quoted(pattern, at);
      literal(text);
      at = end;
    } else if (char === "[") {
      const inner = readSegments(pattern, at + 1, use, true);
      if (pattern[inner.end] !== "]") throw illegalPattern(pattern, "[");
      segments.push({ kind: "optional", segments: inner.segments });
      at = inner.end + 1;
    } else if (char === "]" && nested) {
      break;
    } else if ("{}#]".includes(char)) {
      throw illegalPattern(pattern, char);
    } else {
      literal(char);
      at++;
    }
  }
  return { segments, end: at };
}

function quoted(pattern: string, start: number): { readonly text: string; readonly end: number } {
  if (pattern[start + 1] === "'") return { text: "'", end: start + 2 };
  let text = "";
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] !== "'") text += pattern[at];
    else if (pattern[at + 1] === "'") text += pattern[at++];
    else return { text, end: at + 1 };
  }
  throw illegalPattern(pattern, "'");
}

function checked(pattern: string, letter: string, count: number, use: PatternUse): Segment {
  const most = MOST[letter];
  const wrongCount = (letter === "V" && count !== 2) || (letter === "O" && count !== 1 && count !== 4);
  const refused = most === undefined || count > most || wrongCount || (use === "parse" && NOT_PARSED.has(letter));
  if (!refused) return { kind: "field", letter, count };
  if (LEGACY.test(pattern.replace(/'[^']*'/g, "").replace(/[^A-Za-z]/g, ""))) throw changedPattern(pattern, letter);
  throw illegalPattern(pattern, letter);
}

function illegalPattern(pattern: string, character: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER",
    sqlState: "22007",
    problem: `The datetime pattern '${pattern}' is not valid: '${character}' is not understood there.`,
    cure: "Use the letters of Spark's datetime patterns, and put text in single quotes.",
    parameters: { c: character, pattern },
  });
}

function changedPattern(pattern: string, letter: string): LakeletError {
  return new LakeletError({
    condition: "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION",
    sqlState: "42K0B",
    problem: `Spark 3 and later do not take the letters '${letter}' of the datetime pattern '${pattern}' there.`,
    cure: "Use another letter; for days and weeks use extract(... FROM ...), dayname or weekofyear.",
    parameters: { pattern: `'${pattern}'` },
  });
}

/** Segments without nesting: what is optional is written. */
export function flatten(segments: readonly Segment[]): readonly Exclude<Segment, { kind: "optional" }>[] {
  return segments.flatMap((one) => (one.kind === "optional" ? flatten(one.segments) : [one]));
}
