/** `npm run demo`: the example job twice, and what the second run changed: nothing. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lakelet = join(root, "dist/cli/main.js");

/** Columns that tell when and by which run a row was made, and so differ between runs. */
const OF_THE_RUN = new Set([
  "ingestion_timestamp",
  "job_run_id",
  "run_date",
  "calculated_at",
  "quarantined_at",
  "write_id",
  "task_key",
]);

function runJob(title) {
  console.log(`\n── ${title} ${"─".repeat(Math.max(0, 70 - title.length))}\n`);
  const { status } = spawnSync(process.execPath, [lakelet, "run", "orders"], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Every table but the metrics as sorted text of its rows. */
async function contents() {
  const { createLocalSession } = await import("../dist/index.js");
  const spark = await createLocalSession({ warehouse: join(root, "data/lake") });
  try {
    const tables = (await (await spark.sql("SHOW TABLES")).collect()).map((row) => String(row.tableName));
    const found = new Map();
    for (const table of tables.filter((name) => name !== "data_quality_metrics")) {
      const frame = spark.table(table);
      const kept = (await frame.columns()).filter((name) => !OF_THE_RUN.has(name));
      const rows = await frame.select(...kept).collect();
      found.set(
        table,
        rows
          .map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value)))
          .sort(),
      );
    }
    return found;
  } finally {
    await spark.stop();
  }
}

runJob("First run");
const first = await contents();
runJob("Second run: the same files again");
const second = await contents();

console.log("\nRows after the first and the second run:\n");
let differs = false;
for (const [table, rows] of second) {
  const before = first.get(table) ?? [];
  const same = JSON.stringify(before) === JSON.stringify(rows);
  differs ||= !same;
  console.log(
    `  ${table.padEnd(28)} ${String(before.length).padStart(6)} ${String(rows.length).padStart(6)}   ${same ? "the same rows" : "DIFFERENT"}`,
  );
}
console.log(`
The tables are Delta tables in data/lake/main/default/. Look at them:

  npx lakelet sql "SELECT * FROM gold_daily_sales ORDER BY order_date"
  npx lakelet sql "SELECT quarantine_reason, count(*) FROM silver_orders_quarantine GROUP BY ALL"
  npx lakelet runs
`);
process.exit(differs ? 1 : 0);
