// %% [markdown]
// # Silver
// One row an order: typed, the newest version of each, merged by key. Rows that break a rule are held back *before* the table changes and go
// to `silver_orders_quarantine` with the names of the rules; too many nulls, or a doubled key, and nothing is published at all.

// %% Parameters
import {
  col,
  DeltaTable,
  dbutils,
  expectOrDrop,
  expectOrFail,
  expr,
  notNull,
  row_number,
  spark,
  unique,
  Window,
} from "lakelet/notebook";

dbutils.widgets.text("source_table", "bronze_orders");
dbutils.widgets.text("target_table", "silver_orders");
dbutils.widgets.text("run_date", "");

const sourceTable = dbutils.widgets.get("source_table");
const targetTable = dbutils.widgets.get("target_table");

// %% Types, and the newest version of each order
const newestFirst = Window.partitionBy("order_id").orderBy(col("updated_at").desc(), col("source_file").desc());

const orders = spark
  .table(sourceTable)
  .select(
    expr("try_cast(order_id AS BIGINT) AS order_id"),
    expr("try_cast(customer_id AS BIGINT) AS customer_id"),
    expr("try_cast(order_date AS DATE) AS order_date"),
    expr("lower(trim(status)) AS status"),
    expr("try_cast(amount AS DECIMAL(10,2)) AS amount"),
    expr("try_cast(updated_at AS TIMESTAMP) AS updated_at"),
    col("source_file"),
  )
  .withColumn("version", row_number().over(newestFirst))
  .filter(col("version").eq(1))
  .drop("version");

// %% The table, on the first run
await spark.sql(
  `
  CREATE TABLE IF NOT EXISTS IDENTIFIER(:table) (
    order_id BIGINT NOT NULL,
    customer_id BIGINT,
    order_date DATE,
    status STRING,
    amount DECIMAL(10,2),
    updated_at TIMESTAMP,
    source_file STRING
  ) USING DELTA PARTITIONED BY (order_date)
`,
  { table: targetTable },
);

// %% Merge behind the gate
const merged = await DeltaTable.forName(spark, targetTable)
  .as("target")
  .merge(orders.as("source"), "target.order_id = source.order_id")
  .whenMatchedUpdateAll("source.updated_at > target.updated_at")
  .whenNotMatchedInsertAll()
  .expectations(
    expectOrFail("few orders without an id", notNull("order_id", { maxPercentage: 5 })),
    expectOrFail("one row an order", unique("order_id")),
    expectOrDrop("customer is known", notNull("customer_id")),
    expectOrDrop("date is a date", notNull("order_date")),
    expectOrDrop("amount is not negative", "amount >= 0"),
  )
  .execute();

// %%
dbutils.notebook.exit({ status: "success", metrics: merged.metrics, target_table: targetTable });
