/** An interval as a number of its least unit (months, microseconds), and back. */
import type { IntervalType } from "../../schema/data-type.js";

export function intervalUnits(sql: string, family: IntervalType["family"]): string {
  return family === "year-month" ? `(datepart('year', ${sql}) * 12 + datepart('month', ${sql}))` : `epoch_us(${sql})`;
}

export function intervalOfUnits(sql: string, family: IntervalType["family"]): string {
  return family === "year-month" ? `to_months(CAST(${sql} AS INTEGER))` : `to_microseconds(CAST(${sql} AS BIGINT))`;
}
