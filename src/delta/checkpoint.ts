/** Writes checkpoints, so that a reader need not replay the log from its beginning (Delta protocol, "Checkpoints"). */
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Action, RemoveFile, SetTransaction } from "./actions.js";
import type { LogSource } from "./checkpoint-reader.js";
import { CLASSIC_KINDS, FILE_KINDS, type Kind } from "./checkpoint-shape.js";
import { fileLayout } from "./checkpoint-statistics.js";
import {
  type CheckpointBase,
  type CheckpointContent,
  type WrittenCheckpoint,
  writeCheckpointFile,
} from "./checkpoint-writer.js";
import type { CheckpointAction } from "./commit-file.js";
import { canonicalPathsOf, keyOfId } from "./file-path.js";
import { writeLastCheckpoint } from "./last-checkpoint.js";
import { checkpointFilePath, logFolderOf, sidecarFolderOf, versionPrefix } from "./log-file-name.js";
import type { FileState } from "./log-replay.js";
import type { DeltaSnapshot } from "./snapshot.js";
import { integerProperty, intervalProperty } from "./table-properties.js";

/** Whether the table's property `delta.checkpointInterval` asks for a checkpoint of this version. */
export function isCheckpointDue({ version, properties }: DeltaSnapshot): boolean {
  return version > 0 && version % integerProperty(properties, "delta.checkpointInterval", 1) === 0;
}

/**
 * Writes the checkpoint of a state: of the v2 specification, with a sidecar, where `delta.checkpointPolicy` asks for it, else a classic one.
 * Each file is written under a temporary name, made durable and given its name; `_last_checkpoint` points at it in the end.
 * @param now Milliseconds since the epoch; removed files older than `delta.deletedFileRetentionDuration` and transactions older than
 * `delta.setTransactionRetentionDuration` are left out.
 */
export async function checkpointSnapshot(source: LogSource, snapshot: DeltaSnapshot, now: number): Promise<void> {
  const removedAfter = now - intervalProperty(snapshot.properties, "delta.deletedFileRetentionDuration");
  const small = await smallActionsOf(snapshot, now);
  const files = [...snapshot.tail.values()].flatMap((state) => fileAction(state, removedAfter));
  const base = await baseOf(snapshot, removedAfter);
  const layout = fileLayout(snapshot.schema, snapshot.partitionColumns, snapshot.properties);
  const isV2 = snapshot.properties["delta.checkpointPolicy"] === "v2";
  if (isV2) await writeV2(source, snapshot.version, small, { kinds: FILE_KINDS, actions: files, base, layout });
  else
    await writeClassic(source, snapshot.version, { kinds: CLASSIC_KINDS, actions: [...small, ...files], base, layout });
}

async function writeClassic(source: LogSource, version: number, content: CheckpointContent): Promise<void> {
  const { storage, location } = source;
  const written = await writeFile(source, checkpointFilePath(location, version), content);
  await writeLastCheckpoint(storage, location, { version, ...written });
}

const V2_TOP_KINDS: readonly Kind[] = [
  "txn",
  "metaData",
  "protocol",
  "domainMetadata",
  "checkpointMetadata",
  "sidecar",
];

async function writeV2(
  source: LogSource,
  version: number,
  small: readonly Action[],
  files: CheckpointContent,
): Promise<void> {
  const { storage, location } = source;
  await storage.createFolder(sidecarFolderOf(location));
  const sidecarName = `${versionPrefix(version)}.checkpoint.0000000001.0000000001.${randomUUID()}.parquet`;
  const sidecarPath = path.join(sidecarFolderOf(location), sidecarName);
  const written = await writeFile(source, sidecarPath, files);
  const sidecar = { path: sidecarName, ...(await sizeAndTime(source, sidecarPath)) };
  const actions: readonly CheckpointAction[] = [{ checkpointMetadata: { version } }, { sidecar }, ...small];
  const topPath = checkpointFilePath(location, version, randomUUID());
  const top = await writeFile(source, topPath, { kinds: V2_TOP_KINDS, actions, base: undefined, layout: files.layout });
  await writeLastCheckpoint(storage, location, {
    version,
    size: top.size + written.size,
    sizeInBytes: top.sizeInBytes + written.sizeInBytes,
    numOfAddFiles: written.numOfAddFiles,
    v2Checkpoint: {
      path: path.basename(topPath),
      ...(await sizeAndTime(source, topPath)),
      nonFileActions: actions.filter((action) => !("sidecar" in action)),
      sidecarFiles: [sidecar],
    },
  });
}

async function sizeAndTime(
  { storage }: LogSource,
  file: string,
): Promise<{ readonly sizeInBytes: number; readonly modificationTime: number }> {
  const entry = await storage.stat(file);
  return { sizeInBytes: entry?.size ?? 0, modificationTime: entry?.modifiedAt ?? 0 };
}

/** A file gets its name when all of it is on disk. */
async function writeFile(
  { storage, engine, location }: LogSource,
  file: string,
  content: CheckpointContent,
): Promise<WrittenCheckpoint> {
  const temporary = path.join(path.dirname(file), `.${randomUUID()}.checkpoint.tmp`);
  try {
    const written = await writeCheckpointFile(engine, temporary, content);
    await storage.sync([temporary], logFolderOf(location));
    await storage.rename(temporary, file);
    return written;
  } catch (error) {
    // A temporary file that stays harms nobody: the error that led here is the one to tell.
    await storage.delete(temporary).catch(() => undefined);
    throw error;
  }
}

async function smallActionsOf(snapshot: DeltaSnapshot, now: number): Promise<Action[]> {
  const retention = snapshot.properties["delta.setTransactionRetentionDuration"];
  const keptAfter =
    retention === undefined
      ? Number.NEGATIVE_INFINITY
      : now - intervalProperty(snapshot.properties, "delta.setTransactionRetentionDuration");
  const isKept = ({ lastUpdated }: SetTransaction): boolean => lastUpdated === undefined || lastUpdated > keptAfter;
  const transactions = [...(await snapshot.transactions()).values()].filter(isKept);
  const domains = [...(await snapshot.domains()).values()];
  return [
    { protocol: snapshot.protocol },
    { metaData: snapshot.metadata },
    ...transactions.map((txn): Action => ({ txn })),
    ...domains.map((domainMetadata): Action => ({ domainMetadata })),
  ];
}

function fileAction({ add, remove }: FileState, removedAfter: number): readonly Action[] {
  if (add !== undefined) return [{ add: { ...add, dataChange: false } }];
  if (remove === undefined || (remove.deletionTimestamp ?? 0) <= removedAfter) return [];
  const { stats: _stats, tags: _tags, ...kept } = remove;
  const tombstone: RemoveFile = { ...kept, dataChange: false };
  return [{ remove: tombstone }];
}

async function baseOf({ checkpoint, tail }: DeltaSnapshot, removedAfter: number): Promise<CheckpointBase | undefined> {
  if (checkpoint === undefined) return undefined;
  const { relations } = checkpoint;
  const superseded: string[] = [];
  if (tail.size > 0) {
    for await (const files of checkpoint.candidates(canonicalPathsOf(tail.keys()))) {
      for (const { id } of files) if (tail.has(keyOfId(id))) superseded.push(id);
    }
  }
  return { relations, superseded, removedAfter };
}
