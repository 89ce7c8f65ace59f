-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT * FROM (SELECT year, quarter, amount FROM sales) PIVOT (sum(amount) FOR quarter IN ('Q1', 'Q2')) ORDER BY year
SELECT * FROM (SELECT year, quarter, amount FROM sales) PIVOT (sum(amount) FOR quarter IN ('Q1' AS first, 'Q2' AS second)) ORDER BY year
SELECT * FROM (SELECT year, quarter, amount FROM sales) PIVOT (sum(amount) AS s, count(*) AS c FOR quarter IN ('Q1', 'Q2')) ORDER BY year
SELECT * FROM (SELECT year, quarter, amount FROM sales) PIVOT (sum(amount), max(amount) FOR quarter IN ('Q1')) ORDER BY year
SELECT * FROM (SELECT year, quarter FROM sales) PIVOT (count(*) FOR quarter IN ('Q1', 'Q9')) ORDER BY year
SELECT * FROM sales PIVOT (sum(amount) FOR (quarter, region) IN (('Q1', 'east') AS q1e, ('Q2', 'west') AS q2w)) ORDER BY year
SELECT * FROM (SELECT quarter, region, amount FROM sales) PIVOT (sum(amount) FOR (quarter, region) IN (('Q1', 'east'), ('Q2', 'west')))
SELECT * FROM (SELECT region, year, amount FROM sales) PIVOT (avg(amount) FOR year IN (2023, 2024)) ORDER BY region
SELECT region, `2023` + `2024` AS t FROM (SELECT region, year, amount FROM sales) PIVOT (sum(amount) FOR year IN (2023, 2024)) ORDER BY region
SELECT * FROM (SELECT year, amount FROM sales) PIVOT (sum(amount) FOR year IN (2023, 2024))
SELECT * FROM (SELECT 1 AS id, 10 AS a, 20 AS b) UNPIVOT (v FOR n IN (a, b)) ORDER BY n
SELECT * FROM (SELECT 1 AS id, 10 AS a, NULL AS b) UNPIVOT (v FOR n IN (a, b)) ORDER BY n
SELECT * FROM (SELECT 1 AS id, 10 AS a, CAST(NULL AS INT) AS b) UNPIVOT INCLUDE NULLS (v FOR n IN (a, b)) ORDER BY n
SELECT * FROM (SELECT 1 AS id, 10 AS a, 20L AS b) UNPIVOT (v FOR n IN (a AS `first`, b AS `second`)) AS u ORDER BY n
SELECT * FROM (SELECT 1 AS id, 10 AS a, 'x' AS b) UNPIVOT (v FOR n IN (a, b))
SELECT u.n, u.v FROM (SELECT 1 AS id, 10 AS a, 20.5 AS b) UNPIVOT (v FOR n IN (a, b)) u ORDER BY 1
SELECT * FROM (SELECT year, region, amount FROM sales) PIVOT (sum(amount) AS total FOR region IN ('east' AS e, 'west' AS w)) WHERE e > 50
SELECT * FROM sales PIVOT (max(amount) FOR nope IN ('Q1'))
SELECT * FROM sales PIVOT (amount FOR quarter IN ('Q1'))
SELECT year, count(*) FROM (SELECT * FROM sales PIVOT (sum(amount) FOR region IN ('east', 'west'))) GROUP BY year ORDER BY year
SELECT * FROM (SELECT dept_id, name, id FROM emp) PIVOT (count(id) AS c, max(name) AS n FOR dept_id IN (10, 20 AS twenty))
SELECT * FROM (SELECT year, quarter, amount FROM sales) PIVOT (sum(amount + 1) FOR quarter IN ('Q1', NULL)) ORDER BY year
SELECT u.* FROM (SELECT 1 AS id, 1.5 AS x, 2 AS y) UNPIVOT (val FOR key IN (x, y)) u ORDER BY key
SELECT * FROM dept UNPIVOT (v FOR n IN (dept_name, city)) ORDER BY dept_id, n
SELECT n, count(*) FROM dept UNPIVOT (v FOR n IN (dept_name, city)) GROUP BY n ORDER BY n
