// Gold
import { col, count, countDistinct, max, min, pipeline, spark, sum } from "lakelet/pipeline";

const completed = () => spark.table("silver_orders").filter(col("status").eq("completed"));

pipeline
  .materializedView("gold_daily_sales", () =>
    completed()
      .groupBy("order_date")
      .agg(
        countDistinct("customer_id").alias("unique_customers"),
        count("order_id").alias("total_orders"),
        sum("amount").alias("total_revenue"),
        max("amount").alias("max_order_value"),
      ),
  )
  .expectOrFail("revenue_is_not_negative", "total_revenue >= 0");

pipeline.materializedView("gold_customer_ltv", () =>
  completed()
    .groupBy("customer_id")
    .agg(
      count("order_id").alias("total_orders"),
      sum("amount").alias("lifetime_value"),
      min("order_date").alias("first_order_date"),
      max("order_date").alias("last_order_date"),
    ),
);
