import { appendFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataFrame } from "../../../src/dataframe/data-frame.js";
import { expectOrDrop, expectOrFail } from "../../../src/quality/rules.js";
import type { FlowRequest, FlowResult } from "../../../src/session/flow-contract.js";
import { createLocalSession, type LocalSession } from "../../../src/session/local-session.js";
import { run as arrivals } from "../../reliability/streams/arrivals.js";

let folder: string;
let spark: LocalSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakelet-flows-"));
  spark = await createLocalSession({ warehouse: join(folder, "lake"), workingFolder: folder });
});
afterAll(async () => {
  await spark.stop();
  await rm(folder, { recursive: true });
});

type Changes = Partial<Omit<FlowRequest, "target" | "rows">> & { readonly target?: Partial<FlowRequest["target"]> };

async function flow(table: string, rows: DataFrame | string, { target, ...more }: Changes = {}): Promise<FlowResult> {
  return spark.appendFlow({
    flow: `p/${table}`,
    rows: typeof rows === "string" ? await spark.sql(rows) : rows,
    target: { table: [table], partitionBy: [], clusterBy: [], properties: {}, constraints: {}, ...target },
    expectations: [],
    byName: true,
    start: "continue",
    once: false,
    ...more,
  });
}

async function values(query: string): Promise<readonly unknown[]> {
  return (await (await spark.sql(query)).collect()).map((row) => Object.values(row).map(String).join("|"));
}

async function file(name: string, text: string): Promise<void> {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), text);
}

async function table(name: string, query: string): Promise<void> {
  await spark.sql(`CREATE OR REPLACE TABLE ${name} AS ${query}`);
}

describe("a stream of a table", () => {
  test("first its rows as they are, then those that commits append; nothing new is no commit", async () => {
    await table("orders", "SELECT id, id % 2 AS shop FROM range(5)");
    const query = "SELECT id, shop * 10 AS shop FROM STREAM(orders) WHERE id <> 3";
    const first = await flow("t1", query);
    expect(first).toMatchObject({ version: 0, published: 4n, isRowByRow: true, filters: true });
    expect(first.sources).toEqual([
      { name: "main.default.orders", rows: 5n, files: [], duplicates: [], changed: [], version: 0 },
    ]);
    expect(await flow("t1", query)).toMatchObject({ version: undefined, published: 0n });
    await spark.sql("INSERT INTO orders VALUES (7, 1), (8, 0)");
    await spark.sql("INSERT INTO orders VALUES (9, 1)");
    expect(await flow("t1", query)).toMatchObject({ version: 1, published: 3n });
    expect(await values("SELECT id, shop FROM t1 ORDER BY id")).toEqual([
      "0|0",
      "1|10",
      "2|0",
      "4|0",
      "7|10",
      "8|0",
      "9|10",
    ]);
  });

  test("OPTIMIZE moves rows and adds none; deleted and changed rows are Delta's own errors, unless they are to be skipped", async () => {
    await table("src2", "SELECT id FROM range(3)");
    const stream = (options = {}) => spark.readStream.options(options).table("src2");
    await flow("t2", stream());
    await spark.sql("INSERT INTO src2 VALUES (10)");
    await spark.sql("OPTIMIZE src2");
    expect(await flow("t2", stream())).toMatchObject({ published: 1n });
    await spark.sql("DELETE FROM src2 WHERE id >= 0 AND id < 3");
    await expect(flow("t2", stream())).rejects.toMatchObject({ condition: "DELTA_SOURCE_TABLE_IGNORE_CHANGES" });
    await spark.sql("DELETE FROM src2");
    await spark.sql("INSERT INTO src2 VALUES (11)");
    expect(await flow("t2", stream({ skipChangeCommits: true }))).toMatchObject({ published: 1n });
    await spark.sql("DELETE FROM src2");
    await expect(flow("t2", stream())).rejects.toMatchObject({ condition: "DELTA_SOURCE_IGNORE_DELETE" });
    expect(await flow("t2", stream({ ignoreDeletes: true }))).toMatchObject({ published: 0n });
    expect(await values("SELECT id FROM t2 ORDER BY id")).toEqual(["0", "1", "2", "10", "11"]);
  });

  test("a table that was dropped and made again is another one", async () => {
    await table("src3", "SELECT 1 AS id");
    await flow("t3", "SELECT * FROM STREAM src3");
    await spark.sql("DROP TABLE src3");
    await table("src3", "SELECT 2 AS id");
    await expect(flow("t3", "SELECT * FROM STREAM src3")).rejects.toMatchObject({
      condition: "DELTA_DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",
    });
    expect(await flow("t3", "SELECT * FROM STREAM src3", { start: "reset" })).toMatchObject({ published: 1n });
    expect(await values("SELECT id FROM t3 ORDER BY id")).toEqual(["1", "2"]);
  });

  test("starts where it is told to", async () => {
    await table("src4", "SELECT 0 AS id");
    await spark.sql("INSERT INTO src4 VALUES (1)");
    await spark.sql("INSERT INTO src4 VALUES (2)");
    await flow("t4", spark.readStream.option("startingVersion", 1).table("src4"));
    await flow("t4b", spark.readStream.option("startingVersion", "latest").table("src4"));
    await spark.sql("INSERT INTO src4 VALUES (3)");
    await flow("t4b", spark.readStream.option("startingVersion", "latest").table("src4"));
    expect(await values("SELECT id FROM t4 ORDER BY id")).toEqual(["1", "2"]);
    expect(await values("SELECT id FROM t4b ORDER BY id")).toEqual(["3"]);
  });

  test("new columns are taken up", async () => {
    await table("src5", "SELECT 1 AS id");
    await flow("t5", "SELECT * FROM STREAM(src5)");
    await spark.sql("ALTER TABLE src5 ADD COLUMN name STRING");
    await spark.sql("INSERT INTO src5 VALUES (2, 'b')");
    await flow("t5", "SELECT * FROM STREAM(src5)");
    expect(await values("SELECT id, name FROM t5 ORDER BY id")).toEqual(["1|null", "2|b"]);
  });
});

describe("a stream of files", () => {
  test("a file that is written to while it is read is not published, and read whole the next time", async () => {
    await file("in0/a.json", '{"id":1}\n');
    let isWriting = true;
    spark.udf.register("while_reading", (id: number) => {
      if (isWriting) appendFileSync(join(folder, "in0/a.json"), '{"id":2}\n');
      isWriting = false;
      return id;
    });
    const query =
      "SELECT id FROM STREAM read_files('in0', format => 'json', schema => 'id INT') WHERE while_reading(id) IS NOT NULL";
    await expect(flow("f0", query)).rejects.toMatchObject({ condition: "FAILED_READ_FILE.NO_HINT" });
    expect(await flow("f0", query)).toMatchObject({ published: 2n });
  });

  test("each file once by its path; a malformed line goes to quarantine with file and line; the same bytes again are said", async () => {
    await file("in1/a.json", '{"id":1,"name":"x"}\nnope\n{"id":2,"name":"y"}\n');
    const query = "SELECT id, name, _metadata.file_name AS file FROM STREAM read_files('in1', format => 'json')";
    expect(await flow("f1", query)).toMatchObject({ published: 2n, malformed: 1n });
    expect(await flow("f1", query)).toMatchObject({ version: undefined });
    await file("in1/a.json", '{"id":99,"name":"changed"}\n');
    await file("in1/b.json", '{"id":3,"name":"z"}\n');
    await file("in1/c.json", '{"id":3,"name":"z"}\n');
    const second = await flow("f1", query);
    expect(second.sources[0]).toMatchObject({
      rows: 2n,
      files: [join(folder, "in1/b.json"), join(folder, "in1/c.json")],
      duplicates: [{ file: join(folder, "in1/c.json"), of: join(folder, "in1/b.json") }],
      changed: [join(folder, "in1/a.json")],
    });
    expect(await values("SELECT id, name, file FROM f1 ORDER BY id, file")).toEqual([
      "1|x|a.json",
      "2|y|a.json",
      "3|z|b.json",
      "3|z|c.json",
    ]);
    expect(await values("SELECT quarantine_line, quarantine_text FROM f1_quarantine")).toEqual(["2|nope"]);
  });

  test("a changed file comes again where overwrites are allowed", async () => {
    await file("in2/a.csv", "id,name\n1,x\n");
    const stream = () =>
      spark.readStream
        .format("cloudFiles")
        .option("cloudFiles.format", "csv")
        .option("cloudFiles.allowOverwrites", true)
        .option("header", true)
        .schema("id INT, name STRING")
        .load(join(folder, "in2"));
    await flow("f2", stream());
    await file("in2/a.csv", "id,name\n2,y\n");
    await flow("f2", stream());
    expect(await flow("f2", stream())).toMatchObject({ version: undefined });
    expect(await values("SELECT id FROM f2 ORDER BY id")).toEqual(["1", "2"]);
  });

  test("types are those of the first files, and new columns are taken up; a folder without files needs a schema", async () => {
    await mkdir(join(folder, "in3"), { recursive: true });
    const query = "SELECT * FROM STREAM read_files('in3', format => 'json')";
    await expect(flow("f3", query)).rejects.toMatchObject({ condition: "CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE" });
    expect(
      await flow("f3b", "SELECT * FROM STREAM read_files('in3', format => 'json', schema => 'id INT')"),
    ).toMatchObject({ version: 0, published: 0n });
    await file("in3/a.json", '{"id":1}\n');
    await flow("f3", query);
    await file("in3/b.json", '{"id":2,"tag":"t"}\n');
    await flow("f3", query);
    expect(await values("SELECT id, tag FROM f3 ORDER BY id")).toEqual(["1|null", "2|t"]);
    await file("in3/c.json", '{"id":"x3"}\n');
    expect(await flow("f3", query)).toMatchObject({ published: 1n });
    expect(
      await values('SELECT id, _rescued_data LIKE \'{"id":"x3"%\' FROM f3 WHERE _rescued_data IS NOT NULL'),
    ).toEqual(["null|true"]);
    expect((await spark.table("f3").schema()).fields[0]?.dataType.kind).toBe("long");
    await flow("f3", query, { start: "full" });
    expect(await values("SELECT id FROM f3 ORDER BY id")).toEqual(["1", "2", "x3"]);
    expect(await flow("f3", query)).toMatchObject({ version: undefined });
  });

  test("what has no place in the schema is rescued, with its file", async () => {
    await file("in5/a.json", '{"id":1,"at":{"x":1}}\n');
    const query = "SELECT * FROM STREAM read_files('in5', format => 'json', schemaEvolutionMode => 'rescue')";
    await flow("f5", query);
    await file("in5/b.json", '{"id":"two","at":{"x":2},"c/d":[1]}\n{"id":3,"at":4}\n');
    expect(await flow("f5", query)).toMatchObject({ published: 2n, malformed: 0n });
    const path = `"_file_path":"file://${join(folder, "in5/b.json")}"`;
    expect(await values("SELECT id, at.x, _rescued_data FROM f5 ORDER BY id NULLS FIRST")).toEqual([
      `null|2|{"c/d":[1],"id":"two",${path}}`,
      "1|1|null",
      `3|null|{"at":4,${path}}`,
    ]);
  });

  test("CSV files are read by their headers: columns in another order, new ones, and what is rescued", async () => {
    await file("in6/a.csv", "id,name\n1,x\n");
    const query = (more = "") => `SELECT * FROM STREAM read_files('in6', format => 'csv', header => true${more})`;
    const rescue = ", schemaEvolutionMode => 'rescue'";
    for (const [name, options] of Object.entries({ f6: "", f6r: rescue })) await flow(name, query(options));
    await file("in6/b.csv", "name,id,tag\ny,2,t\nz,3,\n");
    await file("in6/c.csv", "id,name\n4,w\n");
    for (const [name, options] of Object.entries({ f6: "", f6r: rescue })) await flow(name, query(options));
    expect(await values("SELECT id, name, tag, _rescued_data FROM f6 ORDER BY id")).toEqual([
      "1|x|null|null",
      "2|y|t|null",
      "3|z|null|null",
      "4|w|null|null",
    ]);
    const rescued = `{"tag":"t","_file_path":"file://${join(folder, "in6/b.csv")}"}`;
    expect(await values("SELECT id, name, _rescued_data FROM f6r ORDER BY id")).toEqual([
      "1|x|null",
      `2|y|${rescued}`,
      "3|z|null",
      "4|w|null",
    ]);
  });

  test("what is there at the first batch is left out where existing files are not to be included", async () => {
    await file("in7/a.json", '{"id":1}\n');
    const query = `SELECT id FROM STREAM read_files('in7', format => 'json', schema => 'id INT', includeExistingFiles => false)`;
    await flow("f7", query);
    await file("in7/b.json", '{"id":2}\n');
    await flow("f7", query);
    expect(await values("SELECT id FROM f7")).toEqual(["2"]);
  });

  test("folders give columns, also where nothing is new in them", async () => {
    await file("in4/day=2024-01-01/a.json", '{"id":1}\n');
    const query = "SELECT id, day FROM STREAM read_files('in4', format => 'json')";
    await flow("f4", query);
    expect(await flow("f4", query)).toMatchObject({ version: undefined });
    await file("in4/day=2024-01-02/b.json", '{"id":2}\n');
    await flow("f4", query);
    expect(await values("SELECT id, day FROM f4 ORDER BY id")).toEqual(["1|2024-01-01", "2|2024-01-02"]);
  });
});

describe("a flow", () => {
  test("reset reads from the beginning and keeps the rows; full lets all flows of the table begin anew", async () => {
    await table("src6", "SELECT 1 AS id");
    await table("src7", "SELECT 100 AS id");
    const [one, two] = ["SELECT id FROM STREAM(src6)", "SELECT id FROM STREAM(src7)"];
    const into = { target: { table: ["t6"] } };
    await flow("a", one, into);
    await flow("b", two, into);
    expect(await flow("a", one, { ...into, start: "reset" })).toMatchObject({ published: 1n });
    expect(await values("SELECT id FROM t6 ORDER BY id")).toEqual(["1", "1", "100"]);
    await flow("a", one, { ...into, start: "full" });
    expect(await values("SELECT id FROM t6 ORDER BY id")).toEqual(["1"]);
    await flow("b", two, into);
    expect(await flow("b", two, into)).toMatchObject({ version: undefined });
    expect(await flow("a", one, into)).toMatchObject({ version: undefined });
    expect(await values("SELECT id FROM t6 ORDER BY id")).toEqual(["1", "100"]);
  });

  test("what was held back before a full refresh goes, be it by the next update after a kill", async () => {
    await table("src_reset", "SELECT * FROM VALUES (1), (NULL) AS t(id)");
    const expectations = [expectOrDrop("has_id", "id IS NOT NULL")];
    const query = "SELECT id FROM STREAM(src_reset)";
    await flow("t_reset", query, { expectations });
    await flow("t_reset", query, { expectations, start: "full" });
    const held = "SELECT count(*) AS n FROM t_reset_quarantine";
    expect(await values(held)).toEqual(["1"]);
    const log = join(folder, "lake/main/default/t_reset_quarantine/_delta_log");
    const commits = (await readdir(log)).filter((name) => name.endsWith(".json")).sort();
    await rm(join(log, commits.at(-1) ?? ""));
    expect(await values(held)).toEqual(["2"]);
    expect(await flow("t_reset", query, { expectations })).toMatchObject({ published: 0n });
    expect(await values(held)).toEqual(["1"]);
  });

  test("a table that would forget its progress is refused", async () => {
    const properties = { "delta.setTransactionRetentionDuration": "interval 1 day" };
    await expect(flow("t7", "SELECT 1 AS id FROM STREAM(src6)", { target: { properties } })).rejects.toMatchObject({
      condition: "UNSUPPORTED_FEATURE.TRANSACTION_RETENTION",
    });
  });

  test("once runs once, and again after a full refresh", async () => {
    await table("history", "SELECT 5 AS id");
    const into = { target: { table: ["t8"] }, once: true };
    expect(await flow("backfill", "SELECT id FROM history", into)).toMatchObject({ published: 1n });
    expect(await flow("backfill", "SELECT id FROM history", into)).toMatchObject({ version: undefined });
    expect(await flow("backfill", "SELECT id FROM history", { ...into, start: "full" })).toMatchObject({
      published: 1n,
    });
    expect(await values("SELECT id FROM t8")).toEqual(["5"]);
  });

  test("declared columns are the table's, with those that are declared later", async () => {
    await table("src9", "SELECT 1 AS id, '2.50' AS price");
    const query = "SELECT id, CAST(price AS DECIMAL(10, 2)) AS price FROM STREAM(src9)";
    const schemaDdl = "id BIGINT NOT NULL COMMENT 'key', price DECIMAL(10, 2)";
    await flow("t9", query, { target: { schemaDdl, comment: "prices", constraints: { positive: "price > 0" } } });
    expect((await spark.table("t9").schema()).fields.map((one) => [one.dataType.kind, one.nullable])).toEqual([
      ["long", false],
      ["decimal", true],
    ]);
    await spark.sql("INSERT INTO src9 VALUES (2, '3')");
    await flow("t9", query, { target: { schemaDdl: `${schemaDdl}, note STRING` } });
    expect(await values("SELECT * FROM t9 ORDER BY id")).toEqual(["1|2.50|null", "2|3.00|null"]);
    await spark.sql("INSERT INTO src9 VALUES (3, '-3')");
    await expect(flow("t9", query, { target: { schemaDdl } })).rejects.toMatchObject({
      condition: "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES",
    });
    await expect(flow("t9", "SELECT id AS other FROM STREAM(src9)", { target: { schemaDdl } })).rejects.toMatchObject({
      condition: "DELTA_METADATA_MISMATCH",
    });
  });

  test("a gate that fails leaves the progress as it was; rows that are dropped go to quarantine, once", async () => {
    await table("src10", "SELECT id FROM range(4)");
    const query = "SELECT id FROM STREAM(src10)";
    await expect(flow("t10", query, { expectations: [expectOrFail("few", "id < 2")] })).rejects.toMatchObject({
      condition: "QUALITY_GATE_FAILED",
    });
    const expectations = [expectOrDrop("few", "id < 2")];
    expect(await flow("t10", query, { expectations })).toMatchObject({ published: 2n, quarantined: 2n });
    expect(await flow("t10", query, { expectations })).toMatchObject({ version: undefined });
    expect(await values("SELECT id FROM t10 ORDER BY id")).toEqual(["0", "1"]);
    expect(await values("SELECT id, quarantine_reason FROM t10_quarantine ORDER BY id")).toEqual(["2|few", "3|few"]);
  });

  test("two sessions that run one flow at a time: one of them has the rows", async () => {
    await table("src11", "SELECT id FROM range(3)");
    const query = "SELECT id FROM STREAM(src11)";
    const results = await Promise.all([flow("t11", query), flow("t11", query), flow("t11", query)]);
    expect(results.map((one) => one.published).sort()).toEqual([0n, 0n, 3n]);
    await spark.sql("INSERT INTO src11 VALUES (4)");
    await Promise.all([flow("t11", query), flow("t11", query)]);
    expect(await values("SELECT id FROM t11 ORDER BY id")).toEqual(["0", "1", "2", "4"]);
  });
});

describe("queries", () => {
  test("streams through views, CTEs and joins with tables", async () => {
    await table("facts", "SELECT 1 AS k, 10 AS v");
    await table("names", "SELECT 1 AS k, 'one' AS name");
    await spark.sql("CREATE OR REPLACE VIEW kept AS SELECT k, v + 1 AS v FROM facts");
    await (await spark.sql("SELECT * FROM STREAM(facts)")).createOrReplaceTempView("fresh");
    const queries = {
      q1: "WITH n AS (SELECT * FROM STREAM(facts)) SELECT n.k, v, name FROM n LEFT JOIN names ON n.k = names.k",
      q2: "SELECT * FROM STREAM(kept)",
      q3: "SELECT * FROM fresh WHERE v > 0 UNION ALL SELECT * FROM STREAM(facts)",
    };
    for (const [name, query] of Object.entries(queries)) await flow(name, query);
    await expect(flow("q4", "SELECT count(*) AS c FROM fresh")).rejects.toMatchObject({
      condition: "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
    });
    await spark.sql("INSERT INTO facts VALUES (2, 20)");
    for (const [name, query] of Object.entries(queries)) await flow(name, query);
    expect(await values("SELECT k, v, name FROM q1 ORDER BY k")).toEqual(["1|10|one", "2|20|null"]);
    expect(await values("SELECT k, v FROM q2 ORDER BY k")).toEqual(["1|11", "2|21"]);
    expect(await values("SELECT k, v FROM q3 ORDER BY k")).toEqual(["1|10", "1|10", "2|20", "2|20"]);
  });

  test.each([
    ["SELECT k, count(*) FROM STREAM(facts) GROUP BY k", "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"],
    ["SELECT max(v) AS m FROM STREAM facts", "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"],
    ["SELECT row_number() OVER (ORDER BY v) AS n FROM STREAM(facts)", "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING"],
    ["SELECT DISTINCT k FROM STREAM(facts)", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT k FROM STREAM(facts) ORDER BY k", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT k FROM STREAM(facts) LIMIT 1", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT a.k FROM STREAM(facts) a JOIN STREAM(facts) b ON a.k = b.k", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT n.k FROM names n LEFT JOIN STREAM(facts) f ON n.k = f.k", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT k FROM STREAM(facts) UNION ALL SELECT k FROM names", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT k FROM STREAM(facts) EXCEPT SELECT k FROM names", "UNSUPPORTED_FEATURE.STREAMING"],
    ["SELECT k FROM names WHERE k IN (SELECT k FROM STREAM(facts))", "UNSUPPORTED_FEATURE.STREAMING"],
    [
      "WITH f AS (SELECT * FROM STREAM(facts)) SELECT sum(v) AS s FROM f",
      "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
    ],
  ])("%s is refused, for later rows would change its answer", async (query, condition) => {
    await expect(spark.sql(query)).rejects.toMatchObject({ condition });
  });

  test("outside a flow a stream is analysed, and not run", async () => {
    const stream = spark.readStream.table("facts").filter("v > 0");
    expect((await stream.schema()).fields.map(({ name }) => name)).toEqual(["k", "v"]);
    await expect(stream.collect()).rejects.toMatchObject({ condition: "UNSUPPORTED_FEATURE.STREAMING" });
    await expect(stream.groupBy("k").count().schema()).rejects.toMatchObject({
      condition: "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
    });
  });
});

test("rows and files that arrive between batches that are killed: each once, in the table or its quarantine", async () => {
  const { anomalies } = await arrivals({ count: 1, seed: 117, spark, folder });
  expect(anomalies).toEqual([]);
});
