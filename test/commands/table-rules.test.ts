import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

/** Throws the error of the statement that failed itself. */
const run = (...statements: string[]) =>
  lake.spark.execute(statements.join(";\n")).catch((error: Error) => {
    throw error.cause ?? error;
  });
const rows = (query: string) => rowsOf(lake.spark, query);

/** Each statement is refused under its condition, and the table is as it was. */
async function refuses(table: string, cases: readonly (readonly [statement: string, condition: string])[]) {
  const before = await rows(`SELECT * FROM ${table}`);
  for (const [statement, condition] of cases) {
    await expect(run(statement), statement).rejects.toMatchObject({ condition });
  }
  expect(await rows(`SELECT * FROM ${table}`)).toEqual(before);
}

describe("CHECK constraints", () => {
  test("hold for new, changed and merged rows; NULL is a violation, and the values are told", async () => {
    await run(
      "CREATE TABLE amounts (id INT, n STRUCT<x: INT>, s STRING)",
      "INSERT INTO amounts VALUES (1, named_struct('x', 1), 'a')",
      "ALTER TABLE amounts ADD CONSTRAINT Positive CHECK (id > 0)",
      "ALTER TABLE amounts ADD CONSTRAINT inner_x CHECK (n . x < 10 OR s = 'x')",
    );
    const violated = "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES";
    await refuses("amounts", [
      ["INSERT INTO amounts VALUES (2, NULL, 'x'), (-1, NULL, 'x')", violated],
      ["INSERT INTO amounts (s) VALUES ('x')", violated],
      ["INSERT OVERWRITE amounts VALUES (5, named_struct('x', 99), 'a')", violated],
      ["UPDATE amounts SET id = id - 1", violated],
      [
        "MERGE INTO amounts t USING (SELECT -7 AS k) s ON t.id = s.k WHEN NOT MATCHED THEN INSERT (id) VALUES (k)",
        violated,
      ],
      ["ALTER TABLE amounts ADD CONSTRAINT POSITIVE CHECK (true)", "DELTA_CONSTRAINT_ALREADY_EXISTS"],
      ["ALTER TABLE amounts ADD CONSTRAINT big CHECK (id > 1)", "DELTA_NEW_CHECK_CONSTRAINT_VIOLATION"],
      ["ALTER TABLE amounts ADD CONSTRAINT number CHECK (id + 1)", "DELTA_NON_BOOLEAN_CHECK_CONSTRAINT"],
      ["ALTER TABLE amounts ADD CONSTRAINT other CHECK (nope > 1)", "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
      ["ALTER TABLE amounts DROP CONSTRAINT nope", "DELTA_CONSTRAINT_DOES_NOT_EXIST"],
    ]);
    await expect(run("INSERT INTO amounts VALUES (-1, NULL, 'x')")).rejects.toThrow(
      /positive \(id > 0\).*\n - id : -1/,
    );
    await run("ALTER TABLE amounts DROP CONSTRAINT POSITIVE", "INSERT INTO amounts VALUES (-1, NULL, 'x')");
    expect(await rows("SELECT count(*) FROM amounts")).toEqual([[2]]);
  });

  test("of CREATE TABLE", async () => {
    await run("CREATE TABLE checked (a INT, CONSTRAINT even CHECK (a % 2 = 0))", "INSERT INTO checked VALUES (2)");
    await refuses("checked", [["INSERT INTO checked VALUES (3)", "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES"]]);
  });
});

test("CHAR and VARCHAR at every depth: lengths are kept, CHAR is filled up", async () => {
  await run(
    "CREATE TABLE texts (v VARCHAR(3), a ARRAY<CHAR(2)>, m MAP<STRING, VARCHAR(2)>, s STRUCT<f: CHAR(2), g: STRING>)",
    "INSERT INTO texts VALUES ('abc', array('x', NULL), map('long key', 'ab'), named_struct('f', 'y', 'g', 'long'))",
    "INSERT INTO texts VALUES (NULL, NULL, NULL, NULL)",
  );
  expect(await rows("SELECT v, a[0], a[1], m['long key'], s.f FROM texts WHERE v IS NOT NULL")).toEqual([
    ["abc", "x ", null, "ab", "y "],
  ]);
  const tooLong = "DELTA_EXCEED_CHAR_VARCHAR_LIMIT";
  await refuses("texts", [
    ["INSERT INTO texts (v) VALUES ('abc ')", tooLong],
    ["INSERT INTO texts (a) VALUES (array('a', 'abc'))", tooLong],
    ["INSERT INTO texts (m) VALUES (map('k', 'abc'))", tooLong],
    ["INSERT INTO texts (s) VALUES (named_struct('f', 'abc', 'g', 'x'))", tooLong],
    ["UPDATE texts SET v = 'toolong'", tooLong],
    ["ALTER TABLE texts ALTER COLUMN v TYPE VARCHAR(2)", "NOT_SUPPORTED_CHANGE_COLUMN"],
  ]);
  await run("ALTER TABLE texts ALTER COLUMN v TYPE VARCHAR(7)", "UPDATE texts SET v = 'toolong'");
  await run("ALTER TABLE texts ALTER COLUMN v TYPE STRING", "UPDATE texts SET v = 'longer than seven'");
});

describe("generated columns", () => {
  test("are computed where they are left out or their bases change, and held against their expression", async () => {
    await run(
      `CREATE TABLE made (a INT, b INT GENERATED ALWAYS AS (a + 1), s STRING,
         day DATE GENERATED ALWAYS AS (CAST(at AS DATE)), at TIMESTAMP) PARTITIONED BY (day)`,
      "INSERT INTO made (a, s, at) VALUES (1, 'x', TIMESTAMP'2024-01-02 03:04:05')",
      "INSERT INTO made BY NAME SELECT 2 AS a",
      "INSERT INTO made VALUES (3, 4, 'y', DATE'2024-05-06', TIMESTAMP'2024-05-06 23:59:59')",
    );
    await run("UPDATE made SET a = 10, at = TIMESTAMP'2025-01-01 00:00:00' WHERE a = 1");
    await run(`MERGE INTO made t USING (SELECT 2 AS k, 20 AS n UNION ALL SELECT 9, 90) s ON t.a = s.k
      WHEN MATCHED THEN UPDATE SET a = s.n WHEN NOT MATCHED THEN INSERT (a) VALUES (s.n)`);
    expect(await rows("SELECT a, b, CAST(day AS STRING) FROM made ORDER BY a")).toEqual([
      [3, 4, "2024-05-06"],
      [10, 11, "2025-01-01"],
      [20, 21, null],
      [90, 91, null],
    ]);
    const violated = "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES";
    await refuses("made", [
      ["INSERT INTO made (a, b) VALUES (1, 5)", violated],
      ["INSERT INTO made (a, b) VALUES (1, NULL)", violated],
      ["UPDATE made SET b = 0", violated],
    ]);
  });

  test.each([
    ["a BIGINT, b INT GENERATED ALWAYS AS (a + 1)", "DELTA_GENERATED_COLUMNS_EXPR_TYPE_MISMATCH"],
    ["a INT, b INT GENERATED ALWAYS AS (nope)", "DELTA_INVALID_GENERATED_COLUMN_REFERENCES"],
    [
      "a INT, b INT GENERATED ALWAYS AS (a), c INT GENERATED ALWAYS AS (b)",
      "DELTA_INVALID_GENERATED_COLUMN_REFERENCES",
    ],
    ["a INT, b DOUBLE GENERATED ALWAYS AS (rand())", "DELTA_NON_DETERMINISTIC_EXPRESSION_IN_GENERATED_COLUMN"],
    ["a INT, b BIGINT GENERATED ALWAYS AS (sum(a))", "DELTA_AGGREGATE_IN_GENERATED_COLUMN"],
    ["a INT, b INT GENERATED ALWAYS AS ((SELECT 1))", "DELTA_UNSUPPORTED_EXPRESSION_GENERATED_COLUMN"],
  ])("%s is refused", async (columns, condition) => {
    await expect(run(`CREATE TABLE never (${columns})`)).rejects.toMatchObject({ condition });
  });
});

describe("identity columns", () => {
  test("give each row a value of the sequence, once, also in MERGE and after the rows are gone", async () => {
    await run(
      "CREATE TABLE ids (id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY -3), v INT)",
      "INSERT INTO ids (v) VALUES (1), (2)",
      "INSERT INTO ids (v) SELECT 3",
      "DELETE FROM ids WHERE v = 3",
      "MERGE INTO ids t USING (SELECT 4 AS v) s ON t.v = s.v WHEN NOT MATCHED THEN INSERT (v) VALUES (s.v)",
    );
    const given = (await rows("SELECT id FROM ids ORDER BY id DESC")).map(([id]) => Number(id));
    expect(given.slice(0, 2)).toEqual([10, 7]);
    expect(given[2]).toBeLessThan(4);
    expect(given.every((id) => (10 - id) % 3 === 0)).toBe(true);
    await refuses("ids", [
      ["INSERT INTO ids VALUES (100, 1)", "DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED"],
      ["UPDATE ids SET id = 5", "DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED"],
      ["ALTER TABLE ids ALTER COLUMN v SYNC IDENTITY", "DELTA_IDENTITY_COLUMNS_ALTER_NON_IDENTITY_COLUMN"],
    ]);
  });

  test("GENERATED BY DEFAULT takes values, and SYNC IDENTITY moves the counter past them", async () => {
    await run(
      "CREATE TABLE taken (id BIGINT GENERATED BY DEFAULT AS IDENTITY, v INT)",
      "INSERT INTO taken VALUES (100, 1), (NULL, 2)",
      "INSERT INTO taken (v) VALUES (3)",
      "ALTER TABLE taken ALTER COLUMN id SYNC IDENTITY",
      "INSERT INTO taken (v) VALUES (4)",
    );
    expect(await rows("SELECT id FROM taken ORDER BY v")).toEqual([[100], [null], [1], [101]]);
  });

  test("two writers of one table do not give the same values", async () => {
    await run("CREATE TABLE raced (id BIGINT GENERATED ALWAYS AS IDENTITY, v INT)");
    const outcomes = await Promise.allSettled([1, 2, 3].map((v) => run(`INSERT INTO raced (v) VALUES (${v})`)));
    const lost = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    for (const error of lost) expect(error).toMatchObject({ condition: "DELTA_METADATA_CHANGED" });
    expect(await rows("SELECT count(*), count(DISTINCT id) FROM raced")).toEqual([[3 - lost.length, 3 - lost.length]]);
  });

  test.each([
    ["id BIGINT GENERATED ALWAYS AS IDENTITY (INCREMENT BY 0), v INT", "DELTA_IDENTITY_COLUMNS_ILLEGAL_STEP"],
    ["id INT GENERATED ALWAYS AS IDENTITY, v INT", "DELTA_IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE"],
  ])("%s is refused", async (columns, condition) => {
    await expect(run(`CREATE TABLE never (${columns})`)).rejects.toMatchObject({ condition });
  });
});

describe("defaults", () => {
  const allowed = "TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')";

  test("stand in for columns that are left out and for the word DEFAULT, never for NULL", async () => {
    await run(
      `CREATE TABLE filled (id INT, q INT DEFAULT 40 + 2, d DATE DEFAULT '2020-01-01', s STRING) ${allowed}`,
      "INSERT INTO filled (id) VALUES (1)",
      "INSERT INTO filled VALUES (2, DEFAULT, NULL, 'x'), (3, NULL, DEFAULT, DEFAULT)",
      "MERGE INTO filled t USING (SELECT 4 AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)",
      "ALTER TABLE filled ALTER COLUMN q SET DEFAULT 7",
      "UPDATE filled SET q = DEFAULT WHERE id = 2",
      "ALTER TABLE filled ALTER COLUMN q DROP DEFAULT",
      "INSERT INTO filled (id) VALUES (5)",
    );
    expect(await rows("SELECT id, q, CAST(d AS STRING), s FROM filled ORDER BY id")).toEqual([
      [1, 42, "2020-01-01", null],
      [2, 7, null, "x"],
      [3, null, "2020-01-01", null],
      [4, 42, "2020-01-01", null],
      [5, null, "2020-01-01", null],
    ]);
  });

  test.each([
    ["q INT DEFAULT 42", "", "WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED"],
    ["q INT DEFAULT 'x'", allowed, "INVALID_DEFAULT_VALUE.DATA_TYPE"],
    ["q INT DEFAULT nope", allowed, "INVALID_DEFAULT_VALUE.NOT_CONSTANT"],
    ["q INT DEFAULT (SELECT 1)", allowed, "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION"],
    ["q DOUBLE DEFAULT rand()", allowed, "INVALID_NON_DETERMINISTIC_EXPRESSIONS"],
  ])("%s %s is refused", async (column, properties, condition) => {
    await expect(run(`CREATE TABLE never (id INT, ${column}) ${properties}`)).rejects.toMatchObject({ condition });
  });
});

test("a CREATE TABLE AS that fails leaves no folder behind", async () => {
  const folders = () => readdirSync(join(lake.folder, "lake", "main", "default"));
  await run("CREATE TABLE beside (a INT)");
  const before = folders();
  await expect(run("CREATE TABLE failed AS SELECT CAST('x' AS INT) AS a")).rejects.toMatchObject({
    condition: "CAST_INVALID_INPUT",
  });
  expect(folders()).toEqual(before);
});
