/** Numbers: every function over them, from the files of their kinds. */
import type { EngineLibrary } from "../../engine/engine.js";
import { type DataType, DOUBLE, LONG, STRING } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { FunctionEntry, Typed } from "../typed.js";
import {
  aDouble,
  aLong,
  aNumber,
  anAnsiInterval,
  anInt,
  aString,
  expectCount,
  oneOf,
  scalar,
  typedFrom,
  values,
} from "./argument.js";
import { compileArithmetic, numericOperands } from "./arithmetic.js";
import { guarded } from "./arithmetic-guard.js";
import { convertBase } from "./base-conversion.js";
import { negatedDecimal } from "./decimal-arithmetic.js";
import { absoluteInterval, intervalUnits } from "./interval-units.js";
import { macro, macros } from "./macro.js";
import { mathFunctions, mathMacros, mathScripts } from "./mathematics.js";
import { once } from "./once.js";
import { randomFunctions, randomScripts } from "./random.js";
import { roundingFunctions, roundingMacros, roundingScripts } from "./rounding.js";
import { typeCastFunctions } from "./type-casts.js";

const first = (args: readonly Typed[]): DataType => args[0]?.dataType ?? DOUBLE;

/** a % n, moved into the sign of n where it is negative: Spark's `r < 0 ? (r + n) % n : r`. */
const pmod: FunctionEntry = {
  kind: "scalar",
  names: ["pmod"],
  compile(args, context, name) {
    expectCount(args, name, 2);
    const [left, right] = values(args, name);
    const [a, b] = numericOperands("%", left as Typed, right as Typed, context);
    const rest = compileArithmetic("%", a, b, context);
    const type = rest.dataType;
    const divisor = `CAST(${b.sql} AS ${engineType(type)})`;
    if (type.kind === "decimal") {
      const moved = (r: string): string => {
        const sum = compileArithmetic("+", { sql: r, dataType: type, nullable: rest.nullable }, b, context);
        return `CAST(${compileArithmetic("%", sum, b, context).sql} AS ${engineType(type)})`;
      };
      return typedFrom(
        [a, b],
        once(rest, (r) => `CASE WHEN ${r} < 0 THEN ${moved(r)} ELSE ${r} END`),
        type,
      );
    }
    if (!isIntegral(type)) {
      const sql = once(
        rest,
        (r) => `CAST(CASE WHEN ${r} < 0 THEN (${r} + ${b.sql}) % ${b.sql} ELSE ${r} END AS ${engineType(type)})`,
      );
      return typedFrom([a, b], sql, type);
    }
    const sql = guarded(a, { ...b, sql: divisor }, (n, d) =>
      once({ ...a, sql: `(${n} % ${d})` }, (r) => {
        const sum = `(CAST(${r} AS HUGEINT) + ${b.sql})`;
        // As Java's sum, which begins anew where it leaves the type.
        const size = type.kind === "long" ? "18446744073709551616" : "4294967296";
        const around =
          type.kind === "long" || type.kind === "integer"
            ? ` WHEN ${r} < 0 AND ${sum} * 2 < -${size} THEN (${sum} + ${size}) % ${b.sql}`
            : "";
        return `CAST(CASE${around} WHEN ${r} < 0 THEN ${sum} % ${b.sql} ELSE ${r} END AS ${engineType(type)})`;
      }),
    );
    return typedFrom([a, b], sql, type);
  },
};

export const numberFunctions: readonly FunctionEntry[] = [
  pmod,
  scalar("abs", {
    takes: [oneOf(anAnsiInterval, aNumber)],
    gives: first,
    sql: ([x = ""], [value]) =>
      value?.dataType.kind === "interval"
        ? absoluteInterval(x, value.dataType)
        : value?.dataType.kind === "decimal" && value.dataType.precision > 34
          ? once(
              { ...value, sql: x },
              (one) => `CASE WHEN ${one} < 0 THEN ${negatedDecimal({ ...value, sql: one })} ELSE ${one} END`,
            )
          : `abs(${x})`,
  }),
  scalar("sign signum", {
    takes: [oneOf(anAnsiInterval, aDouble)],
    gives: DOUBLE,
    sql: ([x = ""], [value]) =>
      value?.dataType.kind === "interval"
        ? `spark_sign(${intervalUnits(x, value.dataType.family)})`
        : `spark_sign(${x})`,
  }),
  scalar("bin", { takes: [aLong], gives: STRING, sql: ([x]) => `bin(${x})` }),
  scalar("conv", {
    takes: [aString, anInt, anInt],
    gives: STRING,
    nullable: true,
    sql: ([x, from, to]) => `spark_conv(${x}, ${from}, ${to})`,
  }),
  scalar("width_bucket", {
    takes: [aDouble, aDouble, aDouble, aLong],
    gives: LONG,
    nullable: true,
    sql: ([x, low, high, n]) => `spark_width_bucket(${x}, ${low}, ${high}, ${n})`,
  }),
  ...roundingFunctions,
  ...mathFunctions,
  ...randomFunctions,
  ...typeCastFunctions,
];

export const numberLibrary: EngineLibrary = {
  macros: {
    ...mathMacros,
    ...roundingMacros,
    ...macros(
      macro(
        "spark_sign",
        ["x"],
        "CASE WHEN isnan(x) OR x = 0 THEN x WHEN x > 0 THEN 1.0::DOUBLE WHEN x < 0 THEN -1.0::DOUBLE END",
      ),
      macro(
        "spark_width_bucket",
        ["x", "lo", "hi", "n"],
        `CASE WHEN n IS NULL OR n <= 0 OR n = 9223372036854775807 OR isnan(x) OR lo = hi OR NOT isfinite(lo) OR NOT isfinite(hi) THEN NULL
          WHEN lo < hi THEN CASE WHEN x < lo THEN 0 WHEN x >= hi THEN n + 1 ELSE CAST(trunc(n * (x - lo) / (hi - lo)) AS BIGINT) + 1 END
          WHEN lo > hi THEN CASE WHEN x > lo THEN 0 WHEN x <= hi THEN n + 1 ELSE CAST(trunc(n * (lo - x) / (lo - hi)) AS BIGINT) + 1 END END`,
      ),
    ),
  },
  functions: [
    ...mathScripts,
    ...roundingScripts,
    ...randomScripts,
    {
      name: "spark_conv",
      parameters: ["VARCHAR", "INTEGER", "INTEGER"],
      returns: "VARCHAR",
      call: (text, from, to) => convertBase(String(text), Number(from), Number(to)),
    },
  ],
};
