/** Why a table feature is not dropped, by the names that Delta publishes. */
import { LakeletError } from "../errors/lakelet-error.js";

function notDropped(
  condition: string,
  sqlState: string,
  feature: string,
  reason: string,
  cure?: string,
  parameters: Readonly<Record<string, string>> = {},
): LakeletError {
  return new LakeletError({
    condition,
    sqlState,
    problem: `Cannot drop the table feature ${feature}.`,
    reason,
    ...(cure === undefined ? {} : { cure }),
    parameters: { feature, ...parameters },
  });
}

export function unknownFeatureToDrop(feature: string): LakeletError {
  return notDropped(
    "DELTA_FEATURE_DROP_UNSUPPORTED_CLIENT_FEATURE",
    "0AKDE",
    feature,
    "lakelet does not know it.",
    "Check the name, or use the engine that added it.",
  );
}

export function featureNotRemovable(feature: string): LakeletError {
  return notDropped(
    "DELTA_FEATURE_DROP_NONREMOVABLE_FEATURE",
    "0AKDE",
    feature,
    "Dropping this feature is not supported.",
  );
}

export function featureNotPresent(feature: string): LakeletError {
  return notDropped(
    "DELTA_FEATURE_DROP_FEATURE_NOT_PRESENT",
    "0AKDE",
    feature,
    "It is not in the protocol of the table.",
  );
}

export function featureNeededBy(feature: string, dependents: readonly string[]): LakeletError {
  const names = dependents.join(", ");
  return notDropped(
    "DELTA_FEATURE_DROP_DEPENDENT_FEATURE",
    "0AKDE",
    feature,
    `Other features of the table require it: ${names}.`,
    "Drop those first.",
    { dependentFeatures: names },
  );
}

export function historyIsNotTruncatedFor(feature: string): LakeletError {
  return notDropped(
    "DELTA_FEATURE_DROP_HISTORY_TRUNCATION_NOT_ALLOWED",
    "42000",
    feature,
    "It does not require that history is truncated.",
    "Leave out TRUNCATE HISTORY.",
  );
}

export function checkpointProtectionNeedsTruncation(): LakeletError {
  return notDropped(
    "DELTA_FEATURE_CAN_ONLY_DROP_CHECKPOINT_PROTECTION_WITH_HISTORY_TRUNCATION",
    "55000",
    "checkpointProtection",
    "It can only be dropped by truncating history.",
    "Add TRUNCATE HISTORY.",
  );
}

export function constraintsLeft(names: readonly string[]): LakeletError {
  const constraints = names.map((name) => `\`${name}\``).join(", ");
  return notDropped(
    "DELTA_CANNOT_DROP_CHECK_CONSTRAINT_FEATURE",
    "0AKDE",
    "checkConstraints",
    `The table has the constraints ${constraints}.`,
    "Drop them first.",
    { constraints },
  );
}

/** Traces are gone from the newest version, and the log still has versions that need the feature. */
export function waitForRetention(feature: string, retention: string): LakeletError {
  return notDropped(
    "DELTA_FEATURE_DROP_WAIT_FOR_RETENTION_PERIOD",
    "22KD0",
    feature,
    "It is no longer used, but older versions in the log need it.",
    `Wait until these have expired (delta.logRetentionDuration is ${retention}) and run the statement again, or leave out TRUNCATE HISTORY.`,
    { logRetentionPeriodKey: "delta.logRetentionDuration", logRetentionPeriod: retention },
  );
}
