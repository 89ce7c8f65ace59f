-- Bronze: the files as they came, each once
CREATE OR REFRESH STREAMING TABLE bronze_orders
COMMENT 'Orders of the stores; new files stream in'
AS SELECT
  *,
  _metadata.file_name AS source_file
FROM STREAM read_files(
  '${source}/orders/incoming',
  format => 'json',
  schema => 'order_id STRING, customer_id STRING, product_id STRING, store_id STRING, order_datetime TIMESTAMP, quantity INT, unit_price DECIMAL(10,2), discount_percent INT, total_amount DECIMAL(12,2), payment_method STRING'
);

-- What was there before the stream began: once
CREATE FLOW backfill_orders
AS INSERT INTO ONCE bronze_orders BY NAME
SELECT
  *,
  _metadata.file_name AS source_file
FROM read_files(
  '${source}/orders/history',
  format => 'json',
  schema => 'order_id STRING, customer_id STRING, product_id STRING, store_id STRING, order_datetime TIMESTAMP, quantity INT, unit_price DECIMAL(10,2), discount_percent INT, total_amount DECIMAL(12,2), payment_method STRING'
);

CREATE OR REFRESH STREAMING TABLE bronze_customers
AS SELECT
  *,
  _metadata.file_name AS source_file,
  _metadata.file_modification_time AS loaded_at
FROM STREAM read_files(
  '${source}/customers',
  format => 'csv',
  header => true,
  schema => 'customer_id STRING, first_name STRING, last_name STRING, email STRING, phone STRING, city STRING, state STRING, country STRING, registration_date DATE, customer_segment STRING'
);
