import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withAuditColumns } from "../../src/dataframe/audit-columns.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

function file(name: string, content: string): string {
  mkdirSync(join(lake.folder, "in"), { recursive: true });
  const path = join(lake.folder, "in", name);
  writeFileSync(path, content);
  return path;
}

const ingest = (from: string, table: string) =>
  lake.spark.copyInto({
    table,
    from,
    fileFormat: "csv",
    formatOptions: { header: true },
    schema: "id INT, name STRING",
    auditColumns: { runDate: "2024-01-01" },
  });

test("a file is ingested once; new ones are added", async () => {
  file("a.csv", "id,name\n1,Ada\n2,Bob\n");
  const first = await ingest(join(lake.folder, "in"), "once");
  expect(first).toMatchObject({ rowsIngested: 2, filesIngested: ["a.csv"], filesSkipped: [] });
  file("b.csv", "id,name\n3,Cy\n");
  expect(await ingest(join(lake.folder, "in/*.csv"), "once")).toMatchObject({
    rowsIngested: 1,
    filesIngested: ["b.csv"],
    filesSkipped: ["a.csv"],
  });
  expect(await ingest(join(lake.folder, "in"), "once")).toMatchObject({
    version: undefined,
    filesIngested: [],
    filesSkipped: ["a.csv", "b.csv"],
  });
  expect(
    await rowsOf(lake.spark, "SELECT id, run_date, source_file LIKE 'file:///%.csv' FROM once ORDER BY id"),
  ).toEqual([
    [1, "2024-01-01", true],
    [2, "2024-01-01", true],
    [3, "2024-01-01", true],
  ]);
});

test("a file that comes again with other content replaces its rows", async () => {
  const path = file("c.csv", "id,name\n1,old\n2,old\n");
  await ingest(path, "again");
  file("c.csv", "id,name\n1,new\n");
  expect(await ingest(path, "again")).toMatchObject({ filesIngested: ["c.csv"] });
  expect(await rowsOf(lake.spark, "SELECT id, name FROM again")).toEqual([[1, "new"]]);
});

test("a malformed line is kept with its file, line and text, and counted", async () => {
  const path = file("bad.csv", "id,name\n1,Ada\n2\n3,Cy,too,many\nx,Dee\n4,Eve\n");
  expect(await ingest(path, "dirty")).toMatchObject({ rowsIngested: 2, malformedLines: 3 });
  expect(await rowsOf(lake.spark, "SELECT id FROM dirty ORDER BY id")).toEqual([[1], [4]]);
  const kept = await rowsOf(
    lake.spark,
    "SELECT quarantine_line, quarantine_text, quarantine_reason IS NOT NULL, source_file LIKE '%bad.csv' FROM dirty_quarantine ORDER BY quarantine_line",
  );
  expect(kept).toEqual([
    [3, "2", true, true],
    [4, "3,Cy,too,many", true, true],
    [5, "x,Dee", true, true],
  ]);
  await ingest(path, "dirty");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM dirty_quarantine")).toEqual([[3]]);
});

test("a missing file is named", async () => {
  await expect(ingest(join(lake.folder, "in/none.csv"), "never")).rejects.toThrow(/PATH_NOT_FOUND.*none\.csv/s);
  await expect(lake.spark.execute("SELECT * FROM never")).rejects.toThrow(/TABLE_OR_VIEW_NOT_FOUND/);
});

test("audit columns on any DataFrame in one call", async () => {
  const path = file("audit.csv", "id,name\n1,Ada\n");
  const rows = withAuditColumns(lake.spark.read.option("header", true).csv(path), {
    runDate: "2024-01-02",
    names: { source_file: "_file" },
  });
  const [row] = await rows.collect();
  expect(row).toMatchObject({
    id: "1",
    _file: `file://${path}`,
    run_date: "2024-01-02",
    job_run_id: null,
    task_key: null,
  });
  expect(row?.ingestion_timestamp).toMatch(/^\d{4}-\d{2}-\d{2}T/);
});

test("a header of other columns is named with file and line, unless the schema is to be enforced", async () => {
  const path = file("header.csv", "id,nam\n1,Ada\n");
  await expect(ingest(path, "headed")).rejects.toThrow(/header\.csv:1: \[CSV_HEADER_DOES_NOT_CONFORM\].*id, nam/s);
  await expect(lake.spark.execute("SELECT * FROM headed")).rejects.toThrow(/TABLE_OR_VIEW_NOT_FOUND/);
  const formatOptions = { header: true, enforceSchema: true };
  const result = await lake.spark.copyInto({
    table: "headed",
    from: path,
    fileFormat: "csv",
    formatOptions,
    schema: "id INT, name STRING",
  });
  expect(result).toMatchObject({ rowsIngested: 1 });
});
