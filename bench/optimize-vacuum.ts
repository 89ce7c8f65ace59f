/** B7: a thousand small files packed into one, against a COPY of all of them; and ten thousand removed files deleted, against readdir and unlink. */
import { mkdir, readdir, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BareDuckDB, emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { copyTable } from "./delta-files.js";
import { ORDER_COLUMNS, ORDER_SUMS, sqlList } from "./orders-data.js";

const SMALL_FILES = 1_000;
const ROWS_OF_A_FILE = 1_000;
const TOMBSTONES = 10_000;
/** unlink has no more to gain from Node's four threads. */
const UNLINKS_AT_ONCE = 128;

const smallFiles = ({ folder }: Workplace) => join(folder, "small-files");
const delta = (location: string) => `delta.\`${location}\``;

export const optimizeSmallFiles: Benchmark = {
  id: "B7-optimize",
  title: "OPTIMIZE of 1,000 small files",
  bar: { ratio: 1.1, milliseconds: 0 },
  columns: ORDER_COLUMNS,
  sums: ORDER_SUMS,
  onlyWhereAsked: true,
  prepare: async (place, spark) => {
    const location = smallFiles(place);
    await writeSmallFiles(place, location);
    await spark.sql(`CONVERT TO DELTA parquet.\`${location}\``);
  },
  // Polars has no OPTIMIZE; it reads the table and writes it again.
  peers: (place) => [
    {
      peers: ["delta-rs", "Spark", "Polars"],
      template: smallFiles(place),
      work: { do: "optimize", sql: "OPTIMIZE {table}" },
    },
  ],
  lakelet: (place, spark) => {
    let round = 0;
    const location = () => join(place.folder, `optimized-${process.pid}-${round}`);
    return {
      get table() {
        return delta(location());
      },
      get location() {
        return location();
      },
      // Another folder each time, for the session remembers the versions of a table.
      reset: async () => {
        await emptyFolder(location());
        round++;
        await copyTable(smallFiles(place), location());
      },
      run: async () => {
        await spark.sql(`OPTIMIZE ${delta(location())}`);
      },
    };
  },
  bare: (place, duckdb) => {
    const output = join(place.folder, "bare-optimized");
    const source = `(SELECT * FROM read_parquet('${smallFiles(place)}/small-*.parquet'))`;
    return {
      reset: () => emptyFolder(output),
      run: () => duckdb.copyDurably(`SELECT * FROM ${source}`, output),
      expected: () => source,
    };
  },
};

async function writeSmallFiles({ data, folder }: Workplace, location: string): Promise<void> {
  const duckdb = await BareDuckDB.open({ threads: 2, memoryLimit: "1GB", temporaryFolder: join(folder, "spill") });
  try {
    await mkdir(location, { recursive: true });
    await duckdb.run(`SET partitioned_write_max_open_files = ${SMALL_FILES}`);
    await duckdb.run(
      `COPY (SELECT *, order_id % ${SMALL_FILES} AS file FROM read_parquet(${sqlList(data.parquet)}) LIMIT ${SMALL_FILES * ROWS_OF_A_FILE})
       TO '${location}' (FORMAT parquet, PARTITION_BY (file), HIVE_FILE_PATTERN false, FILENAME_PATTERN 'small-{uuid}', APPEND true)`,
    );
  } finally {
    duckdb.close();
  }
}

const names = Array.from({ length: TOMBSTONES }, (_, i) => `part-${String(i).padStart(5, "0")}.parquet`);

async function writeFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let first = 0; first < names.length; first += UNLINKS_AT_ONCE) {
    const some = names.slice(first, first + UNLINKS_AT_ONCE);
    await Promise.all(some.map((name) => writeFile(join(folder, name), "no longer of the table")));
  }
}

export const vacuumTombstones: Benchmark = {
  id: "B7-vacuum",
  title: "VACUUM of 10,000 removed files",
  bar: { ratio: 1.5, milliseconds: 0 },
  columns: ["id"],
  sums: ["id"],
  onlyWhereAsked: true,
  prepare: async (place, spark) => {
    const location = join(place.folder, "vacuumed");
    await spark.sql(
      `CREATE TABLE ${delta(location)} TBLPROPERTIES ('delta.checkpointInterval' = '1000') AS SELECT 1 AS id`,
    );
    const removes = names.map((path) =>
      JSON.stringify({ remove: { path, deletionTimestamp: 1, dataChange: true, size: 22 } }),
    );
    const info = JSON.stringify({ commitInfo: { timestamp: 1, operation: "DELETE", operationParameters: {} } });
    await writeFile(join(location, "_delta_log/00000000000000000001.json"), [info, ...removes].join("\n"));
    await copyTable(location, join(place.folder, "vacuum-template"));
    await spark.sql("SET spark.databricks.delta.retentionDurationCheck.enabled = false");
  },
  peers: (place) => [
    {
      peers: ["delta-rs", "Spark"],
      template: join(place.folder, "vacuum-template"),
      work: { do: "vacuum", sql: "VACUUM {table} RETAIN 0 HOURS" },
      prepare: writeFiles,
      check: async (location) => {
        const left = (await readdir(location)).filter((name) => names.includes(name));
        if (left.length > 0) throw new Error(`B7-vacuum: ${left.length} files are left`);
      },
    },
  ],
  lakelet: (place, spark) => {
    const location = join(place.folder, "vacuumed");
    return {
      table: delta(location),
      location,
      reset: () => writeFiles(location),
      run: async () => {
        await spark.sql(`VACUUM ${delta(location)} RETAIN 0 HOURS`);
      },
    };
  },
  bare: (place) => {
    const folder = join(place.folder, "bare-vacuumed");
    return {
      reset: () => writeFiles(folder),
      run: async () => {
        const found = await readdir(folder);
        for (let first = 0; first < found.length; first += UNLINKS_AT_ONCE) {
          const some = found.slice(first, first + UNLINKS_AT_ONCE);
          await Promise.all(some.map((name) => unlink(join(folder, name))));
        }
      },
      expected: () => "(SELECT 1 AS id)",
    };
  },
};
