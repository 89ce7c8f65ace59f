-- Bronze: each file once. Lines that are no orders go to bronze_orders_quarantine, with file and line.
CREATE OR REFRESH STREAMING TABLE bronze_orders
AS SELECT *, _metadata.file_name AS source_file
FROM STREAM read_files('${orders}', format => 'csv', header => true);

-- Silver: rows that break a rule go to silver_orders_quarantine, with its name.
CREATE OR REFRESH STREAMING TABLE silver_orders (
  CONSTRAINT has_id EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT has_date EXPECT (order_date IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT amount_is_not_negative EXPECT (amount >= 0) ON VIOLATION DROP ROW,
  CONSTRAINT amount_is_plausible EXPECT (amount < 10000)
)
AS SELECT
  try_cast(order_id AS BIGINT) AS order_id,
  try_cast(order_date AS DATE) AS order_date,
  lower(trim(status)) AS status,
  try_cast(amount AS DECIMAL(10, 2)) AS amount,
  source_file
FROM STREAM(bronze_orders);

-- Gold
CREATE OR REFRESH MATERIALIZED VIEW daily_sales
AS SELECT order_date, count(*) AS orders, sum(amount) AS revenue
FROM silver_orders
WHERE status = 'completed'
GROUP BY order_date;
