/** Performs a planned write of a query's rows: stages them, finds what they replace, and publishes both as one commit. */
import type { Action, AddFile } from "../delta/actions.js";
import type { OptimisticTransaction, ReadSet } from "../delta/contract.js";
import type { EngineQuery, WrittenFile } from "../engine/engine.js";
import type { CommandContext, CommandResult, TargetTable, WriteOptions } from "./contract.js";
import { changeActions, type FileChanges, NO_CHANGES } from "./file-changes.js";
import { audit, publish } from "./publish.js";
import { type RowCheck, rowQuerySql } from "./row-query.js";
import { withIdentitiesGiven } from "./rules/identity-columns.js";
import { type StagedFiles, type StagedRows, withStagedFiles } from "./staged-files.js";
import { changeMetadata, describeTable } from "./table-metadata.js";
import { totalBytes } from "./table-state.js";
import type { WritePlan } from "./write-plan.js";

/** What becomes of the files whose rows the new rows replace; `written` are rows of theirs that stay. */
export interface Replacement extends FileChanges {
  /** Operation metrics beside those of the output. */
  readonly metrics: Readonly<Record<string, bigint>>;
}

export const NOTHING_REPLACED: Replacement = { ...NO_CHANGES, metrics: {} };

export interface RowWrite {
  readonly target: TargetTable;
  readonly transaction: OptimisticTransaction;
  readonly source: EngineQuery;
  readonly plan: WritePlan;
  readonly options: WriteOptions;
  /** Conditions of the write itself, beside NOT NULL. */
  readonly checks?: readonly RowCheck[];
  readonly fixedPartition?: Readonly<Record<string, string | null>> | undefined;
  /** Called once the new rows are staged; may stage more. */
  readonly replace?: (staged: StagedFiles, rows: StagedRows) => Promise<Replacement>;
  /** In place of the metadata that the plan asks for. */
  readonly metadata?: readonly Action[];
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
  readonly read: ReadSet;
}

/** Rows that change nothing (none to add, none to remove, nothing else to commit) make no version. */
export async function writeRows(context: CommandContext, write: RowWrite): Promise<CommandResult> {
  const { target, plan, transaction, options } = write;
  const { properties } = plan;
  const layout = { schema: plan.schema, partitionColumns: plan.partitionColumns, properties };
  return withStagedFiles(context, target, transaction, async (staged) => {
    const rows = await staged.write(stageRequest(write, properties)).catch(async (error: unknown) => {
      throw (await options.hook?.explain?.(error)) ?? error;
    });
    const replaced = (await write.replace?.(staged, rows)) ?? NOTHING_REPLACED;
    const copied = [...replaced.written, ...replaced.changes];
    const written = [...rows.files, ...replaced.written];
    const actions = [
      ...(write.metadata ??
        metadataActions(context, write, rowTotal([...rows.files, ...rows.heldBack.map(({ file }) => file)]))),
      ...changeActions(context, target, layout, { ...replaced, written }),
    ];
    const allMetrics = { ...outputMetrics(written), ...removalMetrics(replaced.removed), ...replaced.metrics };
    if (actions.length === 0 && !hasTransactions(options)) {
      await audit({ ...write, ...layout, staged, rows }, crypto.randomUUID());
      return { version: undefined, metrics: allMetrics };
    }
    const version = await publish(context, { ...write, ...layout, staged, rows, copied, actions, metrics: allMetrics });
    return { version, metrics: allMetrics };
  });
}

function stageRequest(
  write: RowWrite,
  properties: Readonly<Record<string, string>>,
): Parameters<StagedFiles["write"]>[0] {
  const { plan, source, fixedPartition } = write;
  const verdict = write.options.hook?.verdict;
  const checks = [...plan.checks, ...(write.checks ?? [])];
  const omit = new Set(Object.keys(fixedPartition ?? {}));
  return {
    sql: rowQuerySql({ source, columns: plan.columns, checks, verdict, omit }),
    schema: plan.schema,
    partitionColumns: plan.partitionColumns,
    fixedPartition,
    splitByVerdict: verdict !== undefined,
    properties,
  };
}

/** `rows`: those staged, each of which took one value of every identity column. */
function metadataActions(
  context: CommandContext,
  { target, transaction, plan, options: { setProperties } }: RowWrite,
  rows: bigint,
): readonly Action[] {
  const { snapshot } = transaction;
  if (snapshot !== undefined) {
    const schema = withIdentitiesGiven(plan.schema, plan.identities, rows);
    const { partitionColumns } = plan;
    const change = { schema, partitionColumns };
    if (setProperties !== undefined) {
      const properties = { ...snapshot.metadata.configuration, ...setProperties };
      return changeMetadata(snapshot, { ...change, properties });
    }
    return plan.changesMetadata || schema !== plan.schema ? changeMetadata(snapshot, change) : [];
  }
  if (plan.description === undefined) throw new TypeError("a write that creates a table has its description");
  return describeTable(target.location, undefined, plan.description, context.now());
}

function hasTransactions(options: WriteOptions): boolean {
  return options.txnAppId !== undefined || (options.hook?.transactions?.length ?? 0) > 0;
}

function outputMetrics(files: readonly WrittenFile[]): Readonly<Record<string, bigint>> {
  return {
    numFiles: BigInt(files.length),
    numOutputRows: rowTotal(files),
    numOutputBytes: totalBytes(files),
  };
}

function removalMetrics(files: readonly AddFile[]): Readonly<Record<string, bigint>> {
  return files.length === 0 ? {} : { numRemovedFiles: BigInt(files.length), numRemovedBytes: totalBytes(files) };
}

export function rowTotal(files: readonly WrittenFile[]): bigint {
  return files.reduce((sum, file) => sum + BigInt(file.rowCount), 0n);
}
