/**
 * B13: MERGE of one row in ten into a table of ten times the engine's memory limit, in a process of its own, whose greatest resident
 * set is measured; beside it bare DuckDB's rewrite with the same limit, and the peers, each in a fresh process.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createLocalSession, type LocalSession } from "../src/session/local-session.js";
import { builtPackage } from "../test/support/built-package.js";
import { BareDuckDB, type EngineSettings, emptyFolder } from "./bare-duckdb.js";
import { copyTable, liveFiles } from "./delta-files.js";
import { checkRead } from "./equality.js";
import { changedRows, type MemoryTable, memoryTable, sourceRows, tableRows } from "./memory-table.js";
import type { BenchOptions } from "./options.js";
import { sqlList } from "./orders-data.js";
import { PeerProcess } from "./peers/peer-process.js";
import { MERGE_CLAUSES, mergeSql, mergeWork, type PeerName, type PeerWork } from "./peers/peer-work.js";
import { type ProcessCost, processCost } from "./process-cost.js";

export interface MemoryFigure {
  readonly who: string;
  /** The other is why there is none. */
  readonly cost: ProcessCost | undefined;
  readonly failure: string | undefined;
}

export interface MemoryFigures {
  readonly table: MemoryTable;
  readonly limitMegabytes: number;
  readonly figures: readonly MemoryFigure[];
}

const TIMES = 10;
const KEYS = ["id"] as const;
const CONDITION = "t.id = s.id";

export async function mergeMemory(
  options: BenchOptions,
  folder: string,
  tell: (text: string) => void,
): Promise<MemoryFigures> {
  const { threads, mergeMemory: limitMegabytes } = options;
  const table = memoryTable(limitMegabytes * TIMES);
  tell(`B13: ${table.rows} rows, ${table.megabytes} MB in the engine, whose limit is ${limitMegabytes} MB`);
  const settings: EngineSettings = {
    threads,
    memoryLimit: `${limitMegabytes}MiB`,
    temporaryFolder: join(folder, "spill"),
  };
  const source = join(folder, "memory-source.parquet");
  const spark = await createLocalSession({ warehouse: join(folder, "lake"), timeZone: "UTC", threads });
  const duckdb = await BareDuckDB.open({ ...settings, memoryLimit: options.memoryLimit });
  try {
    await writeTables(table, folder, source, spark);
    const figures: MemoryFigure[] = [];
    for (const one of contenders(options, folder, source, settings)) {
      const location = join(folder, "memory-target");
      await emptyFolder(location);
      if (one.template !== undefined) await copyTable(one.template, location);
      const figure = await measured(one.who, () => one.run(location));
      if (figure.cost && one.template !== undefined) {
        const { columns, sums } = table;
        await checkRead({ id: "B13", columns, sums }, one.who, location, `(${changedRows(table)})`, spark, duckdb);
      }
      figures.push(figure);
      const { cost, failure } = figure;
      tell(`    ${one.who}: ${cost ? `${Math.round(cost.milliseconds)} ms, ${cost.peakMegabytes} MB` : failure}`);
    }
    return { table, limitMegabytes, figures };
  } finally {
    duckdb.close();
    await spark.stop();
  }
}

interface Contender {
  readonly who: string;
  /** The table that it changes; undefined where it makes a new one, unchecked. */
  readonly template: string | undefined;
  run(location: string): Promise<ProcessCost>;
}

const templateOf = (folder: string, kind: "plain" | "vectors") => join(folder, `memory-${kind}`);

function contenders(
  options: BenchOptions,
  folder: string,
  source: string,
  settings: EngineSettings,
): readonly Contender[] {
  const [plain, vectors] = [templateOf(folder, "plain"), templateOf(folder, "vectors")];
  const packageFolder = builtPackage().folder;
  const lakelet = async (location: string) => {
    const sql = mergeSql(`delta.\`${location}\``, source, CONDITION, MERGE_CLAUSES.upsert);
    return processCost({ do: "session", packageFolder, warehouse: join(folder, "lake"), sql, settings });
  };
  const bare = async (location: string) => {
    const target = `read_parquet(${sqlList((await liveFiles(plain)).map(({ path }) => path))})`;
    const changes = `read_parquet('${source}')`;
    const query = `SELECT t.* FROM ${target} AS t ANTI JOIN ${changes} AS s ON ${CONDITION} UNION ALL SELECT * FROM ${changes}`;
    return processCost({ do: "copy", packageFolder, query, location, settings });
  };
  const peer = (who: string, name: PeerName, template: string, more: Partial<PeerWork> = {}): Contender => {
    const work = { ...mergeWork(source, KEYS, "upsert"), ...more };
    return { who, template, run: (location) => costOfPeer(name, work, location, options, folder) };
  };
  const limitMegabytes = options.mergeMemory;
  return [
    { who: "lakelet, copy-on-write", template: plain, run: lakelet },
    { who: "lakelet, deletion vectors", template: vectors, run: lakelet },
    { who: "bare DuckDB, the files written again", template: undefined, run: bare },
    ...(options.peers
      ? [
          peer("delta-rs", "delta-rs", plain),
          peer("delta-rs, streaming, the limit as `max_spill_size`", "delta-rs", plain, {
            streamed: true,
            limitMegabytes,
          }),
          peer(`Spark, deletion vectors, heap of ${SPARK_HEAP}`, "Spark", vectors),
          peer("Polars, streaming", "Polars", plain, { streamed: true }),
        ]
      : []),
  ];
}

/** Its smallest that does this work without failing. */
const SPARK_HEAP = "1g";

/** A process of its own, so that its peak is that of this work. */
async function costOfPeer(
  name: PeerName,
  work: PeerWork,
  location: string,
  { threads }: BenchOptions,
  folder: string,
): Promise<ProcessCost> {
  const process = PeerProcess.start(name, { threads, sparkMemory: SPARK_HEAP, folder: join(folder, `peer-${name}`) });
  try {
    return await process.run(work, location);
  } finally {
    await process.close();
  }
}

async function measured(who: string, run: () => Promise<ProcessCost>): Promise<MemoryFigure> {
  try {
    return { who, cost: await run(), failure: undefined };
  } catch (error) {
    // That it cannot do the work is a figure, too.
    return { who, cost: undefined, failure: String(error).replaceAll(/\s+/g, " ").slice(0, 200) };
  }
}

async function writeTables(table: MemoryTable, folder: string, source: string, spark: LocalSession): Promise<void> {
  await spark.runtime.engine.writeParquet(sourceRows(table), source);
  const all = join(folder, "memory-part.parquet");
  const [plain, vectors] = [templateOf(folder, "plain"), templateOf(folder, "vectors")];
  await spark.execute(`CREATE TABLE delta.\`${plain}\` (${table.schema}) USING DELTA`);
  await spark.execute(
    `CREATE TABLE delta.\`${vectors}\` (${table.schema}) USING DELTA TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`,
  );
  for (const part of table.parts) {
    await spark.runtime.engine.writeParquet(tableRows(table, part), all);
    for (const one of [plain, vectors]) await spark.read.parquet(all).write.mode("append").save(one);
  }
  await rm(all);
}
