-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT id, explode(arr) FROM nest ORDER BY 1, 2
SELECT id, explode(arr) AS e FROM nest ORDER BY id, e
SELECT id, explode_outer(arr) AS e FROM nest ORDER BY id, e
SELECT id, posexplode(arr) FROM nest ORDER BY id, pos
SELECT id, posexplode(arr) AS (p, v) FROM nest ORDER BY id, p
SELECT id, explode(m) FROM nest ORDER BY id, key
SELECT id, explode(m) AS (k, v) FROM nest ORDER BY id, k
SELECT id, inline(ss) FROM nest ORDER BY id, f
SELECT inline(array(struct(1, 'a'), struct(2, 'b')))
SELECT stack(2, 1, 'a', 2, 'b')
SELECT stack(2, 1, 'a', 2, 'b') AS (n, s)
SELECT id, e FROM nest LATERAL VIEW explode(arr) t AS e ORDER BY id, e
SELECT id, t.e FROM nest LATERAL VIEW OUTER explode(arr) t AS e ORDER BY id, e
SELECT id, e, f FROM nest LATERAL VIEW explode(arr) a AS e LATERAL VIEW explode(array(e, e * 10)) b AS f ORDER BY id, e, f
SELECT id, k, v FROM nest LATERAL VIEW explode(m) t AS k, v ORDER BY id, k
SELECT id, p, e FROM nest LATERAL VIEW posexplode(arr) t AS p, e ORDER BY id, p
SELECT id, x.* FROM nest LATERAL VIEW inline(ss) x AS a, b ORDER BY id, a
SELECT id, explode(arr) AS e, e + 1 AS n FROM nest ORDER BY id, e
SELECT explode(array(1, 2, 3)) AS x
SELECT * FROM explode(array(1, 2, 3))
SELECT * FROM explode(array(1, 2, 3)) AS t(x) WHERE x > 1
SELECT n.id, t.x FROM nest n, LATERAL explode(n.arr) AS t(x) ORDER BY 1, 2
SELECT a, b FROM (SELECT '{"a": 1, "b": "x"}' AS j) LATERAL VIEW json_tuple(j, 'a', 'b') t AS a, b
SELECT json_tuple('{"a": 1, "b": "x"}', 'a', 'b')
SELECT explode(collect_list(id)) AS e FROM emp ORDER BY e
SELECT count(*) FROM (SELECT explode(arr) FROM nest)
SELECT e, count(*) FROM nest LATERAL VIEW explode(arr) t AS e GROUP BY e ORDER BY e
SELECT id, explode(arr), explode(arr) FROM nest
SELECT id, explode(arr) + 1 FROM nest
SELECT id FROM nest WHERE explode(arr) = 1
SELECT id, explode(id) FROM nest
SELECT id, posexplode(arr) AS p FROM nest
SELECT id, explode(sequence(1, id)) AS x FROM nest WHERE id < 3 ORDER BY 1, 2
SELECT id, size(arr), explode(split('a,b', ',')) AS w FROM nest WHERE id = 1
SELECT id, k.e FROM nest LATERAL VIEW explode(arr) k AS e WHERE k.e > 1 ORDER BY id, e
SELECT id, count(e) AS c FROM nest LATERAL VIEW OUTER explode(arr) t AS e GROUP BY id ORDER BY id
SELECT n.id, s.f FROM nest n LATERAL VIEW inline(n.ss) s WHERE s.g = 'p'
SELECT explode(array(1, 2)) AS x, explode(array('a', 'b')) AS y
SELECT explode(map('a', 1, 'b', 2))
SELECT id, explode(array(id, id * 10)) AS e FROM emp WHERE id < 3 ORDER BY e
SELECT e, e * 2 AS d FROM (SELECT explode(array(1, 2, 3)) AS e) WHERE e <> 2 ORDER BY e
SELECT x, count(*) AS c FROM (SELECT explode(arr) AS x FROM nest) GROUP BY x ORDER BY x
SELECT name, p.pos, p.col FROM emp LATERAL VIEW posexplode(array('u', 'v')) p WHERE id = 1 ORDER BY p.pos
SELECT id, explode(CAST(NULL AS ARRAY<INT>)) FROM nest
SELECT id, word FROM (SELECT 1 AS id, 'to be or' AS txt) LATERAL VIEW explode(split(txt, ' ')) w AS word ORDER BY word
SELECT id, v.* FROM nest LATERAL VIEW explode(m) v AS k, val WHERE id = 1 ORDER BY k
SELECT t.id, u.c FROM (SELECT 1 AS id, array(3, 4) AS a) t LATERAL VIEW explode(t.a) u AS c ORDER BY c
