/**
 * R2: power failures. The writes of a row of operations are recorded, and every prefix of them is replayed into a new folder with some of
 * what was not flushed left out. What was acknowledged must be there, and the table must be readable.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { randomNumbers, type SuiteResult } from "../suite.js";
import { DiskRecording } from "./disk-model.js";
import { FaultBench, onLanes } from "./fault-bench.js";
import type { FaultOptions } from "./kills.js";
import { onTable } from "./operations.js";
import { Program } from "./program.js";
import { checkLater, sameState, stateOf, type TableState } from "./table-check.js";

/** Each is acknowledged before the next begins; what the product does not have yet is left out. */
const STATEMENTS: readonly string[] = [
  "CREATE TABLE {t} (id INT, name STRING, p INT) USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.checkpointInterval' = '4')",
  "INSERT INTO {t} VALUES (1, 'a', 0), (2, 'a', 1), (3, 'a', 2)",
  "INSERT INTO {t} VALUES (4, 'b', 0), (5, 'b', 1)",
  "MERGE INTO {t} AS t USING (SELECT * FROM (VALUES (2, 'm', 1), (9, 'm', 2)) AS v (id, name, p)) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
  "DELETE FROM {t} WHERE id = 1",
  "UPDATE {t} SET name = 'u' WHERE id IN (3, 4)",
  "ALTER TABLE {t} SET TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')",
  "DELETE FROM {t} WHERE id = 5",
  "INSERT INTO {t} REPLACE WHERE p = 2 VALUES (12, 'r', 2)",
  "OPTIMIZE {t}",
  "INSERT OVERWRITE {t} VALUES (21, 'o', 0), (22, 'o', 3)",
  "SET spark.databricks.delta.retentionDurationCheck.enabled = false",
  "VACUUM {t} RETAIN 0 HOURS",
  "INSERT INTO {t} VALUES (31, 'z', 0)",
];

/** One replay in so many is written to as well. */
const WRITTEN_TO = 25;

export interface PowerLossOptions extends FaultOptions {
  /** How many of the statements, from the first on; all where absent. */
  readonly statements?: number;
}

export async function run(options: PowerLossOptions): Promise<SuiteResult> {
  const { count, seed, log = () => undefined, lanes = 2 } = options;
  const bench = options.bench ?? (await FaultBench.open([]));
  try {
    const { statements, states, missing } = await knownStates(bench, STATEMENTS.slice(0, options.statements));
    const recording = await record(bench, statements);
    const replays = [...allReplays(recording, count, randomNumbers(seed))];
    const anomalies: string[] = [];
    let tried = 0;
    await onLanes(replays, lanes, async (replay) => {
      const number = tried++;
      const problem = await tryReplay(bench, recording, replay, states, number);
      if (problem !== undefined) anomalies.push(problem);
      if (tried % 500 === 0) log(`${tried} of ${replays.length} replays, ${anomalies.length} anomalies`);
    });
    const notes = [`${recording.events.length} writes of ${statements.length} statements`, ...missing];
    return { count: replays.length, anomalies, notes };
  } finally {
    if (options.bench === undefined) await bench.close();
  }
}

interface KnownStates {
  readonly statements: readonly string[];
  /** What the table holds after the first n statements. */
  readonly states: readonly TableState[];
  readonly missing: readonly string[];
}

async function knownStates(bench: FaultBench, wanted: readonly string[]): Promise<KnownStates> {
  const location = join(bench.scratch, "known", "t");
  mkdirSync(join(location, ".."), { recursive: true });
  const statements: string[] = [];
  const states: TableState[] = [undefined];
  const missing: string[] = [];
  for (const statement of wanted) {
    try {
      await bench.spark.execute(onTable([statement], location).join());
    } catch (error) {
      missing.push(`not there yet: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    statements.push(statement);
    states.push(await stateOf(bench.spark, location));
  }
  return { statements, states, missing };
}

async function record(bench: FaultBench, statements: readonly string[]): Promise<DiskRecording> {
  const root = join(bench.scratch, "recorded");
  mkdirSync(root);
  const program = await Program.start(bench.packageFolder, bench.scratch);
  const request = { sql: onTable(statements, join(root, "t")), acknowledge: true };
  const { answer, calls } = await program.traced(request, { withBytes: true });
  await program.stop();
  if (answer?.error !== undefined || answer === undefined)
    throw new Error(`the program failed: ${answer?.error?.message}`);
  const recording = new DiskRecording(root, calls);
  recording.checkComplete();
  return recording;
}

interface Replay {
  readonly end: number;
  readonly lost: ReadonlySet<number>;
}

/** All prefixes with all or nothing lost, then each single loss and each single survivor, then random parts, until there are enough. */
function* allReplays(recording: DiskRecording, count: number, next: () => number): Generator<Replay> {
  const seen = new Set<string>();
  const isNew = ({ end, lost }: Replay): boolean => {
    const key = `${end}:${[...lost].join(",")}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  };
  const ends = Array.from({ length: recording.events.length + 1 }, (_, end) => end);
  const pending = ends.map((end) => recording.pending(end));
  const first = ends.flatMap((end) => {
    const all = pending[end] ?? [];
    const single = all.flatMap((one) => [[one], all.filter((other) => other !== one)]);
    return [[], all, ...single].map((lost): Replay => ({ end, lost: new Set(lost) }));
  });
  const distinct = first.filter(isNew);
  if (distinct.length >= count) {
    const step = distinct.length / count;
    for (let i = 0; i < count; i++) yield distinct[Math.floor((i + next()) * step)] as Replay;
    return;
  }
  yield* distinct;
  let made = distinct.length;
  // Where little is pending there are few different losses: not for ever.
  for (let attempts = 0; made < count && attempts < count * 20; attempts++) {
    const end = Math.floor(next() * ends.length);
    const replay = { end, lost: new Set((pending[end] ?? []).filter(() => next() < 0.5)) };
    if (!isNew(replay)) continue;
    made++;
    yield replay;
  }
}

async function tryReplay(
  bench: FaultBench,
  recording: DiskRecording,
  { end, lost }: Replay,
  states: readonly TableState[],
  number: number,
): Promise<string | undefined> {
  const folder = join(bench.scratch, "replays", String(number));
  const location = join(folder, "t");
  recording.replay(end, lost, folder);
  const acknowledged = recording.acknowledged(end);
  try {
    const state = await stateOf(bench.spark, location);
    const found = [acknowledged, acknowledged + 1].some((n) => n < states.length && sameState(state, states[n]));
    if (!found)
      throw new Error(
        `not the state after ${acknowledged} acknowledged statements or the next: ${JSON.stringify(state)}`,
      );
    if (number % WRITTEN_TO === 0) await checkLater(bench.spark, location, state);
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return `power failure before write ${end} with ${[...lost].join(", ") || "nothing"} lost: ${what} (kept: ${folder})`;
  }
}
