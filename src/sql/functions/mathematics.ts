/** Powers, logarithms, trigonometry and the like, with Java's answers outside their domains. */
import type { ScriptFunction } from "../../engine/engine.js";
import { DOUBLE, LONG } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { aDouble, anInt, scalar } from "./argument.js";
import { macro, macros } from "./macro.js";

const one = (names: string, sql: (x: string) => string, nullable?: boolean): FunctionEntry =>
  scalar(names, {
    takes: [aDouble],
    gives: DOUBLE,
    ...(nullable === undefined ? {} : { nullable }),
    sql: ([x = ""]) => sql(x),
  });

const plain = (name: string): FunctionEntry => one(name, (x) => `${name}(${x})`);
const scripted = (name: string): FunctionEntry => one(name, (x) => `spark_${name}(${x})`);

function constantFunction(name: string, value: number): FunctionEntry {
  return scalar(name, { takes: [], gives: DOUBLE, nullable: false, sql: () => `CAST('${value}' AS DOUBLE)` });
}

export const mathFunctions: readonly FunctionEntry[] = [
  scripted("sqrt"),
  plain("cbrt"),
  scalar("power pow", { takes: [aDouble, aDouble], gives: DOUBLE, sql: ([x, y]) => `spark_power(${x}, ${y})` }),
  plain("exp"),
  one("expm1", (x) => `spark_expm1(${x})`),
  one("log1p", (x) => `spark_log1p(${x})`, true),
  one("ln", (x) => `spark_ln(${x})`, true),
  one("log10", (x) => `CASE WHEN ${x} > 0 THEN log10(${x}) END`, true),
  one("log2", (x) => `CASE WHEN ${x} > 0 THEN ln(${x}) / ln(2.0::DOUBLE) END`, true),
  scalar("log", {
    takes: [aDouble, aDouble],
    optional: 1,
    gives: DOUBLE,
    nullable: true,
    sql: ([x, y]) => (y === undefined ? `spark_ln(${x})` : `(spark_ln(${y}) / spark_ln(${x}))`),
  }),
  scripted("sin"),
  scripted("cos"),
  scripted("tan"),
  one("cot", (x) => `(1.0::DOUBLE / spark_tan(${x}))`),
  one("sec", (x) => `(1.0::DOUBLE / spark_cos(${x}))`),
  one("csc", (x) => `(1.0::DOUBLE / spark_sin(${x}))`),
  scripted("asin"),
  scripted("acos"),
  plain("atan"),
  scalar("atan2", {
    takes: [aDouble, aDouble],
    gives: DOUBLE,
    // Spark adds zero to both, which makes a negative zero a positive one.
    sql: ([y, x]) => `atan2(spark_unsigned_zero(${y}), spark_unsigned_zero(${x}))`,
  }),
  plain("sinh"),
  plain("cosh"),
  plain("tanh"),
  scripted("asinh"),
  scripted("acosh"),
  scripted("atanh"),
  plain("degrees"),
  plain("radians"),
  scalar("hypot", { takes: [aDouble, aDouble], gives: DOUBLE, sql: ([x, y]) => `spark_hypot(${x}, ${y})` }),
  constantFunction("pi", Math.PI),
  constantFunction("e", Math.E),
  scalar("factorial", {
    takes: [anInt],
    gives: LONG,
    nullable: true,
    sql: ([n]) => `CASE WHEN ${n} BETWEEN 0 AND 20 THEN CAST(factorial(${n}) AS BIGINT) END`,
  }),
];

const outside = (name: string, body: string): ReturnType<typeof macro> =>
  macro(`spark_${name}`, ["x"], `CASE WHEN ${body} THEN ${name}(x) WHEN x IS NOT NULL THEN 'NaN'::DOUBLE END`);

const finite = (name: string): ReturnType<typeof macro> =>
  macro(`spark_${name}`, ["x"], `CASE WHEN isinf(x) THEN 'NaN'::DOUBLE ELSE ${name}(x) END`);

export const mathMacros: Readonly<Record<string, string>> = macros(
  outside("sqrt", "x >= 0"),
  outside("asin", "x BETWEEN -1 AND 1"),
  outside("acos", "x BETWEEN -1 AND 1"),
  macro(
    "spark_atanh",
    ["x"],
    "CASE WHEN x = -1 THEN '-Infinity'::DOUBLE WHEN x > -1 AND x <= 1 THEN atanh(x) WHEN x IS NOT NULL THEN 'NaN'::DOUBLE END",
  ),
  // Spark's own formulas, which are less exact than C's functions.
  macro("spark_asinh", ["x"], "CASE WHEN x = '-Infinity'::DOUBLE THEN x ELSE spark_ln_or_nan(x + sqrt(x * x + 1)) END"),
  macro("spark_acosh", ["x"], "CASE WHEN x < 1 THEN 'NaN'::DOUBLE ELSE ln(x + sqrt(x * x - 1)) END"),
  macro(
    "spark_ln_or_nan",
    ["x"],
    "CASE WHEN x = 0 THEN '-Infinity'::DOUBLE WHEN x < 0 THEN 'NaN'::DOUBLE ELSE ln(x) END",
  ),
  finite("sin"),
  finite("cos"),
  finite("tan"),
  // C gives 1 for 1 to whatever power, Java NaN for what is none.
  macro(
    "spark_power",
    ["x", "y"],
    "CASE WHEN isnan(y) OR (isinf(y) AND abs(x) = 1) THEN 'NaN'::DOUBLE + x ELSE pow(x, y) END",
  ),
  macro("spark_unsigned_zero", ["x"], "CASE WHEN x = 0 THEN 0::DOUBLE ELSE x END"),
  macro("spark_ln", ["x"], "CASE WHEN x > 0 THEN ln(x) END"),
);

export const mathScripts: readonly ScriptFunction[] = [
  { name: "spark_expm1", parameters: ["DOUBLE"], returns: "DOUBLE", call: (x) => Math.expm1(Number(x)) },
  {
    name: "spark_log1p",
    parameters: ["DOUBLE"],
    returns: "DOUBLE",
    call: (x) => (Number(x) <= -1 ? null : Math.log1p(Number(x))),
  },
  {
    name: "spark_hypot",
    parameters: ["DOUBLE", "DOUBLE"],
    returns: "DOUBLE",
    call: (x, y) => Math.hypot(Number(x), Number(y)),
  },
];
