/** A Delta table seen without lakelet: its live files by the JSON of its log, and a copy of it by hard links. */
import { link, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeletionVectorDescriptor } from "../src/delta/actions.js";

export interface LiveFile {
  /** Absolute. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Marks rows that are gone. */
  readonly deletionVector?: DeletionVectorDescriptor;
}

interface LogLine {
  readonly add?: Omit<LiveFile, "path"> & { readonly path: string };
  readonly remove?: { readonly path: string };
}

/** The whole log is read: no benchmark makes so many commits that its beginning would be cleaned up. */
export async function liveFiles(table: string): Promise<readonly LiveFile[]> {
  const log = join(table, "_delta_log");
  const commits = (await readdir(log)).filter((name) => /^\d{20}\.json$/.test(name)).sort();
  const live = new Map<string, LiveFile>();
  for (const commit of commits) {
    const lines = (await readFile(join(log, commit), "utf8")).split("\n").filter((line) => line !== "");
    const actions = lines.map((line): LogLine => JSON.parse(line));
    for (const { remove } of actions) if (remove) live.delete(remove.path);
    for (const { add } of actions) {
      if (add) live.set(add.path, { ...add, path: join(table, decodeURIComponent(add.path)) });
    }
  }
  return [...live.values()];
}

export async function copyTable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    await (entry.isDirectory() ? copyTable(source, target) : link(source, target));
  }
}
