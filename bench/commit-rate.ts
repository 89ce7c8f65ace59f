/**
 * B10: durable commits a second, of ten rows each, alone and with several processes on one table; nothing may be lost or be there twice.
 * `npx jiti bench/commit-rate.ts --commits 800 --processes 1,2,4,8 --peers`; beside them delta-rs, Spark and Polars, and what the disk and DuckDB give for a bare COPY with its
 * flushes and a commit file.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { link, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { createLocalSession, type LocalSession } from "../src/session/local-session.js";
import { builtPackage } from "../test/support/built-package.js";
import { markdownTable, verdict } from "./markdown-table.js";
import { PeerProcess } from "./peers/peer-process.js";
import type { PeerName } from "./peers/peer-work.js";

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Figure {
  readonly what: string;
  readonly processes: number;
  readonly commits: number;
  readonly perSecond: number;
  /** Of the processor, a commit. */
  readonly milliseconds: number;
  readonly bar: string;
  readonly problems: string;
}

const ROWS = 10;
const COLUMNS = "(writer INT, number INT, row INT, name STRING, amount DECIMAL(10,2))";
/** Commits of a peer before those that count. */
const WARM_UP = 10;
const BARS: Readonly<Record<number, number>> = { 1: 100, 8: 150 };

/** Peers, their processes, and what part of the commits they make: Spark needs a hundred times as long for one. */
const PEERS: readonly (readonly [PeerName, processes: number, part: number])[] = [
  ["delta-rs", 1, 0.5],
  ["delta-rs", 8, 0.5],
  ["Polars", 1, 0.25],
  ["Spark", 1, 0.05],
];

const { values } = parseArgs({
  options: {
    commits: { type: "string", default: "800" },
    processes: { type: "string", default: "1,2,4,8" },
    peers: { type: "boolean", default: false },
  },
});
const commits = Number(values.commits);
const figures: Figure[] = [await bare(commits)];
for (const processes of values.processes.split(",").map(Number)) figures.push(await measured(processes, commits));
if (values.peers) {
  for (const [name, processes, part] of PEERS) {
    figures.push(await peerMeasured(name, processes, Math.ceil(commits * part)));
  }
}
const head = ["B10", "processes", "commits", "commits/s", "CPU ms a commit", "bar", "problems"];
const rows = figures.map(({ what, processes, commits, perSecond, milliseconds, bar, problems }) => [
  ...[what, processes, commits, perSecond, milliseconds, bar, problems],
]);
process.stdout.write(`${markdownTable(head, rows)}\n`);
process.exit(figures.some(({ what, problems }) => what.startsWith("lakelet") && problems !== "") ? 1 : 0);

/** Commits are shared among the processes. */
async function measured(processes: number, total: number): Promise<Figure> {
  const warehouse = mkdtempSync(join(tmpdir(), "lakelet-commits-"));
  try {
    const spark = await createLocalSession({ warehouse, threads: 1 });
    await spark.execute(`CREATE TABLE t ${COLUMNS}`);
    const each = Math.ceil(total / processes);
    const children = Array.from({ length: processes }, (_, writer) => started(warehouse, writer, each));
    await Promise.all(children.map((child) => line(child)));
    const began = performance.now();
    for (const child of children) child.stdin.write("go\n");
    const used = (await Promise.all(children.map((child) => line(child)))).map(
      (text) => JSON.parse(text) as { readonly user: number; readonly system: number },
    );
    const seconds = (performance.now() - began) / 1_000;
    const count = each * processes;
    const processor = used.reduce((sum, one) => sum + one.user + one.system, 0);
    const perSecond = Math.round(count / seconds);
    const bar = BARS[processes];
    const problems = await problemsOf(spark, "t", count);
    await spark.stop();
    return {
      what: "lakelet, INSERT of 10 rows",
      processes,
      commits: count,
      perSecond,
      milliseconds: Math.round((processor / count) * 10) / 10,
      bar: bar === undefined ? "" : `${verdict(perSecond >= bar)}: ${bar}/s`,
      problems,
    };
  } finally {
    rmSync(warehouse, { recursive: true, force: true });
  }
}

/** A process a writer, warmed up on a table of its own. None of the peers flushes its files, so that their commits are not durable. */
async function peerMeasured(name: PeerName, processes: number, total: number): Promise<Figure> {
  const warehouse = mkdtempSync(join(tmpdir(), "lakelet-commits-"));
  const spark = await createLocalSession({ warehouse, threads: 1 });
  const settings = { threads: name === "Spark" ? 2 : 1, sparkMemory: "2g" };
  const writers = Array.from({ length: processes }, (_, writer) =>
    PeerProcess.start(name, { ...settings, folder: join(warehouse, `peer-${writer}`) }),
  );
  try {
    const location = (of: string) => join(warehouse, `table-${of}`);
    const each = Math.ceil(total / processes);
    for (const of of ["t", ...writers.keys()])
      await spark.execute(`CREATE TABLE delta.\`${location(`${of}`)}\` ${COLUMNS}`);
    const insert = (writer: number, table: string, count: number) =>
      writers[writer]?.run({ do: "insert", first: 0, count, writer }, location(table));
    await Promise.all([...writers.keys()].map((writer) => insert(writer, `${writer}`, WARM_UP)));
    const began = performance.now();
    const ends = await Promise.allSettled([...writers.keys()].map((writer) => insert(writer, "t", each)));
    const seconds = (performance.now() - began) / 1_000;
    const failures = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason).slice(0, 120)] : []));
    const used = ends.map((end) => (end.status === "fulfilled" ? (end.value?.cpuMilliseconds ?? 0) : 0));
    const count = each * processes;
    return {
      what: `${name}, not flushed`,
      processes,
      commits: count,
      perSecond: failures.length === 0 ? Math.round((count / seconds) * 10) / 10 : 0,
      milliseconds: Math.round((used.reduce((sum, one) => sum + one, 0) / count) * 10) / 10,
      bar: "",
      problems: failures[0] ?? (await problemsOf(spark, `delta.\`${location("t")}\``, count)),
    };
  } finally {
    await Promise.all(writers.map((one) => one.close()));
    await spark.stop();
    rmSync(warehouse, { recursive: true, force: true });
  }
}

function started(warehouse: string, writer: number, count: number): Child {
  const program = join(import.meta.dirname, "commit-writer.mjs");
  const args = [program, builtPackage().folder, warehouse, String(writer), String(count)];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
}

/** The next line that the child says; its errors if it ends without one. */
function line(child: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("close", () => reject(new Error(`a writer ended: ${errors}`)));
  });
}

async function problemsOf(spark: LocalSession, table: string, count: number): Promise<string> {
  const { rows } = await spark.execute(`SELECT count(*), count(DISTINCT writer, number, row) FROM ${table}`);
  const [found, different] = (rows[0] ?? []).map((value) => Number(value));
  return found === count * ROWS && different === found
    ? ""
    : `${found} rows, ${different} different, of ${count * ROWS}`;
}

/** The least that a durable commit costs: a COPY of ten rows, flushed with its folder, and a commit file put beside it. */
async function bare(count: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-bare-"));
  const log = join(folder, "log");
  mkdirSync(log);
  const duckdb = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await duckdb.connect();
  const rows = Array.from({ length: ROWS }, (_, row) => `(0, 0, ${row}, 'row ${row}', ${row}.25)`).join(", ");
  const commit = async (number: number): Promise<void> => {
    const file = join(folder, `${number}.parquet`);
    await connection.run(`COPY (SELECT * FROM (VALUES ${rows}) AS t) TO '${file}' (FORMAT parquet, RETURN_STATS)`);
    await flushed(file);
    await flushed(folder);
    const temporary = join(log, `.${number}.tmp`);
    const handle = await open(temporary, "wx");
    await handle.writeFile("x".repeat(900));
    await handle.sync();
    await handle.close();
    await link(temporary, join(log, `${number}.json`));
    await unlink(temporary);
    await flushed(log);
  };
  for (let number = 0; number < 10; number++) await commit(-1 - number);
  const before = process.cpuUsage();
  const began = performance.now();
  for (let number = 0; number < count; number++) await commit(number);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  connection.closeSync();
  rmSync(folder, { recursive: true, force: true });
  return {
    what: "bare: COPY, flushes, commit file",
    processes: 1,
    commits: count,
    perSecond: Math.round(count / seconds),
    milliseconds: Math.round((user + system) / count / 100) / 10,
    bar: "",
    problems: "",
  };
}

async function flushed(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync();
  await handle.close();
}
