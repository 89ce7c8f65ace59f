/** The shape of strings: case, trimming, padding, repeating, reversing, characters by number. */
import type { ScriptFunction } from "../../engine/engine.js";
import { type DataType, INTEGER, STRING } from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import {
  accept,
  aLong,
  anInt,
  aString,
  aStringOrBinary,
  type Expected,
  expectCount,
  scalar,
  toCommonType,
  typedFrom,
  values,
} from "./argument.js";
import { compileCast } from "./cast.js";
import { raise } from "./function-errors.js";
import { macro, macros } from "./macro.js";

const first = (args: readonly Typed[]): DataType => args[0]?.dataType ?? STRING;
const isBinary = (value: Typed | undefined): boolean => value?.dataType.kind === "binary";

/** `trim(characters, text)`, ltrim and rtrim take the text last, btrim takes it first. */
function trimmer(name: string, engineName: string, textLast: boolean): FunctionEntry {
  return scalar(name, {
    takes: [aString, aString],
    optional: 1,
    gives: STRING,
    sql([one = "", other], _) {
      if (other === undefined) return `${engineName}(${one}, ' ')`;
      return textLast ? `${engineName}(${other}, ${one})` : `${engineName}(${one}, ${other})`;
    },
  });
}

function padder(name: "lpad" | "rpad"): FunctionEntry {
  return scalar(name, {
    takes: [aStringOrBinary, anInt, aStringOrBinary],
    optional: 1,
    gives: (args) => (isBinary(args[0]) && (args[2] === undefined || isBinary(args[2])) ? { kind: "binary" } : STRING),
    sql([x, n, pad], [value, , padding], context) {
      if (isBinary(value) && (padding === undefined || isBinary(padding))) {
        return `unhex(spark_${name}(hex(${x}), 2 * ${n}, ${pad === undefined ? "'00'" : `hex(${pad})`}))`;
      }
      const [text, filling] = [value, padding].map((one) => one && compileCast(one, STRING, "ansi", context).sql);
      return `spark_${name}(${text ?? x}, ${n}, ${filling ?? "' '"})`;
    },
  });
}

const stringOrArray: Expected = {
  text: 'the ("STRING" or "ARRAY") type',
  target: (type) => (type.kind === "array" ? type : aString.target(type)),
};

export const shapeFunctions: readonly FunctionEntry[] = [
  scalar("upper ucase", { takes: [aString], gives: STRING, sql: ([x]) => `spark_upper(${x})` }),
  scalar("lower lcase", { takes: [aString], gives: STRING, sql: ([x]) => `spark_lower(${x})` }),
  scalar("initcap", { takes: [aString], gives: STRING, sql: ([x]) => `spark_initcap(${x})` }),
  trimmer("trim", "trim", true),
  trimmer("btrim", "trim", false),
  trimmer("ltrim", "ltrim", true),
  trimmer("rtrim", "rtrim", true),
  padder("lpad"),
  padder("rpad"),
  scalar("repeat", { takes: [aString, anInt], gives: STRING, sql: ([x, n]) => `repeat(${x}, ${n})` }),
  scalar("space", { takes: [anInt], gives: STRING, sql: ([n]) => `repeat(' ', ${n})` }),
  scalar("reverse", {
    takes: [stringOrArray],
    gives: first,
    sql: ([x], [value]) => (value?.dataType.kind === "array" ? `list_reverse(${x})` : `spark_reverse(${x})`),
  }),
  scalar("ascii", { takes: [aString], gives: INTEGER, sql: ([x]) => `CAST(ascii(${x}) AS INTEGER)` }),
  scalar("char chr", {
    takes: [aLong],
    gives: STRING,
    sql: ([n]) => `CASE WHEN ${n} < 0 THEN '' ELSE chr(CAST(${n} & 255 AS INTEGER)) END`,
  }),
  {
    kind: "scalar",
    names: ["elt"],
    compile(args, context, name) {
      expectCount(args, name, 2, Number.POSITIVE_INFINITY);
      const [index, ...rest] = values(args, name);
      const n = accept(index as Typed, anInt, name, 0, context);
      const binary = rest.every((one) => isBinary(one));
      const texts = binary
        ? toCommonType(rest, name, context)
        : rest.map((one, i) => accept(one, aString, name, i + 1, context));
      const branches = texts.map((one, i) => `WHEN ${i + 1} THEN ${one.sql}`).join(" ");
      const error = raise(
        "INVALID_ARRAY_INDEX",
        "22003",
        `'The index ' || ${n.sql} || ' is out of bounds: there are ${texts.length} values.'`,
      );
      const sql = `CASE ${n.sql} ${branches} ELSE CASE WHEN ${n.sql} IS NOT NULL THEN ${error} END END`;
      return typedFrom([n, ...texts], sql, texts[0]?.dataType ?? STRING, true);
    },
  },
];

/** Letters whose upper case has several letters, which the engine does not know. */
const GROWING =
  "[\\x{df}\\x{149}\\x{1f0}\\x{390}\\x{3b0}\\x{587}\\x{1e96}-\\x{1e9a}\\x{1f50}-\\x{1f56}\\x{1f80}-\\x{1fff}\\x{fb00}-\\x{fb06}\\x{fb13}-\\x{fb17}]";

export const shapeMacros: Readonly<Record<string, string>> = macros(
  macro(
    "spark_upper",
    ["x"],
    `CASE WHEN strlen(x) <> length(x) AND regexp_matches(x, '${GROWING}') THEN spark_upper_case(x) ELSE upper(x) END`,
  ),
  macro("spark_lower", ["x"], "CASE WHEN contains(x, 'İ') THEN lower(replace(x, 'İ', 'i̇')) ELSE lower(x) END"),
  macro(
    "spark_initcap",
    ["x"],
    "array_to_string(list_transform(string_split(lower(x), ' '), lambda word: replace(upper(substr(word, 1, 1)), 'ẞ', 'Ss') || substr(word, 2)), ' ')",
  ),
  ...(["lpad", "rpad"] as const).map((name) =>
    macro(
      `spark_${name}`,
      ["x", "n", "p"],
      `CASE WHEN x IS NULL OR p IS NULL THEN NULL WHEN n <= 0 THEN '' WHEN p = '' THEN substr(x, 1, n) ELSE ${name}(x, n, p) END`,
    ),
  ),
  // The engine reverses what looks like one character; Spark reverses code points.
  macro(
    "spark_reverse",
    ["x"],
    "CASE WHEN regexp_full_match(x, '[\\x20-\\x7e]*') THEN reverse(x) ELSE spark_reverse_script(x) END",
  ),
);

export const shapeScripts: readonly ScriptFunction[] = [
  {
    name: "spark_upper_case",
    parameters: ["VARCHAR"],
    returns: "VARCHAR",
    call: (text) => String(text).toUpperCase(),
  },
  {
    name: "spark_reverse_script",
    parameters: ["VARCHAR"],
    returns: "VARCHAR",
    call: (text) => [...String(text)].reverse().join(""),
  },
];
