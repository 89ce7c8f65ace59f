/** The files of a folder that is read as a stream, and what is told of those that are new. */

import type { OpenedFiles } from "../../../engine/engine.js";
import { isLakeletError } from "../../../errors/lakelet-error.js";
import { fingerprint, uriOf } from "../ingested-files.js";
import type { Runtime } from "../runtime.js";
import type { FlowProgress } from "./flow-progress.js";
import type { StreamedFiles } from "./streams.js";

export type ListedFile = OpenedFiles["files"][number];

export interface FileIncrement {
  readonly all: readonly ListedFile[];
  readonly fresh: readonly ListedFile[];
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

/** Files are known by their paths; with `allowOverwrites` by their content, too. */
export async function fileIncrement(
  runtime: Runtime,
  files: StreamedFiles,
  { files: known }: FlowProgress,
): Promise<FileIncrement> {
  const all = await listedFiles(runtime, files);
  const fingerprints = new Map<string, number>();
  const fresh: ListedFile[] = [];
  for (const file of all) {
    const uri = uriOf(file.path);
    const before = known.get(uri);
    if (before === undefined) fresh.push(file);
    else if (files.allowOverwrites) {
      const now = await fingerprint(file.path);
      fingerprints.set(uri, now);
      if (now !== before) fresh.push(file);
    }
  }
  return { all, fresh, fingerprints };
}
