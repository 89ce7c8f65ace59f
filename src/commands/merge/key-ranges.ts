/** What the source's keys say about files of the target: a file without a key in their range holds no match and is not opened. */

import type { Value } from "../../engine/engine.js";
import type { ColumnReference } from "../../engine/expression-compiler.js";
import type { SkippingLiteral, SkippingPredicate } from "../../expression/skipping-predicate.js";
import { type DataType, findField, type StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";

/** A target column that equals a source column in each match. */
export type KeyPair = readonly [target: ColumnReference, source: ColumnReference];

/** A table of so few files is not worth a question about keys. */
export const FEW_FILES = 2;
/** Partition values up to that many are listed one by one. */
const MOST_PARTITIONS = 200;

/** Types whose engine values are skipping literals of the same order; of floats NaN would have to be thought of. */
const ORDERED: ReadonlySet<string> = new Set([
  "byte",
  "short",
  "integer",
  "long",
  "decimal",
  "string",
  "date",
  "timestamp",
  "timestamp_ntz",
]);

export interface KeyedTable {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly files: number;
}

export interface KeyRange {
  /** Column of the target. */
  readonly target: string;
  readonly source: string;
  /** Undefined where the source has no key at all. */
  readonly bounds: readonly [least: Value, greatest: Value] | undefined;
}

export interface SourceKeys {
  /** Rows of the source. */
  readonly rowCount: bigint;
  readonly ranges: readonly KeyRange[];
  /** The predicate, narrowed to the keys that the source has. */
  readonly mayTouch: SkippingPredicate;
}

/** @param relation Engine SQL behind FROM of the source's rows. */
export async function sourceKeys(
  context: CommandContext,
  predicate: SkippingPredicate,
  pairs: readonly KeyPair[],
  relation: string,
  table: KeyedTable,
): Promise<SourceKeys> {
  const known = table.files <= FEW_FILES ? [] : pairs.filter(([{ column }]) => isOrdered(table.schema, column));
  const { rowCount, ranges } = await rangesOf(context, known, relation);
  const operands = await Promise.all(
    ranges.map((range) =>
      table.partitionColumns.includes(range.target) ? listed(context, relation, range) : within(range),
    ),
  );
  return {
    rowCount,
    ranges,
    mayTouch: operands.length === 0 ? predicate : { kind: "and", operands: [predicate, ...operands] },
  };
}

function isOrdered(schema: StructType, column: string): boolean {
  const type: DataType | undefined = findField(schema, column)?.dataType;
  return type !== undefined && ORDERED.has(type.kind);
}

async function rangesOf(
  context: CommandContext,
  pairs: readonly KeyPair[],
  relation: string,
): Promise<Omit<SourceKeys, "mayTouch">> {
  const bounds = pairs.flatMap(([, { column }]) => [`min(${engineName(column)})`, `max(${engineName(column)})`]);
  const { rows } = await context.engine.run(`SELECT ${["count(*)", ...bounds].join(", ")} FROM ${relation} AS s`);
  const [count, ...values] = rows[0] ?? [];
  const ranges = pairs.map(([target, source], i): KeyRange => {
    const [least = null, greatest = null] = [values[2 * i], values[2 * i + 1]];
    return { target: target.column, source: source.column, bounds: least === null ? undefined : [least, greatest] };
  });
  return { rowCount: BigInt(Number(count ?? 0)), ranges };
}

/** The distinct values, where they are few. */
async function listed(context: CommandContext, relation: string, range: KeyRange): Promise<SkippingPredicate> {
  const key = engineName(range.source);
  const { rows } = await context.engine.run(
    `SELECT DISTINCT ${key} FROM ${relation} AS s WHERE ${key} IS NOT NULL LIMIT ${MOST_PARTITIONS + 1}`,
  );
  if (rows.length > MOST_PARTITIONS) return within(range);
  return { kind: "in", column: [range.target], values: rows.map(([value]) => literalOf(value)) };
}

function within({ target, bounds }: KeyRange): SkippingPredicate {
  // No key at all: NULL equals nothing.
  if (bounds === undefined) return { kind: "constant", value: false };
  const [least, greatest] = bounds;
  return {
    kind: "and",
    operands: [
      { kind: "compare", operator: ">=", column: [target], value: literalOf(least) },
      { kind: "compare", operator: "<=", column: [target], value: literalOf(greatest) },
    ],
  };
}

function literalOf(value: Value | undefined): SkippingLiteral {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint" ? value : String(value);
}
