-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a
SELECT 1 AS a UNION SELECT 1
SELECT dept_id FROM emp UNION SELECT dept_id FROM dept ORDER BY dept_id
SELECT dept_id FROM emp INTERSECT SELECT dept_id FROM dept ORDER BY 1
SELECT dept_id FROM emp EXCEPT SELECT dept_id FROM dept ORDER BY 1
SELECT dept_id FROM emp MINUS SELECT dept_id FROM dept ORDER BY 1
SELECT dept_id FROM emp INTERSECT ALL SELECT dept_id FROM emp ORDER BY 1
SELECT dept_id FROM emp EXCEPT ALL SELECT dept_id FROM dept ORDER BY 1
SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2L, 'y' ORDER BY a
SELECT 1 AS a UNION ALL SELECT 1.5 ORDER BY a
SELECT 1 AS a UNION ALL SELECT CAST(1.5 AS DOUBLE) ORDER BY a
SELECT 1.25 AS a UNION ALL SELECT 100L ORDER BY a
SELECT DATE'2024-01-01' AS d UNION ALL SELECT TIMESTAMP'2024-01-02 10:00:00' ORDER BY d
SELECT NULL AS a UNION ALL SELECT 1 ORDER BY a
SELECT 'a' AS x UNION ALL SELECT 1
SELECT '7' AS x UNION ALL SELECT 1 ORDER BY x
SELECT array(1) AS x UNION ALL SELECT array(2L)
SELECT named_struct('a', 1) AS x UNION ALL SELECT named_struct('a', 2L)
SELECT 1 UNION ALL SELECT 1, 2
SELECT 1 AS a UNION ALL SELECT array(1)
SELECT 1 AS a UNION ALL SELECT 2 UNION SELECT 2 ORDER BY 1
SELECT 1 AS a UNION ALL (SELECT 2 INTERSECT SELECT 2) ORDER BY 1
SELECT 1 AS a UNION SELECT 2 INTERSECT SELECT 2 ORDER BY a
(SELECT 3 AS a ORDER BY a LIMIT 1) UNION ALL (SELECT 2) ORDER BY a DESC
SELECT a FROM (SELECT 1 AS a UNION ALL SELECT 2) WHERE a > 1
SELECT id FROM emp UNION ALL SELECT dept_id FROM dept ORDER BY id LIMIT 3
SELECT id AS x FROM emp UNION ALL SELECT dept_id FROM dept ORDER BY id
SELECT * FROM emp EXCEPT SELECT * FROM emp WHERE id > 1
SELECT id, name FROM emp WHERE id = 1 UNION ALL SELECT dept_id, dept_name FROM dept ORDER BY 1
SELECT 1 AS a UNION ALL SELECT 2 ORDER BY a + 1 DESC
SELECT count(*) FROM (SELECT dept_id FROM emp UNION SELECT dept_id FROM dept)
