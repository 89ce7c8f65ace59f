/** B15 to B17: what lakelet adds to the engine's work: translating a statement, compiling a chain of steps, giving rows as Arrow. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm";
import type { DataFrame } from "../src/dataframe/data-frame.js";
import { planNode } from "../src/dataframe/plan-id.js";
import { coalesce, col, lit, sum, upper, when } from "../src/index.js";
import { createLocalSession, type LocalSession } from "../src/session/local-session.js";
import { BareDuckDB } from "./bare-duckdb.js";
import type { BenchOptions } from "./options.js";
import { median } from "./rounds.js";
import { statements, TABLES } from "./translated-statements.js";
import { engineSettings } from "./workplace.js";

export interface OverheadFigure {
  readonly id: string;
  readonly title: string;
  readonly value: number;
  readonly unit: "ms" | "MB";
  /** What it is held against, in the same unit and the same rounds. */
  readonly limit?: number;
  readonly ratio?: number;
  readonly bar: { readonly ratio?: number; readonly value?: number };
  readonly met: boolean;
}

const ROUNDS = 30;
const TRANSLATION_BAR = 3;
const CHAIN_BAR = 10;
const ARROW_BAR = 1.2;
const ARROW_ROWS = 1_000_000;

export async function overheads(
  options: BenchOptions,
  folder: string,
  isAsked: (id: string) => boolean,
  tell: (text: string) => void,
): Promise<readonly OverheadFigure[]> {
  const spark = await createLocalSession({ warehouse: join(folder, "lake"), threads: options.threads });
  try {
    for (const one of TABLES) await spark.sql(one);
    const figures: OverheadFigure[] = [];
    if (isAsked("B15")) {
      tell("B15: translating statements");
      figures.push(...(await translation(spark)));
    }
    if (isAsked("B16")) {
      tell("B16: chains of steps");
      figures.push(await chain(spark, "one column a step", columns), await chain(spark, "steps of many kinds", steps));
    }
    if (isAsked("B17")) {
      tell("B17: rows as Arrow");
      figures.push(...(await arrow(spark, options, folder)));
    }
    return figures;
  } finally {
    await spark.stop();
  }
}

/** Analysis included: the tables' snapshots are read, as for any statement. */
async function translation(spark: LocalSession): Promise<readonly OverheadFigure[]> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const text of statements(round)) {
      const start = performance.now();
      await spark.executor.schema(planNode({ kind: "sql", text }));
      // The first of each kind compiles the code that does it.
      if (round > 0) times.push(performance.now() - start);
    }
  }
  const sorted = times.toSorted((one, other) => one - other);
  const late = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
  return [
    againstBar("B15", "translating a statement, 18 kinds, median", median(times), TRANSLATION_BAR),
    againstBar("B15", "the same, 95th percentile", late, TRANSLATION_BAR),
  ];
}

async function chain(
  spark: LocalSession,
  title: string,
  make: (frame: DataFrame, seed: number) => DataFrame,
): Promise<OverheadFigure> {
  const times: number[] = [];
  for (let round = 0; round <= 2 * ROUNDS; round++) {
    const frame = make(spark.table("orders"), round * 100);
    const start = performance.now();
    await frame.schema();
    if (round > ROUNDS) times.push(performance.now() - start);
  }
  return againstBar("B16", `compiling a chain of 30 steps: ${title}`, median(times), CHAIN_BAR);
}

function columns(frame: DataFrame, seed: number): DataFrame {
  let result = frame;
  for (let i = 0; i < 30; i++) result = result.withColumn(`c${i}`, col("amount").plus(lit(seed + i)));
  return result;
}

function steps(frame: DataFrame, seed: number): DataFrame {
  let result = frame;
  for (let i = 0; i < 6; i++) {
    result = result
      .withColumn(
        `total_${i}`,
        col("amount")
          .multiply(col("quantity"))
          .plus(lit(seed + i)),
      )
      .filter(col("quantity").gt(lit(-seed - i)))
      .withColumn(`state_${i}`, when(col("status").eq("a"), upper(col("status"))).otherwise(lit("x")))
      .withColumnRenamed(`state_${i}`, `label_${i}`);
  }
  return result
    .withColumn("status", coalesce(col("status"), lit("none")))
    .select("*", col("amount").plus(1).alias("more"))
    .drop("tags")
    .orderBy(col("order_id").desc())
    .groupBy("status")
    .agg(sum("amount").alias("total"))
    .limit(10);
}

/** The same rows in both dialects. */
const ARROW_TABLES = [
  {
    title: "8 columns, texts among them",
    spark: `SELECT id, CAST(id * 7919 % 100000 AS INT) AS customer_id, id * 0.5D AS score, concat('customer ', id % 50000) AS name,
      CASE id % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'done' ELSE 'cancelled' END AS status, id % 2 = 0 AS paid,
      date_add(DATE'2020-01-01', CAST(id % 1000 AS INT)) AS day, timestamp_seconds(1704067200 + id % 86400) AS at FROM range(${ARROW_ROWS})`,
    duckdb: `SELECT id, (id * 7919 % 100000)::INTEGER AS customer_id, id::DOUBLE * 0.5 AS score, 'customer ' || (id % 50000) AS name,
      CASE id % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'done' ELSE 'cancelled' END AS status, id % 2 = 0 AS paid,
      DATE '2020-01-01' + (id % 1000)::INTEGER AS day, to_timestamp(1704067200 + id % 86400) AS ts FROM range(${ARROW_ROWS}) t(id)`,
  },
  {
    title: "5 columns of numbers and times",
    spark: `SELECT id, CAST(id * 7919 % 100000 AS INT) AS customer_id, id * 0.5D AS score,
      date_add(DATE'2020-01-01', CAST(id % 1000 AS INT)) AS day, timestamp_seconds(1704067200 + id % 86400) AS at FROM range(${ARROW_ROWS})`,
    duckdb: `SELECT id, (id * 7919 % 100000)::INTEGER AS customer_id, id::DOUBLE * 0.5 AS score,
      DATE '2020-01-01' + (id % 1000)::INTEGER AS day, to_timestamp(1704067200 + id % 86400) AS ts FROM range(${ARROW_ROWS}) t(id)`,
  },
] as const;

/** Against bare DuckDB's shortest way to a table of Arrow where there are texts: a file in memory, read by parquet-wasm. */
async function arrow(spark: LocalSession, options: BenchOptions, folder: string): Promise<readonly OverheadFigure[]> {
  const bare = await BareDuckDB.open(engineSettings(options, folder));
  const file = join(existsSync("/dev/shm") ? await mkdtemp("/dev/shm/lakelet-bench-") : folder, "rows.parquet");
  const figures: OverheadFigure[] = [];
  try {
    for (const one of ARROW_TABLES) {
      await bare.run(`CREATE OR REPLACE TABLE rows AS ${one.duckdb}`);
      const frame = await (await spark.sql(one.spark)).cache();
      const throughFile = async () => {
        await bare.run(`COPY rows TO '${file}' (FORMAT parquet, COMPRESSION snappy)`);
        return tableFromIPC(readParquet(await readFile(file)).intoIPCStream());
      };
      const samples: { readonly lakelet: number; readonly bare: number }[] = [];
      for (let round = 0; round <= options.rounds; round++) {
        const sample = { bare: await timed(throughFile), lakelet: await timed(() => frame.toArrow()) };
        if (round > 0) samples.push(sample);
      }
      await frame.unpersist();
      figures.push(ratioFigure("B17", `toArrow of 1 M rows, ${one.title}`, samples, ARROW_BAR));
    }
    return figures;
  } finally {
    bare.close();
    await rm(file, { force: true });
    if (file.startsWith("/dev/shm/")) await rm(dirname(file), { recursive: true, force: true });
  }
}

async function timed(run: () => Promise<{ readonly numRows: number }>): Promise<number> {
  const start = performance.now();
  const { numRows } = await run();
  if (numRows !== ARROW_ROWS) throw new Error(`${numRows} rows instead of ${ARROW_ROWS}`);
  return performance.now() - start;
}

export function ratioFigure(
  id: string,
  title: string,
  samples: readonly { readonly lakelet: number; readonly bare: number }[],
  bar: number,
): OverheadFigure {
  const ratio = median(samples.map((one) => one.lakelet / one.bare));
  const value = median(samples.map((one) => one.lakelet));
  const limit = median(samples.map((one) => one.bare));
  return { id, title, value, unit: "ms", limit, ratio, bar: { ratio: bar }, met: ratio <= bar };
}

function againstBar(id: string, title: string, value: number, bar: number): OverheadFigure {
  return { id, title, value, unit: "ms", bar: { value: bar }, met: value <= bar };
}
