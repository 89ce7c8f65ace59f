-- Smallest queries on which random ones once differed, and query forms with edges of their own.
CREATE OR REPLACE TEMPORARY VIEW pairs AS SELECT * FROM VALUES (1, 'x', array(1, 2)), (2, 'x', array(NULL)), (3, NULL, NULL), (4, 'y', array()), (5, 'z', array(3)) AS t(id, k, a)
CREATE OR REPLACE TEMPORARY VIEW keyed AS SELECT * FROM VALUES ('x', 100), ('z', NULL), (NULL, 5) AS t(k, v)
SELECT * FROM pairs LEFT SEMI JOIN keyed USING (k)
SELECT p.*, q.v FROM keyed p, keyed q FULL JOIN pairs r ON r.id = 1 AND p.k = 'x'
SELECT count(*) FROM keyed a, keyed b FULL JOIN keyed c ON c.v = 5
SELECT * FROM range(2) a, range(2) b JOIN range(3) c USING (id)
SELECT * FROM range(2) a JOIN range(2) b ON a.id = b.id, range(3) c
SELECT count(*) FROM range(0) GROUP BY GROUPING SETS (())
SELECT id, count(*) FROM range(0) GROUP BY CUBE(id)
SELECT count(*) FROM range(0) GROUP BY ROLLUP(id) HAVING count(*) = 0
SELECT 'a', upper('a'), max('a'), id, grouping('a') FROM range(3) GROUP BY ROLLUP(id, 'a')
SELECT 1Y FROM range(3) GROUP BY CUBE(1Y)
SELECT a FROM pairs ORDER BY a
SELECT a FROM pairs ORDER BY 1 DESC
SELECT id, row_number() OVER (ORDER BY a, id) FROM pairs
SELECT stack(2, 1, 'a', 2L, 'b')
SELECT stack(2, 1, 'a', NULL, 'b')
SELECT id, sum(row_number() OVER (ORDER BY id)) OVER (ORDER BY id) s FROM range(4)
SELECT id, rank() OVER (ORDER BY sum(id) OVER (PARTITION BY id % 2), id) s FROM range(4)
SELECT id, lag(sum(id) OVER (ORDER BY id)) OVER (ORDER BY id) + 1 FROM range(4)
SELECT id % 2, sum(sum(sum(id)) OVER ()) OVER () s FROM range(4) GROUP BY id % 2
SELECT id, sum(id) OVER (ORDER BY 1 RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM range(3)
SELECT id, sum(id) OVER (ORDER BY 1 RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING) FROM range(3)
SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND 1.5 FOLLOWING) FROM range(3)
SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW) FROM range(3)
SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND 1S FOLLOWING) FROM range(3)
SELECT sum(id) OVER (ORDER BY string(id) RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM range(3)
SELECT sum(id) OVER (ORDER BY id, id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM range(3)
SELECT sum(id) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM range(3)
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM range(3)
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED FOLLOWING AND CURRENT ROW) FROM range(3)
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN id PRECEDING AND CURRENT ROW) FROM range(3)
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN -1 PRECEDING AND 1 FOLLOWING) FROM range(3)
SELECT rank() OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM range(3)
SELECT lag(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM range(3)
SELECT sum(DISTINCT id) OVER (ORDER BY id) FROM range(3)
SELECT sum(id) FILTER (WHERE id > 0) OVER () FROM range(3)
SELECT (SELECT max(v) FROM keyed q WHERE q.k = p.k AND q.v <= p.id + 100), EXISTS (SELECT 1 FROM keyed q WHERE q.k = p.k), p.id IN (SELECT v FROM keyed q WHERE q.k < p.k), (SELECT 1) FROM pairs p
SELECT double('Infinity'), double('1') + 1, int(id), int(id) + 1, string(1), upper(string(id)), cast(id AS int) + 1, -0.0D FROM range(2)
SELECT cume_dist() OVER (ORDER BY id), percent_rank() OVER (ORDER BY id) FROM range(2)
SELECT mask('Ab', lowerChar => 'q')
SELECT mask(lowerChar => 'q', str => 'AbCD123-@$#')
SELECT mask(upperChar => 'Q', 'Ab')
SELECT mask('Ab', upperChar => 'Q', upperChar => 'R')
SELECT mask('Ab', str => 'x')
SELECT mask('Ab', nosuch => 'q')
SELECT mask(lowerChar => 'q')
SELECT upper(str => 'x')
SELECT explode(collection => array(1, 2))
SELECT * FROM posexplode(collection => array(1))
SELECT * FROM inline(input => array(struct(1)))
SELECT id, nam, val, k FROM pairs UNPIVOT (val FOR nam IN (k)) AS u RIGHT JOIN keyed ON val = k
SELECT count(*) FROM pairs UNPIVOT (val FOR nam IN (k)) AS u, keyed
SELECT id % 2 a, id b, count(*) FROM range(3) GROUP BY GROUPING SETS ((id % 2), CUBE(id), ())
CREATE OR REPLACE TEMPORARY VIEW nested AS SELECT * FROM VALUES (1, 'x', named_struct('x', 1, 'y', 'a', 'z', named_struct('p', 1, 'q', 2))), (2, 'y', NULL) AS t(a, b, s)
SELECT * EXCEPT (s.x) FROM nested
SELECT * EXCEPT (s.z.p, a) FROM nested
SELECT * EXCEPT (nested.s.x, s.Y) FROM nested
SELECT s.* EXCEPT (z.p) FROM nested
SELECT * EXCEPT (s, s.x) FROM nested
SELECT * EXCEPT (a, a) FROM nested
SELECT * EXCEPT (s.nope) FROM nested
SELECT a FROM IDENTIFIER('nes' || 'ted')
SELECT IDENTIFIER(concat('a', '')), IDENTIFIER('up' || lower('PER'))(b) FROM nested ORDER BY IDENTIFIER('a')
SELECT * FROM IDENTIFIER('ran' || 'ge')(3)
SELECT IDENTIFIER(a) FROM nested
SELECT IDENTIFIER(NULL) FROM nested
SELECT IDENTIFIER(1) FROM nested
FROM nested |> AGGREGATE count(*) AS c GROUP BY 1
FROM nested |> AGGREGATE sum(length(b)) AS c, max(a) GROUP BY 2, 1
FROM nested |> AGGREGATE sum(a) AS c GROUP BY b, 1
SELECT count(*) FROM nested GROUP BY ()
SELECT count(*) FROM nested GROUP BY GROUPING SETS (())
SELECT * FROM VALUES (1, 2) AS t(a, b, c)
SELECT * FROM explode(array(1)) AS t(a, b)
SELECT * FROM range(3) AS t(a, b)
SELECT count(*) FROM nested TABLESAMPLE (BUCKET 4 OUT OF 4)
SELECT count(*) FROM nested TABLESAMPLE (100.0000001 PERCENT)
SELECT count(*) FROM nested TABLESAMPLE (2.5 ROWS)
SELECT count(*) FROM nested TABLESAMPLE (-5 ROWS)
SELECT position('a' IN 'ba'), position('a', 'ba')
SELECT first_value(a) IGNORE NULLS OVER (ORDER BY b), last_value(a) IGNORE NULLS OVER (ORDER BY b), lag(a) IGNORE NULLS OVER (ORDER BY b), nth_value(a, 2) IGNORE NULLS OVER (ORDER BY b) FROM nested
SELECT coalesce(DATE'2024-01-31', DATE'2024-02-29') - INTERVAL '1' MONTH
SELECT a FROM VALUES (1), (2) AS t(a) WHERE EXISTS (SELECT 1 FROM VALUES (array(1, 7)), (array(3)) AS u(brr) WHERE exists(filter(brr, y -> y < 5), x -> x = t.a))
SELECT a, z FROM VALUES (1), (2) AS t(a), LATERAL (SELECT filter(brr, x -> x > t.a) AS z FROM VALUES (array(1, 7)), (array(2)) AS u(brr)) ORDER BY a, z
SELECT a, z FROM VALUES (1), (2) AS t(a), LATERAL (SELECT aggregate(brr, b, (p, q) -> p + q * t.a) AS z FROM VALUES (5, array(1, 7)) AS u(b, brr)) ORDER BY a
