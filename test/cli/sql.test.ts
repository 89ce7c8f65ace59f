/** `lakelet sql`: the exact forms of its results and errors, with and without a project. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// A build takes seconds where the machine is busy.
beforeAll(() => {
  builtPackage();
}, 120_000);

describe("lakelet sql", () => {
  test("--format json: one document, each type in its form", async () => {
    const text = `SELECT 1 AS i, 9007199254740993 AS big, 1.50 AS dec, DATE'2024-01-15' AS d,
      TIMESTAMP'2024-01-15 10:00:00.123456' AS ts, TIMESTAMP_NTZ'2024-01-15 10:00:00' AS ntz, X'00FF' AS bin,
      double('NaN') AS nan, -double('Infinity') AS inf, NULL AS n, true AS b, named_struct('x', 1, 'y', array('a')) AS s,
      map('k', 1, 'l', 2) AS m`;
    const { code, stdout } = await lakelet(temporaryFolder(), ["sql", "--format", "json", text]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${JSON.stringify({
        columns: [
          { name: "i", type: "int" },
          { name: "big", type: "bigint" },
          { name: "dec", type: "decimal(3,2)" },
          { name: "d", type: "date" },
          { name: "ts", type: "timestamp" },
          { name: "ntz", type: "timestamp_ntz" },
          { name: "bin", type: "binary" },
          { name: "nan", type: "double" },
          { name: "inf", type: "double" },
          { name: "n", type: "void" },
          { name: "b", type: "boolean" },
          { name: "s", type: "struct<x:int,y:array<string>>" },
          { name: "m", type: "map<string,int>" },
        ],
        rows: [
          [
            1,
            "9007199254740993",
            "1.50",
            "2024-01-15",
            "2024-01-15T10:00:00.123456Z",
            "2024-01-15T10:00:00.000000",
            "AP8=",
            "NaN",
            "-Infinity",
            null,
            true,
            { x: 1, y: ["a"] },
            [
              ["k", 1],
              ["l", 2],
            ],
          ],
        ],
      })}\n`,
    );
  });

  test("statements in one session, the last one's result; DDL has no columns; --warehouse", async () => {
    const folder = temporaryFolder({
      "q.sql": "CREATE TABLE t AS SELECT 1 AS id; INSERT INTO t VALUES (2);\nSELECT id FROM t ORDER BY id",
    });
    const made = await lakelet(folder, ["sql", "--file", "q.sql", "--warehouse", "w", "--format", "csv"]);
    expect(made).toMatchObject({ code: 0, stdout: "id\n1\n2\n" });
    expect(existsSync(join(folder, "w/main/default/t/_delta_log"))).toBe(true);
    const dropped = await lakelet(folder, ["sql", "--warehouse", "w", "--format", "json", "DROP TABLE t"]);
    expect(dropped.stdout).toBe('{"columns":[],"rows":[]}\n');
  });

  test("--param is a value, never a piece of SQL", async () => {
    const value = "x'; DROP TABLE t; --";
    const { stdout } = await lakelet(temporaryFolder(), [
      "sql",
      "--format",
      "json",
      "--param",
      `v=${value}`,
      "SELECT :v AS v",
    ]);
    expect(JSON.parse(stdout).rows).toEqual([[value]]);
  });

  test("an error: exit 1, its last line on standard error says which statement failed and why", async () => {
    const { code, stdout, stderr } = await lakelet(temporaryFolder(), [
      "sql",
      "SELECT 1; SELECT * FROM nowhere; SELECT 2",
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "")).toEqual({
      error: {
        condition: "TABLE_OR_VIEW_NOT_FOUND",
        sqlState: "42P01",
        message: expect.stringContaining("nowhere"),
        statement: 1,
      },
    });
  });

  test("a table for people", async () => {
    const { stdout } = await lakelet(temporaryFolder(), [
      "sql",
      "SELECT 1 AS id, 'a' AS name UNION ALL SELECT 20, NULL",
    ]);
    expect(stdout).toBe(`┌────┬──────┐
│ id │ name │
├────┼──────┤
│  1 │ a    │
│ 20 │ NULL │
└────┴──────┘
2 rows
`);
  });
});
