/** The dates of a backfill: which there are between two, and what `{{backfill.iso_date}}` and its like become in what a run is given. */
import { LakeletError } from "../errors/lakelet-error.js";
import { parseReferences, type ReferenceScope, resolveReferences } from "./reference.js";

/** More are most likely a slip in the year. */
const MOST_RUNS = 1000;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/;
const INTERVAL = /^(?:([1-9]\d{0,3}) *)?(hour|day|week|month)s?$/;
const HOUR_MS = 3_600_000;

/**
 * @param from,to ISO 8601 dates, or dates with a time of the day in UTC; both belong to the range
 * @param every `day`, `hour`, `week`, `month`, or several: `2 days`
 * @returns dates where the range is of dates and in whole days, dates with times otherwise, the earliest first
 * @throws INVALID_BACKFILL
 * @example backfillDates("2024-01-30", "2024-02-01", "day") // ["2024-01-30", "2024-01-31", "2024-02-01"]
 */
export function backfillDates(from: string, to: string, every: string): readonly string[] {
  const [, count = "1", unit] = INTERVAL.exec(every) ?? [];
  if (unit === undefined)
    throw invalid(`\`${every}\` is no interval.`, "Write hour, day, week or month, or several: 2 days.");
  const first = instant(from);
  const last = instant(to);
  if (last < first) throw invalid(`${to} is before ${from}.`, "Swap --from and --to.");
  const onlyDates = unit !== "hour" && !from.includes("T") && !to.includes("T");
  const dates: string[] = [];
  for (let i = 0; ; i++) {
    const at = unit === "month" ? monthsAfter(first, i * Number(count)) : first + i * Number(count) * lengthOf(unit);
    if (at > last) return dates;
    if (dates.length === MOST_RUNS) {
      throw invalid(
        `From ${from} to ${to} there are more than ${MOST_RUNS} runs.`,
        "Make the range smaller, or the interval longer.",
      );
    }
    const text = new Date(at).toISOString();
    dates.push(onlyDates ? text.slice(0, 10) : text.replace(".000Z", "Z"));
  }
}

/** Parameters with the references to the backfill's date replaced; everything else in them stays as it is. */
export function backfillParameters(
  parameters: Readonly<Record<string, string>>,
  date: string,
): Readonly<Record<string, string>> {
  const none = { id: "", name: "", runId: "", repairCount: 0, startTime: 0, parameters: {} };
  const scope: ReferenceScope = {
    job: { ...none, trigger: { type: "ONE_TIME", at: 0 } },
    tasks: new Map(),
    backfillDate: date,
  };
  const replace = (text: string) =>
    parseReferences(text)
      .map((part) => {
        if (typeof part === "string") return part;
        return part.path[0] === "backfill" ? resolveReferences(part.source, scope) : part.source;
      })
      .join("");
  return Object.fromEntries(Object.entries(parameters).map(([name, text]) => [name, replace(text)]));
}

function lengthOf(unit: string): number {
  if (unit === "hour") return HOUR_MS;
  return unit === "week" ? 7 * 24 * HOUR_MS : 24 * HOUR_MS;
}

/** The 31st of a month is the last day of a shorter one. */
function monthsAfter(first: number, months: number): number {
  const from = new Date(first);
  const day = from.getUTCDate();
  const start = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const nextMonth = new Date(start);
  const lastDay = new Date(Date.UTC(nextMonth.getUTCFullYear(), nextMonth.getUTCMonth() + 1, 0)).getUTCDate();
  return start + (Math.min(day, lastDay) - 1) * 24 * HOUR_MS + (first % (24 * HOUR_MS));
}

function instant(text: string): number {
  const [, day] = DATE.exec(text) ?? [];
  const at = Date.parse(text.includes("T") && !text.endsWith("Z") ? `${text}Z` : text);
  // The 30th of February is read as the 1st of March.
  const isReal = day !== undefined && !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
  if (!isReal) throw invalid(`\`${text}\` is no date.`, "Write 2024-01-15, or 2024-01-15T06:00 in UTC.");
  return at;
}

function invalid(problem: string, cure: string): LakeletError {
  return new LakeletError({ condition: "INVALID_BACKFILL", sqlState: "42000", problem, cure });
}
