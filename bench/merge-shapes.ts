/** B4: the sixteen merges of Delta's own published benchmark, each on a plain table and on one partitioned by day. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LocalSession } from "../src/session/local-session.js";
import { type BareDuckDB, emptyFolder } from "./bare-duckdb.js";
import type { Benchmark, Workplace } from "./benchmark.js";
import { copyTable } from "./delta-files.js";
import { ORDER_COLUMNS, ORDER_SCHEMA, ORDER_SUMS, sqlList } from "./orders-data.js";
import { MERGE_CLAUSES, type MergeKind, mergeSql, mergeWork } from "./peers/peer-work.js";

/** What the merge says, and which of the twenty files of orders its source comes from. Data, so that peers can be given the same. */
export interface MergeShape {
  /** `WHEN` clauses. */
  readonly kind: MergeKind;
  /** Part of the files that the source's rows are drawn from. */
  readonly files: number;
  /** Parts of those files' rows that the source has: with their keys, and with keys that the table does not have. */
  readonly matched: number;
  readonly notMatched: number;
}

export const MERGE_SHAPES: readonly MergeShape[] = [
  { kind: "single-insert-only", files: 0.05, matched: 0, notMatched: 0.05 },
  { kind: "single-insert-only", files: 0.05, matched: 0, notMatched: 0.5 },
  { kind: "single-insert-only", files: 0.05, matched: 0, notMatched: 1 },
  { kind: "multiple-insert-only", files: 0.05, matched: 0, notMatched: 0.05 },
  { kind: "multiple-insert-only", files: 0.05, matched: 0, notMatched: 0.5 },
  { kind: "multiple-insert-only", files: 0.05, matched: 0, notMatched: 1 },
  { kind: "delete-only", files: 0.05, matched: 0.05, notMatched: 0 },
  { kind: "upsert", files: 0.05, matched: 0.1, notMatched: 0.01 },
  { kind: "upsert", files: 0.05, matched: 0, notMatched: 0.1 },
  { kind: "upsert", files: 0.05, matched: 0.01, notMatched: 0.1 },
  { kind: "upsert", files: 0.05, matched: 0.1, notMatched: 0 },
  { kind: "upsert", files: 0.5, matched: 0.01, notMatched: 0.001 },
  { kind: "upsert", files: 1, matched: 0.01, notMatched: 0.001 },
  { kind: "upsert", files: 0.05, matched: 0.5, notMatched: 0.001 },
  { kind: "upsert", files: 0.05, matched: 0.99, notMatched: 0.001 },
  { kind: "upsert", files: 0.05, matched: 1, notMatched: 0.001 },
];

const KEYS = ["order_id", "customer_id"] as const;
const CONDITION = KEYS.map((key) => `t.${key} = s.${key}`).join(" AND ");

export const mergeShapes: readonly Benchmark[] = [false, true].flatMap((partitioned) =>
  MERGE_SHAPES.map((shape, i) => benchmarkOf(shape, i + 1, partitioned)),
);

function benchmarkOf(shape: MergeShape, number: number, partitioned: boolean): Benchmark {
  const name = `${partitioned ? "p" : ""}-${String(number).padStart(2, "0")}`;
  const { kind, files, matched, notMatched } = shape;
  return {
    id: `B4${name}`,
    title: `${kind} ${files}/${matched}/${notMatched}${partitioned ? ", partitioned" : ""}`,
    // The limit knows beforehand which files to write again, and does not look for matches.
    bar: { ratio: 1.3, milliseconds: 250 },
    columns: ORDER_COLUMNS,
    sums: ORDER_SUMS,
    onlyWhereAsked: true,
    prepare: (place, spark) => prepare(place, spark, shape, partitioned),
    peers: (place) => [
      {
        peers: ["delta-rs", "Spark", "Polars"],
        template: templateOf(place, partitioned),
        work: mergeWork(sourceOf(place, shape), KEYS, kind, partitioned ? ["order_date"] : []),
      },
    ],
    lakelet: (place, spark) => lakeletSide(place, spark, shape, name, partitioned),
    bare: (place, duckdb) => bareSide(place, duckdb, shape, name),
  };
}

const templateOf = ({ folder }: Workplace, partitioned: boolean) =>
  join(folder, `merge-shapes${partitioned ? "-by-day" : ""}`);

/** The source as one Parquet file. */
function sourceOf({ folder }: Workplace, { files, matched, notMatched }: MergeShape): string {
  return join(folder, `merge-source-${files}-${matched}-${notMatched}.parquet`);
}

/** The tables and sources are made once a run. */
async function prepare(place: Workplace, spark: LocalSession, shape: MergeShape, partitioned: boolean): Promise<void> {
  const template = templateOf(place, partitioned);
  if (!existsSync(template)) {
    // Made first and then filled, so that the MERGE is no tenth commit, which alone would write a checkpoint, too.
    const layout = partitioned ? "PARTITIONED BY (order_date)" : "";
    await spark.execute(`CREATE TABLE delta.\`${template}\` (${ORDER_SCHEMA}) USING DELTA ${layout}`);
    for (const file of place.data.parquet) await spark.read.parquet(file).write.mode("append").save(template);
  }
  const source = sourceOf(place, shape);
  if (!existsSync(source)) await spark.runtime.engine.writeParquet(sourceSql(place, shape), source);
}

/** Rows are drawn by a hash of their key, so that each run draws the same. */
function sourceSql({ data }: Workplace, shape: MergeShape): string {
  const all = `read_parquet(${sqlList(data.parquet.slice(0, Math.ceil(shape.files * data.parquet.length)))})`;
  const drawn = (salt: number, part: number) => `hash(order_id + ${salt}) % 100000 < ${Math.round(part * 100_000)}`;
  const changed = "(amount + 1)::DECIMAL(12,2) AS amount, 'merged' AS status";
  return [
    `SELECT * REPLACE (${changed}) FROM ${all} WHERE ${drawn(1, shape.matched)}`,
    `SELECT * REPLACE (${changed}, order_id + ${data.rows * 10} AS order_id) FROM ${all} WHERE ${drawn(2, shape.notMatched)}`,
  ].join(" UNION ALL ");
}

function lakeletSide(
  place: Workplace,
  spark: LocalSession,
  shape: MergeShape,
  name: string,
  partitioned: boolean,
): ReturnType<Benchmark["lakelet"]> {
  let round = 0;
  const location = () => join(place.folder, `merge-shape${name}-${process.pid}-${round}`);
  return {
    get table() {
      return `delta.\`${location()}\``;
    },
    get location() {
      return location();
    },
    // Another folder each time, for the session remembers the versions of a table.
    reset: async () => {
      await emptyFolder(location());
      round++;
      await copyTable(templateOf(place, partitioned), location());
    },
    run: async () => {
      const source = sourceOf(place, shape);
      await spark.execute(mergeSql(`delta.\`${location()}\``, source, CONDITION, MERGE_CLAUSES[shape.kind]));
    },
  };
}

/** Only the files that hold matches are written again, and the new rows; without partitions on both tables. */
function bareSide(
  place: Workplace,
  duckdb: BareDuckDB,
  shape: MergeShape,
  name: string,
): ReturnType<Benchmark["bare"]> {
  const output = join(place.folder, `bare-shape${name}`);
  const { parquet } = place.data;
  const count = shape.matched === 0 ? 0 : Math.ceil(shape.files * parquet.length);
  const source = `read_parquet('${sourceOf(place, shape)}')`;
  const left = `SELECT t.* FROM read_parquet(${sqlList(parquet.slice(0, Math.max(1, count)))}) AS t ANTI JOIN ${source} AS s ON ${CONDITION}`;
  const rows = [...(count === 0 ? [] : [left]), ...(shape.kind === "delete-only" ? [] : [`SELECT * FROM ${source}`])];
  const untouched = parquet.slice(count);
  return {
    reset: () => emptyFolder(output),
    run: () => duckdb.copyDurably(rows.join(" UNION ALL "), output),
    expected: () =>
      `(SELECT * FROM read_parquet('${output}/*.parquet')${untouched.length === 0 ? "" : ` UNION ALL SELECT * FROM read_parquet(${sqlList(untouched)})`})`,
  };
}
