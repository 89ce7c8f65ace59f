/** One field of a Quartz cron expression: the values that it lists, or why it cannot be read. */

export interface FieldRange {
  /** As people call it. */
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** Three letters each, the first for `first`. */
  readonly words?: readonly string[];
  /** What a value out of range most likely comes from. */
  readonly hint?: string;
}

/** Thrown by the readers of fields; `readCron` turns it into a value. */
export class CronMistake extends Error {}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"] as const;
export const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

export const SECOND: FieldRange = { name: "second", first: 0, last: 59 };
export const MINUTE: FieldRange = { name: "minute", first: 0, last: 59 };
export const HOUR: FieldRange = { name: "hour", first: 0, last: 23 };
export const DAY_OF_MONTH: FieldRange = { name: "day of month", first: 1, last: 31 };
export const MONTH: FieldRange = { name: "month", first: 1, last: 12, words: MONTHS };
export const DAY_OF_WEEK: FieldRange = {
  name: "day of week",
  first: 1,
  last: 7,
  words: WEEKDAYS,
  hint: "Quartz counts from 1 = SUN to 7 = SAT, not from 0.",
};
export const YEAR: FieldRange = { name: "year", first: 1970, last: 2299 };

const PART = /^(\*|[A-Z0-9]+)?(?:-([A-Z0-9]+))?(?:\/([A-Z0-9]*))?$/;

/** The values of a list such as `0/15`, `MON-FRI`, `1,2,22-2/2`, ascending; a range whose end is before its start goes on from the first value. */
export function readValues(text: string, range: FieldRange): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(",")) for (const value of readPart(part, range)) values.add(value);
  return [...values].sort((a, b) => a - b);
}

function readPart(part: string, range: FieldRange): readonly number[] {
  const [whole, from, to, step] = PART.exec(part) ?? [];
  if (whole === undefined || part === "" || part.startsWith("-")) {
    throw new CronMistake(`\`${part}\` is not a ${range.name}.`);
  }
  const every = from === undefined || from === "*";
  if (every && to !== undefined)
    throw new CronMistake(`\`${part}\` is not a ${range.name}: a range begins with a value.`);
  const by = step === undefined ? undefined : readStep(step, part, range);
  const start = every ? range.first : readValue(from, range);
  const end = to !== undefined ? readValue(to, range) : every || by !== undefined ? range.last : start;
  return stepped(start, end, by ?? 1, range);
}

/** A year has no next one to go on from. */
function stepped(start: number, end: number, by: number, range: FieldRange): readonly number[] {
  const size = range.last - range.first + 1;
  if (end < start && range.name === "year") throw new CronMistake(`The years ${start}-${end} end before they begin.`);
  const reach = end < start ? end + size : end;
  const values: number[] = [];
  for (let value = start; value <= reach; value += by) values.push(((value - range.first) % size) + range.first);
  return values;
}

function readStep(step: string, part: string, range: FieldRange): number {
  if (!/^\d+$/.test(step)) throw new CronMistake(`\`${part}\`: a number of ${range.name}s must follow the \`/\`.`);
  const by = Number(step);
  const most = range.name === "year" ? Number.MAX_SAFE_INTEGER : range.last === 59 ? 59 : range.last;
  if (by === 0) throw new CronMistake(`\`${part}\`: a step of 0 never moves on.`);
  if (by > most)
    throw new CronMistake(`\`${part}\`: a step of ${by} is longer than all ${range.name}s, at most ${most}.`);
  return by;
}

/** A number in range, or a name of three letters. */
export function readValue(text: string, range: FieldRange): number {
  const word = range.words?.indexOf(text) ?? -1;
  if (word >= 0) return range.first + word;
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  if (value !== undefined && value >= range.first && value <= range.last) return value;
  const named = range.words ? `, or ${range.words[0]} to ${range.words.at(-1)}` : "";
  const allowed = `a ${range.name} is ${range.first} to ${range.last}${named}`;
  throw new CronMistake(`\`${text}\` is out of range: ${allowed}. ${value === 0 ? (range.hint ?? "") : ""}`.trim());
}
