/** Macros and script functions that casts call. */
import type { EngineLibrary, ScriptFunction } from "../../engine/engine.js";
import { raise } from "./function-errors.js";
import { readInterval } from "./interval-cast.js";
import { intervalTextScripts } from "./interval-text.js";
import { macro, macros } from "./macro.js";
import { parseDate, parseInstant, parseTimestamp, trimmed } from "./temporal-text.js";
import { localDay } from "./zone-clock.js";

/** White space around a value. Other control characters, which Spark trims too, are errors here: their class doubles the time. */
const SPACE = "\\s*";
const INVALID =
  "' || x || ''' of the type \"STRING\" cannot be cast to \"' || target || '\" because it is malformed. Correct the value, or use `try_cast` to tolerate malformed input and return NULL instead.";
const invalidInput = `error('[lakelet:CAST_INVALID_INPUT|22018] The value ''${INVALID}')`;
const outOfRange = raise(
  "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
  "22003",
  "'The value ' || x || ' cannot be represented as ' || target || '. Use `try_cast` to tolerate overflow and return NULL instead.'",
);

const castMacros = macros(
  macro("spark_is_integer_text", ["x"], `regexp_full_match(x, '${SPACE}[+-]?[0-9]+${SPACE}')`),
  macro(
    "spark_is_number_text",
    ["x"],
    `regexp_full_match(x, '${SPACE}[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?${SPACE}')`,
  ),
  // The engine misreads texts with exponents as decimals (1e-20 as DECIMAL(20,4) is 0.0001): their digits are written out before.
  macro(
    "spark_plain_number",
    ["x", "s"],
    "CASE WHEN contains(x, 'e') OR contains(x, 'E') THEN spark_round_text(trim(x, chr(9) || chr(10) || chr(13) || ' '), s, 'half-up') ELSE x END",
  ),
  macro(
    "spark_is_timestamp_text",
    ["x"],
    "regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?')",
  ),
  macro("spark_cast_failure", ["x", "target"], `CASE WHEN x IS NOT NULL THEN ${invalidInput} END`),
  macro("spark_out_of_range", ["x", "target"], outOfRange),
  macro(
    "spark_number_cast_failure",
    ["x", "target"],
    `CASE WHEN x IS NOT NULL THEN CASE WHEN spark_is_number_text(x) THEN ${outOfRange} ELSE ${invalidInput} END END`,
  ),
  macro(
    "spark_read_boolean",
    ["x"],
    `CASE WHEN lower(trim(x)) IN ('t', 'true', 'y', 'yes', '1') THEN TRUE WHEN lower(trim(x)) IN ('f', 'false', 'n', 'no', '0') THEN FALSE END`,
  ),
  macro(
    "spark_ansi_floating_to_long",
    ["x"],
    "CASE WHEN x = 9223372036854775808.0::DOUBLE THEN 9223372036854775807 ELSE CAST(trunc(x) AS BIGINT) END",
  ),
  macro(
    "spark_try_floating_to_long",
    ["x"],
    "CASE WHEN x = 9223372036854775808.0::DOUBLE THEN 9223372036854775807 ELSE TRY_CAST(trunc(x) AS BIGINT) END",
  ),
  macro(
    "spark_double_to_float",
    ["x"],
    "coalesce(TRY_CAST(x AS FLOAT), CASE WHEN x > 0 THEN 'Infinity'::FLOAT WHEN x < 0 THEN '-Infinity'::FLOAT END)",
  ),
  macro("spark_floor_seconds", ["us"], "CASE WHEN us >= 0 THEN us // 1000000 ELSE (us - 999999) // 1000000 END"),
  macro(
    "spark_ansi_double_to_timestamp",
    ["x"],
    `CASE WHEN isfinite(x) THEN make_timestamptz(CAST(trunc(x * 1000000) AS BIGINT)) WHEN x IS NOT NULL THEN ${raise("CAST_INVALID_INPUT", "22018", "'The value ' || x || ' of the type \"DOUBLE\" cannot be cast to \"TIMESTAMP\" because it is malformed. Use `try_cast` to tolerate malformed input and return NULL instead.'")} END`,
  ),
  macro(
    "spark_try_double_to_timestamp",
    ["x"],
    "CASE WHEN isfinite(x) THEN make_timestamptz(TRY_CAST(trunc(x * 1000000) AS BIGINT)) END",
  ),
  macro(
    "spark_try_date",
    ["x"],
    "CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN TRY_CAST(x AS DATE) ELSE DATE '1970-01-01' + spark_read_date(x) END",
  ),
  macro("spark_fraction_text", ["x"], "regexp_replace(CAST(x AS VARCHAR), '^(-?)\\.', '\\10.')"),
  macro(
    "spark_date_text",
    ["x"],
    `CASE WHEN x BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST(x AS VARCHAR) ELSE spark_far_text(x) END`,
  ),
  macro(
    "spark_timestamp_text",
    ["x"],
    `CASE WHEN x BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN CAST(x AS VARCHAR) ELSE spark_far_text(x) END`,
  ),
  // As java.time writes years beyond 9999 and before 1: +10000-01-01, -0044-03-15.
  macro(
    "spark_far_text",
    ["x"],
    `CASE WHEN year(x) > 9999 THEN '+' WHEN year(x) < 0 THEN '-' ELSE '' END || lpad(CAST(abs(year(x)) AS VARCHAR), CAST(greatest(4, len(CAST(abs(year(x)) AS VARCHAR))) AS INTEGER), '0') || regexp_replace(replace(CAST(x AS VARCHAR), ' (BC)', ''), '^[0-9]+', '')`,
  ),
  // Java's Double.toString from the engine's shortest text: plain from 1e-3 to 1e7, else d.ddE±x.
  macro(
    "spark_double_text",
    ["x"],
    "CASE WHEN (abs(x) >= 1e-3 AND abs(x) < 1e7) OR x = 0 THEN CAST(x AS VARCHAR) WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END WHEN abs(x) = 5e-324::DOUBLE THEN CASE WHEN x > 0 THEN '4.9E-324' ELSE '-4.9E-324' END ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || spark_scientific_text(CAST(abs(x) AS VARCHAR)) END",
  ),
  macro(
    "spark_float_text",
    ["x"],
    "CASE WHEN (abs(x) >= 1e-3 AND abs(x) < 1e7) OR x = 0 THEN CAST(x AS VARCHAR) WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END WHEN abs(x) = 1e-45::FLOAT THEN CASE WHEN x > 0 THEN '1.4E-45' ELSE '-1.4E-45' END ELSE CASE WHEN x < 0 THEN '-' ELSE '' END || spark_scientific_text(CAST(abs(x) AS VARCHAR)) END",
  ),
  macro(
    "spark_scientific_text",
    ["t"],
    `CASE WHEN contains(t, 'e') THEN regexp_replace(CASE WHEN contains(t, '.') THEN t ELSE replace(t, 'e', '.0e') END, 'e\\+?(-?)0*([0-9]+)$', 'E\\1\\2')
      WHEN starts_with(t, '0.') THEN regexp_replace(ltrim(substr(t, 3), '0'), '^([0-9])([0-9]*)$', '\\1.\\2') || CASE WHEN length(ltrim(substr(t, 3), '0')) = 1 THEN '0' ELSE '' END || 'E-' || (length(substr(t, 3)) - length(ltrim(substr(t, 3), '0')) + 1)
      ELSE t[1] || '.' || coalesce(nullif(rtrim(substr(replace(t, '.', ''), 2), '0'), ''), '0') || 'E' || (strpos(t, '.') - 2) END`,
  ),
);

const castFunctions: readonly ScriptFunction[] = [
  {
    name: "spark_read_interval",
    parameters: ["VARCHAR", "VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call: (text, first, last) => readInterval(String(text), String(first), String(last))?.toString() ?? null,
  },
  {
    name: "spark_read_double",
    parameters: ["VARCHAR"],
    returns: "DOUBLE",
    call: (text) => parseDouble(String(text)),
  },
  {
    name: "spark_read_date",
    parameters: ["VARCHAR"],
    returns: "INTEGER",
    call: (text) => parseDate(String(text)) ?? null,
  },
  {
    name: "spark_read_timestamp",
    parameters: ["VARCHAR", "VARCHAR", "BIGINT"],
    returns: "BIGINT",
    call(text, timeZone, now) {
      const today = localDay(BigInt(String(now)), String(timeZone));
      return representable(parseInstant(String(text), String(timeZone), today));
    },
  },
  {
    name: "spark_read_timestamp_ntz",
    parameters: ["VARCHAR"],
    returns: "BIGINT",
    call: (text) => representable(parseTimestamp(String(text))?.micros),
  },
];

export const castLibrary: EngineLibrary = { macros: castMacros, functions: [...castFunctions, ...intervalTextScripts] };

/** Texts of doubles beyond plain digits: names of NaN and infinity, type suffixes, hexadecimal. Null where it is no number. */
function parseDouble(text: string): number | null {
  const value = trimmed(text);
  const named = /^([+-]?)(inf|infinity)$/i.exec(value);
  if (named) return named[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(value)) return Number.NaN;
  const suffixed = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[dDfF]$/.exec(value);
  if (suffixed) return Number(suffixed[1]);
  const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]+)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[dDfF]?$/.exec(value);
  if (!hexadecimal) return null;
  const [, sign, whole = "", fraction = "", exponent] = hexadecimal;
  const magnitude = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -magnitude : magnitude;
}

/** What the engine's timestamps hold; Spark's own go on for some hours. */
const [FIRST_MICROS, LAST_MICROS] = [-9_223_372_022_400_000_000n, 9_223_372_036_854_775_806n];

function representable(micros: bigint | undefined): bigint | null {
  return micros === undefined || micros < FIRST_MICROS || micros > LAST_MICROS ? null : micros;
}
