import { readdir } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { isLakeletError } from "../../src/errors/lakelet-error.js";
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

test("mistakes of the graph are named with their place, all of them, and nothing runs", async () => {
  const result = await runPipeline(
    lake.spark,
    `CREATE MATERIALIZED VIEW a AS SELECT * FROM b;
CREATE MATERIALIZED VIEW b AS SELECT * FROM c;
CREATE MATERIALIZED VIEW c AS SELECT * FROM a;
CREATE STREAMING TABLE batch AS SELECT * FROM raw.orders;
CREATE MATERIALIZED VIEW streaming AS SELECT * FROM STREAM(raw.orders);
CREATE MATERIALIZED VIEW missing AS SELECT * FROM nowhere;
CREATE MATERIALIZED VIEW behind AS SELECT * FROM missing;
CREATE MATERIALIZED VIEW good AS SELECT 1 AS one;`,
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
  ]);
  expect(result.flows).toMatchObject({ a: "SKIPPED", b: "SKIPPED", behind: "SKIPPED" });
  expect(await lake.spark.catalog.databaseExists("wrong")).toBe(false);
});
