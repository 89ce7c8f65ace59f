-- Gold Layer Aggregation
CREATE OR REPLACE TABLE gold_daily_sales AS
SELECT
    order_date,
    COUNT(DISTINCT customer_id) as unique_customers,
    COUNT(order_id) as total_orders,
    SUM(amount) as total_revenue,
    AVG(amount) as avg_order_value,
    MAX(amount) as max_order_value,
    CURRENT_TIMESTAMP() as calculated_at
FROM silver_orders
WHERE status = 'completed'
GROUP BY order_date
ORDER BY order_date DESC
