/** Statements that look after a table: what each gives, and what stands afterwards. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const run = (text: string) => lake.spark.execute(text);
const namesOf = async (text: string) => (await run(text)).schema.fields.map((one) => one.name);

describe("maintenance", () => {
  test("OPTIMIZE, VACUUM, RESTORE and REORG give the columns of Spark, and the rows stay", async () => {
    await run("CREATE TABLE care AS SELECT 1 AS id; INSERT INTO care VALUES (2); INSERT INTO care VALUES (3)");
    expect(await namesOf("OPTIMIZE care")).toEqual(["path", "metrics"]);
    expect(await namesOf("OPTIMIZE care ZORDER BY (id)")).toEqual(["path", "metrics"]);
    expect(await namesOf("VACUUM care DRY RUN")).toEqual(["path"]);
    expect(await namesOf("REORG TABLE care APPLY (PURGE)")).toEqual(["path", "metrics"]);
    expect(await rowsOf(lake.spark, "SELECT id FROM care ORDER BY id")).toEqual([[1], [2], [3]]);
    const [restored] = await rowsOf(lake.spark, "RESTORE TABLE care TO VERSION AS OF 1");
    expect(restored).toHaveLength(6);
    expect(await rowsOf(lake.spark, "SELECT id FROM care ORDER BY id")).toEqual([[1], [2]]);
  });

  test("a table by path in quotes", async () => {
    const path = join(lake.folder, "by-path");
    await run(`CREATE TABLE delta.\`${path}\` (id INT); INSERT INTO delta.\`${path}\` VALUES (1)`);
    expect(await namesOf(`OPTIMIZE '${path}'`)).toEqual(["path", "metrics"]);
    expect(await namesOf(`DESCRIBE HISTORY '${path}'`)).toContain("operation");
  });

  test("VACUUM below the retention is refused", async () => {
    await run("CREATE TABLE kept (id INT)");
    await expect(run("VACUUM kept RETAIN 0 HOURS")).rejects.toMatchObject({
      cause: { condition: expect.stringMatching(/^DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT/) },
    });
  });

  test("a manifest for old readers is refused by name", async () => {
    await run("CREATE TABLE plain (id INT)");
    await expect(run("GENERATE symlink_format_manifest FOR TABLE plain")).rejects.toThrow(/symlink_format_manifest/);
  });
});

describe("names and places", () => {
  test("the catalog follows a renamed table, also into another schema", async () => {
    await run("CREATE TABLE first_name AS SELECT 1 AS id; CREATE SCHEMA elsewhere");
    await run("ALTER TABLE first_name RENAME TO second_name");
    expect(await rowsOf(lake.spark, "SELECT id FROM second_name")).toEqual([[1]]);
    await expect(run("SELECT * FROM first_name")).rejects.toThrow(/cannot be found/);
    await run("ALTER TABLE second_name RENAME TO elsewhere.third; INSERT INTO elsewhere.third VALUES (2)");
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM elsewhere.third")).toEqual([[2]]);
  });

  test("a name that is taken is refused, and both tables stay", async () => {
    await run("CREATE TABLE one AS SELECT 1 AS id; CREATE TABLE two AS SELECT 2 AS id");
    await expect(run("ALTER TABLE one RENAME TO two")).rejects.toMatchObject({
      cause: { condition: "TABLE_OR_VIEW_ALREADY_EXISTS" },
    });
    expect(await rowsOf(lake.spark, "SELECT one.id, two.id FROM one, two")).toEqual([[1, 2]]);
  });

  test("an external table moves its name, not its files; its location may change to a like table", async () => {
    const [a, b, c] = ["ext-a", "ext-b", "ext-c"].map((name) => join(lake.folder, name));
    await run(`CREATE TABLE ext_a (id INT) LOCATION '${a}'; CREATE TABLE ext_b (id INT) LOCATION '${b}'`);
    await run(`CREATE TABLE ext_c (id STRING) LOCATION '${c}'; INSERT INTO ext_b VALUES (7)`);
    await run(`ALTER TABLE ext_a RENAME TO ext_moved; ALTER TABLE ext_moved SET LOCATION '${b}'`);
    expect(await rowsOf(lake.spark, "SELECT id FROM ext_moved")).toEqual([[7]]);
    await expect(run(`ALTER TABLE ext_moved SET LOCATION '${c}'`)).rejects.toMatchObject({
      cause: { condition: "DELTA_SET_LOCATION_SCHEMA_MISMATCH" },
    });
  });
});

describe("COPY INTO", () => {
  test("files are ingested once; a list of columns reads them; force adds them again", async () => {
    const folder = join(lake.folder, "incoming");
    mkdirSync(folder);
    writeFileSync(join(folder, "a.csv"), "id,s\n1,x\n2,y\n");
    await run("CREATE TABLE landed (id INT, s STRING)");
    const copy = (rest: string) =>
      rowsOf(
        lake.spark,
        `COPY INTO landed FROM ${rest} FORMAT_OPTIONS ('header' = 'true', 'inferSchema' = 'true') ${rest.includes("b.csv") ? "COPY_OPTIONS ('force' = 'true')" : ""}`,
      );
    expect(await copy(`'${folder}' FILEFORMAT = CSV`)).toEqual([[2, 2, 0]]);
    expect(await copy(`'${folder}' FILEFORMAT = CSV`)).toEqual([[0, 0, 0]]);
    writeFileSync(join(folder, "b.csv"), "id,s\n3,z\n");
    expect(await copy(`'${folder}' FILEFORMAT = CSV PATTERN = 'b*.csv'`)).toEqual([[1, 1, 0]]);
    const selected = `(SELECT id + 10 AS id, upper(s) AS s FROM '${folder}') FILEFORMAT = CSV FILES = ('b.csv')`;
    expect(await copy(selected)).toEqual([[1, 1, 0]]);
    expect(await rowsOf(lake.spark, "SELECT * FROM landed ORDER BY id")).toEqual([
      [1, "x"],
      [2, "y"],
      [3, "z"],
      [13, "Z"],
    ]);
  });

  test.each([
    ["'/x' FILEFORMAT = ORC", "COPY_INTO_SOURCE_FILE_FORMAT_NOT_SUPPORTED"],
    ["'/x' FILEFORMAT = CSV COPY_OPTIONS ('what' = '1')", "COPY_INTO_SYNTAX_ERROR"],
    ["'/x' FILEFORMAT = CSV FILES = ('a') PATTERN = 'b'", "COPY_INTO_SYNTAX_ERROR"],
  ])("COPY INTO t FROM %s is refused", async (rest, condition) => {
    await run("CREATE TABLE IF NOT EXISTS refusing (id INT)");
    await expect(run(`COPY INTO refusing FROM ${rest}`)).rejects.toMatchObject({ cause: { condition } });
  });
});

describe("INSERT", () => {
  test("REPLACE USING and REPLACE ON take the rows that match, WITH SCHEMA EVOLUTION new columns", async () => {
    await run("CREATE TABLE pairs AS SELECT * FROM VALUES (1, 'a'), (2, 'b') AS v(id, s)");
    await run("INSERT INTO pairs REPLACE USING (id) VALUES (2, 'B'), (3, 'C')");
    await run("INSERT INTO pairs AS t REPLACE ON t.id = n.id (SELECT 1 AS id, 'A' AS s) AS n");
    await run("INSERT WITH SCHEMA EVOLUTION INTO pairs SELECT 4 AS id, 'D' AS s, true AS extra");
    expect(await rowsOf(lake.spark, "SELECT * FROM pairs ORDER BY id")).toEqual([
      [1, "A", null],
      [2, "B", null],
      [3, "C", null],
      [4, "D", true],
    ]);
  });
});

test("a subquery of several rows as a value is named", async () => {
  await expect(run("SELECT (SELECT id FROM range(2))")).rejects.toMatchObject({
    cause: { condition: "SCALAR_SUBQUERY_TOO_MANY_ROWS" },
  });
});
