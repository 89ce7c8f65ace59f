import { describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

describe("tables", () => {
  test("a command gives a DataFrame without columns, as in Spark", async () => {
    const done = await lake.spark.sql("CREATE TABLE of_a_command (a INT)");
    expect(await done.collect()).toEqual([]);
    expect(await done.count()).toBe(0);
    expect(await done.columns()).toEqual([]);
    expect(await done.isEmpty()).toBe(true);
    expect(await done.showString()).toBe("++\n||\n++\n++\n");
    expect(await (await done.cache()).take(1)).toEqual([]);
    expect(await (await lake.spark.sql("USE SCHEMA default")).collect()).toEqual([]);
  });

  test("create, insert, read, time travel", async () => {
    await lake.spark.execute(
      "CREATE TABLE people (id BIGINT NOT NULL, name STRING); INSERT INTO people VALUES (1, 'Ada'), (2, 'Bob')",
    );
    await lake.spark.execute("INSERT INTO people VALUES (3, 'Cy')");
    expect(await rowsOf(lake.spark, "SELECT * FROM people ORDER BY id")).toEqual([
      [1, "Ada"],
      [2, "Bob"],
      [3, "Cy"],
    ]);
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM people VERSION AS OF 1")).toEqual([[2]]);
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM people@v1")).toEqual([[2]]);
  });

  test("what is written by position is so at every depth, by name where it says so", async () => {
    await lake.spark.execute(`
      CREATE TABLE nested (id INT, s STRUCT<x: INT, y: STRING>, a ARRAY<STRUCT<x: INT, y: INT>>, m MAP<STRING, STRUCT<x: INT, y: INT>>);
      INSERT INTO nested VALUES (1, struct(1, 'p'), array(struct(1, 2)), map('k', struct(3, 4)));
      INSERT INTO nested SELECT 2, named_struct('y', 5, 'x', 'q'), array(named_struct('y', 1, 'x', 2)), NULL;
      INSERT INTO nested (s, id) VALUES (struct(7, 'r'), 3);
      INSERT INTO nested BY NAME SELECT 4 AS id, named_struct('y', 'u', 'x', 2) AS s`);
    expect(await rowsOf(lake.spark, "SELECT id, s, a, m['k'].y FROM nested ORDER BY id")).toEqual([
      [1, { x: 1, y: "p" }, [{ x: 1, y: 2 }], 4],
      [2, { x: 5, y: "q" }, [{ x: 1, y: 2 }], null],
      [3, { x: 7, y: "r" }, null, null],
      [4, { x: 2, y: "u" }, null, null],
    ]);
    await expect(lake.spark.execute("INSERT INTO nested VALUES (5, struct(1), NULL, NULL)")).rejects.toThrow(
      "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
    );
  });

  test("MERGE with every clause gives Spark's metric row", async () => {
    await lake.spark.execute("CREATE TABLE stock (id INT, n INT); INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)");
    const merged = await lake.spark.execute(`
      MERGE INTO stock t USING (SELECT * FROM VALUES (1, 11), (2, 0), (4, 40) AS v(id, n)) s ON t.id = s.id
      WHEN MATCHED AND s.n = 0 THEN DELETE
      WHEN MATCHED THEN UPDATE SET n = s.n
      WHEN NOT MATCHED THEN INSERT *
      WHEN NOT MATCHED BY SOURCE THEN UPDATE SET n = -1`);
    expect(merged.schema.fields.map((one) => one.name)).toEqual([
      "num_affected_rows",
      "num_updated_rows",
      "num_deleted_rows",
      "num_inserted_rows",
    ]);
    expect(merged.rows).toEqual([[4n, 2n, 1n, 1n]]);
    expect(await rowsOf(lake.spark, "SELECT * FROM stock ORDER BY id")).toEqual([
      [1, 11],
      [3, -1],
      [4, 40],
    ]);
  });

  test("UPDATE, DELETE, history and detail", async () => {
    await lake.spark.execute(
      "CREATE TABLE h (id INT, v STRING) PARTITIONED BY (v); INSERT INTO h VALUES (1, 'a'), (2, 'b'), (3, 'b')",
    );
    expect((await lake.spark.execute("UPDATE h SET id = id + 10 WHERE v = 'a'")).rows).toEqual([[1n]]);
    expect((await lake.spark.execute("DELETE FROM h WHERE v = 'b'")).rows).toEqual([[2n]]);
    const operations = await rowsOf(lake.spark, "DESCRIBE HISTORY h");
    expect(operations.map((row) => row[4])).toEqual(["DELETE", "UPDATE", "WRITE", "CREATE TABLE"]);
    const [detail] = await (await lake.spark.sql("DESCRIBE DETAIL h")).collect();
    expect(detail).toMatchObject({ format: "delta", name: "main.default.h", partitionColumns: ["v"], numFiles: 1n });
  });

  test("CREATE OR REPLACE TABLE AS may read the table that it replaces", async () => {
    await lake.spark.execute("CREATE TABLE r AS SELECT 1 AS id");
    await lake.spark.execute("CREATE OR REPLACE TABLE r AS SELECT id + 1 AS id, 'x' AS tag FROM r");
    expect(await rowsOf(lake.spark, "SELECT * FROM r")).toEqual([[2, "x"]]);
    expect(await rowsOf(lake.spark, "SELECT * FROM r VERSION AS OF 0")).toEqual([[1]]);
  });

  test("INSERT OVERWRITE of a partition, and REPLACE WHERE", async () => {
    await lake.spark.execute(
      "CREATE TABLE p (id INT, day DATE) PARTITIONED BY (day); INSERT INTO p VALUES (1, DATE'2024-01-01'), (2, DATE'2024-01-02')",
    );
    await lake.spark.execute("INSERT OVERWRITE p PARTITION (day = DATE'2024-01-01') SELECT 9");
    await lake.spark.execute("INSERT INTO p REPLACE WHERE day = '2024-01-02' SELECT 8, DATE'2024-01-02'");
    expect(await rowsOf(lake.spark, "SELECT id, day FROM p ORDER BY id")).toEqual([
      [8, "2024-01-02"],
      [9, "2024-01-01"],
    ]);
  });

  test("tables by path", async () => {
    await lake.spark.execute(`CREATE TABLE delta.\`${lake.folder}/by path\` AS SELECT 1 AS id`);
    expect(await rowsOf(lake.spark, `SELECT * FROM delta.\`${lake.folder}/by path\``)).toEqual([[1]]);
  });
});

describe("names", () => {
  test("views, temporary views and schemas", async () => {
    await lake.spark.execute(
      "CREATE SCHEMA s1; CREATE TABLE s1.t AS SELECT 1 AS id; CREATE VIEW s1.v AS SELECT id * 2 AS twice FROM s1.t",
    );
    await lake.spark.execute("CREATE OR REPLACE TEMP VIEW tv AS SELECT * FROM s1.v");
    expect(await rowsOf(lake.spark, "SELECT twice FROM tv")).toEqual([[2]]);
    expect(await rowsOf(lake.spark, "SHOW TABLES IN s1 LIKE 't*'")).toContainEqual(["s1", "t", false]);
    await lake.spark.execute("DROP SCHEMA s1 CASCADE");
    await expect(lake.spark.execute("SELECT * FROM s1.t")).rejects.toThrow(/TABLE_OR_VIEW_NOT_FOUND/);
  });

  test("a missing table names what is there", async () => {
    await lake.spark.execute("CREATE TABLE orders_list AS SELECT 1 AS id");
    await expect(lake.spark.execute("SELECT * FROM order_list")).rejects.toThrow(
      /\[TABLE_OR_VIEW_NOT_FOUND\].*main\.default\.order_list.*orders_list/s,
    );
  });

  test("parameters are data, also where they look like SQL", async () => {
    const hostile = "x'; DROP TABLE people; --";
    expect(await (await lake.spark.sql("SELECT :p AS p", { p: hostile })).collect()).toEqual([{ p: hostile }]);
    await lake.spark.execute("CREATE TABLE IF NOT EXISTS params (v STRING)");
    await lake.spark.execute("INSERT INTO params SELECT :p", { p: hostile });
    await lake.spark.execute("DELETE FROM params WHERE v = :p", { p: hostile });
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM params")).toEqual([[0]]);
    await lake.spark.execute("CREATE TABLE IDENTIFIER(:t) (id INT)", { t: "by_parameter" });
    expect(await rowsOf(lake.spark, "SELECT * FROM by_parameter")).toEqual([]);
  });
});

test("a syntax error tells which statement it is in, and none of them has run", async () => {
  await expect(lake.spark.execute("CREATE TABLE early (id INT); SELECT 1; SELEC 2")).rejects.toMatchObject({
    statement: 2,
    cause: { condition: "PARSE_SYNTAX_ERROR" },
  });
  await expect(lake.spark.sql("SELECT * FROM early")).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
});

describe("errors leave the table as it was", () => {
  test.each([
    ["INSERT INTO e VALUES (NULL, 'x')", /NOT_NULL/],
    ["INSERT INTO e VALUES (1)", /ARITY|NOT_ENOUGH/],
    ["UPDATE e SET nope = 1", /UNRESOLVED_COLUMN/],
    ["SELECT 1/0 FROM e", /DIVIDE_BY_ZERO/],
    ["SELECT frobnicate(id) FROM e", /UNRESOLVED_ROUTINE/],
    ["GENERATE symlink_format_manifest FOR TABLE e", /not supported/],
  ])("%s", async (sql, message) => {
    await lake.spark.execute(
      "CREATE TABLE IF NOT EXISTS e (id INT NOT NULL, v STRING); INSERT OVERWRITE e VALUES (1, 'kept')",
    );
    await expect(lake.spark.execute(sql)).rejects.toThrow(message);
    expect(await rowsOf(lake.spark, "SELECT * FROM e")).toEqual([[1, "kept"]]);
  });
});

test("a write that reads its own target never loses what another one commits in between", async () => {
  await lake.spark.execute("CREATE TABLE self AS SELECT 1 AS id");
  const writes = [1, 2, 3, 4].map((n) =>
    lake.spark.execute(`INSERT OVERWRITE self SELECT id FROM self UNION ALL SELECT ${n * 10}`),
  );
  const committed = (await Promise.allSettled(writes)).filter((one) => one.status === "fulfilled").length;
  expect(committed).toBeGreaterThan(0);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM self")).toEqual([[1 + committed]]);
});
