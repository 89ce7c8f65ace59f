// Silver: typed. Rows that break a rule are in order_changes_quarantine, with the names of the rules.
import { expr, notNull, pipeline, spark } from "lakelet/pipeline";

pipeline
  .streamingTable("order_changes", () =>
    spark.readStream
      .table("bronze_orders")
      .select(
        expr("try_cast(order_id AS BIGINT) AS order_id"),
        expr("try_cast(customer_id AS BIGINT) AS customer_id"),
        expr("try_cast(order_date AS DATE) AS order_date"),
        expr("lower(trim(status)) AS status"),
        expr("try_cast(amount AS DECIMAL(10,2)) AS amount"),
        expr("try_cast(updated_at AS TIMESTAMP) AS updated_at"),
        "source_file",
      ),
  )
  .expectAllOrDrop({
    has_id: notNull("order_id"),
    customer_is_known: notNull("customer_id"),
    date_is_a_date: notNull("order_date"),
    amount_is_not_negative: "amount >= 0",
    has_a_time: notNull("updated_at"),
  })
  .expect("amount_is_plausible", "amount < 10000");

// One row an order, the newest version of it, in whatever order the versions come
pipeline.createStreamingTable("silver_orders");
pipeline.autoCdc({
  target: "silver_orders",
  source: "order_changes",
  keys: ["order_id"],
  sequenceBy: "updated_at",
  exceptColumnList: ["source_file"],
  storedAsScdType: 1,
});
