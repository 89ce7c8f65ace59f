-- Arguments that have to be constants and are expressions of literals; comparisons of nested values; grouping__id.
SELECT to_char(12, concat('9','9')), to_number('12', '9' || '9'), try_to_number('12', concat('9','9'))
SELECT from_csv('1', concat('a ','int')), from_json('{"a":1}', 'a ' || 'int'), from_json('{"a":1}', schema_of_json('{"a":1}')), schema_of_json(concat('{"a"',':1}'))
SELECT ntile(1 + 1) OVER (ORDER BY id) AS n, nth_value(id, 1 + 1) OVER (ORDER BY id) AS s, lag(id, 1 + 1) OVER (ORDER BY id) AS l FROM range(3) ORDER BY id
SELECT round(1.2345, 1 + 1), ceil(1.2345, 1 + 1), format_number(1.2, 1 + 1)
SELECT date_part(concat('ye','ar'), date'2024-01-01'), date_trunc(concat('ye','ar'), timestamp'2024-05-05 00:00:00')
SELECT from_utc_timestamp(timestamp'2024-01-01 00:00:00', concat('UT','C')), to_binary('61', concat('he','x')), sha2('a', 128 + 128)
SELECT stack(1 + 1, 1, 2), split('a,b', concat(',',''))
SELECT upper(concat('a','b')), length('a' || 'b'), abs(1 - 5), concat(concat('a','b'),'c'), greatest(1 + 1, 1.5), typeof(1 + 1), typeof(coalesce(1 + 1, 2.5)), substring('abc', 1 + 1), 1.5 * (1 + 1)
SELECT concat('a','b') AS k, upper(concat('a','b')) FROM range(1) GROUP BY ROLLUP(concat('a','b'))
SELECT to_char(12, a) FROM VALUES ('99') t(a)
SELECT array(1) = array('1')
SELECT struct(1) = struct('1')
SELECT struct(1.0) < struct(2.55)
SELECT struct(1) = struct(1L), struct(1 AS a) = struct(2 AS b), struct(1) <=> struct(null)
SELECT * FROM (SELECT struct(1) a) x JOIN (SELECT struct('1') b) y ON x.a = y.b
SELECT a, grouping__id, count(*) FROM VALUES (1,2) t(a,b) GROUP BY a, b WITH CUBE
SELECT a, GROUPING__ID + 1 AS x FROM VALUES (1,2) t(a,b) GROUP BY ROLLUP(a, b) ORDER BY grouping__id
SELECT grouping__id FROM VALUES (1) t(grouping__id)
SELECT count(*) FILTER (WHERE id) FROM range(3)
SELECT a FROM range(2) t(a) WINDOW w AS (ORDER BY a), w AS (ORDER BY a)
SELECT sum(a) OVER w AS s, max(a) OVER v AS m FROM range(2) t(a) WINDOW w AS (ORDER BY a), v AS (PARTITION BY a) ORDER BY a
