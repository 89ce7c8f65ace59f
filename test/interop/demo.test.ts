import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { lakelet } from "../support/built-package.js";
import { expectSame, useLake } from "./lake.js";
import { peers } from "./peers.js";

const ROOT = join(import.meta.dirname, "../..");
const TABLES = [
  "bronze_orders",
  "silver_orders",
  "silver_orders_quarantine",
  "gold_daily_sales",
  "gold_customer_ltv",
  "data_quality_metrics",
];

const lake = useLake();

/** The lake of the example, made in a copy of the project. */
const LAKE = "project/data/lake/main/default";

describe("the lake that the example job leaves", () => {
  beforeAll(async () => {
    const project = lake.path("project");
    const generated = [join(ROOT, "data/lake"), join(ROOT, "data/.lakelet")];
    for (const name of ["lakelet.yml", "pipelines", "data", "package.json"]) {
      cpSync(join(ROOT, name), join(project, name), {
        recursive: true,
        filter: (source) => !generated.includes(source),
      });
    }
    for (const _ of ["first run", "second run"]) {
      const { code, stdout, stderr } = await lakelet(project, ["run", "orders"]);
      expect(`${code}\n${code === 0 ? "" : stdout + stderr}`).toBe("0\n");
    }
  }, 120_000);

  test("has the tables of bronze, silver and gold", () => {
    const found = readdirSync(lake.path(LAKE)).filter((name) => existsSync(lake.path(`${LAKE}/${name}/_delta_log`)));
    expect(found).toEqual(expect.arrayContaining(TABLES));
  });

  test("is read alike by all, every table of it", async () => {
    for (const name of readdirSync(lake.path(LAKE))) {
      if (!existsSync(lake.path(`${LAKE}/${name}/_delta_log`))) continue;
      expect((await lake.read(`${LAKE}/${name}`)).rows.length, name).toBeGreaterThan(0);
      await lake.expectReadAlike(`${LAKE}/${name}`, (await lake.read(`${LAKE}/${name}`)).rows);
    }
  });

  test("tells Spark which job wrote it", async () => {
    for (const name of TABLES) {
      const { columns, rows } = await peers().spark(`DESCRIBE HISTORY ${lake.name(`${LAKE}/${name}`)}`);
      const job = rows.map((row) => row[columns.indexOf("job")]);
      expect(job, name).toContainEqual(expect.objectContaining({ jobName: "daily_orders" }));
    }
  });

  test("is merged into by Spark, and by lakelet after it", async () => {
    const table = lake.name(`${LAKE}/gold_daily_sales`);
    const before = await lake.read(`${LAKE}/gold_daily_sales`);
    await peers().spark(
      `MERGE INTO ${table} t USING ${table} s ON t.order_date = s.order_date WHEN MATCHED THEN UPDATE SET *`,
    );
    await expectSame("spark", lake.path(`${LAKE}/gold_daily_sales`), before);
    await lake.sql(
      `MERGE INTO ${table} t USING (SELECT * FROM ${table}) s ON t.order_date = s.order_date WHEN MATCHED THEN UPDATE SET *`,
    );
    await lake.expectReadAlike(`${LAKE}/gold_daily_sales`, before.rows);
  });
});
