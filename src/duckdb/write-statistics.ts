/** What RETURN_STATS tells about a written file, as the contract's {@link WrittenFile}. */
import type { LeafStatistics, Value, WrittenFile } from "../engine/engine.js";
import { type DataType, findField, type StructType } from "../schema/data-type.js";

/** A row of COPY ... (RETURN_STATS): path, rows, bytes, bytes of the footer, statistics by leaf, partition values. */
export function writtenFile(row: readonly Value[], schema: StructType): WrittenFile {
  const [path, rowCount, size, , statistics, partition] = row;
  return {
    path: String(path),
    size: Number(size),
    rowCount: Number(rowCount),
    partition: Object.fromEntries(entriesOf(partition).map(([name, value]) => [String(name), textOrNull(value)])),
    statistics: entriesOf(statistics).flatMap(([path, values]) => leafStatistics(String(path), values, schema)),
  };
}

/** Leaves below an array or a map have no statistics in a table's log. */
function leafStatistics(quotedPath: string, values: Value, schema: StructType): readonly LeafStatistics[] {
  const path = splitQuotedPath(quotedPath);
  if (!isStructPath(path, schema)) return [];
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

function isStructPath(path: readonly string[], schema: StructType): boolean {
  let type: DataType = schema;
  for (const name of path) {
    if (type.kind !== "struct") return false;
    const next = findField(type, name);
    if (!next) return false;
    type = next.dataType;
  }
  return true;
}

function entriesOf(value: Value | undefined): readonly (readonly [Value, Value])[] {
  return value instanceof Map ? [...(value as ReadonlyMap<Value, Value>)] : [];
}

function textOrNull(value: Value): string | null {
  return value === null ? null : String(value);
}
