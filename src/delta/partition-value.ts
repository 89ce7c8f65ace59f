/** Partition values as texts: the protocol's form and the engine's (Delta protocol, "Partition Value Serialization"). */
import { LakeletError } from "../errors/lakelet-error.js";
import { physicalName } from "../schema/column-mapping.js";
import type { DataType, StructField } from "../schema/data-type.js";

/** Hive's folder name of NULL; Spark reads a value of this text as NULL, too. */
const HIVE_NULL = "__HIVE_DEFAULT_PARTITION__";

/** The protocol's empty string stands for NULL, whatever the type. */
export function isNullPartition(text: string): boolean {
  return text === "" || text === HIVE_NULL;
}

/** A file's value of a partition column, which the log has by the column's physical name; undefined where it has none. */
export function partitionText(
  values: Readonly<Record<string, string | null>>,
  column: StructField,
): string | null | undefined {
  const name = physicalName(column);
  if (Object.hasOwn(values, name)) return values[name];
  const other = Object.keys(values).find((one) => one.toLowerCase() === name.toLowerCase());
  return other === undefined ? undefined : values[other];
}

/**
 * The protocol's text of a value that the engine gives as text.
 * Throws DELTA_INVALID_PARTITION_VALUE where the protocol has no form for it.
 * @example partitionValue({ kind: "timestamp" }, "2024-01-01 10:00:00+00") // "2024-01-01T10:00:00.000000Z"
 */
export function partitionValue(type: DataType, engineText: string | null): string | null {
  if (engineText === null || isNullPartition(engineText)) return null;
  switch (type.kind) {
    case "timestamp":
      return `${timestampText(engineText, "T")}Z`;
    case "timestamp_ntz":
      return timestampText(engineText, " ");
    case "binary":
      return binaryText(engineText);
    case "float":
    case "double":
      return SPECIAL_FLOATS[engineText.toLowerCase()] ?? engineText;
    default:
      return engineText;
  }
}

/**
 * The text that the engine can cast to the type, null for NULL, of a text of the log.
 * A timestamp without a zone is taken as UTC.
 */
export function enginePartitionValue(type: DataType, text: string | null): string | null {
  if (text === null || isNullPartition(text)) return null;
  if (type.kind === "timestamp") return /^\d{4}-\d{2}-\d{2}[T ][\d:.]+$/.test(text) ? `${text}Z` : text;
  if (type.kind !== "binary") return text;
  return [...new TextEncoder().encode(text)]
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0").toUpperCase()}`)
    .join("");
}

const SPECIAL_FLOATS: Readonly<Record<string, string>> = { inf: "Infinity", "-inf": "-Infinity", nan: "NaN" };

const ENGINE_TIMESTAMP = /^(\d{4,}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)?$/;

function timestampText(engineText: string, separator: "T" | " "): string {
  const match = ENGINE_TIMESTAMP.exec(engineText);
  if (match === null) throw invalidPartitionValue(engineText, "it is not a timestamp of the years 0001 to 9999 in UTC");
  return `${match[1]}${separator}${match[2]}.${(match[3] ?? "").padEnd(6, "0")}`;
}

/** The engine prints bytes that are no printable ASCII as `\xAB`. */
function binaryText(engineText: string): string {
  const bytes: number[] = [];
  for (const [token] of engineText.matchAll(/\\x[0-9A-Fa-f]{2}|./gsu)) {
    if (token.length === 4 && token.startsWith("\\x")) bytes.push(Number.parseInt(token.slice(2), 16));
    else bytes.push(...new TextEncoder().encode(token));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch (cause) {
    throw invalidPartitionValue(engineText, "its bytes are not UTF-8, and partition values are texts", cause);
  }
}

function invalidPartitionValue(value: string, reason: string, cause?: unknown): LakeletError {
  return new LakeletError({
    condition: "DELTA_INVALID_PARTITION_VALUE",
    sqlState: "22023",
    problem: `The partition value "${value}" cannot be written to the log.`,
    reason: `The protocol has no form for it: ${reason}.`,
    cure: "Partition by another column.",
    parameters: { value },
    cause,
  });
}
