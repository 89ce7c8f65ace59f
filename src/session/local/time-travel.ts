/** The reader's options of a Delta table: which version of it is read. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { timestampMicros } from "../../sql/analysis/timestamp-text.js";

/** Options that change what a batch read of a table gives; Delta's streaming options have no meaning here. */
const KNOWN = ["versionasof", "timestampasof"];

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
      cure: "Known are versionAsOf and timestampAsOf.",
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
