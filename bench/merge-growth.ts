/** B5: the same ten thousand changes merged into a table and into one ten times as large; the smaller one is the limit. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LocalSession } from "../src/session/local-session.js";
import { emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { copyTable } from "./delta-files.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, sqlList } from "./orders-data.js";

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

/** Orders come in files of the same number of rows, so that ten times the rows are ten times the files. */
async function prepare(place: Workplace, spark: LocalSession, spread: Spread): Promise<void> {
  const { parquet, rows } = place.data;
  const files = Math.max(1, Math.round(parquet.length * SIZES.small));
  for (const size of ["small", "large"] as const) {
    const template = templateOf(place, size);
    if (!existsSync(template)) {
      await spark.execute(
        `CREATE TABLE delta.\`${template}\` (${ORDER_SCHEMA}) USING DELTA TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`,
      );
      const chosen = size === "small" ? parquet.slice(0, files) : parquet;
      for (const file of chosen) await spark.read.parquet(file).write.mode("append").save(template);
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
    lakelet: (place, spark) => mergeSide(place, () => spark, spread, "large"),
    bare: (place) => {
      const side = mergeSide(place, () => session, spread, "small");
      const source = `read_parquet('${sourceOf(place, spread, "large")}')`;
      const target = `read_parquet(${sqlList(place.data.parquet)})`;
      return {
        reset: () => side.reset(),
        run: () => side.run(),
        expected: () =>
          `(SELECT t.* FROM ${target} AS t ANTI JOIN ${source} AS s ON t.order_id = s.order_id UNION ALL SELECT * FROM ${source})`,
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
      const source = `parquet.\`${sourceOf(place, spread, size)}\``;
      await spark()?.execute(
        `MERGE INTO delta.\`${location()}\` t USING ${source} s ON t.order_id = s.order_id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`,
      );
    },
  };
}
