/** `dbutils.fs` over the files of this machine, by Databricks' paths. */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { currentContext } from "./notebook-context.js";

export interface FileInfo {
  readonly path: string;
  /** Ends with `/` for a folder. */
  readonly name: string;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modificationTime: number;
  isDir(): boolean;
  isFile(): boolean;
}

export const fileSystem = {
  /** Files and folders in a folder, by name; a file gives itself. */
  ls(path: string): FileInfo[] {
    const local = existing(path);
    if (!statSync(local).isDirectory()) return [infoOf(path, local)];
    return readdirSync(local)
      .sort()
      .map((name) => infoOf(`${path.replace(/\/+$/, "")}/${name}`, join(local, name)));
  },
  /** The first bytes of a file as UTF-8 text. */
  head(path: string, maxBytes = 65536): string {
    const file = openSync(existing(path), "r");
    try {
      const bytes = Buffer.alloc(maxBytes);
      return bytes.subarray(0, readSync(file, bytes, 0, maxBytes, 0)).toString("utf8");
    } finally {
      closeSync(file);
    }
  },
  put(path: string, contents: string, overwrite = false): boolean {
    const local = localOf(path);
    mkdirSync(dirname(local), { recursive: true });
    writeFileSync(local, contents, { flag: overwrite ? "w" : "wx" });
    return true;
  },
  mkdirs(path: string): boolean {
    mkdirSync(localOf(path), { recursive: true });
    return true;
  },
  cp(from: string, to: string, recurse = false): boolean {
    const target = localOf(to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(existing(from), target, { recursive: recurse });
    return true;
  },
  mv(from: string, to: string, _recurse = false): boolean {
    const target = localOf(to);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(existing(from), target);
    return true;
  },
  /** False where there was nothing. */
  rm(path: string, recurse = false): boolean {
    const local = localOf(path);
    if (!existsSync(local)) return false;
    rmSync(local, { recursive: recurse });
    return true;
  },
};

function localOf(path: string): string {
  return currentContext().options.paths.toLocal(path);
}

function existing(path: string): string {
  const local = localOf(path);
  if (existsSync(local)) return local;
  throw new LakeletError({
    condition: "PATH_NOT_FOUND",
    sqlState: "42K03",
    problem: `The path ${path} does not exist.`,
    reason: `It was looked for at ${local}.`,
    parameters: { path },
  });
}

function infoOf(path: string, local: string): FileInfo {
  const stat = statSync(local);
  const folder = stat.isDirectory();
  const name = path.split("/").at(-1) ?? path;
  return {
    path: folder ? `${path}/` : path,
    name: folder ? `${name}/` : name,
    size: folder ? 0 : stat.size,
    modificationTime: Math.trunc(stat.mtimeMs),
    isDir: () => folder,
    isFile: () => !folder,
  };
}
