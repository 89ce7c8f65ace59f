/** UDFs: types, NULL, failures, names in SQL; typed rows; the user's line in errors; Arrow in. */
import { tableFromArrays } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { col, count, expr, functions as F, lit, Observation, SparkSession, udf } from "../../src/index.js";
import { useSession } from "../support/session.js";

const lake = useSession();

describe("udf", () => {
  it("takes values as rows have them, and NULL as null", async () => {
    const seen: unknown[] = [];
    const keep = udf((...values: readonly unknown[]) => {
      seen.push(...values);
      return values.length;
    }, "int");
    const frame = lake.spark
      .range(1)
      .select(
        keep(
          "id",
          lit(null),
          expr("CAST(1.5 AS DECIMAL(3,1))"),
          expr("DATE '2024-01-15'"),
          expr("array(1, NULL)"),
          expr("named_struct('a', 1)"),
        ).alias("n"),
      );
    expect(await frame.collect()).toEqual([{ n: 6 }]);
    expect(seen.slice(0, 6)).toEqual([0n, null, "1.5", "2024-01-15", [1, null], { a: 1 }]);
  });

  it("gives nested types, text of other scalars, and is named as in PySpark", async () => {
    const pair = udf(function pair(id: bigint) {
      return { id, half: Number(id) / 2 };
    }, "struct<id: bigint, half: double>");
    const frame = lake.spark.range(1, 2).select(pair("id"), udf((id: bigint) => id)("id"));
    expect(await frame.columns()).toEqual(["pair(id)", "<lambda>(id)"]);
    expect(await frame.toDF("p", "t").collect()).toEqual([{ p: { id: 1n, half: 0.5 }, t: "1" }]);
  });

  it("gets whole columns where it is vectorized", async () => {
    const sizes: number[] = [];
    const twice = udf(
      (ids: readonly bigint[]) => {
        sizes.push(ids.length);
        return ids.map((id) => id * 2n);
      },
      "bigint",
      { vectorized: true },
    );
    const frame = lake.spark.range(5000).select(twice("id").alias("x"));
    expect(await frame.agg(F.sum("x").alias("s")).collect()).toEqual([{ s: 24995000n }]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5000);
    expect(sizes.length).toBeLessThan(10);
  });

  it.each([
    [
      () => {
        throw new Error("bad apple");
      },
      "FAILED_EXECUTE_UDF",
      "`<lambda>`: (bigint) => int) failed due to: Error: bad apple",
    ],
    [async () => 1, "FAILED_EXECUTE_UDF", "async"],
    [() => "x", "CANNOT_ACCEPT_OBJECT_IN_TYPE", "int cannot accept"],
  ])("names the failure of %s", async (code, condition, message) => {
    const failing = lake.spark.range(1).select(udf(code, "int")("id"));
    await expect(failing.collect()).rejects.toMatchObject({ condition, message: expect.stringContaining(message) });
  });

  it("is called by name in SQL, by its session alone, and hides a function of Spark", async () => {
    const plusOne = lake.spark.udf.register("plus_one", (x: number | null) => (x === null ? null : x + 1), "int");
    const rows = await lake.spark.sql("SELECT plus_one(1) AS a, plus_one(NULL) AS b");
    expect(await rows.collect()).toEqual([{ a: 2, b: null }]);
    expect(
      await lake.spark
        .range(1)
        .select(plusOne(lit(4)))
        .columns(),
    ).toEqual(["plus_one(4)"]);
    const other = lake.spark.newSession();
    await expect(other.sql("SELECT plus_one(1)").then((one) => one.collect())).rejects.toMatchObject({
      condition: "UNRESOLVED_ROUTINE",
    });
    other.udf.register("upper", () => "mine");
    expect(await (await other.sql("SELECT upper('a') AS u")).collect()).toEqual([{ u: "mine" }]);
    expect(await (await lake.spark.sql("SELECT upper('a') AS u")).collect()).toEqual([{ u: "A" }]);
  });

  it("is called for each row where it is not deterministic", async () => {
    let calls = 0;
    const next = udf(() => ++calls, "int").asNondeterministic();
    const rows = await lake.spark.range(3).select(next().alias("n")).collect();
    expect(new Set(rows.map((row) => row.n)).size).toBe(3);
  });
});

describe("typed rows", () => {
  const Row = z.object({ id: z.bigint(), name: z.string().nullable() });

  it("are of the schema's type", async () => {
    const frame = lake.spark.range(1).withColumn("name", lit("Ann"));
    const [first] = await frame.as(Row).collect();
    const name: string | null | undefined = first?.name;
    expect(name).toBe("Ann");
    for await (const row of frame.as(Row)) expect(row.id).toBe(0n);
  });

  it("name the row and the field that do not fit", async () => {
    const frame = lake.spark.range(1).withColumn("name", lit(1));
    await expect(frame.collect(Row)).rejects.toMatchObject({
      condition: "ROW_SCHEMA_MISMATCH",
      parameters: { row: "0", path: "name" },
    });
  });
});

describe("a session", () => {
  it("is found by its builder, and takes settings", async () => {
    const spark = await SparkSession.builder.config("spark.sql.shuffle.partitions", 7).getOrCreate();
    expect(spark.conf.get("spark.sql.shuffle.partitions")).toBe("7");
    expect(() => spark.conf.get("spark.nothing")).toThrow("SQL_CONF_NOT_FOUND");
    expect(spark.conf.get("spark.nothing", null)).toBeNull();
    expect(lake.spark.range(1).sparkSession).toBe(lake.spark);
  });

  it("lists what there is", async () => {
    const { catalog } = lake.spark;
    await lake.spark.sql("CREATE TABLE listed (a INT COMMENT 'the a', p DATE) PARTITIONED BY (p) COMMENT 'told'");
    await lake.spark.range(1).createOrReplaceTempView("seen");
    expect(await catalog.listTables("default")).toEqual([
      expect.objectContaining({ name: "listed", description: "told", tableType: "MANAGED", namespace: ["default"] }),
      expect.objectContaining({ name: "seen", tableType: "TEMPORARY", catalog: null }),
    ]);
    expect((await catalog.listColumns("listed")).map((one) => [one.name, one.description, one.isPartition])).toEqual([
      ["a", "the a", false],
      ["p", null, true],
    ]);
    expect(await catalog.tableExists("nothing")).toBe(false);
    expect(await catalog.functionExists("upper")).toBe(true);
    expect([await catalog.dropTempView("seen"), await catalog.dropTempView("seen")]).toEqual([true, false]);
  });

  it("takes rows as Arrow and plain values", async () => {
    const table = tableFromArrays({ x: Int32Array.of(1, 2), s: ["a", null] });
    expect(await lake.spark.createDataFrame(table).collect()).toEqual([
      { x: 1, s: "a" },
      { x: 2, s: null },
    ]);
    expect(await lake.spark.createDataFrame([1, 2], "int").collect()).toEqual([{ value: 1 }, { value: 2 }]);
    expect(() => lake.spark.createDataFrame([1])).toThrow("CANNOT_INFER_SCHEMA_FOR_TYPE");
  });
});

it("an observation gives its figures", async () => {
  const seen = new Observation("rows");
  const frame = lake.spark.range(3).observe(seen, count(lit(1)).alias("n"));
  expect(await frame.filter("id > 1").count()).toBe(1);
  expect(await seen.get()).toEqual({ n: 3n });
});

it("an error names the line of the step that is wrong", async () => {
  const before = Number(/:(\d+):\d+\)?$/.exec(new Error("here").stack?.split("\n")[1] ?? "")?.[1]);
  const wrong = lake.spark.range(3).filter("id > 1").select(col("nope"));
  await expect(wrong.limit(1).collect()).rejects.toMatchObject({
    condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    location: { file: import.meta.filename, line: before + 1 },
  });
});
