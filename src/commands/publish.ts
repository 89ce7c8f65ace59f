/** The end of every command that writes: audit, make durable, commit, and settle what the commit's outcome means for the files. */
import type { Action } from "../delta/actions.js";
import type { OptimisticTransaction, ReadSet } from "../delta/contract.js";
import type { WrittenFile } from "../engine/engine.js";
import type { StructType } from "../schema/data-type.js";
import type { CommandContext, TargetTable, WriteOptions } from "./contract.js";
import type { StagedFiles, StagedRows } from "./staged-files.js";

/** Rows staged for a table, before anything is committed. */
export interface AuditedWrite {
  readonly target: TargetTable;
  readonly transaction: OptimisticTransaction;
  readonly staged: StagedFiles;
  /** Rows that the hook audits: those that the user writes, not those that a rewrite copies. */
  readonly rows: StagedRows;
  readonly schema: StructType;
  readonly options: Pick<WriteOptions, "hook" | "userMetadata" | "txnAppId" | "txnVersion">;
}

export interface Publication extends AuditedWrite {
  /** Files beside those of `rows` that the commit adds. */
  readonly copied?: readonly WrittenFile[];
  readonly actions: readonly Action[];
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, bigint>>;
  readonly read: ReadSet;
  /** Of the commit's tags; one is made where absent. */
  readonly writeId?: string;
}

/** Gives the committed version. Throws the named conflict, or the error of an outcome that stays unknown. */
export async function publish(context: CommandContext, publication: Publication): Promise<number> {
  const writeId = publication.writeId ?? crypto.randomUUID();
  await audit(publication, writeId);
  await publication.staged.sync([...publication.rows.files, ...(publication.copied ?? [])]);
  return commit(context, publication, writeId);
}

/** Shows the staged files to the hook; rows held back are its business, and their files go afterwards. */
export async function audit(write: AuditedWrite, writeId: string): Promise<void> {
  const { target, transaction, staged, rows, schema, options } = write;
  const { snapshot } = transaction;
  await options.hook?.beforeCommit?.({ target, snapshot, schema, ...rows, writeId });
  await staged.delete(rows.heldBack.map(({ file }) => file));
}

async function commit(context: CommandContext, publication: Publication, writeId: string): Promise<number> {
  const { transaction, staged, options, metrics } = publication;
  const result = await transaction.commit({
    actions: [...publication.actions, ...setTransactions(context, options)],
    operation: publication.operation,
    operationParameters: publication.operationParameters,
    operationMetrics: metrics,
    read: publication.read,
    ...(options.userMetadata === undefined ? {} : { userMetadata: options.userMetadata }),
    ...(context.job === undefined ? {} : { job: context.job }),
    tags: { "lakelet.writeId": writeId },
  });
  // The log names the files, or may name them. A conflict, and an error thrown out of commit(), mean that it does not.
  if (result.status !== "conflicted") staged.keep();
  if (result.status === "committed") return result.version;
  throw result.error;
}

function setTransactions(context: CommandContext, options: Publication["options"]): readonly Action[] {
  const own = options.txnAppId === undefined ? [] : [{ appId: options.txnAppId, version: options.txnVersion ?? 0 }];
  return [...own, ...(options.hook?.transactions ?? [])].map(({ appId, version }) => ({
    txn: { appId, version, lastUpdated: context.now() },
  }));
}
