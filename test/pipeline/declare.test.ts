import { describe, expect, test } from "vitest";
import { col, expectOrFail, expect as expectRows, notNull, struct } from "../../src/index.js";
import { Declarations } from "../../src/pipeline/declarations.js";
import type { PipelineDefinition } from "../../src/pipeline/definition.js";
import { pipeline, spark } from "../../src/pipeline.js";
import { rowsOf, useSession } from "../support/session.js";
import { eventsOf, runPipeline } from "./pipeline-lake.js";

const lake = useSession();

async function declared(declare: () => void | Promise<void>): Promise<PipelineDefinition> {
  const declarations = new Declarations(lake.spark, (file) => file.split("/").at(-1) ?? file);
  await declarations.collect(async () => declare());
  return declarations.definition();
}

describe("datasets in TypeScript", () => {
  test("options are Python's in camelCase; expectations come as options and by methods", async () => {
    const { datasets, flows } = await declared(() => {
      pipeline
        .streamingTable(
          {
            name: "LIVE.orders",
            comment: "as they come",
            sparkConf: { "spark.sql.session.timeZone": "UTC" },
            tableProperties: { quality: "bronze", "pipelines.reset.allowed": false },
            partitionCols: ["day"],
            schema: "id BIGINT NOT NULL, day DATE",
            expectations: [expectRows("id", notNull("id"))],
            expectAllOrDrop: { positive: "id > 0" },
          },
          () => spark.readStream.table("raw"),
        )
        .expect("warned", "id < 100")
        .expectAllOrFail({ exact: "id <> 0" });
    });
    expect(datasets).toMatchObject([
      {
        kind: "streaming-table",
        name: ["orders"],
        comment: "as they come",
        properties: { quality: "bronze", "pipelines.reset.allowed": "false" },
        partitionBy: ["day"],
        clusterBy: [],
        schemaDdl: "id BIGINT NOT NULL, day DATE",
        isPrivate: false,
        place: { file: "declare.test.ts" },
      },
    ]);
    expect(datasets[0]?.expectations.map((one) => [one.name, one.onViolation])).toEqual([
      ["id", "warn"],
      ["positive", "drop"],
      ["warned", "warn"],
      ["exact", "fail"],
    ]);
    expect(datasets[0]?.expectations[3]).toEqual(expectOrFail("exact", "id <> 0"));
    expect(flows).toMatchObject([
      { name: "orders", target: ["orders"], once: false, configuration: { "spark.sql.session.timeZone": "UTC" } },
    ]);
  });

  test("pipeline.table is a streaming table where its function reads a stream, of whatever is not there yet", async () => {
    const { datasets } = await declared(() => {
      pipeline.table("a", () => spark.readStream.table("nowhere").filter("x > 0"));
      pipeline.table("b", async () => (await spark.sql("SELECT * FROM STREAM(LIVE.nowhere) AS s")).select("x"));
      pipeline.table("c", async () => (await spark.sql("SELECT * FROM nowhere")).groupBy("x").count());
      pipeline.table(function named() {
        return pipeline.read("LIVE.a");
      });
      pipeline.view("v", () => spark.table("a"));
    });
    expect(datasets.map((one) => [one.name[0], one.kind, one.isPrivate])).toEqual([
      ["a", "streaming-table", false],
      ["b", "streaming-table", false],
      ["c", "materialized-view", false],
      ["named", "materialized-view", false],
      ["v", "temporary-view", true],
    ]);
  });

  test("what cannot be is refused where it stands", async () => {
    const wrong = [
      () => pipeline.table("a", undefined as never),
      () => pipeline.table(() => spark.table("x")),
      () => pipeline.streamingTable({ name: "a", table_properties: {} } as never, () => spark.table("x")),
      () => pipeline.view({ name: "a", schema: "id INT" } as never, () => spark.table("x")),
      () =>
        pipeline.autoCdc({
          ...{ target: "a", source: "x", keys: ["id"], sequenceBy: "n" },
          storedAsScdType: 3 as never,
        }),
    ];
    const messages = await Promise.all(wrong.map((one) => declared(one as () => void).catch((error) => error.message)));
    expect(messages).toEqual([
      expect.stringContaining("pipeline.table was given no function"),
      expect.stringContaining("neither a name nor a function that has one"),
      expect.stringContaining("Did you mean tableProperties?"),
      expect.stringContaining("pipeline.view has no option schema"),
      expect.stringContaining("pipeline.autoCdc was given storedAsScdType 3, which is no SCD type"),
    ]);
    expect(() => pipeline.createStreamingTable("a")).toThrow("NO_ACTIVE_PIPELINE");
    expect(() => spark.table("a")).toThrow("NO_ACTIVE_PIPELINE");
  });
});

describe("flows in TypeScript", () => {
  test("appendFlow adds rows to a table, once or in each update", async () => {
    const { flows } = await declared(() => {
      pipeline.createStreamingTable({ name: "t", expectAll: { a: "x > 0" } });
      pipeline.appendFlow({ target: "t", name: "backfill", once: true }, () => spark.table("old"));
      pipeline.appendFlow({ target: "LIVE.t" }, function fresh() {
        return spark.readStream.table("new");
      });
    });
    expect(flows).toMatchObject([
      { kind: "query", name: "backfill", target: ["t"], once: true, byName: true },
      { kind: "query", name: "fresh", target: ["t"], once: false },
    ]);
  });

  test("autoCdc and autoCdcFromSnapshot", async () => {
    const { flows } = await declared(() => {
      pipeline.createStreamingTable("customers");
      pipeline.autoCdc({
        target: "customers",
        source: "LIVE.feed",
        keys: ["id", col("shop")],
        sequenceBy: struct("at", "n"),
        applyAsDeletes: col("op").eq("D"),
        ignoreNullUpdatesExceptColumnList: ["city"],
        exceptColumnList: ["op", "at"],
        storedAsScdType: "2",
        trackHistoryExceptColumnList: ["city"],
      });
      pipeline.autoCdc({ target: "customers", name: "old", source: "a.b", keys: ["id"], sequenceBy: "n", once: true });
      pipeline.autoCdcFromSnapshot({ target: "customers", name: "s", source: "LIVE.snap", keys: ["id"] });
      pipeline.autoCdcFromSnapshot({
        target: "customers",
        name: "n",
        source: (latest) => (latest === undefined ? [spark.range(1), 1] : undefined),
        keys: ["id"],
        storedAsScdType: 1,
      });
    });
    expect(flows).toMatchObject([
      {
        kind: "auto-cdc",
        name: "customers",
        source: { text: "SELECT * FROM STREAM `feed`" },
        keys: ["id", "shop"],
        sequenceBy: "struct(`at`, `n`)",
        applyAsDeletes: "(`op` = 'D')",
        ignoreNullUpdates: true,
        ignoreNullUpdatesColumns: { except: ["city"] },
        columns: { except: ["op", "at"] },
        storedAs: 2,
        trackHistory: { except: ["city"] },
      },
      { name: "old", source: { text: "SELECT * FROM `a`.`b`" }, once: true, storedAs: 1 },
      { kind: "snapshot-cdc", name: "s", source: { kind: "table", name: ["snap"] } },
      { kind: "snapshot-cdc", name: "n", source: { kind: "next" } },
    ]);
    const next =
      flows[3]?.kind === "snapshot-cdc" && flows[3].source.kind === "next" ? flows[3].source.next : undefined;
    expect(await next?.(undefined)).toMatchObject({ version: 1 });
    expect(await next?.(1)).toBeUndefined();
  });

  test("columns are either those, or all but those", async () => {
    const both = { columnList: ["a"], exceptColumnList: ["b"] };
    const declare = () => pipeline.autoCdc({ target: "t", source: "s", keys: ["id"], sequenceBy: "n", ...both });
    await expect(declared(declare)).rejects.toThrow("Give one of the two");
  });
});

test("outside a pipeline what only pipelines know does nothing, and says where it belongs", async () => {
  for (const text of [
    "CREATE LIVE TABLE v AS SELECT 1 AS a",
    "CREATE STREAMING TABLE t",
    "APPLY CHANGES INTO t FROM STREAM(s) KEYS (a) SEQUENCE BY b",
  ])
    await expect(lake.spark.sql(text)).rejects.toThrow(/UNSUPPORTED_FEATURE\.STATEMENT.*lakelet pipeline run/);
  await lake.spark.sql("CREATE TABLE streamed (a INT)");
  await expect(lake.spark.sql("SELECT * FROM STREAM(streamed)").then((frame) => frame.collect())).rejects.toThrow(
    "UNSUPPORTED_FEATURE.STREAMING",
  );
});

describe("query functions", () => {
  test("they read, and change nothing", async () => {
    await lake.spark.sql("CREATE TABLE kept (id INT)");
    const attempts: readonly (readonly [string, () => unknown])[] = [
      ["DataFrame.write", () => spark.range(1).write.saveAsTable("made")],
      ["DataFrame.writeTo", () => spark.range(1).writeTo("made").create()],
      ['spark.sql("INSERT INTO kept SELECT ...")', () => spark.sql("INSERT INTO kept SELECT 1")],
      ['spark.sql("DROP TABLE kept")', () => lake.spark.sql("DROP TABLE kept")],
      ["spark.copyInto", () => spark.copyInto({ table: "kept", from: "/x", fileFormat: "csv" })],
    ];
    for (const [command, attempt] of attempts) {
      const { flows } = await declared(() => {
        pipeline.materializedView("m", async () => {
          await attempt();
          return spark.range(1);
        });
      });
      const query = flows[0]?.kind === "query" && flows[0].query.kind === "frame" ? flows[0].query.frame : undefined;
      await expect(Promise.resolve().then(query)).rejects.toThrow(
        `[UNSUPPORTED_PIPELINE_SPARK_SQL_COMMAND] ${command} is not supported in the query function of m (declare.test.ts:`,
      );
    }
    expect(await rowsOf(lake.spark, "SELECT count(*) FROM kept")).toEqual([[0]]);
    expect(await lake.spark.catalog.tableExists("made")).toBe(false);
  });

  test("a query function that throws, or gives no DataFrame, is told with the place of its dataset", async () => {
    const definition = await declared(() => {
      pipeline.materializedView("throws", () => {
        throw new TypeError("no such thing");
      });
      pipeline.materializedView("nothing", (() => undefined) as never);
      pipeline.materializedView("rows", (async () => (await spark.range(1)).collect()) as never);
    });
    const { state, events } = await runPipeline(lake.spark, definition, { dryRun: true });
    expect(state).toBe("FAILED");
    const failed = eventsOf(events, "flow-progress").filter((one) => one.status === "FAILED");
    expect(failed.map(({ flow, error }) => [flow, String(error)])).toEqual([
      ["throws", expect.stringMatching(/PIPELINE_SOURCE_FAILED\] .* failed with TypeError: no such thing\. /)],
      ["nothing", expect.stringMatching(/PIPELINE_SOURCE_FAILED\] .* gives nothing, not a DataFrame\. /)],
      ["rows", expect.stringMatching(/PIPELINE_SOURCE_FAILED\] .* not a DataFrame\. /)],
    ]);
    for (const { error } of failed) expect(error).toMatchObject({ location: { file: "declare.test.ts" } });
  });

  test("a pipeline of them runs", async () => {
    await lake.spark.sql("CREATE TABLE raw_orders AS SELECT * FROM VALUES (1, 5), (2, -1), (NULL, 7) AS t(id, amount)");
    const definition = await declared(() => {
      pipeline.table("bronze", () => spark.readStream.table("raw_orders")).expectOrDrop("has id", notNull("id"));
      const positive = "SELECT LIVE.bronze.* FROM LIVE.$" + "{source} WHERE amount > :least";
      pipeline.view("positive", async () => spark.sql(positive, { least: 0 }));
      pipeline.table("gold", () => spark.table("positive").agg({ amount: "sum" }).toDF("total"));
    });
    const settings = { schema: "default", configuration: { source: "bronze" } };
    const { state, error } = await runPipeline(lake.spark, definition, { settings });
    expect(error).toBeUndefined();
    expect(state).toBe("COMPLETED");
    expect(await rowsOf(lake.spark, "SELECT * FROM gold")).toEqual([[5]]);
    expect(await rowsOf(lake.spark, "SELECT amount FROM bronze_quarantine")).toEqual([[7]]);
  });
});
