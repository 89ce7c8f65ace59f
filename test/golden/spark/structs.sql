SELECT struct(1, 'a'), struct(1 AS x, 'a' AS y), named_struct('x', 1, 'y', NULL), struct(x, x + 1, y AS z) FROM VALUES (1, 'q') AS t(x, y);
SELECT struct(1 AS x).x, named_struct('a', named_struct('b', 5)).a.b, struct(x).x, struct(1, 2).col2 FROM VALUES (1) AS t(x);
SELECT s.a, s.b FROM VALUES (named_struct('a', 1, 'b', 'x')), (NULL) AS t(s);
SELECT named_struct('x');
SELECT struct(1 AS a, 2 AS b) = struct(1 AS a, 2 AS b), struct(1 AS a) < struct(2 AS a), struct(1, NULL) = struct(1, NULL), struct(1, NULL) <=> struct(1, NULL);
SELECT struct(1 AS x).y;
SELECT s.* FROM VALUES (named_struct('a', 1, 'b', 'x')) AS t(s);
SELECT struct(*), struct(t.*) FROM VALUES (1, 'a') AS t(x, y);
