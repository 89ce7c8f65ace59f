/** A variant's value as Spark shows it: JSON text, numbers with every digit. */
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from "@duckdb/node-api";
import { dateText, timestampText } from "./temporal-text.js";

export function variantText(value: DuckDBValue): string {
  if (value === null) return "null";
  if (value instanceof DuckDBVariantValue) return variantText(value.value);
  if (value instanceof DuckDBStructValue) return objectText(value);
  if (value instanceof DuckDBListValue) return `[${value.items.map(variantText).join(",")}]`;
  switch (typeof value) {
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return numberText(value);
    case "string":
      return JSON.stringify(value);
    default:
      return scalarText(value);
  }
}

/** Whole numbers, and doubles as Java prints them; what JSON has no number for is a text. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return String(value);
  if (Number.isInteger(value) && size < 2 ** 31) return String(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}

function objectText({ entries }: DuckDBStructValue): string {
  const fields = Object.entries(entries).map(([name, value]) => `${JSON.stringify(name)}:${variantText(value)}`);
  return `{${fields.join(",")}}`;
}

function scalarText(value: object): string {
  if (value instanceof DuckDBDecimalValue)
    return value
      .toString()
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
  if (value instanceof DuckDBDateValue) return `"${dateText(value.days)}"`;
  if (value instanceof DuckDBTimestampValue) return `"${spacedTimestamp(value.micros)}"`;
  if (value instanceof DuckDBTimestampTZValue) return `"${spacedTimestamp(value.micros)}+00:00"`;
  if (value instanceof DuckDBBlobValue) return `"${Buffer.from(value.bytes).toString("base64")}"`;
  return JSON.stringify(String(value));
}

/** `2024-01-15 10:00:00.5`, without the zeros at the end. */
function spacedTimestamp(micros: bigint): string {
  return timestampText(micros)
    .replace("T", " ")
    .replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros.replace(/0+$/, "")));
}
