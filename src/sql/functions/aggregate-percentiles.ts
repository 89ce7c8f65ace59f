/** median and the percentiles: interpolated, discrete, approximate. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, type DataType, DOUBLE, type IntervalType } from "../../schema/data-type.js";
import { isDatetime, isNumeric } from "../coercion/coercion.js";
import type { CallModifiers, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { aggregate, distinctText, type EngineCall } from "./aggregate-entry.js";
import { aDouble, anAnsiInterval, anInt, anything, type Expected, oneOf } from "./argument.js";
import { compileCast } from "./cast.js";
import { notConstant, unsupportedFeature } from "./function-errors.js";
import { intervalOfUnits, intervalUnits } from "./interval-units.js";

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

/** What lies between intervals may need the finer fields of their family. */
const interpolatedType = (type: DataType | undefined): DataType =>
  type?.kind === "interval" ? { kind: "interval", family: type.family } : DOUBLE;

/** Percentiles of an interval's units as intervals, cut to whole units. */
function ofUnits(sql: string, { family }: IntervalType, isMany: boolean): string {
  if (!isMany) return intervalOfUnits(`trunc(${sql})`, family);
  return `list_transform(${sql}, lambda units: ${intervalOfUnits("trunc(units)", family)})`;
}

const isArray = (percentage: Typed | undefined): boolean => percentage?.dataType.kind === "array";

/** Interpolated between the neighbours. */
function interpolated(
  value: Typed,
  percentage: string,
  modifiers: CallModifiers,
  context: FunctionContext,
  isMany = false,
): EngineCall {
  if (value.dataType.kind === "interval") {
    const units = intervalUnits(value.sql, value.dataType.family);
    const call = `quantile_cont(${distinctText(modifiers)}CAST(${units} AS DOUBLE), ${percentage})`;
    return { call, around: ofUnits("{call}", value.dataType, isMany) };
  }
  const sql = compileCast(value, DOUBLE, "ansi", context).sql;
  return { call: `quantile_cont(${distinctText(modifiers)}${sql}, ${percentage})` };
}

const percentile = aggregate("percentile", {
  takes: [oneOf(anAnsiInterval, aDouble), percentages, anything],
  optional: 1,
  gives: ([value, percentage]) => many(percentage, interpolatedType(value?.dataType)),
  make([value, percentage, frequency], modifiers, context, name) {
    if (frequency && frequency.literal?.value !== "1") {
      throw unsupportedFeature(
        `\`${name}\` with frequencies is not supported.`,
        "Repeat the rows, or weigh them by a running sum.",
      );
    }
    return interpolated(value as Typed, checkPercentage(percentage, name), modifiers, context, isArray(percentage));
  },
});

const median = aggregate("median", {
  takes: [oneOf(anAnsiInterval, aDouble)],
  gives: ([value]) => interpolatedType(value?.dataType),
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
    gives: ([percentage], { withinGroup: [item] }) => many(percentage, interpolatedType(item?.value.dataType)),
    make([percentage], modifiers, context) {
      const [item] = modifiers.withinGroup;
      if (!item) throw unsupportedFeature(`\`${name}\` needs WITHIN GROUP (ORDER BY ...).`, "Write it.");
      const { sql: given, dataType } = item.value;
      const ofInterval = dataType.kind === "interval" && dataType.family !== "calendar";
      const sql = ofInterval
        ? `CAST(${intervalUnits(given, dataType.family)} AS DOUBLE)`
        : compileCast(item.value, DOUBLE, "ansi", context).sql;
      const order = `ORDER BY ${sql}${item.descending ? " DESC" : ""}`;
      const call = `${name}(${checkPercentage(percentage, name)}) WITHIN GROUP (${order})`;
      return ofInterval ? { call, around: ofUnits("{call}", dataType, isArray(percentage)) } : { call };
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
