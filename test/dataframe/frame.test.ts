/** What the recorded answers cannot hold: sampling, caches, Columns as values, long chains, what is printed beside rows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as lakelet from "../../src/index.js";
import {
  ArrayType,
  col,
  current_timestamp,
  DecimalType,
  expr,
  from_json,
  isLakeletError,
  LongType,
  lit,
  StringType,
  StructField,
  StructType,
} from "../../src/index.js";
import { useSession } from "../support/session.js";

const lake = useSession();

it("a name that is missing from what was read is told as such", () => {
  const { source_table: missing } = JSON.parse("{}");
  expect(() => lake.spark.table(missing)).toThrow("[NOT_STR] Argument `name` should be a str, got undefined.");
});

describe("sample and randomSplit", () => {
  const ids = async (frame: lakelet.DataFrame) =>
    (await frame.collect()).map((row) => Number(row.id)).sort((a, b) => a - b);

  it("takes the same rows by the same seed, others by another", async () => {
    const range = lake.spark.range(2000);
    const first = await ids(range.sample(0.2, 42));
    expect(await ids(range.sample(0.2, 42))).toEqual(first);
    expect(await ids(range.sample({ fraction: 0.2, seed: 42 }))).toEqual(first);
    expect(await ids(range.sample(0.2, 43))).not.toEqual(first);
    expect(first.length).toBeGreaterThan(250);
    expect(first.length).toBeLessThan(550);
  });
  it("keeps the rows of a DataFrame without a seed", async () => {
    const sampled = lake.spark.range(500).sample(0.5);
    expect(await ids(sampled)).toEqual(await ids(sampled));
  });
  it("splits every row into one part", async () => {
    const parts = lake.spark.range(1000).randomSplit([1, 2, 1], 7);
    const all = (await Promise.all(parts.map(ids))).flat().sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });
  it("refuses fractions out of bounds and replacement", () => {
    for (const options of [{ fraction: 1.5 }, { fraction: -1 }, { fraction: 0.5, withReplacement: true }]) {
      expect(() => lake.spark.range(1).sample(options)).toThrow(lakelet.LakeletError);
    }
  });
});

describe("cache", () => {
  it("keeps columns of one name apart, and the rows until they are let go", async () => {
    const left = lake.spark.createDataFrame([[1, "a"]], ["id", "x"]);
    const right = lake.spark.createDataFrame([[1, "b"]], ["id", "x"]);
    const both = left.join(right, left.col("id").eq(right.col("id")));
    const cached = await both.cache();
    expect(await cached.select(left.col("x").alias("l"), right.col("x").alias("r")).collect()).toEqual([
      { l: "a", r: "b" },
    ]);
    await cached.unpersist();
    expect(await cached.count()).toBe(1);
  });
  it("reads rows as they were when they were kept", async () => {
    await lake.spark.range(2).write.saveAsTable("kept");
    const cached = await lake.spark.table("kept").cache();
    await lake.spark.range(5).write.mode("append").saveAsTable("kept");
    expect(await cached.count()).toBe(2);
    expect(await lake.spark.table("kept").count()).toBe(7);
  });
});

describe("createDataFrame", () => {
  it("evaluates Columns among the values", async () => {
    const frame = lake.spark.createDataFrame([{ id: 1, at: current_timestamp(), twice: lit(2).multiply(2) }]);
    expect(await frame.dtypes()).toEqual([
      ["id", "int"],
      ["at", "timestamp"],
      ["twice", "int"],
    ]);
    const typed = lake.spark.createDataFrame([[1, current_timestamp()]], "id BIGINT, at TIMESTAMP");
    expect(await typed.dtypes()).toEqual([
      ["id", "bigint"],
      ["at", "timestamp"],
    ]);
  });
});

describe("types", () => {
  it("are called as in PySpark", async () => {
    const schema = StructType([
      StructField("id", LongType(), false),
      StructField("price", DecimalType(10, 2)),
      StructField("tags", ArrayType(StringType())),
    ]);
    const frame = lake.spark.createDataFrame([[1, "2.50", ["x"]]], schema);
    expect(await frame.dtypes()).toEqual([
      ["id", "bigint"],
      ["price", "decimal(10,2)"],
      ["tags", "array<string>"],
    ]);
    const cast = frame.select(
      col("price").cast(StringType()).alias("text"),
      from_json(lit('["y"]'), ArrayType(StringType())).alias("list"),
    );
    expect(await cast.collect()).toEqual([{ text: "2.50", list: ["y"] }]);
  });
});

describe("plans", () => {
  it("compile long chains of steps", async () => {
    let frame = lake.spark.range(3).withColumn("x", lit(0));
    for (let i = 0; i < 60; i++) frame = frame.withColumn("x", col("x").plus(1)).filter(col("x").gt(0));
    expect(await frame.agg({ x: "sum" }).collect()).toEqual([{ "sum(x)": 180n }]);
  });
  it("explain themselves", async () => {
    const text = await lake.spark.range(3).executor.explain(lake.spark.range(3).plan, "extended");
    expect(text).toMatch(/Physical Plan/);
    expect(text).toMatch(/Engine SQL/);
  });
  it("give Arrow", async () => {
    const table = await lake.spark.range(3).withColumn("s", expr("concat('a', id)")).toArrow();
    expect(table.numRows).toBe(3);
    expect(table.schema.fields.map((one) => one.name)).toEqual(["id", "s"]);
  });
  it("name the DataFrame's column, not its number, in errors", async () => {
    const other = lake.spark.range(1).withColumn("y", lit(1));
    const error = await lake.spark
      .range(1)
      .select(other.col("y"))
      .collect()
      .catch((caught: unknown) => caught);
    expect(isLakeletError(error, "MISSING_ATTRIBUTES")).toBe(true);
    expect(String(error)).not.toMatch(/#\d/);
  });
});

describe("functions", () => {
  /** Written in SQL, or methods of Column in PySpark too; `if` is a word of JavaScript. */
  const ELSEWHERE = new Set("if in between case mod div cast try_cast map with_field sentences".split(" "));

  it("exist for every name that the everyday page lists", () => {
    const page = FUNCTIONS.split(/\s+/).filter((name) => name !== "" && !ELSEWHERE.has(name));
    expect(page.filter((name) => typeof (lakelet as Record<string, unknown>)[name] !== "function")).toEqual([]);
  });
  it("have golden answers of PySpark", () => {
    const folder = join(import.meta.dirname, "..", "golden", "dataframe", "cases");
    const families = ["aggregate", "nested", "number", "text"].map((one) => `functions_${one}`);
    const text = [...families, "windowing", "columns", "grouping", "rows"]
      .map((one) => readFileSync(join(folder, `${one}.ts`), "utf8"))
      .join("\n");
    const page = FUNCTIONS.split(/\s+/).filter((name) => name !== "" && !ELSEWHERE.has(name) && !NO_PYSPARK.has(name));
    expect(page.filter((name) => !text.includes(`F.${name}(`))).toEqual([]);
  });
});

/** Names of Spark SQL that PySpark has no function for. */
const NO_PYSPARK = new Set("iff len chr uuid timestampadd timestampdiff".split(" "));

const FUNCTIONS = `
count sum avg mean min max first last any_value count_if collect_list collect_set approx_count_distinct stddev stddev_samp
stddev_pop variance var_pop median percentile percentile_approx mode max_by min_by bool_and every bool_or some corr covar_samp
grouping grouping_id row_number rank dense_rank percent_rank ntile lag lead first_value last_value nth_value
coalesce nvl nvl2 ifnull nullif if iff when isnull isnotnull isnan nanvl greatest least decode equal_null in between like ilike rlike
concat concat_ws upper lower initcap trim ltrim rtrim btrim length len char_length substring substr left right split split_part
substring_index replace translate regexp_replace regexp_extract regexp_extract_all regexp_like instr locate position lpad rpad
repeat reverse ascii char chr startswith endswith contains format_string printf format_number soundex levenshtein base64 unbase64
hex unhex encode decode md5 sha1 sha2 crc32 xxhash64 hash uuid sentences
abs round bround ceil floor sign sqrt cbrt pow exp ln log log10 log2 mod pmod div rand greatest least shiftleft shiftright conv bin
width_bucket try_add try_subtract try_multiply try_divide try_cast cast
current_date current_timestamp now to_date to_timestamp to_unix_timestamp unix_timestamp from_unixtime from_utc_timestamp
to_utc_timestamp date_format date_add date_sub dateadd datediff date_diff timestampadd timestampdiff add_months months_between
last_day next_day trunc date_trunc year quarter month day dayofmonth dayofweek weekday dayofyear weekofyear hour minute second
extract date_part make_date make_timestamp window
array size cardinality element_at try_element_at array_contains array_distinct array_join array_sort sort_array array_max array_min
array_position array_remove array_union array_intersect array_except arrays_overlap arrays_zip array_append array_compact flatten
slice sequence explode explode_outer posexplode inline stack transform filter exists forall aggregate reduce map map_from_arrays
map_keys map_values map_entries map_concat struct named_struct with_field
get_json_object json_tuple from_json to_json schema_of_json from_csv to_csv
input_file_name monotonically_increasing_id current_catalog current_schema current_database current_user version typeof
`;
