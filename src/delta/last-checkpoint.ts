/** The hint `_last_checkpoint`: where the newest checkpoint is. It may be missing, old, empty or broken (Delta protocol, "Last Checkpoint File"). */
import { isLakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import type { CheckpointAction, Sidecar } from "./commit-file.js";
import { jsonChecksum } from "./json-checksum.js";
import { lastCheckpointPath } from "./log-file-name.js";

export interface LastCheckpoint {
  readonly version: number;
  /** Number of actions in the checkpoint. */
  readonly size?: number;
  readonly sizeInBytes?: number;
  readonly numOfAddFiles?: number;
  /** What a reader of the v2 specification need not open the checkpoint for. */
  readonly v2Checkpoint?: {
    /** Name of the checkpoint's file. */
    readonly path: string;
    readonly sizeInBytes: number;
    readonly modificationTime: number;
    readonly nonFileActions: readonly CheckpointAction[];
    readonly sidecarFiles: readonly Sidecar[];
  };
}

/** The hint, or undefined where there is none that can be understood: it only saves work, so nobody depends on it. */
export async function readLastCheckpoint(storage: Storage, location: string): Promise<LastCheckpoint | undefined> {
  const text = await storage.readText(lastCheckpointPath(location)).catch((error: unknown) => {
    if (isLakeletError(error, "FILE_NOT_EXIST")) return undefined;
    throw error;
  });
  try {
    const parsed = JSON.parse(text ?? "null") as Partial<
      Record<"version" | "numOfAddFiles" | "checksum", unknown>
    > | null;
    if (parsed === null || !isCount(parsed.version)) return undefined;
    const { version, numOfAddFiles, checksum } = parsed;
    // Older writers tell none.
    if (typeof checksum === "string" && checksum !== jsonChecksum(parsed)) return undefined;
    return { version, ...(isCount(numOfAddFiles) ? { numOfAddFiles } : {}) };
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Written after the checkpoint itself, so that it never points at something that is not there. */
export async function writeLastCheckpoint(storage: Storage, location: string, last: LastCheckpoint): Promise<void> {
  const checksum = jsonChecksum({ ...last });
  await storage.replace(lastCheckpointPath(location), JSON.stringify({ ...last, checksum }));
}
