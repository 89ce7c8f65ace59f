/** Storage on the local file system, durable by default: what is reported as written survives a power failure. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { copyFile, type FileHandle, mkdir, open, readdir, realpath, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { inParallel } from "./in-parallel.js";
import type { FileEntry, FolderEntry, PutResult, Storage } from "./storage.js";
import { errorCode, failedRead, failedWrite, notDurable, unknownWriteOutcome } from "./storage-error.js";

// The callback API reads a thousand small files three times as fast as fs/promises, and deletes them with a third less of the processor.
const readFile = promisify(fs.readFile);
const stat = promisify(fs.stat);
const lstat = promisify(fs.lstat);
const unlink = promisify(fs.unlink);
const writeFile = promisify(fs.writeFile);
const fsync = promisify(fs.fsync);

/** Files that are flushed at the same time; more than Node's thread pool gains nothing. */
const FSYNC_CONCURRENCY = 16;
const STAT_CONCURRENCY = 256;
const CREATE_ATTEMPTS = 10;
/** Bytes or characters up to which a write goes to the page cache at once: the way through Node's thread pool costs more than such a call. */
const SMALL_CONTENT = 64 * 1024;

/** Errors by which a file system says that it did not begin; after others (EIO, a network's) a name may be there nevertheless. */
const REFUSALS: ReadonlySet<string> = new Set(["EACCES", "EDQUOT", "EMFILE", "EMLINK", "ENOSPC", "EPERM", "EROFS"]);

export interface LocalStorageOptions {
  /** False leaves out every fsync. For tests of things other than durability. */
  readonly durable?: boolean;
}

export class LocalStorage implements Storage {
  readonly #durable: boolean;

  constructor(options: LocalStorageOptions = {}) {
    this.#durable = options.durable ?? true;
  }

  async list(folder: string, options: { readonly from?: string } = {}): Promise<readonly FileEntry[]> {
    const from = options.from;
    const names = await this.#names(
      folder,
      (entry) => !entry.isDirectory() && (from === undefined || entry.name >= from),
    );
    const entries = await inParallel(names, STAT_CONCURRENCY, (name) => this.#entry(path.join(folder, name), name));
    return entries.filter((entry) => entry !== undefined);
  }

  listFolders(folder: string): Promise<readonly string[]> {
    return this.#names(folder, (entry) => entry.isDirectory());
  }

  async entries(folder: string): Promise<readonly FolderEntry[]> {
    try {
      const found = await readdir(folder, { withFileTypes: true });
      return found.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") return [];
      throw failedRead(folder, cause);
    }
  }

  async lstat(file: string): Promise<(FileEntry & Pick<FolderEntry, "kind">) | undefined> {
    try {
      const found = await lstat(file);
      const [name, modifiedAt] = [path.basename(file), Math.floor(found.mtimeMs)];
      return { name, path: file, size: found.size, modifiedAt, kind: kindOf(found) };
    } catch (cause) {
      if (["ENOENT", "ENOTDIR"].includes(errorCode(cause))) return undefined;
      throw failedRead(file, cause);
    }
  }

  async realPath(file: string): Promise<string | undefined> {
    try {
      return await realpath(file);
    } catch (cause) {
      if (["ENOENT", "ENOTDIR"].includes(errorCode(cause))) return undefined;
      throw failedRead(file, cause);
    }
  }

  async read(file: string): Promise<Uint8Array> {
    try {
      return await readFile(file);
    } catch (cause) {
      throw failedRead(file, cause);
    }
  }

  async readRange(file: string, offset: number, length: number): Promise<Uint8Array> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(file, "r");
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } catch (cause) {
      throw failedRead(file, cause);
    } finally {
      // What was read is right whatever becomes of the descriptor.
      await handle?.close().catch(() => undefined);
    }
  }

  async readText(file: string): Promise<string> {
    try {
      return await readFile(file, "utf8");
    } catch (cause) {
      throw failedRead(file, cause);
    }
  }

  /** One call at once: the way through Node's thread pool costs ten times as much, and each commit asks several times. */
  async stat(file: string): Promise<FileEntry | undefined> {
    try {
      const found = fs.statSync(file, { throwIfNoEntry: false });
      return found && fileEntry(file, path.basename(file), found);
    } catch (cause) {
      throw failedRead(file, cause);
    }
  }

  async putIfAbsent(file: string, content: string | Uint8Array): Promise<PutResult> {
    // Whoever is late anyway, as writers of one table mostly are, is spared the flush of a file that nobody will see.
    if (isThere(file)) return "exists";
    const temporary = await this.#writeTemporary(file, content);
    try {
      fs.linkSync(temporary, file);
    } catch (cause) {
      discard(temporary);
      if (errorCode(cause) === "EEXIST") return "exists";
      throw REFUSALS.has(errorCode(cause)) ? failedWrite(file, cause) : unknownWriteOutcome(file, cause);
    }
    discard(temporary);
    await this.#publish(file);
    return "created";
  }

  async replace(file: string, content: string | Uint8Array): Promise<void> {
    const temporary = await this.#writeTemporary(file, content);
    try {
      await rename(temporary, file);
    } catch (cause) {
      discard(temporary);
      throw REFUSALS.has(errorCode(cause)) ? failedWrite(file, cause) : unknownWriteOutcome(file, cause);
    }
    await this.#publish(file);
  }

  async sync(paths: readonly string[], root: string): Promise<void> {
    if (!this.#durable) return;
    await inParallel(paths, FSYNC_CONCURRENCY, (file) => flushPath(file));
    // Folders after the files that they name: a name on disk must not point at bytes that are not.
    await this.#syncFolders(paths, root);
  }

  async createFolder(folder: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const first = await mkdir(folder, { recursive: true });
        // Also where it existed: whoever made it may have been killed before the flush.
        return await this.#syncFolders([folder], path.dirname(first ?? folder));
      } catch (cause) {
        // Found, and gone a moment later: another writer took back the empty folder that it had made.
        if (attempt === CREATE_ATTEMPTS || errorCode(cause) !== "ENOENT") throw asFailedWrite(folder, cause);
      }
    }
  }

  async rename(from: string, to: string): Promise<void> {
    try {
      await rename(from, to);
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") throw failedRead(from, cause);
      throw failedWrite(to, cause);
    }
    await this.#publish(to);
    if (path.dirname(from) !== path.dirname(to)) await this.#publish(from);
  }

  async delete(file: string): Promise<void> {
    try {
      await unlink(file);
    } catch (cause) {
      if (errorCode(cause) !== "ENOENT") throw failedWrite(file, cause);
    }
  }

  async copy(from: string, to: string): Promise<void> {
    try {
      await copyFile(from, to, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") throw failedRead(from, cause);
      throw failedWrite(to, cause);
    }
  }

  async deleteEmptyFolder(folder: string): Promise<boolean> {
    try {
      await rmdir(folder);
      return true;
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") return true;
      if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(errorCode(cause))) return false;
      throw failedWrite(folder, cause);
    }
  }

  async deleteFolder(folder: string): Promise<void> {
    try {
      await rm(folder, { recursive: true, force: true });
    } catch (cause) {
      throw failedWrite(folder, cause);
    }
  }

  async #syncFolders(paths: readonly string[], root: string): Promise<void> {
    if (!this.#durable) return;
    await inParallel([...foldersUpTo(paths, root)], FSYNC_CONCURRENCY, (folder) => flushPath(folder));
  }

  async #names(folder: string, keep: (entry: fs.Dirent) => boolean): Promise<string[]> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries
        .filter(keep)
        .map((entry) => entry.name)
        .sort();
    } catch (cause) {
      if (errorCode(cause) === "ENOENT") return [];
      throw failedRead(folder, cause);
    }
  }

  async #entry(file: string, name: string): Promise<FileEntry | undefined> {
    try {
      return fileEntry(file, name, await stat(file));
    } catch (cause) {
      if (["ENOENT", "ENOTDIR"].includes(errorCode(cause))) return undefined;
      throw failedRead(file, cause);
    }
  }

  /** Its name begins with a dot, so that no reader takes a left-over of a killed process for data. */
  async #writeTemporary(file: string, content: string | Uint8Array): Promise<string> {
    const temporary = path.join(path.dirname(file), `.${randomUUID()}.tmp`);
    try {
      const descriptor = fs.openSync(temporary, "wx");
      await closing(descriptor, async () => {
        if (content.length <= SMALL_CONTENT) fs.writeFileSync(descriptor, content);
        else await writeFile(descriptor, content);
        if (this.#durable) await fsync(descriptor);
      });
    } catch (cause) {
      discard(temporary);
      throw failedWrite(file, cause);
    }
    return temporary;
  }

  async #publish(file: string): Promise<void> {
    if (!this.#durable) return;
    try {
      await flush(path.dirname(file));
    } catch (cause) {
      throw notDurable(file, cause);
    }
  }
}

function fileEntry(file: string, name: string, found: fs.Stats): FileEntry | undefined {
  if (found.isDirectory()) return undefined;
  return { name, path: file, size: found.size, modifiedAt: Math.floor(found.mtimeMs) };
}

function kindOf(entry: fs.Dirent | fs.Stats): FolderEntry["kind"] {
  if (entry.isSymbolicLink()) return "link";
  return entry.isDirectory() ? "folder" : "file";
}

/** False also where that cannot be told: the link will. */
function isThere(file: string): boolean {
  try {
    return fs.statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A temporary file that cannot be removed harms nobody, whereas an error here would hide the outcome of the write. */
function discard(temporary: string): void {
  try {
    fs.unlinkSync(temporary);
  } catch {}
}

async function flush(file: string): Promise<void> {
  const descriptor = fs.openSync(file, "r");
  await closing(descriptor, () => fsync(descriptor));
}

/** Does something with an open file and closes it; of two errors it is the first that counts. */
async function closing(descriptor: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    try {
      fs.closeSync(descriptor);
    } catch {}
    throw error;
  }
  fs.closeSync(descriptor);
}

async function flushPath(file: string): Promise<void> {
  try {
    await flush(file);
  } catch (cause) {
    throw asFailedWrite(file, cause);
  }
}

function asFailedWrite(file: string, cause: unknown): Error {
  return cause instanceof Error && cause.name === "LakeletError" ? cause : failedWrite(file, cause);
}

/** Each path's folder, and the folders above it up to and with the root. */
function foldersUpTo(paths: readonly string[], root: string): Set<string> {
  const top = path.resolve(root);
  const folders = new Set<string>([top]);
  for (const file of paths) {
    let folder = path.dirname(path.resolve(file));
    while (!folders.has(folder)) {
      folders.add(folder);
      if (!folder.startsWith(`${top}/`)) break;
      folder = path.dirname(folder);
    }
  }
  return folders;
}
