import { beforeAll, expect, test } from "vitest";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import { rowsOf, useSession } from "../support/session.js";
import { eventsOf, runPipeline } from "./pipeline-lake.js";

const lake = useSession();

beforeAll(async () => {
  await lake.spark.sql("CREATE SCHEMA raw");
});

test("rows that a view drops are in its quarantine, each once, with all its reasons; those of a full refresh take their place", async () => {
  const { spark } = lake;
  await spark.sql("CREATE TABLE raw.a (id INT, v INT)");
  await spark.sql("INSERT INTO raw.a VALUES (1, 1), (2, NULL), (3, -1)");
  const source = `CREATE TEMPORARY VIEW clean (
  CONSTRAINT positive EXPECT (v > 0) ON VIOLATION DROP ROW,
  CONSTRAINT early EXPECT (id < 3) ON VIOLATION DROP ROW
) AS SELECT * FROM STREAM(raw.a);
CREATE STREAMING TABLE t AS SELECT v FROM STREAM(clean);
CREATE TEMPORARY VIEW whole (CONSTRAINT positive EXPECT (v > 0) ON VIOLATION DROP ROW) AS SELECT * FROM raw.a;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM whole;`;
  const run = (selection = {}) => runPipeline(spark, source, { settings: { schema: "views" }, selection });
  const held = (view: string) =>
    rowsOf(spark, `SELECT id, v, quarantine_reason FROM views.${view}_quarantine ORDER BY id`);
  const dropped = async (result: Awaited<ReturnType<typeof run>>) =>
    Object.fromEntries(
      eventsOf(result.events, "flow-progress")
        .filter((one) => one.status === "COMPLETED")
        .map(({ flow, droppedRecords, account }) => [flow, [droppedRecords, account?.filtered, account?.quarantined]]),
    );
  const first = await run();
  expect(await dropped(first)).toEqual({ t: [2n, 0n, 2n], m: [2n, 0n, 2n] });
  expect(await held("clean")).toEqual([
    [2, null, "positive"],
    [3, -1, "positive; early"],
  ]);
  await spark.sql("INSERT INTO raw.a VALUES (4, 4)");
  await run();
  expect((await held("clean")).map(([id]) => id)).toEqual([2, 3, 4]);
  // A view that is read as a whole is looked at as a whole.
  expect((await held("whole")).map(([id]) => id)).toEqual([2, 3]);
  await run({ fullRefreshAll: true });
  expect((await held("clean")).map(([id]) => id)).toEqual([2, 3, 4]);
  expect(await rowsOf(spark, "SELECT * FROM views.t")).toEqual([[1]]);
});

test("rows that a view drops for an update that fails are not in its quarantine", async () => {
  const { spark } = lake;
  await spark.sql("CREATE TABLE raw.b (id INT)");
  await spark.sql("INSERT INTO raw.b VALUES (1), (-1)");
  const source = `CREATE TEMPORARY VIEW kept (CONSTRAINT positive EXPECT (id > 0) ON VIOLATION DROP ROW) AS SELECT * FROM STREAM(raw.b);
CREATE STREAMING TABLE strict (CONSTRAINT big EXPECT (id > 1) ON VIOLATION FAIL UPDATE) AS SELECT * FROM STREAM(kept);`;
  const failed = await runPipeline(spark, source, { settings: { schema: "failing" } });
  expect(failed.error).toMatchObject({
    condition: "EXPECTATION_VIOLATION.VERBOSITY_OUTPUT",
    sqlState: "22000",
    parameters: { flowName: "strict", expectationsViolated: "big", outputRecord: '{"id":1}' },
  });
  expect(await spark.catalog.tableExists("failing.kept_quarantine")).toBe(false);
});

test("a failed expectation of an AUTO CDC target is told as it was declared", async () => {
  const { spark } = lake;
  await spark.sql("CREATE TABLE raw.feed (id INT, v INT, at INT)");
  await spark.sql("INSERT INTO raw.feed VALUES (1, -1, 1)");
  const source = `CREATE STREAMING TABLE target (CONSTRAINT positive EXPECT (v > 0) ON VIOLATION FAIL UPDATE);
CREATE FLOW changes AS AUTO CDC INTO target FROM STREAM(raw.feed) KEYS (id) SEQUENCE BY at;`;
  const { error } = await runPipeline(spark, source, { settings: { schema: "feeds" } });
  expect(String(error)).toContain(
    `Flow 'changes' failed to meet the expectation. Violated expectations: 'positive'. Output record: '{"id":1,"v":-1,"at":1}'. Broken by: "positive" (v > 0): 1 rows. Nothing was published to main.feeds.target.`,
  );
});

test("what streams from a table that was fully refreshed without it is told so, with the command", async () => {
  const { spark } = lake;
  await spark.sql("CREATE TABLE raw.c (id INT)");
  await spark.sql("INSERT INTO raw.c VALUES (1)");
  const source = `CREATE STREAMING TABLE bronze AS SELECT * FROM STREAM(raw.c);
CREATE STREAMING TABLE silver AS SELECT * FROM STREAM(bronze);
CREATE TEMPORARY VIEW between AS SELECT * FROM STREAM(silver);
CREATE STREAMING TABLE gold AS SELECT * FROM STREAM(between);`;
  const run = (fullRefresh: readonly string[]) =>
    runPipeline(spark, source, { settings: { schema: "anew", name: "of c" }, selection: { fullRefresh } });
  await run([]);
  await run(["bronze"]);
  const { error } = await run([]);
  expect(isLakeletError(error, "DELTA_SOURCE_TABLE_IGNORE_CHANGES") && error.cure).toBe(
    "Refresh fully what streams from it, too. To make its rows anew: lakelet pipeline run 'of c' --full-refresh main.anew.silver,main.anew.gold",
  );
  await run(["silver", "gold"]);
  expect(await rowsOf(spark, "SELECT * FROM anew.gold")).toEqual([[1]]);
});

test("a materialized view is no stream, the pipeline's own or another's; a declared type is the table's, or said", async () => {
  const { spark } = lake;
  await spark.sql("CREATE TABLE raw.d (id INT)");
  await spark.sql("INSERT INTO raw.d VALUES (1)");
  const view = "CREATE MATERIALIZED VIEW m AS SELECT * FROM raw.d;";
  const run = (source: string, settings = {}, fullRefresh: readonly string[] = []) =>
    runPipeline(spark, source, { settings: { schema: "kinds", ...settings }, selection: { fullRefresh } });
  const own = await run(`${view} CREATE STREAMING TABLE s AS SELECT * FROM STREAM(m);`);
  expect(own.error).toMatchObject({ condition: "STREAMING_FROM_MATERIALIZED_VIEW", location: { file: "p.sql" } });
  await run(view);
  const other = await run("CREATE STREAMING TABLE s AS SELECT * FROM STREAM(kinds.m);", { id: "q", schema: "others" });
  expect(other.error).toMatchObject({ condition: "STREAMING_FROM_MATERIALIZED_VIEW" });

  const table = (type: string) => `CREATE STREAMING TABLE typed (id ${type}) AS SELECT * FROM STREAM(raw.d);`;
  await run(table("INT"));
  expect((await run(table("STRING"))).error).toMatchObject({ condition: "DELTA_FAILED_TO_MERGE_FIELDS" });
  expect((await run(table("STRING"), {}, ["typed"])).error).toBeUndefined();
  expect(await rowsOf(spark, "SELECT * FROM kinds.typed")).toEqual([["1"]]);
});
