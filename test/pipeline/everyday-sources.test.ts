/** Pipelines as they are written every day on Databricks: what its documentation and public projects have in common. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { useSession } from "../support/session.js";
import { runPipeline } from "./pipeline-lake.js";

const lake = useSession();

beforeAll(() => {
  put("rides/a.csv", "ride_id,bike,started\nr1,b1,2024-01-01T10:00:00\nr2,b2,2024-01-02T10:00:00\n");
  put("bikes/a.csv", "bike,brand\nb1,Fixie\n");
  put("events/a.csv", "id,kind\n1,open\n");
});

function put(path: string, text: string): void {
  mkdirSync(join(lake.folder, path, ".."), { recursive: true });
  writeFileSync(join(lake.folder, path), text);
}

async function rows(query: string): Promise<readonly unknown[]> {
  return (await lake.spark.sql(query)).collect();
}

test("CSV files without a schema have headers, and EXCEPT tells the columns of two tables apart", async () => {
  const result = await runPipeline(
    lake.spark,
    `
CREATE OR REFRESH STREAMING TABLE rides AS SELECT * FROM STREAM READ_FILES("rides/*.csv", FORMAT => "csv");
CREATE STREAMING TABLE bikes AS SELECT * FROM STREAM read_files('bikes', format => 'csv', inferColumnTypes => true);
CREATE STREAMING TABLE events
AS SELECT * FROM cloud_files("events", "csv", map("cloudFiles.inferColumnTypes", "true"));
CREATE MATERIALIZED VIEW known AS
SELECT * EXCEPT (r._rescued_data, b._rescued_data, b.bike) FROM rides r LEFT JOIN bikes b ON r.bike = b.bike;
CREATE MATERIALIZED VIEW whole AS SELECT * FROM read_files('bikes', format => 'csv')`,
  );
  expect(result.state).toBe("COMPLETED");
  expect(await rows("SELECT *, CAST(started AS DATE) AS day FROM main.p.known ORDER BY ride_id")).toMatchObject([
    { ride_id: "r1", bike: "b1", brand: "Fixie" },
    { ride_id: "r2", bike: "b2", brand: null },
  ]);
  expect(await rows("SELECT * FROM main.p.events")).toEqual([{ id: 1, kind: "open", _rescued_data: null }]);
  expect(await rows("SELECT * FROM main.p.whole")).toEqual([{ bike: "b1", brand: "Fixie" }]);
});
