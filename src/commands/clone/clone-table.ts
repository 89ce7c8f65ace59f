/** CLONE: a table with the rows of another one at some version, by naming its files (shallow) or with copies of them (deep). */
import type { Action, AddFile } from "../../delta/actions.js";
import type { OptimisticTransaction, Snapshot } from "../../delta/contract.js";
import { fileKey } from "../../delta/file-path.js";
import { field, LONG, type StructType, struct } from "../../schema/data-type.js";
import { locationNotEmpty, tableAlreadyExists, tableNotFound } from "../command-errors.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { CreateMode } from "../create-table.js";
import { type MaintenanceResult, maintenanceResult, type TableVersion } from "../maintenance-result.js";
import { commitStaged } from "../staged-commit.js";
import { type StagedFiles, withStagedFiles } from "../staged-files.js";
import { checkRowsMayChange, liveFiles, removeActions, totalBytes, WHOLE_TABLE } from "../table-state.js";
import { cloneOntoItself } from "./clone-errors.js";
import { type ClonedFiles, copiedFiles, sharedFiles } from "./cloned-files.js";
import { clonedDomains, clonedMetadata } from "./cloned-metadata.js";

export interface CloneOptions {
  readonly kind: "shallow" | "deep";
  readonly mode: CreateMode;
  /** Undefined: the newest version of the source. */
  readonly at?: TableVersion | undefined;
  /** TBLPROPERTIES: they win over the source's. */
  readonly properties?: Readonly<Record<string, string>>;
  /** True for a table with a LOCATION of its own. */
  readonly external: boolean;
}

const CLONE_SCHEMA: StructType = struct(
  [
    "source_table_size",
    "source_num_of_files",
    "num_removed_files",
    "num_copied_files",
    "removed_files_size",
    "copied_files_size",
  ].map((name) => field(name, LONG)),
);

/**
 * Makes the target a table with the source's rows, schema, properties and features at a version, with a history of its own. A shallow clone
 * names the source's files, which VACUUM of the source may delete one day; a deep one has copies, and repeated with OR REPLACE it copies what
 * is new only. Either way what is later done to the clone leaves the source as it is.
 *
 * @returns One row: source_table_size, source_num_of_files, num_removed_files, num_copied_files, removed_files_size, copied_files_size.
 * No row where IF NOT EXISTS found the table.
 * @throws DELTA_TABLE_NOT_FOUND, DELTA_TABLE_ALREADY_EXISTS, DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION, DELTA_VERSION_NOT_FOUND,
 * DELTA_UNSUPPORTED_CLONE_REPLACE_SAME_TABLE, DELTA_FILE_NOT_FOUND_DETAILED, a named conflict.
 * @example await cloneTable(context, target, source, { kind: "shallow", mode: "create", external: false })
 */
export async function cloneTable(
  context: CommandContext,
  target: TargetTable,
  source: TargetTable,
  options: CloneOptions,
): Promise<MaintenanceResult> {
  if (target.location === source.location) throw cloneOntoItself(target.name);
  const snapshot = await sourceSnapshot(context, source, options.at);
  const transaction = await context.log(target.location).startTransaction();
  const existing = transaction.snapshot;
  if (existing !== undefined && options.mode === "create") throw tableAlreadyExists(target.name);
  if (existing !== undefined && options.mode === "create-if-not-exists") {
    return maintenanceResult({ version: undefined, metrics: {} }, CLONE_SCHEMA, []);
  }
  if (existing === undefined) await checkMayCreate(context, target, options);
  const metadata = clonedMetadata(context, target, snapshot, existing, options.properties ?? {});
  return withStagedFiles(context, target, transaction, async (staged) => {
    const files = await liveFiles(snapshot);
    const before = existing === undefined ? [] : await liveFiles(existing);
    const cloned =
      options.kind === "shallow"
        ? sharedFiles(snapshot, files)
        : await copiedFiles(context, source, snapshot, files, { location: target.location, files: before, staged });
    const replaced = difference(before, cloned.files);
    if (existing !== undefined && replaced.removed.length > 0) checkRowsMayChange(target, existing);
    const actions = [
      ...metadata,
      ...(await clonedDomains(snapshot, existing)),
      ...replaced.added.map((add) => ({ add })),
      ...removeActions(replaced.removed, context.now()),
    ];
    if (cloned.copied.length > 0) await context.storage.sync(cloned.copied, target.location);
    const clone = { kind: options.kind, target, source, snapshot, transaction, staged, actions };
    return publishClone(context, clone, metricsOf(files, replaced.removed, cloned));
  });
}

interface Clone {
  readonly kind: CloneOptions["kind"];
  readonly target: TargetTable;
  readonly source: TargetTable;
  readonly snapshot: Snapshot;
  readonly transaction: OptimisticTransaction;
  readonly staged: StagedFiles;
  readonly actions: readonly Action[];
}

async function publishClone(
  context: CommandContext,
  { kind, target, source, snapshot, transaction, staged, actions }: Clone,
  metrics: Readonly<Record<string, bigint>>,
): Promise<MaintenanceResult> {
  const publication = {
    target,
    transaction,
    staged,
    rows: { files: [], heldBack: [] },
    schema: snapshot.schema,
    actions,
    operation: "CLONE",
    operationParameters: {
      source: source.name,
      sourceVersion: `${snapshot.version}`,
      isShallow: `${kind === "shallow"}`,
    },
    metrics,
    read: { predicates: [WHOLE_TABLE], files: [] },
    options: {},
  };
  const version = await commitStaged(context, publication, crypto.randomUUID());
  return maintenanceResult({ version, metrics }, CLONE_SCHEMA, [Object.values(metrics)]);
}

function metricsOf(
  source: readonly AddFile[],
  removed: readonly AddFile[],
  { copiedFiles: copies, copiedBytes }: ClonedFiles,
): Readonly<Record<string, bigint>> {
  return {
    sourceTableSize: totalBytes(source),
    sourceNumOfFiles: BigInt(source.length),
    numRemovedFiles: BigInt(removed.length),
    numCopiedFiles: BigInt(copies),
    removedFilesSize: totalBytes(removed),
    copiedFilesSize: BigInt(copiedBytes),
  };
}

async function sourceSnapshot(
  context: CommandContext,
  source: TargetTable,
  at: TableVersion | undefined,
): Promise<Snapshot> {
  const log = context.log(source.location);
  if (!(await log.exists())) throw tableNotFound(source.name);
  if (at === undefined) return log.snapshot();
  return log.snapshot("version" in at ? at.version : await log.versionAt(at.timestamp));
}

async function checkMayCreate(
  { storage }: CommandContext,
  target: TargetTable,
  { mode, external }: CloneOptions,
): Promise<void> {
  if (mode === "replace") throw tableNotFound(target.name);
  if (external && (await storage.entries(target.location)).length > 0) {
    throw locationNotEmpty(target.name, target.location);
  }
}

function difference(
  before: readonly AddFile[],
  after: readonly AddFile[],
): { readonly added: readonly AddFile[]; readonly removed: readonly AddFile[] } {
  const [had, has] = [new Set(before.map(fileKey)), new Set(after.map(fileKey))];
  return {
    added: after.filter((file) => !had.has(fileKey(file))),
    removed: before.filter((file) => !has.has(fileKey(file))),
  };
}
