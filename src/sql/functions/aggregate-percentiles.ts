/** median and the percentiles: interpolated, discrete, approximate. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, type DataType, DOUBLE } from "../../schema/data-type.js";
import { isDatetime, isNumeric } from "../coercion/coercion.js";
import type { CallModifiers, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { aggregate, distinctText, type EngineCall } from "./aggregate-entry.js";
import { aDouble, anInt, anything, type Expected } from "./argument.js";
import { compileCast } from "./cast.js";
import { notConstant, unsupportedFeature } from "./function-errors.js";

/** One percentage or an array of them; analysis of the values is left to the call. */
const percentages: Expected = {
  text: 'the ("DOUBLE" or "ARRAY") type',
  target: (type) => (type.kind === "array" ? array(DOUBLE, type.containsNull) : aDouble.target(type)),
};

const measurable: Expected = {
  text: 'the ("NUMERIC", "DATE", "TIMESTAMP" or "INTERVAL") type',
  target: (type) => (isNumeric(type) || isDatetime(type) || type.kind === "interval" ? type : aDouble.target(type)),
};

function outOfRange(name: string, value: string): LakeletError {
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
    sqlState: "42K09",
    problem: `The percentage of \`${name}\` must be between 0.0 and 1.0, not ${value}.`,
    cure: "Write a fraction.",
    parameters: { exprName: "percentage", valueRange: "[0.0, 1.0]", currentValue: value },
  });
}

/** Checks what can be known of the percentage; the engine wants a constant. */
function checkPercentage(percentage: Typed | undefined, name: string): string {
  const value = percentage?.literal?.value;
  if (value === null) throw outOfRange(name, "NULL");
  if (value !== undefined && !(Number(value) >= 0 && Number(value) <= 1)) throw outOfRange(name, value);
  if (percentage && value === undefined && percentage.dataType.kind !== "array") throw notConstant(name, "percentage");
  return percentage?.sql ?? "0.5";
}

const many = (percentage: Typed | undefined, one: DataType): DataType =>
  percentage?.dataType.kind === "array" ? array(one, false) : one;

/** Interpolated between the neighbours. */
function interpolated(
  value: Typed,
  percentage: string,
  modifiers: CallModifiers,
  context: FunctionContext,
): EngineCall {
  if (value.dataType.kind === "interval") {
    throw unsupportedFeature("Percentiles of intervals are not supported.", "Take them of a number of seconds.");
  }
  const sql = compileCast(value, DOUBLE, "ansi", context).sql;
  return { call: `quantile_cont(${distinctText(modifiers)}${sql}, ${percentage})` };
}

const percentile = aggregate("percentile", {
  takes: [aDouble, percentages, anything],
  optional: 1,
  gives: ([, percentage]) => many(percentage, DOUBLE),
  make([value, percentage, frequency], modifiers, context, name) {
    if (frequency && frequency.literal?.value !== "1") {
      throw unsupportedFeature(
        `\`${name}\` with frequencies is not supported.`,
        "Repeat the rows, or weigh them by a running sum.",
      );
    }
    return interpolated(value as Typed, checkPercentage(percentage, name), modifiers, context);
  },
});

const median = aggregate("median", {
  takes: [aDouble],
  gives: DOUBLE,
  make: ([value], modifiers, context) => interpolated(value as Typed, "0.5", modifiers, context),
});

const approximate = aggregate("percentile_approx approx_percentile", {
  takes: [measurable, percentages, anInt],
  optional: 1,
  gives: ([value, percentage]) => many(percentage, value?.dataType ?? DOUBLE),
  // The exact rank: what Spark's sketch gives, too, until it has to compress.
  make: ([value, percentage], modifiers, _context, name) => ({
    call: `quantile_disc(${distinctText(modifiers)}${value?.sql}, ${checkPercentage(percentage, name)})`,
  }),
});

/** `percentile_cont(p) WITHIN GROUP (ORDER BY x)`. */
function withinGroup(name: string): FunctionEntry {
  return aggregate(name, {
    takes: [percentages],
    ordered: true,
    gives: ([percentage]) => many(percentage, DOUBLE),
    make([percentage], modifiers, context) {
      const [item] = modifiers.withinGroup;
      if (!item) throw unsupportedFeature(`\`${name}\` needs WITHIN GROUP (ORDER BY ...).`, "Write it.");
      const sql = compileCast(item.value, DOUBLE, "ansi", context).sql;
      const order = `ORDER BY ${sql}${item.descending ? " DESC" : ""}`;
      return { call: `${name}(${checkPercentage(percentage, name)}) WITHIN GROUP (${order})` };
    },
  });
}

export const percentileFunctions: readonly FunctionEntry[] = [
  percentile,
  median,
  approximate,
  withinGroup("percentile_cont"),
  withinGroup("percentile_disc"),
];
