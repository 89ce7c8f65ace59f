-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT e.name, d.dept_name FROM emp e JOIN dept d ON e.dept_id = d.dept_id ORDER BY e.id
SELECT e.name, d.dept_name FROM emp e LEFT JOIN dept d ON e.dept_id = d.dept_id ORDER BY e.id
SELECT e.name, d.dept_name FROM emp e RIGHT OUTER JOIN dept d ON e.dept_id = d.dept_id ORDER BY d.dept_id, e.id
SELECT e.name, d.dept_name FROM emp e FULL OUTER JOIN dept d ON e.dept_id = d.dept_id ORDER BY e.id, d.dept_id
SELECT * FROM emp LEFT SEMI JOIN dept ON emp.dept_id = dept.dept_id ORDER BY id
SELECT * FROM emp LEFT ANTI JOIN dept ON emp.dept_id = dept.dept_id ORDER BY id
SELECT id FROM emp SEMI JOIN dept USING (dept_id) ORDER BY id
SELECT id FROM emp ANTI JOIN dept USING (dept_id) ORDER BY id
SELECT * FROM emp JOIN dept USING (dept_id) ORDER BY id
SELECT * FROM emp LEFT JOIN dept USING (dept_id) ORDER BY id
SELECT * FROM emp RIGHT JOIN dept USING (dept_id) ORDER BY dept_id, id
SELECT * FROM emp FULL JOIN dept USING (dept_id) ORDER BY dept_id, id
SELECT dept_id, emp.dept_id AS e, dept.dept_id AS d FROM emp FULL JOIN dept USING (dept_id) ORDER BY dept_id, emp.id
SELECT dept_id, emp.dept_id, dept.dept_id FROM emp RIGHT JOIN dept USING (dept_id) ORDER BY dept_id, emp.id
SELECT emp.* FROM emp JOIN dept USING (dept_id) ORDER BY id
SELECT dept.* FROM emp JOIN dept USING (dept_id) ORDER BY emp.id
SELECT * FROM emp NATURAL JOIN dept ORDER BY id
SELECT * FROM emp NATURAL LEFT JOIN dept ORDER BY id
SELECT e.id, d.dept_id FROM emp e CROSS JOIN dept d ORDER BY 1, 2
SELECT e.id, d.dept_id FROM emp e, dept d WHERE e.dept_id = d.dept_id ORDER BY 1, 2
SELECT a.id, b.id FROM emp a JOIN emp b ON a.dept_id = b.dept_id AND a.id < b.id
SELECT a.id, b.id FROM emp a JOIN emp b ON a.salary > b.salary ORDER BY 1, 2
SELECT e.id, d.city FROM emp e LEFT JOIN dept d ON e.dept_id = d.dept_id AND d.city = 'NY' ORDER BY 1
SELECT e.id, d.city FROM emp e LEFT JOIN dept d ON e.dept_id = d.dept_id WHERE d.city IS NULL ORDER BY 1
SELECT e.id, d.dept_id FROM emp e FULL JOIN dept d ON e.dept_id < d.dept_id AND e.id > 1 ORDER BY 1, 2
SELECT e.id, d.dept_name, s.total FROM emp e JOIN dept d ON e.dept_id = d.dept_id JOIN (SELECT dept_id, sum(salary) AS total FROM emp GROUP BY dept_id) s ON s.dept_id = d.dept_id ORDER BY e.id
SELECT a.id, d.dept_name FROM emp a JOIN (emp b JOIN dept d ON b.dept_id = d.dept_id) ON a.id = b.id ORDER BY 1
SELECT e.id, x.n FROM emp e JOIN LATERAL (SELECT e.id * 2 AS n) x ORDER BY 1
SELECT e.id, x.c FROM emp e, LATERAL (SELECT count(*) AS c FROM emp b WHERE b.dept_id = e.dept_id) x ORDER BY 1
SELECT e.id, x.m FROM emp e LEFT JOIN LATERAL (SELECT b.id AS m FROM emp b WHERE b.dept_id = e.dept_id AND b.id > e.id) x ORDER BY 1
SELECT * FROM emp e JOIN dept d ON e.dept_id <=> d.dept_id ORDER BY e.id
SELECT count(*) FROM emp JOIN dept
SELECT e.id FROM emp e JOIN dept d ON e.dept_id
SELECT * FROM emp JOIN dept USING (nope)
SELECT dept_id FROM emp JOIN dept ON emp.dept_id = dept.dept_id
SELECT id FROM emp e JOIN dept d USING (dept_id) JOIN (SELECT 10 AS dept_id, 'z' AS z) q USING (dept_id) ORDER BY id
SELECT * FROM (SELECT 1 AS k, 'a' AS v) JOIN (SELECT CAST(1 AS BIGINT) AS k, 'b' AS w) USING (k)
SELECT * FROM (SELECT 1 AS k, 'a' AS v) FULL JOIN (SELECT CAST(2 AS BIGINT) AS k, 'b' AS w) USING (k) ORDER BY k
SELECT t.id, u.id FROM range(3) t JOIN range(1, 5, 2) u ON t.id = u.id
SELECT e.id FROM emp e JOIN dept d ON e.dept_id = d.dept_id AND EXISTS (SELECT 1 FROM sales s WHERE s.year = 2023 AND s.amount = d.dept_id) ORDER BY 1
SELECT max(e.id) FROM emp e JOIN dept d ON e.dept_id = d.dept_id AND max(e.id) > 1
SELECT EMP.ID, Dept.DEPT_Name FROM Emp JOIN DEPT ON emp.DEPT_ID = dept.dept_id ORDER BY 1
SELECT * FROM (SELECT 1 AS a) NATURAL JOIN (SELECT 2 AS b)
SELECT e.*, d.* FROM emp e LEFT JOIN dept d USING (dept_id) ORDER BY e.id
SELECT dept_id FROM emp RIGHT JOIN dept USING (dept_id) WHERE dept_id > 10 ORDER BY dept_id
SELECT dept_id, count(*) FROM emp FULL JOIN dept USING (dept_id) GROUP BY dept_id ORDER BY dept_id
SELECT * FROM emp e JOIN dept d USING (dept_id) JOIN (SELECT 'NY' AS city, 1 AS rank) c USING (city) ORDER BY id
SELECT e.id, f.id, d.dept_name FROM emp e LEFT JOIN emp f ON e.id = f.id + 1 LEFT JOIN dept d ON f.dept_id = d.dept_id ORDER BY e.id
SELECT a.x, b.y, c.z FROM VALUES (1), (2) AS a(x) LEFT JOIN VALUES (1) AS b(y) ON x = y FULL JOIN VALUES (2), (3) AS c(z) ON x = z ORDER BY x, z
SELECT e.id FROM emp e LEFT SEMI JOIN dept d ON e.dept_id = d.dept_id AND d.city IS NOT NULL WHERE e.id > 1 ORDER BY id
SELECT d.city FROM emp e LEFT SEMI JOIN dept d ON e.dept_id = d.dept_id
SELECT count(*) FROM emp a JOIN emp b USING (id, name)
SELECT t.name, u.name FROM emp t JOIN emp u ON t.name < u.name AND t.dept_id = u.dept_id
SELECT e.id FROM emp e JOIN dept d ON e.dept_id = d.dept_id OR e.id = 4 ORDER BY e.id, d.dept_id
SELECT e.id, e.salary FROM emp e JOIN (SELECT dept_id, max(salary) AS salary FROM emp GROUP BY dept_id) m ON e.dept_id = m.dept_id AND e.salary = m.salary ORDER BY 1
SELECT e.id FROM emp e, LATERAL (SELECT d.city FROM dept d WHERE d.dept_id = e.dept_id) AS x(c) WHERE c = 'NY' ORDER BY 1
