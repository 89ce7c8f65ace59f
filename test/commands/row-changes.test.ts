import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import { mergeInto } from "../../src/commands/merge/merge-into.js";
import { overwrite } from "../../src/commands/overwrite.js";
import { replaceOn, replaceUsing } from "../../src/commands/replace-on.js";
import { replaceWhere } from "../../src/commands/replace-where.js";
import { updateRows } from "../../src/commands/update.js";
import { changesOf } from "./change-feed.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const VECTORS = { "delta.enableDeletionVectors": "true" };
const FEED = { "delta.enableChangeDataFeed": "true" };

/** A table of (id, v) with one file of the ids 1 to 6 and v = 10 * id, and one of the id 7. */
async function tableWith(configuration: Readonly<Record<string, string>>, partitionBy: readonly string[] = []) {
  const target = lake.table(`changed${number++}`);
  for (const range of ["1, 7", "7, 8"]) {
    const source = await lake.query(`SELECT i::INTEGER AS id, (i * 10)::INTEGER AS v FROM range(${range}) AS t(i)`);
    await append(lake.context, target, source, { byName: true, partitionBy });
  }
  await lake.configure(target, configuration);
  return target;
}

const ids = async (target: TargetTable) => (await lake.rows(target)).map(([id]) => Number(id)).sort((a, b) => a - b);
const rows = (sql: string) => lake.query(`SELECT id::INTEGER AS id, v::INTEGER AS v FROM (VALUES ${sql}) AS s(id, v)`);
const changeFiles = (target: TargetTable) => readdir(join(target.location, "_change_data")).catch(() => []);
async function changes(target: TargetTable): Promise<readonly string[]> {
  const told = await changesOf(lake, target, await lake.version(target));
  return told.map(({ type, row }) => `${type} ${row}`).sort();
}

describe("deletion vectors", () => {
  it("mark rows and leave the file, with statistics that say so", async () => {
    const target = await tableWith(VECTORS);
    const before = await lake.filesOnDisk(target);
    const { metrics } = await deleteRows(lake.context, target, { condition: "id IN (2, 3)" });
    expect(metrics).toMatchObject({ numDeletedRows: 2n, numCopiedRows: 0n, numAddedFiles: 0n, numRemovedFiles: 0n });
    expect(metrics).toMatchObject({ numDeletionVectorsAdded: 1n, numDeletionVectorsUpdated: 0n });
    expect(await lake.filesOnDisk(target)).toEqual(before);
    expect(await ids(target)).toEqual([1, 4, 5, 6, 7]);
    const [marked] = (await lake.files(target)).filter((file) => file.deletionVector !== undefined);
    expect(marked?.deletionVector?.cardinality).toBe(2);
    expect(JSON.parse(marked?.stats ?? "")).toMatchObject({
      numRecords: 6,
      minValues: { id: 1 },
      maxValues: { id: 6 },
      tightBounds: false,
    });
  });

  it("are joined with those before, and go with a file that has no row left", async () => {
    const target = await tableWith(VECTORS);
    await deleteRows(lake.context, target, { condition: "id = 2" });
    const again = await deleteRows(lake.context, target, { condition: "id <= 3" });
    expect(again.metrics).toMatchObject({ numDeletedRows: 2n, numDeletionVectorsUpdated: 1n });
    const rest = await deleteRows(lake.context, target, { condition: "id <= 6" });
    expect(rest.metrics).toMatchObject({ numDeletedRows: 3n, numRemovedFiles: 1n, numDeletionVectorsRemoved: 1n });
    expect(await ids(target)).toEqual([7]);
    expect(await lake.files(target)).toHaveLength(1);
  });

  it("are dropped where the session wants files written again, and their rows stay gone", async () => {
    const target = await tableWith(VECTORS);
    await deleteRows(lake.context, target, { condition: "id = 2" });
    const configuration = { "spark.databricks.delta.update.deletionVectors.persistent": "false" };
    const { metrics } = await updateRows({ ...lake.context, configuration }, target, {
      assignments: [{ target: ["v"], value: "0" }],
      condition: "id = 3",
    });
    expect(metrics).toMatchObject({ numUpdatedRows: 1n, numCopiedRows: 4n, numDeletionVectorsRemoved: 1n });
    expect(await ids(target)).toEqual([1, 3, 4, 5, 6, 7]);
    expect((await lake.files(target)).some((file) => file.deletionVector !== undefined)).toBe(false);
  });

  it("serve MERGE: changed rows are written anew, all others stay where they are", async () => {
    const target = await tableWith(VECTORS);
    const { metrics } = await mergeInto(lake.context, target, await rows("(2, 0), (7, 0), (9, 0)"), {
      condition: "t.id = s.id",
      targetAlias: "t",
      sourceQualifier: ["s"],
      withSchemaEvolution: false,
      clauses: [
        { when: "matched", action: { kind: "update", assignments: [{ target: ["v"], value: "t.v + 1" }] } },
        { when: "not-matched", action: { kind: "insert-star" } },
        { when: "not-matched-by-source", condition: "t.id = 5", action: { kind: "delete" } },
      ],
    });
    expect(metrics).toMatchObject({
      numTargetRowsUpdated: 2n,
      numTargetRowsInserted: 1n,
      numTargetRowsDeleted: 1n,
      numTargetRowsCopied: 0n,
      numOutputRows: 3n,
      numTargetDeletionVectorsAdded: 1n,
      numTargetFilesRemoved: 1n,
    });
    const values = (await lake.rows(target))
      .map(([id, v]) => [Number(id), Number(v)])
      .sort(([a = 0], [b = 0]) => a - b);
    expect(values).toEqual([
      [1, 10],
      [2, 21],
      [3, 30],
      [4, 40],
      [6, 60],
      [7, 71],
      [9, 0],
    ]);
  });

  it("of two writers on one file: the later one conflicts", async () => {
    const target = await tableWith(VECTORS);
    const log = lake.context.log(target.location);
    const early = await log.startTransaction();
    await deleteRows(lake.context, target, { condition: "id = 1" });
    const context = {
      ...lake.context,
      log: () => ({ ...log, startTransaction: async () => early }) as unknown as typeof log,
    };
    await expect(deleteRows(context, target, { condition: "id = 2" })).rejects.toMatchObject({
      condition: expect.stringMatching(/^DELTA_CONCURRENT_/),
    });
    expect(await ids(target)).toEqual([2, 3, 4, 5, 6, 7]);
    expect((await readdir(target.location)).filter((name) => name.endsWith(".bin"))).toHaveLength(1);
  });
});

describe("the change data feed", () => {
  it("needs no files where rows are only added, or whole files go", async () => {
    const target = await tableWith(FEED);
    await append(lake.context, target, await rows("(8, 80)"), { byName: true });
    await deleteRows(lake.context, target, { condition: "id = 7" });
    expect(await changes(target)).toEqual(["delete [7,70]"]);
    await overwrite(lake.context, target, await rows("(1, 1)"), { byName: true });
    expect((await changes(target)).filter((one) => one.startsWith("insert"))).toEqual(["insert [1,1]"]);
    expect(await changeFiles(target)).toEqual([]);
  });

  it("tells all changes of a version once it tells one, those of whole files and of new rows among them", async () => {
    const target = await tableWith(FEED);
    const { metrics } = await replaceWhere(lake.context, target, await rows("(70, 1)"), "id >= 6", { byName: true });
    expect(metrics.numAddedChangeFiles).toBe(2n);
    expect(await changes(target)).toEqual(["delete [6,60]", "delete [7,70]", "insert [70,1]"]);
  });

  it("has each updated row before and after, though nothing about it changed", async () => {
    const target = await tableWith({ ...FEED, ...VECTORS });
    const { metrics } = await updateRows(lake.context, target, {
      assignments: [{ target: ["v"], value: "10" }],
      condition: "id <= 2",
    });
    expect(metrics).toMatchObject({ numAddedChangeFiles: 1n, numAddedFiles: 1n });
    expect(await changes(target)).toEqual([
      "update_postimage [1,10]",
      "update_postimage [2,10]",
      "update_preimage [1,10]",
      "update_preimage [2,20]",
    ]);
  });

  it("leaves no file behind where the write fails", async () => {
    const target = await tableWith(FEED);
    const failing = updateRows(lake.context, target, {
      assignments: [{ target: ["v"], value: "CAST(v AS BIGINT) * 1000000000" }],
      condition: "id > 2",
    });
    await expect(failing).rejects.toMatchObject({ condition: "DELTA_CAST_OVERFLOW_IN_TABLE_WRITE" });
    expect(await changeFiles(target)).toEqual([]);
    expect(await ids(target)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("REPLACE USING and REPLACE ON", () => {
  it("replace nothing where there is no new row, and refuse unknown columns", async () => {
    const target = await tableWith({});
    const none = await lake.query("SELECT 1::INTEGER AS id, 1::INTEGER AS v WHERE false");
    expect((await replaceUsing(lake.context, target, none, ["id"], { byName: true })).version).toBeUndefined();
    await expect(replaceUsing(lake.context, target, none, ["key"], { byName: true })).rejects.toMatchObject({
      condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    });
  });

  it("replace what matches, and open no file whose values are out of the new rows' range", async () => {
    const target = await tableWith({});
    const { metrics } = await replaceUsing(lake.context, target, await rows("(7, 1), (7, 2)"), ["id"], {
      byName: true,
    });
    expect(metrics).toMatchObject({ numDeletedRows: 1n, numCopiedRows: 0n, numOutputRows: 2n });
    await replaceOn(
      lake.context,
      target,
      await rows("(100, 25)"),
      { condition: "t.v < n.v", targetAlias: "t", sourceAlias: "n" },
      { byName: true },
    );
    expect(await ids(target)).toEqual([3, 4, 5, 6, 100]);
  });
});

describe("rules of a table in UPDATE", () => {
  it("hold where the partition column comes first", async () => {
    const target = await tableWith({}, ["id"]);
    await lake.configure(target, { "delta.constraints.positive": "v > 0" });
    const broken = updateRows(lake.context, target, {
      assignments: [{ target: ["v"], value: "-v" }],
      condition: "id = 3 AND v = 30",
    });
    await expect(broken).rejects.toMatchObject({ condition: "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES" });
  });
});
