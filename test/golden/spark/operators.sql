-- arithmetic on integers
SELECT a + b, a - b, a * b, a / b, a % b, a div b FROM VALUES (7, 2), (-7, 2), (7, -2), (-7, -2), (0, 5), (NULL, 3), (3, NULL) AS t(a, b)
SELECT CAST(1 AS TINYINT) + CAST(2 AS TINYINT), CAST(1 AS TINYINT) + CAST(2 AS SMALLINT), CAST(1 AS SMALLINT) + 1, 1 + 1L, 2L * 3, CAST(7 AS TINYINT) % 3
SELECT 2147483647 + 1
SELECT -2147483648 - 1
SELECT a + b FROM VALUES (2147483647, 1) AS t(a, b)
SELECT a * b FROM VALUES (9223372036854775807L, 2L) AS t(a, b)
SELECT a - b FROM VALUES (CAST(-128 AS TINYINT), CAST(1 AS TINYINT)) AS t(a, b)
SELECT a * b FROM VALUES (CAST(300 AS SMALLINT), CAST(300 AS SMALLINT)) AS t(a, b)
SELECT 1 / 0
SELECT a / b FROM VALUES (1, 0) AS t(a, b)
SELECT a % b FROM VALUES (1, 0) AS t(a, b)
SELECT a div b FROM VALUES (1, 0) AS t(a, b)
SELECT a div b FROM VALUES (-9223372036854775808L, -1L) AS t(a, b)
SELECT 1.0D / 0
SELECT 1.5 / 0
SELECT a / b, a % b FROM VALUES (1, NULL), (NULL, 0), (NULL, NULL) AS t(a, b)
SELECT 5 div 2, -5 div 2, 5.7 div 2, 7L div 2, CAST(7 AS DOUBLE) % 2.5, -7.5 % 2, 7 % -3, -7 % 3
SELECT 3 / 2, 1L / 3, CAST(1 AS FLOAT) / 3, 1 / 3.0D, CAST(1 AS FLOAT) + CAST(2 AS FLOAT), CAST(1 AS FLOAT) + 1, CAST(0.1 AS FLOAT) + 0.2D
SELECT -a, +a, -(-a), - b, -c FROM VALUES (1, 2.50, 1.5D), (-3, -0.01, -0.0D), (NULL, NULL, NULL) AS t(a, b, c)
SELECT -a FROM VALUES (-2147483648) AS t(a)
SELECT negative(5), positive(-5), negative(1.5), negative(-9223372036854775807L)
SELECT '1' + 1, '1.5' + 1.5, '2' * 3.0D, '10' / 4, '7' % 4, 5 - '3', '1.5' * 2.5
SELECT 'a' + 1
SELECT '1.5' + 1
SELECT '1' + '2'
SELECT true + 1
SELECT NULL + 1, NULL * 1.5, NULL / 2, 1 - NULL, -NULL
SELECT 1.0D + CAST('NaN' AS DOUBLE), CAST('Infinity' AS DOUBLE) - CAST('Infinity' AS DOUBLE), 1e308D * 10
SELECT a / b FROM VALUES (1.0D, 0.0D) AS t(a, b)
SELECT a % b FROM VALUES (1.0D, 0.0D) AS t(a, b)
SELECT a / b, a % b FROM VALUES (5.5D, 2.0D), (-5.5D, 2.0D), (5.5D, -2.0D), (CAST('NaN' AS DOUBLE), 2.0D) AS t(a, b)
-- decimals
SELECT 1.5 + 2.25, 1.5 - 2.25, 1.5 * 2.25, 1.5 / 2.25, 1.5 % 1.0, 10.00 div 3.0
SELECT 1.5 + 1, 1 + 1.5, 2 * 1.10, 1.10 / 3, 3 / 1.10, 10 % 2.75, 1L + 1.5, CAST(1 AS TINYINT) * 1.5, 2.5 * 1.5D, 2.5 + CAST(1.5 AS FLOAT)
SELECT a + b, a - b, a * b, a / b, a % b FROM VALUES (CAST(10.25 AS DECIMAL(10,2)), CAST(3.1 AS DECIMAL(5,1))), (CAST(-10.25 AS DECIMAL(10,2)), CAST(3.1 AS DECIMAL(5,1))), (CAST(10.25 AS DECIMAL(10,2)), CAST(-3.1 AS DECIMAL(5,1))), (NULL, CAST(1 AS DECIMAL(5,1))) AS t(a, b)
SELECT a + b, a - b, a * b, a / b, a % b FROM VALUES (CAST(123456789012345678.12345 AS DECIMAL(38,18)), CAST(3.3 AS DECIMAL(38,18))) AS t(a, b)
SELECT a + b, a - b, a * b, a / b, a % b FROM VALUES (CAST(12345678901234567890 AS DECIMAL(38,10)), CAST(7.7777777777 AS DECIMAL(38,10))) AS t(a, b)
SELECT a * b FROM VALUES (CAST(1 AS DECIMAL(38,0)), CAST(3 AS DECIMAL(38,0))), (CAST(12345678901234567890123456789012345678 AS DECIMAL(38,0)), CAST(1 AS DECIMAL(38,0))) AS t(a, b)
SELECT a / b FROM VALUES (CAST(1 AS DECIMAL(38,0)), CAST(3 AS DECIMAL(38,0))), (CAST(12345678901234567890123456789012 AS DECIMAL(38,0)), CAST(7 AS DECIMAL(38,0))) AS t(a, b)
SELECT a / b FROM VALUES (CAST(12345678901234567890123456789012345678 AS DECIMAL(38,0)), CAST(1 AS DECIMAL(38,0))) AS t(a, b)
SELECT a * b FROM VALUES (CAST(12345678901234567890123456789012345678 AS DECIMAL(38,0)), CAST(10 AS DECIMAL(38,0))) AS t(a, b)
SELECT a + b FROM VALUES (CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)), CAST(1 AS DECIMAL(38,0))) AS t(a, b)
SELECT a + b, a - b FROM VALUES (CAST(1234567.123456789012345678901234567 AS DECIMAL(38,30)), CAST(7654321098765432109876.12345 AS DECIMAL(38,5))) AS t(a, b)
SELECT a / b FROM VALUES (CAST(1 AS DECIMAL(10,2)), CAST(0 AS DECIMAL(10,2))) AS t(a, b)
SELECT a % b FROM VALUES (CAST(1 AS DECIMAL(10,2)), CAST(0 AS DECIMAL(10,2))) AS t(a, b)
SELECT a / b, b / a FROM VALUES (CAST(2 AS DECIMAL(10,2)), CAST(3 AS DECIMAL(10,2))), (CAST(-2 AS DECIMAL(10,2)), CAST(3 AS DECIMAL(10,2))), (CAST(99999999.99 AS DECIMAL(10,2)), CAST(0.01 AS DECIMAL(10,2))) AS t(a, b)
SELECT a / b FROM VALUES (CAST(1 AS DECIMAL(18,2)), CAST(7 AS DECIMAL(18,2))), (CAST(9999999999999999.99 AS DECIMAL(18,2)), CAST(0.03 AS DECIMAL(18,2))) AS t(a, b)
SELECT a / b FROM VALUES (CAST(1 AS DECIMAL(20,2)), 7L), (CAST(-1 AS DECIMAL(20,2)), 3L) AS t(a, b)
SELECT a / b FROM VALUES (CAST(99999999999999999999 AS DECIMAL(38,18)), CAST(0.000000000000000001 AS DECIMAL(38,18))) AS t(a, b)
SELECT CAST(0.5 AS DECIMAL(38,20)) * CAST(0.3 AS DECIMAL(38,20)), CAST(12345.678901234567890123 AS DECIMAL(38,20)) * CAST(-98765.432109876543210987 AS DECIMAL(38,20))
SELECT a div b, a % b FROM VALUES (CAST(10.75 AS DECIMAL(10,2)), CAST(3.5 AS DECIMAL(10,2))), (CAST(-10.75 AS DECIMAL(10,2)), CAST(3.5 AS DECIMAL(10,2))) AS t(a, b)
SELECT 0.1 + 0.2, 0.1 + 0.2 = 0.3, 0.1D + 0.2D = 0.3D, 1.10 = 1.1, 1 = 1.0, 1L = 1, 1.5 > 1, CAST(1.1 AS FLOAT) = 1.1D
SELECT 1234567890.12 * 1234567890.12, 123456789012345678901234567890.12345678 + 1, 12345678901234567890.123456789 * 2
-- comparison
SELECT a = b, a <> b, a < b, a <= b, a > b, a >= b, a <=> b, a != b FROM VALUES (1, 2), (2, 2), (3, 2), (NULL, 1), (NULL, NULL) AS t(a, b)
SELECT x = x, x > CAST('Infinity' AS DOUBLE), x < 1, x <=> x FROM VALUES (CAST('NaN' AS DOUBLE)), (1.0D) AS t(x)
SELECT 0.0D = -0.0D, 0.0D <=> -0.0D, 0.0D < -0.0D, CAST('NaN' AS FLOAT) = CAST('NaN' AS DOUBLE)
SELECT '1' = 1, '2' > 10, 'a' < 'B', 'abc' < 'abd', '' < 'a', true > false, true = 'true', 'z' > 'é'
SELECT 'abc' = 1
SELECT DATE '2024-01-02' > DATE '2024-01-01', DATE '2024-01-02' = '2024-01-02', DATE '2024-01-02' < TIMESTAMP '2024-01-02 00:00:01', TIMESTAMP '2024-01-01 00:00:00' = '2024-01-01'
SELECT DATE '2024-01-02' = 'x'
SELECT true = 1
SELECT array(1, 2) = array(1, 2), array(1, 2) < array(1, 3), array(1, NULL) <=> array(1, NULL), named_struct('a', 1) = named_struct('a', 1), struct(1, 'b') < struct(1, 'c')
SELECT map(1, 2) = map(1, 2)
SELECT NULL = NULL, NULL <=> NULL, 1 <=> NULL, NULL <=> 'a', NULL <> 1
SELECT X'01' < X'02', X'' < X'00', X'FF' > X'01', X'61' = 'a'
SELECT 2 BETWEEN 1 AND 3, 4 NOT BETWEEN 1 AND 3, NULL BETWEEN 1 AND 2, 2 BETWEEN NULL AND 1, 'b' BETWEEN 'a' AND 'c', 1.5 BETWEEN 1 AND 2, DATE '2024-01-15' BETWEEN '2024-01-01' AND '2024-01-31'
SELECT a IN (1, 2), a NOT IN (1, 2), a IN (1, NULL), a IN ('1', '5') FROM VALUES (1), (3), (NULL) AS t(a)
SELECT s IN ('a', 'b'), s NOT IN ('a', NULL), 1.0 IN (1, 2), DATE '2024-01-01' IN ('2024-01-01') FROM VALUES ('a'), ('c'), (NULL) AS t(s)
-- logic
SELECT a AND b, a OR b, NOT a FROM VALUES (true, true), (true, false), (false, false), (true, NULL), (false, NULL), (NULL, NULL) AS t(a, b)
SELECT true AND 'true'
SELECT 1 AND true
SELECT !true, NOT NULL, NOT false
-- bits
SELECT 5 & 3, 5 | 3, 5 ^ 3, ~5, 5L & 3, CAST(5 AS TINYINT) | CAST(8 AS TINYINT), ~CAST(5 AS TINYINT), 6 & NULL, -1 & 255
SELECT shiftleft(1, 4), shiftleft(1, 33), shiftleft(1L, 33), shiftright(-16, 2), shiftright(16, 2), shiftrightunsigned(-16, 28), shiftrightunsigned(-16L, 60), 1 << 3, 16 >> 2
SELECT -16 >>> 28
SELECT shiftleft(a, b), shiftright(a, b), shiftrightunsigned(a, b) FROM VALUES (1, 31), (-1, 31), (2147483647, 1), (5, -1), (NULL, 1), (1, NULL) AS t(a, b)
SELECT bit_count(7), bit_count(-1), bit_count(-1L), bit_count(true), bit_get(11, 0), bit_get(11, 2), getbit(11, 3), bit_count(CAST(-1 AS TINYINT)), bit_count(NULL)
SELECT 1.5 & 1
-- concatenation
SELECT 'a' || 'b', 'a' || NULL, 'a' || 1, 1 || 2, 'x' || 1.50 || true || DATE '2024-01-01', X'61' || X'62', array(1) || array(2, 3), 'd' || 1.0D
SELECT a || b FROM VALUES ('x', 'y'), ('x', NULL), (NULL, NULL) AS t(a, b)
-- like
SELECT s LIKE 'a%', s LIKE '%b', s LIKE 'a_c', s LIKE '', s NOT LIKE 'a%', s LIKE NULL FROM VALUES ('abc'), ('ab'), (''), ('a%c'), ('A'), (NULL) AS t(s)
SELECT 'a%b' LIKE 'a\\%b', 'aXb' LIKE 'a\\%b', 'a_b' LIKE 'a\\_b', 'a%b' LIKE 'a#%b' ESCAPE '#', 'axb' LIKE 'a#%b' ESCAPE '#', 'a\\b' LIKE 'a\\\\b', 'a\nb' LIKE 'a_b', 'a\nb' LIKE 'a%', '50%' LIKE '50/%' ESCAPE '/'
SELECT 'ab' LIKE 'a\\b'
SELECT 'ab' LIKE 'ab\\'
SELECT s ILIKE p, s LIKE p FROM VALUES ('ABC', 'a%'), ('abc', 'A_C'), ('ÉCOLE', 'éc%'), ('x', NULL), (NULL, 'x') AS t(s, p)
SELECT 'abc' RLIKE 'b', 'abc' RLIKE '^b', 'abc' RLIKE '^a.c$', 'abc' REGEXP '[a-c]+', regexp_like('Abc', '(?i)abc'), regexp('a1', '\\d'), rlike(NULL, 'a'), 'abc' RLIKE NULL, '' RLIKE ''
SELECT s RLIKE p FROM VALUES ('abc', 'b+'), ('x1', '\\d$'), ('x', NULL) AS t(s, p)
SELECT 'abc' RLIKE '('
SELECT 'abc' LIKE ANY ('a%', 'b%'), 'abc' LIKE ALL ('a%', '%c'), 'abc' NOT LIKE ALL ('x%', 'y%'), 'abc' LIKE ANY ('x', NULL), 'abc' ILIKE ANY ('A%')
-- try_
SELECT try_add(1, 2), try_add(2147483647, 1), try_add(1, NULL), try_add(1.5, 2), try_add(9223372036854775807L, 1), try_add(1.5D, 1), try_add(CAST(127 AS TINYINT), CAST(1 AS TINYINT))
SELECT try_subtract(1, 2), try_subtract(-2147483648, 1), try_subtract(1.5, 2), try_multiply(2, 3), try_multiply(2147483647, 2), try_multiply(9223372036854775807L, 2L), try_multiply(1.5, 2)
SELECT try_divide(1, 2), try_divide(1, 0), try_divide(1.0, 3), try_divide(1.0, 0), try_divide(1D, 0D), try_divide(NULL, 1), try_mod(7, 3), try_mod(7, 0), try_mod(7.5, 2), try_mod(-7, 3)
SELECT try_add(a, b), try_subtract(a, b), try_multiply(a, b), try_divide(a, b), try_mod(a, b) FROM VALUES (CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)), CAST(1 AS DECIMAL(38,0))), (CAST(-99999999999999999999999999999999999999 AS DECIMAL(38,0)), CAST(3 AS DECIMAL(38,0))), (CAST(5 AS DECIMAL(38,0)), CAST(0 AS DECIMAL(38,0))) AS t(a, b)
SELECT try_add('1', 2), try_multiply('2', 3)
SELECT try_add(DATE '2024-01-01', 3)
SELECT (a + b) * 2 / (a - b) + a % b FROM VALUES (5, 3), (10, 4) AS t(a, b)
SELECT round((a * 1.2345 - b) / 3, 2) FROM VALUES (CAST(5.10 AS DECIMAL(10,2)), 3), (CAST(10.99 AS DECIMAL(10,2)), 4) AS t(a, b)
SELECT quantity * unit_price * (1 - discount) FROM VALUES (3, CAST(9.99 AS DECIMAL(10,2)), CAST(0.15 AS DECIMAL(3,2))), (NULL, CAST(1 AS DECIMAL(10,2)), CAST(0 AS DECIMAL(3,2))) AS t(quantity, unit_price, discount)
