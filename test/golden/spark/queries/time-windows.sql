CREATE OR REPLACE TEMPORARY VIEW ev AS SELECT * FROM VALUES (1, TIMESTAMP'2024-01-01 00:01:00', 'a', 1.0D), (2, TIMESTAMP'2024-01-01 00:04:59.5', 'a', 2.0D), (3, TIMESTAMP'2024-01-01 00:12:00', 'b', 3.0D), (4, NULL, 'a', 4.0D), (5, TIMESTAMP'1969-12-31 23:58:00', 'b', 5.0D), (6, TIMESTAMP'2024-01-01 00:05:00', 'b', 6.0D), (7, TIMESTAMP'2024-01-01 00:09:59.5', 'a', 7.0D) AS t(id, ts, k, v)
SELECT window(ts, '10 minutes', '5 minutes') AS w, count(*) FROM ev GROUP BY window(ts, '10 minutes', '5 minutes')
SELECT window.start, window.end, count(*) FROM ev GROUP BY window(ts, '10 minutes', '5 minutes')
SELECT window, k, sum(v) FROM ev GROUP BY window(ts, '10 minutes'), k
SELECT window(ts, '10 minutes').start, k, sum(v) FROM ev GROUP BY window(ts, '10 minutes'), k
SELECT w.start, k, sum(v) FROM ev GROUP BY window(ts, '10 minutes') AS w, k
SELECT id, window(ts, '10 minutes', '5 minutes', '2 minutes') FROM ev
SELECT id, window(ts, '10 minutes', '5 minutes') w, w.start FROM ev
SELECT id, window(ts, '10 minutes') AS w FROM ev
SELECT session_window(ts, '5 minutes') AS s, count(*) FROM ev GROUP BY session_window(ts, '5 minutes')
SELECT session_window.start, session_window.end, k, count(*) c FROM ev GROUP BY session_window(ts, '5 minutes'), k
SELECT session_window.start, session_window.end, k, count(*) c FROM ev GROUP BY session_window(ts, CASE WHEN k = 'a' THEN '5 minutes' WHEN id = 3 THEN '2 minutes' ELSE '10 minutes' END), k
SELECT k, session_window(ts, '5 minutes'), collect_list(id) FROM ev GROUP BY k, session_window(ts, '5 minutes')
SELECT id, session_window(ts, '5 minutes') FROM ev
SELECT window_time(window), sum(v) FROM (SELECT window, sum(v) AS v FROM ev GROUP BY window(ts, '10 minutes', '5 minutes')) GROUP BY window_time(window)
SELECT window_time(window), sum(v) AS v FROM ev GROUP BY window(ts, '10 minutes'), window_time(window)
SELECT window(ts, '10 minutes', '15 minutes') FROM ev
SELECT window(ts, '10 minutes', '3 minutes') FROM ev
SELECT window(ts, '0 minutes') FROM ev
SELECT window(ts, '10 minutes', '5 minutes', '6 minutes') FROM ev
SELECT window(ts, '10 minutes', '-5 minutes') FROM ev
SELECT window.start FROM ev GROUP BY window(ts, '5 minutes') HAVING window.start > TIMESTAMP'2000-01-01' ORDER BY window.start
SELECT window(ts, '10 minutes', '5 minutes'), count(*) FROM ev GROUP BY 1
SELECT window(ts, '10 minutes', '5 minutes'), count(*) FROM ev GROUP BY ALL
SELECT window(DATE'2024-01-01', '10 minutes')
SELECT window(CAST(ts AS TIMESTAMP_NTZ), '10 minutes', '5 minutes') w, count(*) FROM ev GROUP BY ALL
SELECT session_window(CAST(ts AS TIMESTAMP_NTZ), '10 minutes') w, count(*) FROM ev GROUP BY session_window(CAST(ts AS TIMESTAMP_NTZ), '10 minutes')
SELECT count(*) FROM ev WHERE window(ts, '10 minutes').start > TIMESTAMP'2000-01-01'
SELECT k, window(ts, '10 minutes', '5 minutes').start AS s, row_number() OVER (PARTITION BY k ORDER BY window(ts, '10 minutes', '5 minutes').start, id) FROM ev
SELECT window.*, count(*) FROM ev GROUP BY window(ts, '10 minutes')
SELECT session_window(ts, '0 minutes') AS s, count(*) FROM ev GROUP BY session_window(ts, '0 minutes')
SELECT session_window(ts, '-5 minutes') AS s, count(*) FROM ev GROUP BY session_window(ts, '-5 minutes')
SELECT session_window(ts, '1 month') AS s, count(*) FROM ev GROUP BY session_window(ts, '1 month')
SELECT window_time(w) FROM (SELECT window(ts, '5 minutes') w FROM ev)
SELECT window(w.window, '20 minutes') AS big, sum(c) FROM (SELECT window, count(*) c FROM ev GROUP BY window(ts, '5 minutes')) w GROUP BY window(w.window, '20 minutes')
SELECT window(ts, '1 day', '12 hours', '3 hours') w, max(v) FROM ev GROUP BY window(ts, '1 day', '12 hours', '3 hours')
SELECT window('2024-01-01 10:03:00', '5 minutes')
SELECT k, session_window(ts, '5 minutes'), count(*), sum(v) OVER (PARTITION BY k) FROM ev GROUP BY k, session_window(ts, '5 minutes'), v
SELECT max(session_window(ts, '5 minutes').end) FROM ev GROUP BY k
SELECT k, session_window.start FROM ev GROUP BY k, session_window(ts, '1 minute 30 seconds') HAVING count(*) > 0 ORDER BY session_window.start, k
SELECT window_time(window), count(*) FROM (SELECT window(CAST(ts AS TIMESTAMP_NTZ), '10 minutes', '5 minutes') AS window FROM ev) GROUP BY window_time(window)
SELECT DISTINCT window(ts, '7 minutes', '2 minutes').end FROM ev WHERE id < 4 ORDER BY 1
SELECT window(ts, '1 hour', '30 minutes', '-10 minutes') AS w, collect_list(id) FROM ev WHERE id = 1 GROUP BY w
SELECT e.k, window(e.ts, '1 day', '12 hours') AS w, count(DISTINCT f.id) FROM ev e JOIN ev f ON e.k = f.k GROUP BY 1, 2 ORDER BY w.start, e.k
