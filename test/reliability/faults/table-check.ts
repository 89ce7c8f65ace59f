/** What a table's folder holds after a fault, checked from outside: by its log, by its rows, by a write that follows. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SparkSession } from "../../../src/session/contract.js";
import { jsonValue } from "../../../src/tasks/json-value.js";

/** Sorted rows as text; undefined where there is no table. */
export type TableState = readonly string[] | undefined;

export function sameState(one: TableState, other: TableState): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** All rows as a new reader sees them. Throws what the reader throws. */
export async function stateOf(spark: SparkSession, location: string): Promise<TableState> {
  if (!hasCommits(location)) return undefined;
  const { rows } = await spark.execute(`SELECT * FROM delta.\`${location}\``);
  return rows.map((row) => JSON.stringify(row.map(jsonValue))).sort();
}

function hasCommits(location: string): boolean {
  const log = join(location, "_delta_log");
  return existsSync(log) && readdirSync(log).some((name) => COMMIT.test(name) || name.includes(".checkpoint."));
}

const COMMIT = /^\d{20}\.json$/;

interface LoggedFile {
  readonly path: string;
  readonly size?: number;
  readonly deletionVector?: { readonly storageType: string; readonly pathOrInlineDv: string };
}

interface LogLine {
  readonly add?: LoggedFile;
  readonly remove?: LoggedFile;
  readonly cdc?: LoggedFile;
  readonly commitInfo?: { readonly txnId?: string };
}

export interface LogFacts {
  readonly versions: number;
  /** Names of all data files that any commit ever named. */
  readonly named: ReadonlySet<string>;
}

/** Versions without a gap, each commit complete, every live file there in its full size. Throws what is wrong. */
export function checkLog(location: string): LogFacts {
  const folder = join(location, "_delta_log");
  const commits = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => COMMIT.test(name))
        .sort()
    : [];
  const named = new Set<string>();
  const live = new Map<string, LoggedFile>();
  commits.forEach((name, version) => {
    if (Number(name.slice(0, 20)) !== version) throw new Error(`versions have a gap before ${name}`);
    const text = readFileSync(join(folder, name), "utf8");
    if (!text.endsWith("\n")) throw new Error(`${name} has no end`);
    for (const line of text.trimEnd().split("\n")) {
      const { add, remove, cdc } = JSON.parse(line) as LogLine;
      for (const file of [add, remove, cdc]) if (file !== undefined) named.add(decodeURIComponent(file.path));
      if (remove !== undefined) live.delete(remove.path);
      if (add !== undefined) live.set(add.path, add);
    }
  });
  for (const [path, { size }] of live) {
    const found = statSync(join(location, decodeURIComponent(path)), { throwIfNoEntry: false });
    if (found === undefined) throw new Error(`the live file ${path} is missing`);
    if (found.size !== size) throw new Error(`the live file ${path} has ${found.size} bytes instead of ${size}`);
  }
  return { versions: commits.length, named };
}

/** All files of the folder, each by its path in it. */
export function filesOf(location: string): readonly string[] {
  if (!existsSync(location)) return [];
  return readdirSync(location, { recursive: true, encoding: "utf8" }).filter(
    (path) => !statSync(join(location, path)).isDirectory(),
  );
}

/**
 * Files of an operation that no commit names. Deletion vectors are named by an encoding of their id: they count where nothing was committed.
 * @param before the files that were there before the operation
 */
export function leftOvers(
  location: string,
  { named }: LogFacts,
  before: ReadonlySet<string>,
  committed: boolean,
): readonly string[] {
  return filesOf(location).filter((path) => {
    if (before.has(path) || named.has(path)) return false;
    if (path.endsWith(".tmp")) return true;
    if (path.endsWith(".bin")) return !committed;
    return path.endsWith(".parquet") && !path.startsWith("_delta_log/");
  });
}

const LATER = "INSERT INTO {t} (id, name, p) VALUES (1000, 'later', 1)";

/** A write that follows works, and adds its row to the state. Throws what is wrong. */
export async function checkLater(spark: SparkSession, location: string, state: TableState): Promise<void> {
  const table = `delta.\`${location}\``;
  if (state === undefined) await spark.execute(`CREATE TABLE ${table} (id INT, name STRING, p INT) USING delta`);
  await spark.execute(LATER.replace("{t}", table));
  const after = (await stateOf(spark, location)) ?? [];
  const before = state ?? [];
  if (after.length !== before.length + 1) {
    throw new Error(`a later write makes ${after.length} rows of ${before.length}`);
  }
}
