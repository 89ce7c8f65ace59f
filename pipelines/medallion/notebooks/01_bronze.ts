// %% [markdown]
// # Bronze: each file once, every column as text

// %% Parameters
import { dbutils, spark } from "lakelet/notebook";

dbutils.widgets.text("orders", "/Volumes/main/default/kion_data/orders");
dbutils.widgets.text("schema", "medallion_job");

const schema = dbutils.widgets.get("schema");

// %% Ingest
await spark.sql("CREATE SCHEMA IF NOT EXISTS IDENTIFIER(:schema)", { schema });
await spark.copyInto({
  table: `${schema}.bronze_orders`,
  from: dbutils.widgets.get("orders"),
  fileFormat: "csv",
  formatOptions: { header: true },
  schema: "order_id STRING, customer_id STRING, order_date STRING, status STRING, amount STRING, updated_at STRING",
});
