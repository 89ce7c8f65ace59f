CREATE TABLE IF NOT EXISTS gold_daily_revenue (
  invoice_day DATE,
  invoices BIGINT,
  customers BIGINT,
  cancelled_lines BIGINT,
  revenue DECIMAL(38,3)
) USING DELTA PARTITIONED BY (invoice_day);

INSERT INTO gold_daily_revenue REPLACE WHERE invoice_day = CAST(:run_date AS DATE)
SELECT
  invoice_day,
  COUNT(DISTINCT invoice_no) AS invoices,
  COUNT(DISTINCT customer_id) AS customers,
  COUNT_IF(is_cancelled) AS cancelled_lines,
  CAST(SUM(quantity * unit_price) AS DECIMAL(38,3)) AS revenue
FROM silver_invoices
WHERE invoice_day = CAST(:run_date AS DATE)
GROUP BY invoice_day;

CREATE OR REPLACE TABLE gold_customers AS
SELECT
  customer_id,
  MIN(invoice_day) AS first_day,
  MAX(invoice_day) AS last_day,
  COUNT(DISTINCT invoice_no) AS invoices,
  CAST(SUM(quantity * unit_price) AS DECIMAL(38,3)) AS revenue
FROM silver_invoices
GROUP BY customer_id;
