import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import { type CloneOptions, cloneTable } from "../../src/commands/clone/clone-table.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import { vacuum } from "../../src/commands/vacuum/vacuum.js";
import { type Lake, openLake } from "./lake.js";

const DAY = 86_400_000;
let clock = 0;
let lake: Lake;
let number = 0;
/** Versions: rows 1 and 2; rows 3 and 4; vectors on; without row 3, by a vector. */
let source: TargetTable;
beforeAll(async () => {
  lake = await openLake({ now: () => Date.now() + clock });
  source = lake.table("source");
  for (const rows of ["(1, 'a b'), (2, 'a b')", "(3, NULL), (4, NULL)"]) {
    const query = await lake.query(`SELECT * FROM (VALUES ${rows}) AS v(id, p)`);
    await append(lake.context, source, query, { byName: true, partitionBy: ["p"], properties: { owner: "me" } });
  }
  await lake.configure(source, { "delta.enableDeletionVectors": "true" });
  await deleteRows(lake.context, source, { condition: "id = 3" });
});
afterAll(() => lake.close());

const ROWS = [
  [1, "a b"],
  [2, "a b"],
  [4, null],
];
const clone = (target: TargetTable, options: Partial<CloneOptions> = {}, from = source) =>
  cloneTable(lake.context, target, from, { kind: "shallow", mode: "create", external: false, ...options });
const newTable = () => lake.table(`clone${number++}`);
const commitInfo = async (target: TargetTable) => (await lake.context.log(target.location).history(1))[0]?.commitInfo;

describe("SHALLOW CLONE", () => {
  it("has the source's rows, properties and features under a history of its own, without a copy", async () => {
    const target = newTable();
    const { version, rows, columns } = await clone(target, { properties: { owner: "you", more: "x" } });
    expect(version).toBe(0);
    expect(await lake.rows(target)).toEqual(ROWS);
    expect(await lake.filesOnDisk(target)).toEqual([]);
    const [size] = rows[0] ?? [];
    expect([columns[0], rows[0]]).toEqual(["source_table_size", [size, 2n, 0n, 0n, 0n, 0n]]);
    const [own, theirs] = await Promise.all([target, source].map((one) => lake.context.log(one.location).snapshot()));
    expect(own?.metadata.configuration).toEqual({ ...theirs?.metadata.configuration, owner: "you", more: "x" });
    expect([own?.protocol, own?.schema]).toEqual([theirs?.protocol, theirs?.schema]);
    expect(own?.metadata.id).not.toBe(theirs?.metadata.id);
    expect(await commitInfo(target)).toMatchObject({
      operation: "CLONE",
      operationParameters: { source: "source", sourceVersion: "3" },
      isBlindAppend: false,
      operationMetrics: { sourceNumOfFiles: "2", numCopiedFiles: "0" },
    });
  });

  it("leaves the source as it is, whatever happens to the clone", async () => {
    const target = newTable();
    await clone(target);
    const before = [await lake.files(source), await lake.filesOnDisk(source)];
    await deleteRows(lake.context, target, { condition: "id IN (1, 4)" });
    expect(await lake.rows(target)).toEqual([[2, "a b"]]);
    clock = 30 * DAY;
    await vacuum(lake.context, target);
    clock = 0;
    expect([await lake.files(source), await lake.filesOnDisk(source)]).toEqual(before);
    expect(await lake.rows(source)).toEqual(ROWS);
    expect(await lake.rows(target)).toEqual([[2, "a b"]]);
  });

  it("takes a version or a time of the source", async () => {
    const [older, dated] = [newTable(), newTable()];
    await clone(older, { at: { version: 0 } });
    expect(await lake.rows(older)).toEqual(ROWS.slice(0, 2));
    const { timestamp } = await lake.context.log(source.location).snapshot(1);
    await clone(dated, { at: { timestamp } });
    expect(await lake.rows(dated)).toHaveLength(4);
    await expect(clone(newTable(), { at: { version: 99 } })).rejects.toMatchObject({
      condition: "DELTA_VERSION_NOT_FOUND",
    });
  });

  it("of a clone names the first source's files", async () => {
    const [first, second] = [newTable(), newTable()];
    await clone(first);
    await clone(second, {}, first);
    await rm(first.location, { recursive: true });
    expect(await lake.rows(second)).toEqual(ROWS);
  });

  it("minds what is there: IF NOT EXISTS, OR REPLACE, REPLACE", async () => {
    const target = newTable();
    await expect(clone(target, { mode: "replace" })).rejects.toMatchObject({ condition: "DELTA_TABLE_NOT_FOUND" });
    await append(lake.context, target, await lake.query("SELECT 'old' AS name"), { byName: true });
    await expect(clone(target)).rejects.toMatchObject({ condition: "DELTA_TABLE_ALREADY_EXISTS" });
    expect(await clone(target, { mode: "create-if-not-exists" })).toMatchObject({ version: undefined, rows: [] });
    const { id } = (await lake.context.log(target.location).snapshot()).metadata;
    expect((await clone(target, { mode: "create-or-replace" })).rows[0]?.[2]).toBe(1n);
    expect(await lake.rows(target)).toEqual(ROWS);
    expect((await lake.context.log(target.location).snapshot()).metadata.id).toBe(id);
    expect(await lake.rows(target, 0)).toEqual([["old"]]);
    await expect(clone(source)).rejects.toMatchObject({ condition: "DELTA_UNSUPPORTED_CLONE_REPLACE_SAME_TABLE" });
    await expect(clone(newTable(), {}, lake.table("nowhere"))).rejects.toMatchObject({
      condition: "DELTA_TABLE_NOT_FOUND",
    });
    const occupied = newTable();
    await mkdir(occupied.location);
    await writeFile(join(occupied.location, "x"), "");
    await expect(clone(occupied, { external: true })).rejects.toMatchObject({
      condition: "DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION",
    });
  });
});

describe("DEEP CLONE", () => {
  it("copies files and vectors, so that it needs the source no more", async () => {
    const own = newTable();
    await clone(own, {}, source);
    const target = newTable();
    const { metrics } = await clone(target, { kind: "deep" });
    expect(metrics).toMatchObject({ sourceNumOfFiles: 2n, numCopiedFiles: 2n });
    const ofShallow = newTable();
    await clone(ofShallow, { kind: "deep" }, own);
    for (const one of [target, ofShallow]) {
      expect(await lake.rows(one)).toEqual(ROWS);
      expect((await lake.files(one)).every((file) => !file.path.startsWith("file:"))).toBe(true);
      expect((await readdir(one.location)).filter((name) => name.endsWith(".bin"))).toHaveLength(1);
    }
  });

  it("copies what is new only when it is repeated", async () => {
    const [from, target] = [newTable(), newTable()];
    for (const id of [1, 2]) await append(lake.context, from, await lake.query(`SELECT ${id} AS id`), { byName: true });
    const again = () => clone(target, { kind: "deep", mode: "create-or-replace" }, from);
    await again();
    await append(lake.context, from, await lake.query("SELECT 3 AS id"), { byName: true });
    await deleteRows(lake.context, from, { condition: "id = 1" });
    expect((await again()).metrics).toMatchObject({ numCopiedFiles: 1n, numRemovedFiles: 1n, sourceNumOfFiles: 2n });
    expect(await lake.rows(target)).toEqual([[2], [3]]);
    // A file of that name that is not known to be a copy is none.
    await append(lake.context, from, await lake.query("SELECT 4 AS id"), { byName: true });
    const names = new Set((await lake.files(target)).map(({ path }) => path));
    const fresh = (await lake.files(from)).find(({ path }) => !names.has(path));
    await writeFile(join(target.location, fresh?.path ?? ""), "half");
    await again();
    expect(await lake.rows(target)).toEqual([[2], [3], [4]]);
  });

  it("says which file it misses, and leaves nothing behind", async () => {
    const [from, target] = [newTable(), newTable()];
    for (const id of [1, 2]) await append(lake.context, from, await lake.query(`SELECT ${id} AS id`), { byName: true });
    const [, second] = await lake.files(from);
    await rm(join(from.location, second?.path ?? ""));
    await expect(clone(target, { kind: "deep" }, from)).rejects.toMatchObject({
      condition: "DELTA_FILE_NOT_FOUND_DETAILED",
    });
    expect(await lake.filesOnDisk(target)).toEqual([]);
    expect(await lake.context.log(target.location).exists()).toBe(false);
  });
});
