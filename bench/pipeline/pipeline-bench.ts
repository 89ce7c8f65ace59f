/** B14: bronze, silver with ten expectations, gold; then a day's file. All sides in turn, each phase apart, results compared. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createLocalSession, type LocalSession } from "../../src/session/local-session.js";
import { BareDuckDB } from "../bare-duckdb.js";
import { plainTable, type Rows, readByLakelet } from "../equality.js";
import type { BenchOptions } from "../options.js";
import { PeerProcess } from "../peers/peer-process.js";
import { median, type Sample } from "../rounds.js";
import { engineSettings } from "../workplace.js";
import { barePipeline } from "./bare-pipeline.js";
import { declarativeSide, scriptSide } from "./lakelet-pipeline.js";
import { dbtSide, pythonSide, sparkSide } from "./peer-pipelines.js";
import { pipelineData } from "./pipeline-data.js";
import type { PhaseSamples, PipelineResult, PipelineSide } from "./pipeline-side.js";
import { COMPARED, PHASES, RESULT_TABLES, type ResultTable } from "./pipeline-work.js";

/** lakelet's time may be so many times the limit's, in each phase. */
export const PIPELINE_BAR = 1.2;
const PEERS = ["delta-rs", "Polars", "Spark", "dbt"] as const;

export const STEPS = ["year", "day"] as const;
export type Step = (typeof STEPS)[number];
type StepSamples = Readonly<Record<Step, PhaseSamples>>;
type PipelineRound = readonly StepSamples[];

export interface PhaseFigure extends Sample {
  /** Median over the rounds of the time by the limit's of the same round. */
  readonly ratio: number;
  readonly cpuRatio: number;
}

export interface PipelineFigure {
  readonly side: string;
  /** `year bronze`, `day gold`, and `year` and `day` for all phases of them. */
  readonly phases: Readonly<Record<string, PhaseFigure>>;
}

export interface PipelineFigures {
  readonly rows: number;
  readonly dayRows: number;
  readonly rounds: number;
  /** The first is the limit, then lakelet's, then the peers. */
  readonly sides: readonly PipelineFigure[];
}

export async function pipelineFigures(
  options: BenchOptions,
  folder: string,
  tell: (text: string) => void,
): Promise<PipelineFigures> {
  const settings = engineSettings(options, folder);
  const warehouse = join(folder, "lake");
  const duckdb = await BareDuckDB.open(settings);
  const spark = await createLocalSession({ warehouse, workingFolder: folder, timeZone: "UTC", ...settings });
  const peers: PeerProcess[] = [];
  try {
    const data = await pipelineData(duckdb, options.folder, options.rows);
    tell(`B14: ${data.rows} orders, then ${data.dayRows} of a day`);
    const place = { folder, warehouse, tell };
    const sides: PipelineSide[] = [
      barePipeline(duckdb, data, join(folder, "bare")),
      scriptSide(spark, data, warehouse),
      declarativeSide(spark, data, place),
    ];
    for (const name of options.peers ? PEERS : []) {
      const home = join(folder, `peer-${name}`);
      await mkdir(home, { recursive: true });
      const sparkMemory = options.memoryLimit.toLowerCase().replace(/i?b$/, "");
      const peer = PeerProcess.start(name, { threads: options.threads, sparkMemory, folder: home });
      peers.push(peer);
      const at = join(home, "lake");
      if (name === "dbt") sides.push(dbtSide(peer, data, at, options));
      else sides.push(name === "Spark" ? sparkSide(peer, data, at) : pythonSide(peer, data, at));
    }
    await playRound(sides, 0);
    await checkEqual(sides, spark, duckdb);
    const rounds: PipelineRound[] = [];
    for (let i = 1; i <= options.rounds; i++) {
      rounds.push(await playRound(sides, i));
      tell(`    round ${i}: ${sides.map(({ name }, at) => `${name} ${timesOf(rounds.at(-1)?.[at])}`).join("; ")}`);
    }
    await checkEqual(sides, spark, duckdb);
    const { rows, dayRows } = data;
    return {
      rows,
      dayRows,
      rounds: options.rounds,
      sides: sides.map(({ name }, i) => ({ side: name, phases: figures(rounds, i) })),
    };
  } finally {
    await Promise.all(peers.map((one) => one.close()));
    await spark.stop();
    duckdb.close();
  }
}

/** Each side does both steps, one side after the other; who begins changes from round to round. */
async function playRound(sides: readonly PipelineSide[], number: number): Promise<PipelineRound> {
  const samples: StepSamples[] = [];
  const order = sides.map((_, i) => i);
  for (const i of number % 2 === 0 ? order : order.reverse()) {
    const side = sides[i];
    if (!side) continue;
    await side.reset();
    const year = await side.year();
    samples[i] = { year, day: await side.day() };
  }
  return samples;
}

/** Throws where a side's rows are not the limit's. A table of lakelet's is read in two ways. */
async function checkEqual(sides: readonly PipelineSide[], spark: LocalSession, duckdb: BareDuckDB): Promise<void> {
  const [limit, ...others] = sides;
  const plain: Rows = (sql) => duckdb.rows(sql);
  for (const table of RESULT_TABLES) {
    const digest = async (result: PipelineResult | undefined, side: string): Promise<readonly string[]> => {
      if (result === undefined) return [];
      if (result.kind === "relation") return [await digestOf(result.sql, table, plain)];
      const byLakelet = await readByLakelet(result.name, spark, (relation, rows) => digestOf(relation, table, rows));
      if (!side.startsWith("lakelet")) return [byLakelet];
      return [byLakelet, await digestOf(await plainTable(result.location), table, plain)];
    };
    const [wanted] = await digest(await limit?.result(table), "");
    for (const side of others) {
      for (const found of await digest(await side.result(table), side.name)) {
        if (found !== wanted) throw new Error(`B14: ${table} of ${side.name} differs: ${found} instead of ${wanted}`);
      }
    }
  }
}

/** Values as texts: a decimal of another width is the same. */
async function digestOf(relation: string, table: ResultTable, rows: Rows): Promise<string> {
  const texts = COMPARED[table].split(", ").map((name) => `coalesce(${textOf(name)}, '∅')`);
  const hashes = `SELECT hash(concat_ws('|', ${texts.join(", ")})) AS hash FROM ${relation}`;
  const [row] = await rows(
    `SELECT concat_ws(' ', count(*)::VARCHAR, sum(hash::HUGEINT)::VARCHAR, bit_xor(hash)::VARCHAR) FROM (${hashes})`,
  );
  return String(row?.[0]);
}

const MOMENTS: ReadonlySet<string> = new Set(["updated_at", "last_update"]);
const textOf = (name: string) => (MOMENTS.has(name) ? `epoch_us(${name})::VARCHAR` : `${name}::VARCHAR`);

function figures(rounds: readonly PipelineRound[], side: number): Readonly<Record<string, PhaseFigure>> {
  const found: Record<string, PhaseFigure> = {};
  for (const step of STEPS) {
    for (const phase of PHASES) {
      found[`${step} ${phase}`] = figure(rounds, side, (one) => one[step][phase]);
    }
    found[step] = figure(rounds, side, (one) => sum(one[step]));
  }
  return found;
}

function figure(rounds: readonly PipelineRound[], side: number, of: (one: StepSamples) => Sample): PhaseFigure {
  const pairs = rounds.flatMap((round) => {
    const [limit, own] = [round[0], round[side]];
    return limit && own ? [{ limit: of(limit), own: of(own) }] : [];
  });
  return {
    milliseconds: median(pairs.map(({ own }) => own.milliseconds)),
    cpuMilliseconds: median(pairs.map(({ own }) => own.cpuMilliseconds)),
    ratio: median(pairs.map(({ own, limit }) => own.milliseconds / limit.milliseconds)),
    cpuRatio: median(pairs.map(({ own, limit }) => own.cpuMilliseconds / limit.cpuMilliseconds)),
  };
}

function sum(samples: PhaseSamples): Sample {
  const all = PHASES.map((phase) => samples[phase]);
  return {
    milliseconds: all.reduce((total, one) => total + one.milliseconds, 0),
    cpuMilliseconds: all.reduce((total, one) => total + one.cpuMilliseconds, 0),
  };
}

function timesOf(samples: StepSamples | undefined): string {
  if (samples === undefined) return "";
  return STEPS.map((step) => PHASES.map((phase) => Math.round(samples[step][phase].milliseconds)).join("/")).join(" ");
}
