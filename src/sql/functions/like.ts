/** like and ilike, with an escape character, and their any/all forms. */
import { BOOLEAN } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { accept, aString, constant, expectCount, typedFrom } from "./argument.js";
import { invalidFormat } from "./function-errors.js";

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

function likeSql(value: string, pattern: Typed, mark: string, ignoreCase: boolean): string {
  const text = pattern.literal?.value;
  if (text !== undefined && text !== null) checkPattern(text, mark);
  const plain = text !== undefined && (text === null || !text.includes(mark));
  const [x, p] = ignoreCase ? [`lower(${value})`, `lower(${pattern.sql})`] : [value, pattern.sql];
  return plain ? `(${x} LIKE ${p})` : `(${x} LIKE ${p} ESCAPE ${engineString(mark)})`;
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
      return typedFrom([value, pattern], likeSql(value.sql, pattern, mark, ignoreCase), BOOLEAN);
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
      const tests = patterns.map((one) => likeSql(value?.sql ?? "", one, "\\", ignoreCase));
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
