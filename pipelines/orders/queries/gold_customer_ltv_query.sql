-- Gold: one row a customer
CREATE OR REPLACE TABLE gold_customer_ltv AS
SELECT
  customer_id,
  COUNT(order_id) AS total_orders,
  SUM(amount) AS lifetime_value,
  MIN(order_date) AS first_order_date,
  MAX(order_date) AS last_order_date,
  CURRENT_TIMESTAMP() AS calculated_at
FROM silver_orders
WHERE status = 'completed'
GROUP BY customer_id
ORDER BY lifetime_value DESC;
