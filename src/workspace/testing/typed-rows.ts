/** Rows of a test as rows of Spark: each value goes through its text, so that a date, a decimal and a struct are written as people write them. */
import type { DataFrame } from "../../dataframe/data-frame.js";
import { type DataType, field, STRING, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import type { SparkSession } from "../../session/contract.js";
import type { TestRow } from "./test-case.js";

/** @param convert how text becomes a value: `try_cast` gives NULL for what is none */
export function typedRows(
  spark: SparkSession,
  rows: readonly TestRow[],
  schema: StructType,
  convert: "cast" | "try_cast" = "cast",
): DataFrame {
  const texts = struct(schema.fields.map((_, i) => field(`c${i}`, STRING)));
  const cells = rows.map((row) => schema.fields.map((one) => textOf(cellOf(row, one.name), one.dataType)));
  const columns = schema.fields.map((one, i) => `${converted(`c${i}`, one, convert)} AS ${quoteName(one.name)}`);
  return spark.createDataFrame(cells, texts).selectExpr(...columns);
}

/** By Spark's rule: letter case does not matter. */
export function cellOf(row: TestRow, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  const key = Object.keys(row).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : row[key];
}

/** The columns that the rows name, in the order of their first appearance. */
export function columnsOf(rows: readonly TestRow[]): readonly string[] {
  const names = new Map<string, string>();
  for (const name of rows.flatMap((one) => Object.keys(one)))
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  return [...names.values()];
}

/** Whole numbers are BIGINT, others DOUBLE, texts STRING: dates too, for nothing says that a text is meant as one. */
export function inferredSchema(rows: readonly TestRow[]): StructType {
  return struct(columnsOf(rows).map((name) => field(name, inferredType(rows.map((row) => cellOf(row, name))))));
}

/** Spark SQL that gives a column as text, the same for the same values. */
export function textOfColumn(column: string, { kind }: DataType): string {
  if (kind === "binary") return `base64(${column})`;
  return isNested(kind) ? `to_json(${column})` : `CAST(${column} AS STRING)`;
}

function isNested(kind: string): boolean {
  return kind === "struct" || kind === "array" || kind === "map" || kind === "variant";
}

function converted(column: string, { dataType }: StructField, convert: string): string {
  if (dataType.kind === "string") return column;
  if (dataType.kind === "variant") return `parse_json(${column})`;
  if (!isNested(dataType.kind)) return `${convert}(${column} AS ${typeText(dataType)})`;
  // from_json reads structs, arrays and maps alone at its root.
  return `from_json(${column}, '${typeText(dataType).replaceAll("'", "\\'")}')`;
}

function textOf(value: unknown, type: DataType): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return type.kind === "date" ? value.toISOString().slice(0, 10) : value.toISOString();
  if (typeof value === "object") return JSON.stringify(value, jsonValue);
  return isNested(type.kind) ? JSON.stringify(value, jsonValue) : String(value);
}

function jsonValue(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

function inferredType(values: readonly unknown[]): DataType {
  const known = values.filter((one) => one !== null && one !== undefined);
  const all = (test: (value: unknown) => boolean) => known.length > 0 && known.every(test);
  if (all((one) => typeof one === "boolean")) return { kind: "boolean" };
  if (all((one) => typeof one === "bigint" || Number.isInteger(one))) return { kind: "long" };
  if (all((one) => typeof one === "number" || typeof one === "bigint")) return { kind: "double" };
  if (all((one) => one instanceof Date)) return { kind: "timestamp" };
  if (all(Array.isArray)) return { kind: "array", elementType: inferredType(known.flat()), containsNull: true };
  if (all((one) => typeof one === "object")) return inferredSchema(known as readonly unknown[] as readonly TestRow[]);
  return STRING;
}
