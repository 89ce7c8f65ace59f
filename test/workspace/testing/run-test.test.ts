/** Tests of pipelines, notebooks and SQL files: what passes, what does not, and that nothing is left behind. */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { testDataset, testNotebook, testSql, UnexpectedOutcome } from "../../../src/testing.js";
import { openProject } from "../../../src/workspace/project.js";
import { runTest } from "../../../src/workspace/testing/run-test.js";
import { findTests } from "../../../src/workspace/testing/test-files.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const FILES: Readonly<Record<string, string>> = {
  "lakelet.yml": "warehouse: ./lake\npaths:\n  /Volumes/main/default/in: ./data\n",
  "pipelines/p/p.sql": `CREATE STREAMING TABLE bronze AS
SELECT * FROM STREAM read_files('/Volumes/main/default/in/raw', format => 'json', schema => 'id BIGINT, at DATE, tags ARRAY<STRING>, price DECIMAL(10,2)');
CREATE TEMPORARY VIEW priced AS SELECT id, at, price * 2 AS double FROM bronze WHERE price IS NOT NULL;
CREATE STREAMING TABLE silver (CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW, CONSTRAINT cheap EXPECT (price < 100))
AS SELECT b.id, b.price, r.rate FROM STREAM(bronze) b LEFT JOIN rates r ON b.at = r.at;
CREATE MATERIALIZED VIEW gold AS SELECT at, sum(double) AS total, current_date() AS run FROM priced GROUP BY at;
`,
  "code/silver.ts": `import { dbutils, spark, expectOrDrop } from "lakelet/notebook";
dbutils.widgets.text("schema", "main.default");
const schema = dbutils.widgets.get("schema");
await spark.sql("SELECT id, upper(name) AS name FROM people").then((rows) =>
  rows.write.expectations(expectOrDrop("named", "name IS NOT NULL")).saveAsTable(schema + ".shouted"));
`,
  "code/day.sql":
    "CREATE TABLE d AS SELECT * FROM people WHERE id > :least;\nSELECT count(*) AS n, :least AS least FROM d",
  "tests/all.test.yml": `pipeline: p
given:
  tables:
    rates: [{ at: "2024-01-01", rate: 2 }]
tests:
  - name: rows are priced
    dataset: silver
    given:
      tables:
        bronze: [{ id: 1, at: "2024-01-01", price: 5 }]
    expect:
      tables:
        silver: [{ id: 1, price: 5.00, rate: 2 }]
  - name: it is not what it is
    dataset: silver
    given:
      tables:
        bronze: [{ id: 1, at: "2024-01-01", price: 5 }]
    expect:
      tables:
        silver: [{ id: 1, price: 6, rate: 2 }]
`,
  "tests/code.tests.ts": `import { tests } from "lakelet/testing";
export default tests({ sql: "../code/day.sql", tests: [{ name: "in TypeScript", given: { tables: { people: [{ id: 1 }] }, parameters: { least: 0 } }, expect: { result: [{ n: 1 }] } }] });
`,
  "wrong/w.test.yml": "tests:\n  - name: a\n    notebok: x\n    expect: {}\n",
};

const root = temporaryFolder(FILES);

const place = { from: root };
const failing = async (run: Promise<void>): Promise<string> => {
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UnexpectedOutcome);
  return (error as Error).message;
};

describe("datasets", () => {
  test("files are given as rows; nested values, dates and decimals are compared as values", async () => {
    const path = "/Volumes/main/default/in/raw/a.json";
    await testDataset(
      "p",
      {
        given: {
          files: {
            [path]: [
              { id: 1, at: "2024-01-01", tags: ["x", "y"], price: 1.5 },
              { id: 2, price: 7 },
            ],
          },
        },
        expect: {
          tables: {
            bronze: [
              { id: 2, at: null, price: "7.00" },
              { id: 1, at: "2024-01-01", tags: ["x", "y"], price: 1.5 },
            ],
          },
        },
      },
      place,
    );
    expect(existsSync(join(root, "data"))).toBe(false);
  });

  test("what is given stands in the place of a table, of a temporary view, and of tables elsewhere; the clock stands", async () => {
    const given = {
      now: "2024-06-01",
      tables: {
        priced: {
          schema: "at DATE, double DECIMAL(12,2)",
          rows: [
            { at: "2024-01-01", double: 4 },
            { at: "2024-01-01", double: 6 },
          ],
        },
      },
    };
    await testDataset(
      "p",
      { given, expect: { tables: { gold: [{ at: "2024-01-01", total: 10, run: "2024-06-01" }] } } },
      place,
    );
  });

  test("quarantine and counts; what is not given is computed from what is", async () => {
    const bronze = [
      { id: null, at: "2024-01-01", price: 1 },
      { id: 2, at: "2024-01-01", price: 500 },
    ];
    const given = { tables: { bronze, rates: { schema: "at DATE, rate INT", rows: [] } } };
    const expected = {
      tables: { silver: [{ id: 2, rate: null }], gold: [{ total: 1002 }] },
      quarantine: { silver: [{ id: null, reason: "has_id" }] },
      expectations: { silver: { has_id: { failed: 1 }, cheap: { failed: 1 } } },
    };
    await testDataset("p", { given, expect: expected }, place);
  });

  test("what differs is told", async () => {
    const given = {
      tables: {
        bronze: [
          { id: 1, at: "2024-01-01", price: 5 },
          { id: 2, at: "2024-01-02", price: 6 },
        ],
        rates: [{ at: "2024-01-01", rate: 2 }],
      },
    };
    const message = await failing(
      testDataset(
        "p",
        {
          given,
          expect: {
            tables: { silver: [{ id: 1, price: 5, rate: 3 }] },
            expectations: { silver: { cheap: { failed: 1 }, dear: {} } },
          },
        },
        place,
      ),
    );
    expect(message).toContain("main.default.silver: 1 changed, 1 not expected");
    expect(message).toContain("- 1   5.00   3\n  + 1   5.00   2\n");
    expect(message).toContain("+ 2   6.00   NULL");
    expect(message).toContain("- expected  1 failed\n  + received  0 failed");
    expect(message).toContain("evaluated were has_id, cheap");
  });

  test("mistakes of a test are named", async () => {
    const rows = [{ id: 1 }];
    expect(await failing(testDataset("p", { expect: { tables: { platinum: rows } } }, place))).toContain(
      "It has bronze, priced, silver, gold",
    );
    expect(
      await failing(
        testDataset("p", { given: { tables: { bronze: [{ idd: 1 }] } }, expect: { tables: { gold: rows } } }, place),
      ),
    ).toContain("`idd`");
    expect(
      await failing(
        testDataset("p", { given: { tables: { bronze: rows } }, expect: { tables: { silver: rows } } }, place),
      ),
    ).toContain("main.default.rates");
    expect(
      await failing(
        testDataset("p", { given: { tables: { bronze: [{ id: "x" }] } }, dataset: "gold", expect: {} }, place),
      ),
    ).toContain("CAST_INVALID_INPUT");
  });
});

test("a notebook: widgets, tables, its gate; its error", async () => {
  const given = {
    tables: {
      people: [
        { id: 1, name: "ann" },
        { id: 2, name: null },
      ],
    },
    parameters: { schema: "main.default" },
  };
  const expected = {
    tables: { shouted: [{ id: 1, name: "ANN" }] },
    quarantine: { shouted: [{ id: 2, reason: "named" }] },
    expectations: { shouted: { named: { failed: 1 } } },
  };
  await testNotebook("code/silver.ts", { given, expect: expected }, place);
  await testNotebook(
    "code/silver.ts",
    { expect: { error: { condition: "TABLE_OR_VIEW_NOT_FOUND", message: "people" } } },
    place,
  );
  expect(
    await failing(testNotebook("code/silver.ts", { given, expect: { error: "DIVIDE_BY_ZERO" } }, place)),
  ).toContain("no error");
});

test("a SQL file: markers, tables, the last result", async () => {
  const given = { tables: { people: [{ id: 1 }, { id: 2 }] }, parameters: { least: "1" } };
  await testSql(
    "code/day.sql",
    { given, expect: { tables: { d: [{ id: 2 }] }, result: [{ n: 1, least: "1" }] } },
    place,
  );
});

test("files of tests are found, with the line of each; what is wrong with one is told with its line", async () => {
  const project = openProject(root);
  const found = await findTests(project, [join(root, "tests")]);
  expect(found.map(({ test: { name }, line }) => [name, line])).toEqual([
    ["rows are priced", 6],
    ["it is not what it is", 14],
    ["in TypeScript", undefined],
  ]);
  const results = [];
  for (const one of found)
    results.push(await runTest(one.test, { project, folder: dirname(one.file), file: one.file }));
  expect(results.map((one) => one.passed)).toEqual([true, false, true]);
  await expect(findTests(project, [join(root, "wrong")])).rejects.toThrow(/w\.test\.yml:3.*Did you mean `notebook`/s);
  await expect(findTests(project, ["nowhere"])).rejects.toThrow(/TEST_NOT_FOUND/);
});

test("a project inside the project has tests of its own", async () => {
  const one = "notebook: n\ntests:\n  - name: NAME\n    expect: { error: X }\n";
  const outer = temporaryFolder({
    "lakelet.yml": "warehouse: ./lake\n",
    "tests/a.test.yml": one.replace("NAME", "outer"),
    "templates/inner/lakelet.yml": "warehouse: ./lake\n",
    "templates/inner/tests/b.test.yml": one.replace("NAME", "inner"),
  });
  const names = async (...paths: readonly string[]) =>
    (await findTests(openProject(outer), paths)).map(({ test: { name } }) => name);
  expect(await names()).toEqual(["outer"]);
  expect(await names(join(outer, "templates/inner"))).toEqual(["inner"]);
});

test("nothing is left behind: no table in the project, no folder of a lake", () => {
  expect(existsSync(join(root, "lake"))).toBe(false);
  expect(readdirSync(tmpdir()).filter((one) => one.startsWith(`lakelet-test-${process.pid}-`))).toEqual([]);
});
