/** The statistics of a written file as the log has them (Delta protocol, "Per-file Statistics"). */
import type { LeafStatistics, WrittenFile } from "../engine/engine.js";
import { physicalName } from "../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../schema/data-type.js";
import { integerProperty, type TableProperties } from "./table-properties.js";

/** Characters of a text that its minimum and maximum keep. */
const PREFIX_LENGTH = 32;
/** A maximum may be that long where no shorter text is surely above all values. */
const LONGEST_MAXIMUM = 2 * PREFIX_LENGTH;
const LAST_ASCII = "\x7f";
const LAST_CODE_POINT = "\u{10ffff}";

const INTEGER_TEXT = /^-?\d+$/;
const DECIMAL_TEXT = /^-?\d+(?:\.\d+)?$/;
const FLOAT_TEXT = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
const DATE_TEXT = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP_TEXT = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:\+00)?$/;

/** Statistics as a tree of JSON texts: numbers keep every digit, because they never become JavaScript numbers. */
type JsonTree = Map<string, string | JsonTree>;

export interface Leaf {
  readonly path: readonly string[];
  /** The path in the names that the log knows. */
  readonly physicalPath: readonly string[];
  readonly type: DataType;
}

/**
 * The text of `add.stats` for a file: row count, and null counts, minima and maxima of the leaf columns that the properties
 * `delta.dataSkippingStatsColumns` or `delta.dataSkippingNumIndexedCols` select (by default the first 32). What would not be
 * true of each row, or has no form in the protocol, is left out.
 * @example statisticsJson(file, schema, [], {}) // '{"numRecords":3,"minValues":{"id":1},"maxValues":{"id":3},"nullCount":{"id":0}}'
 */
export function statisticsJson(
  file: Pick<WrittenFile, "rowCount" | "statistics">,
  schema: StructType,
  partitionColumns: readonly string[],
  properties: TableProperties,
): string {
  const known = new Map(file.statistics.map((one) => [JSON.stringify(one.path), one]));
  const [minValues, maxValues, nullCount]: [JsonTree, JsonTree, JsonTree] = [new Map(), new Map(), new Map()];
  for (const { path, physicalPath, type } of selectedLeaves(schema, partitionColumns, properties)) {
    const statistics = known.get(JSON.stringify(path));
    if (statistics === undefined) continue;
    if (statistics.nullCount !== undefined) put(nullCount, physicalPath, String(statistics.nullCount));
    const [min, max] = boundsOf(type, statistics);
    if (min !== undefined) put(minValues, physicalPath, min);
    if (max !== undefined) put(maxValues, physicalPath, max);
  }
  const parts: JsonTree = new Map([["numRecords", String(file.rowCount)]]);
  for (const [name, tree] of Object.entries({ minValues, maxValues, nullCount }))
    if (tree.size > 0) parts.set(name, tree);
  // Readers take bounds for tight where nothing is said; only tables that may have wide ones say it.
  if (properties["delta.enableDeletionVectors"]?.toLowerCase() === "true") parts.set("tightBounds", "true");
  return print(parts);
}

/** Paths of the leaf columns of which statistics are collected, by the names of the schema. */
export function statisticsColumns(
  schema: StructType,
  partitionColumns: readonly string[],
  properties: TableProperties,
): readonly (readonly string[])[] {
  return selectedLeaves(schema, partitionColumns, properties).map(({ path }) => path);
}

/** The leaf columns that the properties select for statistics. */
export function selectedLeaves(
  schema: StructType,
  partitionColumns: readonly string[],
  properties: TableProperties,
): readonly Leaf[] {
  const fields = schema.fields.filter(({ name }) => !partitionColumns.includes(name));
  const leaves = fields.flatMap((one) => leavesOf(one, [], []));
  const named = properties["delta.dataSkippingStatsColumns"];
  if (named !== undefined) {
    const selected = columnPaths(named);
    return leaves.filter(({ path }) => selected.some((prefix) => prefix.every((name, i) => sameName(name, path[i]))));
  }
  const count = integerProperty(properties, "delta.dataSkippingNumIndexedCols", -1);
  return count < 0 ? leaves : leaves.slice(0, count);
}

function leavesOf(field: StructField, above: readonly string[], physicalAbove: readonly string[]): readonly Leaf[] {
  const { name, dataType } = field;
  const path = [...above, name];
  const physicalPath = [...physicalAbove, physicalName(field)];
  return dataType.kind === "struct"
    ? dataType.fields.flatMap((one) => leavesOf(one, path, physicalPath))
    : [{ path, physicalPath, type: dataType }];
}

/** @example columnPaths("id, `a.b`.c") // [["id"], ["a.b", "c"]] */
function columnPaths(text: string): readonly (readonly string[])[] {
  const columns = text.match(/(?:`(?:[^`]|``)*`|[^,`])+/g) ?? [];
  return columns.map((column) =>
    [...column.trim().matchAll(/`((?:[^`]|``)*)`|([^.`]+)/g)].map(([, quoted, plain]) =>
      quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll("``", "`"),
    ),
  );
}

function sameName(left: string, right: string | undefined): boolean {
  return left.toLowerCase() === right?.toLowerCase();
}

/** Minimum and maximum as JSON texts. */
function boundsOf(
  type: DataType,
  { min, max, hasNaN }: LeafStatistics,
): readonly [string | undefined, string | undefined] {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return [matching(INTEGER_TEXT, min), matching(INTEGER_TEXT, max)];
    case "decimal":
      return [matching(DECIMAL_TEXT, min), matching(DECIMAL_TEXT, max)];
    case "float":
    case "double":
      // The engine leaves NaN out of both, whereas in Spark it is above all other values.
      return hasNaN === false
        ? [zeroAs("-0.0", matching(FLOAT_TEXT, min)), zeroAs("0.0", matching(FLOAT_TEXT, max))]
        : [undefined, undefined];
    case "date":
      return [quoted(matching(DATE_TEXT, min)), quoted(matching(DATE_TEXT, max))];
    case "timestamp":
      return [quoted(milliseconds(min, "Z", 0n)), quoted(milliseconds(max, "Z", 999n))];
    case "timestamp_ntz":
      return [quoted(milliseconds(min, "", 0n)), quoted(milliseconds(max, "", 999n))];
    case "string":
      return [quoted(truncatedMinimum(min)), quoted(truncatedMaximum(max))];
    default:
      return [undefined, undefined];
  }
}

function matching(pattern: RegExp, text: string | undefined): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}

/** The engine tells either zero where a file has both; for readers that order -0.0 below 0.0 the other one must be within the bounds. */
function zeroAs(zero: string, text: string | undefined): string | undefined {
  return text !== undefined && Number(text) === 0 && /^-?[0.]+$/.test(text) ? zero : text;
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text);
}

/**
 * A timestamp in milliseconds. The maximum is rounded up, so that it also holds for readers that do not know that Spark cuts off.
 * @param roundUp Microseconds added before the cut.
 */
function milliseconds(text: string | undefined, zone: string, roundUp: bigint): string | undefined {
  const match = TIMESTAMP_TEXT.exec(text ?? "");
  if (match === null) return undefined;
  const fraction = BigInt((match[3] ?? "").padEnd(6, "0"));
  const time = Date.parse(`${match[1]}T${match[2]}Z`);
  if (Number.isNaN(time)) return undefined;
  const iso = new Date(time + Number((fraction + roundUp) / 1_000n)).toISOString();
  return /^\d{4}-/.test(iso) ? `${iso.slice(0, -1)}${zone}` : undefined;
}

function truncatedMinimum(text: string | undefined): string | undefined {
  return text === undefined ? undefined : [...text.slice(0, LONGEST_MAXIMUM)].slice(0, PREFIX_LENGTH).join("");
}

/** The shortest prefix of at least 32 characters to which a character can be added that is above the one that was cut off. */
function truncatedMaximum(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= PREFIX_LENGTH) return text;
  for (let end = PREFIX_LENGTH; end < LONGEST_MAXIMUM && end < text.length; end++) {
    if (isWithinPair(text, end)) continue;
    const cut = text.slice(end, end + 2).codePointAt(0) ?? 0;
    if (cut < 0x7f) return text.slice(0, end) + LAST_ASCII;
    if (cut < 0x10ffff) return text.slice(0, end) + LAST_CODE_POINT;
  }
  return text.length <= LONGEST_MAXIMUM ? text : undefined;
}

function isWithinPair(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function put(tree: JsonTree, path: readonly string[], json: string): void {
  const [name = "", ...below] = path;
  if (below.length === 0) {
    tree.set(name, json);
    return;
  }
  const found = tree.get(name);
  const child: JsonTree = found instanceof Map ? found : new Map();
  tree.set(name, child);
  put(child, below, json);
}

function print(tree: JsonTree): string {
  const entries = [...tree].map(
    ([name, value]) => `${JSON.stringify(name)}:${typeof value === "string" ? value : print(value)}`,
  );
  return `{${entries.join(",")}}`;
}
