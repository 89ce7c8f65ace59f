/** Looks for what must never be: a transaction lost or there twice, a version missing, a state that no order of the transactions gives. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SparkSession } from "../../../src/session/contract.js";
import { createLocalSession } from "../../../src/session/local-session.js";
import type { Told } from "./writer-process.js";

interface Bank {
  readonly accounts: number;
  readonly opening: number;
}

interface Committed {
  readonly version: number;
  readonly id: string;
  readonly kind: string;
  readonly effect: Readonly<Record<string, number>>;
}

interface TableLog {
  readonly versions: readonly number[];
  /** Of the writers, in version order. */
  readonly commits: readonly Committed[];
}

const TABLES = ["bank", "events", "counters"] as const;

export async function checkTables(
  warehouse: string,
  told: readonly Told[],
  bank: Bank,
): Promise<{ readonly anomalies: readonly string[]; readonly versions: number }> {
  const spark = await createLocalSession({ warehouse, threads: 2 });
  try {
    const logs = Object.fromEntries(TABLES.map((table) => [table, readLog(folderOf(warehouse, table))]));
    const anomalies = [
      ...told.filter(({ outcome }) => outcome === "failed").map(({ id, kind, message }) => `${kind} ${id}: ${message}`),
      ...TABLES.flatMap((table) => gaps(table, logs[table]?.versions ?? [])),
      ...lostOrTwice(told, logs),
      ...(await bankAnomalies(spark, logs.bank, bank)),
      ...(await rowAnomalies(spark, logs)),
      ...(await replayAnomalies(spark, warehouse)),
    ];
    const versions = Object.values(logs).reduce((sum, log) => sum + log.versions.length, 0);
    return { anomalies, versions };
  } finally {
    await spark.stop();
  }
}

function folderOf(warehouse: string, table: string): string {
  return join(warehouse, "main/default", table);
}

/** The log as it lies on disk, read without lakelet. */
function readLog(folder: string): TableLog {
  const files = readdirSync(join(folder, "_delta_log"))
    .filter((name) => /^\d{20}\.json$/.test(name))
    .sort();
  const commits = files.flatMap((name) => {
    const text = readFileSync(join(folder, "_delta_log", name), "utf8");
    const first = JSON.parse(text.slice(0, text.indexOf("\n"))) as { commitInfo?: { userMetadata?: string } };
    const [id, kind, ...effect] = first.commitInfo?.userMetadata?.split("/") ?? [];
    if (id === undefined || kind === undefined) return [];
    return [{ version: Number(name.slice(0, 20)), id, kind, effect: JSON.parse(effect.join("/")) }];
  });
  return { versions: files.map((name) => Number(name.slice(0, 20))), commits };
}

function gaps(table: string, versions: readonly number[]): readonly string[] {
  return versions.flatMap((version, index) => (version === index ? [] : [`${table}: version ${index} is missing`]));
}

function lostOrTwice(told: readonly Told[], logs: Readonly<Record<string, TableLog>>): readonly string[] {
  const counts = new Map<string, number>();
  for (const log of Object.values(logs))
    for (const { id, kind } of log.commits) {
      // Maintenance may take several commits, and bears the statement's name in each.
      if (kind !== "vacuum" && kind !== "optimize") counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  const anomalies: string[] = [];
  for (const { id, kind, outcome } of told) {
    const count = counts.get(id) ?? 0;
    // A key that is not there is removed without a commit.
    const mustCommit = ["transfer", "append", "upsert"].includes(kind);
    if (outcome === "done" && mustCommit && count === 0) anomalies.push(`${kind} ${id} was acknowledged, and is lost`);
    if (outcome === "failed" && count > 0) anomalies.push(`${kind} ${id} failed, and is there`);
    if (count > 1) anomalies.push(`${kind} ${id} is there ${count} times`);
  }
  return anomalies;
}

async function bankAnomalies(spark: SparkSession, log: TableLog | undefined, bank: Bank): Promise<readonly string[]> {
  if (log === undefined) return ["the bank has no log"];
  const anomalies: string[] = [];
  const total = BigInt(bank.accounts * bank.opening);
  for (const version of log.versions.slice(1)) {
    const sql = `SELECT count(*), count(DISTINCT id), sum(balance) FROM bank VERSION AS OF ${version}`;
    const [row] = (await spark.execute(sql)).rows;
    const [rows, ids, sum] = (row ?? []).map((value) => BigInt(String(value)));
    if (rows !== BigInt(bank.accounts) || ids !== rows || sum !== total) {
      anomalies.push(`bank, version ${version}: ${rows} accounts, ${ids} different, total ${sum} and not ${total}`);
    }
  }
  const balances = new Map(Array.from({ length: bank.accounts }, (_, id) => [id, bank.opening]));
  for (const { effect } of log.commits.filter(({ kind }) => kind === "transfer")) {
    const { from = 0, to = 0, amount = 0 } = effect;
    balances.set(from, (balances.get(from) ?? 0) - amount);
    balances.set(to, (balances.get(to) ?? 0) + amount);
  }
  const { rows } = await spark.execute("SELECT id, balance FROM bank");
  return [...anomalies, ...differences("bank", balances, rows)];
}

async function rowAnomalies(spark: SparkSession, logs: Readonly<Record<string, TableLog>>): Promise<readonly string[]> {
  const counters = new Map<number, number>();
  for (const { kind, effect } of logs.counters?.commits ?? []) {
    const key = effect.key ?? -1;
    if (kind === "upsert") counters.set(key, (counters.get(key) ?? 0) + 1);
    if (kind === "remove") counters.delete(key);
  }
  const events = new Map<string, number>();
  for (const { kind, effect } of logs.events?.commits ?? []) {
    if (kind !== "append") continue;
    for (const part of ["x", "y"]) events.set(`${effect.writer}-${effect.number}-${part}`, 1);
  }
  const stored = await spark.execute("SELECT k, n FROM counters");
  const appended = await spark.execute(
    "SELECT concat(writer, '-', number, '-', part), count(*) FROM events GROUP BY 1",
  );
  return [...differences("counters", counters, stored.rows), ...differences("events", events, appended.rows)];
}

/** Key and value of rows against what the commits come to. */
function differences<Key extends string | number>(
  table: string,
  expected: ReadonlyMap<Key, number>,
  rows: readonly (readonly unknown[])[],
): readonly string[] {
  const anomalies: string[] = [];
  const seen = new Set<string>();
  const texts = new Map([...expected].map(([key, value]) => [String(key), String(value)]));
  for (const [key, value] of rows) {
    const name = String(key);
    if (seen.has(name)) anomalies.push(`${table}: ${name} is there twice`);
    seen.add(name);
    if (texts.get(name) !== String(value)) anomalies.push(`${table}: ${name} is ${value}, and not ${texts.get(name)}`);
  }
  for (const key of texts.keys()) if (!seen.has(key)) anomalies.push(`${table}: ${key} is missing`);
  return anomalies;
}

/** The same rows from all commits as from the newest checkpoint. */
async function replayAnomalies(spark: SparkSession, warehouse: string): Promise<readonly string[]> {
  const anomalies: string[] = [];
  const scratch = mkdtempSync(join(tmpdir(), "lakelet-replay-"));
  try {
    for (const table of TABLES) {
      const copy = join(scratch, table);
      cpSync(folderOf(warehouse, table), copy, {
        recursive: true,
        filter: (file) => !/checkpoint|\.compacted\.|\.crc$|_sidecars/.test(file),
      });
      const fingerprint = "count(*), bit_xor(xxhash64(*))";
      const [fromCommits] = (await spark.execute(`SELECT ${fingerprint} FROM delta.\`${copy}\``)).rows;
      const [fromCheckpoint] = (await spark.execute(`SELECT ${fingerprint} FROM ${table}`)).rows;
      if (String(fromCommits) !== String(fromCheckpoint)) {
        anomalies.push(`${table}: ${fromCheckpoint} with checkpoints, ${fromCommits} from commits alone`);
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return anomalies;
}
