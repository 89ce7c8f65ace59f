/** R14: random change feeds over several updates, some killed at any of their steps, against the plain model and a full refresh. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changesTable } from "../../../src/pipeline/cdc/apply-changes.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { createLocalSession } from "../../../src/session/local-session.js";
import { type ChangeEvent, scd1, scd2 } from "../../pipeline/cdc/reference-model.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { FEED_COLUMNS, FEED_DDL, type FedTable, fedTable, feedRow } from "./change-feeds.js";
import { applyUnlessKilled, killedSomewhere } from "./killed-session.js";
import { canonical, expectedText } from "./row-texts.js";
import { snapshotSeries } from "./snapshots-and-model.js";

/** Feeds of a table; their changes go through the same commits. */
const FEEDS = 20;

export interface FeedOptions extends SuiteOptions {
  readonly spark?: SparkSession;
}

/** `count`: feeds. */
export async function run({ count, seed, log, spark }: FeedOptions): Promise<SuiteResult> {
  const next = randomNumbers(seed);
  const tables = Math.ceil(count / FEEDS);
  const anomalies: string[] = [];
  const told = { updates: 0, killed: 0, events: 0, versions: 0 };
  const folder = mkdtempSync(join(tmpdir(), "lakelet-cdc-"));
  const session = spark ?? (await createLocalSession({ warehouse: join(folder, "lake"), threads: 2 }));
  try {
    for (let index = 0; index < tables; index += 1) {
      const table = fedTable(`cdc_${seed}_${index}`, Math.min(FEEDS, count - index * FEEDS), next);
      const found = await feedThrough(session, table, next);
      anomalies.push(...found.anomalies.map((one) => `seed ${seed}, table ${index}: ${one}`));
      if (index % 5 === 1) anomalies.push(...(await snapshotSeries(session, `snap_${seed}_${index}`, next)));
      told.updates += table.updates.length;
      told.killed += found.killed;
      told.events += table.updates.flat().length;
      told.versions += table.flow.storedAs === 2 ? 1 : 0;
      if (index % 10 === 9) log?.(`${(index + 1) * FEEDS} feeds, ${anomalies.length} anomalies`);
    }
  } finally {
    if (spark === undefined) await session.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const note = `${told.events} changes of ${count} feeds in ${tables} tables (${told.versions} SCD 2), ${told.updates} updates, ${told.killed} of them killed on their way; ${Math.ceil(Math.max(0, tables - 1) / 5)} series of snapshots`;
  return { count, anomalies, notes: [note] };
}

async function feedThrough(
  spark: SparkSession,
  table: FedTable,
  next: () => number,
): Promise<{ readonly anomalies: readonly string[]; readonly killed: number }> {
  const { flow, updates, settings } = table;
  const feed = `${flow.name}_feed`;
  const anomalies: string[] = [];
  const seen: ChangeEvent[] = [];
  let killed = 0;
  await spark.sql(`CREATE TABLE ${feed} (${FEED_DDL})`);
  for (const [index, update] of updates.entries()) {
    seen.push(...update);
    if (update.length > 0) {
      await spark.createDataFrame(update.map(feedRow), FEED_DDL).write.mode("append").saveAsTable(feed);
    }
    const dies = index < updates.length - 1 && next() < 0.3;
    await apply(dies ? killedSomewhere(spark, next) : spark, spark, table, "continue");
    if (dies) killed += 1;
    else anomalies.push(...(await differences(spark, table, seen, `after update ${index}`)));
    if (next() < 0.1) await spark.sql(`OPTIMIZE ${changesTable([flow.name]).join(".")}`);
  }
  if (next() < 0.3) {
    await apply(spark, spark, table, "reset");
    anomalies.push(...(await differences(spark, table, seen, "after a reset of the checkpoint")));
  }
  if (next() < 0.3) {
    await apply(killedSomewhere(spark, next), spark, table, "full");
    killed += 1;
    await apply(spark, spark, table, "continue");
  } else await apply(spark, spark, table, "full");
  anomalies.push(...(await differences(spark, table, seen, "after a full refresh")));
  return { anomalies: anomalies.map((one) => `${one} (${JSON.stringify({ ...flow, settings })})`), killed };
}

function apply(
  session: SparkSession,
  spark: SparkSession,
  { flow }: FedTable,
  start: "continue" | "reset" | "full",
): Promise<void> {
  const rows = spark.readStream.table(`${flow.name}_feed`).selectExpr(...FEED_COLUMNS);
  return applyUnlessKilled(session, flow, { rows, start });
}

async function differences(
  spark: SparkSession,
  { flow, settings }: FedTable,
  events: readonly ChangeEvent[],
  when: string,
): Promise<readonly string[]> {
  const model = flow.storedAs === 1 ? scd1(events, settings) : scd2(events, settings);
  const expected = model.map((row) => expectedText(row, flow.storedAs)).sort();
  const rows = await spark.table(flow.name).collect();
  const actual = rows.map((row) => canonical(row)).sort();
  const missing = expected.filter((one) => !actual.includes(one));
  const surplus = actual.filter((one) => !expected.includes(one));
  if (missing.length + surplus.length === 0 && expected.length === actual.length) return [];
  return [`${when}: ${missing.length} rows missing, ${surplus.length} too many: ${missing[0]} / ${surplus[0]}`];
}
