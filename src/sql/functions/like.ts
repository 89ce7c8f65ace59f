/** like and ilike, with an escape character, and their any/all forms. */
import { BOOLEAN } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { accept, aString, constant, expectCount, typedFrom } from "./argument.js";
import { invalidFormat, messageSql, raise } from "./function-errors.js";
import { once } from "./once.js";

/** The escape character must stand before `_`, `%` or itself. */
function checkPattern(pattern: string, mark: string): void {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== mark) continue;
    const next = pattern[++i];
    if (next === undefined)
      throw invalidFormat("ESC_AT_THE_END", "the escape character is not allowed to end with", pattern);
    if (next !== "_" && next !== "%" && next !== mark) {
      throw invalidFormat(
        "ESC_IN_THE_MIDDLE",
        `the escape character is not allowed to precede ${engineString(next)}`,
        pattern,
      );
    }
  }
}

/** The pattern of a column: as a literal's, looked at only where it has the escape character and there is a value. */
function checkedPattern(value: string, pattern: string, mark: string): string {
  const one = /[A-Za-z0-9]/.test(mark) ? mark : `\\${mark}`;
  const [good, bad] = [
    engineString(`(?s)(?:[^${one}]|${one}[_%${one}])*`),
    engineString(`(?s)(?:[^${one}]|${one}[_%${one}])*${one}`),
  ];
  const error = (kind: string, reason: string) =>
    raise(
      `INVALID_FORMAT.${kind}`,
      "42601",
      messageSql("The format is invalid: '", { sql: pattern }, `': the escape character is not allowed to ${reason}.`),
    );
  const failure = `CASE WHEN regexp_full_match(${pattern}, ${bad}) THEN ${error("ESC_AT_THE_END", "end with")} ELSE ${error("ESC_IN_THE_MIDDLE", "precede another character")} END`;
  const isWrong = `${value} IS NOT NULL AND contains(${pattern}, ${engineString(mark)})`;
  return `(CASE WHEN ${isWrong} THEN CASE WHEN regexp_full_match(${pattern}, ${good}) THEN ${pattern} ELSE ${failure} END ELSE ${pattern} END)`;
}

function likeSql(value: Typed, pattern: Typed, mark: string, ignoreCase: boolean): string {
  const text = pattern.literal?.value;
  if (text !== undefined && text !== null) checkPattern(text, mark);
  const plain = text !== undefined && (text === null || !text.includes(mark));
  const like = (one: string, p: string): string => {
    const [left, right] = ignoreCase ? [`lower(${one})`, `lower(${p})`] : [one, p];
    return plain ? `(${left} LIKE ${right})` : `(${left} LIKE ${right} ESCAPE ${engineString(mark)})`;
  };
  if (text !== undefined) return like(value.sql, pattern.sql);
  return once(value, (x) => once(pattern, (p) => like(x, checkedPattern(x, p, mark))));
}

function like(name: string, ignoreCase: boolean): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2, 3);
      const typed = args.map((one, i) => accept(one, aString, name, i, context));
      const [value, pattern, third] = typed;
      const mark = third ? (constant(third, name, "escape") ?? "\\") : "\\";
      if (!value || !pattern) return typed[0] as Typed;
      if ([...mark].length !== 1) throw invalidFormat("ESC_IN_THE_MIDDLE", "the escape must be one character", mark);
      return typedFrom([value, pattern], likeSql(value, pattern, mark, ignoreCase), BOOLEAN);
    },
  };
}

/** `x LIKE ANY (p1, p2)` and the like: args are the value, then the patterns. */
function quantified(name: string, ignoreCase: boolean, connective: "AND" | "OR", negated: boolean): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 2, Number.POSITIVE_INFINITY);
      const typed = args.map((one, i) => accept(one, aString, name, i, context));
      const [value, ...patterns] = typed;
      if (!value) throw invalidFormat("ESC_AT_THE_END", "there is no value", name);
      const tests = patterns.map((one) => likeSql(value, one, "\\", ignoreCase));
      const parts = negated ? tests.map((one) => `(NOT ${one})`) : tests;
      return typedFrom(typed, `(${parts.join(` ${connective} `)})`, BOOLEAN);
    },
  };
}

export const likeFunctions: readonly FunctionEntry[] = [
  like("like", false),
  like("ilike", true),
  quantified("likeany", false, "OR", false),
  quantified("likeall", false, "AND", false),
  quantified("notlikeany", false, "OR", true),
  quantified("notlikeall", false, "AND", true),
];
