/** Intervals as Spark's ANSI text: `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
import type { ScriptFunction } from "../../engine/engine.js";
import type { IntervalField, IntervalType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { intervalUnits } from "./interval-units.js";

const FIELDS: readonly IntervalField[] = ["year", "month", "day", "hour", "minute", "second"];

/** Engine SQL of the text of an interval. */
export function intervalText(sql: string, type: IntervalType): string {
  const [first, last] = type.fields ?? (type.family === "year-month" ? ["year", "month"] : ["day", "second"]);
  return `spark_interval_text(CAST(${intervalUnits(sql, type.family)} AS BIGINT), ${engineString(first)}, ${engineString(last)})`;
}

const two = (value: bigint): string => String(value).padStart(2, "0");

function monthsText(months: bigint, first: string, last: string): string {
  if (first === last) return String(first === "year" ? months / 12n : months);
  return `${months / 12n}-${months % 12n}`;
}

/** Seconds with their fraction, two digits before the point. */
function secondsText(micros: bigint): string {
  const fraction = String(micros % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${two(micros / 1_000_000n)}${fraction === "" ? "" : `.${fraction}`}`;
}

const MICROS: Readonly<Record<string, bigint>> = { day: 86_400_000_000n, hour: 3_600_000_000n, minute: 60_000_000n };

function timeText(micros: bigint, first: string, last: string): string {
  let rest = micros;
  let text = "";
  const from = FIELDS.indexOf(first as IntervalField);
  const to = FIELDS.indexOf(last as IntervalField);
  for (let i = from; i <= to; i++) {
    const unit = FIELDS[i] ?? "second";
    const size = MICROS[unit];
    if (i > from) text += FIELDS[i - 1] === "day" ? " " : ":";
    if (size === undefined) return text + secondsText(rest);
    text += unit === "day" ? String(rest / size) : two(rest / size);
    rest %= size;
  }
  return text;
}

export const intervalTextScripts: readonly ScriptFunction[] = [
  {
    name: "spark_interval_text",
    parameters: ["BIGINT", "VARCHAR", "VARCHAR"],
    returns: "VARCHAR",
    call(units, first, last) {
      const [from, to] = [String(first), String(last)];
      const value = BigInt(units as bigint);
      const size = value < 0n ? -value : value;
      const digits = from === "year" || from === "month" ? monthsText(size, from, to) : timeText(size, from, to);
      const fields = from === to ? from : `${from} to ${to}`;
      return `INTERVAL '${value < 0n ? "-" : ""}${digits}' ${fields.toUpperCase()}`;
    },
  },
];
