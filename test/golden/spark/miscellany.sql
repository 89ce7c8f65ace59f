SELECT count(*), count_if(reserved), min(keyword), max(keyword) FROM sql_keywords()
SELECT keyword FROM sql_keywords() WHERE keyword LIKE 'CO%' ORDER BY keyword
SELECT a, b, dense_rank(b) OVER (PARTITION BY a ORDER BY b), rank(b) OVER (PARTITION BY a ORDER BY b), percent_rank(b) OVER (PARTITION BY a ORDER BY b) FROM VALUES ('A1', 2), ('A1', 1), ('A2', 3), ('A1', 1) tab(a, b) ORDER BY a, b
SELECT cume_dist(1) OVER (ORDER BY 1)
SELECT row_number(1) OVER (ORDER BY 1)
SELECT typeof(arrays_zip(array(1), array(2))), typeof(named_struct('a b', 1)), typeof(named_struct('0', 1)), typeof(named_struct('a.b', 1))
SELECT upper('ŉ'), upper('ǰ'), upper('և'), upper('ﬀﬂﬃﬄﬅﬆ'), lower('İ'), upper('ΐ'), upper('ᾳ'), upper('ǆ')
SELECT make_timestamp(2024, 1, 1, 24, 0, 0)
SELECT input_file_block_start(), input_file_block_length(), input_file_name()
SELECT 'a%b' ilike 'A!%B' ESCAPE '!', 'a%b' ilike 'A\\%b', 'A_c' ilike 'a\\_C', 'x' not ilike 'X'
SELECT array_join(x, s) FROM VALUES (array('a', 'b'), ','), (array('c', NULL, 'd'), '--'), (array(), '|'), (NULL, ','), (array('e'), NULL) AS t(x, s)
SELECT count(*) FROM sql_keywords()
SELECT * FROM sql_keywords() ORDER BY 1
SELECT 1 == 1, 1 == 2, NULL == 1, 'a' == 'A', 1.0 == 1
SELECT window_time(w) AS t, w.end FROM (SELECT window(ts, '10 minutes') AS w, count(*) AS n FROM VALUES (TIMESTAMP'2024-01-15 10:07:30'), (TIMESTAMP'2024-01-15 10:10:00') AS t(ts) GROUP BY window(ts, '10 minutes')) ORDER BY 1
