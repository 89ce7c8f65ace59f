/** The files of a folder that is read as a stream, and what is told of those that are new. */

import type { OpenedFiles } from "../../../engine/engine.js";
import { isLakeletError, LakeletError } from "../../../errors/lakelet-error.js";
import { fingerprint, uriOf } from "../ingested-files.js";
import type { Runtime } from "../runtime.js";
import type { FlowProgress } from "./flow-progress.js";
import type { StreamedFiles } from "./streams.js";

export type ListedFile = OpenedFiles["files"][number];

export interface FileIncrement {
  readonly all: readonly ListedFile[];
  readonly fresh: readonly ListedFile[];
  /** Files that have another content than when they were read, and are not read again. */
  readonly changed: readonly ListedFile[];
  /** Files whose content is known already where it had to be looked at; by URI. */
  readonly fingerprints: ReadonlyMap<string, number>;
}

/** In the order of their paths. A glob that names nothing has no file yet; a folder that is not there is a mistake: PATH_NOT_FOUND. */
export async function listedFiles(runtime: Runtime, { listing, path }: StreamedFiles): Promise<readonly ListedFile[]> {
  try {
    return await runtime.engine.listFiles(listing);
  } catch (error) {
    if (isLakeletError(error, "PATH_NOT_FOUND") && /[*?[{]/.test(path)) return [];
    throw error;
  }
}

/**
 * Files are known by their paths; with `allowOverwrites` by their content, too. Without it the content is only looked at where a file was
 * written to after it was read.
 */
export async function fileIncrement(
  runtime: Runtime,
  files: StreamedFiles,
  { files: known }: FlowProgress,
): Promise<FileIncrement> {
  const all = await listedFiles(runtime, files);
  const fingerprints = new Map<string, number>();
  const fresh: ListedFile[] = [];
  const changed: ListedFile[] = [];
  for (const file of all) {
    const uri = uriOf(file.path);
    const before = known.get(uri);
    if (before === undefined) fresh.push(file);
    else if (files.allowOverwrites || file.modifiedAt > (before.readAt ?? Number.POSITIVE_INFINITY)) {
      const now = await fingerprint(runtime, file.path);
      fingerprints.set(uri, now);
      if (now !== before.content) (files.allowOverwrites ? fresh : changed).push(file);
    }
  }
  return { all, fresh, changed, fingerprints };
}

/**
 * To be asked when the files were read: a file that somebody was still writing may have been read in part.
 * @throws FAILED_READ_FILE.NO_HINT
 */
export async function checkUnchanged(runtime: Runtime, files: readonly ListedFile[]): Promise<void> {
  for (const { path, size, modifiedAt } of files) {
    const now = await runtime.storage.stat(path);
    if (now?.size === size && now.modifiedAt === Math.floor(modifiedAt)) continue;
    throw new LakeletError({
      condition: "FAILED_READ_FILE.NO_HINT",
      sqlState: "KD001",
      problem: `Encountered error while reading file ${path}: ${now === undefined ? "it was removed" : "it was written to"} while it was read.`,
      reason: "A file is read once, so what comes to it later would never be read. Nothing was published.",
      cure: "Run the update again once the file is whole. Write files under another name (a hidden one, `_part` or `.part`) and rename them when they are done.",
      parameters: { path },
    });
  }
}
