/**
 * The reliability programme in its long form: `npm run test:reliability`, or `-- --kills 200 --corruption 2000 --only kills,corruption --seed 7`.
 * Ends with a table of what was tried; exit code 1 on any anomaly.
 */
import { parseArgs } from "node:util";
import { run as alerts } from "./alerts/killed-alerts.js";
import { run as expressions, sparkMissing } from "./answers/expressions.js";
import { run as queries } from "./answers/queries.js";
import { run as cdc } from "./cdc/feeds-and-model.js";
import { run as corruption } from "./corruption/corrupt-logs.js";
import { sequencesOnLakelet, statementsOnSpark, statementsReadByPeers } from "./differential/differential.js";
import { run as failures } from "./faults/failing-calls.js";
import { run as kills } from "./faults/kills.js";
import { run as power } from "./faults/power-loss.js";
import { straceMissing } from "./faults/program.js";
import { run as hostile } from "./hostile/hostile.js";
import { run as mixed, peersMissing } from "./mixed/mixed-writers.js";
import { run as updates } from "./pipelines/disturbed-updates.js";
import { run as pipelines } from "./pipelines/killed-updates.js";
import { run as refresh } from "./refresh/refreshes.js";
import { run as replays } from "./replays/killed-replays.js";
import { run as runs } from "./runs/runs.js";
import { run as schedules } from "./schedules/schedules.js";
import { run as specs } from "./specs/fuzzed-specs.js";
import { run as streams } from "./streams/arrivals.js";
import type { SuiteOptions, SuiteResult } from "./suite.js";
import { run as meetings } from "./writers/interleavings.js";
import { run as writers } from "./writers/seeds.js";

interface Suite {
  readonly what: string;
  /** Of the long form. */
  readonly count: number;
  /** What the suite needs and this machine lacks. */
  missing(): string | undefined;
  run(options: SuiteOptions): Promise<SuiteResult>;
}

const nothingMissing = (): undefined => undefined;

const SUITES: Readonly<Record<string, Suite>> = {
  kills: { what: "R1 kill -9 at each changing system call", count: 1_500, missing: straceMissing, run: kills },
  power: { what: "R2 power failures, writes replayed in part", count: 5_200, missing: straceMissing, run: power },
  failures: { what: "R3 failing system calls", count: 4_000, missing: straceMissing, run: failures },
  corruption: { what: "R7 damaged logs", count: 20_000, missing: nothingMissing, run: corruption },
  writers: {
    what: "R4 transactions of 8 processes, killed or not",
    count: 8_000,
    missing: nothingMissing,
    run: writers,
  },
  meetings: {
    what: "R5 two operations that meet at each phase",
    count: 10_000,
    missing: nothingMissing,
    run: meetings,
  },
  sequences: {
    what: "R8 sequences of statements, against a model",
    count: 20_000,
    missing: nothingMissing,
    run: sequencesOnLakelet,
  },
  readers: {
    what: "R8 statements, Spark and delta-rs reading along",
    count: 1_000,
    missing: nothingMissing,
    run: statementsReadByPeers,
  },
  spark: {
    what: "R8 statements on Spark, against the same model",
    count: 1_000,
    missing: nothingMissing,
    run: statementsOnSpark,
  },
  expressions: { what: "R9 expressions, against Spark", count: 20_000, missing: sparkMissing, run: expressions },
  queries: { what: "R9 queries, against Spark", count: 3_000, missing: sparkMissing, run: queries },
  runs: {
    what: "R10 runs of random jobs, and real ones interrupted",
    count: 10_000,
    missing: nothingMissing,
    run: runs,
  },
  hostile: {
    what: "R11 hostile values through every way of a parameter",
    count: 400,
    missing: nothingMissing,
    run: hostile,
  },
  schedules: {
    what: "R12 schedules whose scheduler is killed",
    count: 5_000,
    missing: nothingMissing,
    run: schedules,
  },
  specs: { what: "R12 mutated job specs and bundles", count: 10_000, missing: nothingMissing, run: specs },
  alerts: { what: "R13 runs that tell of themselves, killed", count: 200, missing: nothingMissing, run: alerts },
  cdc: { what: "R14 change feeds of AUTO CDC, against a model", count: 5_000, missing: nothingMissing, run: cdc },
  pipelines: { what: "R15 pipelines whose updates are killed", count: 150, missing: nothingMissing, run: pipelines },
  updates: {
    what: "R17 `lakelet pipeline run` killed, interrupted, on a failing disk",
    count: 300,
    missing: straceMissing,
    run: updates,
  },
  refresh: {
    what: "R16 materialized views over tables that change, against full recomputation",
    count: 2_000,
    missing: nothingMissing,
    run: refresh,
  },
  streams: {
    what: "R18 rows and files that arrive, flows that are killed",
    count: 300,
    missing: nothingMissing,
    run: streams,
  },
  replays: {
    what: "R19 rows in quarantine whose replays are killed",
    count: 300,
    missing: nothingMissing,
    run: replays,
  },
  mixed: { what: "R6 lakelet, Spark and delta-rs in turn", count: 500, missing: peersMissing, run: mixed },
};

const SHOWN_ANOMALIES = 50;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    only: { type: "string" },
    ...Object.fromEntries(Object.keys(SUITES).map((name) => [name, { type: "string" as const }])),
  },
});
const options: Readonly<Record<string, string | boolean | undefined>> = values;
const seed = options.seed === undefined ? Date.now() % 1_000_000 : Number(options.seed);
const only = typeof options.only === "string" ? options.only.split(",") : Object.keys(SUITES);
const table: Record<string, { readonly tried: number | string; readonly anomalies: number; readonly seconds: number }> =
  {};
let failed = false;

for (const name of only) {
  const suite = SUITES[name];
  if (suite === undefined) throw new Error(`there is no suite ${name}, only ${Object.keys(SUITES).join(", ")}`);
  const missing = suite.missing();
  if (missing !== undefined) {
    console.log(`\n${name} is left out: ${missing}`);
    table[suite.what] = { tried: `left out: ${missing}`, anomalies: 0, seconds: 0 };
    failed = true;
    continue;
  }
  const count = Number(options[name] ?? suite.count);
  console.log(`\n${suite.what}: ${count}, seed ${seed}`);
  const began = performance.now();
  const result = await suite.run({ count, seed, log: (line) => console.log(`  ${line}`) });
  for (const note of result.notes) console.log(`  ${note}`);
  for (const anomaly of result.anomalies.slice(0, SHOWN_ANOMALIES)) console.log(`  ANOMALY ${anomaly}`);
  const seconds = Math.round((performance.now() - began) / 1000);
  table[suite.what] = { tried: result.count, anomalies: result.anomalies.length, seconds };
  failed ||= result.anomalies.length > 0;
}
console.table(table);
// The second reader's process would keep this one.
process.exit(failed ? 1 : 0);
