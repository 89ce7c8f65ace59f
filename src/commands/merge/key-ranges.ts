/** What the source's keys say about files of the target: a file without a key in their range holds no match and is not opened. */

import type { Value } from "../../engine/engine.js";
import type { ColumnReference } from "../../engine/expression-compiler.js";
import type { SkippingLiteral, SkippingPredicate } from "../../expression/skipping-predicate.js";
import { type DataType, findField, type StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";
import type { MergeSource } from "./merge-source.js";

/** A target column that equals a source column in each match. */
export type KeyPair = readonly [target: ColumnReference, source: ColumnReference];

/** A table of so few files is not worth a question about keys. */
const FEW_FILES = 2;
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

/** The predicate, narrowed to the keys that the source has. */
export async function narrowedByKeys(
  context: CommandContext,
  predicate: SkippingPredicate,
  pairs: readonly KeyPair[],
  source: Pick<MergeSource, "relation">,
  table: { readonly schema: StructType; readonly partitionColumns: readonly string[]; readonly files: number },
): Promise<SkippingPredicate> {
  const keys = pairs.filter(([{ column }]) => ORDERED.has(typeOf(table.schema, column).kind));
  if (keys.length === 0 || table.files <= FEW_FILES) return predicate;
  const operands = await Promise.all(
    keys.map(([target, { column }]) =>
      table.partitionColumns.includes(target.column)
        ? listed(context, source, target.column, column)
        : ranged(context, source, target.column, column),
    ),
  );
  return { kind: "and", operands: [predicate, ...operands] };
}

function typeOf(schema: StructType, column: string): DataType {
  return findField(schema, column)?.dataType ?? { kind: "void" };
}

/** The distinct values, where they are few. */
async function listed(
  context: CommandContext,
  source: Pick<MergeSource, "relation">,
  target: string,
  column: string,
): Promise<SkippingPredicate> {
  const key = engineName(column);
  const { rows } = await context.engine.run(
    `SELECT DISTINCT ${key} FROM ${source.relation} AS s WHERE ${key} IS NOT NULL LIMIT ${MOST_PARTITIONS + 1}`,
  );
  if (rows.length > MOST_PARTITIONS) return ranged(context, source, target, column);
  return { kind: "in", column: [target], values: rows.map(([value]) => literalOf(value)) };
}

async function ranged(
  context: CommandContext,
  source: Pick<MergeSource, "relation">,
  target: string,
  column: string,
): Promise<SkippingPredicate> {
  const key = engineName(column);
  const { rows } = await context.engine.run(`SELECT min(${key}), max(${key}) FROM ${source.relation} AS s`);
  const [least, greatest] = rows[0] ?? [];
  // No key at all: NULL equals nothing.
  if (least === null || least === undefined) return { kind: "constant", value: false };
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
