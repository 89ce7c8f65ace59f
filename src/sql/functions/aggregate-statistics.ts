/** Statistics over one or two columns of doubles: deviations, moments, correlation, regression. */
import { DOUBLE, LONG } from "../../schema/data-type.js";
import type { CallModifiers, FunctionEntry, Typed } from "../typed.js";
import { aggregate, distinctText, type EngineCall } from "./aggregate-entry.js";
import { aDouble } from "./argument.js";
import { raise } from "./function-errors.js";

/** The engine's moments fail on NaN and infinities, where Spark's come out as NaN: those rows are left out and asked for beside. */
function spread(names: string, engine: string, leastRows: number): FunctionEntry {
  return aggregate(names, {
    takes: [aDouble],
    gives: DOUBLE,
    make([value], modifiers) {
      const distinct = distinctText(modifiers);
      const x = value?.sql ?? "NULL";
      return {
        call: `${engine}(${distinct}CASE WHEN isfinite(${x}) THEN ${x} END)`,
        further: [`count(${distinct}${x})`, `bool_or(NOT isfinite(${x}))`],
        around: `(CASE WHEN {call1} < ${leastRows} THEN NULL WHEN {call2} THEN CAST('NaN' AS DOUBLE) ELSE {call} END)`,
      };
    },
  });
}

/** Third and fourth standardised moments of the population; NULL where all values are the same. */
function moment(name: string, engine: string, fromSample: string, ofTwo: string): FunctionEntry {
  return aggregate(name, {
    takes: [aDouble],
    gives: DOUBLE,
    make([value], modifiers) {
      const distinct = distinctText(modifiers);
      const x = value?.sql ?? "NULL";
      const finite = `CASE WHEN isfinite(${x}) THEN ${x} END`;
      return {
        call: `${engine}(${distinct}${finite})`,
        further: [`count(${distinct}${x})`, `var_pop(${distinct}${finite})`, `bool_or(NOT isfinite(${x}))`],
        around:
          "(CASE WHEN {call1} = 0 THEN NULL WHEN {call3} THEN CAST('NaN' AS DOUBLE) " +
          `WHEN {call2} = 0 THEN NULL WHEN {call1} = 2 THEN ${ofTwo} ELSE ${fromSample} END)`,
      };
    },
  });
}

/** A function of two columns: rows where either is NULL do not count. */
function pair(name: string, make: (first: string, second: string) => EngineCall, gives = LONG as Typed["dataType"]) {
  return aggregate(name, {
    takes: [aDouble, aDouble],
    gives,
    nullable: gives.kind !== "long",
    make: ([first, second]: readonly Typed[], _modifiers: CallModifiers) =>
      make(first?.sql ?? "NULL", second?.sql ?? "NULL"),
  });
}

/** Sums of squares and products of deviations: `{call}` xy, `{call1}` xx, `{call2}` yy, `{call3}` the rows. */
function deviations(y: string, x: string, around: string): EngineCall {
  return {
    call: `regr_sxy(${y}, ${x})`,
    further: [`regr_sxx(${y}, ${x})`, `regr_syy(${y}, ${x})`, `regr_count(${y}, ${x})`],
    around,
  };
}

const DIVIDE_BY_ZERO = raise(
  "DIVIDE_BY_ZERO",
  "22012",
  "'Division by zero. Use `try_divide` to tolerate divisor being 0 and return NULL instead.'",
);

// Spark 4 divides in ANSI mode here, too: columns without any spread are an error, not NaN.
const CORRELATION =
  "(CASE WHEN {call3} < 2 THEN NULL " +
  `WHEN {call1} * {call2} = 0 THEN ${DIVIDE_BY_ZERO} ELSE {call} / sqrt({call1} * {call2}) END)`;

export const statisticFunctions: readonly FunctionEntry[] = [
  spread("stddev stddev_samp std", "stddev_samp", 2),
  spread("stddev_pop", "stddev_pop", 1),
  spread("variance var_samp", "var_samp", 2),
  spread("var_pop", "var_pop", 1),
  moment("skewness", "skewness", "{call} * ({call1} - 2) / sqrt({call1} * ({call1} - 1))", "0.0::DOUBLE"),
  moment("kurtosis", "kurtosis_pop", "{call}", "-2.0::DOUBLE"),
  pair("corr", (x, y) => deviations(y, x, CORRELATION), DOUBLE),
  pair("covar_pop", (x, y) => ({ call: `covar_pop(${x}, ${y})` }), DOUBLE),
  pair("covar_samp", (x, y) => ({ call: `covar_samp(${x}, ${y})` }), DOUBLE),
  pair("regr_count", (y, x) => ({ call: `regr_count(${y}, ${x})`, around: "CAST({call} AS BIGINT)" })),
  pair("regr_avgx", (y, x) => ({ call: `regr_avgx(${y}, ${x})` }), DOUBLE),
  pair("regr_avgy", (y, x) => ({ call: `regr_avgy(${y}, ${x})` }), DOUBLE),
  pair("regr_sxx", (y, x) => ({ call: `regr_sxx(${y}, ${x})` }), DOUBLE),
  pair("regr_syy", (y, x) => ({ call: `regr_syy(${y}, ${x})` }), DOUBLE),
  pair("regr_sxy", (y, x) => ({ call: `regr_sxy(${y}, ${x})` }), DOUBLE),
  pair("regr_slope", (y, x) => deviations(y, x, "(CASE WHEN {call1} <> 0 THEN {call} / {call1} END)"), DOUBLE),
  pair(
    "regr_intercept",
    (y, x) => ({
      call: `regr_sxy(${y}, ${x})`,
      further: [`regr_sxx(${y}, ${x})`, `regr_avgy(${y}, ${x})`, `regr_avgx(${y}, ${x})`],
      around: "(CASE WHEN {call1} <> 0 THEN {call2} - {call} / {call1} * {call3} END)",
    }),
    DOUBLE,
  ),
  pair(
    "regr_r2",
    (y, x) =>
      deviations(
        y,
        x,
        "(CASE WHEN {call1} = 0 THEN NULL WHEN {call2} = 0 THEN 1.0::DOUBLE ELSE {call} * {call} / {call1} / {call2} END)",
      ),
    DOUBLE,
  ),
];
