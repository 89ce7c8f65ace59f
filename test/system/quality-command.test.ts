/** `lakelet quality` and `lakelet quarantine` as scripts use them: built, real processes, exit codes, JSON and nothing else. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const RULES = `table: main.default.orders
expectations:
  - name: has an id
    not_null: id
    on_violation: fail
`;
let folder = "";
beforeAll(async () => {
  builtPackage();
  folder = temporaryFolder({ "lakelet.yml": "warehouse: ./lake\n", "quality/orders.yml": RULES });
  const made = await lakelet(folder, ["sql", "CREATE TABLE orders AS SELECT id, 'paid' AS status FROM range(200)"]);
  expect(made.code).toBe(0);
}, 120_000);

test("--check: 0 where all hold, 1 where one that must hold does not, 2 for a file that is wrong", async () => {
  const good = await lakelet(folder, ["quality", "--check"]);
  expect([good.code, good.stdout]).toEqual([0, expect.stringMatching(/main\.default\.orders.*✔ PASSED .*has an id/s)]);

  await lakelet(folder, ["sql", "INSERT INTO orders VALUES (NULL, 'paid')"]);
  const bad = await lakelet(folder, ["quality", "--check", "--json"]);
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject([
    { table: "main.default.orders", failed: true, results: [{ status: "FAILED" }] },
  ]);
  expect(bad.stderr).toBe("");

  writeFileSync(join(folder, "wrong.yml"), "table: orders\nexpectations:\n  - name: x\n    not_nul: id\n");
  const wrong = await lakelet(folder, ["quality", "--check", "wrong.yml"]);
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toMatch(/wrong\.yml:\d+.*not_nul/s);
});

test("a report is told with 0 whatever the checks came to; --json is JSON alone; a table that is not there fails", async () => {
  const report = await lakelet(folder, ["quality", "--html", "page.html", "--json"]);
  expect(report.code).toBe(0);
  expect(JSON.parse(report.stdout).tables).toMatchObject([{ name: "main.default.orders", status: "FAILED" }]);
  expect(existsSync(join(folder, "page.html"))).toBe(true);
  expect(await lakelet(folder, ["quality", "nonesuch"])).toMatchObject({ code: 1, stdout: "" });
  expect(await lakelet(folder, ["quality", "--suggest"])).toMatchObject({ code: 2, stdout: "" });
});

test("quarantine of a table that has none", async () => {
  expect(await lakelet(folder, ["quarantine", "list", "--json"])).toMatchObject({ code: 0, stdout: "[]\n" });
  const shown = await lakelet(folder, ["quarantine", "show", "orders"]);
  expect([shown.code, shown.stdout]).toEqual([1, ""]);
  expect(shown.stderr).toContain("No row of orders is in quarantine");
});
