/** The conditions of the log as Delta publishes them. */
import { LakeletError } from "../errors/lakelet-error.js";

export function tableNotFound(location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_TABLE_NOT_FOUND",
    sqlState: "42P01",
    problem: `"${location}" is not a Delta table.`,
    reason: "The folder has no _delta_log with a commit.",
    cure: "Check the path or the table's name.",
    parameters: { tableName: location },
  });
}

export function versionNotFound(location: string, version: number, earliest: number, latest: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_VERSION_NOT_FOUND",
    sqlState: "22003",
    problem: `Cannot time travel the Delta table "${location}" to version ${version}.`,
    cure: `Available versions: [${earliest}, ${latest}].`,
    parameters: { userVersion: `${version}`, earliest: `${earliest}`, latest: `${latest}` },
  });
}

export function versionsNotContiguous(location: string, versions: readonly number[], missing: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_VERSIONS_NOT_CONTIGUOUS",
    sqlState: "KD00C",
    problem: `The log of "${location}" has a gap: version ${missing} is missing between the versions ${versions.join(" and ")}.`,
    reason: "Files were removed from _delta_log by hand, or a copy of the table is incomplete.",
    cure: "Restore the missing file from where the table came from.",
    parameters: { versionToLoad: `${missing}`, startVersion: `${versions[0]}`, endVersion: `${versions.at(-1)}` },
  });
}

export function truncatedLog(location: string, version: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_TRUNCATED_TRANSACTION_LOG",
    sqlState: "42K03",
    problem: `The state of "${location}" at version ${version} cannot be reconstructed.`,
    reason: "Neither a readable checkpoint nor all commits from version 0 on are in _delta_log.",
    cure: "Restore the missing files, or read a later version.",
    parameters: { path: location, version: `${version}` },
  });
}

export function malformedLogFile(
  file: string,
  line: number | undefined,
  reason: string,
  cause?: unknown,
): LakeletError {
  return new LakeletError({
    condition: "DELTA_MALFORMED_LOG_FILE",
    sqlState: "XXKDS",
    problem: "The Delta log cannot be read.",
    reason: `${reason}.`,
    cure: "Restore the file from a copy of the table; lakelet does not guess what it held.",
    parameters: { path: file },
    location: line === undefined ? { file } : { file, line },
    cause,
  });
}

/** `what` is `protocol` or `metadata`. */
export function stateIncomplete(location: string, version: number, what: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_STATE_RECOVER_ERROR",
    sqlState: "XXKDS",
    problem: `The ${what} of "${location}" could not be recovered while reconstructing version ${version}.`,
    reason: `No file of the log up to that version has a ${what} action.`,
    cure: "Check that all files of _delta_log are there.",
    parameters: { operation: what, version: `${version}` },
  });
}

export function unsupportedProtocol(location: string, reader: number, writer: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_PROTOCOL_VERSION",
    sqlState: "KD004",
    problem: `The table "${location}" needs reader version ${reader} and writer version ${writer}.`,
    reason: "lakelet knows reader versions 1 to 3 and writer versions 1 to 7.",
    cure: "Use a newer version of lakelet.",
    parameters: { tableNameOrPath: location, readerRequired: `${reader}`, writerRequired: `${writer}` },
  });
}

/** Reading or writing is refused because of features, each by its name in the protocol. */
export function unsupportedFeatures(
  location: string,
  access: "READ" | "WRITE",
  features: readonly string[],
): LakeletError {
  const verb = access === "READ" ? "read" : "written";
  return new LakeletError({
    condition: `DELTA_UNSUPPORTED_FEATURES_FOR_${access}`,
    sqlState: "56038",
    problem: `The table "${location}" cannot be ${verb}: lakelet does not support its table feature${features.length > 1 ? "s" : ""} ${features.join(", ")}.`,
    cure:
      access === "READ"
        ? "Use an engine that supports it, or have that engine drop the feature from the table."
        : "Write the table with an engine that supports it, or have that engine drop the feature.",
    parameters: { tableNameOrPath: location, unsupported: features.join(", ") },
  });
}

export function missingMetadata(location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_METADATA_ABSENT",
    sqlState: "XXKDS",
    problem: `The first commit to "${location}" has no metaData action.`,
    cure: "Create the table with its schema first.",
    parameters: { path: location },
  });
}

export function duplicateAction(location: string, file: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_DUPLICATE_ACTIONS_FOUND",
    sqlState: "2D521",
    problem: `A commit to "${location}" names the file "${file}" twice.`,
    reason: "A version may add a file once and remove it once.",
    parameters: { path: file },
  });
}

export function duplicateDomain(location: string, domain: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_DUPLICATE_DOMAIN_METADATA_INTERNAL_ERROR",
    sqlState: "42601",
    problem: `A commit to "${location}" names the metadata domain "${domain}" twice.`,
    parameters: { domainName: domain },
  });
}

export function domainsNotSupported(location: string, domains: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DELTA_DOMAIN_METADATA_NOT_SUPPORTED",
    sqlState: "0A000",
    problem: `The commit to "${location}" writes the metadata domain ${domains.join(", ")}.`,
    reason: "The protocol of the table does not list the table feature domainMetadata.",
    cure: "Set 'delta.feature.domainMetadata' = 'supported' on the table first.",
    parameters: { domainNames: `[${domains.join(", ")}]` },
  });
}

export function appendOnlyTable(location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CANNOT_MODIFY_APPEND_ONLY",
    sqlState: "42809",
    problem: `The table "${location}" only allows appends.`,
    reason: "Its property delta.appendOnly is true.",
    cure: "Set 'delta.appendOnly' to 'false' to change or delete rows.",
    parameters: { table_name: location, config: "delta.appendOnly" },
  });
}

export function timestampTooEarly(requested: number, earliest: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION",
    sqlState: "42816",
    problem: `The timestamp ${isoTime(requested)} is before the earliest version available to this table (${isoTime(earliest)}).`,
    cure: `Use a timestamp of ${isoTime(earliest)} or later.`,
    parameters: { userTimestamp: isoTime(requested), commitTs: isoTime(earliest) },
  });
}

export function timestampTooLate(requested: number, latest: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_TIMESTAMP_GREATER_THAN_COMMIT",
    sqlState: "42816",
    problem: `The timestamp ${isoTime(requested)} is after the latest version available to this table (${isoTime(latest)}).`,
    cure: `Use a timestamp of ${isoTime(latest)} or earlier, or leave it out to read the latest version.`,
    parameters: { providedTimestamp: isoTime(requested), maximumTimestamp: isoTime(latest) },
  });
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
