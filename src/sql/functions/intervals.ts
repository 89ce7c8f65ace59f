/** make_ym_interval and make_dt_interval. */
import { DAY_TIME_INTERVAL, YEAR_MONTH_INTERVAL } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { aDecimal, anInt, scalar } from "./argument.js";

export const intervalFunctions: readonly FunctionEntry[] = [
  scalar("make_ym_interval", {
    takes: [anInt, anInt],
    optional: 2,
    gives: YEAR_MONTH_INTERVAL,
    sql: ([years = "0", months = "0"]) => `to_months(CAST(${years} AS BIGINT) * 12 + ${months})`,
  }),
  scalar("make_dt_interval", {
    takes: [anInt, anInt, anInt, aDecimal],
    optional: 4,
    gives: DAY_TIME_INTERVAL,
    sql: ([days = "0", hours = "0", minutes = "0", seconds = "0"]) =>
      `to_microseconds(CAST(${days} AS BIGINT) * 86400000000 + CAST(${hours} AS BIGINT) * 3600000000 ` +
      `+ CAST(${minutes} AS BIGINT) * 60000000 + CAST(CAST(${seconds} AS DECIMAL(18, 6)) * 1000000 AS BIGINT))`,
  }),
  {
    kind: "refused",
    names: ["make_interval", "try_make_interval"],
    alternative: "make_ym_interval and make_dt_interval, or INTERVAL literals",
  },
];
