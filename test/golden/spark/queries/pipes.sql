-- Pipe syntax: FROM t |> WHERE ... |> SELECT ...
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'a', 'x', 10.5D), (2, 'b', 'x', NULL), (3, 'c', 'y', 7D), (4, NULL, NULL, 3D) AS t(id, name, dept, salary)
CREATE OR REPLACE TEMPORARY VIEW dep AS SELECT * FROM VALUES ('x', 'bx', 100), ('z', 'bz', NULL), (NULL, 'bn', 5) AS t(dept, boss, budget)
FROM emp
FROM emp, dep
FROM emp, dep |> WHERE emp.id = 1 |> SELECT dep.boss
FROM emp |> WHERE emp.id > 1 |> SELECT emp.id, name |> SELECT emp.id + 1, name
FROM emp |> SELECT id |> WHERE emp.id = 2
FROM emp |> WHERE id > 1 |> WHERE emp.id = 2
FROM emp |> EXTEND id + 1 AS n |> WHERE emp.id = 1
FROM emp |> EXTEND id + 1 AS n |> SELECT emp.id
FROM emp |> EXTEND id + 1 |> SELECT *
FROM emp |> EXTEND id + 1 AS n, n + 1 AS m
FROM emp |> EXTEND sum(id) AS s
FROM emp |> SET id = sum(id)
FROM emp |> SET id = id + 1, id = 2
FROM emp |> SET id = id + 1, salary = id
FROM emp |> SET id = 1 AS x
FROM emp |> DROP id, name |> ORDER BY salary NULLS LAST
FROM emp |> DROP emp.id
FROM emp |> AS e |> SELECT e.id, emp.id
FROM emp |> AS e |> SELECT e.id
FROM emp |> AGGREGATE sum(id), count(*) GROUP BY dept |> SELECT *
FROM emp |> AGGREGATE sum(id) AS s GROUP BY dept AS d, upper(name) |> WHERE s > 1
FROM emp |> AGGREGATE id + 1 GROUP BY id
FROM emp |> AGGREGATE sum(id) + 1 AS x, max(dept) |> EXTEND x * 2
FROM emp |> AGGREGATE dept, sum(id) GROUP BY dept
FROM emp |> AGGREGATE sum(id) s GROUP BY dept |> SELECT emp.dept, s
FROM emp |> SELECT DISTINCT dept
FROM emp |> SELECT dept FROM dep
FROM emp |> SELECT dept WHERE id = 1
FROM emp |> WHERE id = 1 ORDER BY id
FROM emp |> ORDER BY id DESC LIMIT 2
FROM emp |> ORDER BY id |> SELECT id
FROM emp |> SORT BY id |> SELECT id
FROM emp |> ORDER BY id LIMIT 1 |> LIMIT 3 |> WHERE id > 0
FROM emp |> GROUP BY id
FROM emp |> HAVING id = 1
FROM emp |> UNION ALL SELECT * FROM emp WHERE id = 1
FROM emp |> SELECT id |> UNION ALL SELECT budget FROM dep WHERE budget > 1 |> ORDER BY id NULLS LAST
FROM emp |> SELECT id |> UNION ALL (SELECT 7) |> INTERSECT VALUES (7), (1) |> EXCEPT SELECT 1
FROM emp |> SELECT id |> UNION SELECT 1 UNION ALL SELECT 9
SELECT id FROM emp UNION ALL SELECT 9 |> WHERE id > 3
(SELECT id FROM emp ORDER BY id LIMIT 2) |> WHERE id > 1
WITH e AS (SELECT id FROM emp) FROM e |> WHERE id > 1 |> UNION ALL TABLE e
SELECT * FROM (FROM emp |> SELECT id) t WHERE t.id = 1
SELECT (FROM emp |> AGGREGATE max(id))
SELECT id FROM emp WHERE id IN (FROM emp |> WHERE id > 2 |> SELECT id)
FROM emp |> JOIN dep ON emp.dept = dep.dept |> SELECT emp.id, dep.boss, emp.dept
FROM emp |> CROSS JOIN dep |> SELECT count(*)
FROM emp |> AS e |> LEFT ANTI JOIN dep d ON e.dept = d.dept |> SELECT id
FROM emp |> SELECT id, dept |> NATURAL JOIN dep
FROM emp |> JOIN LATERAL (SELECT boss FROM dep WHERE dep.dept = emp.dept) |> SELECT id, boss
FROM emp |> SELECT id, dept |> PIVOT (count(id) FOR dept IN ('x' AS a, 'y')) |> SELECT a
FROM emp |> SELECT id, name, dept |> UNPIVOT (v FOR k IN (name, dept)) |> WHERE k = 'name'
FROM emp |> SELECT explode(array(1, id)) AS e |> WHERE e = 1
FROM emp |> EXTEND explode(array(1, id)) AS e |> SELECT e
FROM emp |> EXTEND row_number() OVER (ORDER BY id) rn |> WHERE rn = 1 |> DROP rn
FROM emp |> SELECT row_number() OVER w r WINDOW w AS (ORDER BY id DESC)
FROM emp |> WHERE row_number() OVER (ORDER BY id) = 1
FROM emp |> WHERE sum(id) > 1
FROM emp |> SELECT *, id AS j |> DROP id
FROM emp |> WHERE id = (SELECT max(id) FROM emp) |> SELECT id
FROM emp LATERAL VIEW explode(array(1)) t AS e |> SELECT id, e
FROM emp |> WHERE id = 1 | 1 |> SELECT id
FROM emp SELECT id |> WHERE id = 1
VALUES (1, 'a') AS t(x, y) |> SELECT x
VALUES (1, 'a') |> EXTEND col1 + 1
TABLE emp |> SELECT emp.id
FROM emp |> SELECT id AS a, a + 1 AS b
FROM emp |> FOO
(SELECT id FROM emp ORDER BY id LIMIT 2) |> WHERE id > 1
