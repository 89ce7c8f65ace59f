/** Arithmetic with dates by name: date_add, datediff, add_months, months_between, trunc and their kin. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { DATE, DOUBLE, INTEGER, LONG, TIMESTAMP } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import {
  aBoolean,
  accept,
  aDate,
  aLong,
  anInt,
  aString,
  constant,
  type Expected,
  expectCount,
  scalar,
  typedFrom,
} from "./argument.js";
import { compileCast } from "./cast.js";
import { addDays, addMicros, addMonths } from "./date-arithmetic.js";
import { aClock, localTime } from "./date-fields.js";
import { messageSql, raise } from "./function-errors.js";
import { readZone, toInstant, toLocal } from "./time-zone.js";

/** What date_add takes as a number of days: no bigint and no fraction. */
const aDayCount: Expected = {
  text: 'the ("INT" or "SMALLINT" or "TINYINT") type',
  target: (type) =>
    (isIntegral(type) && type.kind !== "long") || type.kind === "string" || type.kind === "void" ? INTEGER : undefined,
};

const MICROS: Readonly<Record<string, bigint>> = {
  microsecond: 1n,
  millisecond: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  dayofyear: 86_400_000_000n,
  week: 604_800_000_000n,
};
const MONTHS: Readonly<Record<string, bigint>> = { month: 1n, quarter: 3n, year: 12n };

function unitOf(argument: Argument | undefined, name: string, context: FunctionContext): string {
  const typed = argument && accept(argument, aString, name, 0, context);
  const text = typed && constant(typed, name, "unit");
  const unit = String(text).toLowerCase();
  if (unit in MICROS || unit in MONTHS) return unit;
  throw new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
    sqlState: "22023",
    problem: `The function \`${name}\` does not know the unit ${text}.`,
    cure: `Use one of ${[...Object.keys(MICROS), ...Object.keys(MONTHS)].join(", ").toUpperCase()}.`,
    parameters: { functionName: `\`${name}\``, parameter: "`unit`", invalidValue: String(text) },
  });
}

/** `dateadd(unit, n, timestamp)`: the parser gives the unit as a string literal. */
function addUnits(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const unit = unitOf(args[0], name, context);
  const count = accept(args[1] as Argument, aLong, name, 1, context);
  const value = accept(args[2] as Argument, aClock, name, 2, context);
  const months = MONTHS[unit];
  if (months !== undefined) {
    return addMonths(value, { ...count, sql: `(${count.sql} * ${months})` }, value.dataType, context);
  }
  const calendarDays = ["day", "dayofyear", "week"].includes(unit);
  return addMicros(value, { ...count, sql: `(${count.sql} * ${MICROS[unit]})` }, calendarDays, context);
}

/** `datediff(unit, start, end)`: whole units elapsed on the wall clock. */
function unitsBetween(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const unit = unitOf(args[0], name, context);
  const [from, to] = [1, 2].map((i) => accept(args[i] as Argument, aClock, name, i, context)) as [Typed, Typed];
  const [start, end] = [localTime(from, context), localTime(to, context)];
  const months = MONTHS[unit];
  const sql =
    months === undefined
      ? `((epoch_us(${end}) - epoch_us(${start})) // ${MICROS[unit]})`
      : `(spark_months_elapsed(${start}, ${end}) // ${months})`;
  return typedFrom([from, to], sql, LONG);
}

function compileAdd(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  if (args.length === 3) return addUnits(args, context, name);
  const date = accept(args[0] as Argument, aDate, name, 0, context);
  const days = accept(args[1] as Argument, aDayCount, name, 1, context);
  return addDays(date, days, name === "date_sub" ? -1 : 1);
}

function compileDifference(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  if (args.length === 3) return unitsBetween(args, context, name);
  const [end, start] = args.map((one, i) => accept(one, aDate, name, i, context)) as [Typed, Typed];
  return typedFrom([end, start], `CAST(${end.sql} - ${start.sql} AS INTEGER)`, INTEGER);
}

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const DAY_NAMES = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const DAY_NUMBER = WEEKDAYS.flatMap((two, i) => {
  const long = DAY_NAMES[i] ?? "";
  return [two, long.slice(0, 3), long].map((text) => `WHEN '${text}' THEN ${i + 1}`);
}).join(" ");

const illegalDay = (day: string): string =>
  raise("ILLEGAL_DAY_OF_WEEK", "22009", messageSql("Illegal input for day of week: ", { sql: day }, "."));

/** Spark's names of the levels of trunc and date_trunc, and the engine's. */
const DATE_LEVELS: Readonly<Record<string, string>> = {
  year: "year",
  yyyy: "year",
  yy: "year",
  quarter: "quarter",
  month: "month",
  mon: "month",
  mm: "month",
  week: "week",
};
const TIME_LEVELS: Readonly<Record<string, string>> = {
  ...DATE_LEVELS,
  day: "day",
  dd: "day",
  hour: "hour",
  minute: "minute",
  second: "second",
  millisecond: "millisecond",
  microsecond: "microsecond",
};

/** The engine's level as a text: of a constant at once, of anything else by CASE; NULL where it is none. */
function levelOf(format: Typed, levels: Readonly<Record<string, string>>): string | undefined {
  if (format.literal) {
    const level = format.literal.value === null ? undefined : levels[format.literal.value.toLowerCase()];
    return level === undefined ? undefined : `'${level}'`;
  }
  const branches = Object.entries(levels).map(([from, to]) => `WHEN '${from}' THEN '${to}'`);
  return `(CASE lower(${format.sql}) ${branches.join(" ")} END)`;
}

function compileTrunc(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const date = accept(args[0] as Argument, aDate, name, 0, context);
  const format = accept(args[1] as Argument, aString, name, 1, context);
  const level = levelOf(format, DATE_LEVELS);
  const sql = level === undefined ? "CAST(NULL AS DATE)" : `CAST(date_trunc(${level}, ${date.sql}) AS DATE)`;
  return typedFrom([date, format], sql, DATE, true);
}

function compileDateTrunc(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2);
  const format = accept(args[0] as Argument, aString, name, 0, context);
  const value = compileCast(accept(args[1] as Argument, aClock, name, 1, context), TIMESTAMP, "ansi", context);
  const level = levelOf(format, TIME_LEVELS);
  if (level === undefined) return typedFrom([format, value], "CAST(NULL AS TIMESTAMPTZ)", TIMESTAMP, true);
  const instant = truncatedInstant(level, value.sql, context.timeZone);
  // Within the day the instant is kept apart from its double in an overlap of wall clocks.
  const exact = ["'second'", "'millisecond'", "'microsecond'", "'minute'"].includes(level);
  const sql = exact ? truncatedMicros(level, value.sql) : instant;
  return typedFrom([format, value], sql, TIMESTAMP, true);
}

/** In an overlap of wall clocks the value's own offset is kept where it still holds, as java.time's truncatedTo() keeps it. */
function truncatedInstant(level: string, instant: string, zone: string): string {
  const local = toLocal(instant, zone);
  const wall = `date_trunc(${level}, ${local})`;
  const known = readZone(zone);
  if (!("region" in known)) return toInstant(wall, zone);
  return `spark_truncated(${instant}, ${local}, ${wall}, ${engineString(known.region)})`;
}

function truncatedMicros(level: string, instant: string): string {
  const size = MICROS[level.slice(1, -1)] ?? 1n;
  if (size === 1n) return instant;
  const micros = `epoch_us(${instant})`;
  return `make_timestamptz(${micros} - (${micros} % ${size} + ${size}) % ${size})`;
}

const TRUNCATED = `CREATE OR REPLACE MACRO spark_truncated(instant, local, wall, zone) AS
  CASE WHEN timezone(zone, make_timestamptz(epoch_us(instant) - epoch_us(local) + epoch_us(wall))) = wall
    THEN make_timestamptz(epoch_us(instant) - epoch_us(local) + epoch_us(wall)) ELSE spark_instant(wall, zone) END`;

const MONTHS_ELAPSED = `CREATE OR REPLACE MACRO spark_months_elapsed(a, b) AS (
  list_reduce([year(d) * 12 * 32 + month(d) * 32 + day(d) for d in [
    CAST(a AS DATE),
    CAST(b AS DATE) + CASE WHEN CAST(b AS DATE) > CAST(a AS DATE) AND CAST(b AS TIME) < CAST(a AS TIME) THEN -1
      WHEN CAST(b AS DATE) < CAST(a AS DATE) AND CAST(b AS TIME) > CAST(a AS TIME) THEN 1 ELSE 0 END]],
    lambda one, other: other - one) // 32)`;

/** Spark's months_between: whole months between equal or last days, else a 31st of the month for each day. */
const MONTHS_BETWEEN = `CREATE OR REPLACE MACRO spark_months_between(a, b) AS
  CAST((year(a) - year(b)) * 12 + month(a) - month(b) AS DOUBLE)
  + CASE WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(CAST(a AS DATE)) AND CAST(b AS DATE) = last_day(CAST(b AS DATE)))
    THEN CAST(0 AS DOUBLE)
    ELSE CAST((day(a) - day(b)) * 86400 + (hour(a) - hour(b)) * 3600 + (minute(a) - minute(b)) * 60 + (second(a) - second(b)) AS DOUBLE)
      / CAST(2678400 AS DOUBLE) END`;

export const dateMacros: Readonly<Record<string, string>> = {
  spark_truncated: TRUNCATED,
  spark_months_elapsed: MONTHS_ELAPSED,
  spark_months_between: MONTHS_BETWEEN,
};

export const dateArithmeticFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["date_add", "dateadd", "date_sub"], compile: compileAdd },
  {
    kind: "scalar",
    names: ["timestampadd"],
    compile(args, context, name) {
      expectCount(args, name, 3);
      return addUnits(args, context, name);
    },
  },
  { kind: "scalar", names: ["datediff", "date_diff"], compile: compileDifference },
  {
    kind: "scalar",
    names: ["timestampdiff"],
    compile(args, context, name) {
      expectCount(args, name, 3);
      return unitsBetween(args, context, name);
    },
  },
  {
    kind: "scalar",
    names: ["add_months"],
    compile(args, context, name) {
      expectCount(args, name, 2);
      const date = accept(args[0] as Argument, aDate, name, 0, context);
      return addMonths(date, accept(args[1] as Argument, anInt, name, 1, context), DATE, context);
    },
  },
  scalar("months_between", {
    takes: [aClock, aClock, aBoolean],
    optional: 1,
    gives: DOUBLE,
    sql([, , rounded = "TRUE"], [end, start], context) {
      const exact = `spark_months_between(${localTime(end as Typed, context)}, ${localTime(start as Typed, context)})`;
      if (/^false$/i.test(rounded)) return exact;
      if (/^true$/i.test(rounded)) return `round(${exact}, 8)`;
      return `(CASE WHEN ${rounded} THEN round(${exact}, 8) WHEN NOT ${rounded} THEN ${exact} END)`;
    },
  }),
  scalar("last_day", { takes: [aDate], gives: DATE, sql: ([d]) => `last_day(${d})` }),
  scalar("next_day", {
    takes: [aDate, aString],
    gives: DATE,
    sql([date = "NULL", day = "NULL"]) {
      const wanted = `(CASE upper(${day}) ${DAY_NUMBER} ELSE CASE WHEN ${day} IS NOT NULL AND ${date} IS NOT NULL THEN ${illegalDay(day)} END END)`;
      return `(${date} + CAST(1 + (${wanted} - isodow(${date}) + 6) % 7 AS INTEGER))`;
    },
  }),
  { kind: "scalar", names: ["trunc"], compile: compileTrunc },
  { kind: "scalar", names: ["date_trunc"], compile: compileDateTrunc },
];
