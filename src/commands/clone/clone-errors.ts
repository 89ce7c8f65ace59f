/** The errors of CLONE under Delta's published conditions. */
import { LakeletError } from "../../errors/lakelet-error.js";

export function cloneOntoItself(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_CLONE_REPLACE_SAME_TABLE",
    sqlState: "0AKDC",
    problem: `${table} cannot be replaced with a clone of itself.`,
    cure: "Use RESTORE to go back to a version.",
    parameters: { tableName: table },
  });
}

export function missingSourceFile(table: string, path: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_FILE_NOT_FOUND_DETAILED",
    sqlState: "42K03",
    problem: `The file ${path} of ${table} is not there, so it cannot be copied.`,
    reason: "It was deleted by VACUUM, or by hand.",
    cure: "Clone a later version.",
    parameters: { filePath: path },
  });
}
