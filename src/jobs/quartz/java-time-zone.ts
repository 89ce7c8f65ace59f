/** Time zones by the names that Java knows, and their clocks: what a clock shows at an instant, and when it shows a time. */
import { JAVA_SHORT_ZONES } from "../../schema/java-zones.js";
import { nearestName } from "../spec/nearest-name.js";

/** Instants are milliseconds since 1970; a wall time is what the clock shows, written as if it were UTC. */
export interface JavaTimeZone {
  readonly id: string;
  wallOf(instant: number): number;
  /** As Java's calendar: a time that the clock skips is reckoned from before the skip, one that it shows twice is the second. */
  instantOf(wall: number): number;
}

const FIXED_HOURS: Readonly<Record<string, number>> = { EST: -5, MST: -7, HST: -10, UTC: 0, GMT: 0, Z: 0 };

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 24 * HOUR;

const known = new Map<string, JavaTimeZone>();

/** undefined for a name that Java does not know; Java itself would silently take GMT. */
export function javaTimeZone(id: string): JavaTimeZone | undefined {
  const found = known.get(id) ?? make(id);
  if (found) known.set(id, found);
  return found;
}

/** `Did you mean Europe/Warsaw?` or what a name looks like. */
export function timeZoneCure(id: string): string {
  const names = Intl.supportedValuesOf("timeZone");
  const near = names.find((name) => name.toLowerCase() === id.toLowerCase()) ?? nearestName(id, names);
  return near === undefined ? "Write a Java time zone, e.g. Europe/Warsaw." : `Did you mean ${near}?`;
}

function make(id: string): JavaTimeZone | undefined {
  const fixed = FIXED_HOURS[id];
  if (fixed !== undefined) return fixedZone(id, fixed * HOUR);
  const custom = /^GMT([+-])(\d{1,2})(?::?([0-5]\d))?$/.exec(id);
  if (custom && Number(custom[2]) <= 23) {
    const size = Number(custom[2]) * HOUR + Number(custom[3] ?? 0) * MINUTE;
    return fixedZone(id, custom[1] === "-" ? -size : size);
  }
  const name = JAVA_SHORT_ZONES[id] ?? id;
  return isZoneName(name) ? new RegionZone(id, name) : undefined;
}

function fixedZone(id: string, offset: number): JavaTimeZone {
  return { id, wallOf: (instant) => instant + offset, instantOf: (wall) => wall - offset };
}

/** Java minds capitals, the engine does not; offsets such as +02:00 are no names there. */
function isZoneName(name: string): boolean {
  if (!name.split("/").every((part) => /^[A-Z][\w+-]*$/.test(part))) return false;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
  } catch {
    return false;
  }
  const lower = name.toLowerCase();
  return !Intl.supportedValuesOf("timeZone").some((one) => one.toLowerCase() === lower && one !== name);
}

interface Transition {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

interface Year {
  readonly first: number;
  readonly transitions: readonly Transition[];
}

/** Nothing that zones have done to their clocks was shorter. */
const SAMPLE = 5 * DAY;

/** A region's clock: the changes of a year are found once. */
class RegionZone implements JavaTimeZone {
  readonly id: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, Year>();

  constructor(id: string, name: string) {
    this.id = id;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  wallOf(instant: number): number {
    const { first, transitions } = this.#yearOf(instant);
    return instant + (transitions.findLast(({ at }) => at <= instant)?.after ?? first);
  }

  instantOf(wall: number): number {
    const { first, transitions } = this.#yearOf(wall);
    return wall - (transitions.findLast(({ at, after }) => at + after <= wall)?.after ?? first);
  }

  #yearOf(time: number): Year {
    const number = new Date(time).getUTCFullYear();
    let year = this.#years.get(number);
    if (year === undefined) {
      year = this.#find(Date.UTC(number, 0, 1) - 2 * DAY, Date.UTC(number + 1, 0, 1) + 2 * DAY);
      this.#years.set(number, year);
    }
    return year;
  }

  #find(from: number, to: number): Year {
    const first = this.#offsetAt(from);
    const transitions: Transition[] = [];
    let before = first;
    for (let low = from; low < to; low += SAMPLE) {
      const after = this.#offsetAt(low + SAMPLE);
      if (after === before) continue;
      transitions.push({ at: this.#changeIn(low, low + SAMPLE), before, after });
      before = after;
    }
    return { first, transitions };
  }

  #changeIn(from: number, to: number): number {
    const before = this.#offsetAt(from);
    let [low, high] = [from, to];
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (this.#offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  #offsetAt(instant: number): number {
    const parts = new Map(this.#format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
    return (
      Date.UTC(year, number("month") - 1, number("day"), number("hour"), number("minute"), number("second")) - instant
    );
  }
}
