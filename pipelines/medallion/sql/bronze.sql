-- Bronze: each file once, every column as text. Lines that are no orders go to bronze_orders_quarantine, with file and line.
CREATE OR REFRESH STREAMING TABLE bronze_orders
COMMENT 'Orders as they came'
AS SELECT *, _metadata.file_name AS source_file
FROM STREAM read_files(
  '${orders}',
  format => 'csv',
  header => true,
  schema => 'order_id STRING, customer_id STRING, order_date STRING, status STRING, amount STRING, updated_at STRING'
);
