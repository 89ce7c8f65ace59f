/** What a command makes of a table's files: removed, marked, written, and told to the change data feed; as actions and as metrics. */
import type { Action, AddFile } from "../delta/actions.js";
import type { WrittenFile } from "../engine/engine.js";
import { changeDataActions, changeSchema } from "./change-data.js";
import type { CommandContext, TargetTable } from "./contract.js";
import { addActions, type FileLayout } from "./data-file.js";
import type { MarkedFile } from "./deletion-vectors.js";
import { removeActions, totalBytes } from "./table-state.js";

export interface FileChanges {
  /** Files that go. */
  readonly removed: readonly AddFile[];
  /** Files that stay, with more of their rows marked as gone. */
  readonly marked: readonly MarkedFile[];
  readonly written: readonly WrittenFile[];
  /** Files of the change data feed; where there are some they tell all of the commit's changes. */
  readonly changes: readonly WrittenFile[];
}

export const NO_CHANGES: FileChanges = { removed: [], marked: [], written: [], changes: [] };

export function changeActions(
  context: CommandContext,
  target: TargetTable,
  layout: FileLayout,
  { removed, marked, written, changes }: FileChanges,
): readonly Action[] {
  // A snapshot's parts are getters, which a spread would lose.
  const { schema, partitionColumns, properties } = layout;
  const gone = [...removed, ...marked.map(({ before }) => before)];
  return [
    ...removeActions(gone, context.now()),
    ...marked.map(({ after }) => ({ add: after })),
    ...addActions(context, target, layout, written),
    ...changeDataActions(context, target, { schema: changeSchema(schema), partitionColumns, properties }, changes),
  ];
}

/** Paths of the files whose rows the command has read to change them. */
export function changedPaths({ removed, marked }: FileChanges): readonly string[] {
  return [...removed, ...marked.map(({ before }) => before)].map(({ path }) => path);
}

export interface DeletionVectorCounts {
  readonly added: bigint;
  readonly removed: bigint;
  readonly updated: bigint;
}

/** As Delta counts: a vector that takes the place of another one is added, removed and updated. */
export function deletionVectorCounts({ removed, marked }: FileChanges): DeletionVectorCounts {
  const updated = marked.filter(({ before }) => before.deletionVector !== undefined).length;
  const gone = removed.filter(({ deletionVector }) => deletionVector !== undefined).length;
  return { added: BigInt(marked.length), removed: BigInt(updated + gone), updated: BigInt(updated) };
}

/** Metrics that UPDATE and DELETE have in common; times in milliseconds. */
export function changeMetrics(changes: FileChanges, start: number, scanTime: number): Readonly<Record<string, bigint>> {
  const executionTime = Math.round(performance.now() - start);
  const vectors = deletionVectorCounts(changes);
  return {
    numRemovedFiles: BigInt(changes.removed.length),
    numRemovedBytes: totalBytes(changes.removed),
    numAddedFiles: BigInt(changes.written.length),
    numAddedBytes: totalBytes(changes.written),
    numAddedChangeFiles: BigInt(changes.changes.length),
    numDeletionVectorsAdded: vectors.added,
    numDeletionVectorsRemoved: vectors.removed,
    numDeletionVectorsUpdated: vectors.updated,
    executionTimeMs: BigInt(executionTime),
    scanTimeMs: BigInt(scanTime),
    rewriteTimeMs: BigInt(Math.max(0, executionTime - scanTime)),
  };
}
