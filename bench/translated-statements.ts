/** Statements of the kinds that people write, each with a number of its own in every round, so that none was seen before. */

export const TABLES = [
  `CREATE OR REPLACE TABLE orders (order_id BIGINT, customer_id BIGINT, order_date DATE, status STRING, amount DECIMAL(10,2),
     quantity INT, created_at TIMESTAMP, tags ARRAY<STRING>, attributes MAP<STRING, STRING>, address STRUCT<city STRING, zip STRING>)`,
  "CREATE OR REPLACE TABLE customers (id BIGINT, name STRING, country STRING, joined DATE)",
];

export function statements(seed: number): readonly string[] {
  return [
    `SELECT ${seed}`,
    `SELECT order_id, amount * quantity AS total FROM orders WHERE status = 'completed' AND quantity > ${seed}`,
    `SELECT order_date, COUNT(DISTINCT customer_id) AS unique_customers, COUNT(order_id) AS total_orders, SUM(amount) AS total_revenue,
       AVG(amount) AS avg_order_value, MAX(amount) AS max_order_value, CURRENT_TIMESTAMP() AS calculated_at
     FROM orders WHERE status = 'completed' AND order_id > ${seed} GROUP BY order_date ORDER BY order_date DESC`,
    `WITH daily AS (SELECT DATE(created_at) AS day, COUNT(*) AS total, SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS done
       FROM orders WHERE created_at >= current_date() - INTERVAL 30 DAYS GROUP BY day)
     SELECT day, total, done, ROUND(done * 100.0 / total, 2) AS share FROM daily WHERE total > ${seed} ORDER BY day DESC`,
    `SELECT o.order_id, c.name, upper(c.country) FROM orders o JOIN customers c ON o.customer_id = c.id
     LEFT ANTI JOIN orders x ON x.order_id = o.order_id + ${seed} WHERE c.joined > DATE'2020-01-01'`,
    `SELECT customer_id, order_id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC) AS n,
       sum(amount) OVER (PARTITION BY customer_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running
     FROM orders QUALIFY n <= ${seed}`,
    `SELECT explode(tags) AS tag, order_id + ${seed} AS id FROM orders`,
    `SELECT order_id, transform(tags, t -> upper(t)) AS up, filter(tags, t -> length(t) > ${seed}) AS long,
       aggregate(tags, 0, (a, t) -> a + length(t)) AS letters, attributes['k'], address.city FROM orders`,
    `SELECT status, country, sum(amount + ${seed}), grouping_id() FROM orders JOIN customers ON customer_id = id GROUP BY CUBE (status, country)`,
    `SELECT * FROM (SELECT status, quantity + ${seed} AS q, amount FROM orders) PIVOT (SUM(amount) FOR status IN ('a', 'b', 'c'))`,
    `SELECT CASE WHEN amount > ${seed} THEN 'big' WHEN amount > 10 THEN 'mid' ELSE 'small' END AS size, count(*) FROM orders
     GROUP BY 1 HAVING count(*) > 5 ORDER BY 2 DESC LIMIT 10`,
    `SELECT order_id FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE country = 'PL' AND id > ${seed})
     AND EXISTS (SELECT 1 FROM customers c WHERE c.id = orders.customer_id)`,
    `SELECT date_format(created_at, 'yyyy-MM'), date_trunc('MONTH', created_at), datediff(current_date(), order_date),
       add_months(order_date, ${seed}), last_day(order_date), to_date('2024-01-15', 'yyyy-MM-dd') FROM orders`,
    `SELECT coalesce(status, 'none'), nvl(amount, ${seed}), try_cast(status AS INT), CAST(amount AS STRING), concat_ws('-', status, order_id),
       regexp_replace(status, '[0-9]+', ''), split(status, ',')[0] FROM orders`,
    `SELECT order_id FROM orders UNION ALL SELECT id FROM customers EXCEPT SELECT ${seed}`,
    `SELECT t.tag, count(*) AS c FROM orders LATERAL VIEW explode(tags) t AS tag GROUP BY t.tag HAVING c > ${seed} ORDER BY c DESC`,
    `SELECT from_json(status, 'a INT, b STRING').a + ${seed}, to_json(named_struct('x', order_id)), get_json_object(status, '$.a.b') FROM orders`,
    `SELECT percentile_approx(amount, 0.5), stddev(amount), corr(amount, quantity + ${seed}), collect_set(status), max_by(status, amount) FROM orders`,
  ];
}
