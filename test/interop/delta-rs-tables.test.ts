import { describe, expect, test } from "vitest";
import { useLake } from "./lake.js";
import { peers } from "./peers.js";

const lake = useLake();
const table = lake.name("life");
const path = lake.path("life");

const START =
  "SELECT * FROM VALUES (1L, 'x/y', 1.10, TIMESTAMP'2024-01-01 00:00:00.000001Z'), (2L, 'ü 😀', NULL, NULL), (3L, NULL, -3.30, NULL), (4L, 'a=b%', 4.00, NULL) AS v(id, p, v, ts)";

/** The keywords of each call are Python's. */
const STEPS: readonly (readonly [name: string, run: () => Promise<unknown>])[] = [
  ["create", () => peers().rustWrite(path, [START], { partition_by: ["p"] })],
  [
    "append",
    () =>
      peers().rustWrite(
        path,
        ["SELECT id, 'x/y' AS p, CAST(id / 4 AS DECIMAL(3,2)) AS v, NULL AS ts FROM range(10, 20)"].map(typed),
      ),
  ],
  ["update", () => peers().rustCall(path, "update", { predicate: "p = 'x/y'", updates: { id: "id + 1000" } })],
  ["delete", () => peers().rustCall(path, "delete", { predicate: "id = 1010 OR p IS NULL" })],
  [
    "merge",
    () =>
      peers().rustMerge(
        path,
        typed(
          "SELECT 4L AS id, 'a=b%' AS p, 4.44 AS v, TIMESTAMP'2000-01-01 00:00:00Z' AS ts UNION ALL SELECT 5L, 'new', NULL, NULL",
        ),
        "t.id = s.id",
        [
          ["when_matched_update_all", {}],
          ["when_not_matched_insert_all", {}],
        ],
      ),
  ],
  ["checkpoint", () => peers().rustCall(path, "create_checkpoint")],
  ["optimize", () => peers().rustCall(path, "optimize.compact")],
  [
    "evolve",
    () =>
      peers().rustWrite(
        path,
        [
          "SELECT 6L AS id, 'x/y' AS p, CAST(6 AS DECIMAL(3,2)) AS v, CAST(NULL AS TIMESTAMP) AS ts, IF(id > 0, array(named_struct('a', 'é')), NULL) AS extra",
        ],
        {
          schema_mode: "merge",
        },
      ),
  ],
];

function typed(query: string): string {
  return `SELECT id, p, CAST(v AS DECIMAL(3,2)) AS v, CAST(ts AS TIMESTAMP) AS ts FROM (${query})`;
}

describe("a table's life by delta-rs", () => {
  test("lakelet and Spark read it as delta-rs does, after each operation", async () => {
    for (const [name, run] of STEPS) {
      await run();
      const told = await peers().read("delta-rs", path);
      const own = await lake.read("life");
      expect(own.rows, name).toHaveLength(told.rows.length);
    }
    const history = await lake.sql(`DESCRIBE HISTORY ${table}`);
    for (const row of history.rows) {
      const version = Number(row[history.columns.indexOf("version")]);
      const told = await peers().read("spark", path, { version });
      await lake.expectReadAlike("life", told.rows, { version, readers: ["delta-rs"] });
    }
  });

  test("lakelet appends, replaces and merges, and all read it right", async () => {
    // delta-rs has moved the partition column behind the others when it added one.
    const { columns, rows: before } = await lake.read("life");
    expect(columns).toEqual(["id", "v", "ts", "p", "extra"]);
    await lake.sql(
      `INSERT INTO ${table} (id, p, v, ts, extra) VALUES (50, 'ü 😀', 5.05, TIMESTAMP'2024-06-01 12:00:00.000001Z', NULL)`,
      `INSERT INTO ${table} REPLACE WHERE p = 'a=b%' SELECT 60, 6, NULL, 'a=b%', array()`,
      `MERGE INTO ${table} t USING (SELECT * FROM VALUES (5, 0.55), (70, 7) AS s(id, v)) s ON t.id = s.id
       WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, p, v) VALUES (s.id, NULL, s.v)
       WHEN NOT MATCHED BY SOURCE AND t.id > 1010 THEN DELETE`,
    );
    const kept = before.filter(([id, , , p]) => p !== "a=b%" && id !== 5 && Number(id) <= 1010);
    await lake.expectReadAlike("life", [
      ...kept,
      [5, "0.55", null, "new", null],
      [50, "5.05", "2024-06-01T12:00:00.000001Z", "ü 😀", null],
      [60, "6.00", null, "a=b%", []],
      [70, "7.00", null, null, null],
    ]);
  });
});

describe("statistics of delta-rs's files", () => {
  test("let lakelet find the right rows, though delta-rs rounds decimals and cuts off microseconds", async () => {
    const [stats, at] = [lake.name("stats"), lake.path("stats")];
    await peers().rustWrite(at, [
      "SELECT 0 AS id, CAST('12345678901234566.900' AS DECIMAL(20,3)) AS n, TIMESTAMP'2024-01-01 00:00:00.123456Z' AS ts, 'ä' AS s, DATE'1900-01-01' AS d",
      "SELECT 1 AS id, CAST('-12345678901234566.900' AS DECIMAL(20,3)) AS n, TIMESTAMP'1969-12-31 23:59:59.999999Z' AS ts, '😀' AS s, DATE'9999-12-31' AS d",
    ]);
    for (const [where, ids] of [
      ["n > 12345678901234566.800", [0]],
      ["n = 12345678901234566.900", [0]],
      ["n < -12345678901234566.800", [1]],
      ["ts > TIMESTAMP'2024-01-01T00:00:00.123455Z'", [0]],
      ["ts = TIMESTAMP'1969-12-31T23:59:59.999999Z'", [1]],
      ["s > 'ä'", [1]],
      ["d = DATE'1900-01-01'", [0]],
    ] as const) {
      expect((await lake.sql(`SELECT id FROM ${stats} WHERE ${where}`)).rows, where).toEqual(ids.map((id) => [id]));
    }
  });
});

describe("lakelet, Spark and delta-rs in turn", () => {
  test("build on each other's versions", async () => {
    const [turns, at] = [lake.name("turns"), lake.path("turns")];
    await lake.sql(
      `CREATE TABLE ${turns} (id BIGINT, p STRING, who STRING) PARTITIONED BY (p) TBLPROPERTIES ('delta.checkpointInterval' = '3')`,
      `INSERT INTO ${turns} SELECT id, CAST(id % 3 AS STRING), 'lakelet' FROM range(9)`,
    );
    await peers().spark(`UPDATE ${turns} SET who = 'spark' WHERE p = '1'`);
    await peers().rustCall(at, "delete", { predicate: "id = 8" });
    await lake.sql(`MERGE INTO ${turns} t USING (SELECT 4 AS id, 'x' AS p UNION ALL SELECT 100, NULL) s ON t.id = s.id
      WHEN MATCHED THEN UPDATE SET p = s.p, who = 'merged' WHEN NOT MATCHED THEN INSERT (id, p, who) VALUES (s.id, s.p, 'inserted')`);
    await peers().rustMerge(at, "SELECT 100L AS id, 'rust' AS who", "t.id = s.id", [
      ["when_matched_update", { updates: { who: "s.who" } }],
    ]);
    await peers().spark(`OPTIMIZE ${turns}`, `INSERT INTO ${turns} VALUES (200, 'x', 'spark')`);
    await lake.sql(`UPDATE ${turns} SET id = -id WHERE p = 'x'`, `DELETE FROM ${turns} WHERE p = '0'`);
    await peers().rustWrite(at, ["SELECT 300L AS id, 'x' AS p, 'rust' AS who"]);
    await lake.expectReadAlike("turns", [
      [1, "1", "spark"],
      [7, "1", "spark"],
      [2, "2", "lakelet"],
      [5, "2", "lakelet"],
      [-4, "x", "merged"],
      [100, null, "rust"],
      [-200, "x", "spark"],
      [300, "x", "rust"],
    ]);
  });
});
