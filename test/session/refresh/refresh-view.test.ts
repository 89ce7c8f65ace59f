import { expect, test } from "vitest";
import type { RefreshRequest, RefreshResult } from "../../../src/session/flow-contract.js";
import { rowsOf, useSession } from "../../support/session.js";

const lake = useSession();

async function refresh(view: string, query: string, more: Partial<RefreshRequest> = {}): Promise<RefreshResult> {
  const rows = await lake.spark.sql(query);
  const { target, ...rest } = more;
  return lake.spark.refreshView({
    flow: `p/${view}`,
    rows,
    target: {
      table: [view],
      partitionBy: [],
      clusterBy: [],
      properties: { "pipelines.pipelineId": "p", "pipelines.datasetType": "MATERIALIZED_VIEW" },
      constraints: {},
      ...target,
    },
    expectations: [],
    full: false,
    ...rest,
  });
}

test("a view is made, left alone while nothing changes, and brought up to date", async () => {
  await lake.spark.execute("CREATE TABLE a AS SELECT 1 AS id, 'x' AS name");
  const query = "SELECT name, count(*) AS n FROM a GROUP BY name";
  const first = await refresh("va", query);
  expect([first.technique, first.version, first.published, first.reason]).toEqual([
    "COMPLETE_RECOMPUTE",
    0,
    1n,
    "the materialized view is new",
  ]);
  const second = await refresh("va", query);
  expect([second.technique, second.version]).toEqual(["NO_OP", undefined]);
  await lake.spark.execute("INSERT INTO a VALUES (2, 'x'), (3, 'y')");
  await refresh("va", query);
  expect(await rowsOf(lake.spark, "SELECT * FROM va ORDER BY name")).toEqual([
    ["x", 2],
    ["y", 1],
  ]);
});
