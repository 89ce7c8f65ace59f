/** The errors of RESTORE under Delta's published conditions. */
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import type { TableVersion } from "../maintenance-result.js";

const SHOWN_FILES = 10;

/** What the log says of a version that it does not have, in RESTORE's own words; other errors as they are. */
export function cannotRestore(table: string, to: TableVersion, cause: unknown): unknown {
  if (isLakeletError(cause, "DELTA_VERSION_NOT_FOUND") && "version" in to) {
    return new LakeletError({
      condition: "DELTA_CANNOT_RESTORE_TABLE_VERSION",
      sqlState: "22003",
      problem: `Cannot restore ${table} to version ${to.version}.`,
      reason: cause.problem,
      cure: "Choose a version that DESCRIBE HISTORY shows.",
      parameters: { ...cause.parameters, version: `${to.version}` },
      cause,
    });
  }
  const early = isLakeletError(cause, "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION");
  if (early || isLakeletError(cause, "DELTA_TIMESTAMP_GREATER_THAN_COMMIT")) {
    return new LakeletError({
      condition: `DELTA_CANNOT_RESTORE_TIMESTAMP_${early ? "EARLIER" : "GREATER"}`,
      sqlState: "22003",
      problem: `Cannot restore ${table} to a time ${early ? "before the earliest" : "after the latest"} version.`,
      reason: cause.problem,
      cure: "Choose a time that DESCRIBE HISTORY shows.",
      parameters: cause.parameters,
      cause,
    });
  }
  return cause;
}

export function missingFiles(table: string, version: number, paths: readonly string[]): LakeletError {
  const shown = paths.slice(0, SHOWN_FILES).join(", ");
  return new LakeletError({
    condition: "DELTA_FILE_NOT_FOUND_DETAILED",
    sqlState: "42K03",
    problem: `Not all files of version ${version} of ${table} are there: ${paths.length} are missing, among them ${shown}.`,
    reason: "They were deleted by VACUUM, or by hand.",
    cure: "Restore a later version; or SET spark.sql.files.ignoreMissingFiles = true to restore it without them.",
    parameters: { table, version: `${version}`, filePath: paths[0] ?? "" },
  });
}
