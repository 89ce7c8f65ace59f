/** copyInto where things go wrong: never a row lost, never one twice, never a bad one published. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectOrDrop, expectOrFail, notNull } from "../../src/quality/rules.js";
import { rowCount } from "../../src/quality/write-rules.js";
import type { CopyIntoRequest } from "../../src/session/contract.js";
import { createLocalSession } from "../../src/session/local-session.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

function file(name: string, content: string): string {
  const path = join(lake.folder, "in", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const request = (from: string, table: string, more: Partial<CopyIntoRequest> = {}): CopyIntoRequest => ({
  table,
  from,
  fileFormat: "csv",
  formatOptions: { header: true },
  schema: "id INT, name STRING",
  ...more,
});
const ids = async (table: string) => (await rowsOf(lake.spark, `SELECT id FROM ${table} ORDER BY id`)).flat();
const held = (table: string) =>
  rowsOf(
    lake.spark,
    `SELECT id, quarantine_text, quarantine_reason LIKE 'has a name' FROM ${table}_quarantine ORDER BY id, quarantine_text`,
  );
const hasName = expectOrDrop("has a name", notNull("name"));

test("rows held back by a rule and malformed lines of the same files are kept side by side", async () => {
  const path = file("both.csv", "id,name\n1,Ada\n2,\nx,Bad\n");
  const result = await lake.spark.copyInto(request(path, "sides", { expectations: [hasName] }));
  expect(result).toMatchObject({ rowsIngested: 1, malformedLines: 1 });
  expect(await held("sides")).toEqual([
    [null, "x,Bad", false],
    [2, null, true],
  ]);
});

test("a file that was mended takes its lines out of quarantine", async () => {
  const path = file("mended.csv", "id,name\n1,Ada\nx,Bad\n");
  await lake.spark.copyInto(request(path, "mended"));
  file("mended.csv", "id,name\n1,Ada\n2,Good\n");
  expect(await lake.spark.copyInto(request(path, "mended"))).toMatchObject({ rowsIngested: 2, malformedLines: 0 });
  expect(await ids("mended")).toEqual([1, 2]);
  expect(await rowsOf(lake.spark, "SELECT quarantine_text FROM mended_quarantine")).toEqual([]);
});

test("a file that goes back to an earlier content is ingested again", async () => {
  const path = file("back.csv", "id,name\n1,a\n");
  await lake.spark.copyInto(request(path, "back"));
  file("back.csv", "id,name\n2,b\n");
  await lake.spark.copyInto(request(path, "back"));
  file("back.csv", "id,name\n1,a\n");
  await lake.spark.copyInto(request(path, "back"));
  expect(await ids("back")).toEqual([1]);
});

test("force replaces, other files stay; the same content under another name is another file", async () => {
  const path = file("force/a.csv", "id,name\n1,a\n");
  file("force/b.csv", "id,name\n1,a\n");
  const folder = join(lake.folder, "in/force");
  expect(await lake.spark.copyInto(request(folder, "forced"))).toMatchObject({ rowsIngested: 2 });
  expect(await lake.spark.copyInto(request(path, "forced", { force: true }))).toMatchObject({
    rowsIngested: 1,
    filesIngested: ["a.csv"],
  });
  expect(await ids("forced")).toEqual([1, 1]);
});

test("a changed file whose rows cannot be found in the table is refused", async () => {
  const path = file("anonymous.csv", "id,name\n1,a\n");
  const plain = request(path, "anonymous", { auditColumns: false });
  await lake.spark.copyInto(plain);
  expect(await lake.spark.copyInto(plain)).toMatchObject({ filesSkipped: ["anonymous.csv"] });
  file("anonymous.csv", "id,name\n1,a\n2,b\n");
  await expect(lake.spark.copyInto(plain)).rejects.toMatchObject({ condition: "COPY_INTO_CANNOT_REPLACE" });
  expect(await ids("anonymous")).toEqual([1]);
});

test("audit columns of other names do the same work", async () => {
  const audit = { auditColumns: { names: { source_file: "_file" } }, expectations: [hasName] };
  const path = file("renamed.csv", "id,name\n1,a\n2,\nx,bad\n");
  for (const content of ["id,name\n1,a\n2,\nx,bad\n", "id,name\n3,c\n4,\n"]) {
    file("renamed.csv", content);
    await lake.spark.copyInto(request(path, "renamed", audit));
  }
  await lake.spark.copyInto(request(file("renamed2.csv", "id,name\n5,e\n6,\n"), "renamed", audit));
  expect(await ids("renamed")).toEqual([3, 5]);
  expect(await held("renamed")).toEqual([
    [4, null, true],
    [6, null, true],
  ]);
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM renamed WHERE _file LIKE 'file:///%'")).toEqual([[2]]);
});

test("without audit columns each file's held back rows stay", async () => {
  const more = { auditColumns: false, expectations: [hasName] } as const;
  await lake.spark.copyInto(request(file("n1.csv", "id,name\n1,\n"), "nameless", more));
  await lake.spark.copyInto(request(file("n2.csv", "id,name\n2,\n3,c\n"), "nameless", more));
  expect(await held("nameless")).toEqual([
    [1, null, true],
    [2, null, true],
  ]);
});

test.each([
  ["empty", "", 0],
  ["of a header only", "id,name\n", 0],
  ["of malformed lines only", "id,name\nx,y\n1,2,3\n", 2],
])("a file %s is ingested once", async (name, content, malformedLines) => {
  const table = `odd_${name.replaceAll(" ", "_")}`;
  const path = file(`${table}.csv`, content);
  expect(await lake.spark.copyInto(request(path, table))).toMatchObject({ rowsIngested: 0, malformedLines });
  expect(await ids(table)).toEqual([]);
  expect(await lake.spark.copyInto(request(path, table))).toMatchObject({ filesIngested: [], malformedLines: 0 });
  const other = file(`${table}2.csv`, "id,name\n1,a\n");
  await lake.spark.copyInto(request(other, table, { expectations: [hasName] }));
  if (malformedLines > 0)
    expect(await rowsOf(lake.spark, `SELECT count(*) FROM ${table}_quarantine`)).toEqual([[malformedLines]]);
});

test("JSON lines that are none go to quarantine", async () => {
  const path = file(
    "lines.json",
    '{"id":1,"name":"a"}\nnot json\n{"id":"x","name":"b"}\n{"id":2,"name":"c"\n{"id":3}\n',
  );
  const result = await lake.spark.copyInto({ ...request(path, "json_lines"), fileFormat: "json", formatOptions: {} });
  expect(result).toMatchObject({ rowsIngested: 2, malformedLines: 3 });
  expect(await ids("json_lines")).toEqual([1, 3]);
  expect(
    await rowsOf(lake.spark, "SELECT quarantine_line, quarantine_text FROM json_lines_quarantine ORDER BY 1"),
  ).toEqual([
    [2, "not json"],
    [3, '{"id":"x","name":"b"}'],
    [4, '{"id":2,"name":"c"'],
  ]);
});

test("a failed gate leaves table and quarantine as they were, and the file is not remembered", async () => {
  const expectations = [hasName, expectOrFail("enough rows", rowCount({ min: 2 }))];
  await lake.spark.copyInto(request(file("g1.csv", "id,name\n1,a\n2,b\n3,\n"), "gate", { expectations }));
  const path = file("g2.csv", "id,name\n4,d\n5,\nx,bad\n");
  for (const _ of [1, 2])
    await expect(lake.spark.copyInto(request(path, "gate", { expectations }))).rejects.toMatchObject({
      condition: "QUALITY_GATE_FAILED",
    });
  expect(await ids("gate")).toEqual([1, 2]);
  expect(await held("gate")).toEqual([[3, null, true]]);
  expect(
    await rowsOf(
      lake.spark,
      "SELECT status, count(*) FROM data_quality_metrics WHERE table_name = 'main.default.gate' GROUP BY ALL ORDER BY 1",
    ),
  ).toEqual([
    ["DROPPED", 3],
    ["FAILED", 2],
    ["PASSED", 1],
  ]);
  expect(await lake.spark.copyInto(request(path, "gate"))).toMatchObject({ filesIngested: ["g2.csv"] });
});

describe("killed between the quarantine's commit and the table's", () => {
  const job = { jobId: "1", jobName: "j", jobRunId: "2", taskKey: "t", taskRunId: "3", attempt: 0 };

  test.each([[undefined], [false as const]])(
    "audit columns %s: the re-run counts each row once",
    async (auditColumns) => {
      const table = `killed_${auditColumns ?? "audited"}`;
      const path = file(`${table}.csv`, "id,name\n1,a\n2,\nx,bad\n");
      const copy = request(path, table, {
        expectations: [hasName],
        ...(auditColumns === undefined ? {} : { auditColumns }),
      });
      const spark = await createLocalSession({ warehouse: join(lake.folder, "lake"), threads: 1, job });
      try {
        await spark.copyInto(
          request(
            file(`${table}0.csv`, "id,name\n0,z\n"),
            table,
            copy.auditColumns === false ? { auditColumns: false } : {},
          ),
        );
        await spark.copyInto(copy);
        // The table's commit never came to pass.
        rmSync(join(lake.folder, `lake/main/default/${table}/_delta_log/00000000000000000001.json`));
      } finally {
        await spark.stop();
      }
      const again = await createLocalSession({ warehouse: join(lake.folder, "lake"), threads: 1, job });
      try {
        expect(await again.copyInto(copy)).toMatchObject({ rowsIngested: 1, malformedLines: 1 });
      } finally {
        await again.stop();
      }
      expect(await ids(table)).toEqual([0, 1]);
      expect(await held(table)).toEqual([
        [null, "x,bad", false],
        [2, null, true],
      ]);
    },
  );
});

test("two sessions that ingest the same files at once: nothing twice, nothing lost", async () => {
  for (let i = 0; i < 4; i += 1) file(`race/${i}.csv`, `id,name\n${i},a\n${i + 10},\nx${i},bad\n`);
  const other = await createLocalSession({ warehouse: join(lake.folder, "lake"), threads: 1 });
  try {
    const copy = request(join(lake.folder, "in/race"), "race", { expectations: [hasName] });
    const results = await Promise.all([lake.spark.copyInto(copy), other.copyInto(copy)]);
    expect(results.reduce((sum, one) => sum + one.rowsIngested, 0)).toBe(4);
  } finally {
    await other.stop();
  }
  expect(await ids("race")).toEqual([0, 1, 2, 3]);
  expect((await held("race")).length).toBe(8);
  await lake.spark.copyInto(request(file("race/9.csv", "id,name\n9,\n"), "race", { expectations: [hasName] }));
  expect((await held("race")).length).toBe(9);
});

test("columns that are called as those of the quarantine keep their values", async () => {
  const path = file("ours.csv", "id,name,write_id,quarantine_reason,job_run_id\n1,,w,why,j\n2,b,w,why,j\n");
  const schema = "id INT, name STRING, write_id STRING, quarantine_reason STRING, job_run_id STRING";
  const audit = { auditColumns: { names: { job_run_id: "_run" } }, schema, expectations: [hasName] };
  for (const force of [false, true]) await lake.spark.copyInto(request(path, "ours", { ...audit, force }));
  expect(
    await rowsOf(
      lake.spark,
      "SELECT id, _write_id, _quarantine_reason, quarantine_reason, job_run_id, write_id <> 'w' FROM ours_quarantine",
    ),
  ).toEqual([[1, "w", "why", "has a name", "j", true]]);
});
