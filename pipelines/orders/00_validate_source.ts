// %% [markdown]
// # Validate the source
// Fails early, with a clear word, when there is nothing to ingest.

// %% Parameters
import { dbutils } from "lakelet/notebook";

dbutils.widgets.text("source_path", "/Volumes/main/default/kion_data/orders");
dbutils.widgets.text("run_date", "");

const sourcePath = dbutils.widgets.get("source_path");
const runDate = dbutils.widgets.get("run_date");

// %% Files up to the day of the run
const files = dbutils.fs
  .ls(sourcePath)
  .filter((file) => /^orders_\d{4}-\d{2}-\d{2}\.csv$/.test(file.name) && file.name <= `orders_${runDate}.csv`);

if (files.length === 0) throw new Error(`No orders_<day>.csv up to ${runDate} in ${sourcePath}`);

const empty = files.filter((file) => file.size === 0);
if (empty.length > 0) throw new Error(`Empty files: ${empty.map((file) => file.name).join(", ")}`);

console.log(`${files.length} files up to ${runDate}`);
dbutils.jobs.taskValues.set("files", files.length);
dbutils.notebook.exit({ status: "success", files: files.length });
