/** What a command finds: the transaction on the table, its shape, and its live files. */
import type { Action, AddFile } from "../delta/actions.js";
import type { OptimisticTransaction, Snapshot } from "../delta/contract.js";
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import { appendOnly, tableNotFound } from "./command-errors.js";
import type { CommandContext, TargetTable } from "./contract.js";
import type { TableShape } from "./write-plan.js";

export interface OpenTable {
  readonly transaction: OptimisticTransaction;
  readonly snapshot: Snapshot;
}

/** A transaction on an existing table. Throws DELTA_TABLE_NOT_FOUND, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE. */
export async function openTable(context: CommandContext, target: TargetTable): Promise<OpenTable> {
  const transaction = await context.log(target.location).startTransaction();
  if (transaction.snapshot === undefined) throw tableNotFound(target.name);
  return { transaction, snapshot: transaction.snapshot };
}

export function shapeOf(target: TargetTable, snapshot: Snapshot): TableShape;
export function shapeOf(target: TargetTable, snapshot: Snapshot | undefined): TableShape | undefined;
export function shapeOf(target: TargetTable, snapshot: Snapshot | undefined): TableShape | undefined {
  if (snapshot === undefined) return undefined;
  const { schema, partitionColumns, properties } = snapshot;
  return { name: target.name, schema, partitionColumns, properties };
}

/** Throws DELTA_CANNOT_MODIFY_APPEND_ONLY where the table's property forbids that rows change or go. */
export function checkRowsMayChange(target: TargetTable, snapshot: Snapshot | undefined): void {
  if (snapshot?.properties["delta.appendOnly"]?.toLowerCase() === "true") throw appendOnly(target.name);
}

/** The live files that may hold a row for which the predicate is true. */
export async function liveFiles(snapshot: Snapshot, predicate?: SkippingPredicate): Promise<readonly AddFile[]> {
  const files: AddFile[] = [];
  for await (const batch of snapshot.files(predicate)) files.push(...batch);
  return files;
}

export function removeActions(files: readonly AddFile[], now: number): readonly Action[] {
  return files.map((file) => ({
    remove: {
      path: file.path,
      deletionTimestamp: now,
      dataChange: true,
      extendedFileMetadata: true,
      partitionValues: file.partitionValues,
      size: file.size,
      ...(file.stats === undefined ? {} : { stats: file.stats }),
      ...(file.tags === undefined ? {} : { tags: file.tags }),
      ...(file.deletionVector === undefined ? {} : { deletionVector: file.deletionVector }),
      ...(file.baseRowId === undefined ? {} : { baseRowId: file.baseRowId }),
      ...(file.defaultRowCommitVersion === undefined ? {} : { defaultRowCommitVersion: file.defaultRowCommitVersion }),
    },
  }));
}

export function totalBytes(files: readonly { readonly size: number }[]): bigint {
  return files.reduce((sum, file) => sum + BigInt(file.size), 0n);
}

export const WHOLE_TABLE: SkippingPredicate = { kind: "constant", value: true };
