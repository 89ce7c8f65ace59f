/** Reading and writing files and tables through DataFrames: formats, options, time travel, the file of a row. */
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { col, expectOrFail, expr, input_file_name, isLakeletError, notNull } from "../../src/index.js";
import { useSession } from "../support/session.js";

const lake = useSession({ timeZone: "Europe/Berlin" });
const file = (name: string) => join(lake.folder, "in", name);
const uri = (name: string) => pathToFileURL(file(name)).href.replace("file:///", "file:///");

beforeAll(() => {
  mkdirSync(join(lake.folder, "in"), { recursive: true });
  writeFileSync(file("a.csv"), "id,name,at\n1,Ann,2024-01-15 10:00:00\n2,Bob,\n");
  writeFileSync(file("b.csv"), "id,name,at\n3,Cid,2024-01-16 10:00:00\n");
  writeFileSync(file("semi.csv"), "1;x\n2;y\n");
  writeFileSync(file("r.json"), '{"id": 1, "tags": ["x"]}\n{"id": 2, "tags": null}\n');
  writeFileSync(file("t.txt"), "one\ntwo\n");
});

const rows = async (frame: { collect(): Promise<readonly Readonly<Record<string, unknown>>[]> }) =>
  (await frame.collect()).map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
    ),
  );
const condition = async (run: () => unknown): Promise<string> => {
  try {
    await run();
    return "nothing was thrown";
  } catch (error) {
    return isLakeletError(error) ? error.condition : String(error);
  }
};

describe("spark.read", () => {
  it("reads CSV by format, by its short form and by PySpark's keywords alike", async () => {
    const { read } = lake.spark;
    const expected = [
      { id: 1, name: "Ann" },
      { id: 2, name: "Bob" },
      { id: 3, name: "Cid" },
    ];
    const paths = [file("a.csv"), file("b.csv")];
    for (const frame of [
      read.format("csv").option("header", true).option("inferSchema", "true").load(paths),
      read.options({ header: true, INFERSCHEMA: true }).csv(...paths),
      read.csv(paths, { header: true, schema: "id INT, name STRING, at TIMESTAMP" }),
      read.csv(file("[ab].csv"), { header: true, inferSchema: true }),
    ]) {
      expect(await rows(frame.select("id", "name").orderBy("id"))).toEqual(expected);
    }
  });

  it("takes a schema as DDL, and the separator", async () => {
    const frame = lake.spark.read.schema("n INT, s STRING").option("sep", ";").csv(file("semi.csv"));
    expect(await frame.dtypes()).toEqual([
      ["n", "int"],
      ["s", "string"],
    ]);
    expect(await rows(frame.orderBy("n"))).toEqual([
      { n: 1, s: "x" },
      { n: 2, s: "y" },
    ]);
  });

  it("reads times without a zone in the session's", async () => {
    const frame = lake.spark.read.csv(file("b.csv"), { header: true, schema: "id INT, name STRING, at TIMESTAMP" });
    expect(await rows(frame.select("at"))).toEqual([{ at: "2024-01-16T09:00:00.000000Z" }]);
  });

  it("reads JSON lines, text and Parquet", async () => {
    const json = lake.spark.read.json(file("r.json"));
    expect(await json.dtypes()).toEqual([
      ["id", "bigint"],
      ["tags", "array<string>"],
    ]);
    expect(await rows(lake.spark.read.text(file("t.txt")))).toEqual([{ value: "one" }, { value: "two" }]);
    await json.write.mode("overwrite").parquet(join(lake.folder, "out"));
    expect(await rows(lake.spark.read.parquet(join(lake.folder, "out")).orderBy("id"))).toEqual([
      { id: 1, tags: ["x"] },
      { id: 2, tags: null },
    ]);
  });

  it("refuses unknown formats and options by name", async () => {
    const { read } = lake.spark;
    expect(await condition(() => read.format("cvs").load("x"))).toBe("DATA_SOURCE_NOT_FOUND");
    expect(await condition(() => read.csv())).toBe("UNABLE_TO_INFER_SCHEMA");
    expect(await condition(() => read.csv("/no/such/folder").count())).toBe("PATH_NOT_FOUND");
    expect(await condition(() => read.option("headr", true).csv(file("a.csv")).count())).toBe("UNSUPPORTED_OPTION");
    expect(await condition(() => read.option("versionAs", 1).table("t").count())).toBe("UNSUPPORTED_OPTION");
    expect(await condition(() => read.format("delta").schema("a INT").load("x"))).toBe(
      "DELTA_UNSUPPORTED_SCHEMA_DURING_READ",
    );
  });
});

describe("the file of a row", () => {
  const read = () => lake.spark.read.csv([file("a.csv"), file("b.csv")], { header: true });

  it("is named by input_file_name() after any steps", async () => {
    const frame = read()
      .withColumn("n", col("id").cast("int"))
      .filter("n <> 2")
      .withColumn("source", input_file_name())
      .select("n", "source")
      .orderBy("n");
    expect(await rows(frame)).toEqual([
      { n: 1, source: uri("a.csv") },
      { n: 3, source: uri("b.csv") },
    ]);
    const late = read().select("id").distinct().count();
    expect(await late).toBe(3);
  });

  it("has its facts in _metadata, which is no column until it is asked for", async () => {
    expect(await read().columns()).toEqual(["id", "name", "at"]);
    const frame = read()
      .filter(col("name").eq("Cid"))
      .withColumn("id", col("id").cast("int"))
      .select("id", "_metadata.file_path", "_metadata.file_name", "_metadata.file_size", "_metadata");
    const [row] = await rows(frame);
    expect(row).toMatchObject({ id: 3, file_path: uri("b.csv"), file_name: "b.csv" });
    expect(row?.file_size).toBe(statSync(file("b.csv")).size);
    expect(Object.keys(row?._metadata as object)).toContain("file_modification_time");
    const filtered = read().select("id").filter(expr("_metadata.file_name = 'a.csv'")).count();
    expect(await filtered).toBe(2);
  });

  it("can be grouped and joined by", async () => {
    const counted = read().groupBy(expr("_metadata.file_name AS file")).count().orderBy("file");
    expect(await rows(counted)).toEqual([
      { file: "a.csv", count: 2 },
      { file: "b.csv", count: 1 },
    ]);
    const named = read().select("id", input_file_name().alias("file"));
    const joined = named.alias("x").join(named.alias("y"), expr("x.file = y.file AND x.id < y.id"));
    expect(await joined.count()).toBe(1);
  });

  it("is known through a temporary view", async () => {
    await read().createOrReplaceTempView("lines");
    const frame = await lake.spark.sql("SELECT id, input_file_name() AS f FROM lines WHERE id = '3'");
    expect(await rows(frame)).toEqual([{ id: "3", f: uri("b.csv") }]);
  });
});

describe("df.write", () => {
  it("appends, overwrites, ignores, and refuses an existing table", async () => {
    const { spark } = lake;
    const one = spark.range(2).withColumn("p", expr("id % 2"));
    await one.write.partitionBy(["p"]).saveAsTable("written");
    expect(await condition(() => one.write.saveAsTable("written"))).toBe("TABLE_OR_VIEW_ALREADY_EXISTS");
    await one.write.mode("ignore").saveAsTable("written");
    await one.write.saveAsTable("written", { mode: "append" });
    expect(await spark.table("written").count()).toBe(4);
    await one.write
      .mode("overwrite")
      .option("replaceWhere", "p = 1")
      .saveAsTable("written")
      .catch(() => undefined);
    await one.filter("p = 1").write.mode("overwrite").option("replaceWhere", "p = 1").saveAsTable("written");
    expect(await rows(spark.table("written").orderBy("id"))).toEqual([
      { id: 0, p: 0 },
      { id: 0, p: 0 },
      { id: 1, p: 1 },
    ]);
    const both = one.write
      .mode("overwrite")
      .option("replaceWhere", "p = 1")
      .option("partitionOverwriteMode", "dynamic");
    expect(await condition(() => both.saveAsTable("written"))).toBe(
      "DELTA_REPLACE_WHERE_WITH_DYNAMIC_PARTITION_OVERWRITE",
    );
    await spark.range(9, 10).withColumn("p", expr("7L")).write.insertInto("written");
    expect(await spark.table("written").filter("p = 7").count()).toBe(1);
  });

  it("travels in time by version and by a timestamp of the session's zone", async () => {
    const { spark } = lake;
    await spark.range(1).write.saveAsTable("travelled");
    await spark.range(3).write.mode("overwrite").saveAsTable("travelled");
    expect(await spark.read.option("versionAsOf", 0).table("travelled").count()).toBe(1);
    const soon = new Date(Date.now() + 3_600_000);
    const local = soon.toLocaleString("sv-SE", { timeZone: "Europe/Berlin" });
    expect(await condition(() => spark.read.option("timestampAsOf", local).table("travelled").count())).toMatch(
      /TIMESTAMP|nothing/,
    );
    expect(await condition(() => spark.read.option("timestampAsOf", "soon").table("travelled").count())).toBe(
      "INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.OPTION",
    );
    expect(await condition(() => spark.read.option("versionAsOf", "x").table("travelled").count())).toBe(
      "INVALID_TIME_TRAVEL_SPEC",
    );
    expect(
      await condition(() => spark.read.options({ versionAsOf: 0, timestampAsOf: local }).table("travelled").count()),
    ).toBe("INVALID_TIME_TRAVEL_SPEC");
  });

  it("checks expectations before it commits", async () => {
    const { spark } = lake;
    const frame = spark.createDataFrame([[1], [null]], "id INT");
    expect(
      await condition(() => frame.write.expectations(expectOrFail("id is there", notNull("id"))).saveAsTable("gated")),
    ).toBe("QUALITY_GATE_FAILED");
    expect(await condition(() => spark.table("gated").count())).toBe("TABLE_OR_VIEW_NOT_FOUND");
  });

  it("refuses unknown options, modes and formats by name", async () => {
    const { write } = lake.spark.range(1);
    expect(await condition(() => write.option("replaceWher", "x").saveAsTable("u"))).toBe("DELTA_UNKNOWN_WRITE_OPTION");
    expect(await condition(() => write.mode("append2" as "append"))).toBe("INVALID_SAVE_MODE");
    expect(await condition(() => write.format("orc").save(join(lake.folder, "orc")))).toBe(
      "UNSUPPORTED_FEATURE.WRITE_FORMAT",
    );
    expect(await condition(() => write.insertInto("not_there"))).toBe("TABLE_OR_VIEW_NOT_FOUND");
  });

  it("writes CSV and JSON that read back the same", async () => {
    const { spark } = lake;
    const frame = spark.createDataFrame(
      [
        [1, 'a "q", b'],
        [2, null],
      ],
      "id INT, s STRING",
    );
    await frame.write.csv(join(lake.folder, "csv"), { header: true });
    await frame.write.json(join(lake.folder, "json"), { mode: "overwrite" });
    expect(
      await rows(spark.read.csv(join(lake.folder, "csv"), { header: true, schema: "id INT, s STRING" }).orderBy("id")),
    ).toEqual([
      { id: 1, s: 'a "q", b' },
      { id: 2, s: null },
    ]);
    expect(await rows(spark.read.schema("id INT, s STRING").json(join(lake.folder, "json")).orderBy("id"))).toEqual([
      { id: 1, s: 'a "q", b' },
      { id: 2, s: null },
    ]);
  });
});
