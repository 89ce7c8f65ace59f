/** Instants (TIMESTAMPTZ) and local times (TIMESTAMP) of a time zone as engine SQL, with java.time's rules at gaps and overlaps. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { engineString } from "../../schema/engine-type.js";
import { JAVA_SHORT_ZONES } from "../../schema/java-zones.js";

const UTC_NAMES = new Set(["utc", "etc/utc", "gmt", "etc/gmt", "uct", "etc/uct", "zulu", "z", "etc/zulu", "universal"]);

export function isUtc(zone: string): boolean {
  return UTC_NAMES.has(zone.toLowerCase());
}

/** Java's short ids that Spark takes as zones. */
const SHORT_IDS: Readonly<Record<string, string>> = {
  ...JAVA_SHORT_ZONES,
  EST: "-05:00",
  HST: "-10:00",
  MST: "-07:00",
};

/** A zone as the engine can use it: a region's name, or a fixed offset in microseconds. */
export type Zone = { readonly region: string } | { readonly offset: bigint };

/** Reads a zone id as Spark does (`Europe/Warsaw`, `+02:00`, `GMT+3`, `PST`); throws INVALID_TIMEZONE. */
export function readZone(id: string): Zone {
  const name = SHORT_IDS[id] ?? id.trim();
  if (isUtc(name)) return { offset: 0n };
  const match = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/.exec(name);
  if (match) {
    const [, sign, hours = "0", minutes = "0", seconds = "0"] = match;
    const total = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000n;
    return { offset: sign === "-" ? -total : total };
  }
  try {
    // Throws for a name that is no region.
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return { region: name };
  } catch (cause) {
    throw new LakeletError({
      condition: "INVALID_TIMEZONE",
      sqlState: "22009",
      problem: `The time zone '${id}' is not known.`,
      cure: "Write a region such as 'Europe/Warsaw' or an offset such as '+01:00'.",
      parameters: { timeZone: id },
      cause,
    });
  }
}

/** Local time in the zone (TIMESTAMP) of an instant (TIMESTAMPTZ). */
export function toLocal(instant: string, id: string): string {
  const zone = readZone(id);
  if ("region" in zone) return `timezone(${engineString(zone.region)}, ${instant})`;
  return `make_timestamp(epoch_us(${instant})${plus(zone.offset)})`;
}

/** Instant (TIMESTAMPTZ) of a local time (TIMESTAMP): moved on by a gap's length, the earlier of the two in an overlap. */
export function toInstant(local: string, id: string): string {
  const zone = readZone(id);
  if ("region" in zone) return `spark_instant(${local}, ${engineString(zone.region)})`;
  return `make_timestamptz(epoch_us(${local})${plus(-zone.offset)})`;
}

function plus(offset: bigint): string {
  if (offset === 0n) return "";
  return offset > 0n ? ` + ${offset}` : ` - ${-offset}`;
}

// The engine takes the later instant of an overlap. Overlaps last two hours at most: where the clock ran evenly in the three hours
// before, there is none, and most rows need no further look. Else the offset of then is tried.
const before = "make_timestamptz(epoch_us(timezone(zone, wall)) - 10800000000)";
const earlier = `make_timestamptz(epoch_us(wall) - epoch_us(timezone(zone, ${before})) + epoch_us(${before}))`;

export const zoneMacros: Readonly<Record<string, string>> = {
  spark_instant:
    "CREATE OR REPLACE MACRO spark_instant(wall, zone) AS " +
    `CASE WHEN timezone(zone, ${before}) = make_timestamp(epoch_us(wall) - 10800000000) THEN timezone(zone, wall) ` +
    `WHEN timezone(zone, ${earlier}) = wall THEN ${earlier} ELSE timezone(zone, wall) END`,
};
