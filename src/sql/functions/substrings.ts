/** Parts of strings: substring, left, right, split_part, substring_index, overlay, length. */
import { type DataType, INTEGER, STRING } from "../../schema/data-type.js";
import type { FunctionEntry, Typed } from "../typed.js";
import { anInt, aString, aStringOrBinary, scalar } from "./argument.js";
import { differingArguments, raise } from "./function-errors.js";
import { macro, macros } from "./macro.js";

const first = (args: readonly Typed[]): DataType => args[0]?.dataType ?? STRING;

/** Two of a kind: both strings, or both binary. */
function alike(args: readonly Typed[]): DataType {
  const [value, other] = args;
  if (value && other && isBinary(value) !== isBinary(other)) {
    throw differingArguments("overlay", [value.dataType, other.dataType]);
  }
  return first(args);
}
const isBinary = (value: Typed | undefined): boolean => value?.dataType.kind === "binary";

function constantInt(value: Typed | undefined): number | undefined {
  const text = value?.literal?.value;
  return text === undefined || text === null || !/^-?\d+$/.test(text) ? undefined : Number(text);
}

function substring([x = "", p = "", l]: readonly string[], [value, position, length]: readonly Typed[]): string {
  if (isBinary(value))
    return `unhex(spark_substring(hex(${x}), ${bytePosition(p)}, 2 * CAST(${l ?? "1000000000"} AS BIGINT)))`;
  const [at, size] = [constantInt(position), l === undefined ? 0 : constantInt(length)];
  if (at !== undefined && at >= 0 && size !== undefined && size >= 0) {
    return l === undefined ? `substr(${x}, ${Math.max(at, 1)})` : `substr(${x}, ${Math.max(at, 1)}, ${size})`;
  }
  return `spark_substring(${x}, ${p}, ${l ?? "2147483647"})`;
}

/** Position of a byte in the text of two digits a byte. */
function bytePosition(p: string): string {
  return `CASE WHEN ${p} > 0 THEN 2 * CAST(${p} AS BIGINT) - 1 ELSE 2 * CAST(${p} AS BIGINT) END`;
}

const substringEntry = scalar("substring substr", {
  takes: [aStringOrBinary, anInt, anInt],
  optional: 1,
  gives: first,
  sql: substring,
});

const DELIMITERS = { takes: [aString, aString, anInt], gives: STRING };

export const partFunctions: readonly FunctionEntry[] = [
  substringEntry,
  scalar("left", {
    takes: [aStringOrBinary, anInt],
    gives: first,
    sql: ([x = "", n = ""], typed) => substring([x, "1", n], [typed[0] as Typed, literalOne, typed[1] as Typed]),
  }),
  scalar("right", {
    takes: [aString, anInt],
    gives: STRING,
    sql: ([x, n]) => `spark_right(${x}, ${n})`,
  }),
  scalar("split_part", { ...DELIMITERS, sql: ([x, d, n]) => `spark_split_part(${x}, ${d}, ${n})` }),
  scalar("substring_index", {
    ...DELIMITERS,
    sql: ([x, d, n], [, delimiter]) =>
      delimiter?.literal?.value?.length === 1
        ? `spark_substring_index(${x}, ${d}, ${n})`
        : `spark_substring_index_script(${x}, ${d}, ${n})`,
  }),
  scalar("overlay", {
    takes: [aStringOrBinary, aStringOrBinary, anInt, anInt],
    optional: 1,
    gives: alike,
    sql: ([x, r, p, l], [value]) =>
      isBinary(value)
        ? `unhex(spark_overlay_bytes(hex(${x}), hex(${r}), CAST(${p} AS BIGINT), ${l ?? -1}))`
        : `spark_overlay(${x}, ${r}, ${p}, ${l === undefined ? `length(${r})` : l})`,
  }),
  scalar("length len char_length character_length", {
    takes: [aStringOrBinary],
    gives: INTEGER,
    sql: ([x], [value]) => `CAST(${isBinary(value) ? "octet_length" : "length"}(${x}) AS INTEGER)`,
  }),
  scalar("octet_length", {
    takes: [aStringOrBinary],
    gives: INTEGER,
    sql: ([x], [value]) => `CAST(${isBinary(value) ? "octet_length" : "strlen"}(${x}) AS INTEGER)`,
  }),
  scalar("bit_length", {
    takes: [aStringOrBinary],
    gives: INTEGER,
    sql: ([x], [value]) => `CAST(8 * ${isBinary(value) ? "octet_length" : "strlen"}(${x}) AS INTEGER)`,
  }),
];

const literalOne: Typed = { sql: "1", dataType: INTEGER, nullable: false, literal: { value: "1" } };

export const partMacros: Readonly<Record<string, string>> = macros(
  macro("spark_size", ["l"], "CASE WHEN l < 0 THEN 0 ELSE CAST(l AS BIGINT) END"),
  // From the end where negative; what lies before the beginning counts into the length.
  macro(
    "spark_substring",
    ["x", "p", "l"],
    `CASE WHEN p > 0 THEN substr(x, CAST(p AS BIGINT), spark_size(l))
      WHEN p = 0 OR length(x) + CAST(p AS BIGINT) = 0 THEN substr(x, 1, spark_size(l))
      WHEN length(x) + CAST(p AS BIGINT) > 0 THEN substr(x, length(x) + CAST(p AS BIGINT) + 1, spark_size(l))
      WHEN p < 0 THEN substr(x, 1, spark_size(CAST(l AS BIGINT) + length(x) + CAST(p AS BIGINT))) END`,
  ),
  macro("spark_right", ["x", "n"], "CASE WHEN n <= 0 THEN substr(x, 1, 0) WHEN n > 0 THEN right(x, n) END"),
  macro(
    "spark_split_part",
    ["x", "d", "n"],
    `CASE WHEN x IS NULL OR d IS NULL OR n IS NULL THEN NULL
      WHEN n = 0 THEN ${raise("INVALID_INDEX_OF_ZERO", "22003", "'The index 0 is invalid: it is either below 0 or above 0, the first part having the index 1.'")}
      WHEN d = '' THEN CASE WHEN abs(n) = 1 THEN x ELSE '' END ELSE split_part(x, d, n) END`,
  ),
  macro(
    "spark_substring_index",
    ["x", "d", "n"],
    "CASE WHEN n > 0 THEN array_to_string(string_split(x, d)[1:n], d) WHEN n < 0 THEN array_to_string(string_split(x, d)[n:], d) WHEN n = 0 THEN substr(x, 1, 0) END",
  ),
  // Of texts with two digits a byte; the position is that of a byte.
  macro(
    "spark_bytes_from",
    ["x", "p"],
    "spark_substring(x, CASE WHEN p > 0 THEN 2 * p - 1 ELSE 2 * p END, 4294967294)",
  ),
  macro(
    "spark_overlay_bytes",
    ["x", "r", "p", "l"],
    "spark_substring(x, 1, 2 * (p - 1)) || r || CASE WHEN l >= 0 THEN spark_bytes_from(x, p + l) WHEN l < 0 THEN spark_bytes_from(x, p + length(r) // 2) END",
  ),
  macro(
    "spark_overlay",
    ["x", "r", "p", "l"],
    "spark_substring(x, 1, p - 1) || r || CASE WHEN l >= 0 THEN spark_substring(x, p + l, 2147483647) WHEN l < 0 THEN spark_substring(x, p + length(r), 2147483647) END",
  ),
);
