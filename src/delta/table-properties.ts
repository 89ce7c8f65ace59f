/** The properties of a table (`delta.*`) with Delta's defaults and their typed readings. */
import { LakeletError } from "../errors/lakelet-error.js";

export const TABLE_PROPERTY_DEFAULTS: Readonly<Record<string, string>> = {
  "delta.appendOnly": "false",
  "delta.checkpointInterval": "10",
  "delta.dataSkippingNumIndexedCols": "32",
  "delta.deletedFileRetentionDuration": "interval 1 week",
  "delta.enableChangeDataFeed": "false",
  "delta.enableDeletionVectors": "false",
  "delta.enableExpiredLogCleanup": "true",
  "delta.isolationLevel": "WriteSerializable",
  "delta.logRetentionDuration": "interval 30 days",
};

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  week: 7 * 86_400_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};

export type TableProperties = Readonly<Record<string, string>>;

/** The configuration of a table, completed by the defaults. */
export function tableProperties(configuration: TableProperties): TableProperties {
  return { ...TABLE_PROPERTY_DEFAULTS, ...configuration };
}

export function booleanProperty(properties: TableProperties, name: string): boolean {
  return properties[name]?.toLowerCase() === "true";
}

/** An integer property. Throws DELTA_INVALID_TABLE_PROPERTY. */
export function integerProperty(properties: TableProperties, name: string, minimum: number): number {
  const text = properties[name] ?? TABLE_PROPERTY_DEFAULTS[name] ?? "";
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < minimum) {
    throw invalidProperty(name, text, `an integer of at least ${minimum}`);
  }
  return value;
}

/**
 * An interval property in milliseconds. Throws DELTA_INVALID_TABLE_PROPERTY.
 * @example intervalProperty({ p: "interval 1 week 2 days" }, "p") // 777600000
 */
export function intervalProperty(properties: TableProperties, name: string): number {
  const text = properties[name] ?? TABLE_PROPERTY_DEFAULTS[name] ?? "";
  const parts = [...text.toLowerCase().matchAll(/(-?\d+)\s*([a-z]+?)s?(?=\s|$)/g)];
  const rest = text
    .toLowerCase()
    .replace(/^\s*interval\b/, "")
    .replace(/-?\d+\s*[a-z]+/g, "")
    .trim();
  const amounts = parts.map(([, amount, unit]) => Number(amount) * (UNIT_MILLISECONDS[unit ?? ""] ?? Number.NaN));
  const total = amounts.reduce((sum, one) => sum + one, 0);
  if (parts.length === 0 || rest !== "" || !(total >= 0)) {
    throw invalidProperty(name, text, "an interval such as `interval 7 days`, without months and years");
  }
  return total;
}

function invalidProperty(name: string, value: string, expected: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_TABLE_PROPERTY",
    sqlState: "22023",
    problem: `The table property ${name} has the value "${value}".`,
    cure: `Set it to ${expected}.`,
    parameters: { key: name, value },
  });
}
