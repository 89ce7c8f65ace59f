-- Gold: one row a day
CREATE OR REPLACE TABLE gold_daily_sales AS
SELECT
  order_date,
  COUNT(DISTINCT customer_id) AS unique_customers,
  COUNT(order_id) AS total_orders,
  SUM(amount) AS total_revenue,
  AVG(amount) AS avg_order_value,
  MAX(amount) AS max_order_value,
  CURRENT_TIMESTAMP() AS calculated_at
FROM silver_orders
WHERE status = 'completed'
GROUP BY order_date
ORDER BY order_date DESC;
