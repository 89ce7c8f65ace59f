/** Materialized views over tables that change at random: after each refresh the rows are those of the query, whatever way was taken. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Expectation } from "../../../src/quality/expectation.js";
import { expectOrDrop } from "../../../src/quality/rules.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { createLocalSession } from "../../../src/session/local-session.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { randomChange, randomTables } from "./random-changes.js";
import { FORMS, pick } from "./random-views.js";

const REFRESHES = 4;

export async function run({ count, seed, log }: SuiteOptions): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), "lakelet-refresh-"));
  const spark = await createLocalSession({
    warehouse: join(folder, "lake"),
    workingFolder: folder,
    threads: 2,
    // What a power failure does is another suite's.
    durable: false,
    // Few rows are most of a small table.
    configuration: {
      "spark.lakelet.refresh.maxTouchedShare": "1000",
      "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    },
  });
  const anomalies: string[] = [];
  const taken = new Map<string, number>();
  const reasons = new Map<string, number>();
  try {
    for (let i = 0; i < count; i++) {
      const found = await sequence(spark, seed * 1_000_003 + i, (way, reason) => {
        taken.set(way, (taken.get(way) ?? 0) + 1);
        if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      });
      anomalies.push(...found.map((one) => `seed ${seed}, sequence ${i}: ${one}`));
      if (i % 100 === 99) log?.(`${i + 1} sequences`);
    }
  } finally {
    await spark.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const shown = (counts: ReadonlyMap<string, number>) =>
    [...counts].sort(([, one], [, other]) => other - one).map(([what, times]) => `${times} ${what}`);
  return {
    count,
    anomalies,
    notes: [`refreshes: ${shown(taken).join(", ")}`, ...shown(reasons).map((one) => `  ${one}`)],
  };
}

/** What went wrong in one sequence of changes and refreshes. */
async function sequence(
  spark: SparkSession,
  seed: number,
  told: (technique: string, reason: string | undefined) => void,
): Promise<readonly string[]> {
  const next = randomNumbers(seed);
  const done: string[] = [];
  const execute = async (sql: string) => {
    done.push(sql);
    await spark.execute(sql);
  };
  const form = pick(next, Object.keys(FORMS));
  const query = FORMS[form]?.(next) ?? "";
  const wantsRule = next() < 0.25;
  const properties: Record<string, string> = next() < 0.7 ? { "delta.enableDeletionVectors": "true" } : {};
  await execute(randomTables(next));
  await spark.execute("DROP TABLE IF EXISTS mv_quarantine");
  const hasRule = wantsRule && (await spark.sql(query).then((rows) => rows.columns())).includes("k");
  const expectations: readonly Expectation[] = hasRule ? [expectOrDrop("has k", "k IS NOT NULL")] : [];
  try {
    for (let i = 0; i < REFRESHES; i++) {
      const target = { table: ["mv"], partitionBy: [], clusterBy: [], properties, constraints: {} };
      const rows = await spark.sql(query);
      const request = { flow: "p/mv", rows, target, expectations, full: false };
      const { technique, reason } = await spark.refreshView(request);
      done.push(`-- ${technique}${reason === undefined ? "" : `: ${reason}`}`);
      told(technique, technique === "COMPLETE_RECOMPUTE" ? `${form}: ${reason}` : undefined);
      const wrong = await difference(spark, query, hasRule);
      if (wrong !== undefined) return [`${wrong}\n    ${query}\n    ${done.slice(1).join("\n    ")}`];
      const changes = next() < 0.1 ? 0 : 1 + Math.floor(next() * 2);
      for (let change = 0; change < changes; change++) await execute(randomChange(next));
    }
    return [];
  } catch (error) {
    return [
      `${error instanceof Error ? error.stack : String(error)}\n    ${query}\n    ${done.slice(1).join("\n    ")}`,
    ];
  }
}

async function difference(spark: SparkSession, query: string, hasRule: boolean): Promise<string | undefined> {
  const kept = hasRule ? `SELECT * FROM (${query}) WHERE k IS NOT NULL` : query;
  const [expected, actual] = [await bag(spark, kept), await bag(spark, "SELECT * FROM mv")];
  if (expected !== actual) return `the view has\n      ${actual}\n    in place of\n      ${expected}`;
  if (!hasRule) return undefined;
  const held = await bag(spark, `SELECT count(*) FROM (${query}) WHERE k IS NULL`);
  const there = (await spark.catalog.tableExists("mv_quarantine"))
    ? await bag(spark, "SELECT count(*) FROM mv_quarantine")
    : '["0"]';
  return held === there ? undefined : `the quarantine has ${there} rows in place of ${held}`;
}

/** Rows as sorted text; -0.0 is not 0.0. */
async function bag(spark: SparkSession, query: string): Promise<string> {
  const { rows } = await spark.execute(query);
  const text = (value: unknown) => (Object.is(value, -0) ? "-0" : value === null ? null : String(value));
  return rows
    .map((row) => JSON.stringify(row.map(text)))
    .sort()
    .join(" ");
}
