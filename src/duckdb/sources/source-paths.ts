/** Which files a source's paths name: files, folders and globs, by Spark's rules. */
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { ReaderOptions } from "./reader-options.js";
import { regionOffset } from "./spark-texts.js";

export interface SourceFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** The files in name order; hidden ones (`_` or `.` first) left out. Throws PATH_NOT_FOUND for a path that names nothing. */
export async function sourceFiles(
  paths: readonly string[],
  options: ReaderOptions,
  timeZone: string,
): Promise<readonly SourceFile[]> {
  const filter = options.optional("pathglobfilter");
  const recursive = options.flag("recursivefilelookup", false);
  const [after, before] = ["modifiedafter", "modifiedbefore"].map((name) => instantOf(name, options, timeZone));
  const found = new Map<string, SourceFile>();
  for (const path of paths) {
    const named = await expand(path);
    if (named.length === 0) throw pathNotFound(path);
    for (const one of named) {
      for (const file of await filesBelow(one, recursive)) {
        if (after !== undefined && file.modifiedAt <= after) continue;
        if (before !== undefined && file.modifiedAt >= before) continue;
        if (filter === undefined || globPattern(filter).test(basename(file.path))) found.set(file.path, file);
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Milliseconds since the epoch of an option such as `2024-01-15T10:00:00` in the zone. Throws INVALID_OPTION_VALUE. */
function instantOf(name: string, options: ReaderOptions, timeZone: string): number | undefined {
  const text = options.optional(name);
  if (text === undefined) return undefined;
  const value = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)
    ? Date.parse(`${text}${regionOffset(timeZone, text)}`)
    : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new LakeletError({
    condition: "INVALID_OPTION_VALUE",
    sqlState: "22023",
    problem: `The timestamp provided for the '${name}' option is invalid: ${text}.`,
    cure: "The expected format is 'YYYY-MM-DDTHH:mm:ss'.",
    parameters: { option: name, value: text },
  });
}

/** A path that exists is itself, whatever signs are in it; else a glob, segment by segment. */
async function expand(path: string): Promise<readonly string[]> {
  if (await exists(path)) return [path];
  let bases = ["/"];
  for (const segment of path.split("/").filter((one) => one !== "")) {
    if (!/[*?[{]/.test(segment)) {
      bases = bases.map((base) => join(base, segment));
      continue;
    }
    const pattern = globPattern(segment);
    const next: string[] = [];
    for (const base of bases) {
      const names = await readdir(base).catch(() => [] as string[]);
      next.push(...names.filter((name) => !isHidden(name) && pattern.test(name)).map((name) => join(base, name)));
    }
    bases = next;
  }
  const present = await Promise.all(bases.map(exists));
  return bases.filter((_, i) => present[i]);
}

/** A glob of one path segment: `*`, `?`, `[abc]`, `[^a-c]`, `{csv,tsv}`. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(/\[[!^]?[^\]]*\]|[*?{},.+^$()|\\[\]]/g, (sign) => {
    if (sign.length > 1) return sign.replace(/^\[[!^]/, "[^");
    const translated: Readonly<Record<string, string>> = { "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|" };
    return translated[sign] ?? `\\${sign}`;
  });
  return new RegExp(`^${source}$`);
}

async function filesBelow(path: string, recursive: boolean): Promise<readonly SourceFile[]> {
  const entry = await stat(path);
  if (!entry.isDirectory()) return [{ path, size: entry.size, modifiedAt: entry.mtimeMs }];
  const children = (await readdir(path, { withFileTypes: true })).filter((child) => !isHidden(child.name));
  const nested = await Promise.all(
    children
      .filter((child) => recursive || !child.isDirectory() || isPartition(child.name))
      .map((child) => filesBelow(join(path, child.name), recursive)),
  );
  return nested.flat();
}

/** A folder of one partition: `day=2024-01-15`. */
function isPartition(name: string): boolean {
  return /^[^=]+=/.test(name);
}

function isHidden(name: string): boolean {
  return name.startsWith("_") || name.startsWith(".");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const CURE =
  "Check its spelling, and which folder a path of Databricks stands for: `paths:` in lakelet.yml says it (/Volumes/main/default/landing: ./data/landing).";

function pathNotFound(path: string): LakeletError {
  return new LakeletError({
    condition: "PATH_NOT_FOUND",
    sqlState: "42K03",
    problem: `Path does not exist: ${path}.`,
    cure: CURE,
    parameters: { path },
  });
}
