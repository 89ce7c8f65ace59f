/** The errors of reading a table's changes, under Delta's names. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { VersionRange } from "./change-bounds.js";

export function endBeforeStart(start: number, end: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_CDC_RANGE",
    sqlState: "22003",
    problem: `CDC range from start ${start} to end ${end} was invalid. End cannot be before start.`,
    parameters: { start: String(start), end: String(end) },
  });
}

export function startAfterLatest(start: number, latest: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_VERSION_NOT_FOUND",
    sqlState: "22003",
    problem: `Provided start version ${start} for reading change data is invalid: the latest version of the table is ${latest}.`,
    cure: "DESCRIBE HISTORY shows the versions.",
    parameters: { userVersion: String(start), latest: String(latest) },
  });
}

export function missingChangeData(version: number, { start, end }: VersionRange): LakeletError {
  return new LakeletError({
    condition: "DELTA_MISSING_CHANGE_DATA",
    sqlState: "KD002",
    problem: `Error getting change data for range [${start}, ${end}] as change data was not recorded for version [${version}].`,
    cure: "If you've enabled change data feed on this table, use DESCRIBE HISTORY to see when it was first enabled. Otherwise, to start recording change data, use ALTER TABLE table_name SET TBLPROPERTIES (delta.enableChangeDataFeed=true).",
    parameters: { startVersion: String(start), endVersion: String(end), version: String(version) },
  });
}

export function incompatibleSchemaChange(
  readVersion: number,
  version: number,
  { start, end }: VersionRange,
): LakeletError {
  return new LakeletError({
    condition: "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE",
    sqlState: "0AKDC",
    problem: `Retrieving table changes between version ${start} and ${end} failed because of an incompatible schema change.`,
    reason: `The schema that is read is that of version ${readVersion}, and version ${version} changed it in a way that does not fit.`,
    cure: `Read the changes before and from version ${version} on apart.`,
    parameters: {
      start: String(start),
      end: String(end),
      readVersion: String(readVersion),
      incompatibleVersion: String(version),
    },
  });
}

export function incompatibleDataSchema(
  readVersion: number,
  version: number,
  { start, end }: VersionRange,
): LakeletError {
  return new LakeletError({
    condition: "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_DATA_SCHEMA",
    sqlState: "0AKDC",
    problem: `Retrieving table changes between version ${start} and ${end} failed because of an incompatible data schema.`,
    reason: `The schema that is read is that of version ${readVersion}, and the rows of version ${version} do not fit it.`,
    cure: `End the range before the schema changes, or begin it after version ${version}.`,
    parameters: {
      start: String(start),
      end: String(end),
      readVersion: String(readVersion),
      incompatibleVersion: String(version),
    },
  });
}
