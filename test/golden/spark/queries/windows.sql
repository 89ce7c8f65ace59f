-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT id, row_number() OVER (ORDER BY id) AS rn FROM emp ORDER BY id
SELECT id, dept_id, row_number() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS rn FROM emp ORDER BY id
SELECT id, rank() OVER (ORDER BY dept_id) AS r, dense_rank() OVER (ORDER BY dept_id) AS d, percent_rank() OVER (ORDER BY dept_id) AS p, cume_dist() OVER (ORDER BY dept_id) AS c FROM emp ORDER BY id
SELECT id, rank() OVER (ORDER BY dept_id DESC) AS r FROM emp ORDER BY id
SELECT id, rank() OVER (ORDER BY dept_id ASC NULLS LAST) AS r FROM emp ORDER BY id
SELECT id, ntile(2) OVER (ORDER BY id) FROM emp ORDER BY id
SELECT id, lag(id) OVER (ORDER BY id) AS a, lead(id, 2) OVER (ORDER BY id) AS b, lag(id, 1, -1) OVER (ORDER BY id) AS c FROM emp ORDER BY id
SELECT id, sum(id) OVER (ORDER BY id) AS s, sum(id) OVER () AS t FROM emp ORDER BY id
SELECT year, amount, sum(amount) OVER (ORDER BY year) AS s FROM sales ORDER BY year, amount
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s FROM emp ORDER BY id
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM emp ORDER BY id
SELECT id, sum(id) OVER (ORDER BY id RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM emp ORDER BY id
SELECT id, count(*) OVER (ORDER BY hired RANGE BETWEEN INTERVAL 500 DAYS PRECEDING AND CURRENT ROW) AS c FROM emp WHERE hired IS NOT NULL ORDER BY id
SELECT id, count(*) OVER (ORDER BY hired RANGE BETWEEN 500 PRECEDING AND CURRENT ROW) AS c FROM emp WHERE hired IS NOT NULL ORDER BY id
SELECT id, sum(id) OVER w AS s, count(*) OVER w AS c FROM emp WINDOW w AS (PARTITION BY dept_id ORDER BY id) ORDER BY id
SELECT id, sum(id) OVER w FROM emp WINDOW w AS (ORDER BY id ROWS 1 PRECEDING) ORDER BY id
SELECT id, first_value(name) OVER (PARTITION BY dept_id ORDER BY id), last_value(name) OVER (PARTITION BY dept_id ORDER BY id) FROM emp ORDER BY id
SELECT id, last_value(name) OVER (PARTITION BY dept_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM emp ORDER BY id
SELECT id, first_value(salary) IGNORE NULLS OVER (ORDER BY id DESC) AS f FROM emp ORDER BY id
SELECT id, nth_value(name, 2) OVER (ORDER BY id) AS n FROM emp ORDER BY id
SELECT id, avg(salary) OVER (PARTITION BY dept_id) AS a FROM emp ORDER BY id
SELECT dept_id, sum(salary) AS s, rank() OVER (ORDER BY sum(salary) DESC) AS r FROM emp GROUP BY dept_id ORDER BY dept_id
SELECT * FROM (SELECT id, dept_id, row_number() OVER (PARTITION BY dept_id ORDER BY id DESC) AS rn FROM emp) WHERE rn = 1 ORDER BY id
SELECT id, salary / sum(salary) OVER () AS share FROM emp WHERE id < 3 ORDER BY id
SELECT id, row_number() OVER (ORDER BY id) AS rn, rn * 2 AS d FROM emp ORDER BY id
SELECT id, row_number() OVER (PARTITION BY 1 ORDER BY id) AS rn FROM emp ORDER BY 1
SELECT DISTINCT dept_id, count(*) OVER (PARTITION BY dept_id) AS c FROM emp ORDER BY dept_id
SELECT id, max(name) OVER (PARTITION BY dept_id, id % 2 ORDER BY id) AS m FROM emp ORDER BY id
SELECT id, collect_list(id) OVER (ORDER BY id) AS l FROM emp ORDER BY id
SELECT id FROM emp WHERE row_number() OVER (ORDER BY id) = 1
SELECT id, sum(id) OVER nope FROM emp
SELECT id, row_number() FROM emp
SELECT row_number() OVER (ORDER BY id), row_number() OVER (ORDER BY id DESC NULLS FIRST) FROM emp ORDER BY 1
SELECT year, region, sum(amount) AS s, sum(sum(amount)) OVER (PARTITION BY year ORDER BY region) AS r FROM sales GROUP BY year, region ORDER BY 1, 2
SELECT id, row_number() OVER (ORDER BY salary DESC NULLS LAST, name) AS r FROM emp ORDER BY id
SELECT id, sum(salary) OVER (PARTITION BY dept_id ORDER BY hired ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS s FROM emp ORDER BY id
SELECT id, count(*) OVER (PARTITION BY dept_id) - 1 AS others, max(id) OVER () AS m FROM emp ORDER BY id
SELECT * FROM (SELECT id, rank() OVER (PARTITION BY dept_id ORDER BY salary DESC) AS r FROM emp) t WHERE r = 1 ORDER BY id
SELECT id, CASE WHEN lag(dept_id) OVER (ORDER BY id) <=> dept_id THEN 'same' ELSE 'new' END AS c FROM emp ORDER BY id
SELECT id, avg(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS a FROM emp ORDER BY id
SELECT id, min(hired) OVER w1 AS a, max(hired) OVER w2 AS b FROM emp WINDOW w1 AS (PARTITION BY dept_id), w2 AS (ORDER BY id) ORDER BY id
SELECT id, sum(id) OVER (PARTITION BY dept_id ORDER BY id) / sum(id) OVER (PARTITION BY dept_id) AS f FROM emp WHERE dept_id = 10 ORDER BY id
SELECT id, ntile(3) OVER (PARTITION BY dept_id IS NULL ORDER BY id) AS n FROM emp ORDER BY id
SELECT id, lead(name, 1, 'none') OVER (PARTITION BY dept_id ORDER BY id) AS n FROM emp ORDER BY id
SELECT id, last_value(salary, true) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS l FROM emp ORDER BY id
SELECT dept_id, max(row_number() OVER (ORDER BY id)) FROM emp GROUP BY dept_id
SELECT id, count(DISTINCT dept_id) OVER () FROM emp
