-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT ID, Name FROM emp WHERE id = 1
SELECT emp.id, e.id FROM emp e
SELECT nam FROM emp
SELECT e.nam FROM emp e
SELECT s.a, s.b.c FROM nest ORDER BY id
SELECT nest.s.a, S.B.C FROM nest ORDER BY id
SELECT s.* FROM nest ORDER BY id
SELECT s.nope FROM nest
SELECT id.x FROM nest
SELECT m.k1, m['k2'] FROM nest ORDER BY id
SELECT ss.f, ss[0].g FROM nest WHERE id < 3 ORDER BY id
SELECT arr[0], arr[1] + 1 FROM nest WHERE id = 1
SELECT struct(1, 'a').col1, named_struct('x', 5).x
SELECT struct(id, name AS n, id + 1) FROM emp WHERE id = 1
SELECT *, id + 1 AS next FROM dept, (SELECT 1 AS id) ORDER BY dept_id
SELECT * EXCEPT (salary, hired) FROM emp WHERE id = 1
SELECT emp.* EXCEPT (name) FROM emp WHERE id = 1
SELECT * EXCEPT (nope) FROM emp
SELECT x.* FROM emp
SELECT id AS a, a + 1 AS b, b * 2 AS c FROM emp WHERE id = 2
SELECT id + 1 AS id, id * 10 AS x FROM emp WHERE id = 2
SELECT id AS a, id + 1 AS a, a + 1 AS b FROM emp
SELECT id AS x FROM emp WHERE x = 1
SELECT upper(name) AS name FROM emp ORDER BY name
SELECT upper(name) AS u FROM emp ORDER BY length(u), u DESC
SELECT name FROM emp ORDER BY salary DESC
SELECT name FROM emp ORDER BY salary
SELECT name FROM emp ORDER BY hired DESC NULLS FIRST, id
SELECT id, name FROM emp ORDER BY 2 DESC
SELECT id FROM emp ORDER BY 2
SELECT id AS x, -id AS y FROM emp ORDER BY y
SELECT e.id AS id2 FROM emp e ORDER BY e.id DESC
SELECT DISTINCT dept_id FROM emp ORDER BY dept_id DESC
SELECT DISTINCT dept_id FROM emp ORDER BY id
SELECT id, id FROM emp WHERE id = 1
SELECT id FROM (SELECT id, id FROM emp) WHERE id = 1
SELECT id FROM (SELECT id, dept_id AS id FROM emp)
SELECT a.id FROM emp a JOIN emp b ON a.id = b.id ORDER BY id
SELECT a.id, b.id FROM emp a JOIN emp b ON a.id = b.id ORDER BY a.id
SELECT 1, 'a', 1.5, true, NULL, DATE'2024-01-01', 1 + 2, -id, NOT true, id = 1 FROM emp WHERE id = 1
SELECT count(*), count(1), sum(id + 1), max(emp.id), avg(DISTINCT id) FROM emp
SELECT CAST(id AS STRING), id::double, CASE WHEN id = 1 THEN 'x' ELSE 'y' END, id IN (1, 2), id BETWEEN 1 AND 2, name LIKE 'A%' FROM emp WHERE id = 1
SELECT if(id = 1, 'a', 'b'), coalesce(name, 'x'), upper(name), name || '!', id IS NULL, id IS NOT NULL FROM emp WHERE id = 1
SELECT `id` AS `my col`, `name` AS `select` FROM emp WHERE id = 1
SELECT `my col` + 1 FROM (SELECT id AS `my col` FROM emp) WHERE `my col` = 1
SELECT a.b FROM (SELECT named_struct('b', 1) AS a)
SELECT a.b FROM (SELECT 5 AS b) a
SELECT `a.b` FROM (SELECT 1 AS `a.b`)
SELECT transform(arr, x -> x + id) FROM nest WHERE id = 1
SELECT transform(arr, id -> id + 1) FROM nest WHERE id = 1
SELECT filter(ss, x -> x.f > 1) FROM nest WHERE id = 1
SELECT aggregate(arr, 0, (acc, x) -> acc + x, acc -> acc * 10) FROM nest WHERE id = 1
SELECT nosuchfunction(id) FROM emp
SELECT uper(name) FROM emp
SELECT * FROM emp t(a, b)
SELECT a, e FROM emp t(a, b, c, d, e) WHERE a = 1
SELECT current_database() IS NOT NULL AS c
SELECT id FROM emp WHERE name
SELECT id FROM emp WHERE id + 1
SELECT sum(id) AS s FROM emp HAVING s > 3
SELECT id, name n FROM emp ORDER BY n LIMIT 1
SELECT count(`count(1)`) FROM (SELECT count(*) FROM emp)
SELECT `count(1)` FROM (SELECT count(*) FROM emp)
SELECT dept_id, count(*) FROM emp GROUP BY dept_id ORDER BY `count(1)` DESC, dept_id LIMIT 1
SELECT id FROM emp ORDER BY ALL DESC
SELECT rand(5) = r AS same, r = r2 AS eq FROM (SELECT rand(5) AS r, r AS r2)
SELECT e.dept_id.x FROM emp e
SELECT *, *, id FROM (SELECT 1 AS id)
SELECT emp.id, (SELECT emp.id) AS z FROM emp WHERE id = 1
SELECT Id AS Foo, FOO + 1 AS bar FROM emp WHERE ID = 1
SELECT max(id) AS m, m + 1 AS n FROM emp
SELECT id AS a, (SELECT max(dept_id) FROM dept) AS b, a + b AS c FROM emp WHERE id = 1
SELECT explode(array(1, 2)) AS x, x + 1 AS y, y * 2 AS z
SELECT name AS n, upper(n) AS u, length(u) AS l FROM emp WHERE id = 1
SELECT named_struct('k', id) AS st, st.k + 1 AS p FROM emp WHERE id = 1
SELECT id AS `a b`, `a b` + 1 AS c FROM emp WHERE id = 1
SELECT e.id AS id, id + 1 AS n FROM emp e WHERE e.id = 1
SELECT 1 AS id, id AS x FROM emp WHERE emp.id = 3
SELECT id x, id y FROM emp ORDER BY y DESC LIMIT 1
SELECT id, salary AS id2 FROM emp ORDER BY emp.salary DESC NULLS LAST LIMIT 1
SELECT id AS salary FROM emp ORDER BY salary DESC LIMIT 1
SELECT -id AS id FROM emp ORDER BY id LIMIT 1
SELECT abs(id) FROM emp ORDER BY abs(id) DESC LIMIT 1
SELECT id + 1 FROM emp ORDER BY id + 1 DESC LIMIT 1
SELECT DISTINCT upper(name) AS u FROM emp ORDER BY upper(name)
SELECT DISTINCT name FROM emp ORDER BY upper(name)
SELECT id FROM emp ORDER BY dept_id DESC NULLS LAST, salary, id
SELECT s.A AS x, s.B.C AS y, S.b AS z FROM nest ORDER BY id
SELECT nest.* EXCEPT (arr, m, ss) FROM nest ORDER BY id
SELECT s FROM nest WHERE s.a = 1
SELECT id FROM nest WHERE s.b.c = 'x'
SELECT m['k1'] + 1, element_at(arr, 1), ss.f[0] FROM nest WHERE id = 1
SELECT count(s.a), max(s.a), sum(m['k1']) FROM nest
SELECT exists(arr, x -> x > 2), forall(arr, x -> x > 0), zip_with(arr, arr, (a, b) -> a * b) FROM nest WHERE id = 1
SELECT transform(arr, (x, i) -> x * i) AS t, map_filter(m, (k, v) -> v > 1) AS f FROM nest WHERE id = 1
SELECT transform(arr, x -> transform(arr, y -> x * y)) FROM nest WHERE id = 1
SELECT transform(arr, x -> (SELECT max(id) FROM emp)) FROM nest WHERE id = 1
SELECT emp FROM emp
SELECT emp.emp.id FROM emp
SELECT id id, name FROM emp WHERE emp.name = 'Ann'
SELECT array(id, dept_id) AS a, map(name, id) AS m, struct(*) AS s FROM (SELECT id, dept_id, name FROM emp WHERE id = 1)
SELECT coalesce(*) FROM (SELECT NULL AS a, 2 AS b)
SELECT concat(*) FROM (SELECT 'x' AS a, 'y' AS b)
SELECT count(*) + count(dept_id) AS t FROM emp
SELECT 1 + 2 * 3 - 4, (1 + 2) * 3, 10 / 4, -(-1), 5 % 3, 1 = 1 AND 2 > 1 OR false, NOT (1 > 2)
SELECT 'it''s', "dq", 'a\nb', 1L, 1.0, 1e2, .5, -3
SELECT id IN (1, 2) AND name LIKE 'A%' AS x, id NOT IN (1, 2), name NOT LIKE 'A%', id NOT BETWEEN 1 AND 2, name RLIKE '^A', name ILIKE 'a%' FROM emp WHERE id = 1
SELECT extract(YEAR FROM hired), hired::string, date_format(hired, 'yyyy'), current_date() = current_date FROM emp WHERE id = 1
SELECT nullif(id, 1), nvl2(dept_id, 'y', 'n'), decode(id, 1, 'one', 'other') FROM emp WHERE id = 1
SELECT `t`.`id` FROM emp AS `t` WHERE `t`.`ID` = 1
SELECT 1 AS `x y`, 2 AS `x.y`, 3 AS `ü`, 4 AS `"q"`
SELECT `x.y` + 1 FROM (SELECT 2 AS `x.y`)
SELECT 1 AS a, 2 AS A
SELECT a FROM (SELECT 1 AS a, 2 AS A)
SELECT t.a FROM (SELECT 1 AS a, 2 AS A) t
SELECT e.id AS a, a + 1 AS b, d.dept_name AS n, upper(n) AS u FROM emp e JOIN dept d ON e.dept_id = d.dept_id ORDER BY e.salary DESC
SELECT id AS a, a AS b, b AS c, c AS d FROM emp WHERE id = 1
SELECT id, explode(array(id, id + 1)) AS x, x * 2 AS y, dept_name FROM emp JOIN dept USING (dept_id) WHERE id = 1 ORDER BY y
SELECT sum(id) AS total, total / count(*) AS mean FROM emp HAVING total > 1
SELECT dept_id, count(*) AS n, n + 1 AS m FROM emp GROUP BY dept_id HAVING m > 2
SELECT -2147483648 AS least, 2147483647 AS most, -9223372036854775808 AS l
SELECT count(DISTINCT *) FROM (SELECT dept_id, id % 2 AS p FROM emp)
SELECT id, name FROM emp e WHERE EXISTS (SELECT 1 FROM dept d WHERE d.dept_id = e.dept_id AND e.name = 'Ann')
SELECT t.x FROM (SELECT e.id AS x, d.* FROM emp e JOIN dept d USING (dept_id)) t WHERE t.dept_name = 'Sales' ORDER BY 1
SELECT id, CASE WHEN id > 1 THEN (SELECT max(dept_id) FROM dept) ELSE 0 END AS m FROM emp ORDER BY id LIMIT 2
SELECT dept_id, count(*) FROM emp GROUP BY dept_id ORDER BY salary
SELECT dept_id, sum(id) AS s FROM emp GROUP BY dept_id ORDER BY s + dept_id DESC NULLS LAST
