/** An interval as a number of its least unit (months, microseconds), and back. */
import { type IntervalType, intervalFields } from "../../schema/data-type.js";
import { raise } from "./function-errors.js";
import { once } from "./once.js";

type Family = IntervalType["family"];

export function intervalUnits(sql: string, family: Family): string {
  return family === "year-month" ? `(datepart('year', ${sql}) * 12 + datepart('month', ${sql}))` : `epoch_us(${sql})`;
}

export function intervalOfUnits(sql: string, family: Family): string {
  return family === "year-month" ? `to_months(CAST(${sql} AS INTEGER))` : `to_microseconds(CAST(${sql} AS BIGINT))`;
}

export function absoluteInterval(sql: string, { family }: IntervalType): string {
  return intervalOfUnits(`abs(${intervalUnits(sql, family)})`, family);
}

/** Months or microseconds of one of the field. */
export const FIELD_UNITS: Readonly<Record<string, bigint>> = {
  year: 12n,
  month: 1n,
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
};

/** The units of one of the type's last field, by which it is cast from and to numbers. */
export function lastFieldUnits(type: IntervalType): bigint {
  return FIELD_UNITS[intervalFields(type)[1]] ?? 1n;
}

/** What becomes of units that an interval has no room for: NULL, or an error that may name the function that gives NULL. */
export type Overflow = "null" | "error" | { readonly tryFunction: string };

const RANGES: Readonly<Record<"months" | "days" | "micros", readonly [bigint, bigint]>> = {
  months: [-(2n ** 31n), 2n ** 31n - 1n],
  days: [-(2n ** 31n), 2n ** 31n - 1n],
  micros: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** The units (engine SQL of a number that is repeated) as an interval, INTERVAL_ARITHMETIC_OVERFLOW where there are too many. */
export function checkedInterval(units: string, kind: keyof typeof RANGES, overflow: Overflow): string {
  const type = kind === "micros" ? "BIGINT" : "INTEGER";
  const [least, most] = RANGES[kind];
  return once({ sql: `(${units})` }, (u) => {
    const interval = `WHEN ${u} BETWEEN ${least} AND ${most} THEN to_${kind === "micros" ? "microseconds" : kind}(CAST(${u} AS ${type}))`;
    const otherwise =
      overflow === "null" ? "" : ` WHEN ${u} IS NOT NULL THEN CAST(${overflowError(overflow)} AS INTERVAL)`;
    return `(CASE ${interval}${otherwise} END)`;
  });
}

/** The same for the units of a family. */
export function checkedUnits(units: string, family: Family, overflow: Overflow): string {
  return checkedInterval(units, family === "year-month" ? "months" : "micros", overflow);
}

function overflowError(overflow: Exclude<Overflow, "null">): string {
  const suggestion =
    overflow === "error" ? "" : ` Use \`${overflow.tryFunction}\` to tolerate overflow and return NULL instead.`;
  return raise(
    `INTERVAL_ARITHMETIC_OVERFLOW.${overflow === "error" ? "WITHOUT" : "WITH"}_SUGGESTION`,
    "22015",
    `'Integer overflow while operating with intervals.${suggestion}'`,
  );
}
