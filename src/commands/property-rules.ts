/** Which properties of Delta a table may be given, under which name, and with what values. */
import type { ProtocolRequest } from "../delta/protocol.js";
import { separateProtocolRequest } from "../delta/protocol-request.js";
import { intervalProperty } from "../delta/table-properties.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { unknownProperty, unsupportedFeatureProperty } from "./command-errors.js";
import { CONSTRAINT_PREFIX } from "./rules/row-checks.js";

type ValueRule = "boolean" | "integer" | "interval" | "text" | readonly string[];

/** Names without `delta.`, with what their values may be. */
const PROPERTIES: Readonly<Record<string, ValueRule>> = {
  appendOnly: "boolean",
  autoOptimize: "boolean",
  "autoOptimize.autoCompact": "text",
  "autoOptimize.optimizeWrite": "text",
  checkpointInterval: "integer",
  checkpointPolicy: ["classic", "v2"],
  checkpointRetentionDuration: "interval",
  "checkpoint.writeStatsAsJson": "boolean",
  "checkpoint.writeStatsAsStruct": "boolean",
  "columnMapping.mode": ["none", "name", "id"],
  "compatibility.symlinkFormatManifest.enabled": "boolean",
  dataSkippingNumIndexedCols: "text",
  dataSkippingStatsColumns: "text",
  deletedFileRetentionDuration: "interval",
  enableChangeDataFeed: "boolean",
  enableDeletionVectors: "boolean",
  enableExpiredLogCleanup: "boolean",
  enableFullRetentionRollback: "boolean",
  enableIcebergCompatV1: "boolean",
  enableIcebergCompatV2: "boolean",
  enableInCommitTimestamps: "boolean",
  enableRowTracking: "boolean",
  enableTypeWidening: "boolean",
  enableVariantShredding: "boolean",
  isolationLevel: ["Serializable", "WriteSerializable"],
  logRetentionDuration: "interval",
  "parquet.compression.codec": "text",
  randomizeFilePrefixes: "boolean",
  randomPrefixLength: "integer",
  requireCheckpointProtectionBeforeVersion: "text",
  sampleRetentionDuration: "interval",
  setTransactionRetentionDuration: "interval",
  targetFileSize: "text",
  tuneFileSizesForRewrites: "boolean",
  userMetadata: "text",
};

/** What lakelet keeps itself; a user may not set it. */
const OWN_PROPERTIES: ReadonlySet<string> = new Set(
  [
    "columnMapping.maxColumnId",
    "inCommitTimestampEnablementVersion",
    "inCommitTimestampEnablementTimestamp",
    "rowTracking.materializedRowIdColumnName",
    "rowTracking.materializedRowCommitVersionColumnName",
  ].map((name) => `delta.${name.toLowerCase()}`),
);

const CANONICAL = new Map(Object.keys(PROPERTIES).map((name) => [`delta.${name.toLowerCase()}`, `delta.${name}`]));
const ARBITRARY = "spark.databricks.delta.allowArbitraryProperties.enabled";

export interface CheckedProperties {
  /** What the table keeps, Delta's properties under Delta's spelling. */
  readonly properties: Readonly<Record<string, string>>;
  /** What they ask of the protocol. */
  readonly request: ProtocolRequest;
}

/**
 * Properties as a user gives them, checked.
 *
 * @throws DELTA_UNKNOWN_CONFIGURATION for a `delta.*` that nobody knows, DELTA_ADD_CONSTRAINTS for `delta.constraints.*`,
 * DELTA_CANNOT_MODIFY_TABLE_PROPERTY, DELTA_INVALID_TABLE_PROPERTY and DELTA_INVALID_INTERVAL for values, and what
 * `separateProtocolRequest` throws.
 */
export function checkProperties(
  given: Readonly<Record<string, string>>,
  configuration: Readonly<Record<string, string>> = {},
): CheckedProperties {
  const { properties, request } = separateProtocolRequest(given);
  const arbitrary = configuration[ARBITRARY]?.toLowerCase() === "true";
  const entries = Object.entries(properties).map(([key, value]) => {
    const name = canonicalName(key, value, arbitrary);
    checkValue(name, value);
    return [name, value] as const;
  });
  return { properties: Object.fromEntries(entries), request };
}

/** Delta's spelling of a property; any other as it is. */
export function canonicalProperty(key: string): string {
  return CANONICAL.get(key.toLowerCase()) ?? key;
}

function canonicalName(key: string, value: string, arbitrary: boolean): string {
  const name = key.toLowerCase();
  if (!name.startsWith("delta.")) return key;
  if (name.startsWith(CONSTRAINT_PREFIX)) throw constraintAsProperty();
  if (name.startsWith("delta.universalformat.")) throw unsupportedFeatureProperty(key, value);
  if (OWN_PROPERTIES.has(name)) throw notModifiable(key);
  const canonical = CANONICAL.get(name);
  if (canonical === undefined && !arbitrary) throw unknownProperty(key);
  return canonical ?? key;
}

function checkValue(name: string, value: string): void {
  const rule = PROPERTIES[name.replace(/^delta\./, "")];
  if (rule === undefined || rule === "text") return;
  if (rule === "boolean") {
    if (!/^(true|false)$/i.test(value)) throw invalidValue(name, value, "true or false");
  } else if (rule === "integer") {
    if (!/^\d+$/.test(value.trim()) || Number(value) < 1) throw invalidValue(name, value, "a positive integer");
  } else if (rule === "interval") {
    checkInterval(name, value);
  } else if (!rule.some((one) => one.toLowerCase() === value.toLowerCase())) {
    throw invalidValue(name, value, `one of ${rule.join(", ")}`);
  }
}

function checkInterval(name: string, value: string): void {
  try {
    intervalProperty({ [name]: value }, name);
  } catch (cause) {
    throw new LakeletError({
      condition: "DELTA_INVALID_INTERVAL",
      sqlState: "22006",
      problem: `${value} is not a valid INTERVAL for the table property ${name}.`,
      cure: "Write it as `interval 7 days`, without months and years.",
      parameters: { interval: value },
      cause,
    });
  }
}

const DEFAULTS = "spark.databricks.delta.properties.defaults.";

/** The properties of a new table: those given, and those that the session sets for all new tables. */
export function withSessionDefaults(
  given: Readonly<Record<string, string>>,
  configuration: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const own = new Set(Object.keys(given).map((key) => key.toLowerCase()));
  const defaults = Object.entries(configuration)
    .filter(([key]) => key.startsWith(DEFAULTS))
    .map(([key, value]) => [`delta.${key.slice(DEFAULTS.length)}`, value] as const)
    .filter(([key]) => !own.has(key.toLowerCase()));
  return { ...Object.fromEntries(defaults), ...given };
}

function invalidValue(key: string, value: string, expected: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_TABLE_PROPERTY",
    sqlState: "22023",
    problem: `The table property ${key} has the value "${value}".`,
    cure: `Set it to ${expected}.`,
    parameters: { key, value },
  });
}

function notModifiable(key: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_CANNOT_MODIFY_TABLE_PROPERTY",
    sqlState: "42939",
    problem: `The Delta table configuration ${key} cannot be specified by the user.`,
    cure: "Leave it out.",
    parameters: { prop: key },
  });
}

function constraintAsProperty(): LakeletError {
  return new LakeletError({
    condition: "DELTA_ADD_CONSTRAINTS",
    sqlState: "0A000",
    problem: "Please use ALTER TABLE ADD CONSTRAINT to add CHECK constraints.",
  });
}
