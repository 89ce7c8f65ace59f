/** Statistics of files that lakelet did not write: one aggregation over their rows. */
import { statisticsColumns, statisticsJson } from "../../delta/statistics.js";
import type { LeafStatistics } from "../../engine/engine.js";
import { type DataType, findField, type StructField, type StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";

/** Files that one statement reads. */
const FILES_AT_ONCE = 500;
const BOUNDED: ReadonlySet<string> = new Set([
  "byte",
  "short",
  "integer",
  "long",
  "decimal",
  "float",
  "double",
  "date",
  "timestamp",
  "timestamp_ntz",
  "string",
]);

/** The text of `add.stats` for each file. */
export async function collectedStatistics(
  context: CommandContext,
  files: readonly string[],
  schema: StructType,
  properties: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const leaves = statisticsColumns(schema, [], properties);
  const measures = leaves.flatMap((path) => measuresOf(path, typeOf(schema, path)));
  const texts = new Array<string>(files.length);
  for (let first = 0; first < files.length; first += FILES_AT_ONCE) {
    const some = files.slice(first, first + FILES_AT_ONCE);
    const relation = await context.engine.scan({
      files: some.map((path) => ({ path, partition: {} })),
      schema,
      partitionColumns: [],
      withPosition: true,
    });
    const { rows } = await context.engine.run(
      `SELECT ${["__file_index", "count(*)", ...measures].join(", ")} FROM ${relation} AS f GROUP BY __file_index`,
    );
    const found = new Map(rows.map((row) => [Number(row[0]), row]));
    some.forEach((_, i) => {
      const [, count = 0, ...values] = found.get(i) ?? [];
      const rowCount = Number(count);
      const statistics = leaves.map((path, leaf) => leafStatistics(path, rowCount, values.slice(leaf * MEASURES)));
      texts[first + i] = statisticsJson({ rowCount, statistics }, schema, [], properties);
    });
  }
  return texts;
}

const MEASURES = 4;

/** Values that are there, least, greatest, and whether one is NaN. */
function measuresOf(path: readonly string[], type: DataType): readonly string[] {
  const value = ["f", ...path].map(engineName).join(".");
  const text = (bound: string): string => {
    if (type.kind === "timestamp") return `CAST(${bound} AT TIME ZONE 'UTC' AS VARCHAR) || '+00'`;
    return BOUNDED.has(type.kind) ? `CAST(${bound} AS VARCHAR)` : "NULL";
  };
  const isFloat = type.kind === "float" || type.kind === "double";
  return [
    `count(${value})`,
    text(`min(${value})`),
    text(`max(${value})`),
    isFloat ? `coalesce(bool_or(isnan(${value})), false)` : "false",
  ];
}

function leafStatistics(path: readonly string[], rowCount: number, values: readonly unknown[]): LeafStatistics {
  const [present, min, max, hasNaN] = values;
  return {
    path,
    nullCount: BigInt(rowCount - Number(present ?? 0)),
    ...(typeof min === "string" ? { min } : {}),
    ...(typeof max === "string" ? { max } : {}),
    hasNaN: hasNaN === true,
  };
}

function typeOf(schema: StructType, path: readonly string[]): DataType {
  let type: DataType = schema;
  for (const name of path) {
    const found: StructField | undefined = type.kind === "struct" ? findField(type, name) : undefined;
    if (found !== undefined) type = found.dataType;
  }
  return type;
}
