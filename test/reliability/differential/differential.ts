/** R8: random sequences of statements on lakelet, or on Spark, against the model; failures are shrunk and told with their seed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createLocalSession } from "../../../src/session/local-session.js";
import { Peers, READERS, type Reader } from "../../interop/peers.js";
import type { SuiteOptions, SuiteResult } from "../suite.js";
import { lakeletTable } from "./lakelet-table.js";
import { type Sequence, sequences, type TableSettings } from "./sequence.js";
import { type DifferentialTable, runSequence, type Trace } from "./sequence-run.js";
import { sparkTable } from "./spark-table.js";

export interface DifferentialOptions extends SuiteOptions {
  readonly engine: "lakelet" | "spark";
  /** Who else reads lakelet's table after every step. */
  readonly readers?: readonly Reader[];
  /** Stops between sequences once so many statements ran. */
  readonly statements?: number;
  /** Stops between sequences after so many seconds. */
  readonly seconds?: number;
}

/** The suites of the programme: `count` sequences on lakelet alone; `count` statements each with the peers reading, and of Spark itself. */
export function sequencesOnLakelet(options: SuiteOptions): Promise<SuiteResult> {
  return runDifferential({ ...options, engine: "lakelet" });
}
export function statementsReadByPeers({ count, ...options }: SuiteOptions): Promise<SuiteResult> {
  return runDifferential({ ...options, count, statements: count, engine: "lakelet", readers: READERS });
}
export function statementsOnSpark({ count, ...options }: SuiteOptions): Promise<SuiteResult> {
  return runDifferential({ ...options, count, statements: count, engine: "spark" });
}

interface Bench {
  readonly table: (path: string, settings: TableSettings) => DifferentialTable;
  close(): Promise<void>;
}

/** Sequences that one call of fast-check runs: as many are lost for the count where one of them fails. */
const BATCH = 50;

export async function runDifferential(options: DifferentialOptions): Promise<SuiteResult> {
  const folder = await mkdtemp(join(tmpdir(), "lakelet-differential-"));
  const bench = await openBench(options, folder);
  const anomalies: string[] = [];
  const end = Date.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let [count, statements] = [0, 0];
  const isOver = (): boolean => statements >= (options.statements ?? Number.POSITIVE_INFINITY) || Date.now() > end;
  try {
    for (let batch = 0; count < options.count && !isOver(); batch++) {
      const numRuns = Math.min(BATCH, options.count - count);
      const seed = options.seed + batch;
      const traces = new Map<string, Trace>();
      let number = 0;
      const property = fc.asyncProperty(sequences, async (sequence: Sequence) => {
        if (isOver() && traces.size === 0) return;
        const path = join(folder, `t${seed}_${number++}`);
        const trace: Trace = [];
        try {
          statements += await runSequence(bench.table(path, sequence.settings), sequence, trace);
          count++;
        } catch (error) {
          traces.set(String(error), trace);
          throw error;
        } finally {
          await rm(path, { recursive: true, force: true });
        }
      });
      const details = await fc.check(property, { numRuns, seed, interruptAfterTimeLimit: 120_000 });
      if (details.failed && details.counterexample !== null) {
        count++;
        anomalies.push(reportOf(details, traces));
        options.log?.(anomalies.at(-1) ?? "");
      }
      options.log?.(`${count} sequences, ${statements} statements, ${anomalies.length} differences, seed ${seed}`);
    }
  } finally {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { count, anomalies, notes: [`${statements} statements on ${options.engine}`] };
}

async function openBench({ engine, readers }: DifferentialOptions, folder: string): Promise<Bench> {
  const peers = engine === "spark" || readers !== undefined ? Peers.start() : undefined;
  if (engine === "spark" && peers)
    return { table: (path) => sparkTable(peers, path), close: async () => peers.close() };
  const spark = await createLocalSession({ warehouse: join(folder, "lake"), workingFolder: folder, threads: 1 });
  return {
    table: (path, settings) => {
      const names = (readers ?? []).filter((one) => canRead(one, settings));
      return lakeletTable(spark, path, peers && names.length > 0 ? { readers: { peers, names } } : {});
    },
    close: async () => {
      await spark.stop();
      peers?.close();
    },
  };
}

/** What delta-rs hands to Arrow's datasets knows neither deletion vectors nor mapped columns nor v2 checkpoints, of whomever's tables. */
function canRead(reader: Reader, { deletionVectors, columnMapping, v2Checkpoint }: TableSettings): boolean {
  return reader !== "delta-rs" || !(deletionVectors || columnMapping || v2Checkpoint);
}

function reportOf(details: fc.RunDetails<[Sequence]>, traces: ReadonlyMap<string, Trace>): string {
  const error = String(details.errorInstance);
  const statements = traces.get(error) ?? [];
  return [
    `seed ${details.seed}, path ${details.counterexamplePath}`,
    ...statements.map((one) => `${one};`),
    error,
  ].join("\n");
}
