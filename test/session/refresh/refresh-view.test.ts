import { beforeAll, describe, expect, test } from "vitest";
import { count, sum } from "../../../src/dataframe/functions/aggregates.js";
import { col, lit } from "../../../src/dataframe/functions/basics.js";
import { expectOrDrop, expectOrFail } from "../../../src/quality/rules.js";
import type { FlowTarget, RefreshRequest, RefreshResult } from "../../../src/session/flow-contract.js";
import { run } from "../../reliability/refresh/refreshes.js";
import { rowsOf, useSession } from "../../support/session.js";

const lake = useSession({ configuration: { "spark.lakelet.refresh.maxTouchedShare": "1000" } });

interface Given extends Partial<Omit<RefreshRequest, "target" | "rows">> {
  readonly target?: Partial<FlowTarget>;
}

async function refresh(
  view: string,
  query: string | RefreshRequest["rows"],
  given: Given = {},
): Promise<RefreshResult> {
  const { target, ...rest } = given;
  const own = {
    table: [view],
    partitionBy: [],
    clusterBy: [],
    properties: { "pipelines.pipelineId": "p" },
    constraints: {},
  };
  return lake.spark.refreshView({
    flow: `p/${view}`,
    rows: typeof query === "string" ? await lake.spark.sql(query) : query,
    target: { ...own, ...target },
    expectations: [],
    full: false,
    ...rest,
  });
}

const how = ({ technique, reason }: RefreshResult) => (reason === undefined ? [technique] : [technique, reason]);

beforeAll(() => lake.spark.execute("CREATE TABLE a AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)"));

test("a view is made, left alone while nothing changes, and brought up to date by its groups", async () => {
  const query = "SELECT name, count(*) AS n FROM a GROUP BY name";
  const first = await refresh("groups", query);
  expect([...how(first), first.version, first.published]).toEqual([
    "COMPLETE_RECOMPUTE",
    "the materialized view is new",
    0,
    2n,
  ]);
  await lake.spark.execute("OPTIMIZE a");
  expect([...how(await refresh("groups", query)), (await refresh("groups", query)).version]).toEqual([
    "NO_OP",
    undefined,
  ]);
  await lake.spark.execute("INSERT INTO a VALUES (3, 'y'), (4, 'z')");
  const second = await refresh("groups", query);
  expect([...how(second), second.version, second.published]).toEqual(["GROUP_AGGREGATE", 1, 2n]);
  expect(await rowsOf(lake.spark, "SELECT * FROM groups ORDER BY name")).toEqual([
    ["x", 1],
    ["y", 2],
    ["z", 1],
  ]);
});

test("rows that come are appended, and rules mean the same; a rule about all rows computes all", async () => {
  await lake.spark.execute("CREATE TABLE b AS SELECT 1 AS id, 5 AS v");
  const drop = [expectOrDrop("small", "v < 10")];
  await refresh("appended", "SELECT id, v FROM b", { expectations: drop });
  await lake.spark.execute("INSERT INTO b VALUES (2, 6), (3, 70)");
  const result = await refresh("appended", "SELECT id, v FROM b", { expectations: drop });
  expect([...how(result), result.published, result.quarantined]).toEqual(["APPEND_ONLY", 1n, 1n]);
  expect(await rowsOf(lake.spark, "SELECT id FROM appended_quarantine")).toEqual([[3]]);
  await refresh("appended", "SELECT id, v FROM b", { expectations: drop, full: true });
  expect(await rowsOf(lake.spark, "SELECT id FROM appended_quarantine")).toEqual([[3]]);
  const dated = { expectations: [expectOrFail("known", "now() IS NOT NULL AND v < 10")] };
  await lake.spark.execute("DELETE FROM b WHERE id = 3");
  await refresh("appended", "SELECT id, v FROM b", dated);
  const again = await refresh("appended", "SELECT id, v FROM b", dated);
  expect(how(again)).toEqual(["COMPLETE_RECOMPUTE", 'the expectation "known" looks at more than its rows']);
  await lake.spark.execute("INSERT INTO b VALUES (4, 70)");
  const failing = { expectations: [expectOrFail("small", "v < 10")] };
  await expect(refresh("appended", "SELECT id, v FROM b", failing)).rejects.toThrow("QUALITY_GATE_FAILED");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM appended")).toEqual([[2]]);
});

describe("all is computed, and why", () => {
  test.each([
    ["SELECT max(id) AS m FROM a", "it aggregates all rows without GROUP BY"],
    ["SELECT name, current_date() AS day FROM a", "it asks for the current time or date"],
    ["SELECT name, rand() AS r FROM a", "it calls a function that is not deterministic"],
    ["SELECT name, collect_list(id) AS ids FROM a GROUP BY name", "the order of rows decides what collect_list gives"],
    ["SELECT id FROM a ORDER BY id LIMIT 1", "LIMIT and OFFSET take rows of the whole"],
    ["SELECT sum(id) OVER (ORDER BY id) AS s FROM a", "a window function looks at all rows: it has no PARTITION BY"],
    ["SELECT count(*) AS n FROM a GROUP BY name", "its columns lack the keys by which its rows part"],
  ])("%s", async (query, reason) => {
    await lake.spark.execute("DROP TABLE IF EXISTS whole");
    await refresh("whole", query);
    await lake.spark.execute("INSERT INTO a VALUES (9, 'x')");
    expect(how(await refresh("whole", query))).toEqual(["COMPLETE_RECOMPUTE", reason]);
  });
});

test("DataFrames are looked into; a table of another pipeline is left alone; somebody else's rows go", async () => {
  await lake.spark.execute("CREATE TABLE c AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)");
  const rows = () =>
    lake.spark
      .table("c")
      .filter(col("id").gt(lit(0)))
      .groupBy("name")
      .agg(count(lit(1)).alias("n"), sum("id").alias("s"));
  await refresh("framed", rows());
  await lake.spark.execute("UPDATE c SET name = 'z' WHERE id = 2");
  expect(how(await refresh("framed", rows()))).toEqual(["GROUP_AGGREGATE"]);
  expect(await rowsOf(lake.spark, "SELECT * FROM framed ORDER BY name")).toEqual([
    ["x", 1, 1],
    ["z", 1, 2],
  ]);
  const other = { target: { properties: { "pipelines.pipelineId": "q" } } };
  await expect(refresh("framed", rows(), other)).rejects.toThrow("TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE");
  await lake.spark.execute("DELETE FROM framed WHERE name = 'x'");
  expect(how(await refresh("framed", rows()))).toEqual(["COMPLETE_RECOMPUTE", "somebody else has changed its rows"]);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM framed")).toEqual([[2]]);
});

test("files that are gone cannot tell what changed", async () => {
  await lake.spark.execute("CREATE TABLE e AS SELECT * FROM VALUES (1, 'x'), (2, 'y') AS t(id, name)");
  const query = "SELECT name, count(*) AS n FROM e GROUP BY name";
  await refresh("vacuumed", query);
  lake.spark.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
  await lake.spark.execute("DELETE FROM e WHERE id = 1");
  await lake.spark.execute("VACUUM e RETAIN 0 HOURS");
  const reason = "files of a source that were removed since the last refresh are gone (VACUUM)";
  expect(how(await refresh("vacuumed", query))).toEqual(["COMPLETE_RECOMPUTE", reason]);
  expect(await rowsOf(lake.spark, "SELECT * FROM vacuumed")).toEqual([["y", 1]]);
});

test("declared columns are those of the view", async () => {
  const target = { schemaDdl: "name STRING NOT NULL COMMENT 'who', n INT" };
  await refresh("declared", "SELECT name, count(*) AS n FROM c GROUP BY name", { target });
  expect(
    (await lake.spark.table("declared").schema()).fields.map((one) => [one.name, one.dataType.kind, one.nullable]),
  ).toEqual([
    ["name", "string", false],
    ["n", "integer", true],
  ]);
  const wrong = { target: { schemaDdl: "other INT" } };
  await expect(refresh("wrong", "SELECT 1 AS one", wrong)).rejects.toThrow(
    "USER_SPECIFIED_AND_INFERRED_SCHEMA_NOT_COMPATIBLE",
  );
});

/** 2,000 of them: `npm run test:reliability -- --only refresh`. */
test("random changes: refreshed by parts or anew, the rows are those of the query", async () => {
  const { anomalies } = await run({ count: 4, seed: 3 });
  expect(anomalies).toEqual([]);
}, 60_000);
