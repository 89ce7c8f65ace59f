/** R4 for some seeds, each on tables of another kind, and as a suite of the programme. */
import type { SuiteOptions, SuiteResult } from "../suite.js";
import { manyWriters } from "./many-writers.js";

/** Copy-on-write, merge-on-read, and with what depends on the version of a commit. */
const PROPERTIES: readonly string[] = [
  "'delta.checkpointInterval' = '7'",
  "'delta.enableDeletionVectors' = 'true'",
  "'delta.enableRowTracking' = 'true', 'delta.enableInCommitTimestamps' = 'true'",
  "'delta.isolationLevel' = 'Serializable', 'delta.enableChangeDataFeed' = 'true'",
  "'delta.enableDeletionVectors' = 'true', 'delta.enableChangeDataFeed' = 'true', 'delta.checkpointPolicy' = 'v2'",
];

const PROCESSES = 8;
const TRANSACTIONS = 200;
const KILLS = 20;

export interface SeedsOptions {
  readonly processes: number;
  readonly transactions: number;
  readonly kills: number;
  readonly seeds: readonly number[];
  readonly log?: (line: string) => void;
}

export async function runSeeds({ seeds, log, ...options }: SeedsOptions): Promise<SuiteResult> {
  const anomalies: string[] = [];
  const notes: string[] = [];
  let count = 0;
  for (const seed of seeds) {
    const properties = PROPERTIES[seed % PROPERTIES.length] ?? "";
    const result = await manyWriters({ ...options, seed, properties, ...(log === undefined ? {} : { log }) });
    count += result.transactions;
    anomalies.push(...result.anomalies.map((one) => `seed ${seed}: ${one}`));
    const note =
      `seed ${seed} (${properties}): ${result.transactions} transactions, ${result.versions} versions, ${result.kills} kills, ` +
      `${result.conflicts} conflicts tried again, ${result.anomalies.length} anomalies, ${result.seconds.toFixed(1)} s`;
    notes.push(note);
    log?.(note);
  }
  return { count, anomalies, notes };
}

/** The count is of transactions; a seed has 8 processes with 200 each. */
export function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const perSeed = PROCESSES * TRANSACTIONS;
  const seeds = Math.max(1, Math.round(count / perSeed));
  const transactions = Math.max(1, Math.round(count / seeds / PROCESSES));
  return runSeeds({
    processes: PROCESSES,
    transactions,
    kills: Math.min(KILLS, Math.ceil((PROCESSES * transactions) / 10)),
    seeds: Array.from({ length: seeds }, (_, index) => seed + index),
    ...(log === undefined ? {} : { log }),
  });
}
