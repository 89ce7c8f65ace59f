/** What a MERGE's commit tells: operation metrics and parameters by Delta's names. Pure. */
import { deletionVectorCounts, type FileChanges } from "../file-changes.js";
import { totalBytes } from "../table-state.js";
import { rowTotal } from "../write-rows.js";
import type { TouchedFile } from "./find-touched-files.js";
import type { CompiledAction, CompiledClause } from "./merge-clauses.js";
import type { MergeClause, MergeIntoCommand, MergeWhen } from "./merge-command.js";
import type { MergePlan } from "./merge-plan.js";

/** Points in time (performance.now()) between the phases. */
export interface MergeTimes {
  readonly start: number;
  readonly sourceRead: number;
  readonly found: number;
  readonly written: number;
}

export function mergeMetrics(
  plan: MergePlan,
  sourceRows: bigint,
  touched: readonly TouchedFile[],
  rowsByClause: ReadonlyMap<number, bigint>,
  changes: FileChanges,
  times: MergeTimes,
): Readonly<Record<string, bigint>> {
  const rowsOf = (clauses: readonly CompiledClause[], action: CompiledAction): bigint =>
    clauses.filter((one) => one.action === action).reduce((sum, { code }) => sum + (rowsByClause.get(code) ?? 0n), 0n);
  const matchedUpdated = rowsOf(plan.matched, "update");
  const bySourceUpdated = rowsOf(plan.notMatchedBySource, "update");
  const matchedDeleted = rowsOf(plan.matched, "delete");
  const bySourceDeleted = rowsOf(plan.notMatchedBySource, "delete");
  const output = rowTotal(changes.written);
  const updated = matchedUpdated + bySourceUpdated;
  const copied = copiedRows(touched, changes);
  const vectors = deletionVectorCounts(changes);
  return {
    numSourceRows: sourceRows,
    numTargetRowsInserted: output - updated - copied,
    numTargetRowsUpdated: updated,
    numTargetRowsMatchedUpdated: matchedUpdated,
    numTargetRowsNotMatchedBySourceUpdated: bySourceUpdated,
    numTargetRowsDeleted: matchedDeleted + bySourceDeleted,
    numTargetRowsMatchedDeleted: matchedDeleted,
    numTargetRowsNotMatchedBySourceDeleted: bySourceDeleted,
    numTargetRowsCopied: copied,
    numTargetFilesAdded: BigInt(changes.written.length),
    numTargetFilesRemoved: BigInt(changes.removed.length),
    numTargetBytesAdded: totalBytes(changes.written),
    numTargetBytesRemoved: totalBytes(changes.removed),
    numTargetChangeFilesAdded: BigInt(changes.changes.length),
    numTargetDeletionVectorsAdded: vectors.added,
    numTargetDeletionVectorsRemoved: vectors.removed,
    numTargetDeletionVectorsUpdated: vectors.updated,
    numOutputRows: output,
    ...timings(times),
  };
}

/** Rows that were written again as they were: none where rows are marked instead. */
function copiedRows(touched: readonly TouchedFile[], { removed }: FileChanges): bigint {
  const rewritten = new Set(removed.map(({ path }) => path));
  return touched
    .filter(({ file }) => rewritten.has(file.path))
    .reduce((sum, { rows, taken }) => sum + rows - taken, 0n);
}

function timings({ start, sourceRead, found, written }: MergeTimes): Readonly<Record<string, bigint>> {
  const between = (from: number, to: number): bigint => BigInt(Math.max(0, Math.round(to - from)));
  return {
    executionTimeMs: between(start, written),
    materializeSourceTimeMs: between(start, sourceRead),
    scanTimeMs: between(sourceRead, found),
    rewriteTimeMs: between(found, written),
  };
}

export function mergeParameters({ condition, clauses }: MergeIntoCommand): Readonly<Record<string, string>> {
  const described = (when: MergeWhen): string =>
    JSON.stringify(clauses.filter((one) => one.when === when).map(describe));
  return {
    predicate: JSON.stringify([`(${condition})`]),
    matchedPredicates: described("matched"),
    notMatchedPredicates: described("not-matched"),
    notMatchedBySourcePredicates: described("not-matched-by-source"),
  };
}

function describe({ condition, action }: MergeClause): Readonly<Record<string, string>> {
  const actionType = action.kind.replace("-star", "");
  return condition === undefined ? { actionType } : { predicate: `(${condition})`, actionType };
}
