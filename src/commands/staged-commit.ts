/** A commit with staged files: what its outcome means for them is settled here. */
import type { Action } from "../delta/actions.js";
import type { OptimisticTransaction, ReadSet } from "../delta/contract.js";
import { PRESERVED_TAG } from "../delta/row-tracking.js";
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
  /** Of the table as the commit leaves it; those of the transaction's snapshot where absent. */
  readonly properties?: Readonly<Record<string, string>>;
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
  /** All rows that were written again have kept the ids that row tracking gave them. */
  readonly keepsRowIds?: boolean;
  /** Of the commit's tags; one is made where absent. */
  readonly writeId?: string;
}

/** Spark's configuration of what the commits of a session bear where a write says nothing of its own. */
const USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata";

/** Makes the files durable and commits. Throws the named conflict, or the error of an outcome that stays unknown. */
export async function commitStaged(
  context: CommandContext,
  publication: Publication,
  writeId: string,
): Promise<number> {
  await publication.staged.sync([...publication.rows.files, ...(publication.copied ?? [])]);
  const { transaction, staged, options, metrics } = publication;
  const userMetadata = options.userMetadata ?? context.configuration[USER_METADATA];
  const result = await transaction.commit({
    actions: [...publication.actions, ...setTransactions(context, options)],
    operation: publication.operation,
    operationParameters: publication.operationParameters,
    operationMetrics: metrics,
    read: publication.read,
    ...(userMetadata === undefined ? {} : { userMetadata }),
    ...(context.job === undefined ? {} : { job: context.job }),
    tags: { "lakelet.writeId": writeId, ...(publication.keepsRowIds ? { [PRESERVED_TAG]: "true" } : {}) },
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
