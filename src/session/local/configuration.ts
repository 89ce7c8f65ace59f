/** The Spark configuration that lakelet acts on: defaults, and the values that each key takes. */
import { LakeletError } from "../../errors/lakelet-error.js";

/** Any other key is kept and given back, and has no local effect. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.ansi.enabled": "true",
  "spark.sql.caseSensitive": "false",
  "spark.sql.sources.partitionOverwriteMode": "static",
  "spark.databricks.delta.schema.autoMerge.enabled": "false",
  "spark.databricks.delta.replaceWhere.constraintCheck.enabled": "true",
};

const BOOLEANS = ["true", "false"];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "spark.sql.sources.partitionOverwriteMode": ["static", "dynamic"],
  "spark.databricks.delta.schema.autoMerge.enabled": BOOLEANS,
  "spark.databricks.delta.replaceWhere.constraintCheck.enabled": BOOLEANS,
};

/** Keys that change what a statement answers, each with the one behaviour that lakelet has. */
const FIXED: Readonly<Record<string, { readonly values: readonly string[]; readonly cure?: string }>> = {
  "spark.sql.ansi.enabled": {
    values: ["true"],
    cure: "Use try_cast, try_divide and their like where NULL is wanted.",
  },
  "spark.sql.caseSensitive": { values: ["false"], cure: "Give columns names that differ in more than letter case." },
  "spark.sql.storeAssignmentPolicy": { values: ["ansi"], cure: "Cast the values that are written." },
  "spark.sql.mapKeyDedupPolicy": { values: ["exception"], cure: "Keep one entry of each key before making the map." },
  "spark.sql.timestampType": { values: ["timestamp_ltz"], cure: "Write TIMESTAMP_NTZ where it is meant." },
  "spark.sql.legacy.timeParserPolicy": {
    values: ["exception", "corrected"],
    cure: "Write patterns in the letters of Java's DateTimeFormatter.",
  },
  "spark.sql.decimalOperations.allowPrecisionLoss": { values: ["true"], cure: "Cast to the decimal that is wanted." },
  "spark.sql.groupByOrdinal": { values: ["true"], cure: "Group by the expression." },
  "spark.sql.orderByOrdinal": { values: ["true"], cure: "Order by the expression." },
  "spark.sql.groupByAliases": { values: ["true"], cure: "Group by the expression." },
  "spark.sql.ansi.doubleQuotedIdentifiers": { values: ["false"], cure: "Quote identifiers with backticks." },
  "spark.sql.ansi.enforceReservedKeywords": { values: ["false"] },
  "spark.sql.parser.quotedRegexColumnNames": { values: ["false"], cure: "Use colRegex, or name the columns." },
  "spark.sql.parser.escapedStringLiterals": { values: ["false"], cure: "Write r'...' for a string without escapes." },
};

/** Read where they matter, without a default of their own. */
const READ_ELSEWHERE =
  /^spark\.(?:databricks\.delta\.(?:optimizeWrite|autoCompact|optimize|vacuum|properties\.defaults|retentionDurationCheck|allowArbitraryProperties|commitInfo)\.|sql\.(?:parquet\.compression\.codec|files\.ignoreMissingFiles|files\.maxRecordsPerFile|variable\.substitute)$)/i;

/** Whether a setting changes anything here; others are kept and given back. */
export function isActedOn(key: string): boolean {
  const known = [DEFAULTS, CHOICES, FIXED].some((keys) => spelling(keys, key) !== undefined);
  return known || READ_ELSEWHERE.test(key) || /^spark\.sql\.legacy\./i.test(key);
}

/** The key in the spelling of {@link DEFAULTS}, if it is one of them. */
export function knownKey(key: string): string | undefined {
  return spelling(DEFAULTS, key);
}

/**
 * Throws INVALID_CONF_VALUE.TIME_ZONE or INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS for a value that would not be acted on. Keys of Spark's
 * earlier behaviours (`spark.sql.legacy...`) can only be set to false.
 */
export function checkValue(key: string, value: string): void {
  if (knownKey(key) === "spark.sql.session.timeZone") checkTimeZone(key, value);
  const fixed = FIXED[spelling(FIXED, key) ?? ""] ?? legacy(key, value);
  const choices = fixed?.values ?? CHOICES[spelling(CHOICES, key) ?? ""];
  if (choices === undefined || choices.includes(value.toLowerCase())) return;
  throw new LakeletError({
    condition: "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS",
    sqlState: "22022",
    problem: `The value '${value}' in the config "${key}" is invalid; it takes ${choices.join(" or ")}.`,
    ...(fixed === undefined ? {} : { reason: "lakelet has the behaviour of Spark 4 only." }),
    ...(fixed?.cure === undefined ? {} : { cure: fixed.cure }),
    parameters: { confName: key, confValue: value },
  });
}

function spelling(keys: Readonly<Record<string, unknown>>, key: string): string | undefined {
  return Object.keys(keys).find((one) => one.toLowerCase() === key.toLowerCase());
}

function legacy(
  key: string,
  value: string,
): { readonly values: readonly string[]; readonly cure?: string } | undefined {
  const isOn = value.toLowerCase() === "true" && key.toLowerCase().startsWith("spark.sql.legacy.");
  return isOn ? { values: ["false"] } : undefined;
}

/** Names that have been looked up: each look costs a third of a millisecond, and each session looks. */
const knownTimeZones = new Set<string>();

/** Throws INVALID_CONF_VALUE.TIME_ZONE. */
export function checkTimeZone(key: string, value: string): void {
  if (knownTimeZones.has(value)) return;
  try {
    // Offsets are no names of regions, and the engine knows none of them.
    if (!/^[+-]/.test(value) && new Intl.DateTimeFormat("en", { timeZone: value })) {
      knownTimeZones.add(value);
      return;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new LakeletError({
    condition: "INVALID_CONF_VALUE.TIME_ZONE",
    sqlState: "22022",
    problem: `The value '${value}' in the config "${key}" is invalid: no time zone is called so.`,
    cure: "Use the name of a region, such as Europe/Warsaw or UTC.",
    parameters: { confName: key, confValue: value },
  });
}
