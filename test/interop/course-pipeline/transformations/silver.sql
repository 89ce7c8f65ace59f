-- Silver: rows that break a rule are in silver_orders_quarantine
CREATE OR REFRESH STREAMING TABLE silver_orders (
  CONSTRAINT valid_order EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT valid_customer EXPECT (customer_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT valid_date EXPECT (order_datetime >= '2024-01-01' AND order_datetime < '2026-01-01') ON VIOLATION DROP ROW,
  CONSTRAINT known_payment EXPECT (payment_method IS NOT NULL)
)
AS SELECT
  order_id,
  customer_id,
  product_id,
  store_id,
  order_datetime,
  CAST(order_datetime AS DATE) AS order_date,
  quantity,
  unit_price,
  discount_percent,
  total_amount,
  payment_method,
  quantity < 0 AS is_return,
  source_file
FROM STREAM(bronze_orders);

CREATE TEMPORARY VIEW valid_customers (
  CONSTRAINT has_id EXPECT (customer_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT has_email EXPECT (email LIKE '%@%.%') ON VIOLATION DROP ROW
)
AS SELECT * FROM STREAM(bronze_customers);

CREATE OR REFRESH STREAMING TABLE silver_customers;

CREATE FLOW customers_history
AS AUTO CDC INTO silver_customers
FROM STREAM(valid_customers)
KEYS (customer_id)
SEQUENCE BY STRUCT(loaded_at, registration_date, email)
COLUMNS * EXCEPT (source_file, loaded_at)
STORED AS SCD TYPE 2;

CREATE OR REFRESH MATERIALIZED VIEW silver_products (
  CONSTRAINT has_id EXPECT (product_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT plausible_price EXPECT (list_price >= 0) ON VIOLATION DROP ROW
)
AS SELECT * EXCEPT (newest)
FROM (
  SELECT
    product_id,
    trim(product_name) AS product_name,
    subcategory_code,
    brand,
    CAST(unit_cost AS DECIMAL(10,2)) AS unit_cost,
    CAST(list_price AS DECIMAL(10,2)) AS list_price,
    status,
    ROW_NUMBER() OVER (
      PARTITION BY product_id
      ORDER BY _metadata.file_name DESC, list_price DESC NULLS LAST, product_name DESC NULLS LAST, unit_cost DESC NULLS LAST, brand DESC NULLS LAST, status DESC NULLS LAST, subcategory_code DESC NULLS LAST
    ) AS newest
  FROM read_files('${source}/products', format => 'parquet')
)
WHERE newest = 1;
