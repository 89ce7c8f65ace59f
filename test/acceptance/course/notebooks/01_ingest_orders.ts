// %% Get parameters from Job
import { current_timestamp, dbutils, input_file_name, lit, spark } from "lakelet/notebook";

dbutils.widgets.text("source_path", "/Volumes/main/default/kion_data/orders");
dbutils.widgets.text("target_table", "bronze_orders");
dbutils.widgets.text("run_date", "");

const source_path = dbutils.widgets.get("source_path");
const target_table = dbutils.widgets.get("target_table");
const run_date = dbutils.widgets.get("run_date") || new Date().toISOString().slice(0, 10);

console.log(`Starting ingestion from ${source_path} to ${target_table}`);
console.log(`Run date: ${run_date}`);

// %% Load data
const df = spark.read.format("csv").option("header", "true").option("inferSchema", "true").load(`${source_path}/*.csv`);

// Add audit columns
const df_with_audit = df
  .withColumn("ingestion_timestamp", current_timestamp())
  .withColumn("source_file", input_file_name())
  .withColumn("run_date", lit(run_date));

// Write to Delta
await df_with_audit.write.format("delta").mode("append").saveAsTable(target_table);

// Return metrics to Job
const row_count = await df_with_audit.count();
dbutils.notebook.exit({
  status: "success",
  rows_ingested: row_count,
  target_table: target_table,
});

console.log(`Ingested ${row_count} rows to ${target_table}`);
