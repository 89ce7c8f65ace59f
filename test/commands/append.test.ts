import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { StagedWrite, WriteOptions } from "../../src/commands/contract.js";
import { createTable } from "../../src/commands/create-table.js";
import { insert } from "../../src/commands/insert.js";
import {
  DATE,
  decimal,
  field,
  INTEGER,
  LONG,
  SHORT,
  STRING,
  type StructType,
  struct,
} from "../../src/schema/data-type.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake({ job: { jobId: "7", jobRunId: "8" } });
});
afterAll(() => lake.close());

const fresh = () => lake.table(`t${number++}`);

async function tableOf(schema: StructType, partitionBy: readonly string[] = [], properties = {}) {
  const target = fresh();
  await createTable(lake.context, target, { schema, partitionBy, properties, external: false }, "create");
  return target;
}

async function write(target: ReturnType<typeof fresh>, sql: string, options: Partial<WriteOptions> = {}) {
  return append(lake.context, target, await lake.query(sql), { byName: true, ...options });
}

describe("append", () => {
  it("creates the table and adds to it, columns matched by name", async () => {
    const target = fresh();
    const first = await write(target, "SELECT 1::BIGINT AS id, 'a' AS name");
    const second = await write(target, "SELECT 'b' AS NAME, 2::BIGINT AS id");
    expect([first.version, second.version]).toEqual([0, 1]);
    expect(await lake.rows(target)).toEqual([
      [1n, "a"],
      [2n, "b"],
    ]);
    expect(second.metrics).toMatchObject({ numFiles: 1n, numOutputRows: 1n });
  });

  it("matches by position for SQL, and counts the columns", async () => {
    const target = await tableOf(struct([field("a", INTEGER), field("b", STRING)]));
    await write(target, "SELECT 1 AS b, 'x' AS a", { byName: false });
    expect(await lake.rows(target)).toEqual([[1, "x"]]);
    await expect(write(target, "SELECT 1 AS a", { byName: false })).rejects.toMatchObject({
      condition: "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
    });
    await expect(write(target, "SELECT 1, 'x', 2", { byName: false })).rejects.toMatchObject({
      condition: "INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS",
    });
  });

  it("fills columns that a column list leaves out with NULL", async () => {
    const target = await tableOf(struct([field("a", INTEGER), field("b", INTEGER), field("c", INTEGER)]));
    await write(target, "SELECT 1, 4", { byName: false, columns: ["c", "A"] });
    expect(await lake.rows(target)).toEqual([[4, null, 1]]);
    await expect(write(target, "SELECT 1, 2", { byName: false, columns: ["a", "nope"] })).rejects.toMatchObject({
      condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    });
  });

  it("stores each column in the table's type", async () => {
    const target = await tableOf(struct([field("total", LONG), field("price", decimal(10, 2)), field("small", SHORT)]));
    const huge = "SELECT sum(i)::HUGEINT AS total, 1.5::DECIMAL(3,1) AS price, 7 AS small FROM range(3) AS r(i)";
    const source = {
      sql: huge,
      schema: struct([field("total", LONG), field("price", decimal(3, 1)), field("small", INTEGER)]),
    };
    await append(lake.context, target, source, { byName: true });
    expect(await lake.rows(target)).toEqual([[3n, "1.50", 7]]);
  });

  it("refuses values that do not fit, and leaves nothing behind", async () => {
    const target = await tableOf(struct([field("small", SHORT)]));
    await expect(write(target, "SELECT 70000 AS small")).rejects.toMatchObject({
      condition: expect.stringMatching(/^CAST_OVERFLOW/),
    });
    await expect(write(target, "SELECT 'x' AS small")).rejects.toMatchObject({ condition: "CAST_INVALID_INPUT" });
    expect(await lake.filesOnDisk(target)).toEqual([]);
    expect(await lake.version(target)).toBe(0);
  });

  it("refuses fields that the table lacks, naming them, unless mergeSchema takes them up", async () => {
    const target = fresh();
    await write(target, "SELECT 1 AS a, {'x': 1} AS s");
    const wider = "SELECT 2 AS a, {'x': 2, 'y': 'n'} AS s, DATE '2024-01-15' AS d";
    await expect(write(target, wider)).rejects.toMatchObject({
      condition: "DELTA_METADATA_MISMATCH",
      message: expect.stringContaining("s.y STRING, d DATE"),
    });
    await write(target, wider, { mergeSchema: true });
    expect(await lake.rows(target)).toEqual([
      [1, { x: 1, y: null }, null],
      [2, { x: 2, y: "n" }, "2024-01-15"],
    ]);
  });

  it("refuses types of a DataFrame that are not the table's, and takes those that widen to it", async () => {
    const target = await tableOf(struct([field("a", LONG)]));
    await write(target, "SELECT 1::INTEGER AS a", { strictTypes: true });
    await expect(write(target, "SELECT '1' AS a", { strictTypes: true })).rejects.toMatchObject({
      condition: "DELTA_FAILED_TO_MERGE_FIELDS",
    });
    expect(await lake.rows(target)).toEqual([[1n]]);
  });

  it("resolves structs by name at every depth", async () => {
    const target = fresh();
    await write(target, "SELECT [{'a': 1, 'b': {'x': 'p', 'y': 2}}] AS list");
    await write(target, "SELECT [{'b': {'y': 4, 'x': 'q'}, 'a': 3}, NULL] AS list");
    expect(await lake.rows(target)).toEqual([
      [[{ a: 1, b: { x: "p", y: 2 } }]],
      [[{ a: 3, b: { x: "q", y: 4 } }, null]],
    ]);
  });

  it("enforces NOT NULL, in structs too", async () => {
    const inner = struct([field("x", INTEGER, false)]);
    const target = await tableOf(struct([field("id", INTEGER, false), field("s", inner)]));
    await write(target, "SELECT 1 AS id, NULL::STRUCT(x INTEGER) AS s");
    for (const sql of ["SELECT NULL::INTEGER AS id, {'x': 1} AS s", "SELECT 1 AS id, {'x': NULL::INTEGER} AS s"]) {
      await expect(write(target, sql)).rejects.toMatchObject({ condition: "DELTA_NOT_NULL_CONSTRAINT_VIOLATED" });
    }
    await expect(write(target, "SELECT {'x': 1} AS s")).rejects.toMatchObject({
      condition: "DELTA_INSERT_COLUMN_MISMATCH",
    });
    expect(await lake.filesOnDisk(target)).toHaveLength(1);
  });

  it("holds rows to the invariants of columns and of fields in structs", async () => {
    const invariant = (expression: string) => ({
      "delta.invariants": JSON.stringify({ expression: { expression } }),
    });
    const inner = struct([field("x", INTEGER, true, invariant("s.x < 10"))]);
    const target = await tableOf(struct([field("id", INTEGER, true, invariant("id > 3")), field("s", inner)]));
    await write(target, "SELECT 4 AS id, {'x': 1} AS s");
    for (const sql of [
      "SELECT 3 AS id, {'x': 1} AS s",
      "SELECT 5 AS id, {'x': 10} AS s",
      "SELECT 5 AS id, NULL::STRUCT(x INTEGER) AS s",
    ]) {
      await expect(write(target, sql)).rejects.toMatchObject({ condition: "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES" });
    }
    expect(await lake.rows(target)).toEqual([[4, { x: 1 }]]);
  });

  it("holds CHAR and VARCHAR to their length", async () => {
    const text = (name: string, type: string) => field(name, STRING, true, { __CHAR_VARCHAR_TYPE_STRING: type });
    const target = await tableOf(struct([text("v", "varchar(3)"), text("c", "char(3)")]));
    await write(target, "SELECT * FROM (VALUES ('abc', 'x'), (NULL, NULL)) AS r(v, c)");
    expect(await lake.rows(target)).toEqual([
      ["abc", "x  "],
      [null, null],
    ]);
    for (const row of ["'abcd', 'x'", "'abc ', 'x'", "'a', 'abcd'"]) {
      const writing = write(target, `SELECT * FROM (VALUES (${row})) AS r(v, c)`);
      await expect(writing).rejects.toMatchObject({ condition: "DELTA_EXCEED_CHAR_VARCHAR_LIMIT" });
    }
  });

  it("keeps partition values of every kind; the empty text is NULL", async () => {
    const target = fresh();
    const rows = "SELECT * FROM (VALUES (1, 'a/b=c %'), (2, ''), (3, NULL), (4, 'ż')) AS v(id, part)";
    await write(target, rows, { partitionBy: ["PART"] });
    expect(await lake.rows(target)).toEqual([
      [1, "a/b=c %"],
      [2, null],
      [3, null],
      [4, "ż"],
    ]);
    expect((await lake.context.log(target.location).snapshot()).partitionColumns).toEqual(["part"]);
    await expect(write(target, rows, { partitionBy: ["id"] })).rejects.toMatchObject({
      condition: "DELTA_METADATA_MISMATCH",
    });
  });

  it("makes no version of nothing", async () => {
    const target = await tableOf(struct([field("id", INTEGER)]));
    const { version } = await write(target, "SELECT 1 AS id WHERE false");
    expect(version).toBeUndefined();
    expect(await lake.version(target)).toBe(0);
    expect(await lake.filesOnDisk(target)).toEqual([]);
  });

  it("skips a transaction of an application that the table has", async () => {
    const target = fresh();
    for (const txnVersion of [3, 3, 2, 4]) {
      await write(target, "SELECT 1 AS id", { txnAppId: "app", txnVersion });
    }
    expect(await lake.version(target)).toBe(1);
    expect(await lake.rows(target)).toHaveLength(2);
    await expect(write(target, "SELECT 1 AS id", { txnAppId: "app" })).rejects.toMatchObject({
      condition: "DELTA_INVALID_IDEMPOTENT_WRITES_OPTIONS",
    });
  });

  it("tells who wrote it, and how", async () => {
    const target = fresh();
    await write(target, "SELECT 1 AS id", { userMetadata: "first load" });
    await write(target, "SELECT 1 AS id", { readsTarget: true });
    const [second, first] = await lake.context.log(target.location).history();
    expect(first?.commitInfo).toMatchObject({
      operation: "WRITE",
      operationParameters: { mode: "Append", partitionBy: "[]" },
      operationMetrics: { numFiles: "1", numOutputRows: "1" },
      isBlindAppend: true,
      userMetadata: "first load",
      job: { jobId: "7", jobRunId: "8" },
    });
    expect(first?.commitInfo.tags?.["lakelet.writeId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.commitInfo.isBlindAppend).toBe(false);
  });

  it("refuses column names and types that a table cannot have", async () => {
    await expect(write(fresh(), 'SELECT 1 AS "a b"')).rejects.toMatchObject({
      condition: "DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES",
    });
    await expect(write(fresh(), 'SELECT 1 AS a, 2 AS "A"')).rejects.toMatchObject({
      condition: "DELTA_DUPLICATE_COLUMNS_FOUND",
    });
    await expect(write(fresh(), "SELECT INTERVAL 1 DAY AS a")).rejects.toMatchObject({
      condition: "DELTA_UNSUPPORTED_DATA_TYPES",
    });
  });
});

describe("the hook of a write", () => {
  it("holds back rows by their verdict in the same pass, partitioned or not", async () => {
    for (const partitionBy of [[], ["part"]]) {
      const target = fresh();
      const seen: StagedWrite[] = [];
      const heldBack: unknown[] = [];
      await write(target, "SELECT i AS id, i % 2 AS part FROM range(6) AS r(i)", {
        partitionBy,
        hook: {
          verdict: `CASE WHEN "source"."id" >= 4 THEN 'too large' END`,
          async beforeCommit(staged) {
            seen.push(staged);
            const files = staged.heldBack.map(({ file }) => file);
            const held = await lake.engine.scan({ files, schema: staged.schema, partitionColumns: partitionBy });
            heldBack.push(...(await lake.engine.run(`SELECT id FROM ${held} AS h ORDER BY id`)).rows);
          },
          transactions: [{ appId: "file.csv", version: 1 }],
        },
      });
      const [staged] = seen;
      expect(staged?.files.reduce((sum, file) => sum + file.rowCount, 0)).toBe(4);
      expect(staged?.heldBack.map(({ verdict }) => verdict)).toContain("too large");
      expect(heldBack).toEqual([[4n], [5n]]);
      expect((await lake.rows(target)).map(([id]) => id)).toEqual([0n, 1n, 2n, 3n]);
      expect(await lake.filesOnDisk(target)).toHaveLength(staged?.files.length ?? 0);
      const snapshot = await lake.context.log(target.location).snapshot();
      expect((await snapshot.transaction("file.csv"))?.version).toBe(1);
      const [commit] = await lake.context.log(target.location).history(1);
      expect(commit?.commitInfo.tags?.["lakelet.writeId"]).toBe(staged?.writeId);
    }
  });

  it("does not check rows that are held back", async () => {
    const target = await tableOf(struct([field("id", INTEGER, false)]));
    await write(target, "SELECT * FROM (VALUES (1), (NULL)) AS v(id)", {
      hook: { verdict: `CASE WHEN "source"."id" IS NULL THEN 'no id' END` },
    });
    expect(await lake.rows(target)).toEqual([[1]]);
  });

  it("ends the write when it throws: the table is as it was, and no file is left", async () => {
    const target = fresh();
    await write(target, "SELECT 1 AS id");
    const beforeCommit = () => Promise.reject(new Error("gate"));
    await expect(write(target, "SELECT 2 AS id", { hook: { beforeCommit } })).rejects.toThrow("gate");
    expect(await lake.version(target)).toBe(0);
    expect(await lake.filesOnDisk(target)).toHaveLength(1);
  });

  it("sees a write whose rows are all held back, although it makes no version", async () => {
    const target = await tableOf(struct([field("id", INTEGER)]));
    let held = 0;
    const { version } = await write(target, "SELECT 1 AS id", {
      hook: {
        verdict: "'bad'",
        beforeCommit: async (staged) => {
          held = staged.heldBack.length;
        },
      },
    });
    expect([version, held]).toEqual([undefined, 1]);
    expect(await lake.filesOnDisk(target)).toEqual([]);
  });
});

describe("INSERT with a PARTITION clause", () => {
  const schema = struct([field("day", DATE), field("id", INTEGER), field("kind", STRING)]);

  it("gives static columns their value wherever they stand", async () => {
    const target = await tableOf(schema, ["day", "kind"]);
    await insert(lake.context, target, await lake.query("SELECT 1, 'a'"), {
      overwrite: false,
      partition: { DAY: "DATE '2024-01-15'", kind: undefined },
      options: { byName: false },
    });
    expect(await lake.rows(target)).toEqual([["2024-01-15", 1, "a"]]);
  });

  it("overwrites the slice only", async () => {
    const target = await tableOf(schema, ["day"]);
    const rows = "SELECT * FROM (VALUES (DATE '2024-01-15', 1, 'a'), ('2024-01-16', 2, 'b')) AS v(day, id, kind)";
    await write(target, rows);
    await insert(lake.context, target, await lake.query("SELECT 3, 'c'"), {
      overwrite: true,
      partition: { day: "DATE '2024-01-15'" },
      options: { byName: false },
    });
    expect(await lake.rows(target)).toEqual([
      ["2024-01-15", 3, "c"],
      ["2024-01-16", 2, "b"],
    ]);
  });

  it("refuses a column that is no partition column", async () => {
    const target = await tableOf(schema, ["day"]);
    const command = { overwrite: false, partition: { id: "1" }, options: { byName: false } };
    await expect(insert(lake.context, target, await lake.query("SELECT 1"), command)).rejects.toMatchObject({
      condition: "NON_PARTITION_COLUMN",
    });
  });
});
