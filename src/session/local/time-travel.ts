/** The reader's options of a Delta table: which version of it is read. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { timestampMicros } from "../../sql/analysis/timestamp-text.js";

/** Options that change what a batch read of a table gives; Delta's streaming options have no meaning here. */
const KNOWN = ["versionasof", "timestampasof", "readchangefeed", "readchangedata"];
const CHANGE_OPTIONS = ["startingversion", "startingtimestamp", "endingversion", "endingtimestamp"];

/** True where the reader asks for the table's changes. Throws DELTA_ILLEGAL_OPTION, DELTA_UNSUPPORTED_TIME_TRAVEL_VIEWS, UNSUPPORTED_OPTION. */
export function readsChanges(options: Readonly<Record<string, string>>): boolean {
  const asked = options.readchangefeed ?? options.readchangedata;
  if (asked === undefined || asked.toLowerCase() === "false") return false;
  if (asked.toLowerCase() !== "true") throw notBoolean(asked);
  if (options.versionasof !== undefined || options.timestampasof !== undefined) throw travelledChanges();
  const other = Object.keys(options).find(
    (key) => !CHANGE_OPTIONS.includes(key) && !/^readchange(feed|data)$/.test(key),
  );
  if (other === undefined) return true;
  throw new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `Reading a table's changes knows no option \`${other}\`.`,
    cure: "Known are startingVersion, startingTimestamp, endingVersion and endingTimestamp.",
    parameters: { option: other },
  });
}

/** A timestamp without a zone is in the session's. Throws UNSUPPORTED_OPTION, INVALID_TIME_TRAVEL_SPEC, INVALID_TIME_TRAVEL_TIMESTAMP_EXPR. */
export function timeTravel(
  options: Readonly<Record<string, string>>,
  timeZone: string,
): { readonly version?: number; readonly timestamp?: bigint } {
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new LakeletError({
      condition: "UNSUPPORTED_OPTION",
      sqlState: "0A000",
      problem: `Reading a table knows no option \`${unknown}\`.`,
      cure: "Known are versionAsOf and timestampAsOf, and with readChangeFeed startingVersion, startingTimestamp, endingVersion and endingTimestamp.",
      parameters: { option: unknown },
    });
  }
  const { versionasof: version, timestampasof: timestamp } = options;
  if (version !== undefined && timestamp !== undefined) {
    throw invalidSpec("Cannot specify both version and timestamp when time travelling the table.");
  }
  if (version !== undefined) {
    if (!/^\d+$/.test(version)) throw invalidSpec(`versionAsOf needs a whole number, not '${version}'.`);
    return { version: Number(version) };
  }
  if (timestamp === undefined) return {};
  const micros = timestampMicros(timestamp, timeZone);
  if (micros === undefined) {
    throw new LakeletError({
      condition: "INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.OPTION",
      sqlState: "42K0E",
      problem: `The option timestampAsOf needs a timestamp, not '${timestamp}'.`,
      cure: "Write it like 2024-01-15 10:00:00.",
    });
  }
  return { timestamp: micros };
}

function invalidSpec(problem: string): LakeletError {
  return new LakeletError({ condition: "INVALID_TIME_TRAVEL_SPEC", sqlState: "42K0E", problem });
}

function notBoolean(value: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_ILLEGAL_OPTION",
    sqlState: "42616",
    problem: `Invalid value '${value}' for option 'readChangeFeed', must be 'true' or 'false'.`,
    parameters: { name: "readChangeFeed", input: value },
  });
}

function travelledChanges(): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_TIME_TRAVEL_VIEWS",
    sqlState: "0AKDC",
    problem: "Cannot time travel views, subqueries, streams or change data feed queries.",
    cure: "Use startingVersion and endingVersion.",
  });
}
