/** B5: the same ten thousand changes merged into a table and into one ten times as large; the smaller one is the limit. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LocalSession } from "../src/session/local-session.js";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { copyTable } from "./delta-files.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, sqlList } from "./orders-data.js";
import { MERGE_CLAUSES, mergeSql, mergeWork, type PeerTask } from "./peers/peer-work.js";

/** Changes: as many as the smaller table of 2 M orders has in one file. */
const CHANGES = 10_000;

type Spread = "clustered" | "scattered";

export const mergeGrowth: readonly Benchmark[] = [
  // The same number of files is touched, however large the table is.
  benchmarkOf("clustered", { ratio: 1.3, milliseconds: 20 }),
  // The keys of the whole table have to be read, and of nothing else anything: ten times as many.
  benchmarkOf("scattered", { ratio: 12, milliseconds: 20 }),
];

const SIZES = { small: 0.1, large: 1 } as const;
type Size = keyof typeof SIZES;

const templateOf = ({ folder }: Workplace, size: Size) => join(folder, `growth-${size}`);
const sourceOf = ({ folder }: Workplace, spread: Spread, size: Size) =>
  join(folder, `growth-${spread}-${size}.parquet`);

const filesOf = ({ data: { parquet } }: Workplace, size: Size) =>
  parquet.slice(0, Math.max(1, Math.round(parquet.length * SIZES[size])));

function expectedOf(place: Workplace, spread: Spread, size: Size): string {
  const source = `read_parquet('${sourceOf(place, spread, size)}')`;
  const target = `read_parquet(${sqlList(filesOf(place, size))})`;
  return `(SELECT t.* FROM ${target} AS t ANTI JOIN ${source} AS s ON t.order_id = s.order_id UNION ALL SELECT * FROM ${source})`;
}

function peerTask(place: Workplace, spread: Spread, size: Size): PeerTask {
  return {
    peers: ["delta-rs", "Spark", "Polars"],
    label: size === "small" ? "a tenth of the table" : "the table",
    template: templateOf(place, size),
    work: mergeWork(sourceOf(place, spread, size), ["order_id"], "upsert"),
    expected: expectedOf(place, spread, size),
  };
}

/** Orders come in files of the same number of rows, so that ten times the rows are ten times the files. */
async function prepare(place: Workplace, spark: LocalSession, spread: Spread): Promise<void> {
  const { parquet, rows } = place.data;
  for (const size of ["small", "large"] as const) {
    const template = templateOf(place, size);
    if (!existsSync(template)) {
      await spark.execute(
        `CREATE TABLE delta.\`${template}\` (${ORDER_SCHEMA}) USING DELTA TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`,
      );
      for (const file of filesOf(place, size)) await spark.read.parquet(file).write.mode("append").save(template);
    }
    const source = sourceOf(place, spread, size);
    const keys = Math.floor(rows * SIZES[size]);
    const taken =
      spread === "clustered" ? `order_id < ${CHANGES}` : `order_id % ${Math.max(1, Math.floor(keys / CHANGES))} = 0`;
    if (!existsSync(source)) {
      await spark.runtime.engine.writeParquet(
        `SELECT * REPLACE ((amount + 1)::DECIMAL(12,2) AS amount) FROM read_parquet(${sqlList(parquet)}) WHERE ${taken} AND order_id < ${keys}`,
        source,
      );
    }
  }
}

function benchmarkOf(spread: Spread, bar: Benchmark["bar"]): Benchmark {
  // The limit is lakelet itself, on the smaller table, so that it needs the session of the other side.
  let session: LocalSession | undefined;
  return {
    id: `B5-${spread}`,
    title: `MERGE of ${CHANGES} ${spread} changes, ten times the table`,
    bar,
    columns: ORDER_COLUMNS,
    sums: ORDER_SUMS,
    onlyWhereAsked: true,
    prepare: (place, spark) => {
      session = spark;
      return prepare(place, spark, spread);
    },
    peers: (place) => (["small", "large"] as const).map((size) => peerTask(place, spread, size)),
    lakelet: (place, spark) => mergeSide(place, () => spark, spread, "large"),
    bare: (place) => {
      const side = mergeSide(place, () => session, spread, "small");
      return {
        reset: () => side.reset(),
        run: () => side.run(),
        expected: () => expectedOf(place, spread, "large"),
      };
    },
  };
}

function mergeSide(
  place: Workplace,
  spark: () => LocalSession | undefined,
  spread: Spread,
  size: Size,
): ReturnType<Benchmark["lakelet"]> {
  let round = 0;
  const location = () => join(place.folder, `growth-${spread}-${size}-${process.pid}-${round}`);
  return {
    get table() {
      return `delta.\`${location()}\``;
    },
    get location() {
      return location();
    },
    reset: async () => {
      await emptyFolder(location());
      round++;
      await copyTable(templateOf(place, size), location());
    },
    run: async () => {
      const source = sourceOf(place, spread, size);
      const condition = "t.order_id = s.order_id";
      await spark()?.execute(mergeSql(`delta.\`${location()}\``, source, condition, MERGE_CLAUSES.upsert));
    },
  };
}
