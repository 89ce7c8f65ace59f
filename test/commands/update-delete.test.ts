import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { alterTable } from "../../src/commands/alter/alter-table.js";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows, truncate } from "../../src/commands/delete.js";
import { mergeInto } from "../../src/commands/merge/merge-into.js";
import { overwrite } from "../../src/commands/overwrite.js";
import { updateRows } from "../../src/commands/update.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let target: TargetTable;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());
beforeEach(async () => {
  target = lake.table(`t${number++}`);
  for (const rows of ["(1, 10, {'a': {'b': 1}, 'c': 'x'}), (2, 20, NULL)", "(3, 30, NULL), (NULL, 40, NULL)"]) {
    const source = await lake.query(`SELECT * FROM (VALUES ${rows}) AS v(key, value, s)`);
    const typed = await lake.query(
      `SELECT key, value, s::STRUCT(a STRUCT(b INTEGER), c VARCHAR) AS s FROM (${source.sql})`,
    );
    await append(lake.context, target, typed, { byName: true });
  }
});
const keys = async () => (await lake.rows(target)).map(([key]) => key);

describe("DELETE", () => {
  it("deletes rows for which the condition is true, not where it is NULL", async () => {
    const { metrics } = await deleteRows(lake.context, target, { condition: "t.key <> 3", alias: "t" });
    expect(await keys()).toEqual([3, null]);
    expect(metrics).toMatchObject({ numDeletedRows: 2n, numCopiedRows: 0n, numRemovedFiles: 1n, numAddedFiles: 0n });
  });

  it("rewrites only files with rows that go and rows that stay", async () => {
    const before = await lake.files(target);
    const { metrics } = await deleteRows(lake.context, target, { condition: "key = 1" });
    expect(metrics).toMatchObject({ numDeletedRows: 1n, numCopiedRows: 1n, numRemovedFiles: 1n, numAddedFiles: 1n });
    const kept = (await lake.files(target)).filter((file) => before.some(({ path }) => path === file.path));
    expect(kept).toHaveLength(1);
  });

  it("removes all files without a condition, and makes no version where nothing goes", async () => {
    expect((await deleteRows(lake.context, target, { condition: "key = 99" })).version).toBeUndefined();
    const { metrics, version } = await deleteRows(lake.context, target);
    expect([metrics.numDeletedRows, version]).toEqual([4n, 2]);
    expect((await deleteRows(lake.context, target)).version).toBeUndefined();
    expect((await truncate(lake.context, target)).version).toBeUndefined();
  });

  it("counts rows of files that were written without statistics", async () => {
    const log = lake.context.log(target.location);
    const transaction = await log.startTransaction();
    const files = await lake.files(target);
    await transaction.commit({
      actions: files.map(({ stats: _, ...add }) => ({ add: { ...add, dataChange: false } })),
      operation: "COMPUTE STATS",
      operationParameters: {},
      operationMetrics: {},
      read: { predicates: [], files: [] },
    });
    const { metrics } = await deleteRows(lake.context, target, { condition: "value < 30" });
    expect(metrics).toMatchObject({ numDeletedRows: 2n, numRemovedFiles: 1n, numAddedFiles: 0n });
  });

  it("deletes by partition without opening a file", async () => {
    const parted = lake.table(`t${number++}`);
    const rows = "SELECT i AS id, DATE '2024-01-01' + (i % 3)::INTEGER AS day FROM range(9) AS r(i)";
    await append(lake.context, parted, await lake.query(rows), { byName: true, partitionBy: ["day"] });
    const { metrics } = await deleteRows(lake.context, parted, {
      condition: "day >= DATE '2024-01-02' OR day IS NULL",
    });
    expect(metrics).toMatchObject({ numDeletedRows: 6n, numRemovedFiles: 2n, numAddedFiles: 0n });
    expect((await lake.rows(parted)).map(([id]) => id)).toEqual([0n, 3n, 6n]);
  });

  it("refuses a condition that is not deterministic", async () => {
    await expect(deleteRows(lake.context, target, { condition: "rand() > 0.5" })).rejects.toMatchObject({
      condition: "INVALID_NON_DETERMINISTIC_EXPRESSIONS",
    });
  });

  it("refuses a table that there is not", async () => {
    await expect(deleteRows(lake.context, lake.table("none"))).rejects.toMatchObject({
      condition: "DELTA_TABLE_NOT_FOUND",
    });
  });
});

describe("UPDATE", () => {
  const set = (assignments: Record<string, string>, condition?: string) =>
    updateRows(lake.context, target, {
      assignments: Object.entries(assignments).map(([name, value]) => ({ target: name.split("."), value })),
      condition,
      alias: "t",
    });

  it("reads the row as it was on every right-hand side", async () => {
    const { metrics } = await set({ key: "value", "t.value": "key" }, "t.key < 3");
    expect((await lake.rows(target)).map(([key, value]) => [key, value])).toEqual([
      [10, 1],
      [20, 2],
      [3, 30],
      [null, 40],
    ]);
    expect(metrics).toMatchObject({ numUpdatedRows: 2n, numCopiedRows: 0n, numRemovedFiles: 1n, numAddedFiles: 1n });
  });

  it("updates all rows without a condition, and makes no version where no row is taken", async () => {
    expect((await set({ value: "1" }, "key = 99")).version).toBeUndefined();
    expect((await set({ value: "value + 1" })).metrics.numUpdatedRows).toBe(4n);
    expect((await lake.rows(target)).map(([, value]) => value)).toEqual([11, 21, 31, 41]);
  });

  it("sets fields within structs; one set in a NULL struct makes the struct", async () => {
    await set({ "s.a.b": "7", "S.c": "'y'" }, "key <= 2");
    expect((await lake.rows(target)).map(([, , s]) => s)).toEqual([
      { a: { b: 7 }, c: "y" },
      { a: { b: 7 }, c: "y" },
      null,
      null,
    ]);
  });

  it.each([
    ["a column twice", [["key"], ["t", "KEY"]], "DELTA_CONFLICT_SET_COLUMN"],
    ["a struct and its field", [["s"], ["s", "c"]], "DELTA_CONFLICT_SET_COLUMN"],
    ["a column that there is not", [["nope"]], "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
    ["a field that there is not", [["s", "nope"]], "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
    ["a field of what is no struct", [["key", "x"]], "DELTA_UNSUPPORTED_NESTED_FIELD_IN_UPDATE"],
  ])("refuses to set %s", async (_, targets, condition) => {
    const assignments = targets.map((path) => ({ target: path, value: "NULL" }));
    await expect(updateRows(lake.context, target, { assignments, alias: "t" })).rejects.toMatchObject({ condition });
    expect(await lake.version(target)).toBe(1);
  });

  it("moves rows to the partition that they are given", async () => {
    const parted = lake.table(`t${number++}`);
    await append(lake.context, parted, await lake.query("SELECT 1 AS id, 'a' AS part"), {
      byName: true,
      partitionBy: ["part"],
    });
    await updateRows(lake.context, parted, { assignments: [{ target: ["part"], value: "concat(part, '/é')" }] });
    expect(await lake.rows(parted)).toEqual([[1, "a/é"]]);
    expect((await lake.files(parted))[0]?.partitionValues).toEqual({ part: "a/é" });
  });
});

describe("a condition that is no BOOLEAN", () => {
  it("takes no row: the engine would count numbers and texts as true", async () => {
    const notBoolean = { condition: "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN" };
    for (const condition of ["key", "'true'", "NULL"]) {
      await expect(deleteRows(lake.context, target, { condition })).rejects.toMatchObject(notBoolean);
      const update = { condition, assignments: [{ target: ["value"], value: "1" }] };
      await expect(updateRows(lake.context, target, update)).rejects.toMatchObject(notBoolean);
    }
    const merge = async (on: string, condition?: string) =>
      mergeInto(lake.context, target, await lake.query("SELECT 1 AS key"), {
        condition: on,
        targetAlias: "t",
        sourceQualifier: ["s"],
        withSchemaEvolution: false,
        clauses: [{ when: "matched", action: { kind: "delete" }, ...(condition === undefined ? {} : { condition }) }],
      });
    await expect(merge("s.key")).rejects.toMatchObject({ condition: "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE" });
    await expect(merge("s.key = t.key", "t.key")).rejects.toMatchObject({ condition: "CANNOT_UP_CAST_DATATYPE" });
    expect(await lake.rows(target)).toHaveLength(4);
  });
});

describe("delta.appendOnly", () => {
  it("forbids every command that changes or removes rows", async () => {
    await alterTable(lake.context, target, { kind: "set-properties", properties: { "delta.appendOnly": "true" } });
    const source = await lake.query("SELECT 9 AS key, 9 AS value");
    const command = { condition: "t.key = s.key", targetAlias: "t", sourceQualifier: ["s"], withSchemaEvolution: true };
    const attempts = [
      () => deleteRows(lake.context, target),
      () => updateRows(lake.context, target, { assignments: [{ target: ["key"], value: "1" }] }),
      () => overwrite(lake.context, target, source, { byName: true }),
      () =>
        mergeInto(lake.context, target, source, {
          ...command,
          clauses: [{ when: "matched", action: { kind: "delete" } }],
        }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ condition: "DELTA_CANNOT_MODIFY_APPEND_ONLY" });
    }
    await mergeInto(lake.context, target, source, {
      ...command,
      clauses: [{ when: "not-matched", action: { kind: "insert-star" } }],
    });
    expect(await lake.rows(target)).toHaveLength(5);
  });
});
