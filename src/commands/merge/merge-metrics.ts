/** What a MERGE's commit tells: operation metrics and parameters by Delta's names. Pure. */
import type { WrittenFile } from "../../engine/engine.js";
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
  written: readonly WrittenFile[],
  times: MergeTimes,
): Readonly<Record<string, bigint>> {
  const rowsOf = (clauses: readonly CompiledClause[], action: CompiledAction): bigint =>
    clauses.filter((one) => one.action === action).reduce((sum, { code }) => sum + (rowsByClause.get(code) ?? 0n), 0n);
  const matchedUpdated = rowsOf(plan.matched, "update");
  const bySourceUpdated = rowsOf(plan.notMatchedBySource, "update");
  const matchedDeleted = rowsOf(plan.matched, "delete");
  const bySourceDeleted = rowsOf(plan.notMatchedBySource, "delete");
  const stayed = touched.reduce((sum, one) => sum + one.rows, 0n) - matchedDeleted - bySourceDeleted;
  const output = rowTotal(written);
  const removed = touched.map(({ file }) => file);
  return {
    numSourceRows: sourceRows,
    numTargetRowsInserted: output - stayed,
    numTargetRowsUpdated: matchedUpdated + bySourceUpdated,
    numTargetRowsMatchedUpdated: matchedUpdated,
    numTargetRowsNotMatchedBySourceUpdated: bySourceUpdated,
    numTargetRowsDeleted: matchedDeleted + bySourceDeleted,
    numTargetRowsMatchedDeleted: matchedDeleted,
    numTargetRowsNotMatchedBySourceDeleted: bySourceDeleted,
    numTargetRowsCopied: stayed - matchedUpdated - bySourceUpdated,
    numTargetFilesAdded: BigInt(written.length),
    numTargetFilesRemoved: BigInt(removed.length),
    numTargetBytesAdded: totalBytes(written),
    numTargetBytesRemoved: totalBytes(removed),
    numTargetChangeFilesAdded: 0n,
    numTargetDeletionVectorsAdded: 0n,
    numTargetDeletionVectorsRemoved: 0n,
    numTargetDeletionVectorsUpdated: 0n,
    numOutputRows: output,
    ...timings(times),
  };
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
