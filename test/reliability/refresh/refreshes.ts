/** Materialized views over tables that change at random: after each refresh the rows are those of the query, whatever way was taken. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../../src/dataframe/plan.js";
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { expectOrDrop, expectOrFail } from "../../../src/quality/rules.js";
import type { SparkSession } from "../../../src/session/contract.js";
import type { RefreshRequest } from "../../../src/session/flow-contract.js";
import { StatementError } from "../../../src/session/local/statement-texts.js";
import { createLocalSession } from "../../../src/session/local-session.js";
import { randomNumbers, type SuiteOptions, type SuiteResult } from "../suite.js";
import { randomChange, randomTables } from "./random-changes.js";
import { randomFrame } from "./random-frames.js";
import { FORMS, pick } from "./random-views.js";

const REFRESHES = 4;
/** Of equal rows one stays, and which of 0.0 and -0.0 it has is left open: what the text of such a query or plan says. */
const TAKES_ONE_OF_EQUALS = /\b(?:distinct|deduplicate|aggregate|group by|intersect|except|union|max|min|rank)\b/i;
const RULES = {
  drop: [expectOrDrop("has k", "k IS NOT NULL")],
  fail: [expectOrFail("is not E", "k IS NULL OR k <> 'E'")],
};

const ROW_END = "\n      ";

/** Told of each refresh. */
type Told = (technique: string, reason: string | undefined) => void;

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
      for (const one of found) {
        anomalies.push(`seed ${seed}, sequence ${i}: ${one}`);
        // At once: a run of hours that is interrupted must not have found it for nothing.
        log?.(`anomaly ${anomalies.length}: seed ${seed}, sequence ${i}: ${one}`);
      }
      if (i % 50 === 49) log?.(`${i + 1} sequences, ${anomalies.length} anomalies`);
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

/** The steps of a plan, for whoever reads an anomaly. */
function planText(plan: Plan): string {
  return JSON.stringify(plan, (key, value) =>
    key === "id" ? undefined : typeof value === "bigint" ? String(value) : value,
  );
}

interface ViewOfSequence {
  readonly form: string;
  readonly query: string;
  /** The query, or the steps of the DataFrame. */
  readonly text: string;
  rows(): Promise<RefreshRequest["rows"]>;
}

async function drawn(spark: SparkSession, next: () => number): Promise<ViewOfSequence> {
  if (next() < 0.2) {
    const seed = Math.floor(next() * 2 ** 31);
    const rows = () => Promise.resolve(randomFrame(spark, randomNumbers(seed)));
    const frame = await rows();
    await frame.createOrReplaceTempView("frame_rows");
    return { form: "frame", query: "SELECT * FROM frame_rows", text: planText(frame.plan), rows };
  }
  const form = pick(next, Object.keys(FORMS));
  const query = FORMS[form]?.(next) ?? "";
  return { form, query, text: query, rows: () => spark.sql(query) };
}

/** What went wrong in one sequence of changes and refreshes. */
async function sequence(spark: SparkSession, seed: number, told: Told): Promise<readonly string[]> {
  const next = randomNumbers(seed);
  const done: string[] = [];
  const execute = async (sql: string) => {
    done.push(sql);
    await spark.execute(sql);
  };
  let view: ViewOfSequence | undefined;
  try {
    await spark.execute("DROP TABLE IF EXISTS mv_quarantine; DROP TABLE IF EXISTS above");
    await execute(randomTables(next));
    const [wantsRule, wantsAbove] = [next(), next() < 0.25];
    const properties = {
      ...(next() < 0.7 ? { "delta.enableDeletionVectors": "true" } : {}),
      ...(next() < 0.2 ? { "delta.columnMapping.mode": "name" } : {}),
    };
    const wantsPartitions = next() < 0.2;
    for (let i = 0; i < REFRESHES; i++) {
      if (view === undefined || next() < 0.06) {
        view = await drawn(spark, next);
        done.push(`-- ${view.form}: ${view.text}`);
      }
      const columns = await (await spark.sql(`SELECT * FROM (${view.query}) LIMIT 0`)).columns();
      const hasKey = columns.includes("k");
      const rule = hasKey ? (wantsRule < 0.2 ? "drop" : wantsRule < 0.35 ? "fail" : undefined) : undefined;
      const partitionBy = wantsPartitions && hasKey && columns.length > 1 ? ["k"] : [];
      const target = { table: ["mv"], partitionBy, clusterBy: [], properties, constraints: {} };
      const request = { flow: "p/mv", target, expectations: rule ? RULES[rule] : [], full: false };
      const wrong =
        (await refreshed(spark, view, request, rule, done, told)) ??
        (wantsAbove && hasKey ? await refreshedAbove(spark, told, done) : undefined);
      if (wrong !== undefined) return [`${wrong}\n    ${done.join("\n    ")}`];
      const changes = next() < 0.1 ? 0 : 1 + Math.floor(next() * 2);
      for (let change = 0; change < changes; change++) await changed(execute, randomChange(next));
    }
    return [];
  } catch (error) {
    return [`${error instanceof Error ? error.stack : String(error)}\n    ${view?.query}\n    ${done.join("\n    ")}`];
  }
}

/** The change, unless a VACUUM before it has taken the files of the version that it restores, or the view's rules have let none be made. */
async function changed(execute: (sql: string) => Promise<void>, change: string): Promise<void> {
  try {
    await execute(change);
  } catch (error) {
    const cause = error instanceof StatementError ? error.cause : error;
    const isGone = change.startsWith("RESTORE") && isLakeletError(cause, "DELTA_FILE_NOT_FOUND_DETAILED");
    const isNotMade = change.includes("FROM mv") && isLakeletError(cause, "TABLE_OR_VIEW_NOT_FOUND");
    if (!isGone && !isNotMade) throw error;
  }
}

/** One refresh; in words what is wrong after it. */
async function refreshed(
  spark: SparkSession,
  { form, query, text, rows }: ViewOfSequence,
  request: Omit<RefreshRequest, "rows">,
  rule: keyof typeof RULES | undefined,
  done: string[],
  told: Told,
): Promise<string | undefined> {
  const isThere = await spark.catalog.tableExists("mv");
  const before = isThere ? await bag(spark, "SELECT * FROM mv") : undefined;
  const fails = rule === "fail" && (await bag(spark, `SELECT 1 FROM (${query}) WHERE k = 'E' LIMIT 1`)) !== "";
  try {
    const { technique, reason } = await spark.refreshView({ ...request, rows: await rows() });
    done.push(`-- ${technique}${reason === undefined ? "" : `: ${reason}`}`);
    told(technique, technique === "COMPLETE_RECOMPUTE" ? `${form}: ${reason}` : undefined);
  } catch (error) {
    if (!fails || !isLakeletError(error, "QUALITY_GATE_FAILED")) throw error;
    done.push("-- QUALITY_GATE_FAILED");
    const after = isThere ? await bag(spark, "SELECT * FROM mv") : undefined;
    return before === after ? undefined : "a refresh that failed has changed the view";
  }
  if (fails) return "a row that fails the update was let through";
  return difference(spark, query, "mv", {
    drops: rule === "drop",
    isPartitioned: request.target.partitionBy.length > 0,
    leavesZeroOpen: TAKES_ONE_OF_EQUALS.test(text),
  });
}

/** A view over the view. */
async function refreshedAbove(spark: SparkSession, told: Told, done: string[]): Promise<string | undefined> {
  if (!(await spark.catalog.tableExists("mv"))) return undefined;
  // Of another query than now, where the first refresh of this one failed.
  if (!(await (await spark.sql("SELECT * FROM mv")).columns()).includes("k")) return undefined;
  const query = "SELECT k, count(*) AS n FROM mv GROUP BY k";
  const target = { table: ["above"], partitionBy: [], clusterBy: [], properties: {}, constraints: {} };
  const request = { flow: "p/above", rows: await spark.sql(query), target, expectations: [], full: false };
  const { technique, reason } = await spark.refreshView(request);
  done.push(`-- above: ${technique}${reason === undefined ? "" : `: ${reason}`}`);
  told(technique, technique === "COMPLETE_RECOMPUTE" ? `above: ${reason}` : undefined);
  return difference(spark, query, "above", {});
}

interface Comparison {
  readonly drops?: boolean;
  readonly isPartitioned?: boolean;
  readonly leavesZeroOpen?: boolean;
}

async function difference(
  spark: SparkSession,
  query: string,
  view: string,
  { drops = false, isPartitioned = false, leavesZeroOpen = false }: Comparison,
): Promise<string | undefined> {
  const kept = drops ? `SELECT * FROM (${query}) WHERE k IS NOT NULL` : query;
  const shown = (text: string) =>
    leavesZeroOpen ? text.replaceAll('"-0"', '"0"').split(ROW_END).sort().join(ROW_END) : text;
  const expected = shown(await bag(spark, isPartitioned ? await storedByK(spark, kept) : kept));
  const actual = shown(await bag(spark, `SELECT * FROM ${view}`));
  if (expected !== actual) return `${view} has\n      ${actual}\n    in place of\n      ${expected}`;
  if (!drops) return undefined;
  const held = await bag(spark, `SELECT count(*) FROM (${query}) WHERE k IS NULL`);
  const there = (await spark.catalog.tableExists("mv_quarantine"))
    ? await bag(spark, "SELECT count(*) FROM mv_quarantine")
    : '["0"]';
  return held === there ? undefined : `the quarantine has ${there} rows in place of ${held}`;
}

/** The query's rows as a table partitioned by k keeps them: the empty text is NULL as a value of a partition, says Delta's protocol. */
async function storedByK(spark: SparkSession, query: string): Promise<string> {
  const columns = await (await spark.sql(`SELECT * FROM (${query}) LIMIT 0`)).columns();
  const stored = columns.map((column) => (column.toLowerCase() === "k" ? "nullif(k, '') AS k" : `\`${column}\``));
  return `SELECT ${stored.join(", ")} FROM (${query})`;
}

/** Rows as sorted text; -0.0 is not 0.0. */
async function bag(spark: SparkSession, query: string): Promise<string> {
  const { rows } = await spark.execute(query);
  return rows
    .map((row) => JSON.stringify(row.map(textOf)))
    .sort()
    .join(ROW_END);
}

function textOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textOf);
  if (value === null || typeof value !== "object" || value instanceof Date)
    return Object.is(value, -0) ? "-0" : value === null ? null : String(value);
  const fields = Object.entries(value).map(([name, one]) => [name, textOf(one)]);
  return fields.length === 0 ? String(value) : fields;
}
