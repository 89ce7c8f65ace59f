-- Gold: sales by day
CREATE OR REPLACE TABLE gold_daily_sales AS
SELECT
  order_date,
  COUNT(DISTINCT customer_id) AS unique_customers,
  COUNT(order_id) AS total_orders,
  SUM(amount) AS total_revenue
FROM silver_orders
WHERE status = 'completed'
GROUP BY order_date
ORDER BY order_date DESC;
