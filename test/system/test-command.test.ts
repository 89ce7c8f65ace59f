/** `lakelet test` and `lakelet lineage` as scripts use them: built, real processes, exit codes, JSON and nothing else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const TESTS = `sql: top.sql
given:
  tables:
    orders: [{ id: 1, amount: 5 }, { id: 2, amount: 50 }]
tests:
  - name: the best
    expect: { result: [{ id: 2 }] }
  - name: the worst
    expect: { result: [{ id: 1 }] }
`;
let folder = "";
beforeAll(() => {
  builtPackage();
  folder = temporaryFolder({
    "lakelet.yml": "warehouse: ./lake\n",
    "tests/top.sql": "SELECT id FROM orders WHERE amount > 7",
    "tests/top.test.yml": TESTS,
    "pipelines/shop.sql": "CREATE MATERIALIZED VIEW doubled AS SELECT id * 2 AS twice FROM orders",
  });
}, 120_000);

test("test --json --junit: 1 where a test fails, 0 where those that are named pass, 2 where there is none", async () => {
  const all = await lakelet(folder, ["test", "--json", "--junit", "report.xml"]);
  expect([all.code, all.stderr]).toEqual([1, ""]);
  expect(JSON.stringify(JSON.parse(all.stdout))).toMatch(/the best.*the worst/s);
  expect(readFileSync(join(folder, "report.xml"), "utf8")).toMatch(/tests="2".*failures="1".*the best.*the worst/s);
  expect(await lakelet(folder, ["test", "--name", "best"])).toMatchObject({ code: 0, stderr: "" });
  expect((await lakelet(folder, ["test", "--name", "nonesuch"])).code).toBe(2);
}, 120_000);

test("lineage --json tells what an update made of what; a table that nothing is known of", async () => {
  await lakelet(folder, ["sql", "CREATE TABLE orders AS SELECT 1 AS id"]);
  expect((await lakelet(folder, ["pipeline", "run", "pipelines/shop.sql"])).code).toBe(0);
  const told = await lakelet(folder, ["lineage", "doubled", "--columns", "--json"]);
  expect([told.code, told.stderr]).toEqual([0, ""]);
  expect(JSON.stringify(JSON.parse(told.stdout))).toMatch(/main\.default\.orders/);
  expect((await lakelet(folder, ["lineage", "nonesuch"])).stderr).toContain("nonesuch");
}, 120_000);
