/** What the log knows of the values in a file: its partition values, and its statistics (Delta protocol, "Per-file Statistics"). */
import { type Comparable, comparable, outward, plusMicroseconds } from "../expression/comparable.js";
import { type ColumnRange, type FileRanges, mayMatch } from "../expression/file-skipping.js";
import type { ColumnPath, SkippingPredicate } from "../expression/skipping-predicate.js";
import { physicalName } from "../schema/column-mapping.js";
import { type DataType, findField, type StructField, type StructType } from "../schema/data-type.js";
import type { AddFile } from "./actions.js";
import { parseLossless } from "./lossless-json.js";
import { isNullPartition, partitionText } from "./partition-value.js";

/** Statistics hold milliseconds, cut off: a value may lie that much above the maximum. */
const CUT_OFF_MICROSECONDS = 999n;

/** What a column's metadata tells of the types that it had before (Delta protocol, "Type Widening"). */
const TYPE_CHANGES = "delta.typeChanges";

type JsonObject = Readonly<Record<string, unknown>>;

/** False only if the file surely has no row for which the predicate is true. */
export function fileMayMatch(
  predicate: SkippingPredicate,
  file: AddFile,
  schema: StructType,
  partitionColumns: readonly string[],
): boolean {
  return mayMatch(predicate, rangesOf(file, schema, partitionColumns));
}

function rangesOf(file: AddFile, schema: StructType, partitionColumns: readonly string[]): FileRanges {
  let statistics: JsonObject | undefined;
  return {
    range(column) {
      const leaf = leafOf(schema, column);
      if (leaf === undefined) return undefined;
      if (leaf.path.length === 1 && partitionColumns.includes(leaf.column.name)) {
        return partitionRange(leaf.column.dataType, partitionText(file.partitionValues, leaf.column));
      }
      statistics ??= statisticsOf(file);
      return statisticsRange(leaf.column, leaf.path, statistics);
    },
  };
}

/** The column, and its path of physical names. */
export function leafOf(
  schema: StructType,
  column: ColumnPath,
): { readonly column: StructField; readonly path: ColumnPath } | undefined {
  let within: DataType = schema;
  let found: StructField | undefined;
  const path: string[] = [];
  for (const name of column) {
    found = within.kind === "struct" ? findField(within, name) : undefined;
    if (found === undefined) return undefined;
    path.push(physicalName(found));
    within = found.dataType;
  }
  return found && { column: found, path };
}

function partitionRange(type: DataType, text: string | null | undefined): ColumnRange {
  if (text === undefined) return { type, nulls: "unknown" };
  if (text === null || isNullPartition(text)) return { type, nulls: "all" };
  const value = storedValue(type, text);
  return { type, nulls: "none", ...(value === undefined ? {} : { min: value, max: value }) };
}

/** Statistics that cannot be read say nothing; they are an aid, not the data. */
function statisticsOf({ stats }: AddFile): JsonObject {
  if (stats === undefined) return {};
  try {
    const parsed = parseLossless(stats);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function statisticsRange(column: StructField, path: ColumnPath, statistics: JsonObject): ColumnRange {
  const type = column.dataType;
  const min = outward(type, bound(column, valueAt(statistics.minValues, path), Math.min), "down");
  const max = outward(type, bound(column, valueAt(statistics.maxValues, path), Math.max), "up");
  const isTimestamp = type.kind === "timestamp" || type.kind === "timestamp_ntz";
  const reach = isTimestamp ? plusMicroseconds(max, CUT_OFF_MICROSECONDS) : max;
  return {
    type,
    nulls: nullsOf(valueAt(statistics.nullCount, path), statistics.numRecords),
    ...(min === undefined ? {} : { min }),
    ...(reach === undefined ? {} : { max: reach }),
  };
}

function nullsOf(nullCount: unknown, rowCount: unknown): ColumnRange["nulls"] {
  if (typeof nullCount !== "number") return "unknown";
  if (nullCount === 0) return "none";
  return nullCount === rowCount ? "all" : "unknown";
}

/** True for a column of doubles that may have been one of floats, whose statistics are texts that mean another double. */
export function mayHaveHeldFloats({ dataType, metadata }: StructField): boolean {
  return dataType.kind === "double" && Object.hasOwn(metadata, TYPE_CHANGES);
}

/** `further`: of a number and its nearest float the one that bounds both, for files from before a float column became a double. */
function bound(
  column: StructField,
  value: unknown,
  further: (left: number, right: number) => number,
): Comparable | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const stored = storedValue(column.dataType, String(value));
  return mayHaveHeldFloats(column) && typeof stored === "number" ? further(stored, Math.fround(stored)) : stored;
}

/** The log has of a float its shortest text, which as a double is another number. */
function storedValue(type: DataType, text: string): Comparable | undefined {
  return comparable(type, type.kind === "float" ? Math.fround(Number(text)) : text);
}

function valueAt(values: unknown, path: ColumnPath): unknown {
  let value = values;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
