/** A notebook's file run by plain node, outside any run: the nearest project, the widgets' defaults. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { builtPackage } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// A build takes seconds where the machine is busy.
beforeAll(() => {
  builtPackage();
}, 120_000);

test("spark, dbutils and display work, and the process ends by itself", async () => {
  const folder = temporaryFolder({
    "lakelet.yml": "warehouse: ./tables\n",
    "notebooks/nb.mjs": `const { dbutils, spark, display } = await import(${JSON.stringify(join(builtPackage().folder, "dist/notebook.js"))});
dbutils.widgets.text("rows", "3");
await spark.sql("CREATE TABLE t AS SELECT id FROM range(" + dbutils.widgets.get("rows") + ")");
console.log((await spark.table("t").collect()).length, dbutils.notebook.getContext().jobId().isDefined());
console.log(dbutils.jobs.taskValues.get({ taskKey: "a", key: "b", debugValue: "debug" }));
await display({ a: 1n });
`,
  });
  const { stdout } = await promisify(execFile)(process.execPath, ["nb.mjs"], { cwd: join(folder, "notebooks") });
  expect(stdout).toBe('3 false\ndebug\n{\n  "a": 1\n}\n');
});
