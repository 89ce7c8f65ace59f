/** The Spark configuration that lakelet acts on: defaults, and the values that each key takes. */
import { LakeletError } from "../../errors/lakelet-error.js";

/** Any other key is kept and given back, and has no local effect. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.ansi.enabled": "true",
  "spark.sql.sources.partitionOverwriteMode": "static",
  "spark.databricks.delta.schema.autoMerge.enabled": "false",
  "spark.databricks.delta.replaceWhere.constraintCheck.enabled": "true",
};

const BOOLEANS = ["true", "false"];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "spark.sql.ansi.enabled": ["true"],
  "spark.sql.sources.partitionOverwriteMode": ["static", "dynamic"],
  "spark.databricks.delta.schema.autoMerge.enabled": BOOLEANS,
  "spark.databricks.delta.replaceWhere.constraintCheck.enabled": BOOLEANS,
};

/** The key in the spelling of {@link DEFAULTS}, if it is one of them. */
export function knownKey(key: string): string | undefined {
  return Object.keys(DEFAULTS).find((one) => one.toLowerCase() === key.toLowerCase());
}

/** Throws INVALID_CONF_VALUE.TIME_ZONE or INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS for a value that would not be acted on. */
export function checkValue(key: string, value: string): void {
  const known = knownKey(key);
  if (known === "spark.sql.session.timeZone") checkTimeZone(known, value);
  const choices = known === undefined ? undefined : CHOICES[known];
  if (choices === undefined || choices.includes(value.toLowerCase())) return;
  const isAnsi = known === "spark.sql.ansi.enabled";
  throw new LakeletError({
    condition: "INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS",
    sqlState: "22022",
    problem: `The value '${value}' in the config "${key}" is invalid; it takes ${choices.join(" or ")}.`,
    ...(isAnsi
      ? {
          reason: "lakelet has Spark's ANSI semantics only.",
          cure: "Use try_cast, try_divide and their like where NULL is wanted.",
        }
      : {}),
    parameters: { confName: key, confValue: value },
  });
}

function checkTimeZone(key: string, value: string): void {
  try {
    // Offsets are no names of regions, and the engine knows none of them.
    if (!/^[+-]/.test(value) && new Intl.DateTimeFormat("en", { timeZone: value })) return;
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
