/** What RETURN_STATS tells about a written file, as the contract's {@link WrittenFile}. */
import type { LeafStatistics, Value, WriteDataFiles, WrittenFile } from "../engine/engine.js";
import { physicalName } from "../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../schema/data-type.js";
import type { FileNames } from "./stored-shape.js";

/** A row of COPY ... (RETURN_STATS): path, rows, bytes, bytes of the footer, statistics by leaf, partition values. */
export function writtenFile(row: readonly Value[], { schema, columnMapping }: WriteDataFiles): WrittenFile {
  const [path, rowCount, size, , statistics, partition] = row;
  const nameOf: FileNames = columnMapping === undefined ? (column) => column.name : physicalName;
  return {
    path: String(path),
    size: Number(size),
    rowCount: Number(rowCount),
    partition: Object.fromEntries(
      entriesOf(partition).map(([name, value]) => [
        logicalPath([String(name)], schema, nameOf)?.[0] ?? String(name),
        textOrNull(value),
      ]),
    ),
    statistics: entriesOf(statistics).flatMap(([path, values]) => {
      const logical = logicalPath(splitQuotedPath(String(path)), schema, nameOf);
      return logical === undefined ? [] : leafStatistics(logical, values);
    }),
  };
}

function leafStatistics(path: readonly string[], values: Value): readonly LeafStatistics[] {
  const found = new Map(entriesOf(values).map(([key, value]) => [String(key), textOrNull(value)]));
  const [nullCount, min, max, hasNaN] = ["null_count", "min", "max", "has_nan"].map((key) => found.get(key));
  return [
    {
      path,
      ...(nullCount ? { nullCount: BigInt(nullCount) } : {}),
      ...(min === null || min === undefined ? {} : { min }),
      ...(max === null || max === undefined ? {} : { max }),
      ...(hasNaN ? { hasNaN: hasNaN === "true" } : {}),
    },
  ];
}

/** @example splitQuotedPath('"st"."q""q"') // ["st", 'q"q'] */
export function splitQuotedPath(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = ""]) => name.replaceAll('""', '"'));
}

/** The path in the schema's own names; undefined for leaves below an array or a map, which have no statistics in a table's log. */
function logicalPath(path: readonly string[], schema: StructType, nameOf: FileNames): readonly string[] | undefined {
  let type: DataType = schema;
  const names: string[] = [];
  for (const name of path) {
    if (type.kind !== "struct") return undefined;
    const next: StructField | undefined =
      type.fields.find((one) => nameOf(one) === name) ??
      type.fields.find((one) => nameOf(one).toLowerCase() === name.toLowerCase());
    if (next === undefined) return undefined;
    names.push(next.name);
    type = next.dataType;
  }
  return names;
}

function entriesOf(value: Value | undefined): readonly (readonly [Value, Value])[] {
  return value instanceof Map ? [...(value as ReadonlyMap<Value, Value>)] : [];
}

function textOrNull(value: Value): string | null {
  return value === null ? null : String(value);
}
