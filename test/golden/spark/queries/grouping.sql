-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT dept_id, count(*) FROM emp GROUP BY dept_id ORDER BY dept_id
SELECT dept_id, count(*) AS n, sum(salary) AS total, avg(salary), min(name), max(hired) FROM emp GROUP BY dept_id ORDER BY dept_id
SELECT count(*), count(salary), count(DISTINCT dept_id), sum(id) FROM emp
SELECT count(*), sum(id), max(name) FROM emp WHERE id > 100
SELECT dept_id FROM emp GROUP BY dept_id HAVING count(*) > 1
SELECT dept_id, count(*) AS n FROM emp GROUP BY dept_id HAVING n > 1
SELECT dept_id AS d, sum(salary) AS s FROM emp GROUP BY d ORDER BY d
SELECT dept_id, sum(salary) AS s FROM emp GROUP BY 1 ORDER BY 2 DESC
SELECT upper(name) AS u, count(*) FROM emp GROUP BY upper(name) ORDER BY u
SELECT upper(name), count(*) FROM emp GROUP BY 1 ORDER BY 1
SELECT id % 2, count(*) FROM emp GROUP BY id % 2 ORDER BY id % 2
SELECT id % 2 + 1 AS k, sum(id) + 1 AS s FROM emp GROUP BY id % 2 ORDER BY k
SELECT dept_id, count(*) FROM emp GROUP BY ALL ORDER BY 1
SELECT dept_id, id % 2, count(*) FROM emp GROUP BY ALL ORDER BY 1, 2
SELECT dept_id, sum(id) FILTER (WHERE salary > 100) FROM emp GROUP BY dept_id ORDER BY 1
SELECT count(*) FILTER (WHERE dept_id IS NULL) AS n, count(DISTINCT dept_id) FILTER (WHERE id < 4) AS d FROM emp
SELECT year, quarter, sum(amount) FROM sales GROUP BY year, quarter WITH ROLLUP ORDER BY 1, 2, 3
SELECT year, quarter, sum(amount) FROM sales GROUP BY ROLLUP(year, quarter) ORDER BY 1, 2, 3
SELECT year, region, sum(amount) FROM sales GROUP BY CUBE(year, region) ORDER BY 1, 2, 3
SELECT year, region, sum(amount) FROM sales GROUP BY GROUPING SETS ((year), (region), ()) ORDER BY 1, 2, 3
SELECT year, quarter, grouping(year), grouping(quarter), grouping_id(), count(*) FROM sales GROUP BY CUBE(year, quarter) ORDER BY 1, 2, 3, 4
SELECT year, grouping_id(year, region) AS g, sum(amount) FROM sales GROUP BY year, region GROUPING SETS ((year, region), (year)) ORDER BY 1, 2, 3
SELECT year + 1 AS y, sum(amount) FROM sales GROUP BY ROLLUP(year + 1) ORDER BY 1
SELECT year, sum(amount) FROM sales GROUP BY year HAVING grouping(year) = 0
SELECT year, sum(amount) AS s FROM sales GROUP BY ROLLUP(year) HAVING grouping(year) = 1
SELECT year, region, sum(amount) FROM sales GROUP BY year, ROLLUP(region) ORDER BY 1, 2, 3
SELECT sum(amount) / count(*) AS r, sum(amount) * 1.0 / count(*) FROM sales
SELECT year, max(amount) - min(amount) AS spread FROM sales GROUP BY year ORDER BY spread
SELECT year FROM sales GROUP BY year ORDER BY sum(amount) DESC
SELECT year FROM sales GROUP BY year ORDER BY max(region), year DESC
SELECT sum(amount) FROM sales HAVING sum(amount) > 1000
SELECT 1 FROM sales HAVING count(*) > 3
SELECT 'x' AS k, count(*) FROM sales GROUP BY 'x'
SELECT year, 'c' AS c, count(*) FROM sales GROUP BY year, c ORDER BY year
SELECT s.a, count(*) FROM nest GROUP BY s.a ORDER BY 1
SELECT s.b.c, count(*) FROM nest GROUP BY s ORDER BY 2, 1
SELECT max(struct(salary, name)).name AS top FROM emp
SELECT CASE WHEN salary > 120 THEN 'high' ELSE 'low' END AS band, count(*) FROM emp GROUP BY CASE WHEN salary > 120 THEN 'high' ELSE 'low' END ORDER BY band
SELECT CASE WHEN salary > 120 THEN 'high' ELSE 'low' END AS band, count(*) FROM emp GROUP BY band ORDER BY band
SELECT a + b AS s, count(*) FROM VALUES (1, 2), (2, 1) AS t(a, b) GROUP BY b + a
SELECT year, count(*) AS c, c * 2 AS d, d + year AS e FROM sales GROUP BY year ORDER BY year
SELECT DISTINCT year, region FROM sales ORDER BY region, year DESC
SELECT DISTINCT count(*) FROM sales GROUP BY year, region ORDER BY 1
SELECT count(DISTINCT year, region), count(year, quarter) FROM sales
SELECT first(name), last(name), any_value(dept_id) FROM (SELECT * FROM emp WHERE id = 2)
SELECT collect_list(id), collect_set(dept_id) FROM (SELECT * FROM emp WHERE id = 1)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) AS p FROM emp
SELECT name, dept_id FROM emp GROUP BY dept_id
SELECT dept_id, count(*) FROM emp GROUP BY 3
SELECT dept_id, count(*) FROM emp GROUP BY 2
SELECT sum(count(*)) FROM emp
SELECT dept_id FROM emp GROUP BY count(*)
SELECT dept_id FROM emp WHERE count(*) > 1 GROUP BY dept_id
SELECT dept_id, count(*) FROM emp
SELECT grouping(year) FROM sales GROUP BY year
SELECT dept_id, (SELECT count(*) FROM dept d WHERE d.dept_id = emp.dept_id) AS c, sum(id) FROM emp GROUP BY dept_id, 2 ORDER BY 1
SELECT max((SELECT d.dept_name FROM dept d WHERE d.dept_id = emp.dept_id)) AS m FROM emp
SELECT * FROM (SELECT dept_id, sum(salary) s FROM emp GROUP BY dept_id) WHERE s > 120 ORDER BY dept_id
SELECT sum(salary) AS salary FROM emp HAVING sum(salary) > 10
SELECT dept_id AS id, count(id) FROM emp GROUP BY dept_id ORDER BY id
SELECT dept_id + 1, count(*) FROM emp GROUP BY dept_id HAVING dept_id + 1 > 11 ORDER BY 1
SELECT max(id) OVER () FROM emp GROUP BY id ORDER BY 1
SELECT dept_id, sum(sum(salary)) OVER (ORDER BY dept_id) AS running FROM emp GROUP BY dept_id ORDER BY dept_id
SELECT name AS id, count(*) FROM emp GROUP BY id ORDER BY 1
SELECT dept_id AS d, id % 2 AS p, count(*) AS n FROM emp GROUP BY d, p ORDER BY d, p
SELECT coalesce(dept_id, 0) AS d, count(*) FROM emp GROUP BY dept_id ORDER BY d
SELECT dept_id, count(*) AS n FROM emp GROUP BY dept_id ORDER BY count(*) DESC, dept_id
SELECT dept_id, count(*) AS n FROM emp GROUP BY dept_id ORDER BY n DESC, dept_id LIMIT 2
SELECT max(hired) AS latest, min(hired) AS first, max(latest_id) AS m FROM (SELECT hired, id AS latest_id FROM emp)
SELECT sum(x) AS s FROM VALUES (CAST(1.10 AS DECIMAL(10, 2))), (2.20) AS t(x)
SELECT avg(x) AS a, sum(x) / count(x) AS b FROM VALUES (CAST(1.10 AS DECIMAL(10, 2))), (2.20), (NULL) AS t(x)
SELECT year, region, sum(amount) AS total, sum(amount) * 100.0 / sum(sum(amount)) OVER (PARTITION BY year) AS pct FROM sales GROUP BY year, region ORDER BY 1, 2
SELECT year, count(DISTINCT region) AS r, count(DISTINCT quarter) AS q, sum(DISTINCT amount) AS s FROM sales GROUP BY year ORDER BY year
SELECT year, max_by(region, amount), min_by(region, amount) FROM sales GROUP BY year ORDER BY year
SELECT count(*) AS n, count_if(amount > 20) AS big, bool_and(year > 2000) AS a, bool_or(amount > 60) AS o FROM sales
SELECT year, CASE WHEN grouping(region) = 1 THEN 'all' ELSE region END AS r, sum(amount) FROM sales GROUP BY ROLLUP(year, region) HAVING year IS NOT NULL ORDER BY year, r
SELECT year y, sum(amount) s FROM sales s GROUP BY y HAVING s > 100
SELECT date_trunc('MONTH', hired) AS m, count(*) FROM emp GROUP BY date_trunc('MONTH', hired) ORDER BY m
SELECT year(hired) AS y, month(hired) AS m, count(*) AS c FROM emp WHERE hired IS NOT NULL GROUP BY year(hired), month(hired) ORDER BY y, m
SELECT dept_id, sum(salary) FROM emp WHERE dept_id IS NOT NULL GROUP BY dept_id HAVING sum(salary) > 160 AND min(id) < 3
SELECT * FROM emp GROUP BY id
SELECT id, name FROM emp GROUP BY id, name HAVING salary > 1
SELECT dept_id, id + count(*) FROM emp GROUP BY dept_id
SELECT array_sort(collect_list(name)) AS names, size(collect_set(dept_id)) AS n FROM emp
SELECT stddev(id), variance(id), stddev_pop(id), corr(id, dept_id) FROM emp WHERE dept_id IS NOT NULL
SELECT window.start, window.end, count(*) AS c FROM VALUES (TIMESTAMP'2024-01-01 00:01:00'), (TIMESTAMP'2024-01-01 00:04:00'), (TIMESTAMP'2024-01-01 00:11:00') AS t(ts) GROUP BY window(ts, '5 minutes') ORDER BY 1
SELECT transform(collect_list(id), x -> x * 2) FROM (SELECT * FROM emp WHERE id = 3)
SELECT dept_id, transform(array(max(id)), x -> x + dept_id) AS t FROM emp GROUP BY dept_id ORDER BY dept_id
SELECT sum(id) AS a, a + 1 AS b, b * 2 AS c FROM emp
SELECT 10 AS k, sum(id) FROM emp GROUP BY k
SELECT sum(1), count(NULL), sum(NULL), max('x') FROM emp
SELECT dept_id FROM emp GROUP BY dept_id, id HAVING id > 3 ORDER BY dept_id
SELECT DISTINCT dept_id, count(*) AS c FROM emp GROUP BY dept_id ORDER BY c DESC, dept_id
SELECT count(*) FROM (SELECT DISTINCT dept_id, id % 2 FROM emp)
SELECT any_value(s).a, first(arr)[1] FROM (SELECT * FROM nest WHERE id = 1)
SELECT grouping_id(year), grouping_id(nope) FROM sales GROUP BY CUBE(year)
