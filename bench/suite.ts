/** Runs the chosen benchmarks, one after the other, in one process that both sides share. */
import { rm } from "node:fs/promises";
import { createLocalSession, type LocalSession } from "../src/session/local-session.js";
import { BareDuckDB } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { BENCHMARKS } from "./benchmarks.js";
import { coldStart, type StartFigure } from "./cold-start.js";
import { type DagFigure, dagRuns } from "./dag.js";
import { checkEqual } from "./equality.js";
import { type LogFigure, logOpen } from "./log-open.js";
import { type MemoryFigures, mergeMemory } from "./merge-memory.js";
import type { BenchOptions } from "./options.js";
import { ordersData } from "./orders-data.js";
import { overheadProcesses } from "./overhead-processes.js";
import { type OverheadFigure, overheads } from "./overheads.js";
import { peakMemory } from "./peak-memory.js";
import { Peers, peerSides } from "./peers/peer-sides.js";
import { type PipelineFigures, pipelineFigures } from "./pipeline/pipeline-bench.js";
import { playRounds, type Round, type Summary, summarise } from "./rounds.js";
import { engineSettings, runFolder, sessionOptions, workplace } from "./workplace.js";

/** Before the first benchmark's rounds: neither Node's nor Spark's code is compiled after one. */
const FIRST_WARM_UPS = 3;

export interface BenchmarkFigure extends Summary {
  readonly id: string;
  readonly title: string;
  readonly bar: Benchmark["bar"];
  readonly met: boolean;
  readonly rounds: readonly Round[];
  /** MB; undefined where it was not asked for. */
  readonly peak: { readonly lakelet: number; readonly bare: number } | undefined;
}

export interface Figures {
  readonly benchmarks: readonly BenchmarkFigure[];
  readonly logs: readonly LogFigure[];
  readonly memory: MemoryFigures | undefined;
  readonly pipeline: PipelineFigures | undefined;
  readonly starts: readonly StartFigure[];
  readonly dags: readonly DagFigure[];
  readonly overheads: readonly OverheadFigure[];
}

/** `tell` is told of each benchmark as it begins. */
export async function runSuite(options: BenchOptions, tell: (text: string) => void = () => {}): Promise<Figures> {
  const isNamed = (id: string) => options.only.includes(id) || options.only.includes(id.replace(/-.*/, ""));
  const isAsked = (id: string) => options.only.length === 0 || isNamed(id);
  const chosen = BENCHMARKS.filter((one) => (one.onlyWhereAsked ? isNamed(one.id) : isAsked(one.id)));
  const benchmarks = chosen.length === 0 ? [] : await runBenchmarks(chosen, options, tell);
  const logs = isAsked("B9") ? await inRunFolder(options, (folder) => logOpen(options, folder, tell)) : [];
  const memory = isNamed("B13")
    ? await inRunFolder(options, (folder) => mergeMemory(options, folder, tell))
    : undefined;
  const pipeline = isAsked("B14")
    ? await inRunFolder(options, (folder) => pipelineFigures(options, folder, tell))
    : undefined;
  if (isAsked("B12")) tell("B12: cold starts");
  const starts = isAsked("B12") ? await coldStart() : [];
  const dags = isAsked("B11") ? await inRunFolder(options, (folder) => dagRuns(folder, options.peers, tell)) : [];
  return { benchmarks, logs, memory, pipeline, starts, dags, overheads: await overheadFigures(options, isAsked, tell) };
}

async function overheadFigures(
  options: BenchOptions,
  isAsked: (id: string) => boolean,
  tell: (text: string) => void,
): Promise<readonly OverheadFigure[]> {
  const within = ["B15", "B16", "B17"].some(isAsked);
  const processes = ["B18", "B19"].some(isAsked);
  return inRunFolder(options, async (folder) => [
    ...(within ? await overheads(options, folder, isAsked, tell) : []),
    ...(processes ? overheadProcesses(folder, isAsked, tell) : []),
  ]);
}

async function inRunFolder<Result>(options: BenchOptions, run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await runFolder(options);
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runBenchmarks(
  chosen: readonly Benchmark[],
  options: BenchOptions,
  tell: (text: string) => void,
): Promise<readonly BenchmarkFigure[]> {
  const folder = await runFolder(options);
  const settings = engineSettings(options, folder);
  const duckdb = await BareDuckDB.open(settings);
  try {
    tell(`${options.rows} orders`);
    const place = workplace(folder, await ordersData(duckdb, options.folder, options.rows));
    const spark = await createLocalSession(sessionOptions(place, settings));
    const peers = options.peers
      ? new Peers({ threads: options.threads, sparkMemory: sparkMemory(options.memoryLimit), folder })
      : undefined;
    try {
      const figures: BenchmarkFigure[] = [];
      for (const benchmark of chosen) {
        tell(`${benchmark.id}: ${benchmark.title}`);
        const figure = await runBenchmark(
          benchmark,
          options,
          place,
          spark,
          duckdb,
          peers,
          figures.length === 0 ? FIRST_WARM_UPS : 1,
        );
        figures.push(figure);
        tell(`    ${figure.ratio.toFixed(3)} of bare DuckDB, CPU ${figure.cpuRatio.toFixed(2)}`);
        for (const one of figure.peers)
          tell(
            `    ${one.ratio.toFixed(3)} of ${one.name}${one.label === undefined ? "" : ` (${one.label})`}, CPU ${one.cpuRatio.toFixed(2)}`,
          );
      }
      return figures;
    } finally {
      await peers?.close();
      await spark.stop();
    }
  } finally {
    duckdb.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runBenchmark(
  benchmark: Benchmark,
  options: BenchOptions,
  place: Workplace,
  spark: LocalSession,
  duckdb: BareDuckDB,
  peers: Peers | undefined,
  warmUps: number,
): Promise<BenchmarkFigure> {
  await benchmark.prepare?.(place, spark);
  const lakelet = benchmark.lakelet(place, spark);
  const bare = benchmark.bare(place, duckdb);
  const others = peers === undefined ? [] : peerSides(benchmark, place, peers);
  const check = async () => {
    await checkEqual(benchmark, lakelet, bare.expected(), spark, duckdb);
    for (const one of others) await one.check(bare.expected(), spark, duckdb);
  };
  const rounds = await playRounds(lakelet, bare, others, warmUps, options.rounds, check);
  await check();
  const summary = summarise(rounds, benchmark.bar.ratio);
  const { id, title, bar } = benchmark;
  const settings = engineSettings(options, place.folder);
  const peakOf = (side: "lakelet" | "bare") => peakMemory({ id, side, place, settings });
  const peak = options.memory ? { lakelet: peakOf("lakelet"), bare: peakOf("bare") } : undefined;
  return { id, title, bar, ...summary, met: summary.overBar <= bar.milliseconds, rounds, peak };
}

/** The JVM's notation of DuckDB's limit. */
function sparkMemory(limit: string): string {
  return limit.toLowerCase().replace(/i?b$/, "");
}
