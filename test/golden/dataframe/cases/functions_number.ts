/** Functions of numbers and dates under PySpark's names. */
import * as F from "../../../../src/index.js";
import type { Cases } from "./case.js";

export const cases: Cases = {
  abs: (t) => t.figures.select(F.abs("i"), F.abs("d"), F.abs("dec")),
  round: (t) => t.figures.select(F.round("d"), F.round("dec", 1), F.round("i", -1)),
  bround: (t) => t.figures.select(F.bround("d"), F.bround("dec", 2)),
  ceil: (t) => t.figures.filter("id <> 3").select(F.ceil("d"), F.ceil("dec"), F.ceil("dec", F.lit(1))),
  floor: (t) => t.figures.filter("id <> 3").select(F.floor("d"), F.floor("dec"), F.floor("dec", F.lit(1))),
  ceiling: (t) => t.figures.filter("id <> 3").select(F.ceiling("d")),
  sign: (t) => t.figures.select(F.sign("i"), F.signum("d")),
  sqrt: (t) => t.figures.select(F.sqrt("i"), F.cbrt("i")),
  pow: (t) => t.figures.select(F.pow("i", 2), F.pow(F.col("d"), F.lit(2)), F.power("i", "id")),
  exp: (t) => t.figures.select(F.exp("id"), F.expm1("id")),
  ln: (t) => t.figures.select(F.ln("id"), F.log("id"), F.log(2.0, "id")),
  log10: (t) => t.figures.select(F.log10("id"), F.log2("id"), F.log1p("id")),
  trigonometry: (t) =>
    t.figures.select(F.sin("id"), F.cos("id"), F.tan("id"), F.atan2("id", "i"), F.degrees("id"), F.radians("id")),
  inverse: (t) => t.figures.select(F.asin(F.lit(0.5)), F.acos(F.lit(0.5)), F.atan(F.lit(0.5))),
  hyperbolic: (t) => t.figures.select(F.sinh("id"), F.cosh("id"), F.tanh("id")),
  constants: (t) => t.spark.range(1).select(F.pi(), F.e()),
  pmod: (t) => t.figures.select(F.pmod("i", F.lit(3)), F.pmod(F.col("i"), F.col("id"))),
  rint: (t) => t.figures.select(F.rint("d")),
  negative: (t) => t.figures.select(F.negative("i"), F.negate("i"), F.positive("i")),
  factorial: (t) => t.figures.select(F.factorial("id")),
  hypot: (t) => t.figures.select(F.hypot("id", "i")),
  rand: (t) => t.spark.range(3).select(F.rand(7).between(0, 1).alias("x"), F.rand().lt(1).alias("y")),
  rand_same_seed: (t) => t.spark.range(3).select(F.rand(7).eq(F.rand(7)).alias("x")),
  randn: (t) => t.spark.range(3).select(F.randn(7).isNotNull().alias("x")),
  shiftleft: (t) => t.figures.select(F.shiftleft("id", 2), F.shiftright("id", 1), F.shiftrightunsigned("id", 1)),
  bit_count: (t) => t.figures.select(F.bit_count("id"), F.bit_get("id", F.lit(0)), F.getbit("id", F.lit(1))),
  conv: (t) => t.figures.select(F.conv("id", 10, 2), F.conv(F.lit("ff"), 16, 10)),
  bin: (t) => t.figures.select(F.bin("id")),
  width_bucket: (t) => t.figures.select(F.width_bucket("id", F.lit(0), F.lit(4), F.lit(2))),
  try_add: (t) =>
    t.figures.select(
      F.try_add("id", F.lit(2147483647)),
      F.try_subtract("id", F.lit(1)),
      F.try_multiply("id", F.lit(2147483647)),
    ),
  try_divide: (t) =>
    t.figures.select(F.try_divide("id", F.lit(0)), F.try_divide("id", F.lit(2)), F.try_mod("id", F.lit(0))),
  current_date: (t) =>
    t.spark
      .range(1)
      .select(
        F.current_date().eq(F.to_date(F.current_timestamp())).alias("x"),
        F.curdate().eq(F.current_date()).alias("y"),
      ),
  current_timestamp: (t) => t.spark.range(1).select(F.current_timestamp().eq(F.now()).alias("x")),
  current_types: async (t) => {
    const now = t.spark
      .range(1)
      .select(F.current_date(), F.current_timestamp(), F.now(), F.localtimestamp(), F.current_timezone());
    return (await now.dtypes()).map(([, type]) => type);
  },
  current_names: (t) => t.spark.range(1).select(F.current_date(), F.current_timestamp(), F.now()).columns(),
  to_date: (t) => t.moments.select(F.to_date("s"), F.to_date("at"), F.to_date(F.lit("05.03.2024"), "dd.MM.yyyy")),
  to_timestamp: (t) =>
    t.moments.select(F.to_timestamp("s"), F.to_timestamp(F.lit("05.03.2024 10:11"), "dd.MM.yyyy HH:mm")),
  try_to_timestamp: (t) =>
    t.moments.select(F.try_to_timestamp(F.lit("x")), F.try_to_timestamp("s", F.lit("yyyy-MM-dd"))),
  to_timestamp_ntz: (t) => t.moments.select(F.to_timestamp_ntz("s"), F.to_timestamp_ltz("s")),
  to_unix_timestamp: (t) => t.moments.select(F.to_unix_timestamp("at"), F.to_unix_timestamp("s", F.lit("yyyy-MM-dd"))),
  unix_timestamp: (t) =>
    t.moments.select(
      F.unix_timestamp("at"),
      F.unix_timestamp("s", "yyyy-MM-dd"),
      F.unix_timestamp().gt(0).alias("now"),
    ),
  unix_parts: (t) =>
    t.moments.select(F.unix_seconds("at"), F.unix_millis("at"), F.unix_micros("at"), F.unix_date("day")),
  from_unix_parts: (t) =>
    t.figures.select(
      F.timestamp_seconds("id"),
      F.timestamp_millis("id"),
      F.timestamp_micros("id"),
      F.date_from_unix_date("id"),
    ),
  from_unixtime: (t) => t.figures.select(F.from_unixtime("id"), F.from_unixtime("id", "yyyy-MM-dd")),
  from_utc_timestamp: (t) =>
    t.moments.select(F.from_utc_timestamp("at", "Europe/Berlin"), F.to_utc_timestamp("at", "Europe/Berlin")),
  date_format: (t) =>
    t.moments.select(F.date_format("at", "yyyy-MM-dd HH:mm:ss.SSS"), F.date_format("day", "EEEE d MMM yy")),
  date_add: (t) =>
    t.moments.select(F.date_add("day", 1), F.date_sub("day", 1), F.dateadd("day", 2), F.date_add("day", F.col("id"))),
  datediff: (t) => t.moments.select(F.datediff("day", F.lit("2024-01-01")), F.date_diff("day", F.to_date("s"))),
  add_months: (t) => t.moments.select(F.add_months("day", 1), F.add_months("day", -1), F.add_months("day", "id")),
  months_between: (t) =>
    t.moments.select(F.months_between("at", "day"), F.months_between("day", F.to_date("s"), false)),
  last_day: (t) => t.moments.select(F.last_day("day")),
  next_day: (t) => t.moments.select(F.next_day("day", "Mon")),
  trunc: (t) => t.moments.select(F.trunc("day", "month"), F.trunc("day", "year"), F.trunc("at", "week")),
  date_trunc: (t) => t.moments.select(F.date_trunc("month", "at"), F.date_trunc("hour", "at")),
  year: (t) => t.moments.select(F.year("day"), F.quarter("day"), F.month("day"), F.day("day"), F.dayofmonth("day")),
  dayofweek: (t) => t.moments.select(F.dayofweek("day"), F.weekday("day"), F.dayofyear("day"), F.weekofyear("day")),
  dayname: (t) => t.moments.select(F.dayname("day"), F.monthname("day")),
  hour: (t) => t.moments.select(F.hour("at"), F.minute("at"), F.second("at")),
  extract: (t) => t.moments.select(F.extract(F.lit("YEAR"), "day"), F.extract(F.lit("SECOND"), "at")),
  date_part: (t) => t.moments.select(F.date_part(F.lit("month"), "day"), F.datepart(F.lit("hour"), "at")),
  make_date: (t) => t.figures.select(F.make_date(F.lit(2024), "id", F.lit(5))),
  make_timestamp: (t) =>
    t.figures.select(F.make_timestamp(F.lit(2024), "id", F.lit(5), F.lit(10), F.lit(11), F.lit(12.5))),
  make_interval: (t) =>
    t.moments.select(
      F.col("at")
        .plus(F.make_dt_interval(F.lit(1), F.lit(2)))
        .alias("x"),
      F.col("day")
        .plus(F.make_ym_interval(F.lit(1), F.lit(2)))
        .alias("y"),
    ),
  timestamp_add: (t) =>
    t.moments.select(
      F.timestamp_add("HOUR", F.lit(3), "at"),
      F.timestamp_diff("DAY", "at", F.lit("2024-02-05").cast("timestamp")),
    ),
  window: (t) => t.moments.select(F.window("at", "1 hour")),
  window_start: (t) =>
    t.moments
      .filter("id = 1")
      .select(F.window("at", "10 minutes", null, "3 minutes").alias("w"))
      .select("w.start", "w.end"),
  window_slide: (t) =>
    t.moments
      .filter("id = 1")
      .select(F.window("at", "10 minutes", "5 minutes").alias("w"))
      .select("w.start", "w.end"),
  convert_timezone: async (t) =>
    (await t.spark.sql("SELECT TIMESTAMP_NTZ '2024-01-15 10:00:00' AS x")).select(
      F.convert_timezone(F.lit("UTC"), F.lit("Asia/Tokyo"), "x"),
    ),
  weeks: (t) => t.moments.select(F.date_format("day", "D"), F.date_trunc("week", "at"), F.date_trunc("quarter", "at")),
};
