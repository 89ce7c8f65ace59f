import { beforeAll, describe, expect, test } from "vitest";
import { expectSame, useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();

/** More than 32 characters, alike in the first 40. */
const LONG = "ä".repeat(40);
const SMILES = "😀".repeat(33);

const COLUMNS =
  "id INT, s STRING, ts TIMESTAMP, dec DECIMAL(20,3), dbl DOUBLE, d DATE, part INT, big BIGINT, st STRUCT<x: INT, s: STRING>, b BOOLEAN, a ARRAY<INT>";
/** Two rows a file. */
const FILES = [
  [
    `(0, '${LONG}0', TIMESTAMP'2024-01-01 00:00:00.000001Z', -99999999999999999.999, -1.5, DATE'1900-01-01', NULL, 9007199254740992, named_struct('x', -5, 's', 'p'), true, array(1))`,
    `(1, '${LONG}1', TIMESTAMP'2024-01-01 00:00:00.123456Z', -1.000, -0.0, DATE'1969-12-31', NULL, 9007199254740993, named_struct('x', 0, 's', NULL), true, NULL)`,
  ],
  [
    "(2, 'a', TIMESTAMP'2024-01-02 00:00:00.999999Z', -0.001, CAST('NaN' AS DOUBLE), DATE'1970-01-01', 1, -9223372036854775808, NULL, NULL, array())",
    "(3, '', TIMESTAMP'2024-01-02 00:00:00.999001Z', 0.000, 2.5, DATE'2000-02-29', NULL, 0, named_struct('x', 5, 's', 'q'), NULL, NULL)",
  ],
  [
    `(4, '${SMILES}a', TIMESTAMP'1969-12-31 23:59:59.999999Z', 0.001, 1e300, DATE'9999-12-31', 7, 9223372036854775807, named_struct('x', 7, 's', '${LONG}'), false, NULL)`,
    `(5, '${SMILES}z', TIMESTAMP'1969-12-31 23:59:59.999001Z', 99999999999999999.999, 3.5, DATE'2024-01-01', 9, 1, named_struct('x', 9, 's', 'r'), true, NULL)`,
  ],
  [
    "(6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "(7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
  ],
];

/** Condition, rows, and how many of the four files Spark has to open. */
const CONDITIONS: readonly (readonly [where: string, ids: readonly number[], files: number])[] = [
  [`s = '${LONG}1'`, [1], 1],
  [`s > '${LONG}'`, [0, 1, 4, 5], 2],
  [`s > '${SMILES}b'`, [5], 1],
  [`s LIKE '${LONG.slice(0, 35)}%'`, [0, 1], 1],
  ["s = ''", [3], 1],
  ["ts = TIMESTAMP'2024-01-01T00:00:00.123456Z'", [1], 1],
  ["ts > TIMESTAMP'2024-01-02T00:00:00.999Z'", [2, 3], 1],
  ["ts > TIMESTAMP'2024-01-02T00:00:00.999998Z'", [2], 1],
  ["ts < TIMESTAMP'2024-01-01T00:00:00.000001Z'", [4, 5], 2],
  ["ts >= TIMESTAMP'1969-12-31T23:59:59.999999Z' AND ts < TIMESTAMP'2000-01-01T00:00:00Z'", [4], 1],
  ["dec < CAST('-99999999999999999.998' AS DECIMAL(20,3))", [0], 1],
  ["dec = -0.001", [2], 1],
  ["dec > CAST('99999999999999999.998' AS DECIMAL(20,3))", [5], 1],
  ["dbl < -1.0", [0], 2],
  ["dbl > 1e299", [2, 4], 2],
  ["d <= DATE'1900-01-01'", [0], 1],
  ["d = DATE'9999-12-31'", [4], 1],
  ["part IS NULL", [0, 1, 3, 6, 7], 3],
  ["part IS NOT NULL", [2, 4, 5], 2],
  ["s IS NULL", [6, 7], 1],
  ["big = 9007199254740993", [1], 2],
  ["big > 9223372036854775806", [4], 1],
  ["st['x'] = -5", [0], 1],
  ["b = false", [4], 2],
  // Null counts of arrays are not known when a file is written.
  ["a IS NOT NULL", [0, 2], 4],
];

describe("statistics of lakelet's files", () => {
  beforeAll(async () => {
    const table = lake.name("stats");
    await lake.sql(
      `CREATE TABLE ${table} (${COLUMNS})`,
      ...FILES.map((rows) => `INSERT INTO ${table} VALUES ${rows.join(", ")}`),
    );
  });

  test.each(CONDITIONS)("let every engine find the rows with %s", async (where, ids, files) => {
    const own = await lake.read("stats", { where });
    expect(own.rows.map(([id]) => Number(id)).sort((a, b) => a - b)).toEqual(ids);
    await expectSame("datafusion", lake.path("stats"), own, { where });
    const opened = await expectSame("spark", lake.path("stats"), own, { where });
    expect(opened.files, "files that Spark opened").toBe(files);
  });

  test("are understood by delta-rs", async () => {
    const { columns, rows } = await peers().addActions(lake.path("stats"));
    const byFile = rows
      .map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])))
      .sort((a, b) => Number(a["min.id"]) - Number(b["min.id"]));
    expect(byFile.map((one) => [one.num_records, one["min.id"], one["max.id"], one["null_count.s"]])).toEqual([
      [2, 0, 1, 0],
      [2, 2, 3, 0],
      [2, 4, 5, 0],
      [2, 6, 7, 2],
    ]);
    expect(byFile[0]).toMatchObject({
      "min.dec": "-99999999999999999.999",
      "max.dec": "-1.000",
      "min.d": "1900-01-01",
      "min.s": LONG.slice(0, 32),
      "min.big": "9007199254740992",
      "max.big": "9007199254740993",
      "min.ts": "2024-01-01T00:00:00.000000Z",
      "min.st.x": -5,
      "null_count.st.s": 1,
      "null_count.part": 2,
      "min.part": null,
    });
    expect(byFile[1]).toMatchObject({ "min.dbl": null, "max.dbl": null, "null_count.dbl": 0 });
  });

  test("are there in checkpoints, too", async () => {
    const table = lake.name("checkpointed");
    await lake.sql(
      `CREATE TABLE ${table} (${COLUMNS}) TBLPROPERTIES ('delta.checkpointInterval' = '4')`,
      ...FILES.map((rows) => `INSERT INTO ${table} VALUES ${rows.join(", ")}`),
    );
    const where = `s = '${LONG}1' OR big = 9223372036854775807`;
    const own = await lake.read("checkpointed", { where });
    await expectSame("datafusion", lake.path("checkpointed"), own, { where });
    expect((await expectSame("spark", lake.path("checkpointed"), own, { where })).files).toBe(2);
    expect((await peers().addActions(lake.path("checkpointed"))).rows).toHaveLength(4);
  });
});
