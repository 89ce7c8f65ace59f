/** R4: processes that write to the same tables, some killed and begun again, and what must hold of the tables afterwards. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalSession } from "../../../src/session/local-session.js";
import { builtPackage } from "../../support/built-package.js";
import { randomNumbers } from "../suite.js";
import { checkTables } from "./table-anomalies.js";
import { type Kind, type Told, WriterProcess } from "./writer-process.js";

export interface ManyWritersOptions {
  readonly processes: number;
  /** Of each process. */
  readonly transactions: number;
  readonly seed: number;
  /** kill -9 of a writer at a random moment; it is begun again behind the transaction that it was at. */
  readonly kills: number;
  readonly kinds?: readonly Kind[];
  /** Properties of the tables, as text within TBLPROPERTIES ( ). */
  readonly properties?: string;
  readonly log?: (line: string) => void;
}

export interface ManyWritersResult {
  readonly anomalies: readonly string[];
  readonly transactions: number;
  readonly versions: number;
  readonly kills: number;
  /** Lost races that were tried again by the writers. */
  readonly conflicts: number;
  readonly seconds: number;
}

export const ACCOUNTS = 12;
export const OPENING_BALANCE = 1_000;
const KEYS = 25;
const ALL_KINDS: readonly Kind[] = [
  ...(["transfer", "withdraw", "upsert"] as const).flatMap((kind) => Array<Kind>(6).fill(kind)),
  ...Array<Kind>(12).fill("append"),
  ...Array<Kind>(2).fill("remove"),
  "optimize",
  "vacuum",
];
const TEN_DAYS = 10 * 86_400;

export async function manyWriters(options: ManyWritersOptions): Promise<ManyWritersResult> {
  const warehouse = mkdtempSync(join(tmpdir(), "lakelet-writers-"));
  const began = performance.now();
  let passed = false;
  try {
    await createTables(warehouse, options.properties);
    const { told, kills, conflicts, problems } = await runWriters(warehouse, options);
    const { anomalies, versions } = await checkTables(warehouse, told, {
      accounts: ACCOUNTS,
      opening: OPENING_BALANCE,
    });
    const all = [...problems, ...anomalies];
    passed = all.length === 0;
    const seconds = (performance.now() - began) / 1_000;
    return { anomalies: all, transactions: told.length, versions, kills, conflicts, seconds };
  } finally {
    if (passed) rmSync(warehouse, { recursive: true, force: true });
    else options.log?.(`kept: ${warehouse}`);
  }
}

async function createTables(warehouse: string, properties: string | undefined): Promise<void> {
  const spark = await createLocalSession({ warehouse, threads: 1 });
  const suffix = properties === undefined ? "" : ` TBLPROPERTIES (${properties})`;
  const accounts = Array.from({ length: ACCOUNTS }, (_, id) => `(${id}, ${OPENING_BALANCE})`).join(", ");
  await spark.execute(
    [
      `CREATE TABLE bank (id INT, balance BIGINT)${suffix}`,
      `INSERT INTO bank VALUES ${accounts}`,
      `CREATE TABLE events (writer INT, number INT, part STRING)${suffix}`,
      `CREATE TABLE counters (k INT, n BIGINT)${suffix}`,
    ].join(";\n"),
  );
  await spark.stop();
  for (const table of ["bank", "events", "counters"]) plantOrphan(join(warehouse, "main/default", table));
}

/** A file of no commit that is old enough for VACUUM. */
function plantOrphan(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "part-00000-orphan.parquet");
  writeFileSync(file, "not of any commit");
  const old = Date.now() / 1_000 - TEN_DAYS;
  utimesSync(file, old, old);
}

interface Run {
  readonly told: readonly Told[];
  readonly kills: number;
  readonly conflicts: number;
  readonly problems: readonly string[];
}

async function runWriters(warehouse: string, options: ManyWritersOptions): Promise<Run> {
  const { folder } = builtPackage();
  const next = randomNumbers(options.seed);
  const told = new Map<string, Told>();
  const problems: string[] = [];
  let [killsLeft, kills, conflicts, begun] = [options.kills, 0, 0, 0];
  const total = options.processes * options.transactions;
  // Kills are spread over the work rather than over time: a slow machine gets as many.
  const moments = Array.from({ length: options.kills }, () => next() * total * 0.9).sort((a, b) => a - b);

  const write = async (writer: number): Promise<void> => {
    for (let first = 0; first < options.transactions; ) {
      const task = { warehouse, writer, seed: options.seed, kinds: options.kinds ?? ALL_KINDS, first };
      const left = options.transactions - first;
      let killed = false;
      const child = new WriterProcess(folder, { ...task, transactions: left, accounts: ACCOUNTS, keys: KEYS }, () => {
        const due = begun + child.begun >= (moments[options.kills - killsLeft] ?? Number.POSITIVE_INFINITY);
        if (killsLeft === 0 || killed || child.finished || !due) return;
        killsLeft--;
        kills++;
        killed = true;
        setTimeout(() => child.kill(), next() * 30);
      });
      await child.ended;
      for (const [id, one] of child.told) told.set(id, one);
      conflicts += child.conflicts;
      begun += child.begun;
      first += child.begun;
      if (child.finished || killed) continue;
      problems.push(`writer ${writer} ended by itself: ${child.errors}`);
      return;
    }
  };
  await Promise.all(Array.from({ length: options.processes }, (_, writer) => write(writer)));
  return { told: [...told.values()], kills, conflicts, problems };
}
