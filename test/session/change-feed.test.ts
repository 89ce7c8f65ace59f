/** The change data feed as readers see it: table_changes, by path, and the reader's options. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const run = (text: string) => lake.spark.execute(text);
const FEED = "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')";
const changes = (args: string, columns = "id") =>
  rowsOf(
    lake.spark,
    `SELECT ${columns}, _change_type, _commit_version FROM table_changes(${args}) ORDER BY _commit_version, id, _change_type`,
  );
const refused = (text: string, condition: string) => expect(run(text)).rejects.toMatchObject({ cause: { condition } });

describe("table_changes", () => {
  test("inserts, updates and deletes by version, at the newest schema", async () => {
    await run(`CREATE TABLE feed (id INT) USING DELTA ${FEED}; INSERT INTO feed VALUES (1), (2)`);
    await run("ALTER TABLE feed ADD COLUMNS (s STRING); UPDATE feed SET s = 'x' WHERE id = 2; DELETE FROM feed");
    expect(await changes("'feed', 0", "id, s")).toEqual([
      [1, null, "insert", 1],
      [2, null, "insert", 1],
      [2, "x", "update_postimage", 3],
      [2, null, "update_preimage", 3],
      [1, null, "delete", 4],
      [2, "x", "delete", 4],
    ]);
    expect(await changes("'main.default.feed', 4, 99")).toHaveLength(2);
    expect(await rowsOf(lake.spark, "SELECT typeof(_commit_timestamp) FROM table_changes('feed', 1, 1) c")).toEqual([
      ["timestamp"],
      ["timestamp"],
    ]);
  });

  test("of deletion vectors the rows between two of them, also where rows come back", async () => {
    await run(
      "CREATE TABLE marked (id INT) USING DELTA TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableDeletionVectors' = 'true')",
    );
    await run("INSERT INTO marked SELECT id FROM range(5)");
    await run("DELETE FROM marked WHERE id = 2; DELETE FROM marked WHERE id = 3");
    await run("RESTORE TABLE marked TO VERSION AS OF 2; OPTIMIZE marked");
    expect(await changes("'marked', 2")).toEqual([
      [2, "delete", 2],
      [3, "delete", 3],
      [3, "insert", 4],
    ]);
  });

  test("an overwrite deletes and inserts; partition values come along", async () => {
    await run(`CREATE TABLE parted (id INT, p STRING) USING DELTA PARTITIONED BY (p) ${FEED}`);
    await run("INSERT INTO parted VALUES (1, 'a'), (2, NULL); INSERT OVERWRITE parted VALUES (3, 'a b')");
    expect(await changes("'parted', 2", "id, p")).toEqual([
      [1, "a", "delete", 2],
      [2, null, "delete", 2],
      [3, "a b", "insert", 2],
    ]);
  });

  test("bounds by time: from the first commit at or after, to the last at or before", async () => {
    await run(`CREATE TABLE timed (id INT) USING DELTA ${FEED}; INSERT INTO timed VALUES (1)`);
    const [[inserted] = []] = await rowsOf(lake.spark, "SELECT _commit_timestamp FROM table_changes('timed', 0)");
    expect(await changes(`'timed', '2001-01-01', '${String(inserted)}'`)).toEqual([[1, "insert", 1]]);
    expect(await changes(`'timed', '${String(inserted)}'`)).toEqual([[1, "insert", 1]]);
    await refused("SELECT * FROM table_changes('timed', 0, '2101-01-01')", "DELTA_TIMESTAMP_GREATER_THAN_COMMIT");
    await refused(
      "SELECT * FROM table_changes('timed', '2001-01-01', '2001-01-02')",
      "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION",
    );
    await refused("SELECT * FROM table_changes('timed', '2101-01-01')", "DELTA_TIMESTAMP_GREATER_THAN_COMMIT");
  });

  test("what cannot be answered is named", async () => {
    await run("CREATE TABLE off (id INT) USING DELTA; INSERT INTO off VALUES (1)");
    await refused("SELECT * FROM table_changes('off', 0)", "DELTA_MISSING_CHANGE_DATA");
    await run("ALTER TABLE off SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true'); INSERT INTO off VALUES (2)");
    expect(await changes("'off', 2")).toEqual([[2, "insert", 3]]);
    await run("ALTER TABLE off SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'false')");
    await refused("SELECT * FROM table_changes('off', 2, 4)", "DELTA_MISSING_CHANGE_DATA");
    await refused("SELECT * FROM table_changes('off', 3, 2)", "DELTA_INVALID_CDC_RANGE");
    await refused("SELECT * FROM table_changes('off', NULL)", "DELTA_CDC_READ_NULL_RANGE_BOUNDARY");
    await refused("SELECT * FROM table_changes('off')", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION");
    await refused("SELECT * FROM table_changes('nowhere', 0)", "TABLE_OR_VIEW_NOT_FOUND");
  });

  test("rows that do not fit the schema that is read are refused, not changed", async () => {
    await run(`CREATE TABLE reshaped (id INT) USING DELTA ${FEED}; INSERT INTO reshaped VALUES (1)`);
    await run(`CREATE OR REPLACE TABLE reshaped (name STRING) USING DELTA ${FEED}; INSERT INTO reshaped VALUES ('a')`);
    await refused("SELECT * FROM table_changes('reshaped', 0)", "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_DATA_SCHEMA");
    expect(await rowsOf(lake.spark, "SELECT name FROM table_changes('reshaped', 3)")).toEqual([["a"]]);
  });
});

describe("spark.read", () => {
  const read = () => lake.spark.read.option("readChangeFeed", true);

  test("readChangeFeed by version and by time", async () => {
    await run(`CREATE TABLE source (id INT) USING DELTA ${FEED}; INSERT INTO source VALUES (1); DELETE FROM source`);
    const types = async (frame: ReturnType<typeof lake.spark.table>) =>
      (await frame.collect()).map((row) => row._change_type);
    expect(await types(read().option("startingVersion", 1).option("endingVersion", 1).table("source"))).toEqual([
      "insert",
    ]);
    expect(await types(read().option("startingTimestamp", "2001-01-01").table("source"))).toEqual(["insert", "delete"]);
    const path = join(lake.folder, "lake/main/default/source");
    expect(await types(read().option("startingVersion", 2).format("delta").load(path))).toEqual(["delete"]);
  });

  test("options that make no range are refused", async () => {
    const fails = (frame: ReturnType<typeof lake.spark.table>, condition: string) =>
      expect(frame.collect()).rejects.toMatchObject({ condition });
    await run(`CREATE TABLE IF NOT EXISTS bounds (id INT) USING DELTA ${FEED}`);
    await fails(read().table("bounds"), "DELTA_NO_START_FOR_CDC_READ");
    const both = read().option("startingVersion", 0).option("startingTimestamp", "2001-01-01");
    await fails(both.table("bounds"), "DELTA_MULTIPLE_CDC_BOUNDARY");
    await fails(read().option("startingVersion", "x").table("bounds"), "DELTA_VERSION_INVALID");
    const travelled = read().option("startingVersion", 0).option("versionAsOf", 0);
    await fails(travelled.table("bounds"), "DELTA_UNSUPPORTED_TIME_TRAVEL_VIEWS");
    await fails(read().option("readChangeFeed", "maybe").table("bounds"), "DELTA_ILLEGAL_OPTION");
  });
});

/** Rows a commit and a kind of change, as delta-rs 1.6.6 gives them. */
const CORPUS: readonly (readonly [name: string, rows: readonly (readonly [number, string, number])[]])[] = [
  [
    "delta-rs__cdf-table",
    [
      [0, "insert", 10],
      [1, "update_postimage", 3],
      [1, "update_preimage", 3],
      [2, "update_postimage", 3],
      [2, "update_preimage", 3],
      [3, "delete", 1],
    ],
  ],
  [
    "delta-rs__cdf-table-non-partitioned",
    [
      [0, "insert", 10],
      [1, "update_postimage", 3],
      [1, "update_preimage", 3],
      [2, "update_postimage", 3],
      [2, "update_preimage", 3],
      [3, "delete", 1],
      [4, "insert", 2],
    ],
  ],
  [
    "delta-rs__cdc_ict_table",
    [
      [1, "insert", 4],
      [2, "delete", 2],
      [3, "update_postimage", 2],
      [3, "update_preimage", 2],
    ],
  ],
  [
    "delta-rs__cdf-table-with-cdc-and-dvs",
    [
      [0, "insert", 1],
      [1, "insert", 4],
      [2, "delete", 1],
      [4, "insert", 1],
      [5, "delete", 2],
      [7, "insert", 1],
      [8, "insert", 1],
      [9, "update_postimage", 3],
      [9, "update_preimage", 3],
      [10, "delete", 1],
      [12, "update_postimage", 1],
      [12, "update_preimage", 1],
      [14, "insert", 2],
      [15, "insert", 2],
      [16, "delete", 2],
      [18, "insert", 2],
      [18, "update_postimage", 1],
      [18, "update_preimage", 1],
      [20, "update_postimage", 1],
      [20, "update_preimage", 1],
      [22, "delete", 1],
      [22, "insert", 1],
      [24, "delete", 6],
      [25, "insert", 3],
    ],
  ],
  [
    "delta-rs__simple_table_with_cdc",
    [
      [1, "insert", 1],
      [2, "update_postimage", 1],
      [2, "update_preimage", 1],
    ],
  ],
  [
    "dat__cdf",
    [
      [1, "insert", 5],
      [2, "delete", 4],
    ],
  ],
];

const corpus = join(process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared"), "corpus");

describe.skipIf(!existsSync(corpus))("tables of others (skipped where the corpus is not at hand)", () => {
  const counts = (name: string) =>
    rowsOf(
      lake.spark,
      `SELECT _commit_version, _change_type, count(*) FROM table_changes_by_path('${join(corpus, name, "delta")}', 0) GROUP BY ALL ORDER BY 1, 2`,
    );
  test.each(CORPUS)("%s", async (name, rows) => {
    expect(await counts(name)).toEqual(rows);
  });
});
