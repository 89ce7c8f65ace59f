/** Writes checkpoints, so that a reader need not replay the log from its beginning (Delta protocol, "Checkpoints"). */
import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Engine } from "../engine/engine.js";
import type { Storage } from "../storage/storage.js";
import type { Action, RemoveFile } from "./actions.js";
import { type CheckpointBase, streamFileIds, writeCheckpoint } from "./checkpoint-parquet.js";
import { fileKey, KEY_SEPARATOR } from "./file-path.js";
import { writeLastCheckpoint } from "./last-checkpoint.js";
import { checkpointFilePath, logFolderOf } from "./log-file-name.js";
import type { FileState } from "./log-replay.js";
import type { DeltaSnapshot } from "./snapshot.js";
import { integerProperty, intervalProperty } from "./table-properties.js";

/** Whether the table's property `delta.checkpointInterval` asks for a checkpoint of this version. */
export function isCheckpointDue({ version, properties }: DeltaSnapshot): boolean {
  return version > 0 && version % integerProperty(properties, "delta.checkpointInterval", 1) === 0;
}

/**
 * Writes the checkpoint of a state under a temporary name, makes it durable, gives it its name, and points `_last_checkpoint` at it.
 * @param now Milliseconds since the epoch; removed files older than `delta.deletedFileRetentionDuration` are left out.
 */
export async function checkpointSnapshot(
  storage: Storage,
  engine: Engine,
  snapshot: DeltaSnapshot,
  now: number,
): Promise<void> {
  const { location, version } = snapshot;
  const folder = logFolderOf(location);
  const removedAfter = now - intervalProperty(snapshot.properties, "delta.deletedFileRetentionDuration");
  const actions = await actionsOf(snapshot, removedAfter);
  const base = await baseOf(engine, snapshot);
  const temporary = path.join(folder, `.${randomUUID()}.checkpoint.tmp`);
  try {
    const written = await writeCheckpoint(engine, temporary, actions, base, removedAfter);
    await storage.sync([temporary], folder);
    await storage.rename(temporary, checkpointFilePath(location, version));
    await writeLastCheckpoint(storage, location, { version, ...written });
  } catch (error) {
    await storage.delete(temporary);
    throw error;
  }
}

/** Everything that the commits since the last checkpoint say, and the small actions of the whole state. */
async function actionsOf(snapshot: DeltaSnapshot, removedAfter: number): Promise<Action[]> {
  const transactions = [...(await snapshot.transactions()).values()];
  const domains = [...(await snapshot.domains()).values()];
  return [
    { protocol: snapshot.protocol },
    { metaData: snapshot.metadata },
    ...transactions.map((txn): Action => ({ txn })),
    ...domains.map((domainMetadata): Action => ({ domainMetadata })),
    ...[...snapshot.tail.values()].flatMap((state) => fileAction(state, removedAfter)),
  ];
}

function fileAction({ add, remove }: FileState, removedAfter: number): readonly Action[] {
  if (add !== undefined) return [{ add: { ...add, dataChange: false } }];
  if (remove === undefined || (remove.deletionTimestamp ?? 0) <= removedAfter) return [];
  const { stats: _stats, tags: _tags, ...kept } = remove;
  const tombstone: RemoveFile = { ...kept, dataChange: false };
  return [{ remove: tombstone }];
}

async function baseOf(engine: Engine, { checkpoint, tail }: DeltaSnapshot): Promise<CheckpointBase | undefined> {
  if (checkpoint === undefined) return undefined;
  const { paths, columns } = checkpoint;
  const superseded: string[] = [];
  if (tail.size > 0) {
    const canonicalPaths = [...tail.keys()].map((key) => key.split(KEY_SEPARATOR, 1)[0] ?? key);
    for await (const ids of streamFileIds(engine, { paths, columns }, canonicalPaths)) {
      superseded.push(...ids.filter((id) => tail.has(keyOfId(id))));
    }
  }
  return { paths, columns, superseded };
}

/** The key of a file whose id has the path and the parts of its deletion vector's identity. */
function keyOfId(id: string): string {
  const [file = "", storageType, pathOrInlineDv, offset] = id.split(KEY_SEPARATOR);
  if (storageType === undefined || pathOrInlineDv === undefined) return fileKey({ path: file });
  const vector = { storageType: storageType as "u" | "i" | "p", pathOrInlineDv, sizeInBytes: 0, cardinality: 0 };
  return fileKey({ path: file, deletionVector: offset === undefined ? vector : { ...vector, offset: Number(offset) } });
}
