/** sequence(): numbers, dates and timestamps from a start to a stop, both included. */
import { array, DATE, type DataType, LONG, TIMESTAMP_NTZ } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { isDatetime, isIntegral, widerType } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { expectCount, typedFrom, values } from "./argument.js";
import { compileCast } from "./cast.js";
import { differingArguments, raise, unexpectedInputType } from "./function-errors.js";
import { intervalUnits } from "./interval-units.js";
import { isUtc, toInstant, toLocal } from "./time-zone.js";
import { unlessNull } from "./unless-null.js";

const DAY = "86400000000";

function compileSequence(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  const [start, stop, step] = values(args, name) as readonly [Typed, Typed, Typed | undefined];
  const type = widerType(start.dataType, stop.dataType);
  if (!type) throw differingArguments(name, [start.dataType, stop.dataType]);
  if (isDatetime(type)) return ofTimes(start, stop, step, type, context, name);
  if (!isIntegral(type)) throw unexpectedInputType(name, 0, "an integral, date or timestamp type", type);
  return ofNumbers(start, stop, step, type, context, name);
}

function ofNumbers(
  start: Typed,
  stop: Typed,
  step: Typed | undefined,
  type: DataType,
  context: FunctionContext,
  name: string,
): Typed {
  if (step && !isIntegral(step.dataType) && step.dataType.kind !== "void")
    throw unexpectedInputType(name, 2, "an integral type", step.dataType);
  const element = (step && widerType(type, step.dataType)) ?? type;
  const operands = [start, stop, ...(step ? [step] : [])].map((one) => compileCast(one, LONG, "ansi", context));
  const [from, to, by] = operands;
  if (!from || !to) throw unexpectedInputType(name, 0, "an integral type", type);
  const series = `spark_series(${from.sql}, ${to.sql}, ${by?.sql ?? `CASE WHEN ${from.sql} <= ${to.sql} THEN 1 ELSE -1 END`})`;
  const sql = element.kind === "long" ? series : `CAST(${series} AS ${engineType(array(element))})`;
  return typedFrom(operands, unlessNull(operands, sql), array(element, false));
}

function ofTimes(
  start: Typed,
  stop: Typed,
  step: Typed | undefined,
  type: DataType,
  context: FunctionContext,
  name: string,
): Typed {
  if (step && step.dataType.kind !== "interval") throw unexpectedInputType(name, 2, "an INTERVAL", step.dataType);
  const ends = [start, stop].map((one) => compileCast(one, type, "ansi", context)) as [Typed, Typed];
  const operands = [...ends, ...(step ? [step] : [])];
  const [from, to] = ends.map(({ sql }) =>
    type.kind === "timestamp" ? toLocal(sql, context.timeZone) : `CAST(${sql} AS TIMESTAMP)`,
  ) as [string, string];
  if (step?.dataType.kind === "interval" && step.dataType.family === "year-month") {
    const list = `spark_month_series(${from}, ${to}, CAST(${intervalUnits(step.sql, "year-month")} AS BIGINT))`;
    return typedFrom(operands, unlessNull(operands, converted(list, type, context)), array(type, false));
  }
  const micros = step ? intervalUnits(step.sql, "day-time") : `CASE WHEN ${from} <= ${to} THEN ${DAY} ELSE -${DAY} END`;
  const series = (one: string, other: string) => `spark_series(epoch_us(${one}), epoch_us(${other}), ${micros})`;
  const walls = `list_transform(${series(from, to)}, lambda series_micros: make_timestamp(series_micros))`;
  const byDays = converted(walls, type, context);
  if (type.kind !== "timestamp" || !step || isUtc(context.timeZone)) {
    return typedFrom(operands, unlessNull(operands, byDays), array(type, false));
  }
  // Days are those of the calendar, hours and what is less go on with the clock.
  const instants = `list_transform(${series(ends[0].sql, ends[1].sql)}, lambda series_micros: make_timestamptz(series_micros))`;
  const list = `(CASE WHEN ${micros} % ${DAY} = 0 THEN ${byDays} ELSE ${instants} END)`;
  return typedFrom(operands, unlessNull(operands, list), array(type, false));
}

function converted(list: string, type: DataType, context: FunctionContext): string {
  if (type.kind === TIMESTAMP_NTZ.kind) return list;
  if (type.kind === DATE.kind) return `CAST(${list} AS DATE[])`;
  return `list_transform(${list}, lambda series_wall: ${toInstant("series_wall", context.timeZone)})`;
}

export const sequenceFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["sequence"], compile: compileSequence },
];

const illegal = raise(
  "ILLEGAL_ARGUMENT",
  "22023",
  "'Illegal sequence boundaries: ' || a || ' to ' || b || ' by ' || s || '.'",
);

/** Elements of Java's longest array, less what Spark keeps free. */
const LARGEST = 2_147_483_632;
const tooLong = raise(
  "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER",
  "54000",
  `'The sequence from ' || a || ' to ' || b || ' by ' || s || ' would have more than ${LARGEST} elements.'`,
);

export const sequenceMacros: Readonly<Record<string, string>> = {
  spark_series:
    "CREATE OR REPLACE MACRO spark_series(a, b, s) AS CASE WHEN a = b THEN [a] " +
    `WHEN (a < b AND s > 0) OR (a > b AND s < 0) THEN CASE WHEN (CAST(b AS HUGEINT) - a) // s < ${LARGEST} THEN generate_series(a, b, s) ELSE ${tooLong} END ELSE ${illegal} END`,
  // Each element is reckoned from the start: the 31st comes back after a short month.
  spark_month_series:
    "CREATE OR REPLACE MACRO spark_month_series(a, b, s) AS CASE WHEN a = b THEN [a] " +
    "WHEN (a < b AND s > 0) OR (a > b AND s < 0) THEN list_filter(list_transform(" +
    "generate_series(0, ((year(b) - year(a)) * 12 + month(b) - month(a)) // s), " +
    "lambda series_step: a + to_months(CAST(series_step * s AS INTEGER))), " +
    "lambda series_wall: CASE WHEN s > 0 THEN series_wall <= b ELSE series_wall >= b END) " +
    `ELSE ${illegal} END`,
};
