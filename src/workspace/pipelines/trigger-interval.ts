/** `pipelines.trigger.interval`: the time between two updates of a continuous pipeline. */
import { LakeletError } from "../../errors/lakelet-error.js";

const SETTING = "pipelines.trigger.interval";
const DEFAULT_MS = 5_000;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * In milliseconds. Throws INVALID_INTERVAL_FORMAT.INVALID_UNIT.
 * @example triggerInterval({ "pipelines.trigger.interval": "10 minutes" }) // 600000
 */
export function triggerInterval(configuration: Readonly<Record<string, string>>): number {
  const text = configuration[SETTING];
  if (text === undefined) return DEFAULT_MS;
  const [, count = "", unit = ""] = /^\s*(\d+)\s*([a-z]+)\s*$/.exec(text.toLowerCase()) ?? [];
  const milliseconds = UNITS[unit] ?? UNITS[unit.replace(/s$/, "")];
  if (milliseconds !== undefined) return Number(count) * milliseconds;
  throw new LakeletError({
    condition: "INVALID_INTERVAL_FORMAT.INVALID_UNIT",
    sqlState: "22006",
    problem: `Error parsing '${text}' to interval: it is the value of ${SETTING}.`,
    cure: 'Write a whole number and a unit, such as "30 seconds", "10 minutes", "1 hour" or "1 day".',
    parameters: { input: text },
  });
}
