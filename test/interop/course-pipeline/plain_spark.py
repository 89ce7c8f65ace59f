"""The rules of the course's pipeline as plain batch code for Spark, over all files at once: what the pipeline must come to."""
import json
import sys

from pyspark.sql import SparkSession, Window, functions as F

source, out = sys.argv[1], sys.argv[2]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "4")
    .getOrCreate()
)

orders_schema = (
    "order_id STRING, customer_id STRING, product_id STRING, store_id STRING, order_datetime TIMESTAMP, quantity INT, "
    "unit_price DECIMAL(10,2), discount_percent INT, total_amount DECIMAL(12,2), payment_method STRING"
)
customers_schema = (
    "customer_id STRING, first_name STRING, last_name STRING, email STRING, phone STRING, city STRING, state STRING, "
    "country STRING, registration_date DATE, customer_segment STRING"
)

bronze_orders = (
    spark.read.schema(orders_schema)
    .json([f"{source}/orders/history", f"{source}/orders/incoming"])
    .withColumn("source_file", F.col("_metadata.file_name"))
)
bronze_customers = (
    spark.read.schema(customers_schema)
    .option("header", True)
    .csv(f"{source}/customers")
    .withColumn("source_file", F.col("_metadata.file_name"))
    .withColumn("loaded_at", F.col("_metadata.file_modification_time"))
)

orders = bronze_orders.selectExpr(
    "order_id", "customer_id", "product_id", "store_id", "order_datetime", "CAST(order_datetime AS DATE) AS order_date",
    "quantity", "unit_price", "discount_percent", "total_amount", "payment_method", "quantity < 0 AS is_return", "source_file",
)
good = "order_id IS NOT NULL AND customer_id IS NOT NULL AND order_datetime >= '2024-01-01' AND order_datetime < '2026-01-01'"
silver_orders = orders.where(good)
quarantine = orders.where(f"({good}) IS NOT TRUE")

# History: versions of a customer in the order of their sequence; one that changes nothing is no version.
sequence = F.struct("loaded_at", "registration_date", "email")
tracked = ["first_name", "last_name", "email", "phone", "city", "state", "country", "registration_date", "customer_segment"]
by_customer = Window.partitionBy("customer_id").orderBy("seq")
events = (
    bronze_customers.where("customer_id IS NOT NULL AND email LIKE '%@%.%'")
    .withColumn("seq", sequence)
    .withColumn("all", F.struct(*tracked))
    .withColumn("before", F.lag("all").over(by_customer))
    .where("before IS NULL OR NOT (before <=> all)")
)
silver_customers = (
    events.withColumn("next", F.lead("seq").over(by_customer))
    .select("customer_id", *tracked, F.col("seq").alias("__START_AT"), F.col("next").alias("__END_AT"))
)

newest = Window.partitionBy("product_id").orderBy(
    *[F.col(c).desc_nulls_last() for c in ["file_name", "raw_price", "raw_name", "raw_cost", "brand", "status", "subcategory_code"]]
)
silver_products = (
    spark.read.parquet(f"{source}/products")
    .selectExpr(
        "product_id", "trim(product_name) AS product_name", "subcategory_code", "brand",
        "CAST(unit_cost AS DECIMAL(10,2)) AS unit_cost", "CAST(list_price AS DECIMAL(10,2)) AS list_price", "status",
        "_metadata.file_name AS file_name", "list_price AS raw_price", "product_name AS raw_name", "unit_cost AS raw_cost",
    )
    .withColumn("newest", F.row_number().over(newest))
    .where("newest = 1 AND product_id IS NOT NULL AND list_price >= 0")
    .drop("newest", "file_name", "raw_price", "raw_name", "raw_cost")
)

dim_customer = silver_customers.where("__END_AT IS NULL").select(
    "customer_id", "first_name", "last_name", "city", "state", "country", "customer_segment", "registration_date"
)
dim_product = silver_products.select("product_id", "product_name", "subcategory_code", "brand", "list_price", "status")
dim_date = silver_orders.selectExpr(
    "CAST(date_format(order_date, 'yyyyMMdd') AS INT) AS date_key", "order_date", "year(order_date) AS year",
    "month(order_date) AS month", "dayofweek(order_date) AS weekday",
).distinct()
fact_sales = (
    silver_orders.drop("source_file").distinct().alias("o")
    .join(dim_customer.alias("c"), "customer_id", "left")
    .join(dim_product.alias("p"), "product_id", "left")
    .selectExpr(
        "order_id", "CAST(date_format(order_date, 'yyyyMMdd') AS INT) AS date_key", "order_date", "customer_id",
        "c.customer_segment", "product_id", "p.product_name", "store_id", "quantity", "total_amount", "is_return",
    )
)
gold_daily_sales = fact_sales.groupBy("order_date").agg(
    F.count("*").alias("lines"),
    F.countDistinct("customer_id").alias("customers"),
    F.expr("sum(CASE WHEN is_return THEN 0 ELSE total_amount END)").alias("revenue"),
    F.expr("sum(CASE WHEN is_return THEN total_amount ELSE 0 END)").alias("returned"),
)
gold_segments = fact_sales.groupBy("customer_segment").agg(
    F.countDistinct("customer_id").alias("customers"), F.sum("total_amount").alias("net_revenue")
)

tables = {
    "bronze_orders": bronze_orders,
    "bronze_customers": bronze_customers,
    "silver_orders": silver_orders,
    "silver_orders_quarantine": quarantine,
    "silver_customers": silver_customers,
    "silver_products": silver_products,
    "dim_customer": dim_customer,
    "dim_product": dim_product,
    "dim_date": dim_date,
    "fact_sales": fact_sales,
    "gold_daily_sales": gold_daily_sales,
    "gold_segments": gold_segments,
}
for name, frame in tables.items():
    frame.coalesce(1).write.mode("overwrite").parquet(f"{out}/{name}")
print(json.dumps({name: spark.read.parquet(f"{out}/{name}").count() for name in tables}))
