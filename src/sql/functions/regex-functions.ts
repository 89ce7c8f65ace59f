/** Functions over regular expressions of Java's syntax: rlike, regexp_replace, regexp_extract, split and the rest. */
import { array, BOOLEAN, INTEGER, STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { anInt, aString, scalar } from "./argument.js";
import { type JavaRegex, javaRegex } from "./java-regex.js";
import { engineReplacement, isReplacement, replacementParts } from "./java-replacement.js";
import { once } from "./once.js";

export { regexScripts } from "./regex-scripts.js";

/** The text of a literal that is not NULL. */
function text(value: Typed | undefined): string | undefined {
  return value?.literal?.value ?? undefined;
}

/** The pattern of a literal, for the engine; undefined where it is no literal or not for the engine. */
function regexOf(value: Typed | undefined, name: string): JavaRegex | undefined {
  const pattern = text(value);
  return pattern === undefined ? undefined : javaRegex(pattern, name);
}

/** Line ends of Java by their code points. A look at the end costs a fifth of a regular expression. */
const LINE_ENDS = [10, 13, 0x85, 0x2028, 0x2029];

function endsLine(value: string): string {
  return LINE_ENDS.map((code) => `suffix(${value}, chr(${code}))`).join(" OR ");
}

/** The engine's own function, or the script where the value ends with a line end and `$` would match before it. */
function orScript(value: string, regex: JavaRegex, native: string, script: string): string {
  return regex.dollar ? `CASE WHEN ${endsLine(value)} THEN ${script} ELSE ${native} END` : native;
}

/** Undefined where the pattern has no such group, which is an error in rows that match. */
function groupIndex(value: Typed | undefined, regex: JavaRegex): number | undefined {
  const group = Number(text(value) ?? 1);
  return group >= 0 && group <= regex.groups ? group : undefined;
}

function matches(value: Typed, pattern: Typed, name: string): string {
  const regex = regexOf(pattern, name);
  if (!regex?.engine) return `spark_regexp_like(${value.sql}, ${pattern.sql})`;
  const native = `regexp_matches(${value.sql}, ${engineString(regex.engine)})`;
  if (!regex.dollar) return native;
  // What matches at the very end matches before a line end too: only the other values are looked at.
  return once(value, (x) => {
    const script = `CASE WHEN ${endsLine(x)} THEN spark_regexp_like(${x}, ${pattern.sql}) ELSE false END`;
    return `(${native.replace(value.sql, () => x)} OR ${script})`;
  });
}

function replaced([value, pattern, replacement, position]: readonly Typed[], name: string): string {
  if (!value || !pattern || !replacement) return "NULL";
  const regex = regexOf(pattern, name);
  // A replacement that is wrong is an error only in a row that has something to replace: the script's.
  const to = text(replacement);
  const parts = regex && to !== undefined && isReplacement(to, regex) ? replacementParts(to, regex) : undefined;
  const start = position?.sql ?? "1";
  const engine = parts && engineReplacement(parts);
  const script = (x: string) => `spark_regexp_replace(${x}, ${pattern.sql}, ${replacement.sql}, ${start})`;
  if (!regex?.engine || regex.matchesEmpty || engine === undefined || (position && text(position) !== "1"))
    return script(value.sql);
  const [from, by] = [engineString(regex.engine), engineString(engine)];
  return once(value, (x) => orScript(x, regex, `regexp_replace(${x}, ${from}, ${by}, 'g')`, script(x)));
}

function extracted([value, pattern, index]: readonly Typed[], name: string): string {
  if (!value || !pattern) return "NULL";
  const regex = regexOf(pattern, name);
  const script = (x: string) => `spark_regexp_extract(${x}, ${pattern.sql}, ${index?.sql ?? "1"})`;
  if (!regex || (index && text(index) === undefined)) return script(value.sql);
  const group = groupIndex(index, regex);
  if (!regex.engine || group === undefined || group > 9) return script(value.sql);
  const engine = engineString(regex.engine);
  return once(value, (x) => orScript(x, regex, `regexp_extract(${x}, ${engine}, ${group})`, script(x)));
}

function extractedAll([value, pattern, index]: readonly Typed[], name: string): string {
  if (!value || !pattern) return "NULL";
  const regex = regexOf(pattern, name);
  const script = (x: string) => `spark_regexp_extract_all(${x}, ${pattern.sql}, ${index?.sql ?? "1"})`;
  if (!regex || (index && text(index) === undefined)) return script(value.sql);
  const group = groupIndex(index, regex);
  if (!regex.engine || group === undefined || group > 9 || regex.matchesEmpty || group > 0) return script(value.sql);
  return `regexp_extract_all(${value.sql}, ${engineString(regex.engine)}, ${group})`;
}

/** A plain separator is split at by the engine; a limit, an empty match or a construct of Java's own by the script. */
function splitted([value, pattern, limit]: readonly Typed[], name: string): string {
  if (!value || !pattern) return "NULL";
  const regex = regexOf(pattern, name);
  const all = limit === undefined || (text(limit) !== undefined && Number(text(limit)) <= 0);
  if (!regex?.engine || regex.matchesEmpty || !all) {
    return `spark_split(${value.sql}, ${pattern.sql}, ${limit?.sql ?? "-1"})`;
  }
  const separator = plainText(text(pattern) ?? "");
  return separator === undefined
    ? `string_split_regex(${value.sql}, ${engineString(regex.engine)})`
    : `string_split(${value.sql}, ${engineString(separator)})`;
}

/** The text that a pattern without special characters stands for. */
function plainText(pattern: string): string | undefined {
  if (!/^(?:[^\\.[\]{}()*+?^$|]|\\[^A-Za-z0-9])+$/s.test(pattern)) return undefined;
  return pattern.replace(/\\(.)/gs, "$1");
}

export const regexFunctions: readonly FunctionEntry[] = [
  scalar("rlike regexp regexp_like", {
    takes: [aString, aString],
    gives: BOOLEAN,
    sql: (_, [value, pattern], __, name) => matches(value as Typed, pattern as Typed, name),
  }),
  scalar("regexp_replace", {
    takes: [aString, aString, aString, anInt],
    optional: 1,
    gives: STRING,
    sql: (_, typed, __, name) => replaced(typed, name),
  }),
  scalar("regexp_extract", {
    takes: [aString, aString, anInt],
    optional: 1,
    gives: STRING,
    sql: (_, typed, __, name) => extracted(typed, name),
  }),
  scalar("regexp_extract_all", {
    takes: [aString, aString, anInt],
    optional: 1,
    gives: array(STRING),
    sql: (_, typed, __, name) => extractedAll(typed, name),
  }),
  scalar("regexp_substr", {
    takes: [aString, aString],
    gives: STRING,
    nullable: true,
    sql: ([x, p]) => `spark_regexp_substr(${x}, ${p})`,
  }),
  scalar("regexp_count", {
    takes: [aString, aString],
    gives: INTEGER,
    sql: ([x, p]) => `spark_regexp_count(${x}, ${p})`,
  }),
  scalar("regexp_instr", {
    takes: [aString, aString, anInt],
    optional: 1,
    gives: INTEGER,
    sql: ([x, p]) => `spark_regexp_instr(${x}, ${p})`,
  }),
  scalar("split", {
    takes: [aString, aString, anInt],
    optional: 1,
    gives: array(STRING, false),
    sql: (_, typed, __, name) => splitted(typed, name),
  }),
];
