-- Silver: typed. Rows that break a rule are in order_changes_quarantine, with the names of the rules.
CREATE OR REFRESH STREAMING TABLE order_changes (
  CONSTRAINT has_id EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT customer_is_known EXPECT (customer_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT date_is_a_date EXPECT (order_date IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT amount_is_not_negative EXPECT (amount >= 0) ON VIOLATION DROP ROW,
  CONSTRAINT has_a_time EXPECT (updated_at IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT amount_is_plausible EXPECT (amount < 10000)
)
AS SELECT
  try_cast(order_id AS BIGINT) AS order_id,
  try_cast(customer_id AS BIGINT) AS customer_id,
  try_cast(order_date AS DATE) AS order_date,
  lower(trim(status)) AS status,
  try_cast(amount AS DECIMAL(10,2)) AS amount,
  try_cast(updated_at AS TIMESTAMP) AS updated_at,
  source_file
FROM STREAM(bronze_orders);

-- One row an order, the newest version of it, in whatever order the versions come
CREATE OR REFRESH STREAMING TABLE silver_orders;

CREATE FLOW newest_version
AS AUTO CDC INTO silver_orders
FROM STREAM(order_changes)
KEYS (order_id)
SEQUENCE BY updated_at
COLUMNS * EXCEPT (source_file)
STORED AS SCD TYPE 1;
