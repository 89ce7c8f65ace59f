SELECT g, any(x0) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT any(x0) AS v, any(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT any(x0) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, any(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, any_value(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT any_value(x0) AS v, any_value(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT any_value(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, any_value(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, approx_count_distinct(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT approx_count_distinct(x0) AS v, approx_count_distinct(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT approx_count_distinct(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, approx_percentile(x0, 0.5) AS v FROM VALUES (1, 1), (1, 2), (1, 9), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT approx_percentile(x0, 0.5) AS v, approx_percentile(x0, 0.5) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 9), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT approx_percentile(x0, 0.5) AS v FROM VALUES (1, 1), (1, 2), (1, 9), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, approx_percentile(x0, 0.5) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 9), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, array_agg(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT array_agg(x0) AS v, array_agg(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT array_agg(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, array_agg(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, avg(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT avg(x0) AS v, avg(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT avg(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, avg(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, avg(x0) AS v FROM VALUES (1, 1.5), (1, 2.25), (1, 6.0), (1, NULL), (2, 1.5), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT avg(x0) AS v, avg(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1.5), (1, 2.25), (1, 6.0), (1, NULL), (2, 1.5), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT avg(x0) AS v FROM VALUES (1, 1.5), (1, 2.25), (1, 6.0), (1, NULL), (2, 1.5), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, avg(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1.5), (1, 2.25), (1, 6.0), (1, NULL), (2, 1.5), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, avg(x0) AS v FROM VALUES (1, 1.5D), (1, 2.5D), (1, 0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT avg(x0) AS v, avg(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1.5D), (1, 2.5D), (1, 0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT avg(x0) AS v FROM VALUES (1, 1.5D), (1, 2.5D), (1, 0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, avg(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1.5D), (1, 2.5D), (1, 0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, bit_and(x0) AS v FROM VALUES (1, 3), (1, 5), (1, 7), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT bit_and(x0) AS v, bit_and(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 3), (1, 5), (1, 7), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT bit_and(x0) AS v FROM VALUES (1, 3), (1, 5), (1, 7), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, bit_and(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 3), (1, 5), (1, 7), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, bit_or(x0) AS v FROM VALUES (1, 3), (1, 5), (1, 8), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT bit_or(x0) AS v, bit_or(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 3), (1, 5), (1, 8), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT bit_or(x0) AS v FROM VALUES (1, 3), (1, 5), (1, 8), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, bit_or(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 3), (1, 5), (1, 8), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, bit_xor(x0) AS v FROM VALUES (1, 3), (1, 5), (1, 5), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT bit_xor(x0) AS v, bit_xor(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 3), (1, 5), (1, 5), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT bit_xor(x0) AS v FROM VALUES (1, 3), (1, 5), (1, 5), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, bit_xor(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 3), (1, 5), (1, 5), (1, NULL), (2, 3), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, bool_and(x0) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT bool_and(x0) AS v, bool_and(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT bool_and(x0) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, bool_and(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, bool_or(x0) AS v FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT bool_or(x0) AS v, bool_or(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT bool_or(x0) AS v FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, bool_or(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, collect_list(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT collect_list(x0) AS v, collect_list(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT collect_list(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, collect_list(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, corr(x0, x1) AS v FROM VALUES (1, 3, 2), (1, 3, 3), (1, 6, 4), (1, NULL, 2), (1, 3, NULL), (2, 3, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT corr(x0, x1) AS v, corr(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 3, 2), (1, 3, 3), (1, 6, 4), (1, NULL, 2), (1, 3, NULL), (2, 3, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT corr(x0, x1) AS v FROM VALUES (1, 3, 2), (1, 3, 3), (1, 6, 4), (1, NULL, 2), (1, 3, NULL), (2, 3, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, corr(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 3, 2), (1, 3, 3), (1, 6, 4), (1, NULL, 2), (1, 3, NULL), (2, 3, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, count(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT count(x0) AS v, count(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT count(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, count(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, count(x0, x1) AS v FROM VALUES (1, 1, 'a'), (1, 2, 'b'), (1, 2, 'b'), (1, NULL, 'a'), (1, 1, NULL), (2, 1, 'a'), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT count(x0, x1) AS v, count(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 'a'), (1, 2, 'b'), (1, 2, 'b'), (1, NULL, 'a'), (1, 1, NULL), (2, 1, 'a'), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT count(x0, x1) AS v FROM VALUES (1, 1, 'a'), (1, 2, 'b'), (1, 2, 'b'), (1, NULL, 'a'), (1, 1, NULL), (2, 1, 'a'), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, count(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 'a'), (1, 2, 'b'), (1, 2, 'b'), (1, NULL, 'a'), (1, 1, NULL), (2, 1, 'a'), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, count_if(x0) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT count_if(x0) AS v, count_if(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT count_if(x0) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, count_if(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, true), (1, false), (1, true), (1, NULL), (2, true), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, covar_pop(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT covar_pop(x0, x1) AS v, covar_pop(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT covar_pop(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, covar_pop(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, covar_samp(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT covar_samp(x0, x1) AS v, covar_samp(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT covar_samp(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, covar_samp(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, every(x0) AS v FROM VALUES (1, true), (1, true), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT every(x0) AS v, every(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, true), (1, true), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT every(x0) AS v FROM VALUES (1, true), (1, true), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, every(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, true), (1, true), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, first(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT first(x0) AS v, first(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT first(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, first(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, first_value(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT first_value(x0) AS v, first_value(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT first_value(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, first_value(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, kurtosis(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT kurtosis(x0) AS v, kurtosis(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT kurtosis(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, kurtosis(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, last(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT last(x0) AS v, last(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT last(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, last(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, last_value(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT last_value(x0) AS v, last_value(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT last_value(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, last_value(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, max(x0) AS v FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT max(x0) AS v, max(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT max(x0) AS v FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, max(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, max(x0) AS v FROM VALUES (1, 'a'), (1, 'B'), (1, ''), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT max(x0) AS v, max(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 'a'), (1, 'B'), (1, ''), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT max(x0) AS v FROM VALUES (1, 'a'), (1, 'B'), (1, ''), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, max(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 'a'), (1, 'B'), (1, ''), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, max(x0) AS v FROM VALUES (1, DATE'2024-01-15'), (1, DATE'1969-12-31'), (1, NULL), (2, DATE'2024-01-15'), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT max(x0) AS v, max(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, DATE'2024-01-15'), (1, DATE'1969-12-31'), (1, NULL), (2, DATE'2024-01-15'), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT max(x0) AS v FROM VALUES (1, DATE'2024-01-15'), (1, DATE'1969-12-31'), (1, NULL), (2, DATE'2024-01-15'), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, max(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, DATE'2024-01-15'), (1, DATE'1969-12-31'), (1, NULL), (2, DATE'2024-01-15'), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, max_by(x0, x1) AS v FROM VALUES (1, 'a', 10), (1, 'b', 50), (1, 'c', 20), (1, NULL, 10), (1, 'a', NULL), (2, 'a', 10), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT max_by(x0, x1) AS v, max_by(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 'a', 10), (1, 'b', 50), (1, 'c', 20), (1, NULL, 10), (1, 'a', NULL), (2, 'a', 10), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT max_by(x0, x1) AS v FROM VALUES (1, 'a', 10), (1, 'b', 50), (1, 'c', 20), (1, NULL, 10), (1, 'a', NULL), (2, 'a', 10), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, max_by(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 'a', 10), (1, 'b', 50), (1, 'c', 20), (1, NULL, 10), (1, 'a', NULL), (2, 'a', 10), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, mean(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT mean(x0) AS v, mean(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT mean(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, mean(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, median(x0) AS v FROM VALUES (1, 0), (1, 10), (1, 3), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT median(x0) AS v, median(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 0), (1, 10), (1, 3), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT median(x0) AS v FROM VALUES (1, 0), (1, 10), (1, 3), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, median(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 0), (1, 10), (1, 3), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, min(x0) AS v FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT min(x0) AS v, min(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT min(x0) AS v FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, min(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 20), (1, -5), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, min(x0) AS v FROM VALUES (1, 1.5D), (1, double('NaN')), (1, -0.0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT min(x0) AS v, min(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1.5D), (1, double('NaN')), (1, -0.0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT min(x0) AS v FROM VALUES (1, 1.5D), (1, double('NaN')), (1, -0.0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, min(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1.5D), (1, double('NaN')), (1, -0.0D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, min_by(x0, x1) AS v FROM VALUES (1, 'a', 30), (1, 'b', 5), (1, 'c', 20), (1, NULL, 30), (1, 'a', NULL), (2, 'a', 30), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT min_by(x0, x1) AS v, min_by(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 'a', 30), (1, 'b', 5), (1, 'c', 20), (1, NULL, 30), (1, 'a', NULL), (2, 'a', 30), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT min_by(x0, x1) AS v FROM VALUES (1, 'a', 30), (1, 'b', 5), (1, 'c', 20), (1, NULL, 30), (1, 'a', NULL), (2, 'a', 30), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, min_by(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 'a', 30), (1, 'b', 5), (1, 'c', 20), (1, NULL, 30), (1, 'a', NULL), (2, 'a', 30), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, mode(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT mode(x0) AS v, mode(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT mode(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 2), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, percentile(x0, 0.25) AS v FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT percentile(x0, 0.25) AS v, percentile(x0, 0.25) FILTER (WHERE g > 1) AS f FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT percentile(x0, 0.25) AS v FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, percentile(x0, 0.25) OVER (PARTITION BY g) AS v FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, percentile_approx(x0, 0.75) AS v FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT percentile_approx(x0, 0.75) AS v, percentile_approx(x0, 0.75) FILTER (WHERE g > 1) AS f FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT percentile_approx(x0, 0.75) AS v FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, percentile_approx(x0, 0.75) OVER (PARTITION BY g) AS v FROM VALUES (1, 0), (1, 10), (1, 4), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, regr_avgx(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_avgx(x0, x1) AS v, regr_avgx(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_avgx(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_avgx(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_avgy(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_avgy(x0, x1) AS v, regr_avgy(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_avgy(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_avgy(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_count(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_count(x0, x1) AS v, regr_count(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_count(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_count(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_intercept(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_intercept(x0, x1) AS v, regr_intercept(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_intercept(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_intercept(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_r2(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_r2(x0, x1) AS v, regr_r2(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_r2(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_r2(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_slope(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_slope(x0, x1) AS v, regr_slope(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_slope(x0, x1) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_slope(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 1), (1, 2, 2), (1, 3, 5), (1, NULL, 1), (1, 1, NULL), (2, 1, 1), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_sxx(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_sxx(x0, x1) AS v, regr_sxx(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_sxx(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_sxx(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_sxy(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_sxy(x0, x1) AS v, regr_sxy(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_sxy(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_sxy(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, regr_syy(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) GROUP BY g ORDER BY g
SELECT regr_syy(x0, x1) AS v, regr_syy(x0, x1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g < 3
SELECT regr_syy(x0, x1) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) WHERE g > 3
SELECT g, regr_syy(x0, x1) OVER (PARTITION BY g) AS v FROM VALUES (1, 1, 2), (1, 2, 2), (1, 2, 3), (1, NULL, 2), (1, 1, NULL), (2, 1, 2), (3, NULL, NULL) AS t(g, x0, x1) ORDER BY g
SELECT g, skewness(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT skewness(x0) AS v, skewness(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT skewness(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, skewness(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 3), (1, 10), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, some(x0) AS v FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT some(x0) AS v, some(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT some(x0) AS v FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, some(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, true), (1, false), (1, false), (1, NULL), (2, true), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, std(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT std(x0) AS v, std(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT std(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, std(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, stddev(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT stddev(x0) AS v, stddev(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT stddev(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, stddev(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, stddev_pop(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT stddev_pop(x0) AS v, stddev_pop(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT stddev_pop(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, stddev_pop(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, stddev_samp(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT stddev_samp(x0) AS v, stddev_samp(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT stddev_samp(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, stddev_samp(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, sum(x0) AS v FROM VALUES (1, 5), (1, 10), (1, 15), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT sum(x0) AS v, sum(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 5), (1, 10), (1, 15), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT sum(x0) AS v FROM VALUES (1, 5), (1, 10), (1, 15), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, sum(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 5), (1, 10), (1, 15), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, sum(x0) AS v FROM VALUES (1, 1.50), (1, -2.25), (1, 0.75), (1, NULL), (2, 1.50), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT sum(x0) AS v, sum(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1.50), (1, -2.25), (1, 0.75), (1, NULL), (2, 1.50), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT sum(x0) AS v FROM VALUES (1, 1.50), (1, -2.25), (1, 0.75), (1, NULL), (2, 1.50), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, sum(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1.50), (1, -2.25), (1, 0.75), (1, NULL), (2, 1.50), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, sum(x0) AS v FROM VALUES (1, 1.5D), (1, 2.5D), (1, -4D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT sum(x0) AS v, sum(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1.5D), (1, 2.5D), (1, -4D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT sum(x0) AS v FROM VALUES (1, 1.5D), (1, 2.5D), (1, -4D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, sum(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1.5D), (1, 2.5D), (1, -4D), (1, NULL), (2, 1.5D), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, try_avg(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT try_avg(x0) AS v, try_avg(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT try_avg(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, try_avg(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 6), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, try_sum(x0) AS v FROM VALUES (1, 5), (1, 10), (1, 9223372036854775807L), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT try_sum(x0) AS v, try_sum(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 5), (1, 10), (1, 9223372036854775807L), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT try_sum(x0) AS v FROM VALUES (1, 5), (1, 10), (1, 9223372036854775807L), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, try_sum(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 5), (1, 10), (1, 9223372036854775807L), (1, NULL), (2, 5), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, var_pop(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT var_pop(x0) AS v, var_pop(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT var_pop(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, var_pop(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, var_samp(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT var_samp(x0) AS v, var_samp(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT var_samp(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, var_samp(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, variance(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT variance(x0) AS v, variance(x0) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT variance(x0) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, variance(x0) OVER (PARTITION BY g) AS v FROM VALUES (1, 1), (1, 2), (1, 4), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) ORDER BY g
SELECT g, histogram_numeric(x0, 3) AS v FROM VALUES (1, 0), (1, 1), (1, 2), (1, 10), (1, 11), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT histogram_numeric(x0, 3) AS v, histogram_numeric(x0, 3) FILTER (WHERE g > 1) AS f FROM VALUES (1, 0), (1, 1), (1, 2), (1, 10), (1, 11), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT histogram_numeric(x0, 3) AS v FROM VALUES (1, 0), (1, 1), (1, 2), (1, 10), (1, 11), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, count_min_sketch(x0, 0.5D, 0.5D, 1) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT count_min_sketch(x0, 0.5D, 0.5D, 1) AS v, count_min_sketch(x0, 0.5D, 0.5D, 1) FILTER (WHERE g > 1) AS f FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT count_min_sketch(x0, 0.5D, 0.5D, 1) AS v FROM VALUES (1, 1), (1, 2), (1, 1), (1, NULL), (2, 1), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, hex(substring(bitmap_construct_agg(x0), 1, 40)) AS v FROM VALUES (1, 0), (1, 9), (1, 9), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT hex(substring(bitmap_construct_agg(x0), 1, 40)) AS v, hex(substring(bitmap_construct_agg(x0) FILTER (WHERE g > 1), 1, 40)) AS f FROM VALUES (1, 0), (1, 9), (1, 9), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT hex(substring(bitmap_construct_agg(x0), 1, 40)) AS v FROM VALUES (1, 0), (1, 9), (1, 9), (1, NULL), (2, 0), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, hex(substring(bitmap_or_agg(x0), 1, 40)) AS v FROM VALUES (1, x'01'), (1, x'8000'), (1, x''), (1, NULL), (2, x'01'), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT hex(substring(bitmap_or_agg(x0), 1, 40)) AS v, hex(substring(bitmap_or_agg(x0) FILTER (WHERE g > 1), 1, 40)) AS f FROM VALUES (1, x'01'), (1, x'8000'), (1, x''), (1, NULL), (2, x'01'), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT hex(substring(bitmap_or_agg(x0), 1, 40)) AS v FROM VALUES (1, x'01'), (1, x'8000'), (1, x''), (1, NULL), (2, x'01'), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, string_agg(x0, ',') AS v FROM VALUES (1, 'a'), (1, 'b'), (1, 'a'), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT string_agg(x0, ',') AS v, string_agg(x0, ',') FILTER (WHERE g > 1) AS f FROM VALUES (1, 'a'), (1, 'b'), (1, 'a'), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT string_agg(x0, ',') AS v FROM VALUES (1, 'a'), (1, 'b'), (1, 'a'), (1, NULL), (2, 'a'), (3, NULL) AS t(g, x0) WHERE g > 3
SELECT g, listagg(x0, '-') AS v FROM VALUES (1, 'x'), (1, 'y'), (1, ''), (1, NULL), (2, 'x'), (3, NULL) AS t(g, x0) GROUP BY g ORDER BY g
SELECT listagg(x0, '-') AS v, listagg(x0, '-') FILTER (WHERE g > 1) AS f FROM VALUES (1, 'x'), (1, 'y'), (1, ''), (1, NULL), (2, 'x'), (3, NULL) AS t(g, x0) WHERE g < 3
SELECT listagg(x0, '-') AS v FROM VALUES (1, 'x'), (1, 'y'), (1, ''), (1, NULL), (2, 'x'), (3, NULL) AS t(g, x0) WHERE g > 3
