/** One medallion in three forms: a job of notebooks, a pipeline in SQL, a pipeline in TypeScript. Their gold is the same. */
import { copyFileSync, cpSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SparkSession } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const ROOT = join(import.meta.dirname, "../..");
const FILES = readdirSync(join(ROOT, "data/orders")).sort();

const FORMS = ["medallion_job", "medallion_sql", "medallion_typescript"] as const;
type Form = (typeof FORMS)[number];
const PIPELINES = FORMS.filter((form) => form !== "medallion_job");
const TABLES = ["silver_orders", "gold_daily_sales", "gold_customer_ltv"];

const project = temporaryFolder({
  "lakelet.yml": "warehouse: ./lake\npaths:\n  /Volumes/main/default/kion_data: ./data\n",
});
let spark: SparkSession;

async function run(form: Form, ...more: string[]): Promise<void> {
  const command = form === "medallion_job" ? ["run", form] : ["pipeline", "run", form];
  const { code, stdout, stderr } = await lakelet(project, [...command, ...more]);
  expect(`${code}\n${code === 0 ? "" : stdout + stderr}`).toBe("0\n");
}

async function rowsOf(schema: string, table: string): Promise<readonly string[]> {
  const rows = await (await spark.sql(`SELECT * FROM ${schema}.${table}`)).collect();
  return rows
    .map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value)))
    .sort();
}

async function expectEqual(): Promise<void> {
  for (const table of TABLES) {
    const [first, ...others] = await Promise.all(FORMS.map((form) => rowsOf(form, table)));
    expect(first?.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(first);
  }
}

beforeAll(async () => {
  mkdirSync(join(project, "data/orders"), { recursive: true });
  cpSync(join(ROOT, "pipelines/medallion"), join(project, "pipelines/medallion"), { recursive: true });
  spark = await createLocalSession({ warehouse: join(project, "lake") });
});
afterAll(() => spark.stop());

test.each([
  [FILES.slice(0, 2), "the first days"],
  [FILES.slice(2, 5), "days that come later"],
  [FILES.slice(5), "the last one"],
])("%j (%s)", async (files) => {
  for (const file of files) copyFileSync(join(ROOT, "data/orders", file), join(project, "data/orders", file));
  for (const form of FORMS) await run(form);
  await expectEqual();
});

test("run again: no row changes, and the pipelines' tables get no version", async () => {
  const before = await Promise.all(FORMS.flatMap((form) => TABLES.map((table) => rowsOf(form, table))));
  const versions = () =>
    Promise.all(
      PIPELINES.flatMap((form) =>
        ["bronze_orders", "order_changes", ...TABLES].map(async (table) => {
          const history = await (await spark.sql(`DESCRIBE HISTORY ${form}.${table} LIMIT 1`)).collect();
          return `${form}.${table} ${history[0]?.version}`;
        }),
      ),
    );
  const versionsBefore = await versions();
  for (const form of FORMS) await run(form);
  expect(await Promise.all(FORMS.flatMap((form) => TABLES.map((table) => rowsOf(form, table))))).toEqual(before);
  expect(await versions()).toEqual(versionsBefore);
});

test("a full refresh comes to the same", async () => {
  for (const form of PIPELINES) await run(form, "--full-refresh-all");
  await expectEqual();
});
