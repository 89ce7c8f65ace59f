/**
 * A disk that forgets: the writes of a program as events, and what is on the disk after a power failure at any of them. A file's bytes are
 * safe once the file was flushed, a name once its folder was (as POSIX has it, stricter than ext4); of all else any part may be lost.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { SystemCall } from "./trace-log.js";

/** A file or folder, whatever its names. The root is 0. */
type Inode = number;

interface NameChange {
  readonly folder: Inode;
  readonly name: string;
  /** Undefined: the name goes. */
  readonly inode: Inode | undefined;
}

export type DiskEvent =
  | { readonly kind: "names"; readonly changes: readonly NameChange[] }
  | { readonly kind: "bytes"; readonly inode: Inode; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "size"; readonly inode: Inode; readonly size: number }
  | { readonly kind: "flush"; readonly inode: Inode }
  | { readonly kind: "acknowledged" };

interface OpenFile {
  readonly inode: Inode;
  offset: number;
  readonly appends: boolean;
}

/** What is on a disk: folders by their names, files by their bytes. */
class Tree {
  readonly folders = new Map<Inode, Map<string, Inode>>([[0, new Map()]]);
  readonly files = new Map<Inode, Buffer>();

  apply(event: DiskEvent): void {
    if (event.kind === "names") {
      for (const { folder, name, inode } of event.changes) {
        const names = this.folders.get(folder) ?? new Map<string, Inode>();
        this.folders.set(folder, names);
        if (inode === undefined) names.delete(name);
        else names.set(name, inode);
      }
    } else if (event.kind === "bytes") {
      const before = this.files.get(event.inode) ?? Buffer.alloc(0);
      const after = Buffer.alloc(Math.max(before.length, event.offset + event.bytes.length));
      before.copy(after);
      event.bytes.copy(after, event.offset);
      this.files.set(event.inode, after);
    } else if (event.kind === "size") {
      const before = this.files.get(event.inode) ?? Buffer.alloc(0);
      const after = Buffer.alloc(event.size);
      before.copy(after);
      this.files.set(event.inode, after);
    }
  }

  writeTo(folder: string, isFolder: (inode: Inode) => boolean, inode: Inode = 0): void {
    mkdirSync(folder, { recursive: true });
    for (const [name, child] of this.folders.get(inode) ?? []) {
      const path = join(folder, name);
      if (isFolder(child)) this.writeTo(path, isFolder, child);
      else writeFileSync(path, this.files.get(child) ?? Buffer.alloc(0));
    }
  }
}

export class DiskRecording {
  readonly events: DiskEvent[] = [];
  readonly #root: string;
  readonly #live = new Tree();
  readonly #folders = new Set<Inode>([0]);
  readonly #open = new Map<string, OpenFile>();
  #inodes = 1;

  /** @param root existing, empty folder; what the calls do elsewhere does not count. @param calls traced with their bytes */
  constructor(root: string, calls: readonly SystemCall[]) {
    this.#root = root;
    for (const call of calls) this.#record(call);
  }

  /** Indices of the events before `end` that a power failure at `end` may lose. */
  pending(end: number): readonly number[] {
    const flushed = new Set<Inode>();
    const pending: number[] = [];
    for (let i = end - 1; i >= 0; i--) {
      const event = this.events[i];
      if (event === undefined || event.kind === "acknowledged") continue;
      if (event.kind === "flush") flushed.add(event.inode);
      else if (event.kind === "names") {
        if (!event.changes.every(({ folder }) => flushed.has(folder))) pending.push(i);
      } else if (!flushed.has(event.inode)) pending.push(i);
    }
    return pending.reverse();
  }

  /** Statements that were acknowledged before the event. */
  acknowledged(end: number): number {
    return this.events.slice(0, end).filter(({ kind }) => kind === "acknowledged").length;
  }

  /** Writes to a folder what is left after a power failure before event `end`, those of `lost` forgotten. */
  replay(end: number, lost: ReadonlySet<number>, folder: string): void {
    const tree = new Tree();
    for (let i = 0; i < end; i++) if (!lost.has(i)) tree.apply(this.events[i] as DiskEvent);
    tree.writeTo(folder, (inode) => this.#folders.has(inode));
  }

  /** Throws where the recording is not what the program left on the disk: something was not understood. */
  checkComplete(): void {
    const scratch = `${this.#root}-replayed`;
    this.replay(this.events.length, new Set(), scratch);
    const [left, right] = [contents(this.#root), contents(scratch)];
    if (left !== right) throw new Error("the recording does not give what the program wrote");
  }

  #record(call: SystemCall): void {
    if (call.result.startsWith("-") || call.result.startsWith("?")) return;
    const texts = [...call.parameters.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => fromHex(hex));
    const paths = texts.map((text) => this.#inside(text.toString()));
    const descriptor = /^(\d+)/.exec(call.parameters)?.[1] ?? "";
    switch (call.name) {
      case "openat":
      case "open":
        this.#opened(call, paths[0]);
        return;
      case "close":
        this.#open.delete(descriptor);
        return;
      case "write":
      case "pwrite64":
        this.#wrote(call, descriptor, texts[0]);
        return;
      case "fsync":
      case "fdatasync": {
        const file = this.#open.get(descriptor);
        if (file !== undefined) this.#add({ kind: "flush", inode: file.inode });
        return;
      }
      case "ftruncate": {
        const file = this.#open.get(descriptor);
        const size = Number(/, (\d+)$/.exec(call.parameters)?.[1]);
        if (file !== undefined) this.#add({ kind: "size", inode: file.inode, size });
        return;
      }
      case "lseek": {
        const file = this.#open.get(descriptor);
        if (file !== undefined) file.offset = Number(call.result);
        return;
      }
      case "mkdir":
        if (paths[0] !== undefined) this.#name([[paths[0], this.#newFolder()]]);
        return;
      case "link":
        if (paths[1] !== undefined) this.#name([[paths[1], this.#find(paths[0])]]);
        return;
      case "rename":
        if (paths[0] !== undefined && paths[1] !== undefined) {
          this.#name([
            [paths[0], undefined],
            [paths[1], this.#find(paths[0])],
          ]);
        }
        return;
      case "unlink":
      case "rmdir":
        if (paths[0] !== undefined) this.#name([[paths[0], undefined]]);
        return;
      case "writev":
      case "pwritev":
      case "linkat":
      case "renameat":
      case "renameat2":
      case "unlinkat":
      case "mkdirat":
        if (paths.some((path) => path !== undefined) || this.#open.has(descriptor)) {
          throw new Error(`the model does not know ${call.name}`);
        }
    }
  }

  #opened({ parameters, result }: SystemCall, path: string | undefined): void {
    const descriptor = /^(\d+)/.exec(result)?.[1] ?? "";
    this.#open.delete(descriptor);
    if (path === undefined) return;
    let inode = this.#find(path);
    if (inode === undefined) {
      inode = this.#inodes++;
      this.#name([[path, inode]]);
    } else if (parameters.includes("O_TRUNC")) {
      this.#add({ kind: "size", inode, size: 0 });
    }
    this.#open.set(descriptor, { inode, offset: 0, appends: parameters.includes("O_APPEND") });
  }

  #wrote({ name, parameters, result }: SystemCall, descriptor: string, bytes: Buffer | undefined): void {
    const written = bytes?.subarray(0, Number(result)) ?? Buffer.alloc(0);
    const file = this.#open.get(descriptor);
    if (file === undefined) {
      if (descriptor === "1" && written.includes('"acknowledged"')) this.#add({ kind: "acknowledged" });
      return;
    }
    const end = this.#live.files.get(file.inode)?.length ?? 0;
    const given = name === "pwrite64" ? Number(/, (\d+)$/.exec(parameters)?.[1]) : undefined;
    const offset = given ?? (file.appends ? end : file.offset);
    if (given === undefined) file.offset = offset + written.length;
    this.#add({ kind: "bytes", inode: file.inode, offset, bytes: Buffer.from(written) });
  }

  #add(event: DiskEvent): void {
    this.events.push(event);
    this.#live.apply(event);
  }

  #name(changes: readonly (readonly [path: string, inode: Inode | undefined])[]): void {
    this.#add({
      kind: "names",
      changes: changes.map(([path, inode]) => ({
        folder: this.#find(dirname(path)) ?? 0,
        name: path.slice(path.lastIndexOf("/") + 1),
        inode,
      })),
    });
  }

  #newFolder(): Inode {
    const inode = this.#inodes++;
    this.#folders.add(inode);
    return inode;
  }

  /** The path below the root, which is `.` itself; undefined where it is outside. */
  #inside(path: string): string | undefined {
    const inner = relative(this.#root, path);
    if (inner === "..") return undefined;
    return inner.startsWith("../") || inner.startsWith("/") ? undefined : inner === "" ? "." : inner;
  }

  #find(path: string | undefined): Inode | undefined {
    if (path === undefined) return undefined;
    let inode: Inode | undefined = 0;
    for (const part of path.split("/")) {
      if (part !== "." && inode !== undefined) inode = this.#live.folders.get(inode)?.get(part);
    }
    return inode;
  }
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${relative(folder, path)} ${readFileSync(path).toString("base64")}`)
    .sort()
    .join("\n");
}
