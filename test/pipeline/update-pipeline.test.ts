import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { DataFrame } from "../../src/dataframe/data-frame.js";
import { col } from "../../src/dataframe/functions/basics.js";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
import type { Dataset, QueryFlow } from "../../src/pipeline/definition.js";
import { rowsOf, useSession } from "../support/session.js";
import { eventsOf, runPipeline } from "./pipeline-lake.js";

const lake = useSession();

beforeAll(async () => {
  await lake.spark.sql("CREATE SCHEMA raw");
});

const MEDALLION = `
CREATE OR REFRESH STREAMING TABLE bronze (CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW)
AS SELECT * FROM STREAM(raw.orders);
CREATE OR REFRESH STREAMING TABLE silver AS SELECT id, amount * 2 AS amount FROM STREAM(bronze) WHERE amount > 0;
CREATE OR REFRESH MATERIALIZED VIEW gold AS SELECT count(*) AS n, sum(amount) AS total FROM silver;
`;

test("a pipeline runs in the order of its reads, and a second update takes what is new", async () => {
  await lake.spark.sql("CREATE TABLE raw.orders (id INT, amount INT)");
  await lake.spark.sql("INSERT INTO raw.orders VALUES (1, 10), (2, -1), (NULL, 5)");
  // The definition's order is not the order of the run.
  const first = await runPipeline(lake.spark, MEDALLION.split(";").reverse().join(";").replace(/^\s*;/, ""), {
    settings: { schema: "medallion" },
  });
  expect(first.error).toBeUndefined();
  expect(first.flows).toEqual({ bronze: "COMPLETED", silver: "COMPLETED", gold: "COMPLETED" });
  expect(await rowsOf(lake.spark, "SELECT * FROM medallion.gold")).toEqual([[1, 20]]);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM medallion.bronze_quarantine")).toEqual([[1]]);

  await lake.spark.sql("INSERT INTO raw.orders VALUES (3, 30)");
  const second = await runPipeline(lake.spark, MEDALLION, { settings: { schema: "medallion" } });
  expect(second.state).toBe("COMPLETED");
  expect(await rowsOf(lake.spark, "SELECT * FROM medallion.gold")).toEqual([[2, 80]]);
  const third = await runPipeline(lake.spark, MEDALLION, { settings: { schema: "medallion" } });
  expect(eventsOf(third.events, "flow-progress").filter((one) => one.status === "COMPLETED")).toHaveLength(3);
  expect(eventsOf(third.events, "flow-progress").filter((one) => one.version !== undefined)).toEqual([]);
});

test("a dry run analyses all and writes not one file", async () => {
  const before = await readdir(lake.folder, { recursive: true });
  const result = await runPipeline(lake.spark, MEDALLION, { dryRun: true, settings: { schema: "dry" } });
  expect(result.state).toBe("COMPLETED");
  expect(eventsOf(result.events, "dataset-definition").map((one) => [one.dataset, one.schema])).toEqual([
    ["main.dry.bronze", "id INT, amount INT"],
    ["main.dry.silver", "id INT, amount INT"],
    ["main.dry.gold", "n BIGINT NOT NULL, total BIGINT"],
  ]);
  expect(await readdir(lake.folder, { recursive: true })).toEqual(before);
});

test("a dry run looks at the conditions of expectations, and says which files are read", async () => {
  await writeFile(join(lake.folder, "a.json"), '{"id":1}\n');
  const result = await runPipeline(
    lake.spark,
    `CREATE STREAMING TABLE files (CONSTRAINT good EXPECT (id > 0), CONSTRAINT has_name EXPECT (nme IS NOT NULL))
AS SELECT * FROM STREAM read_files('${lake.folder}/a.json', format => 'json');
CREATE MATERIALIZED VIEW early (CONSTRAINT known EXPECT (id IN (SELECT id FROM later))) AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW later AS SELECT id FROM read_files('${lake.folder}/a.json', format => 'json');
CREATE MATERIALIZED VIEW number (CONSTRAINT yes EXPECT (id + 1)) AS SELECT 1 AS id;`,
    { dryRun: true, settings: { schema: "dry" } },
  );
  const wrong = eventsOf(result.events, "flow-progress").filter((one) => one.status === "FAILED");
  expect(wrong.map(({ flow, error }) => [flow, isLakeletError(error) && [error.condition, error.location]])).toEqual([
    ["files", ["UNRESOLVED_COLUMN.WITH_SUGGESTION", { file: "p.sql", line: 1 }]],
    ["number", ["DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", { file: "p.sql", line: 5 }]],
  ]);
  expect(String(wrong[0]?.error)).toContain("The expectation has_name of main.dry.files is wrong");
  const inputs = eventsOf(result.events, "flow-definition").map(({ flow, inputs }) => [flow.name, inputs]);
  expect(inputs).toContainEqual(["later", [`${lake.folder}/a.json`]]);
});

test("mistakes of the graph are named with their place, all of them, and nothing runs", async () => {
  const result = await runPipeline(
    lake.spark,
    `CREATE MATERIALIZED VIEW a AS SELECT * FROM b;
CREATE MATERIALIZED VIEW b AS SELECT * FROM c;
CREATE MATERIALIZED VIEW c AS SELECT * FROM a;
CREATE STREAMING TABLE batch AS SELECT * FROM raw.orders;
CREATE MATERIALIZED VIEW streaming AS SELECT * FROM STREAM(raw.orders);
CREATE MATERIALIZED VIEW missing AS SELECT * FROM goood;
CREATE MATERIALIZED VIEW behind AS SELECT * FROM missing;
CREATE MATERIALIZED VIEW good AS SELECT 1 AS one;
CREATE MATERIALIZED VIEW doubled AS SELECT a.*, b.* FROM good a JOIN good b ON a.one = b.one;`,
    { settings: { schema: "wrong" } },
  );
  expect(result.state).toBe("FAILED");
  const failed = eventsOf(result.events, "flow-progress").filter((one) => one.status === "FAILED");
  const conditions = failed.map(({ flow, error }) => [
    flow,
    isLakeletError(error) && [error.condition, error.location],
  ]);
  expect(conditions).toEqual([
    ["c", ["PIPELINE_GRAPH_NOT_TOPOLOGICALLY_SORTED", { file: "p.sql", line: 3 }]],
    ["batch", ["INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE", { file: "p.sql", line: 4 }]],
    ["streaming", ["INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW", { file: "p.sql", line: 5 }]],
    ["missing", ["TABLE_OR_VIEW_NOT_FOUND", { file: "p.sql", line: 6 }]],
    ["doubled", ["COLUMN_ALREADY_EXISTS", { file: "p.sql", line: 9 }]],
  ]);
  expect(String(failed[3]?.error)).toContain("Did you mean good?");
  expect(result.flows).toMatchObject({ a: "SKIPPED", b: "SKIPPED", behind: "SKIPPED" });
  expect(await lake.spark.catalog.databaseExists("wrong")).toBe(false);
});

test("what a failed flow fills is not read: its dependents are skipped, the others go on", async () => {
  await lake.spark.sql("CREATE TABLE raw.mixed (id INT)");
  await lake.spark.sql("INSERT INTO raw.mixed VALUES (1), (-1)");
  const result = await runPipeline(
    lake.spark,
    `CREATE STREAMING TABLE strict (CONSTRAINT positive EXPECT (id > 0) ON VIOLATION FAIL UPDATE) AS SELECT * FROM STREAM(raw.mixed);
CREATE TEMPORARY VIEW between AS SELECT * FROM strict;
CREATE MATERIALIZED VIEW behind AS SELECT * FROM between;
CREATE MATERIALIZED VIEW last AS SELECT count(*) AS n FROM behind;
CREATE STREAMING TABLE other AS SELECT * FROM STREAM(raw.mixed);`,
    { settings: { schema: "failing" } },
  );
  expect(result.state).toBe("FAILED");
  expect(isLakeletError(result.error, "EXPECTATION_VIOLATION.VERBOSITY_OUTPUT")).toBe(true);
  expect(result.flows).toEqual({ strict: "FAILED", behind: "SKIPPED", last: "SKIPPED", other: "COMPLETED" });
  const skipped = eventsOf(result.events, "flow-progress").filter((one) => one.status === "SKIPPED");
  expect(skipped.map((one) => one.reason)).toEqual([
    "Flow 'behind' was skipped because upstream flow 'strict' FAILED.",
    "Flow 'last' was skipped because upstream flow 'behind' SKIPPED.",
  ]);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM failing.strict")).toEqual([[0]]);
});

test("selected datasets alone are refreshed; a full refresh begins anew, and not where the table forbids it", async () => {
  await lake.spark.sql("CREATE TABLE raw.events (id INT)");
  await lake.spark.sql("INSERT INTO raw.events VALUES (1)");
  const source = `CREATE STREAMING TABLE a AS SELECT * FROM STREAM(raw.events);
CREATE STREAMING TABLE b AS SELECT * FROM STREAM(raw.events);
CREATE STREAMING TABLE kept TBLPROPERTIES ('pipelines.reset.allowed' = 'false') AS SELECT * FROM STREAM(raw.events);`;
  const run = (selection: Parameters<typeof runPipeline>[2]) =>
    runPipeline(lake.spark, source, { settings: { schema: "chosen" }, ...selection });
  const counts = () =>
    rowsOf(
      lake.spark,
      "SELECT (SELECT count(*) FROM chosen.a), (SELECT count(*) FROM chosen.b), (SELECT count(*) FROM chosen.kept)",
    );
  await run({});
  await lake.spark.sql("INSERT INTO raw.events VALUES (2)");
  const some = await run({ selection: { refresh: ["a"] } });
  expect(some.flows).toEqual({ a: "COMPLETED", b: "EXCLUDED", kept: "EXCLUDED" });
  expect(await counts()).toEqual([[2, 1, 1]]);
  await run({ selection: { resetCheckpoint: ["b"] } });
  expect(await counts()).toEqual([[2, 3, 1]]);
  const all = await run({ selection: { fullRefreshAll: true } });
  expect(await counts()).toEqual([[2, 2, 2]]);
  expect(all.warnings).toEqual([expect.stringContaining("main.chosen.kept is not fully refreshed")]);
  expect((await run({ selection: { fullRefresh: ["kept"] } })).error).toMatchObject({
    condition: "TABLE_NOT_RESETTABLE",
  });
  expect((await run({ selection: { refresh: ["nobody"] } })).error).toMatchObject({
    condition: "INVALID_REFRESH_SELECTION.INVALID_IDENTIFIER",
  });
});

test("several flows fill one streaming table, a backfill once; a full refresh runs it again", async () => {
  await lake.spark.sql("CREATE TABLE raw.one (id INT)");
  await lake.spark.sql("CREATE TABLE raw.two (id INT)");
  await lake.spark.sql("CREATE TABLE raw.old (id INT)");
  await lake.spark.sql("INSERT INTO raw.one VALUES (1)");
  await lake.spark.sql("INSERT INTO raw.two VALUES (2)");
  await lake.spark.sql("INSERT INTO raw.old VALUES (3)");
  const source = `CREATE STREAMING TABLE united;
CREATE FLOW first AS INSERT INTO united BY NAME SELECT * FROM STREAM(raw.one);
CREATE FLOW second AS INSERT INTO united BY NAME SELECT * FROM STREAM(raw.two);
CREATE FLOW backfill AS INSERT INTO ONCE united BY NAME SELECT * FROM raw.old;`;
  const run = (options: Parameters<typeof runPipeline>[2] = {}) =>
    runPipeline(lake.spark, source, { settings: { schema: "several" }, ...options });
  const rows = async () => (await rowsOf(lake.spark, "SELECT id FROM several.united ORDER BY id")).flat();
  expect((await run()).error).toBeUndefined();
  expect(await rows()).toEqual([1, 2, 3]);
  await lake.spark.sql("INSERT INTO raw.old VALUES (4)");
  await lake.spark.sql("INSERT INTO raw.two VALUES (5)");
  await run();
  expect(await rows()).toEqual([1, 2, 3, 5]);
  await run({ selection: { fullRefresh: ["several.united"] } });
  expect(await rows()).toEqual([1, 2, 3, 4, 5]);
});

test("a table belongs to one pipeline; what left the sources is named and stays", async () => {
  const settings = { schema: "owned" };
  await lake.spark.sql("CREATE SCHEMA owned");
  await lake.spark.sql("CREATE TABLE owned.plain (id INT)");
  const one = "CREATE MATERIALIZED VIEW mine AS SELECT 1 AS id;";
  await runPipeline(lake.spark, `${one} CREATE MATERIALIZED VIEW gone AS SELECT 2 AS id;`, { settings });
  const plain = await runPipeline(lake.spark, "CREATE MATERIALIZED VIEW plain AS SELECT 1 AS id", { settings });
  expect(plain.error).toMatchObject({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    location: { file: "p.sql", line: 1 },
  });
  const other = await runPipeline(lake.spark, one, { settings: { ...settings, id: "other" } });
  expect(other.error).toMatchObject({ condition: "TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE" });
  await lake.spark.sql("CREATE MATERIALIZED VIEW owned.alone AS SELECT 1 AS id");
  const alone = await runPipeline(lake.spark, "CREATE MATERIALIZED VIEW alone AS SELECT 1 AS id", { settings });
  expect(alone.error).toMatchObject({ condition: "TABLE_ALREADY_MANAGED_BY_OTHER_PIPELINE" });
  await expect(lake.spark.sql("REFRESH MATERIALIZED VIEW owned.mine")).rejects.toThrow(
    "it is a materialized view of the pipeline p.",
  );
  const changed = await runPipeline(lake.spark, "CREATE STREAMING TABLE mine AS SELECT * FROM STREAM(raw.orders)", {
    settings,
  });
  expect(changed.error).toMatchObject({ condition: "CANNOT_CHANGE_DATASET_TYPE" });
  const less = await runPipeline(lake.spark, one, { settings });
  expect(less.warnings).toEqual([expect.stringContaining("main.owned.gone is no longer defined")]);
  expect(await rowsOf(lake.spark, "SELECT * FROM owned.gone")).toEqual([[2]]);
});

test("one update of a pipeline at a time; a dry run may look on", async () => {
  const settings = { schema: "busy" };
  const source = "CREATE MATERIALIZED VIEW v AS SELECT 1 AS id";
  await lake.spark.exclusively("pipeline p", async () => {
    expect((await runPipeline(lake.spark, source, { settings })).error).toMatchObject({
      condition: "RESOURCE_CONFLICT",
    });
    expect((await runPipeline(lake.spark, source, { settings, dryRun: true })).state).toBe("COMPLETED");
    expect((await runPipeline(lake.spark, source, { settings: { ...settings, id: "q" } })).state).toBe("COMPLETED");
  });
});

test("a cancelled update starts no further flow", async () => {
  const controller = new AbortController();
  const result = await runPipeline(
    lake.spark,
    "CREATE MATERIALIZED VIEW v AS SELECT 1 AS id; CREATE MATERIALIZED VIEW w AS SELECT * FROM v",
    {
      settings: { schema: "cancelled" },
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === "flow-progress" && event.flow === "v" && event.status === "COMPLETED") controller.abort();
      },
    },
  );
  expect(result).toMatchObject({ state: "CANCELED", flows: { v: "COMPLETED", w: "STOPPED" } });
});

test("an update that is cancelled while its graph is analysed has no mistake: it is CANCELED", async () => {
  const controller = new AbortController();
  const states: string[] = [];
  const result = await runPipeline(
    lake.spark,
    "CREATE MATERIALIZED VIEW v AS SELECT count(*) AS n FROM not_there; CREATE MATERIALIZED VIEW w AS SELECT * FROM v",
    {
      settings: { schema: "cancelled_early" },
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind !== "update-progress") return;
        states.push(event.state);
        if (event.state === "INITIALIZING") queueMicrotask(() => controller.abort());
      },
    },
  );
  expect(result.state).toBe("CANCELED");
  expect(result.error).toBeUndefined();
  expect(states).toEqual(["INITIALIZING", "STOPPING", "CANCELED"]);
});

test("names outside the pipeline mean again what they did before it, and its configuration is gone", async () => {
  const before = [lake.spark.catalog.currentDatabase(), lake.spark.conf.get("pipeline.day", null)];
  const result = await runPipeline(
    lake.spark,
    `CREATE TEMPORARY VIEW orders AS SELECT 7 AS id; CREATE MATERIALIZED VIEW day AS SELECT '\${pipeline.day}' AS day, id FROM LIVE.orders`,
    { settings: { schema: "names", configuration: { "pipeline.day": "2024-01-15" } } },
  );
  expect(result.error).toBeUndefined();
  expect(await rowsOf(lake.spark, "SELECT * FROM names.day")).toEqual([["2024-01-15", 7]]);
  expect([lake.spark.catalog.currentDatabase(), lake.spark.conf.get("pipeline.day", null)]).toEqual(before);
  await expect(lake.spark.table("orders").count()).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
});

test("every row is accounted for, and expectations of a view count, drop and fail where it is read", async () => {
  await lake.spark.sql("CREATE TABLE raw.counted (id INT, amount INT, day STRING)");
  await lake.spark.sql(
    "INSERT INTO raw.counted VALUES (1, 5, 'a'), (2, NULL, 'a'), (3, -1, 'b'), (NULL, 4, 'b'), (5, 1, NULL), (6, 6, 'c')",
  );
  const source = `CREATE TEMPORARY VIEW clean (
  CONSTRAINT has_day EXPECT (day IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT small EXPECT (amount < 6)
) AS SELECT * FROM STREAM(raw.counted) WHERE amount IS NOT NULL;
CREATE STREAMING TABLE kept (CONSTRAINT has_id EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW)
AS WITH positive AS (SELECT * FROM STREAM(clean) WHERE amount > 0) SELECT id, amount FROM positive;
CREATE MATERIALIZED VIEW summed AS SELECT sum(amount) AS total FROM kept;`;
  const result = await runPipeline(lake.spark, source, { settings: { schema: "accounts" } });
  expect(result.error).toBeUndefined();
  const [done] = eventsOf(result.events, "flow-progress").filter(
    (one) => one.status === "COMPLETED" && one.flow === "kept",
  );
  expect(done?.account).toEqual({
    sources: [{ name: "main.raw.counted", rows: 6n }],
    isRowByRow: true,
    read: 6n,
    malformed: 0n,
    filtered: 2n,
    published: 2n,
    quarantined: 2n,
  });
  expect(done?.expectations).toEqual([
    { name: "has_id", dataset: "main.accounts.kept", passed: 2n, failed: 1n },
    { name: "has_day", dataset: "main.accounts.clean", passed: 4n, failed: 1n },
    { name: "small", dataset: "main.accounts.clean", passed: 4n, failed: 1n },
  ]);
  expect(done?.droppedRecords).toBe(2n);

  const strict = source.replace("(amount < 6)", "(amount < 6) ON VIOLATION FAIL UPDATE");
  await lake.spark.sql("INSERT INTO raw.counted VALUES (7, 7, 'd')");
  const failed = await runPipeline(lake.spark, strict, { settings: { schema: "accounts" } });
  expect(failed.error).toMatchObject({
    condition: "EXPECTATION_VIOLATION.VERBOSITY_OUTPUT",
    parameters: { table: "main.accounts.clean", expectationsViolated: "small" },
  });
  expect(await rowsOf(lake.spark, "SELECT * FROM accounts.kept ORDER BY id")).toEqual([
    [1, 5],
    [6, 6],
  ]);
});

test("expectations of a view that no flow reads are said not to be evaluated", async () => {
  const source = `CREATE TEMPORARY VIEW idle (CONSTRAINT odd EXPECT (id % 2 = 1)) AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW v AS SELECT 1 AS id;`;
  const { warnings } = await runPipeline(lake.spark, source, { dryRun: true, settings: { schema: "idle" } });
  expect(warnings).toEqual(["The expectations of main.idle.idle (p.sql:1) are not evaluated: no flow reads the view."]);
});

test("query functions may look at what they read before it is there, and a streamed view streams what it reads", async () => {
  const { spark } = lake;
  await spark.sql("CREATE TABLE raw.letters (letter STRING, n INT)");
  await spark.sql("INSERT INTO raw.letters VALUES ('a', 1), ('b', 2)");
  const place = { file: "p.ts", line: 1 };
  const dataset = (kind: Dataset["kind"], name: string): Dataset => ({
    ...{ kind, name: [name], expectations: [], constraints: {}, properties: {}, partitionBy: [], clusterBy: [] },
    ...{ isPrivate: false, place },
  });
  const flow = (name: string, frame: () => DataFrame | Promise<DataFrame>): QueryFlow => ({
    ...{ kind: "query", name, target: [name], place, configuration: {}, once: false, byName: true },
    query: { kind: "frame", frame },
  });
  const definition = {
    datasets: [
      dataset("materialized-view", "wide"),
      dataset("streaming-table", "kept"),
      dataset("temporary-view", "all"),
    ],
    flows: [
      flow("wide", async () => {
        const { fields } = await spark.table("kept").schema();
        return spark.table("kept").select(...fields.map((one) => col(one.name).alias(`${one.name}_1`)));
      }),
      flow("kept", () => spark.readStream.table("all").filter("n > 1")),
      flow("all", () => spark.readStream.table("raw.letters")),
    ],
  };
  const settings = { schema: "functions" };
  const first = await runPipeline(spark, definition, { settings });
  expect(first.error).toBeUndefined();
  expect(await rowsOf(spark, "SELECT letter_1, n_1 FROM functions.wide")).toEqual([["b", 2]]);
  const kept = eventsOf(first.events, "flow-progress").find((one) => one.flow === "kept" && one.account);
  expect(kept?.account).toMatchObject({ isRowByRow: true, read: 2n, filtered: 1n, published: 1n });
  await spark.sql("INSERT INTO raw.letters VALUES ('c', 3)");
  await runPipeline(spark, definition, { settings });
  expect(await rowsOf(spark, "SELECT letter_1 FROM functions.wide ORDER BY 1")).toEqual([["b"], ["c"]]);
});

test("in production a flow that the system hindered is run again, in development its error is shown at once", async () => {
  const source = "CREATE MATERIALIZED VIEW v AS SELECT 1 AS id";
  const run = (development: boolean, failures: number, error: Error) => {
    let left = failures;
    const hindered = new Proxy(lake.spark, {
      get: (session, name) => {
        if (name === "refreshView" && left-- > 0) return () => Promise.reject(error);
        const member = Reflect.get(session, name) as unknown;
        return typeof member === "function" ? (member.bind(session) as unknown) : member;
      },
    });
    return runPipeline(hindered, source, { settings: { schema: "hindered", development } });
  };
  const busy = Object.assign(new Error("too many open files"), { code: "EMFILE" });
  const again = await run(false, 2, busy);
  expect(again).toMatchObject({
    state: "COMPLETED",
    warnings: [expect.stringContaining("attempt 2"), expect.stringContaining("attempt 3")],
  });
  expect((await run(false, 3, busy)).error).toBe(busy);
  expect((await run(true, 1, busy)).error).toBe(busy);
  const mistake = new Error("a mistake of the query");
  expect((await run(false, 1, mistake)).error).toBe(mistake);
});
