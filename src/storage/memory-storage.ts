/** Storage in memory, for tests: the same semantics as the local one, nothing on disk. */
import path from "node:path";
import type { FileEntry, FolderEntry, PutResult, Storage } from "./storage.js";
import { failedWrite, fileNotExist } from "./storage-error.js";

interface StoredFile {
  readonly content: Uint8Array;
  readonly modifiedAt: number;
}

export class MemoryStorage implements Storage {
  readonly #files = new Map<string, StoredFile>();
  readonly #folders = new Set<string>(["/"]);
  readonly #now: () => number;

  /** @param now Clock of the files' times, in milliseconds since the epoch. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async list(folder: string, options: { readonly from?: string } = {}): Promise<readonly FileEntry[]> {
    const from = options.from ?? "";
    return [...this.#files.keys()]
      .filter((file) => path.dirname(file) === folder && path.basename(file) >= from)
      .sort()
      .map((file) => this.#entry(file))
      .filter((entry) => entry !== undefined);
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    return [...this.#folders]
      .filter((one) => one !== folder && path.dirname(one) === folder)
      .map((one) => path.basename(one))
      .sort();
  }

  async entries(folder: string): Promise<readonly FolderEntry[]> {
    const inside = (one: string): boolean => one !== folder && path.dirname(one) === folder;
    return [
      ...[...this.#files.keys()].filter(inside).map((one): FolderEntry => ({ name: path.basename(one), kind: "file" })),
      ...[...this.#folders].filter(inside).map((one): FolderEntry => ({ name: path.basename(one), kind: "folder" })),
    ];
  }

  async lstat(file: string): Promise<(FileEntry & Pick<FolderEntry, "kind">) | undefined> {
    const entry = this.#entry(file);
    if (entry !== undefined) return { ...entry, kind: "file" };
    if (!this.#folders.has(file)) return undefined;
    return { name: path.basename(file), path: file, size: 0, modifiedAt: this.#now(), kind: "folder" };
  }

  async realPath(file: string): Promise<string | undefined> {
    return this.#files.has(file) || this.#folders.has(file) ? file : undefined;
  }

  async read(file: string): Promise<Uint8Array> {
    const found = this.#files.get(file);
    if (found === undefined) throw fileNotExist(file);
    return found.content.slice();
  }

  async readRange(file: string, offset: number, length: number): Promise<Uint8Array> {
    return (await this.read(file)).subarray(offset, offset + length);
  }

  async readText(file: string): Promise<string> {
    return new TextDecoder().decode(await this.read(file));
  }

  async stat(file: string): Promise<FileEntry | undefined> {
    return this.#entry(file);
  }

  async putIfAbsent(file: string, content: string | Uint8Array): Promise<PutResult> {
    if (this.#files.has(file)) return "exists";
    this.#put(file, content);
    return "created";
  }

  async replace(file: string, content: string | Uint8Array): Promise<void> {
    this.#put(file, content);
  }

  async sync(paths: readonly string[], _root: string): Promise<void> {
    for (const file of paths) {
      if (!this.#files.has(file) && !this.#folders.has(file)) throw failedWrite(file, fileNotExist(file));
    }
  }

  async createFolder(folder: string): Promise<void> {
    for (let one = folder; !this.#folders.has(one); one = path.dirname(one)) this.#folders.add(one);
  }

  async rename(from: string, to: string): Promise<void> {
    if (!this.#files.has(from) && !this.#folders.has(from)) throw fileNotExist(from);
    for (const [file, stored] of [...this.#files]) {
      if (!isWithin(file, from)) continue;
      this.#files.delete(file);
      this.#files.set(to + file.slice(from.length), stored);
    }
    for (const folder of [...this.#folders]) {
      if (!isWithin(folder, from)) continue;
      this.#folders.delete(folder);
      this.#folders.add(to + folder.slice(from.length));
    }
  }

  async delete(file: string): Promise<void> {
    this.#files.delete(file);
  }

  async copy(from: string, to: string): Promise<void> {
    const content = await this.read(from);
    if (this.#files.has(to)) throw failedWrite(to, new Error("The file exists."));
    this.#put(to, content);
  }

  async deleteEmptyFolder(folder: string): Promise<boolean> {
    if ((await this.entries(folder)).length > 0) return false;
    this.#folders.delete(folder);
    return true;
  }

  async deleteFolder(folder: string): Promise<void> {
    for (const file of [...this.#files.keys()]) if (isWithin(file, folder)) this.#files.delete(file);
    for (const one of [...this.#folders]) if (isWithin(one, folder)) this.#folders.delete(one);
  }

  #entry(file: string): FileEntry | undefined {
    const stored = this.#files.get(file);
    if (stored === undefined) return undefined;
    return { name: path.basename(file), path: file, size: stored.content.length, modifiedAt: stored.modifiedAt };
  }

  #put(file: string, content: string | Uint8Array): void {
    if (!this.#folders.has(path.dirname(file))) throw failedWrite(file, fileNotExist(path.dirname(file)));
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
    this.#files.set(file, { content: bytes, modifiedAt: this.#now() });
  }
}

function isWithin(candidate: string, folder: string): boolean {
  return candidate === folder || candidate.startsWith(`${folder}/`);
}
