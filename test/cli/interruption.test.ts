import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { eventually } from "../support/eventually.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const dataFiles = (table: string) => readdirSync(table).filter((name) => name.endsWith(".parquet"));

it("SIGTERM in the middle of a write: nothing committed, nothing left behind, exit code 143", async () => {
  const folder = temporaryFolder({ "lakelet.yml": "warehouse: ./lake\n" });
  const table = join(folder, "lake/main/default/t");
  await lakelet(folder, ["sql", "CREATE TABLE t AS SELECT 1L AS id"]);
  const before = dataFiles(table);

  const endless = "INSERT INTO t SELECT a.id * 7 + b.id FROM range(1000000) AS a CROSS JOIN range(100000) AS b";
  const child = spawn(process.execPath, [builtPackage().command, "sql", endless], { cwd: folder, stdio: "pipe" });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = new Promise((resolve) => child.on("close", resolve));
  await eventually(() => dataFiles(table).length > before.length, 60_000);
  child.kill("SIGTERM");

  expect(await code).toBe(143);
  expect(errors).toContain("OPERATION_CANCELED");
  expect(dataFiles(table)).toEqual(before);
  expect(readdirSync(join(table, "_delta_log")).filter((name) => name.endsWith(".json"))).toHaveLength(1);
});
