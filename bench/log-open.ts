/** B9: what it costs to open tables of many files and to find the few that a query needs, beside delta-rs and bare DuckDB on the same logs. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Snapshot } from "../src/delta/contract.js";
import { createDeltaLog } from "../src/delta/delta-log.js";
import { createEngine } from "../src/duckdb/duckdb-engine.js";
import type { Engine } from "../src/engine/engine.js";
import type { SkippingPredicate } from "../src/expression/skipping-predicate.js";
import { LocalStorage } from "../src/storage/local-storage.js";
import { BareDuckDB } from "./bare-duckdb.js";
import { FILES_PER_DAY, type LogTable, pickFile, writeLogTable } from "./log-tables.js";
import type { BenchOptions } from "./options.js";
import { median } from "./rounds.js";
import { engineSettings } from "./workplace.js";

export interface LogFigure {
  readonly table: LogTable;
  /** Milliseconds: a log opened and a plan by statistics made; another plan of the opened log; one by the partition. */
  readonly open: number;
  readonly plan: number;
  readonly partitionPlan: number;
  /** Milliseconds of CPU of the plan, which a busy machine disturbs less. */
  readonly planCpu: number;
  /** Milliseconds: the table opened and the same plan by statistics made; undefined where delta-rs is not installed. */
  readonly deltaRs: number | undefined;
  /** Milliseconds: the statistics of all files asked in SQL, of the checkpoint or of the commits. */
  readonly duckdb: number;
  /** For 100,000 files. */
  readonly met: boolean | undefined;
}

const BAR_MILLISECONDS = 150;
/** From ten thousand files to ten times as many. */
const BAR_GROWTH = 8;
const SIZES = [10_000, 30_000, 100_000];
const FORMS = [
  { title: "checkpoint", hasCheckpoint: true, tail: 0 },
  { title: "checkpoint, 1,000 commits", hasCheckpoint: true, tail: 1_000 },
  { title: "commits only", hasCheckpoint: false, tail: 0 },
] as const;

export async function logOpen(
  options: BenchOptions,
  folder: string,
  tell: (text: string) => void,
): Promise<readonly LogFigure[]> {
  const engine = await createEngine({ threads: options.threads, memoryLimit: options.memoryLimit });
  const duckdb = await BareDuckDB.open(engineSettings(options, folder));
  try {
    const figures: LogFigure[] = [];
    for (const form of FORMS) {
      const smallest = figures.length;
      for (const files of SIZES) {
        const table: LogTable = { ...form, files };
        tell(`B9: ${files} files, ${form.title}`);
        const location = join(folder, `log-${form.title.replaceAll(/\W+/g, "-")}-${files}`);
        await writeLogTable(table, location, engine);
        figures.push(await measure(table, location, options.rounds, engine, duckdb, figures[smallest]));
      }
    }
    return figures;
  } finally {
    duckdb.close();
    await engine.close();
  }
}

async function measure(
  table: LogTable,
  location: string,
  rounds: number,
  engine: Engine,
  duckdb: BareDuckDB,
  smallest: LogFigure | undefined,
): Promise<LogFigure> {
  const { id, day } = pickFile(table);
  const byId: SkippingPredicate = { kind: "compare", operator: "=", column: ["id"], value: id };
  const byDay: SkippingPredicate = { kind: "compare", operator: "=", column: ["day"], value: day };
  const samples: Record<"open" | "plan" | "partitionPlan" | "duckdb" | "planCpu", number[]> = {
    open: [],
    plan: [],
    partitionPlan: [],
    duckdb: [],
    planCpu: [],
  };
  // One more: the first warms up.
  for (let round = 0; round <= rounds; round++) {
    const log = createDeltaLog(new LocalStorage(), engine, location);
    const open = await milliseconds(async () => expectFiles(await log.snapshot(), byId, 1));
    const snapshot = await log.snapshot();
    const cpu = process.cpuUsage();
    const plan = await milliseconds(() => expectFiles(snapshot, byId, 1));
    const { user, system } = process.cpuUsage(cpu);
    const partitionPlan = await milliseconds(() => expectFiles(snapshot, byDay, FILES_PER_DAY));
    const bare = await milliseconds(() => duckdb.rows(bareSql(table, location, id)));
    if (round === 0) continue;
    samples.open.push(open);
    samples.plan.push(plan);
    samples.planCpu.push((user + system) / 1_000);
    samples.partitionPlan.push(partitionPlan);
    samples.duckdb.push(bare);
  }
  const [open, plan] = [median(samples.open), median(samples.plan)];
  const isLargest = table.files === SIZES.at(-1);
  const met = isLargest ? plan <= BAR_MILLISECONDS && plan <= BAR_GROWTH * (smallest?.plan ?? 0) : undefined;
  return {
    table,
    open,
    plan,
    partitionPlan: median(samples.partitionPlan),
    planCpu: median(samples.planCpu),
    deltaRs: deltaRsMilliseconds(location, id, rounds),
    duckdb: median(samples.duckdb),
    met,
  };
}

async function expectFiles(snapshot: Snapshot, predicate: SkippingPredicate, expected: number): Promise<void> {
  let files = 0;
  for await (const batch of snapshot.files(predicate)) files += batch.length;
  if (files !== expected) throw new Error(`B9: the plan has ${files} files instead of ${expected}`);
}

function bareSql({ hasCheckpoint }: LogTable, location: string, id: bigint): string {
  const log = join(location, "_delta_log");
  const stats = hasCheckpoint
    ? `SELECT "add".path, "add".stats FROM read_parquet('${log}/*.checkpoint.parquet') WHERE "add".path IS NOT NULL`
    : `SELECT "add".path, "add".stats FROM read_json('${log}/*.json', format = 'newline_delimited',
         columns = {"add": 'STRUCT(path VARCHAR, stats VARCHAR)'}) WHERE "add".path IS NOT NULL`;
  return `SELECT path FROM (${stats}) WHERE (stats->>'$.minValues.id')::BIGINT <= ${id} AND (stats->>'$.maxValues.id')::BIGINT >= ${id}`;
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Its own process times it, warmed up by one round. Installed by the interop tests; without them there is no figure. */
const DELTA_RS = `
import sys, time
from deltalake import DeltaTable
location, id, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
for _ in range(rounds + 1):
    start = time.perf_counter()
    files = DeltaTable(location).file_uris(file_pruning_predicate=f"id = {id}")
    print((time.perf_counter() - start) * 1000)
    assert len(files) == 1, len(files)
`;

function deltaRsMilliseconds(location: string, id: bigint, rounds: number): number | undefined {
  const script = join(import.meta.dirname, "../test/interop/peers.sh");
  try {
    const peers = execFileSync(script, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const args = ["-c", DELTA_RS, location, String(id), String(rounds)];
    const printed = execFileSync(join(peers, "venv/bin/python"), args, { encoding: "utf8" });
    return median(printed.trim().split("\n").slice(1).map(Number));
  } catch {
    return undefined;
  }
}
