/** MERGE INTO: rows of a source update, delete and insert rows of a table in one commit. */
import type { EngineQuery } from "../../engine/engine.js";
import type { SkippingPredicate } from "../../expression/skipping-predicate.js";
import type { CommandContext, CommandResult, TargetTable } from "../contract.js";
import { scanFiles } from "../data-file.js";
import { marksRows } from "../deletion-vectors.js";
import { namingOverflow } from "../expression-errors.js";
import { changeActions, changedPaths, type FileChanges, NO_CHANGES } from "../file-changes.js";
import { publish } from "../publish.js";
import { withIdentitiesGiven } from "../rules/identity-columns.js";
import { type StagedFiles, withStagedFiles } from "../staged-files.js";
import { changeMetadata } from "../table-metadata.js";
import { checkRowsMayChange, liveFiles, type OpenTable, openTable } from "../table-state.js";
import { type TouchedFiles, withTouchedFiles } from "./find-touched-files.js";
import { type SourceKeys, sourceKeys } from "./key-ranges.js";
import type { MergeIntoCommand } from "./merge-command.js";
import { type MergeTimes, mergeMetrics, mergeParameters } from "./merge-metrics.js";
import { isInsertOnly, type MergePlan, planMerge } from "./merge-plan.js";
import { type MergeSource, withMergeSource } from "./merge-source.js";
import { areWithin, newKeys } from "./new-keys.js";
import { allInsertedSql, insertOnlySql } from "./write-all-changes.js";
import { stage, writeMerge } from "./write-merge.js";

/**
 * Merges a source into a table.
 *
 * Phases: transaction; plan (clauses, schema evolution); read the source once; find the matching rows and so the touched files (reading
 * the condition's columns only); one COPY of all that touched files keep, changed or not, and of the inserted rows (or of new rows only,
 * and deletion vectors for the others); with a change data feed, before it a COPY of the changes; fsync; commit. A merge that only inserts needs no touched files,
 * and where the source's keys are new to the table, its rows are inserted as they are read. Nothing changed: no version.
 *
 * @throws DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE where two source rows match one target row (but for a single
 * unconditional matched DELETE, and merges that only insert), what {@link planMerge} throws, DELTA_NOT_NULL_CONSTRAINT_VIOLATED,
 * DELTA_CAST_OVERFLOW_IN_TABLE_WRITE, a named conflict; the table is unchanged then.
 * @example
 * await mergeInto(context, orders, updates, {
 *   condition: "t.id = s.id",
 *   targetAlias: "t",
 *   sourceQualifier: ["s"],
 *   clauses: [
 *     { when: "matched", action: { kind: "update-star" } },
 *     { when: "not-matched", action: { kind: "insert-star" } },
 *   ],
 *   withSchemaEvolution: false,
 * });
 */
export async function mergeInto(
  context: CommandContext,
  target: TargetTable,
  source: EngineQuery,
  command: MergeIntoCommand,
): Promise<CommandResult> {
  const start = performance.now();
  const table = await openTable(context, target);
  const plan = planMerge(context.compiler, target, table.snapshot, source.schema, command);
  if (!isInsertOnly(plan)) checkRowsMayChange(target, table.snapshot);
  const merge = { context, target, table, plan, command, start };
  return namingOverflow(insertUnkept(merge, source).then((result) => result ?? mergeKept(merge, source)));
}

function mergeKept(started: StartedMerge, source: EngineQuery): Promise<CommandResult> {
  const { context, target, table, plan, command } = started;
  return withMergeSource(context, source, async (rows) => {
    await command.beforeCommit?.();
    const sourceRead = performance.now();
    const { mayTouch, rowCount } = await keysOf(context, plan, rows, table);
    const merge: Merge = { ...started, source: rows, sourceRows: rowCount, mayTouch, sourceRead };
    if (isInsertOnly(plan)) return insertOnly(merge);
    const { snapshot } = table;
    const marks = marksRows(context, snapshot, "merge");
    const request = { context, target, snapshot, plan, source: rows, mayTouch, keepsUnmatched: marks };
    return withTouchedFiles(request, (touched) => writeChanges(merge, touched, marks));
  });
}

async function keysOf(
  context: CommandContext,
  plan: MergePlan,
  { relation }: MergeSource,
  { snapshot }: OpenTable,
): Promise<SourceKeys> {
  const { schema, partitionColumns } = snapshot;
  const { files } = await snapshot.size();
  return sourceKeys(context, plan.mayTouch, plan.keys, relation, { schema, partitionColumns, files });
}

interface StartedMerge {
  readonly context: CommandContext;
  readonly target: TargetTable;
  readonly table: OpenTable;
  readonly plan: MergePlan;
  readonly command: MergeIntoCommand;
  /** performance.now() at the beginning. */
  readonly start: number;
}

/** A merge under way. */
interface Merge extends StartedMerge {
  readonly source: MergeSource;
  readonly sourceRows: bigint;
  /** Files for which it is not true hold no row that the merge has to look at. */
  readonly mayTouch: SkippingPredicate;
  /** performance.now() when the source had been read. */
  readonly sourceRead: number;
}

const NOTHING_TOUCHED: TouchedFiles = { matches: "", unmatched: undefined, touched: [], rowsByClause: new Map() };

/** Inserts all rows of a source whose keys are new; undefined where they may not be. Nothing is left of what was written in vain. */
async function insertUnkept(started: StartedMerge, source: EngineQuery): Promise<CommandResult | undefined> {
  const { context, target, table, plan, command } = started;
  const keys = await newKeys(context, plan, source, table);
  if (keys === undefined) return undefined;
  const { relation, mayTouch, rowCount } = keys;
  const merge: Merge = {
    ...started,
    source: { relation },
    sourceRows: rowCount,
    mayTouch,
    sourceRead: performance.now(),
  };
  return withStagedFiles(context, target, table.transaction, async (staged) => {
    const written = await stage({ staged, table, plan }, allInsertedSql(plan, merge.source));
    if (!areWithin(written, keys)) {
      await staged.delete(written);
      return undefined;
    }
    await command.beforeCommit?.();
    return finish(merge, staged, NOTHING_TOUCHED, { ...NO_CHANGES, written }, merge.sourceRead);
  });
}

function insertOnly(merge: Merge): Promise<CommandResult> {
  const { context, target, table, plan, source } = merge;
  return withStagedFiles(context, target, table.transaction, async (staged) => {
    const files = await liveFiles(table.snapshot, merge.mayTouch);
    const scan = await scanFiles(context, table.snapshot, files);
    const written = await stage({ staged, table, plan }, insertOnlySql(plan, source, scan));
    return finish(merge, staged, NOTHING_TOUCHED, { ...NO_CHANGES, written }, merge.sourceRead);
  });
}

function writeChanges(merge: Merge, touched: TouchedFiles, marks: boolean): Promise<CommandResult> {
  const { context, target, table, plan, source } = merge;
  const found = performance.now();
  return withStagedFiles(context, target, table.transaction, async (staged) => {
    const changes = await writeMerge({ context, target, table, staged, plan, source, touched, marks });
    return finish(merge, staged, touched, changes, found);
  });
}

async function finish(
  merge: Merge,
  staged: StagedFiles,
  { touched, rowsByClause }: TouchedFiles,
  changes: FileChanges,
  found: number,
): Promise<CommandResult> {
  const { context, target, table, plan, command } = merge;
  const { transaction, snapshot } = table;
  const { partitionColumns, properties } = snapshot;
  const times: MergeTimes = { start: merge.start, sourceRead: merge.sourceRead, found, written: performance.now() };
  const metrics = mergeMetrics(plan, merge.sourceRows, touched, rowsByClause, changes, times);
  const schema = withIdentitiesGiven(plan.schema, plan.identities, metrics.numTargetRowsInserted ?? 0n);
  const actions = [
    ...(plan.evolves || schema !== plan.schema ? changeMetadata(snapshot, { schema }) : []),
    ...changeActions(context, target, { schema: plan.schema, partitionColumns, properties }, changes),
  ];
  if (actions.length === 0 && command.transactions === undefined) return { version: undefined, metrics };
  const version = await publish(context, {
    target,
    transaction,
    staged,
    rows: { files: changes.written, heldBack: [] },
    copied: changes.changes,
    schema: plan.schema,
    actions,
    operation: "MERGE",
    operationParameters: mergeParameters(command),
    metrics,
    read: { predicates: [merge.mayTouch], files: changedPaths(changes) },
    options: {
      ...(command.userMetadata === undefined ? {} : { userMetadata: command.userMetadata }),
      ...(command.transactions === undefined ? {} : { hook: { transactions: command.transactions } }),
    },
    ...(command.writeId === undefined ? {} : { writeId: command.writeId }),
  });
  return { version, metrics };
}
