// Bronze: each file once, every column as text. Lines that are no orders go to bronze_orders_quarantine, with file and line.
import { pipeline, spark } from "lakelet/pipeline";

pipeline.streamingTable({ name: "bronze_orders", comment: "Orders as they came" }, () =>
  spark.readStream
    .format("cloudFiles")
    .option("cloudFiles.format", "csv")
    .option("header", true)
    .schema("order_id STRING, customer_id STRING, order_date STRING, status STRING, amount STRING, updated_at STRING")
    .load(spark.conf.get("orders"))
    .selectExpr("*", "_metadata.file_name AS source_file"),
);
