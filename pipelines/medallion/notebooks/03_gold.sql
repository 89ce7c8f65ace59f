-- Databricks notebook source
CREATE WIDGET TEXT schema DEFAULT 'medallion_job';

-- COMMAND ----------

-- Gold: one row a day
CREATE OR REPLACE TABLE IDENTIFIER(:schema || '.gold_daily_sales') AS
SELECT
  order_date,
  count(DISTINCT customer_id) AS unique_customers,
  count(order_id) AS total_orders,
  sum(amount) AS total_revenue,
  max(amount) AS max_order_value
FROM IDENTIFIER(:schema || '.silver_orders')
WHERE status = 'completed'
GROUP BY order_date;

-- COMMAND ----------

-- Gold: one row a customer
CREATE OR REPLACE TABLE IDENTIFIER(:schema || '.gold_customer_ltv') AS
SELECT
  customer_id,
  count(order_id) AS total_orders,
  sum(amount) AS lifetime_value,
  min(order_date) AS first_order_date,
  max(order_date) AS last_order_date
FROM IDENTIFIER(:schema || '.silver_orders')
WHERE status = 'completed'
GROUP BY customer_id;
