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
import { basename, dirname, join, parse } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import { printHelp } from "./help.js";
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

export interface MountInfo {
  readonly mountPoint: string;
  /** The folder here. */
  readonly source: string;
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
  /** The first bytes of a file as UTF-8 text; a letter cut in two at the end is left out. */
  head(path: string, maxBytes = 65536): string {
    const file = openSync(existing(path), "r");
    try {
      const bytes = Buffer.alloc(maxBytes);
      const read = bytes.subarray(0, readSync(file, bytes, 0, maxBytes, 0));
      return new TextDecoder().decode(read, { stream: true });
    } finally {
      closeSync(file);
    }
  },
  put(path: string, contents: string, overwrite = false): boolean {
    const local = localOf(path);
    if (!overwrite && existsSync(local)) {
      throw pathError(
        "PATH_ALREADY_EXISTS",
        path,
        "exists already",
        "Give true as the third argument to overwrite it.",
      );
    }
    mkdirSync(dirname(local), { recursive: true });
    writeFileSync(local, contents);
    say(`Wrote ${Buffer.byteLength(contents)} bytes.`);
    return true;
  },
  mkdirs(path: string): boolean {
    mkdirSync(localOf(path), { recursive: true });
    return true;
  },
  /** Into the folder `to` where it is one. */
  cp(from: string, to: string, recurse = false): boolean {
    const [source, target] = [existing(from), targetOf(from, to)];
    requireRecurse(source, from, recurse);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, { recursive: recurse });
    return true;
  },
  mv(from: string, to: string, recurse = false): boolean {
    const [source, target] = [existing(from), targetOf(from, to)];
    requireRecurse(source, from, recurse);
    mkdirSync(dirname(target), { recursive: true });
    try {
      renameSync(source, target);
    } catch (error) {
      // Another disk.
      if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
      cpSync(source, target, { recursive: true });
      rmSync(source, { recursive: true });
    }
    return true;
  },
  /** False where there was nothing. */
  rm(path: string, recurse = false): boolean {
    const local = localOf(path);
    if (!existsSync(local)) return false;
    const root = currentContext().options.paths.root;
    if (local === parse(local).root || root === local || root.startsWith(`${local}/`)) {
      throw pathError("INVALID_PATH", path, "holds this project", "Name a folder inside it.");
    }
    if (statSync(local).isDirectory() && readdirSync(local).length > 0) requireRecurse(local, path, recurse);
    rmSync(local, { recursive: true });
    return true;
  },
  /** The mapped prefixes of lakelet.yml. */
  mounts(): MountInfo[] {
    return Object.entries(currentContext().options.paths.mappings).map(([mountPoint, source]) => ({
      mountPoint,
      source,
    }));
  },
  mount(_source: string, mountPoint: string): never {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.MOUNT",
      sqlState: "0A000",
      problem: `dbutils.fs.mount cannot mount ${mountPoint}: there is no object store here.`,
      cure: `Map it to a folder: \`paths: { ${mountPoint}: ./data }\` in lakelet.yml.`,
    });
  },
  help: (method?: string): void => printHelp("fs", method),
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

function targetOf(from: string, to: string): string {
  const target = localOf(to);
  const folder = statSync(target, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return folder ? join(target, basename(from.replace(/\/+$/, ""))) : target;
}

function requireRecurse(local: string, path: string, recurse: boolean): void {
  if (recurse || !statSync(local).isDirectory()) return;
  throw pathError("PATH_IS_FOLDER", path, "is a folder", "Give true for `recurse`.");
}

function pathError(condition: string, path: string, what: string, cure: string): LakeletError {
  return new LakeletError({
    condition,
    sqlState: "42K03",
    problem: `The path ${path} ${what}.`,
    cure,
    parameters: { path },
  });
}

function say(text: string): void {
  currentContext().output({ kind: "text", stream: "stdout", text: `${text}\n` });
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
