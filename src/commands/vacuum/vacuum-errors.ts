/** The errors of VACUUM under Delta's published conditions. */
import { LakeletError } from "../../errors/lakelet-error.js";

const HOUR = 3_600_000;

export function retentionTooShort(table: string, retainHours: number, minimum: number): LakeletError {
  return new LakeletError({
    condition: "DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT",
    sqlState: "22023",
    problem: `VACUUM ${table} with a retention of ${retainHours} hours could delete files that writers are about to commit, or that readers still need.`,
    reason: `The table keeps removed files for at least ${minimum / HOUR} hours (delta.deletedFileRetentionDuration).`,
    cure: "Retain longer; or, if nobody works with the table, SET spark.databricks.delta.retentionDurationCheck.enabled = false.",
    parameters: { table, retentionHours: `${retainHours}`, minimumHours: `${minimum / HOUR}` },
  });
}

export function invalidRetention(retainHours: number): LakeletError {
  return new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.RETENTION",
    sqlState: "22023",
    problem: `VACUUM cannot retain ${retainHours} hours.`,
    cure: "Give a number of hours that is not negative.",
    parameters: { retentionHours: `${retainHours}` },
  });
}

export function cannotVacuumLite(table: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CANNOT_VACUUM_LITE",
    sqlState: "55000",
    problem: `VACUUM ${table} LITE cannot delete all files that are eligible.`,
    reason: "Some of the commits since the last VACUUM are no longer in the log, and with them what they removed.",
    cure: "Run VACUUM without LITE once.",
    parameters: { table },
  });
}
