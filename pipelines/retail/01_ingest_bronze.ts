// %% [markdown]
// # Bronze: the day's file as it came
import { dbutils, spark } from "lakelet/notebook";

dbutils.widgets.text("source_path", "/Volumes/main/default/retail");
dbutils.widgets.text("run_date", "");

const sourcePath = dbutils.widgets.get("source_path");
const runDate = dbutils.widgets.get("run_date");

// %% Ingest, once
const result = await spark.copyInto({
  table: "bronze_invoices",
  from: `${sourcePath}/${runDate}.csv`,
  fileFormat: "csv",
  formatOptions: { header: true, escape: '"' },
  schema:
    "InvoiceNo STRING, StockCode STRING, Description STRING, Quantity STRING, InvoiceDate STRING, UnitPrice STRING, CustomerID STRING, Country STRING",
  auditColumns: { runDate },
  partitionBy: ["run_date"],
});

dbutils.notebook.exit({ rows_ingested: result.rowsIngested, files_skipped: result.filesSkipped.length });
