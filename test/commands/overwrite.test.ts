import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { type OverwriteOptions, overwrite } from "../../src/commands/overwrite.js";
import { replaceWhere } from "../../src/commands/replace-where.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let target: TargetTable;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());
const ROWS = "(1, 0), (2, 1), (3, 1), (4, NULL)";
beforeEach(async () => {
  target = lake.table(`t${number++}`);
  await append(lake.context, target, await values(ROWS), { byName: true, partitionBy: ["part"] });
});

const values = (rows: string) => {
  const [list, limit = ""] = rows.split(" LIMIT");
  return lake.query(`SELECT * FROM (VALUES ${list}) AS v(id, part)${limit === "" ? "" : ` LIMIT${limit}`}`);
};

async function replaced(rows: string, options: Partial<OverwriteOptions> = {}) {
  return overwrite(lake.context, target, await values(rows), { byName: true, ...options });
}

describe("overwrite", () => {
  it("replaces every row, and keeps the earlier version", async () => {
    const { version, metrics } = await replaced("(9, 9)");
    expect(version).toBe(1);
    expect(await lake.rows(target)).toEqual([[9, 9]]);
    expect(await lake.rows(target, 0)).toHaveLength(4);
    expect(metrics).toMatchObject({ numRemovedFiles: 3n, numFiles: 1n });
  });

  it("replaces only the partitions of the new rows in dynamic mode, that of NULL too", async () => {
    await replaced("(9, 1), (8, NULL)", { partitionOverwriteMode: "dynamic" });
    expect(await lake.rows(target)).toEqual([
      [1, 0],
      [8, null],
      [9, 1],
    ]);
    const { version } = await replaced("(1, 1) LIMIT 0", { partitionOverwriteMode: "dynamic" });
    expect(version).toBeUndefined();
  });

  it("may read the table that it replaces", async () => {
    const rows = await lake.context.log(target.location).snapshot();
    expect(rows.version).toBe(0);
    const scan = await lake.engine.scan({
      files: (await lake.files(target)).map((file) => ({
        path: `${target.location}/${decodeURIComponent(file.path)}`,
        partition: file.partitionValues,
      })),
      schema: rows.schema,
      partitionColumns: ["part"],
    });
    const source = await lake.query(`SELECT id + 10 AS id, part FROM ${scan} AS t WHERE part = 1`);
    await overwrite(lake.context, target, source, { byName: true });
    expect(await lake.rows(target)).toEqual([
      [12, 1],
      [13, 1],
    ]);
  });

  it("takes another schema and partitioning only when told to", async () => {
    const source = await lake.query("SELECT 'x' AS name, 1 AS number");
    await expect(overwrite(lake.context, target, source, { byName: true })).rejects.toMatchObject({
      condition: "DELTA_METADATA_MISMATCH",
    });
    await overwrite(lake.context, target, source, { byName: true, overwriteSchema: true, partitionBy: ["number"] });
    expect(await lake.rows(target)).toEqual([["x", 1]]);
    expect(await lake.rows(target, 0)).toHaveLength(4);
  });
});

describe("replaceWhere", () => {
  const replace = async (predicate: string, rows: string, context = lake.context) =>
    replaceWhere(context, target, await values(rows), predicate, { byName: true });

  it("replaces a partition without reading it", async () => {
    const before = await lake.files(target);
    const { metrics } = await replace("part = 1", "(9, 1)");
    expect(metrics).toMatchObject({ numDeletedRows: 2n, numCopiedRows: 0n, numRemovedFiles: 1n, numFiles: 1n });
    const after = await lake.files(target);
    expect(after.filter((file) => before.some(({ path }) => path === file.path))).toHaveLength(2);
    expect(after.find((file) => file.partitionValues.part === "1")?.stats).toContain('"numRecords":1');
    expect(await lake.rows(target)).toHaveLength(3);
  });

  it("replaces rows by any columns and keeps the others of their files", async () => {
    const { metrics } = await replace("id >= 3", "(5, 1), (6, 6)");
    expect(metrics).toMatchObject({ numDeletedRows: 2n, numCopiedRows: 1n, numOutputRows: 3n });
    expect(await lake.rows(target)).toEqual([
      [1, 0],
      [2, 1],
      [5, 1],
      [6, 6],
    ]);
  });

  it.each([
    ["a row that does not fulfil the predicate", "part = 1", "(9, 2)"],
    ["a row for which it is NULL", "part = 1", "(9, NULL)"],
    ["a row that fails it in another column", "id > 3", "(4, 0), (NULL, 1)"],
  ])("refuses %s", async (_, predicate, rows) => {
    await expect(replace(predicate, rows)).rejects.toMatchObject({ condition: "DELTA_REPLACE_WHERE_MISMATCH" });
    expect(await lake.version(target)).toBe(0);
    expect(await lake.filesOnDisk(target)).toHaveLength(3);
  });

  it("does not hold new rows to a predicate without columns, nor where the check is off", async () => {
    await replace("1 = 2", "(9, 9)");
    expect(await lake.rows(target)).toHaveLength(5);
    const key = "spark.databricks.delta.replaceWhere.constraintCheck.enabled";
    await replace("part = 1", "(8, 8)", { ...lake.context, configuration: { [key]: "false" } });
    expect((await lake.rows(target)).map(([id]) => id)).toEqual([1, 4, 8, 9]);
  });

  it("deletes what the predicate takes where there is no new row", async () => {
    await replace("id > 1", "(1, 1) LIMIT 0");
    expect(await lake.rows(target)).toEqual([[1, 0]]);
    const { version } = await replace("id > 1", "(1, 1) LIMIT 0");
    expect(version).toBeUndefined();
  });

  it("creates the table where there is none", async () => {
    const other = lake.table(`t${number++}`);
    await replaceWhere(lake.context, other, await values("(1, 1)"), "part = 1", {
      byName: true,
      partitionBy: ["part"],
    });
    expect(await lake.rows(other)).toEqual([[1, 1]]);
  });
});
