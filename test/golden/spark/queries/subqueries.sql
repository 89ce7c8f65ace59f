-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT id FROM emp WHERE dept_id IN (SELECT dept_id FROM dept) ORDER BY id
SELECT id FROM emp WHERE dept_id NOT IN (SELECT dept_id FROM dept) ORDER BY id
SELECT id FROM emp WHERE dept_id NOT IN (SELECT dept_id FROM emp WHERE dept_id IS NULL) ORDER BY id
SELECT id FROM emp WHERE (dept_id, name) IN (SELECT dept_id, 'Ann' FROM dept) ORDER BY id
SELECT id FROM emp e WHERE EXISTS (SELECT 1 FROM dept d WHERE d.dept_id = e.dept_id) ORDER BY id
SELECT id FROM emp e WHERE NOT EXISTS (SELECT 1 FROM dept d WHERE d.dept_id = e.dept_id) ORDER BY id
SELECT id FROM emp e WHERE salary > (SELECT avg(salary) FROM emp) ORDER BY id
SELECT id FROM emp e WHERE salary = (SELECT max(salary) FROM emp b WHERE b.dept_id = e.dept_id) ORDER BY id
SELECT id, (SELECT dept_name FROM dept d WHERE d.dept_id = emp.dept_id) AS dn FROM emp ORDER BY id
SELECT id, (SELECT count(*) FROM dept d WHERE d.dept_id > emp.dept_id) AS c FROM emp ORDER BY id
SELECT (SELECT 1 AS one), (SELECT max(id) FROM emp) + 1
SELECT (SELECT id, name FROM emp WHERE id = 1)
SELECT id FROM emp WHERE id IN (SELECT id, name FROM emp)
SELECT id FROM emp WHERE id = (SELECT min(id) FROM emp WHERE id > 1)
WITH a AS (SELECT id FROM emp WHERE id < 3) SELECT * FROM a ORDER BY id
WITH a AS (SELECT id FROM emp), b AS (SELECT id + 10 AS id FROM a) SELECT a.id, b.id FROM a JOIN b ON a.id + 10 = b.id ORDER BY 1
WITH a(x, y) AS (SELECT id, name FROM emp) SELECT y, x FROM a WHERE x = 1
WITH emp AS (SELECT 99 AS id) SELECT * FROM emp
WITH a AS (SELECT 1 AS x) SELECT * FROM (WITH a AS (SELECT 2 AS x) SELECT x FROM a) UNION ALL SELECT x FROM a
WITH a AS (SELECT 1 AS x) SELECT (SELECT x FROM a) + (SELECT max(x) FROM a) AS s
WITH a AS (WITH b AS (SELECT 5 AS v) SELECT v * 2 AS w FROM b) SELECT w FROM a
SELECT * FROM (SELECT id, name FROM emp) t WHERE t.id = 1
SELECT * FROM (SELECT id, name FROM emp) AS t(a, b) WHERE t.a = 1
SELECT a FROM (SELECT id AS a FROM emp) WHERE a > 3 ORDER BY a
SELECT emp.id FROM (SELECT * FROM emp) ORDER BY 1
SELECT t.id FROM (SELECT * FROM emp) t JOIN (SELECT * FROM dept) u ON t.dept_id = u.dept_id ORDER BY 1
SELECT id FROM emp WHERE dept_id = ANY (SELECT dept_id FROM dept)
SELECT e.id FROM emp e WHERE e.dept_id IN (SELECT d.dept_id FROM dept d WHERE d.city = 'NY' OR d.dept_id = e.id) ORDER BY 1
SELECT id, id IN (SELECT dept_id FROM emp) AS b FROM emp ORDER BY id
SELECT id, EXISTS (SELECT 1 FROM dept WHERE dept.dept_id = emp.dept_id) AS has FROM emp ORDER BY id
SELECT * FROM emp WHERE id = 1 AND EXISTS (SELECT nope FROM dept)
SELECT dept_name FROM dept WHERE dept_id IN (SELECT dept_id FROM emp GROUP BY dept_id HAVING count(*) > 1)
SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(x, y) WHERE x = 2
SELECT * FROM VALUES (1, NULL), (2L, 'b') ORDER BY col1
VALUES (1, 'a'), (2, 'b')
SELECT * FROM VALUES (1), ('a') AS t(x)
SELECT * FROM VALUES (1, 2), (3) AS t(x, y)
SELECT * FROM VALUES (1.5), (2), (100.25) AS t(x)
SELECT count(*) FROM range(10)
SELECT id FROM range(2, 10, 3)
SELECT * FROM range(5, 0, -2)
TABLE dept
FROM dept SELECT dept_id ORDER BY dept_id
SELECT dept_id FROM dept ORDER BY dept_id LIMIT 2
SELECT dept_id FROM dept ORDER BY dept_id LIMIT 1 OFFSET 1
SELECT dept_id FROM dept ORDER BY dept_id OFFSET 2
SELECT dept_id FROM dept ORDER BY dept_id LIMIT 1 + 1
SELECT dept_id FROM dept LIMIT -1
SELECT dept_id FROM dept LIMIT 'a'
SELECT * FROM nope
SELECT * FROM emp LIMIT 0
SELECT id, CASE WHEN dept_id IN (SELECT dept_id FROM dept) THEN 'in' ELSE 'out' END AS c FROM emp ORDER BY id
SELECT id FROM emp WHERE id = 5 OR dept_id NOT IN (SELECT dept_id FROM emp WHERE id < 3) ORDER BY id
SELECT id FROM emp WHERE id = 4 OR NOT (dept_id IN (SELECT dept_id FROM dept WHERE city = 'NY')) ORDER BY id
SELECT id, dept_id NOT IN (SELECT dept_id FROM dept) AS n FROM emp ORDER BY id
SELECT id, (SELECT max(b.id) FROM emp b WHERE b.dept_id = e.dept_id AND b.id <> e.id) AS other FROM emp e ORDER BY id
SELECT id FROM emp e WHERE (SELECT count(*) FROM emp b WHERE b.dept_id = e.dept_id) > 1 ORDER BY id
SELECT id FROM emp e WHERE EXISTS (SELECT 1 FROM dept d WHERE d.dept_id = e.dept_id AND EXISTS (SELECT 1 FROM sales s WHERE s.amount = d.dept_id)) ORDER BY id
WITH a AS (SELECT dept_id, count(*) AS n FROM emp GROUP BY dept_id) SELECT x.dept_id, y.n FROM a x JOIN a y ON x.dept_id = y.dept_id ORDER BY 1
WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a
WITH a AS (SELECT id, name FROM emp) SELECT A.ID, b.id FROM a JOIN a AS b ON a.id = b.id + 1 ORDER BY 1
WITH t AS (SELECT * FROM emp WHERE id > 2) SELECT count(*), (SELECT min(id) FROM t) AS m FROM t
WITH t AS (SELECT id FROM emp) SELECT emp.id FROM emp WHERE id IN (SELECT id FROM t WHERE id < 3) ORDER BY id
WITH a AS (SELECT x FROM nope) SELECT 1
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(n, s) ORDER BY n DESC
SELECT * FROM (SELECT 1 AS a, 2 AS b) AS t(x)
SELECT (SELECT max(id) FROM emp WHERE name = outer_name) AS m FROM (SELECT 'Bob' AS outer_name)
SELECT max(id) - (SELECT min(id) FROM emp) AS d FROM emp
SELECT id FROM emp WHERE id > ALL (SELECT dept_id FROM dept)
SELECT id, name FROM emp WHERE id BETWEEN (SELECT 2) AND (SELECT 3) ORDER BY id
SELECT a.n FROM (SELECT count(*) AS n FROM emp) a WHERE a.n = (SELECT count(*) FROM emp)
SELECT * FROM (SELECT id FROM emp ORDER BY id DESC LIMIT 2) ORDER BY id
SELECT e.name, (SELECT d.dept_name FROM dept d WHERE d.dept_id = e.dept_id) || '!' AS x FROM emp e WHERE e.id < 3 ORDER BY 1
