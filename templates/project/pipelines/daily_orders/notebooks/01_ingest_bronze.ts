// %% Parameters
import { current_timestamp, dbutils, input_file_name, lit, spark } from "lakelet/notebook";

dbutils.widgets.text("source_path", "/Volumes/main/default/orders");
dbutils.widgets.text("target_table", "bronze_orders");
dbutils.widgets.text("run_date", "2024-01-16");

const sourcePath = dbutils.widgets.get("source_path");
const targetTable = dbutils.widgets.get("target_table");
const runDate = dbutils.widgets.get("run_date");

// %% Read the day's file
const orders = spark.read
  .format("csv")
  .option("header", true)
  .schema("order_id BIGINT, customer_id STRING, order_date DATE, amount DECIMAL(10,2), status STRING")
  .load(`${sourcePath}/orders_${runDate}.csv`)
  .withColumn("ingestion_timestamp", current_timestamp())
  .withColumn("source_file", input_file_name())
  .withColumn("run_date", lit(runDate));

// %% Write: the same day again replaces itself
await orders.write
  .format("delta")
  .mode("overwrite")
  .option("replaceWhere", `run_date = '${runDate}'`)
  .saveAsTable(targetTable);

dbutils.notebook.exit({ status: "success", run_date: runDate });
