/** Tables of made-up files for tests of the log: nothing of them exists but the log. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Action, AddFile, Metadata, RemoveFile } from "../../src/delta/actions.js";
import type { CommitRequest, CommitResult, DeltaLog, ReadSet, Snapshot } from "../../src/delta/contract.js";
import { createDeltaLog, type DeltaLogOptions } from "../../src/delta/delta-log.js";
import type { Engine } from "../../src/engine/engine.js";
import { DATE, field, LONG, STRING, type StructType, struct } from "../../src/schema/data-type.js";
import { schemaToJson } from "../../src/schema/schema-json.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";
import type { Storage } from "../../src/storage/storage.js";

export const LOCATION = "/lake/main/default/t";
export const SCHEMA: StructType = struct([field("id", LONG), field("name", STRING), field("day", DATE)]);
export const BLIND: ReadSet = { predicates: [], files: [] };
export const WHOLE_TABLE: ReadSet = { predicates: [{ kind: "constant", value: true }], files: [] };

/** For logs whose tests need no checkpoint: any use of the engine is an error. */
export const NO_ENGINE = new Proxy({} as Engine, {
  get(_target, name) {
    throw new Error(`the engine was asked for ${String(name)}`);
  },
});

export function memoryLog(options: DeltaLogOptions = {}): { readonly storage: MemoryStorage; readonly log: DeltaLog } {
  let time = 1_700_000_000_000;
  const storage = new MemoryStorage(() => (time += 1_000));
  return { storage, log: createDeltaLog(storage, NO_ENGINE, LOCATION, options) };
}

/** Another process's view of the same table. */
export function secondLog(storage: Storage, options: DeltaLogOptions = {}): DeltaLog {
  return createDeltaLog(storage, NO_ENGINE, LOCATION, options);
}

export function metadata(changes: Partial<Metadata> = {}): Metadata {
  return {
    id: "3e1b9a60-0000-4000-8000-000000000001",
    format: { provider: "parquet", options: {} },
    schemaString: schemaToJson(SCHEMA),
    partitionColumns: [],
    configuration: {},
    createdTime: 0,
    ...changes,
  };
}

export function add(name: string, changes: Partial<AddFile> = {}): AddFile {
  return { path: name, partitionValues: {}, size: 10, modificationTime: 0, dataChange: true, ...changes };
}

export function remove(name: string, changes: Partial<RemoveFile> = {}): RemoveFile {
  return { path: name, deletionTimestamp: Date.now(), dataChange: true, ...changes };
}

export function request(
  actions: readonly Action[],
  read: ReadSet = BLIND,
  changes: Partial<CommitRequest> = {},
): CommitRequest {
  return {
    actions,
    operation: "WRITE",
    operationParameters: { mode: "Append" },
    operationMetrics: { numFiles: 1 },
    read,
    ...changes,
  };
}

export async function commit(log: DeltaLog, actions: readonly Action[], read: ReadSet = BLIND): Promise<number> {
  return version(await (await log.startTransaction()).commit(request(actions, read)));
}

/** The version of a commit that must have succeeded. */
export function version(result: CommitResult): number {
  if (result.status !== "committed") throw result.error;
  return result.version;
}

export async function livePaths(snapshot: Snapshot): Promise<string[]> {
  const paths: string[] = [];
  for await (const batch of snapshot.files()) paths.push(...batch.map((file) => file.path));
  return paths.sort();
}

/** A folder on disk that lives as long as its scope. */
export function temporaryFolder(name: string): { readonly path: string } & Disposable {
  const folder = mkdtempSync(path.join(tmpdir(), `lakelet-${name}-`));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
