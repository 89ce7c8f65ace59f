/** The files that must stay: those of the newest version, and those that were removed so lately that older versions may be read. */
import type { AddFile, RemoveFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { deletionVectorPath } from "../../delta/deletion-vector.js";
import { absolutePath } from "../../delta/file-path.js";
import { inParallel } from "../../storage/in-parallel.js";
import type { Storage } from "../../storage/storage.js";

const REAL_PATH_CONCURRENCY = 64;

export interface NamedFiles {
  /** Absolute paths of files that must stay. */
  readonly needed: ReadonlySet<string>;
  /** Data files that the log removed before the cutoff, with their bytes where it tells them: their age needs no look at them. */
  readonly removed: ReadonlyMap<string, number>;
}

/**
 * Data files and deletion vectors that the log names.
 * @param cutoff Milliseconds since the epoch: files removed before it are not needed.
 * @param hasLinks True where names in the folder are links: then files are told apart by where they really lie.
 */
export async function neededFiles(
  storage: Storage,
  snapshot: Snapshot,
  cutoff: number,
  hasLinks: boolean,
): Promise<NamedFiles> {
  const needed = new Set<string>();
  const removed = new Map<string, number>();
  const foreign = new Set<string>();
  const root = `${snapshot.location}/`;
  const keep = (file: AddFile | RemoveFile): void => {
    for (const path of pathsOf(snapshot.location, file)) {
      if (hasLinks || !path.startsWith(root)) foreign.add(path);
      needed.add(path);
    }
  };
  for await (const batch of snapshot.files()) batch.forEach(keep);
  for await (const batch of snapshot.tombstones()) {
    for (const file of batch) {
      if ((file.deletionTimestamp ?? 0) >= cutoff) keep(file);
      else if (file.size !== undefined) removed.set(absolutePath(snapshot.location, file.path), file.size);
    }
  }
  for (const path of await ownPaths(storage, snapshot.location, [...foreign])) needed.add(path);
  return { needed, removed };
}

/** A data file and its deletion vector; both spellings of a path whose encoding may be none. */
export function pathsOf(location: string, file: Pick<AddFile, "path" | "deletionVector">): readonly string[] {
  const path = absolutePath(location, file.path);
  const vector = file.deletionVector && deletionVectorPath(location, file.deletionVector);
  const verbatim = file.path.includes("%") && !file.path.includes(":") ? [`${location}/${file.path}`] : [];
  return [path, ...verbatim, ...(vector === undefined ? [] : [vector])];
}

/** Paths that reach into the table's folder by another way, a link or an absolute URI, as a listing of the folder names them. */
async function ownPaths(storage: Storage, location: string, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const root = await storage.realPath(location);
  if (root === undefined) return [];
  const real = await inParallel(paths, REAL_PATH_CONCURRENCY, (path) => storage.realPath(path));
  return real.flatMap((path) => (path?.startsWith(`${root}/`) ? [location + path.slice(root.length)] : []));
}
