-- Gold
CREATE OR REFRESH MATERIALIZED VIEW gold_daily_sales (
  CONSTRAINT revenue_is_not_negative EXPECT (total_revenue >= 0) ON VIOLATION FAIL UPDATE
)
AS SELECT
  order_date,
  count(DISTINCT customer_id) AS unique_customers,
  count(order_id) AS total_orders,
  sum(amount) AS total_revenue,
  max(amount) AS max_order_value
FROM silver_orders
WHERE status = 'completed'
GROUP BY order_date;

CREATE OR REFRESH MATERIALIZED VIEW gold_customer_ltv
AS SELECT
  customer_id,
  count(order_id) AS total_orders,
  sum(amount) AS lifetime_value,
  min(order_date) AS first_order_date,
  max(order_date) AS last_order_date
FROM silver_orders
WHERE status = 'completed'
GROUP BY customer_id;
