-- The rows that the statements below read.
CREATE OR REPLACE TEMPORARY VIEW emp AS SELECT * FROM VALUES (1, 'Ann', 10, 100.50, DATE'2020-01-15'), (2, 'Bob', 10, 200.00, DATE'2021-03-01'), (3, 'Cid', 20, 150.25, DATE'2019-07-30'), (4, 'Dan', NULL, 99.99, NULL), (5, 'eve', 30, NULL, DATE'2022-12-31') AS t(id, name, dept_id, salary, hired)
CREATE OR REPLACE TEMPORARY VIEW dept AS SELECT * FROM VALUES (10, 'Sales', 'NY'), (20, 'Dev', 'LA'), (40, 'Ops', NULL) AS t(dept_id, dept_name, city)
CREATE OR REPLACE TEMPORARY VIEW nest AS SELECT * FROM VALUES (1, named_struct('a', 1, 'b', named_struct('c', 'x')), array(1, 2, 3), map('k1', 1, 'k2', 2), array(named_struct('f', 1, 'g', 'p'), named_struct('f', 2, 'g', 'q'))), (2, named_struct('a', 2, 'b', NULL), array(), map('k1', 5), array(named_struct('f', 3, 'g', NULL))), (3, NULL, NULL, NULL, NULL) AS t(id, s, arr, m, ss)
CREATE OR REPLACE TEMPORARY VIEW sales AS SELECT * FROM VALUES (2023, 'Q1', 'east', 10), (2023, 'Q1', 'west', 20), (2023, 'Q2', 'east', 30), (2023, 'Q2', 'west', NULL), (2024, 'Q1', 'east', 50), (2024, 'Q2', 'east', 60), (2024, 'Q2', 'west', 70), (2024, NULL, 'west', 5) AS t(year, quarter, region, amount)
--
SELECT 1 + 1.5, 1 * 2.50, 1 / 2, 1.0 / 3, 7 % 3, 7.5 % 2, 5 div 2
SELECT id + salary, id * salary, salary / id, salary - id FROM emp WHERE id = 1
SELECT salary * 2, salary + 1, salary / 3 FROM emp WHERE id = 1
SELECT '1' + 1, '1.5' + 1, '2' * 1.5, '7' / 2
SELECT 'a' + 1
SELECT id FROM emp WHERE id = '1'
SELECT id FROM emp WHERE salary > '100' ORDER BY id
SELECT id FROM emp WHERE hired > '2020-12-31' ORDER BY id
SELECT id FROM emp WHERE hired = '2020-1-15'
SELECT id FROM emp WHERE hired = 'junk'
SELECT id FROM emp WHERE id IN ('1', '2') ORDER BY id
SELECT id FROM emp WHERE name IN ('Ann', 1)
SELECT id FROM emp WHERE id IN (1, 2.5, 3L) ORDER BY id
SELECT id FROM emp WHERE hired IN ('2020-01-15', '2019-07-30') ORDER BY id
SELECT id FROM emp WHERE hired BETWEEN '2020-01-01' AND '2021-12-31' ORDER BY id
SELECT CASE WHEN id = 1 THEN 1 ELSE 2.5 END FROM emp ORDER BY id LIMIT 2
SELECT CASE WHEN id = 1 THEN 'a' ELSE 1 END FROM emp
SELECT CASE WHEN id = 1 THEN '5' ELSE 1 END AS c FROM emp ORDER BY id LIMIT 2
SELECT CASE WHEN id = 1 THEN DATE'2024-01-01' ELSE TIMESTAMP'2024-01-01 01:00:00' END AS c FROM emp ORDER BY id LIMIT 2
SELECT CASE WHEN id = 1 THEN NULL ELSE 3 END AS c FROM emp ORDER BY id LIMIT 2
SELECT CASE id WHEN 1 THEN 'one' WHEN '2' THEN 'two' END AS c FROM emp ORDER BY id LIMIT 3
SELECT CASE WHEN id THEN 1 END FROM emp
SELECT CASE WHEN id = 1 THEN array(1) ELSE 1 END FROM emp
SELECT coalesce(dept_id, 'none') FROM emp
SELECT coalesce(dept_id, 0L) AS c, coalesce(salary, 0) AS s, coalesce(NULL, 1.5, 2) AS d FROM emp ORDER BY id
SELECT coalesce(hired, '2000-01-01') AS h FROM emp ORDER BY id
SELECT nvl(salary, 0.001) AS n, ifnull(name, 1) AS i FROM emp WHERE id = 1
SELECT if(id = 1, 1, 1.5D) AS a, if(id > 1, 'x', NULL) AS b FROM emp ORDER BY id LIMIT 2
SELECT greatest(1, 2.5), least(1L, 2), greatest('a', 'b'), greatest(DATE'2024-01-01', TIMESTAMP'2023-01-01 00:00:00')
SELECT array(1, 2.5), array(1, 'a')
SELECT array('1', 2), map(1, 'a', 2L, 'b')
SELECT 1 = 1.0, 1 = '1', 1.5 = '1.5', true = 'true', DATE'2024-01-01' = '2024-01-01', DATE'2024-01-01' = TIMESTAMP'2024-01-01 00:00:00'
SELECT 'abc' = 1
SELECT 1 = true
SELECT array(1) = array(1L), struct(1) = struct(1L)
SELECT 1 <=> NULL, NULL <=> NULL, NULL = NULL, 1 <> NULL
SELECT 1 AND true
SELECT NULL AND false, NULL OR true, NOT NULL
SELECT 'true' AND true
SELECT CAST(2147483647 AS INT) + 1
SELECT CAST(127 AS TINYINT) + CAST(1 AS TINYINT)
SELECT CAST(1 AS TINYINT) + CAST(1 AS SMALLINT), CAST(1 AS TINYINT) + 1L, CAST(1 AS FLOAT) + 1, CAST(1 AS FLOAT) + CAST(1 AS DOUBLE), CAST(1 AS FLOAT) + 1.5
SELECT 1 / 0
SELECT 1.0 / 0
SELECT 5 % 0
SELECT CAST('abc' AS INT)
SELECT CAST('12' AS INT) + 1, CAST(3.7 AS INT), CAST('2024-01-15' AS DATE), CAST(1 AS BOOLEAN), CAST(true AS INT)
SELECT CAST(12345.678 AS DECIMAL(5, 2))
SELECT CAST(99999999999999999999.5 AS DECIMAL(38, 10)) * CAST(1.5 AS DECIMAL(38, 10))
SELECT CAST(1 AS DECIMAL(38, 0)) + CAST(1 AS DECIMAL(38, 18)), CAST(1 AS DECIMAL(20, 10)) / CAST(3 AS DECIMAL(20, 10))
SELECT sum(salary), avg(salary), sum(id), avg(id), sum(CAST(id AS DOUBLE)) FROM emp
SELECT sum(salary) * 2, avg(salary) + 1, round(avg(salary), 2), max(salary) / 2 FROM emp
SELECT DATE'2024-01-31' + 1, DATE'2024-01-31' - DATE'2024-01-01' = INTERVAL 30 DAYS AS d, DATE'2024-01-31' + INTERVAL 1 MONTH, TIMESTAMP'2024-01-01 00:00:00' + INTERVAL 90 MINUTES
SELECT hired + INTERVAL 1 YEAR, hired - 1, year(hired) FROM emp WHERE id = 1
SELECT '2024-01-01' + INTERVAL 1 DAY
SELECT date_add('2024-01-01', 1), datediff('2024-01-10', '2024-01-01'), year('2024-05-05'), upper(5), length(12345), concat(1, 'a', 2.5, true)
SELECT substring('hello', '2', 2), abs('-3'), -'5', round('2.567', 2), repeat('a', '3')
SELECT upper(array(1))
SELECT abs('x')
SELECT 1 || 2, 1.50 || 'a', true || DATE'2024-01-01'
SELECT x + 1 FROM VALUES (CAST(1.10 AS DECIMAL(10, 2))) AS t(x)
SELECT x * 100, x / 100, x - 1000, x % 7 FROM VALUES (CAST(12.34 AS DECIMAL(10, 2))) AS t(x)
SELECT x * 1L, x + id FROM VALUES (CAST(12.34 AS DECIMAL(10, 2)), 5) AS t(x, id)
SELECT x = 12, x > 12.3, x < '13' FROM VALUES (CAST(12.34 AS DECIMAL(10, 2))) AS t(x)
SELECT NULL + 1, NULL || 'a', upper(NULL), NULL IN (1, 2), 1 IN (NULL, 2), 3 NOT IN (1, NULL)
SELECT INTERVAL '1' DAY + INTERVAL '2' HOUR = INTERVAL '26' HOUR AS a, INTERVAL 1 YEAR + INTERVAL 2 MONTHS = INTERVAL '1-2' YEAR TO MONTH AS b
SELECT TIMESTAMP'2024-01-01 10:00:00' - TIMESTAMP'2024-01-01 09:00:00' = INTERVAL 1 HOUR AS h
SELECT DATE'2024-13-01'
SELECT TIMESTAMP'2024-01-01 10:00:00 America/New_York', TIMESTAMP'2024-06-01 10:00:00+02:00', TIMESTAMP_NTZ'2024-01-01 10:00:00'
SELECT X'1F', 1e3, 1.5e-2, 10BD, 1.5F, 100S, 5Y, 1D
SELECT * FROM VALUES (1, 1.5), (2.5, 2) AS t(a, b)
SELECT typeof(NULL), typeof(1 + NULL), typeof(coalesce(NULL, NULL))
SELECT map('a', 1)['a'], map(1, 'x')[1L], array(1, 2)[0]
SELECT array(1, 2)[5]
SELECT CASE WHEN true THEN CAST(1 AS DECIMAL(5, 2)) ELSE 1 END, CASE WHEN true THEN 1L ELSE 1.5 END, CASE WHEN true THEN CAST(1 AS FLOAT) ELSE 2 END
SELECT coalesce(CAST(NULL AS DECIMAL(5, 2)), CAST(1 AS DECIMAL(10, 4))), coalesce(1, 2L, 3.5D)
SELECT coalesce(array(1), array(2L)), coalesce(map('a', 1), map('b', 2.5)), coalesce(named_struct('x', 1), named_struct('x', 2L))
SELECT id FROM emp WHERE salary IN (100.5, 200) ORDER BY id
SELECT id FROM emp WHERE salary = 200 ORDER BY id
SELECT id FROM emp WHERE salary BETWEEN 100 AND 150.25 ORDER BY id
SELECT id FROM emp WHERE id = 1.0 OR id = '2' OR id = 3L ORDER BY id
SELECT id FROM emp WHERE hired >= TIMESTAMP'2021-03-01 00:00:00' ORDER BY id
SELECT id FROM emp WHERE hired < current_date() AND hired > DATE'2000-01-01' ORDER BY id
SELECT id FROM emp WHERE CAST(id AS STRING) = '3'
SELECT id FROM emp WHERE name > 'B' ORDER BY id
SELECT id FROM emp WHERE name = 5
SELECT id FROM emp WHERE dept_id <=> NULL
SELECT id FROM emp WHERE NOT (dept_id = 10) ORDER BY id
SELECT id FROM emp WHERE dept_id <> 10 ORDER BY id
SELECT id FROM emp WHERE array(id) = array(1L)
SELECT id FROM emp WHERE struct(id, name) = struct(1, 'Ann')
SELECT id FROM emp WHERE (id, name) = (1, 'Ann')
SELECT id FROM emp WHERE (id, name) IN ((1, 'Ann'), (2, 'x'))
SELECT sum(CASE WHEN dept_id = 10 THEN salary ELSE 0 END) AS s, sum(if(dept_id = 10, 1, 0)) AS n FROM emp
SELECT sum(salary * 1.1) AS s, sum(salary) * 1.1 AS t, avg(salary * id) AS a FROM emp
SELECT round(salary, 1), ceil(salary), floor(salary), abs(-salary), salary % 3 FROM emp WHERE id = 1
SELECT CAST(salary AS INT), CAST(salary AS DOUBLE), CAST(salary AS STRING), CAST(salary AS DECIMAL(5, 1)) FROM emp WHERE id = 3
SELECT try_cast('x' AS INT), try_cast('1.5' AS DECIMAL(3, 1)), try_divide(1, 0), try_add(2147483647, 1)
SELECT 2147483647 + 1L, 2147483648, 9223372036854775807, 1.0 * 9223372036854775807
SELECT 9223372036854775807 + 1
SELECT sum(x) FROM VALUES (9223372036854775807), (1) AS t(x)
SELECT 0.1 + 0.2, 0.1D + 0.2D, 1 / 3, 1 / 3.0, 10 / 5, 1L / 2
SELECT 1.23 * 4.567, 1.23 / 4.567, 1.23 + 4.567, 1.23 - 4.567, 1.23 % 0.5
SELECT CAST(1 AS DECIMAL(38, 18)) * CAST(1 AS DECIMAL(38, 18)), CAST(1 AS DECIMAL(38, 18)) / CAST(3 AS DECIMAL(38, 18))
SELECT 1 + NULL, 'a' || NULL, NULL = 1, NULL AND true, coalesce(NULL, NULL, 1), nullif(NULL, 1)
SELECT date'2024-01-01' < '2024-06-01', '2024-06-01' > date'2024-01-01', timestamp'2024-01-01 00:00:00' = '2024-01-01'
SELECT id FROM emp WHERE hired = DATE'2020-01-15' + INTERVAL 0 DAYS
SELECT 1 WHERE 'abc' LIKE 'a%' AND 5 BETWEEN '1' AND 10
SELECT 1 BETWEEN 'a' AND 2
SELECT 10 IN ('10', '20'), '10' IN (10, 20), 1.5 IN (1, '1.5'), NULL IN (NULL)
SELECT CASE 5 WHEN '5' THEN 'eq' ELSE 'ne' END, CASE WHEN NULL THEN 1 ELSE 2 END
SELECT if(NULL, 1, 2), if('true', 1, 2)
SELECT if(1, 1, 2)
SELECT array(1, NULL, 2L), array(DATE'2024-01-01', NULL), array(), array(NULL)
SELECT array(1, true)
SELECT map(1, 'a', 'x', 'b')
SELECT struct(1 AS a, 'x' AS b), named_struct('a', NULL)
SELECT size(array(1, 2)), size(NULL), array_contains(array(1, 2), 1L), array_contains(array(1, 2), '1')
SELECT element_at(map('a', 1), 'b'), element_at(array(1, 2), -1)
SELECT array(1, 2)[1], map('a', 1)['z'], array(1, 2)[CAST(NULL AS INT)]
SELECT timestamp'2024-01-02 00:00:00' - interval 1 day, date'2024-03-31' - interval 1 month
SELECT date_add(hired, 1L) FROM emp WHERE id = 1
