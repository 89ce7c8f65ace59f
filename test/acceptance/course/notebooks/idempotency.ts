// %% The target and the day's rows
import { DeltaTable, dbutils, spark } from "lakelet/notebook";

await spark.sql(
  "CREATE TABLE IF NOT EXISTS target (order_id INT, customer_id STRING, order_date DATE, amount DOUBLE, status STRING) PARTITIONED BY (order_date)",
);
const df = spark
  .table("bronze_orders")
  .filter("order_date = '2024-01-15' AND order_id IS NOT NULL")
  .drop("ingestion_timestamp", "source_file", "run_date");

// %% GOOD: Partition-specific overwrite
await df.write
  .format("delta")
  .mode("overwrite")
  .option("replaceWhere", "order_date = '2024-01-15'")
  .saveAsTable("target");

// %% GOOD: Idempotent with MERGE
const target_table = DeltaTable.forName(spark, "target");
await target_table
  .alias("target")
  .merge(df.alias("source"), "target.order_id = source.order_id")
  .whenMatchedUpdateAll()
  .whenNotMatchedInsertAll()
  .execute();

// %% GOOD: Idempotent with overwrite
await df.write.format("delta").mode("overwrite").saveAsTable("target");

dbutils.notebook.exit({ rows: await spark.table("target").count() });
