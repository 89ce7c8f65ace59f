/** The functions over regular expressions in JavaScript: for patterns that the engine cannot run or does not know beforehand. */
import type { ScriptFunction, Value } from "../../engine/engine.js";
import { invalidParameterValue } from "./function-errors.js";
import { javaRegex } from "./java-regex.js";
import { type ReplacementPart, replacementParts } from "./java-replacement.js";

/** All matches from an offset on, empty ones too, as Java's Matcher.find gives them. */
function* matchesOf(value: string, pattern: string, name: string, from = 0): Generator<RegExpExecArray> {
  const { script } = javaRegex(pattern, name);
  const global = new RegExp(script.source, `${script.flags}g`);
  global.lastIndex = from;
  for (let match = global.exec(value); match; match = global.exec(value)) {
    yield match;
    if (match[0] === "") global.lastIndex += (value.codePointAt(global.lastIndex) ?? 0) > 0xffff ? 2 : 1;
  }
}

function replaceAll(value: string, pattern: string, replacement: string, position: number): string {
  const from = [...value].slice(0, position - 1).join("").length;
  if (position < 1 || (from >= value.length && position > 1)) return value;
  const regex = javaRegex(pattern, "regexp_replace");
  let parts: readonly ReplacementPart[] | undefined;
  let result = value.slice(0, from);
  let at = 0;
  const rest = value.slice(from);
  for (const match of matchesOf(rest, pattern, "regexp_replace")) {
    result += rest.slice(at, match.index);
    parts ??= replacementParts(replacement, regex);
    for (const part of parts) result += typeof part === "number" ? (match[part] ?? "") : part;
    at = match.index + match[0].length;
  }
  return result + rest.slice(at);
}

function checkedGroup(group: number, pattern: string, name: string): number {
  const { groups } = javaRegex(pattern, name);
  if (group >= 0 && group <= groups) return group;
  throw invalidParameterValue(
    "REGEX_GROUP_INDEX",
    name,
    `the group must be between 0 and ${groups}, but it is ${group}`,
  );
}

/** Java's Pattern.split, trailing empty texts kept: an empty match at the beginning gives no empty first part. */
function split(value: string, pattern: string, limit: number): string[] {
  if (pattern === "") return characters(value, limit);
  const parts: string[] = [];
  let at = 0;
  for (const match of matchesOf(value, pattern, "split")) {
    if (limit > 0 && parts.length === limit - 1) break;
    const end = match.index + match[0].length;
    if (end === 0) continue;
    parts.push(value.slice(at, match.index));
    at = end;
  }
  return [...parts, value.slice(at)];
}

/** At an empty pattern Spark takes the characters apart, and drops those beyond the limit. */
function characters(value: string, limit: number): string[] {
  if (value === "") return [""];
  return limit > 0 ? [...value].slice(0, limit) : [...value];
}

const string = String;

function script(
  name: string,
  parameters: readonly string[],
  returns: string,
  call: (...args: readonly Value[]) => Value,
): ScriptFunction {
  return { name, parameters, returns, call };
}

const TEXTS = ["VARCHAR", "VARCHAR"];

export const regexScripts: readonly ScriptFunction[] = [
  script("spark_regexp_like", TEXTS, "BOOLEAN", (x, p) => javaRegex(string(p), "rlike").script.test(string(x))),
  script("spark_regexp_replace", [...TEXTS, "VARCHAR", "INTEGER"], "VARCHAR", (x, p, r, from) =>
    replaceAll(string(x), string(p), string(r), Number(from)),
  ),
  script("spark_regexp_extract", [...TEXTS, "INTEGER"], "VARCHAR", (x, p, group) => {
    const found = javaRegex(string(p), "regexp_extract").script.exec(string(x));
    return found?.[checkedGroup(Number(group), string(p), "regexp_extract")] ?? "";
  }),
  script("spark_regexp_extract_all", [...TEXTS, "INTEGER"], "VARCHAR[]", (x, p, group) => {
    const name = "regexp_extract_all";
    return [...matchesOf(string(x), string(p), name)].map(
      (match) => match[checkedGroup(Number(group), string(p), name)] ?? "",
    );
  }),
  script("spark_regexp_substr", TEXTS, "VARCHAR", (x, p) => {
    const found = javaRegex(string(p), "regexp_substr").script.exec(string(x))?.[0];
    return found === undefined || found === "" ? null : found;
  }),
  script("spark_regexp_count", TEXTS, "INTEGER", (x, p) => [...matchesOf(string(x), string(p), "regexp_count")].length),
  script("spark_regexp_instr", TEXTS, "INTEGER", (x, p) => {
    const match = javaRegex(string(p), "regexp_instr").script.exec(string(x));
    return match ? match.index + 1 : 0; // in units of UTF-16, as Java counts
  }),
  script("spark_split", [...TEXTS, "INTEGER"], "VARCHAR[]", (x, p, limit) =>
    split(string(x), string(p), Number(limit)),
  ),
];
