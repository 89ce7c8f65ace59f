-- Gold: a star of sales
CREATE OR REFRESH MATERIALIZED VIEW dim_customer
AS SELECT customer_id, first_name, last_name, city, state, country, customer_segment, registration_date
FROM silver_customers
WHERE __END_AT IS NULL;

CREATE OR REFRESH MATERIALIZED VIEW dim_product
AS SELECT product_id, product_name, subcategory_code, brand, list_price, status FROM silver_products;

CREATE OR REFRESH MATERIALIZED VIEW dim_date
AS SELECT DISTINCT
  CAST(date_format(order_date, 'yyyyMMdd') AS INT) AS date_key,
  order_date,
  year(order_date) AS year,
  month(order_date) AS month,
  dayofweek(order_date) AS weekday
FROM silver_orders;

-- A line that came twice (the duplicate file) counts once
CREATE OR REFRESH MATERIALIZED VIEW fact_sales (
  CONSTRAINT known_product EXPECT (product_name IS NOT NULL),
  CONSTRAINT sale_has_amount EXPECT (total_amount IS NOT NULL) ON VIOLATION FAIL UPDATE
)
AS SELECT
  o.order_id,
  CAST(date_format(o.order_date, 'yyyyMMdd') AS INT) AS date_key,
  o.order_date,
  o.customer_id,
  c.customer_segment,
  o.product_id,
  p.product_name,
  o.store_id,
  o.quantity,
  o.total_amount,
  o.is_return
FROM (
  SELECT DISTINCT order_id, order_datetime, order_date, customer_id, product_id, store_id, quantity, unit_price, discount_percent, total_amount, payment_method, is_return
  FROM silver_orders
) AS o
LEFT JOIN dim_customer AS c ON o.customer_id = c.customer_id
LEFT JOIN dim_product AS p ON o.product_id = p.product_id;

CREATE OR REFRESH MATERIALIZED VIEW gold_daily_sales
AS SELECT
  order_date,
  count(*) AS lines,
  count(DISTINCT customer_id) AS customers,
  sum(CASE WHEN is_return THEN 0 ELSE total_amount END) AS revenue,
  sum(CASE WHEN is_return THEN total_amount ELSE 0 END) AS returned
FROM fact_sales
GROUP BY order_date;

CREATE OR REFRESH MATERIALIZED VIEW gold_segments
AS SELECT customer_segment, count(DISTINCT customer_id) AS customers, sum(total_amount) AS net_revenue
FROM fact_sales
GROUP BY customer_segment;
