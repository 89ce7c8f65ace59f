/** R19: rows held back, and replays that are killed at any of their steps while others write: each row once, in the table or in its quarantine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectOrDrop } from "../../../src/quality/rules.js";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import type { ReplayOptions } from "../../../src/session/quarantine-contract.js";
import { DeltaTable } from "../../../src/tables/delta-table.js";
import { Killed } from "../mortal-storage.js";
import { mortalSession } from "../streams/mortal-session.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";

const STEPS = 6;
/** More than a replay has. */
const CALLS = 14;
const RULES = [expectOrDrop("v is there", "v IS NOT NULL"), expectOrDrop("v is positive", "v > 0")];
/** It mends what is negative, and leaves what is null. */
const FIX = { v: "abs(v)" };

export interface ReplayRunOptions extends SuiteOptions {
  /** A session that is there. */
  readonly spark?: LocalSession;
}

interface Told {
  replays: number;
  killed: number;
}

/** `count`: sequences. */
export async function run({ count, seed, log, ...given }: ReplayRunOptions): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-replays-"));
  const spark =
    given.spark ?? (await createLocalSession({ warehouse: join(folder, "lake"), workingFolder: folder, threads: 2 }));
  const anomalies: string[] = [];
  const told: Told = { replays: 0, killed: 0 };
  try {
    for (let index = 0; index < count; index += 1) {
      const found = await sequence(spark, `held_${seed}_${index}`, randomNumbers(seed + index), told);
      anomalies.push(...found.map((one) => `seed ${seed + index}: ${one}`));
      if (index % 20 === 19)
        log?.(`${index + 1} sequences, ${told.killed} replays killed, ${anomalies.length} anomalies`);
    }
  } finally {
    if (given.spark === undefined) await spark.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return { count, anomalies, notes: [`${told.replays} replays, ${told.killed} of them killed`] };
}

async function sequence(spark: LocalSession, table: string, next: () => number, told: Told): Promise<string[]> {
  const isMerged = next() < 0.3;
  const values: (number | null)[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    if (step === 0 || next() < 0.7) await write(spark, table, values, isMerged, next);
    const isAnother = next() < 0.3;
    const death = { at: 1 + Math.floor(next() * CALLS), after: next() < 0.5 };
    // Another writer comes while the replay is at work.
    await Promise.all([
      replay(mortalSession(spark, death), table, isMerged, told),
      isAnother ? write(spark, table, values, isMerged, next) : undefined,
    ]);
    const found = await placesOf(spark, table, values.length);
    if (found.length > 0) return found;
  }
  await replay(spark, table, isMerged, told);
  return [...(await placesOf(spark, table, values.length)), ...(await endOf(spark, table, values))];
}

async function write(
  spark: LocalSession,
  table: string,
  values: (number | null)[],
  isMerged: boolean,
  next: () => number,
): Promise<void> {
  const first = values.length;
  // One at least is held back.
  values.push(-1);
  for (let i = 0; i < 3; i += 1) values.push(next() < 0.2 ? null : Math.floor(next() * 9) - 5 || 1);
  const rows = spark.createDataFrame(
    values.slice(first).map((v, i) => [first + i, v] as const),
    "id BIGINT, v BIGINT",
  );
  if (!isMerged || first === 0) {
    await rows.write
      .mode("append")
      .expectations(...RULES)
      .saveAsTable(table);
    return;
  }
  const target = await DeltaTable.forName(spark, table);
  const merge = target.as("t").merge(rows.as("s"), "t.id = s.id").whenMatchedUpdateAll().whenNotMatchedInsertAll();
  await merge.expectations(...RULES).execute();
}

async function replay(session: LocalSession, table: string, isMerged: boolean, told: Told): Promise<void> {
  const options: ReplayOptions = { set: FIX, ...(isMerged ? { on: ["id"] } : {}) };
  told.replays += 1;
  try {
    await session.quarantine(table).replay(options);
  } catch (error) {
    if (!isKilled(error)) throw error;
    told.killed += 1;
  }
}

function isKilled(error: unknown): boolean {
  return error instanceof Killed || (error instanceof Error && isKilled(error.cause));
}

/** What of the ids is not in exactly one place. A claim whose rows are published still has them in quarantine, until the next replay. */
async function placesOf(spark: LocalSession, table: string, count: number): Promise<string[]> {
  const published = await idsOf(spark, table);
  const held = await idsOf(spark, `${table}_quarantine`);
  const twice = published.filter((id, i) => published.indexOf(id) !== i);
  const heldTwice = held.filter((id, i) => held.indexOf(id) !== i);
  const all = new Set([...published, ...held]);
  const lost = Array.from({ length: count }, (_, id) => id).filter((id) => !all.has(id));
  return [
    ...twice.map((id) => `row ${id} was published twice`),
    ...heldTwice.map((id) => `row ${id} is in quarantine twice`),
    ...lost.map((id) => `row ${id} is lost`),
  ];
}

/** After a replay that nobody disturbed: what the fix mends is published, and all else is in quarantine. */
async function endOf(spark: LocalSession, table: string, values: readonly (number | null)[]): Promise<string[]> {
  const published = new Set(await idsOf(spark, table));
  const held = new Set(await idsOf(spark, `${table}_quarantine`));
  return values.flatMap((v, id) => {
    const isMended = v !== null && v !== 0;
    const isRight = published.has(id) === isMended && held.has(id) === !isMended;
    return isRight ? [] : [`row ${id} with ${v} is ${published.has(id) ? "" : "not "}published`];
  });
}

async function idsOf(spark: LocalSession, table: string): Promise<readonly number[]> {
  if (table.endsWith("_quarantine") && !(await spark.catalog.tableExists(table))) return [];
  const { rows } = await spark.execute(`SELECT id FROM ${table}`);
  return rows.map(([id]) => Number(id));
}
