/** Finding and replacing plain text: instr, locate, replace, translate, startswith, contains and the like. */
import type { EngineLibrary, ScriptFunction } from "../../engine/engine.js";
import { BOOLEAN, INTEGER, STRING } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { anInt, aString, aStringOrBinary, scalar } from "./argument.js";
import { editDistance } from "./edit-distance.js";
import { unsupportedFeature } from "./function-errors.js";
import { macro, macros } from "./macro.js";

function tester(
  names: string,
  engineName: string,
  ofBytes: ((x: string, y: string) => string) | undefined,
): FunctionEntry {
  return scalar(names, {
    takes: [aStringOrBinary, aStringOrBinary],
    gives: BOOLEAN,
    sql([x = "", y = ""], args, _, name) {
      const binary = args.filter((one) => one.dataType.kind === "binary").length;
      if (binary === 0) return `${engineName}(${x}, ${y})`;
      if (binary === 2 && ofBytes) return ofBytes(x, y);
      throw unsupportedFeature(`\`${name}\` does not take these binary values here.`, "Compare hex() of both.");
    },
  });
}

function found(names: string, sql: (pattern: string, text: string, from: string | undefined) => string): FunctionEntry {
  return scalar(names, {
    takes: [aString, aString, anInt],
    optional: 1,
    gives: INTEGER,
    sql: ([pattern = "", text = "", from]) => sql(pattern, text, from),
  });
}

const locate = (pattern: string, text: string, from: string | undefined): string =>
  from === undefined ? `CAST(instr(${text}, ${pattern}) AS INTEGER)` : `spark_locate(${pattern}, ${text}, ${from})`;

export const searchFunctions: readonly FunctionEntry[] = [
  scalar("instr", { takes: [aString, aString], gives: INTEGER, sql: ([x, y]) => `CAST(instr(${x}, ${y}) AS INTEGER)` }),
  found("locate position charindex", locate),
  scalar("replace", {
    takes: [aString, aString, aString],
    optional: 1,
    gives: STRING,
    sql: ([x, y, z = "''"]) => `replace(${x}, ${y}, ${z})`,
  }),
  scalar("translate", {
    takes: [aString, aString, aString],
    gives: STRING,
    sql: ([x, y, z]) => `translate(${x}, ${y}, ${z})`,
  }),
  tester("startswith", "starts_with", (x, y) => `starts_with(hex(${x}), hex(${y}))`),
  tester("endswith", "ends_with", (x, y) => `ends_with(hex(${x}), hex(${y}))`),
  tester("contains", "contains", (x, y) => `spark_binary_contains(${x}, ${y})`),
  scalar("levenshtein", {
    takes: [aString, aString, anInt],
    optional: 1,
    gives: INTEGER,
    sql: ([x, y, limit = "2147483647"]) => `spark_levenshtein(${x}, ${y}, ${limit})`,
  }),
  scalar("find_in_set", {
    takes: [aString, aString],
    gives: INTEGER,
    sql: ([x, y]) =>
      `CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL WHEN contains(${x}, ',') THEN 0 ELSE CAST(coalesce(list_position(string_split(${y}, ','), ${x}), 0) AS INTEGER) END`,
  }),
];

export const searchMacros: EngineLibrary["macros"] = macros(
  // Spark answers 0 for a position that is NULL or below 1, and for a text too short.
  macro(
    "spark_locate",
    ["y", "x", "p"],
    `CASE WHEN p IS NULL THEN 0 WHEN x IS NULL OR y IS NULL THEN NULL WHEN p < 1 THEN 0
      WHEN y = '' THEN 1
      WHEN instr(substr(x, p), y) = 0 THEN 0 ELSE CAST(instr(substr(x, p), y) + p - 1 AS INTEGER) END`,
  ),
);

export const searchScripts: readonly ScriptFunction[] = [
  {
    name: "spark_levenshtein",
    parameters: ["VARCHAR", "VARCHAR", "INTEGER"],
    returns: "INTEGER",
    call(left, right, limit) {
      const distance = editDistance(String(left), String(right));
      return distance > Number(limit) ? -1 : distance;
    },
  },
  {
    name: "spark_binary_contains",
    parameters: ["BLOB", "BLOB"],
    returns: "BOOLEAN",
    call: (bytes, part) => Buffer.from(bytes as Uint8Array).includes(Buffer.from(part as Uint8Array)),
  },
  {
    name: "spark_substring_index_script",
    parameters: ["VARCHAR", "VARCHAR", "INTEGER"],
    returns: "VARCHAR",
    call: (text, delimiter, count) => substringIndex(String(text), String(delimiter), Number(count)),
  },
];

/** Counted from the left over occurrences that may not overlap, from the right likewise. */
function substringIndex(text: string, delimiter: string, count: number): string {
  if (delimiter === "" || count === 0) return "";
  let at = count > 0 ? -1 : text.length;
  for (let i = 0; i < Math.abs(count); i++) {
    at = count > 0 ? text.indexOf(delimiter, at + 1) : at === 0 ? -1 : text.lastIndexOf(delimiter, at - 1);
    if (at < 0) return text;
  }
  return count > 0 ? text.slice(0, at) : text.slice(at + delimiter.length);
}
