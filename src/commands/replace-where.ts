/** INSERT INTO ... REPLACE WHERE and option replaceWhere: the rows that a predicate takes are replaced, in one commit. */
import type { Snapshot } from "../delta/contract.js";
import type { EngineQuery } from "../engine/engine.js";
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import { findField, type StructType } from "../schema/data-type.js";
import { replaceWhereViolation } from "./command-errors.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import { marksRows } from "./deletion-vectors.js";
import { alreadyWritten, checkIdempotenceOptions } from "./idempotence.js";
import { removeRows } from "./remove-rows.js";
import { replacement } from "./replacement.js";
import { compileCondition, qualifierOf, type RowCondition, readBy, targetScope } from "./row-condition.js";
import type { RowCheck } from "./row-query.js";
import { takenBy } from "./row-selection.js";
import type { StagedFiles, StagedRows } from "./staged-files.js";
import { checkRowsMayChange, shapeOf } from "./table-state.js";
import { withTakenRows } from "./taken-rows.js";
import { planWrite, type WritePlan } from "./write-plan.js";
import { NOTHING_REPLACED, type Replacement, writeRows } from "./write-rows.js";

const CONSTRAINT_CHECK = "spark.databricks.delta.replaceWhere.constraintCheck.enabled";

/**
 * Replaces the rows for which the predicate is true by those of a query, each of which must make it true (NULL is a violation; a
 * predicate without columns is not enforced).
 *
 * Phases: transaction; plan; one COPY of the new rows, checked in the same pass; find the taken rows (files of a partition that the
 * predicate takes go unread; of mixed files rows are marked as gone, or those that stay are written again); audit; fsync; one commit.
 *
 * @throws DELTA_REPLACE_WHERE_MISMATCH and what {@link overwrite} throws; the table is unchanged then.
 * @example
 * await replaceWhere(context, target, rowsOfTheDay, "order_date = DATE '2024-01-15'", { byName: true });
 */
export async function replaceWhere(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  predicate: string,
  options: WriteOptions,
): Promise<CommandResult> {
  checkIdempotenceOptions(options);
  const transaction = await context.log(target.location).startTransaction();
  const snapshot = transaction.snapshot;
  if (await alreadyWritten(snapshot, options)) return { version: undefined, metrics: {} };
  checkRowsMayChange(target, snapshot);
  const plan = planWrite(shapeOf(target, snapshot), source, { ...options, overwriteSchema: false }, context);
  const scope = targetScope(target, plan.schema, undefined);
  const condition = compileCondition(context.compiler, predicate, scope, plan.partitionColumns, "replaceWhere");
  const checks = checksOf(context, target, plan, condition);
  const splits = options.hook?.verdict !== undefined;
  return writeRows(context, {
    target,
    transaction,
    source,
    plan,
    options,
    checks,
    // Rows that are held back are not checked, so that they may be of any partition.
    fixedPartition: checks.length > 0 && !splits ? pinnedPartition(condition, plan) : undefined,
    replace: (staged, rows) => replaceTaken(context, target, staged, rows, snapshot, plan.schema, condition),
    operation: "WRITE",
    operationParameters: { mode: "Overwrite", partitionBy: JSON.stringify(options.partitionBy ?? []), predicate },
    read: { predicates: readBy(condition), files: [] },
  });
}

/** The predicate as a check of each new row. */
function checksOf(
  context: CommandContext,
  target: TargetTable,
  plan: WritePlan,
  condition: RowCondition,
): readonly RowCheck[] {
  const enforced = context.configuration[CONSTRAINT_CHECK]?.toLowerCase() !== "false";
  if (!enforced || condition.compiled.references.length === 0) return [];
  const scope = { qualifier: qualifierOf(target, undefined), schema: plan.schema, engineAlias: "row" };
  const { sql } = context.compiler.compile(condition.text, [scope]);
  return [{ violation: `(${sql}) IS NOT TRUE`, raise: replaceWhereViolation(condition.text) }];
}

async function replaceTaken(
  context: CommandContext,
  target: TargetTable,
  staged: StagedFiles,
  rows: StagedRows,
  snapshot: Snapshot | undefined,
  schema: StructType,
  condition: RowCondition,
): Promise<Replacement> {
  if (snapshot === undefined) return NOTHING_REPLACED;
  const positions = marksRows(context, snapshot, "delete");
  return withTakenRows(context, snapshot, { condition, schema, positions }, async (found) => {
    const removal = { found, selection: takenBy(condition), marks: positions, schema };
    const changes = await removeRows(context, staged, snapshot, removal);
    return replacement({ context, target, staged, snapshot, schema }, changes, rows, {
      numDeletedRows: found.taken,
      numCopiedRows: positions ? 0n : found.left,
    });
  });
}

/** Types whose constants have the same text as the engine's values. */
const EXACT_TEXT: ReadonlySet<string> = new Set(["string", "date", "boolean", "byte", "short", "integer", "long"]);

/** The one partition that every row which fulfils the predicate is in, as the engine's texts, where the predicate says so. */
export function pinnedPartition(
  condition: RowCondition,
  { schema, partitionColumns }: Pick<WritePlan, "schema" | "partitionColumns">,
): Readonly<Record<string, string>> | undefined {
  if (partitionColumns.length === 0) return undefined;
  const pinned = new Map(pinnedValues(condition.mayTake));
  const values: Record<string, string> = {};
  for (const name of partitionColumns) {
    const type = findField(schema, name)?.dataType.kind ?? "";
    const value = pinned.get(name);
    if (value === undefined || !EXACT_TEXT.has(type)) return undefined;
    values[name] = value;
  }
  return values;
}

function pinnedValues(predicate: SkippingPredicate): readonly (readonly [string, string])[] {
  if (predicate.kind === "and") return predicate.operands.flatMap(pinnedValues);
  if (predicate.kind !== "compare" || (predicate.operator !== "=" && predicate.operator !== "<=>")) return [];
  const [column, ...nested] = predicate.column;
  return column === undefined || nested.length > 0 ? [] : [[column, String(predicate.value)]];
}
