/** Intervals as Spark's ANSI text: `INTERVAL '1 02:03:04.5' DAY TO SECOND`. */
import type { ScriptFunction } from "../../engine/engine.js";
import type { IntervalField, IntervalType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { intervalUnits } from "./interval-units.js";

const FIELDS: readonly IntervalField[] = ["year", "month", "day", "hour", "minute", "second"];

/** Engine SQL of the text of an interval. */
export function intervalText(sql: string, type: IntervalType): string {
  if (type.family === "calendar") {
    const months = `CAST(${intervalUnits(sql, "year-month")} AS BIGINT)`;
    const time = `datepart('hour', ${sql}) * 3600000000 + datepart('minute', ${sql}) * 60000000 + datepart('microsecond', ${sql})`;
    return `spark_calendar_text(${months}, CAST(datepart('day', ${sql}) AS BIGINT), CAST(${time} AS BIGINT))`;
  }
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

/** `1 years 2 months 3 days 4 hours 5.5 seconds`; each part has the sign of what it is a part of. */
function calendarText(months: bigint, days: bigint, micros: bigint): string {
  const texts: string[] = [];
  const add = (value: bigint, unit: string): void => {
    if (value !== 0n) texts.push(`${value} ${unit}`);
  };
  add(months / 12n, "years");
  add(months % 12n, "months");
  add(days, "days");
  add(micros / 3_600_000_000n, "hours");
  add((micros % 3_600_000_000n) / 60_000_000n, "minutes");
  const rest = micros % 60_000_000n;
  if (rest !== 0n) {
    const size = rest < 0n ? -rest : rest;
    const fraction = String(size % 1_000_000n)
      .padStart(6, "0")
      .replace(/0+$/, "");
    texts.push(`${rest < 0n ? "-" : ""}${size / 1_000_000n}${fraction === "" ? "" : `.${fraction}`} seconds`);
  }
  return texts.length === 0 ? "0 seconds" : texts.join(" ");
}

export const intervalTextScripts: readonly ScriptFunction[] = [
  {
    name: "spark_calendar_text",
    parameters: ["BIGINT", "BIGINT", "BIGINT"],
    returns: "VARCHAR",
    call: (months, days, micros) =>
      calendarText(BigInt(months as bigint), BigInt(days as bigint), BigInt(micros as bigint)),
  },
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
