/** Macros and script functions that VARIANTs need; what the text that stands for one looks like is told in schema/variant-text.ts. */
import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { readVariant, type VariantProblem } from "../../schema/variant-reader.js";
import {
  type VariantNode,
  type VariantTimes,
  variantJson,
  variantNode,
  variantString,
  variantText,
} from "../../schema/variant-text.js";
import { raise } from "./function-errors.js";
import { macro, macros } from "./macro.js";
import { dateText, timestampText } from "./temporal-text.js";
import { readVariantPath, stepInto } from "./variant-path.js";
import { merged, type Shape, shapeOf, shapeText } from "./variant-shape.js";
import { offsetMicros } from "./zone-clock.js";

/** Texts that Spark writes in another way: tagged ones, decimals without a fraction, exponents. Texts of strings may match in vain. */
const UNLIKE_SPARK = "'\\x01|\\\\u00[01]|[0-9](\\.0|[eE][-+]?[0-9]+)([\\],}]|$)'";

const invalidCast = raise(
  "INVALID_VARIANT_CAST",
  "22023",
  "'The variant value `' || left(x, 200) || '` cannot be cast into `\"' || target || '\"`. Use `try_variant_get` or `try_cast` to get NULL instead.'",
);

const variantMacros = macros(
  macro(
    "spark_variant_json",
    ["v", "zone"],
    `CASE WHEN regexp_matches(v, ${UNLIKE_SPARK}) THEN spark_write_variant(v, zone) ELSE v END`,
  ),
  macro(
    "spark_variant_string",
    ["k", "x", "zone"],
    `CASE WHEN k = 'NULL' THEN NULL WHEN k = 'VARCHAR' THEN CASE WHEN starts_with(x, chr(1)) THEN spark_variant_leaf(CAST(to_json(x) AS VARCHAR), zone) ELSE x END WHEN regexp_matches(x, ${UNLIKE_SPARK}) THEN spark_variant_leaf(x, zone) ELSE x END`,
  ),
  macro(
    "spark_variant_cast_failure",
    ["x", "target"],
    `CASE WHEN x IS NOT NULL AND x <> 'null' THEN ${invalidCast} END`,
  ),
  macro(
    "spark_string_variant",
    ["x"],
    "CAST(to_json(CASE WHEN starts_with(x, chr(1)) THEN chr(1) || 's' || x ELSE x END) AS VARCHAR)",
  ),
  macro(
    "spark_decimal_digits",
    ["t"],
    "CASE WHEN contains(t, '.') THEN regexp_replace(regexp_replace(t, '0+$', ''), '\\.$', '.0') ELSE t || '.0' END",
  ),
  macro("spark_whole_digits", ["x"], "CASE WHEN contains(lower(x), 'e') THEN '0' ELSE split_part(x, '.', 1) END"),
);

function timesIn(zone: string): VariantTimes {
  const shown = (micros: bigint): string =>
    (timestampText(micros) ?? "")
      .replace("T", " ")
      .replace(/\.?0{1,6}$/, (zeros) => (zeros.startsWith(".") ? "" : zeros));
  const trimmed = (micros: bigint): string => shown(micros).replace(/(\.\d*?)0+$/, "$1");
  const local = (micros: bigint): string => trimmed(micros + offsetMicros(micros, zone));
  return {
    date: (days) => dateText(days) ?? "",
    timestamp: local,
    offsetTimestamp: (micros) => `${local(micros)}${offsetText(offsetMicros(micros, zone))}`,
    timestampNtz: trimmed,
  };
}

function offsetText(micros: bigint): string {
  const minutes = Number((micros < 0n ? -micros : micros) / 60_000_000n);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${micros < 0n ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function malformed(problem: VariantProblem, json: string): LakeletError {
  if (problem === "malformed") {
    return new LakeletError({
      condition: "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
      sqlState: "22023",
      problem: `The text is no JSON: ${json.slice(0, 200)}.`,
      cure: "Use `try_parse_json` to get NULL for it.",
      parameters: { badRecord: json.slice(0, 200) },
    });
  }
  return new LakeletError({
    condition: "VARIANT_DUPLICATE_KEY",
    sqlState: "22023",
    problem: `A JSON object has the key \`${problem.duplicateKey}\` twice.`,
    cure: "Use `try_parse_json` to get NULL for it.",
    parameters: { key: problem.duplicateKey },
  });
}

function atPath(text: string, path: string, name: string): string | null {
  const found = readVariantPath(path, name).reduce<VariantNode | undefined>(stepInto, variantNode(text));
  return found === undefined ? null : variantText(found);
}

export const variantLibrary: EngineLibrary = {
  macros: variantMacros,
  functions: [
    {
      name: "spark_parse_variant",
      parameters: ["VARCHAR"],
      returns: "VARCHAR",
      call(json) {
        const read = readVariant(String(json));
        if ("text" in read) return read.text;
        throw malformed(read.problem, String(json));
      },
    },
    {
      name: "spark_try_parse_variant",
      parameters: ["VARCHAR"],
      returns: "VARCHAR",
      call(json) {
        const read = readVariant(String(json));
        return "text" in read ? read.text : null;
      },
    },
    {
      name: "spark_write_variant",
      parameters: ["VARCHAR", "VARCHAR"],
      returns: "VARCHAR",
      call: (text, zone) => variantJson(variantNode(String(text)), timesIn(String(zone))),
    },
    {
      name: "spark_variant_leaf",
      parameters: ["VARCHAR", "VARCHAR"],
      returns: "VARCHAR",
      call: (text, zone) => variantString(variantNode(String(text)), timesIn(String(zone))),
    },
    {
      name: "spark_variant_at",
      parameters: ["VARCHAR", "VARCHAR", "VARCHAR"],
      returns: "VARCHAR",
      call: (text, path, name) => atPath(String(text), String(path), String(name)),
    },
    {
      name: "spark_variant_schema",
      parameters: ["VARCHAR"],
      returns: "VARCHAR",
      call: (text) => shapeText(shapeOf(String(text))),
    },
    {
      name: "spark_variant_shape",
      parameters: ["VARCHAR"],
      returns: "VARCHAR",
      call: (text) => JSON.stringify(shapeOf(String(text))),
    },
    {
      name: "spark_merge_shapes",
      parameters: ["VARCHAR[]"],
      returns: "VARCHAR",
      call(shapes) {
        const read = (shapes as readonly string[]).map((one) => JSON.parse(one) as Shape);
        return shapeText(read.reduce(merged, { kind: "VOID" }));
      },
    },
  ],
};
