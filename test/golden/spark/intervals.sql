-- Intervals of both families and of the calendar: arithmetic, casts, comparison, aggregates. Their texts, for Python has no type for them.
select string(abs(INTERVAL -'1-1' YEAR TO MONTH)), string(abs(interval '-1 02:03:04' day to second)), typeof(abs(interval -'5' hour))
select sign(INTERVAL -'100' YEAR), signum(interval '0' day), sign(interval '5' second)
select INTERVAL '1-1' YEAR TO MONTH div INTERVAL '-1' MONTH, interval '1' day div interval '1' hour, interval '-7' hour div interval '2' hour
select interval '1' day div interval '0' hour
select interval '1' day / interval '2' hour
select interval '1' day % interval '2' hour
select string(interval '1' day / 3), string(interval '1' year / 5), string(interval '7' month / 2), string(interval '-7' month / 2), string(interval '5' day * 1.5), string(interval '1' month * 2.5), string(interval '3' month * 1.5), string(2 * interval '1' hour), string(interval '1' second / 3), string(interval '1' second * 0.3333333d)
select typeof(interval '1' day / 3), typeof(interval '1' year / 5), typeof(interval '1' hour * 2), typeof(interval '1' day + interval '1' second), typeof(interval '1' year + interval '1' month), typeof(interval '1' hour - interval '1' hour), typeof(-interval '1' minute), typeof(+interval '1' minute)
select interval '1' day / 0
select interval '1' month / 0
select string(try_divide(interval 2 month, 0)), string(try_divide(interval '1' day, 0)), string(try_divide(interval '1' day, 2))
select string(try_add(interval 1 year, interval 2 year)), string(try_subtract(interval 1 day, interval 1 hour)), string(try_multiply(interval 2 month, 3))
select string(try_add(interval '2147483647' month, interval '1' month))
select interval '2147483647' month + interval '1' month
select string(try_multiply(interval '2147483647' month, 2))
select interval '2147483647' month * 2
select -interval '-178956970-8' year to month
select interval '106751991' day + interval '106751991' day
select interval '1' day = interval '24' hour, interval '1' day < interval '25' hour, interval '12' month = interval '1' year, interval '1' day <=> null, interval '13' month > interval '1' year
select interval '1' day = interval '1' month
select interval '1' day + interval '1' month
select string(interval 1 year 2 months), string(interval 1 day 2 hours), typeof(interval 1 year 2 months), typeof(interval 1 day 2 hours), string(interval 1 week), string(interval 3 milliseconds), string(interval 5 microseconds), typeof(interval 1 week), string(interval '1 day 2 hours'), string(interval '1 year -2 months'), string(interval '-1 day'), string(interval -1 day)
select string(interval '1' day + interval '1' hour - interval '30' minute)
select string(make_ym_interval(1, 2)), string(make_ym_interval(-1, 1)), string(make_ym_interval()), string(make_dt_interval(1, 12, 30, 01.001001)), string(make_dt_interval(-1)), string(make_dt_interval(null)), string(make_dt_interval())
select make_ym_interval(178956970, 8)
select make_dt_interval(106751992)
select string(make_interval(1,2,3,4,5,6,7.5))
select string(make_interval(100, 11, 1, 1, 12, 30, 01.001001))
select string(make_interval(0, 0, 0, 0, 0, 0, 0)), string(make_interval()), string(make_interval(0,-1,0,-1,-1,0,0)), string(make_interval(1,-1)), string(make_interval(0,13,1,0,0,0,0.5))
select string(try_make_interval(2147483647))
select timestamp'2020-01-31 00:00:00' + make_interval(0,1,0,1,1)
select date'2020-01-31' + make_interval(0,1), timestamp'2020-03-31' - make_interval(0,1,0,0,2)
select string(cast('1-2' as interval year to month)), string(cast('1 02:03:04.5' as interval day to second)), string(cast('INTERVAL \'1-2\' YEAR TO MONTH' as interval year to month)), string(cast('5' as interval month)), string(cast('10' as interval hour)), string(cast('10:20' as interval hour to minute))
select cast('abc' as interval day)
select try_cast('abc' as interval day) is null
select string(cast(5 as interval month)), string(cast(5 as interval day)), string(cast(1.5 as interval second)), string(cast(3 as interval hour)), string(cast(100 as interval minute)), string(cast(7Y as interval year))
select cast(interval '14' month as int), cast(interval '2-3' year to month as int), cast(interval '5' day as bigint), cast(interval '5' hour as int), cast(interval '5.5' second as decimal(10,2)), cast(interval '5 10' day to hour as bigint), cast(interval '100' second as tinyint)
select cast(interval '300' second as tinyint)
select cast(interval '5.5' second as int), cast(interval '14' month as decimal(5,1))
select cast(interval '14' month as double)
select string(cast(interval '14' month as interval year)), string(cast(interval '2-3' year to month as interval month)), string(cast(interval '1 10:30:20' day to second as interval hour)), string(cast(interval '1 10:30:20' day to second as interval day)), string(cast(interval '10' day as interval hour to second))
select cast(interval '14' month as interval day)
select cast(true as interval day)
select cast(interval '1' day as boolean)
select date'2020-01-31' + interval '1' month, date'2020-01-31' + interval '1' day, date'2020-01-31' + interval '1' hour, date'2020-03-31' - interval '1' month, interval '1' day + date'2020-01-01'
select typeof(date'2020-01-31' + interval '1' month), typeof(date'2020-01-31' + interval '1' day), typeof(date'2020-01-31' + interval '1' hour), typeof(timestamp_ntz'2020-01-31 00:00:00' + interval '1' day)
select string(date'2020-03-01' - date'2020-01-01'), typeof(date'2020-03-01' - date'2020-01-01'), string(timestamp'2020-03-01 10:00:00' - timestamp'2020-03-01'), typeof(timestamp'2020-03-01 10:00:00' - timestamp'2020-03-01'), string(date'2020-03-01' - timestamp'2020-02-01 12:00:00'), string(timestamp_ntz'2020-03-01 10:00:00' - timestamp'2020-03-01')
select timestamp'2020-01-31 10:00:00' + interval '1-1' year to month, timestamp'2020-01-31 10:00:00' - interval '1 02:03:04.5' day to second, timestamp_ntz'2020-01-31 10:00:00' + interval '1' month
select interval '1' day - date'2020-01-01'
select date'2020-01-01' + interval '1' month + interval '1' day
select extract(year from interval '2-3' year to month), extract(month from interval '2-3' year to month), extract(day from interval '1 02:03:04.5' day to second), extract(hour from interval '1 02:03:04.5' day to second), extract(minute from interval '1 02:03:04.5' day to second), extract(second from interval '1 02:03:04.5' day to second), date_part('days', interval '5' day), extract(hour from interval '50' hour), extract(day from interval '50' hour)
select extract(day from interval '2-3' year to month)
select extract(second from interval '-1 02:03:04.5' day to second), extract(month from interval '-2-3' year to month)
select string(sum(c)), string(avg(c)), string(min(c)), string(max(c)), typeof(sum(c)), typeof(avg(c)), count(c) from values (interval '1' day),(interval '2' day),(null) t(c)
select string(sum(c)), string(avg(c)), string(min(c)), string(max(c)), typeof(sum(c)), typeof(avg(c)) from values (interval '1' month),(interval '2' month),(null) t(c)
select string(sum(c)), string(avg(c)), typeof(avg(c)), typeof(sum(c)) from values (interval '1-2' year to month),(interval '2-5' year to month) t(c)
select string(median(col)), string(percentile(col, 0.5)), string(percentile(col, 0.3)), string(percentile_approx(col, 0.5)), string(mode(col)), typeof(percentile(col, 0.5)), typeof(median(col)) from values (interval '0' month), (interval '10' month), (interval '10' month) as tab(col)
select string(percentile(col, array(0.2, 0.5))), string(percentile_cont(0.25) within group (order by col)), string(percentile_disc(0.25) within group (order by col)), string(percentile_approx(col, array(0.5, 0.7), 100)) from values (interval '0' second), (interval '10' second) as tab(col)
select string(try_avg(col)), string(try_sum(col)) from values (interval '2147483647 months'), (interval '1 months') as tab(col)
select sum(col) from values (interval '2147483647 months'), (interval '1 months') as tab(col)
select avg(col) from values (interval '2147483647 months'), (interval '1 months') as tab(col)
select string(c), count(*) from values (interval '1' day),(interval '24' hour),(interval '1' hour) t(c) group by c order by c
select string(c) from values (interval '1' month),(interval '-1' month),(null),(interval '0' month) t(c) order by c desc
select distinct string(c) from (select interval '60' minute c union all select interval '1' hour)
select string(first(c)), string(last(c)), string(any_value(c)), string(collect_list(c)), string(array_agg(c)) from values (interval '1' day) t(c)
select string(coalesce(null, interval '1' day)), string(if(true, interval '1' day, interval '1' hour)), typeof(if(true, interval '1' day, interval '1' hour)), typeof(coalesce(interval '1' year, interval '1' month)), string(greatest(interval '1' day, interval '30' hour)), string(nullif(interval '1' day, interval '24' hour))
select string(array(interval '1' day, interval '2' hour)), typeof(array(interval '1' day, interval '2' hour)), string(map('a', interval '1' month)), string(struct(interval '1' day))
select string(sequence(date'2020-01-01', date'2020-01-03', interval '1' day)), string(sequence(timestamp'2020-01-01', timestamp'2020-01-02', interval '12' hour)), string(sequence(date'2020-01-31', date'2020-04-30', interval '1' month))
select to_json(struct(interval '1' day as a, interval '1-2' year to month as b)), to_csv(struct(interval '1' day as a))
select concat('x', interval '1' day), interval '1' day || '', length(string(interval '1' day))
select hash(interval '1' month), hash(interval '1' day), xxhash64(interval '1' month), xxhash64(interval '1' day)
select string(interval '-1-1' year to month), string(interval '-1 01:02:03' day to second), string(interval '-0.5' second), string(interval '100' hour), string(interval '100:30' hour to minute), string(interval '0' year), string(interval '1.000001' second), string(interval '90' minute), string(interval '01:02' minute to second), string(interval '5 3' day to hour)
select interval '1' day in (interval '24' hour), interval '1' day between interval '1' hour and interval '25' hour
select string(negative(interval '1' day)), string(positive(interval '1' day)), string(- interval '1-1' year to month)
select string(window.end - window.start) from (select window(timestamp'2020-01-01 00:03:00', '5 minutes'))
select isnull(interval '1' day), isnotnull(cast(null as interval day)), string(nvl(cast(null as interval day), interval '1' day))
select date_add(date'2020-01-01', interval '1' day)
select add_months(date'2020-01-01', 1), date_trunc('month', timestamp'2020-01-15' + interval '1' month)
select string(timestampdiff(day, date'2020-01-01', date'2020-01-05')), string(date_diff(date'2020-01-05', date'2020-01-01'))
select string(cast(null as interval month)), interval '1' month is null
select round(interval '1' day)
select interval '1' day + 1
select interval '1' day * interval '1' day
select string(interval '1' day * '2.5'), string('3' * interval '1' month)
select 5 / interval '1' day
select to_char(interval '1' day, '99')
select date_format(interval '1' day, 'HH')
select cast('2020-01-01' as date) + '1 day'
select timestamp'2020-01-01' + interval '1' day * 2
select date'2020-01-01' - interval '1' second, string(date'2020-01-01' - timestamp_ntz'2019-12-31 23:00:00')
select interval '1 2:3' day to minute = interval '1 02:03:00' day to second
select extract(hour from interval '50' hour)
select extract(day from interval '50' hour)
select extract(minute from interval '50:10' hour to minute), extract(second from interval '500' second), extract(month from interval '14' month)
select extract(year from interval '14' month)
select extract(hour from interval '1 5' day to hour)
select extract(minute from interval '1' day)
select typeof(extract(hour from interval '50' hour)), typeof(extract(second from interval '5' second)), typeof(extract(year from interval '5' year)), typeof(extract(day from interval '5' day)), typeof(extract(month from interval '5' month))
select typeof(make_interval(1)), make_interval(1) = make_interval(1)
select make_interval(1) < make_interval(2)
select string(make_interval(1) + interval '1' month)
select date'2020-01-31' + make_interval(0,0,0,0,1)
select max(make_interval(1))
select string(abs(make_interval(1)))
select string(sum(make_interval(1)))
select extract(year from make_interval(1,2)), extract(day from make_interval(0,0,1,2)), extract(second from make_interval(0,0,0,0,0,0,1.5))
select timestamp_ntz'2020-01-31 00:00:00' + make_interval(0,1,0,1,1)
select cast(interval '1' month as interval)
select string(array(make_interval(1))), to_json(struct(make_interval(1) as a))
select string(cast('1-2' as interval year)), 1
select string(cast('10' as interval day to second))
select string(cast('1 10:00:00' as interval hour to second))
select string(cast('  10  ' as interval day)), string(cast('+5' as interval day)), string(cast('-1-2' as interval year to month)), string(cast('INTERVAL -\'10\' DAY' as interval day)), string(cast('interval \'10\' day' as interval day)), string(cast('-01:02:03.123456789' as interval hour to second)), string(cast('100:20' as interval minute to second))
select string(cast(1.7 as interval day))
select string(cast(1.7 as interval month))
select string(cast(1.7d as interval month))
select string(cast(3000000000L as interval month))
select string(cast(5 as interval year to month))
select string(cast(5 as interval day to second))
select cast(interval '1-2' year to month as string), cast(interval '5' day as double)
select cast(interval '26' hour as bigint), cast(interval '1 2' day to hour as int), cast(interval '1 2:03' day to minute as int), cast(interval '-5.7' second as int), cast(interval '-5.7' second as decimal(10,1)), cast(interval '5' day as decimal(10,2))
select percentile(c, 0.5) from values (interval '1' day), (interval '2' day) t(c) where false
select string(percentile(c, 0.33)), string(percentile(c, 0.77)) from values (interval '1' month), (interval '2' month), (interval '9' month) t(c)
select string(percentile(c, 0.33)) from values (interval '1.000001' second), (interval '2' second), (interval '9' second) t(c)
