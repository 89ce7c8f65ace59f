// %% Parameters
import { col, dbutils, spark } from "lakelet/notebook";

dbutils.widgets.text("source_table", "bronze_orders");
dbutils.widgets.text("target_table", "silver_orders");

// %% Clean
const silver = spark
  .table(dbutils.widgets.get("source_table"))
  .filter(col("order_id").isNotNull().and(col("amount").geq(0)))
  .select("order_id", "customer_id", "order_date", "amount", "status");

// %% Publish
await silver.write.format("delta").mode("overwrite").saveAsTable(dbutils.widgets.get("target_table"));
await silver.limit(5).display();
