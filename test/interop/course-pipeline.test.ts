/** The course's data through a declarative pipeline, day by day, against plain batch code on Spark over all files at once. */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SparkSession } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const SHARED = process.env.LAKELET_SHARED ?? join(import.meta.dirname, "../../../shared");
const COURSE = join(SHARED, "data/course");
const HERE = join(import.meta.dirname, "course-pipeline");

/** What arrives before each update, from the course's folder to the source's. */
const ARRIVALS: readonly (readonly (readonly [from: string, to: string])[])[] = [
  [
    ["orders/orders_stream_001.json", "orders/history"],
    ["orders/orders_stream_002.json", "orders/incoming"],
    ["customers/customers.csv", "customers"],
    ["products/products.parquet", "products"],
  ],
  [
    ["orders/orders_stream_003.json", "orders/incoming"],
    ["orders/orders_stream_001_duplikcate.json", "orders/incoming"],
    ["customers/customers_new.csv", "customers"],
  ],
  [
    ["orders/orders_stream_011.json", "orders/incoming"],
    ["customers/customers_extended.csv", "customers"],
    ["products/products_new.parquet", "products"],
  ],
];

const TABLES: Readonly<Record<string, string>> = {
  bronze_orders: "*",
  bronze_customers: "*",
  silver_orders: "*",
  silver_orders_quarantine:
    "order_id, customer_id, product_id, store_id, order_datetime, order_date, quantity, unit_price, discount_percent, total_amount, payment_method, is_return, source_file",
  silver_customers: "*",
  silver_products: "*",
  dim_customer: "*",
  dim_product: "*",
  dim_date: "*",
  fact_sales: "*",
  gold_daily_sales: "*",
  gold_segments: "*",
};

/** Columns in the order of Spark's files. */
const inOrder = (columns: string, names: readonly string[]) => (columns === "*" ? names.join(", ") : columns);

describe.skipIf(!existsSync(COURSE))("the course's pipeline (skipped where the shared data is not there)", () => {
  const project = temporaryFolder();
  const source = join(project, "source");
  const expected = join(project, "expected");
  let spark: SparkSession;

  beforeAll(async () => {
    cpSync(HERE, project, { recursive: true });
    writeFileSync(join(project, "lakelet.yml"), "warehouse: ./lake\n");
    for (const [day, files] of ARRIVALS.entries()) {
      arrive(files, day);
      await update();
    }
    spark = await createLocalSession({ warehouse: join(project, "lake") });
    const folder = execFileSync(join(import.meta.dirname, "peers.sh"), { encoding: "utf8" }).trim();
    const script = join(HERE, "plain_spark.py");
    execFileSync(join(folder, "venv/bin/python"), [script, source, expected], { stdio: "pipe", cwd: project });
  }, 600_000);
  afterAll(() => spark?.stop());

  async function update(...more: string[]): Promise<void> {
    const run = ["pipeline", "run", "medallion", "--var", `source=${source}`, ...more];
    const { code, stdout, stderr } = await lakelet(project, run);
    expect(`${code}\n${code === 0 ? "" : stdout + stderr}`).toBe("0\n");
  }

  function arrive(files: (typeof ARRIVALS)[number], day: number): void {
    for (const [from, to] of files) {
      const target = join(source, to, from.slice(dirname(from).length + 1));
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(join(COURSE, from), target);
      const at = Date.UTC(2025, 0, 1 + day) / 1000;
      utimesSync(target, at, at);
    }
  }

  /** Rows that one has and the other has not, as often as that. */
  async function differences(table: string): Promise<readonly unknown[]> {
    const theirs = `parquet.\`${join(expected, table)}\``;
    const frame = await spark.sql(`SELECT * FROM ${theirs} LIMIT 0`);
    const columns = inOrder(TABLES[table] ?? "*", await frame.columns());
    const ours = `SELECT ${columns} FROM main.course.${table}`;
    const spec = `SELECT ${columns} FROM ${theirs}`;
    const both = `(SELECT 'ours' AS side, * FROM (${ours} EXCEPT ALL ${spec}) LIMIT 5) UNION ALL (SELECT 'Spark' AS side, * FROM (${spec} EXCEPT ALL ${ours}) LIMIT 5)`;
    return (await spark.sql(both)).collect();
  }

  async function versions(): Promise<Readonly<Record<string, string>>> {
    const found: Record<string, string> = {};
    for (const table of Object.keys(TABLES)) {
      const rows = await (await spark.sql(`DESCRIBE HISTORY main.course.${table} LIMIT 1`)).collect();
      found[table] = String(rows[0]?.version);
    }
    return found;
  }

  test.each(Object.keys(TABLES))("%s has the rows that plain Spark code comes to", async (table) => {
    const rows = await (await spark.sql(`SELECT count(*) AS n FROM main.course.${table}`)).collect();
    expect(Number(rows[0]?.n)).toBeGreaterThan(0);
    expect(await differences(table)).toEqual([]);
  });

  test("a run again, with nothing new, changes no table", async () => {
    const before = await versions();
    await update();
    expect(await versions()).toEqual(before);
  });

  test("a full refresh comes to the same", async () => {
    await update("--full-refresh-all");
    for (const table of Object.keys(TABLES)) expect([table, await differences(table)]).toEqual([table, []]);
  });

  test("a dry run writes nothing", async () => {
    const files = () => readdirSync(join(project, "lake"), { recursive: true }).sort();
    const before = files();
    const { code } = await lakelet(project, ["pipeline", "dry-run", "medallion", "--var", `source=${source}`]);
    expect(code).toBe(0);
    expect(files()).toEqual(before);
  });
});
