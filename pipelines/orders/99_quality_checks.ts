// %% [markdown]
// # Data quality of what was published
// The gate in front of silver has held back bad rows already. Here the layers are held against each other, and the figures are kept.

// %% Parameters
import { dbutils, expectOrFail, notNull, rowCount, spark, unique } from "lakelet/notebook";

dbutils.widgets.text("tables_to_check", "silver_orders,gold_daily_sales,gold_customer_ltv");
dbutils.widgets.text("run_date", "");

const tables = dbutils.widgets.get("tables_to_check").split(",");
const keys: Readonly<Record<string, string>> = {
  silver_orders: "order_id",
  gold_daily_sales: "order_date",
  gold_customer_ltv: "customer_id",
};

// %% Every table has rows, and its key is a key
for (const table of tables) {
  const key = keys[table];
  const results = await spark.checkTable(table, [
    expectOrFail("has rows", rowCount({ min: 1 })),
    ...(key ? [expectOrFail(`${key} is not null`, notNull(key)), expectOrFail(`${key} is unique`, unique(key))] : []),
  ]);
  console.log(`${table}: ${results.length} checks passed`);
}

// %% Gold and silver agree
const totals = await spark.sql(`
  SELECT
    (SELECT SUM(amount) FROM silver_orders WHERE status = 'completed') AS silver,
    (SELECT SUM(total_revenue) FROM gold_daily_sales) AS by_day,
    (SELECT SUM(lifetime_value) FROM gold_customer_ltv) AS by_customer
`);
const [total] = await totals.collect();
if (!total || Number(total.silver) !== Number(total.by_day) || Number(total.silver) !== Number(total.by_customer)) {
  throw new Error(`Revenue differs between the layers: ${JSON.stringify(total)}`);
}
await totals.display();

dbutils.notebook.exit({ status: "success", tables: tables.length });
