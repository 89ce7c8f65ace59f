/** Making dates and timestamps from parts and numbers, the clock of the statement, and moving between time zones. */

import { DATE, INTEGER, LONG, STRING, TIMESTAMP, TIMESTAMP_NTZ } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { isIntegral } from "../coercion/coercion.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import {
  accept,
  aNumber,
  anInt,
  anIntegral,
  aString,
  aTimestamp,
  constant,
  type Expected,
  expectCount,
  scalar,
  typedFrom,
} from "./argument.js";
import { compileCast } from "./cast.js";
import { raise } from "./function-errors.js";
import { once } from "./once.js";
import { toInstant, toLocal } from "./time-zone.js";

const outOfBounds = raise(
  "DATETIME_FIELD_OUT_OF_BOUNDS",
  "22023",
  "'A field of the date or time is out of its bounds. Use the `try_` form to tolerate it and return NULL instead.'",
);

const tooManyDigits = raise(
  "ARITHMETIC_OVERFLOW",
  "22003",
  "'The seconds have more than six digits behind the point. Round them before.'",
);

/** The clock of the statement, the same in all of it. */
const now = (context: FunctionContext): string => `make_timestamptz(CAST(${context.now} AS BIGINT))`;

const clock = (names: string, make: (context: FunctionContext) => Typed): FunctionEntry => ({
  kind: "scalar",
  names: names.split(" "),
  compile(args, context, name) {
    expectCount(args, name, 0);
    return make(context);
  },
});

const ANY_DECIMAL: Expected = {
  text: 'the "DECIMAL(16,6)" type',
  target: (type) => aNumber.target(type) && { kind: "decimal", precision: 16, scale: 6 },
};

/** TRY takes no argument that may raise an error (as a cast may): all but names and numbers are bound before. */
function boundParts(maker: "spark_make_date" | "spark_make_timestamp", parts: readonly string[]): string {
  const raising = parts.findIndex((sql) => !/^[\w".-]+$/.test(sql));
  if (raising < 0) return `${maker}(${parts.join(", ")})`;
  const operand = { sql: parts[raising] ?? "", deterministic: false };
  return once(operand, (bound) =>
    boundParts(
      maker,
      parts.map((sql, i) => (i === raising ? bound : sql)),
    ),
  );
}

/** make_timestamp and its kin: six parts, and a zone that is not the session's. */
function makeTimestamp(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  const local = name.includes("ntz");
  expectCount(args, name, 6, local ? 6 : 7);
  const parts = args.slice(0, 5).map((one, i) => accept(one, anInt, name, i, context));
  const seconds = accept(args[5] as Argument, ANY_DECIMAL, name, 5, context);
  const zone = args[6] && constant(accept(args[6], aString, name, 6, context), name, "timezone");
  const tolerant = name.startsWith("try_");
  const all = [...parts, seconds];
  const made = boundParts(
    "spark_make_timestamp",
    all.map((one) => one.sql),
  );
  const someNull = all.filter((one) => one.nullable).map((one) => `${one.sql} IS NULL`);
  const checked = tolerant ? made : `coalesce(${made}, ${outOfBounds})`;
  const whole = someNull.length === 0 ? checked : `(CASE WHEN ${someNull.join(" OR ")} THEN NULL ELSE ${checked} END)`;
  if (zone === null) return { sql: "CAST(NULL AS TIMESTAMPTZ)", dataType: TIMESTAMP, nullable: true };
  const sql = local ? whole : toInstant(whole, zone ?? context.timeZone);
  return typedFrom(all, sql, local ? TIMESTAMP_NTZ : TIMESTAMP, tolerant || someNull.length > 0);
}

/** Seconds since the epoch: whole ones, decimals to the microsecond, doubles with their fraction cut. */
const timestampSeconds = scalar("timestamp_seconds", {
  takes: [aNumber],
  gives: TIMESTAMP,
  sql(_sql, [value], context) {
    const { sql, dataType } = value as Typed;
    if (isIntegral(dataType)) return `make_timestamptz(CAST(${sql} AS BIGINT) * 1000000)`;
    if (dataType.kind === "decimal") {
      const exact = compileCast(
        value as Typed,
        { kind: "decimal", precision: 38, scale: dataType.scale },
        "ansi",
        context,
      );
      const micros = `make_timestamptz(CAST(trunc(${exact.sql} * 1000000) AS BIGINT))`;
      if (dataType.scale <= 6) return micros;
      const inexact = `${exact.sql} <> trunc(${exact.sql}, 6)`;
      return `(CASE WHEN ${inexact} THEN ${tooManyDigits} ELSE ${micros} END)`;
    }
    const micros = `CAST(${sql} AS DOUBLE) * 1000000`;
    return `(CASE WHEN isfinite(${micros}) THEN make_timestamptz(CAST(trunc(${micros}) AS BIGINT)) END)`;
  },
});

/** Only a date as it is. */
const strictDate: Expected = {
  text: 'the "DATE" type',
  target: (type) => (type.kind === "date" || type.kind === "void" ? DATE : undefined),
};

const fromEpoch = (name: string, factor: number): FunctionEntry =>
  scalar(name, {
    takes: [anIntegral],
    gives: TIMESTAMP,
    sql: ([x]) => `make_timestamptz(CAST(${x} AS BIGINT)${factor === 1 ? "" : ` * ${factor}`})`,
  });

/** Only a timestamp as it is. */
const strictTimestamp: Expected = {
  text: 'the "TIMESTAMP" type',
  target: (type) => (type.kind === "timestamp" || type.kind === "void" ? TIMESTAMP : undefined),
};

/** Whole units since the epoch, rounded down. */
const sinceEpoch = (name: string, size: number): FunctionEntry =>
  scalar(name, {
    takes: [strictTimestamp],
    gives: LONG,
    sql: ([t]) => (size === 1 ? `epoch_us(${t})` : `spark_floor_divide(epoch_us(${t}), ${size})`),
  });

/** The wall clock of UTC read as that of a zone, or the other way round: Spark moves the instant by the offset. */
function betweenZones(direction: "from" | "to"): FunctionEntry {
  return {
    kind: "scalar",
    names: [`${direction}_utc_timestamp`],
    compile(args, context, name) {
      expectCount(args, name, 2);
      const instant = accept(args[0] as Argument, aTimestamp, name, 0, context);
      const zone = accept(args[1] as Argument, aString, name, 1, context);
      const id = constant(zone, name, "timezone");
      if (id === null) return { sql: "CAST(NULL AS TIMESTAMPTZ)", dataType: TIMESTAMP, nullable: true };
      const wall = `make_timestamp(epoch_us(${instant.sql}))`;
      const sql =
        direction === "from" ? `make_timestamptz(epoch_us(${toLocal(instant.sql, id)}))` : toInstant(wall, id);
      return typedFrom([instant], sql, TIMESTAMP);
    },
  };
}

function convertTimezone(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  const zones = args.slice(0, -1).map((one, i) => constant(accept(one, aString, name, i, context), name, "timezone"));
  const source = args.at(-1) as Argument;
  const local = compileCast(
    accept(source, { text: "a timestamp", target: (type) => type }, name, 2, context),
    TIMESTAMP_NTZ,
    "ansi",
    context,
  );
  const [from, to] = zones.length === 2 ? zones : [context.timeZone, zones[0]];
  if (from === null || to === null || from === undefined || to === undefined) {
    return { sql: "CAST(NULL AS TIMESTAMP)", dataType: TIMESTAMP_NTZ, nullable: true };
  }
  return typedFrom([local], toLocal(toInstant(local.sql, from), to), TIMESTAMP_NTZ);
}

export const instantFunctions: readonly FunctionEntry[] = [
  clock("current_timestamp now", (context) => ({ sql: now(context), dataType: TIMESTAMP, nullable: false })),
  clock("localtimestamp", (context) => ({
    sql: toLocal(now(context), context.timeZone),
    dataType: TIMESTAMP_NTZ,
    nullable: false,
  })),
  clock("current_date curdate", (context) => ({
    sql: `CAST(${toLocal(now(context), context.timeZone)} AS DATE)`,
    dataType: DATE,
    nullable: false,
  })),
  clock("current_timezone", ({ timeZone }) => ({
    sql: engineString(timeZone),
    dataType: STRING,
    nullable: false,
    literal: { value: timeZone },
  })),
  scalar("make_date", {
    takes: [anInt, anInt, anInt],
    gives: DATE,
    sql: ([y = "", m = "", d = ""], typed) => {
      const missing = typed.filter((one) => one.nullable).map((one) => `${one.sql} IS NULL`);
      const made = `coalesce(${boundParts("spark_make_date", [y, m, d])}, ${outOfBounds})`;
      return missing.length === 0 ? made : `(CASE WHEN ${missing.join(" OR ")} THEN NULL ELSE ${made} END)`;
    },
  }),
  {
    kind: "scalar",
    names: [
      "make_timestamp",
      "make_timestamp_ltz",
      "make_timestamp_ntz",
      "try_make_timestamp",
      "try_make_timestamp_ltz",
      "try_make_timestamp_ntz",
    ],
    compile: makeTimestamp,
  },
  timestampSeconds,
  fromEpoch("timestamp_millis", 1000),
  fromEpoch("timestamp_micros", 1),
  sinceEpoch("unix_seconds", 1_000_000),
  sinceEpoch("unix_millis", 1000),
  sinceEpoch("unix_micros", 1),
  scalar("unix_date", {
    takes: [strictDate],
    gives: INTEGER,
    sql: ([d]) => `CAST(${d} - DATE '1970-01-01' AS INTEGER)`,
  }),
  scalar("date_from_unix_date", { takes: [anInt], gives: DATE, sql: ([n]) => `(DATE '1970-01-01' + ${n})` }),
  betweenZones("from"),
  betweenZones("to"),
  { kind: "scalar", names: ["convert_timezone"], compile: convertTimezone },
];

export const instantMacros: Readonly<Record<string, string>> = {
  spark_floor_divide: "CREATE OR REPLACE MACRO spark_floor_divide(a, b) AS (a - ((a % b) + b) % b) // b",
  spark_make_date: "CREATE OR REPLACE MACRO spark_make_date(y, m, d) AS TRY(make_date(y, m, d))",
  // A second of 60 without a fraction is the next minute.
  spark_make_timestamp:
    "CREATE OR REPLACE MACRO spark_make_timestamp(y, mo, d, h, mi, s) AS CASE WHEN h > 23 THEN NULL WHEN s = 60 THEN " +
    "TRY(make_timestamp(y, mo, d, h, mi, 0.0)) + INTERVAL 1 MINUTE " +
    "ELSE TRY(make_timestamp(y, mo, d, h, mi, floor(s))) + to_microseconds(CAST((s - floor(s)) * 1000000 AS BIGINT)) END",
};
