/** Lineage of updates and runs in `system.access`, and as `lakelet lineage` tells it. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { lineageLines } from "../../src/cli/progress/lineage-lines.js";
import { qualityHtml } from "../../src/history/quality/quality-html.js";
import { readQuality } from "../../src/history/quality/read-quality.js";
import { recordLineage } from "../../src/history/system-tables/record-lineage.js";
import { systemSessionOf } from "../../src/session/local-session.js";
import { tableLineage } from "../../src/workspace/lineage.js";
import { loadPipeline } from "../../src/workspace/pipelines/load-pipeline.js";
import { EVERYTHING, runPipeline } from "../../src/workspace/pipelines/run-pipeline.js";
import { openProject } from "../../src/workspace/project.js";
import { rowsOf, useSession } from "../support/session.js";
import { writeFiles } from "../support/temporary-folder.js";

const lake = useSession();
const PIPELINE = `CREATE STREAMING TABLE bronze AS SELECT * FROM STREAM read_files('in', format => 'json', schema => 'id INT, price INT');
CREATE TEMPORARY VIEW priced AS SELECT id, price * 2 AS dear FROM bronze WHERE price > 0;
CREATE MATERIALIZED VIEW gold AS SELECT sum(p.dear) AS total, max(r.rate) AS rate FROM priced p JOIN rates r ON p.id = r.id;`;

test("an update writes what its flows have made of what; a dry run and an update without news do not", async () => {
  const { spark, folder } = lake;
  writeFiles(folder, {
    "shop.sql": PIPELINE,
    "in/a.json": '{"id":1,"price":5}\n',
    "lakelet.yml": "warehouse: ./lake\n",
  });
  await spark.sql("CREATE TABLE rates AS SELECT 1 AS id, 3 AS rate");
  const project = openProject(folder);
  const run = (dryRun: boolean) =>
    runPipeline({
      home: project,
      pipeline: loadPipeline(project, join(folder, "shop.sql")),
      selection: EVERYTHING,
      dryRun,
      cause: "API_CALL",
      session: spark,
      onEvent: () => {},
    });
  expect(await rowsOf(spark, "SELECT * FROM system.access.column_lineage")).toEqual([]);
  await run(true);
  expect(await rowsOf(spark, "SELECT * FROM system.access.table_lineage")).toEqual([]);
  const first = await run(false);
  expect(first.state).toBe("COMPLETED");
  await run(false);
  const columns = "entity_type, entity_id, source_type, coalesce(source_table_full_name, source_path) AS s";
  expect(
    await rowsOf(
      spark,
      `SELECT ${columns}, target_table_full_name, entity_run_id, event_date = current_date() FROM system.access.table_lineage ORDER BY 5, 4`,
    ),
  ).toEqual([
    ["PIPELINE", "shop.sql", "PATH", "in", "main.default.bronze", first.updateId, true],
    ["PIPELINE", "shop.sql", "TABLE", "main.default.bronze", "main.default.gold", first.updateId, true],
    ["PIPELINE", "shop.sql", "TABLE", "main.default.rates", "main.default.gold", first.updateId, true],
  ]);
  expect(
    await rowsOf(
      spark,
      "SELECT source_table_name, source_column_name, target_table_name, target_column_name FROM system.access.column_lineage WHERE source_type = 'TABLE' ORDER BY ALL",
    ),
  ).toEqual([
    ["bronze", "price", "gold", "total"],
    ["rates", "rate", "gold", "rate"],
  ]);
});

test("a record is written once", async () => {
  const session = systemSessionOf(lake.spark);
  const one = {
    table: "main.s.t",
    sources: [{ source: "main.s.u", kind: "TABLE" }],
    columns: [],
    entityType: "JOB",
    entityId: "1",
    entityRunId: "r",
    at: 0,
  } as const;
  for (let i = 0; i < 2; i++) {
    await recordLineage(
      { session, warehouse: join(lake.folder, "lake"), createdBy: "me", transaction: { appId: "x", version: 0 } },
      [one],
    );
  }
  expect(
    await rowsOf(lake.spark, "SELECT count(*) FROM system.access.table_lineage WHERE target_table_name = 't'"),
  ).toEqual([[1]]);
});

test("the system tables are nobody else's to write", async () => {
  await expect(
    lake.spark.sql("INSERT INTO system.access.table_lineage SELECT * FROM system.access.table_lineage"),
  ).rejects.toThrow("INSUFFICIENT_PERMISSIONS");
});

test("the page of quality draws what jobs and pipelines made, with the columns", async () => {
  const warehouse = join(lake.folder, "lake");
  const report = await readQuality(lake.spark, { warehouse, history: 1, sampleRows: 1 });
  const edges = new Map(report.lineage?.edges.map((one) => [`${one.from} -> ${one.to}`, one]));
  expect([...edges.keys()].sort()).toEqual([
    "in -> main.default.bronze",
    "main.default.bronze -> main.default.priced",
    "main.default.priced -> main.default.gold",
    "main.default.rates -> main.default.gold",
    "main.s.u -> main.s.t",
  ]);
  expect(edges.get("main.s.u -> main.s.t")?.by).toBe("job 1");
  expect(report.lineage?.columns).toContainEqual({
    from: "main.default.bronze",
    to: "main.default.gold",
    by: "pipeline shop.sql",
    columns: [{ column: "total", from: ["price"] }],
  });
  expect(qualityHtml(report, "shop")).toContain("<td>total</td><td>price</td>");
});

test("lakelet lineage", async () => {
  const warehouse = join(lake.folder, "lake");
  const of = async (table: string, columns: boolean) =>
    lineageLines(await tableLineage({ table, columns, warehouse }), (_, text) => text);
  expect(await of("gold", false)).toEqual([
    "main.default.gold",
    "is made of",
    "  ├─ main.default.bronze  by pipeline shop.sql",
    "  │  └─ in  by pipeline shop.sql",
    "  └─ main.default.rates  by pipeline shop.sql",
    "is a part of",
    "  nothing that is recorded",
  ]);
  expect(await of("bronze", true)).toEqual([
    "main.default.bronze",
    "is made of",
    "  ├─ main.default.bronze.id",
    "  │  └─ in.id  by pipeline shop.sql",
    "  └─ main.default.bronze.price",
    "     └─ in.price  by pipeline shop.sql",
    "is a part of",
    "  ├─ main.default.bronze.id",
    "  └─ main.default.bronze.price",
    "     └─ main.default.gold.total  by pipeline shop.sql",
  ]);
  await expect(of("nothing", false)).rejects.toThrow("TABLE_LINEAGE_NOT_FOUND");
});
