/** Functions that make intervals: make_ym_interval, make_dt_interval, make_interval. */
import { CALENDAR_INTERVAL, DAY_TIME_INTERVAL, decimal, YEAR_MONTH_INTERVAL } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { anInt, type Expected, scalar } from "./argument.js";
import { checkedInterval, type Overflow } from "./interval-units.js";

/** Seconds with six digits behind the point. */
const seconds: Expected = {
  text: 'the "DECIMAL(18,6)" type',
  target: (type) => (anInt.target(type) || type.kind === "decimal" ? decimal(18, 6) : undefined),
};

const micros = (days: string, hours: string, minutes: string, secs: string): string =>
  `CAST(${days} AS HUGEINT) * 86400000000 + CAST(${hours} AS HUGEINT) * 3600000000 ` +
  `+ CAST(${minutes} AS HUGEINT) * 60000000 + CAST(CAST(${secs} AS DECIMAL(18, 6)) * 1000000 AS HUGEINT)`;

const months = (years: string, more: string): string => `CAST(${years} AS BIGINT) * 12 + ${more}`;

function calendarInterval(args: readonly string[], overflow: Overflow): string {
  const [years = "0", more = "0", weeks = "0", days = "0", hours = "0", minutes = "0", secs = "0"] = args;
  const sums = [
    checkedInterval(months(years, more), "months", overflow),
    checkedInterval(`CAST(${weeks} AS BIGINT) * 7 + ${days}`, "days", overflow),
    checkedInterval(micros("0", hours, minutes, secs), "micros", overflow),
  ];
  return `(${sums.join(" + ")})`;
}

const parts: readonly Expected[] = [anInt, anInt, anInt, anInt, anInt, anInt, seconds];

export const intervalFunctions: readonly FunctionEntry[] = [
  scalar("make_ym_interval", {
    takes: [anInt, anInt],
    optional: 2,
    gives: YEAR_MONTH_INTERVAL,
    sql: ([years = "0", more = "0"]) => checkedInterval(months(years, more), "months", "error"),
  }),
  scalar("make_dt_interval", {
    takes: [anInt, anInt, anInt, seconds],
    optional: 4,
    gives: DAY_TIME_INTERVAL,
    sql: ([days = "0", hours = "0", minutes = "0", secs = "0"]) =>
      checkedInterval(micros(days, hours, minutes, secs), "micros", "error"),
  }),
  scalar("make_interval", {
    takes: parts,
    optional: 7,
    gives: CALENDAR_INTERVAL,
    sql: (args) => calendarInterval(args, { tryFunction: "try_make_interval" }),
  }),
  scalar("try_make_interval", {
    takes: parts,
    optional: 6,
    gives: CALENDAR_INTERVAL,
    nullable: true,
    sql: (args) => calendarInterval(args, "null"),
  }),
];
