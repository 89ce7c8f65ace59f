/** round, bround, ceil, floor, rint: exact, decimals by digits and doubles by the digits of their text. */
import type { ScriptFunction } from "../../engine/engine.js";
import {
  type DataType,
  type DecimalType,
  DOUBLE,
  decimal,
  LONG,
  MAX_DECIMAL_PRECISION,
} from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionContext, FunctionEntry, Typed } from "../typed.js";
import {
  accept,
  aDecimal,
  aDouble,
  aNumber,
  anInt,
  constant,
  expectCount,
  scalar,
  typedFrom,
  values,
} from "./argument.js";
import { notFoldable } from "./constant-errors.js";
import { type RoundingMode, roundDigits } from "./decimal-text.js";
import { raise } from "./function-errors.js";
import { macro, macros } from "./macro.js";
import { once } from "./once.js";

/** Type of a decimal rounded at a scale (Spark's RoundBase). */
function roundedDecimal({ precision, scale }: DecimalType, at: number): DecimalType {
  const whole = precision - scale + 1;
  if (at < 0) return decimal(Math.min(Math.max(whole, 1 - at), MAX_DECIMAL_PRECISION), 0);
  const kept = Math.min(scale, at);
  return decimal(Math.min(whole + kept, MAX_DECIMAL_PRECISION), kept);
}

const OUT_OF_RANGE = raise(
  "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
  "22003",
  "'The rounded value has more than 38 digits.'",
);

function roundDecimal(value: Typed, type: DecimalType, at: number, mode: RoundingMode): Typed {
  const result = roundedDecimal(type, at);
  if (mode === "half-up" && at >= 0) return typedFrom([value], `CAST(${value.sql} AS ${engineType(result)})`, result);
  if (at >= type.scale && at >= 0) return typedFrom([value], `CAST(${value.sql} AS ${engineType(result)})`, result);
  const text = `spark_round_text(CAST(${value.sql} AS VARCHAR), ${at}, '${mode}')`;
  const sql = `coalesce(TRY_CAST(${text} AS ${engineType(result)}), CASE WHEN ${value.sql} IS NOT NULL THEN ${OUT_OF_RANGE} END)`;
  const native = (x: string): string | undefined => {
    const found = adjusted(x, result, at, mode);
    return found && withinDigits(x, type, found, sql);
  };
  return typedFrom([value], at >= 0 ? once(value, (x) => native(x) ?? sql) : sql, result);
}

/** Ceiling and floor from the nearest value, which the engine's own cast gives. */
function adjusted(x: string, result: DecimalType, at: number, mode: RoundingMode): string | undefined {
  if (mode !== "ceiling" && mode !== "floor") return undefined;
  const nearest = `CAST(${x} AS ${engineType(result)})`;
  const unit = at === 0 ? "1" : `CAST('0.${"1".padStart(at, "0")}' AS DECIMAL(${Math.min(38, at + 1)},${at}))`;
  const moved =
    mode === "ceiling" ? `${nearest} < ${x} THEN ${nearest} + ${unit}` : `${nearest} > ${x} THEN ${nearest} - ${unit}`;
  return `CAST(CASE WHEN ${moved} ELSE ${nearest} END AS ${engineType(result)})`;
}

/** The native form for values that have a digit less than the type, the other one for the rest where the engine has no digit more. */
function withinDigits(x: string, { precision, scale }: DecimalType, native: string, other: string): string {
  if (precision < MAX_DECIMAL_PRECISION || scale === 0) return native;
  const limit = `CAST('1e${precision - scale - 1}' AS DOUBLE)`;
  return `(CASE WHEN abs(CAST(${x} AS DOUBLE)) < ${limit} THEN ${native} ELSE ${other} END)`;
}

function roundFloating(value: Typed, at: number, mode: RoundingMode): Typed {
  const wide = value.dataType.kind === "float" ? `CAST(${value.sql} AS DOUBLE)` : value.sql;
  const sql = once({ ...value, sql: wide }, (x) => {
    if (mode === "half-up" && at === 0) return `(round(${x}) + 0)`;
    if (mode === "half-up" && at > 0 && at <= 15) return `spark_round_half_up(${x}, ${at}, ${10 ** at}::DOUBLE)`;
    return `spark_round_double(${x}, ${at}, '${mode}')`;
  });
  return typedFrom([value], value.dataType.kind === "float" ? `CAST(${sql} AS FLOAT)` : sql, value.dataType);
}

const LARGEST: Readonly<Record<string, bigint>> = {
  byte: 127n,
  short: 32_767n,
  integer: 2_147_483_647n,
  long: 9_223_372_036_854_775_807n,
};

function roundIntegral(value: Typed, at: number, mode: RoundingMode): Typed {
  if (at >= 0) return withoutLiteral(value);
  if (at < -19) return typedFrom([value], `(${value.sql} * 0)`, value.dataType);
  const unit = 10n ** BigInt(-at);
  const largest = LARGEST[value.dataType.kind] ?? 0n;
  const sql = once(value, (x) => {
    const wide = `spark_round_integral_${mode === "half-up" ? "up" : "even"}(${x}, ${unit}::HUGEINT)`;
    return `CAST(spark_within(${wide}, ${-largest - 1n}::HUGEINT, ${largest}::HUGEINT) AS ${engineType(value.dataType)})`;
  });
  return typedFrom([value], sql, value.dataType);
}

function rounded(value: Typed, at: number, mode: RoundingMode): Typed {
  if (value.dataType.kind === "decimal") return roundDecimal(value, value.dataType, at, mode);
  return isIntegral(value.dataType) ? roundIntegral(value, at, mode) : roundFloating(value, at, mode);
}

function scaleOf(argument: Typed | undefined, name: string, context: FunctionContext): number | null {
  if (!argument) return 0;
  const text = constant(accept(argument, anInt, name, 1, context), name, "scale");
  return text === null ? null : Number(text);
}

function round(name: string, mode: RoundingMode): FunctionEntry {
  return {
    kind: "scalar",
    names: [name],
    compile(args, context) {
      expectCount(args, name, 1, 2);
      const [first, second] = values(args, name);
      const value = accept(first as Typed, aNumber, name, 0, context);
      const at = scaleOf(second && withLiteral(second), name, context);
      if (at !== null) return rounded(value, at, mode);
      const type = value.dataType.kind === "decimal" ? roundedDecimal(value.dataType, 0) : value.dataType;
      return typedFrom([value], `CAST(NULL AS ${engineType(type)})`, type, true);
    },
  };
}

/** NULL of no type as a decimal. */
function asDecimal(value: Typed): Typed {
  if (value.dataType.kind !== "void") return value;
  return { ...value, sql: "CAST(NULL AS DECIMAL(38, 18))", dataType: { kind: "decimal", precision: 38, scale: 18 } };
}

/** An integer literal counts with its own digits beside decimals, a call does not. */
function withoutLiteral({ literal: _, ...value }: Typed): Typed {
  return value;
}

/** A literal keeps being one where it is cast to int. */
function withLiteral(value: Typed): Typed {
  return value.dataType.kind === "integer" || !value.literal ? value : { ...value, dataType: { kind: "integer" } };
}

/** ceil and floor: of doubles and integers a bigint, of decimals a decimal; with a scale always a decimal. */
function towards(names: string, engineName: "ceil" | "floor", mode: "ceiling" | "floor"): FunctionEntry {
  return {
    kind: "scalar",
    names: names.split(" "),
    compile(args, context, name) {
      expectCount(args, name, 1, 2);
      const [first, second] = values(args, name);
      if (second) {
        const at = scaleOf(withLiteral(second), name, context);
        if (at === null) throw notFoldable(name, "scale");
        const value = accept(asDecimal(first as Typed), aDecimal, name, 0, context);
        return roundDecimal(value, value.dataType as DecimalType, at, mode);
      }
      const value = accept(first as Typed, aNumber, name, 0, context);
      const type: DataType = value.dataType;
      if (isIntegral(type)) return typedFrom([value], `CAST(${value.sql} AS BIGINT)`, LONG);
      if (type.kind !== "decimal") {
        return typedFrom(
          [value],
          once(value, (x) => `spark_saturated(${engineName}(CAST(${x} AS DOUBLE)))`),
          LONG,
        );
      }
      if (type.scale === 0) return typedFrom([value], value.sql, type);
      const result = roundedDecimal(type, 0);
      return typedFrom([value], `CAST(${engineName}(${value.sql}) AS ${engineType(result)})`, result);
    },
  };
}

export const roundingFunctions: readonly FunctionEntry[] = [
  round("round", "half-up"),
  round("bround", "half-even"),
  towards("ceil ceiling", "ceil", "ceiling"),
  towards("floor", "floor", "floor"),
  scalar("rint", { takes: [aDouble], gives: DOUBLE, sql: ([x]) => `round_even(${x}, 0)` }),
];

export const roundingMacros: Readonly<Record<string, string>> = macros(
  // Far enough from a tie the product rounds right; near one only the digits of the text tell.
  macro(
    "spark_round_half_up",
    ["x", "n", "p"],
    `CASE WHEN abs(x * p) < 1e14 AND abs(abs(x * p - trunc(x * p)) - 0.5) > abs(x * p) * 1e-15 + 1e-300 THEN round(x * p) / p + 0 ELSE spark_round_double(x, n, 'half-up') END`,
  ),
  macro(
    "spark_saturated",
    ["x"],
    "CASE WHEN isnan(x) THEN 0 WHEN x >= 9223372036854775807 THEN 9223372036854775807 WHEN x <= -9223372036854775808 THEN -9223372036854775807 - 1 ELSE CAST(x AS BIGINT) END",
  ),
  macro(
    "spark_within",
    ["x", "lo", "hi"],
    `CASE WHEN x > hi OR x < lo THEN ${raise("ARITHMETIC_OVERFLOW", "22003", "'Overflow of the rounded value ' || x || '.'")} ELSE x END`,
  ),
  macro(
    "spark_round_integral_up",
    ["x", "u"],
    "((x::HUGEINT + CASE WHEN x < 0 THEN -u // 2 ELSE u // 2 END) // u) * u",
  ),
  macro(
    "spark_round_integral_even",
    ["x", "u"],
    "(CASE WHEN abs(x::HUGEINT % u) * 2 = u AND (x::HUGEINT // u) % 2 = 0 THEN x::HUGEINT // u ELSE (x::HUGEINT + CASE WHEN x < 0 THEN -u // 2 ELSE u // 2 END) // u END) * u",
  ),
);

export const roundingScripts: readonly ScriptFunction[] = [
  {
    name: "spark_round_double",
    parameters: ["DOUBLE", "INTEGER", "VARCHAR"],
    returns: "DOUBLE",
    call(value, at, mode) {
      const number = Number(value);
      if (!Number.isFinite(number)) return number;
      return Number(roundDigits(String(number), Number(at), String(mode) as RoundingMode)) + 0;
    },
  },
  {
    name: "spark_round_text",
    parameters: ["VARCHAR", "INTEGER", "VARCHAR"],
    returns: "VARCHAR",
    call: (text, at, mode) => roundDigits(String(text), Number(at), String(mode) as RoundingMode),
  },
];
