/** Reading and writing files and tables through DataFrames: formats, options, time travel, the file of a row. */
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateSync, gzipSync } from "node:zlib";
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

  it("takes modifiedAfter and modifiedBefore in the session's zone, and no other zone for texts", async () => {
    writeFileSync(file("old.txt"), "x\n");
    const time = new Date("2024-01-15T09:30:00Z");
    utimesSync(file("old.txt"), time, time);
    const count = (options: Record<string, string>) => lake.spark.read.options(options).text(file("old.txt")).count();
    expect(await count({ modifiedAfter: "2024-01-15T10:00:00" })).toBe(1);
    expect(await count({ modifiedAfter: "2024-01-15T11:00:00" })).toBe(0);
    expect(await count({ modifiedBefore: "2024-01-15T11:00:00" })).toBe(1);
    const tokyo = lake.spark.read.options({ header: true, timeZone: "Asia/Tokyo" });
    expect(await condition(() => tokyo.csv(file("b.csv")).count())).toBe("UNSUPPORTED_OPTION");
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

  const lines = (folder: string) =>
    readdirSync(join(lake.folder, folder))
      .filter((name) => name.startsWith("part-"))
      .sort()
      .map((name) => readFileSync(join(lake.folder, folder, name), "utf8"));

  it("begins another file after maxRecordsPerFile rows", async () => {
    const { spark } = lake;
    const seven = spark.range(7);
    await seven.write.option("maxRecordsPerFile", 3).csv(join(lake.folder, "split"), { header: true });
    expect(lines("split")).toEqual(["id\n0\n1\n2\n", "id\n3\n4\n5\n", "id\n6\n"]);
    await seven.write.option("maxRecordsPerFile", 3).parquet(join(lake.folder, "split.parquet"));
    expect(lines("split.parquet")).toHaveLength(3);
    expect(await spark.read.parquet(join(lake.folder, "split.parquet")).count()).toBe(7);
    const wrong = seven.write.option("maxRecordsPerFile", "many");
    expect(await condition(() => wrong.csv(join(lake.folder, "many")))).toBe("INVALID_OPTION_VALUE");
  });

  it("writes a Parquet frame without rows, and partitions that are read back as they were", async () => {
    const { spark } = lake;
    const nothing = spark.createDataFrame([], "id INT, s STRING");
    await nothing.write.parquet(join(lake.folder, "nothing"));
    expect(await spark.read.parquet(join(lake.folder, "nothing")).dtypes()).toEqual([
      ["id", "int"],
      ["s", "string"],
    ]);
    const frame = spark.createDataFrame(
      [
        [1, "a"],
        [2, "b"],
        [null, "c"],
      ],
      "id INT, s STRING",
    );
    await frame.write.partitionBy("id").parquet(join(lake.folder, "parts"));
    const back = spark.read.parquet(join(lake.folder, "parts"));
    expect(await back.columns()).toEqual(["s", "id"]);
    expect(await rows(back.orderBy("s"))).toEqual([
      { s: "a", id: 1 },
      { s: "b", id: 2 },
      { s: "c", id: null },
    ]);
  });

  it("writes times in the option's zone, and small decimals as Java does", async () => {
    const frame = await lake.spark.sql(
      "SELECT TIMESTAMP'2024-01-15 10:00:00Z' AS t, CAST(1e-7BD AS DECIMAL(20,10)) AS d, 0BD / 1000000 AS z",
    );
    const { write } = frame.select("t", "d", expr("CAST(z AS DECIMAL(38,20)) AS z"));
    await write.option("timeZone", "Asia/Tokyo").csv(join(lake.folder, "zone.csv"));
    expect(lines("zone.csv")).toEqual(["2024-01-15T19:00:00.000+09:00,1.000E-7,0E-20\n"]);
    await write.option("timeZone", "Asia/Tokyo").json(join(lake.folder, "zone.json"));
    expect(lines("zone.json")).toEqual(['{"t":"2024-01-15T19:00:00.000+09:00","d":1.000E-7,"z":0E-20}\n']);
    expect(await condition(() => write.option("timeZone", "Mars/Base").csv(join(lake.folder, "mars")))).toBe(
      "INVALID_CONF_VALUE.TIME_ZONE",
    );
  });

  it("acts on the codec of a Delta table's files, and refuses what it does not do", async () => {
    const { write } = lake.spark.range(1);
    await write.option("compression", "zstd").save(join(lake.folder, "zipped"));
    expect(readdirSync(join(lake.folder, "zipped")).filter((name) => name.endsWith(".zstd.parquet"))).toHaveLength(1);
    expect(await condition(() => write.option("compression", "lzo").save(join(lake.folder, "lzo")))).toBe(
      "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
    );
    expect(await condition(() => write.option("dataChange", false).save(join(lake.folder, "same")))).toBe(
      "UNSUPPORTED_FEATURE.DATA_CHANGE",
    );
    expect(
      await condition(() => write.option("datetimeRebaseMode", "LEGACY").parquet(join(lake.folder, "legacy"))),
    ).toBe("UNSUPPORTED_OPTION");
  });
});

describe("files as they arrive", () => {
  it("reads the headers of compressed CSV, and refuses codecs by name and what is not whole", async () => {
    const { read } = lake.spark;
    writeFileSync(file("one.csv.gz"), gzipSync("id,a\n1,x\n"));
    writeFileSync(file("two.csv.deflate"), deflateSync("id,a\n2,y\n"));
    // The header is looked at, which was that of the packed bytes: a stream had no row of such files.
    const named = read.option("header", "true").option("enforceSchema", "false").schema("id INT, a STRING");
    expect(await rows(named.csv(file("one.csv.gz"), file("two.csv.deflate")))).toEqual([
      { id: 1, a: "x" },
      { id: 2, a: "y" },
    ]);
    writeFileSync(file("half.json.gz"), gzipSync('{"id": 1}\n').subarray(0, 20));
    expect(await condition(() => read.json(file("half.json.gz")).collect())).toBe("FAILED_READ_FILE.NO_HINT");
    writeFileSync(file("other.csv.bz2"), "BZh9");
    expect(await condition(() => named.csv(file("other.csv.bz2")).collect())).toBe(
      "UNSUPPORTED_FEATURE.COMPRESSION_CODEC",
    );
  });

  it("takes a value with a quote inside up to the separator behind that quote, as Spark does", async () => {
    writeFileSync(file("quotes.csv"), '1,"q,""w""",2\n2,"a"b,c\n3,"x,"y",z"\n');
    const { read } = lake.spark;
    const found = await rows(read.schema("id INT, a STRING, b STRING").csv(file("quotes.csv")));
    expect(found).toEqual([
      { id: 1, a: '"q,""w"""', b: "2" },
      { id: 2, a: '"a"b', b: "c" },
      { id: 3, a: '"x,"y"', b: 'z"' },
    ]);
  });
});

describe("spark.catalog", () => {
  it("tells a schema's comment, which is empty where there is none", async () => {
    const { spark } = lake;
    await spark.sql("CREATE SCHEMA said COMMENT 'hello'");
    await spark.sql("CREATE SCHEMA unsaid");
    expect((await spark.catalog.getDatabase("said")).description).toBe("hello");
    expect((await spark.catalog.getDatabase("unsaid")).description).toBe("");
  });
});

describe("expr", () => {
  it("takes several names for the columns of a generator", async () => {
    const frame = lake.spark.sql("SELECT 1 AS id, 2 AS v");
    const stacked = (await frame).select(expr("stack(2, 'id', id, 'v', v) AS (k, `the value`)"));
    expect(await rows(stacked)).toEqual([
      { k: "id", "the value": 1 },
      { k: "v", "the value": 2 },
    ]);
  });
});
