import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import { optimize } from "../../src/commands/optimize/optimize.js";
import { overwrite } from "../../src/commands/overwrite.js";
import { reorgTable } from "../../src/commands/reorg/reorg-table.js";
import { restoreTable } from "../../src/commands/restore/restore-table.js";
import { absolutePath } from "../../src/delta/file-path.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

async function table(...queries: readonly string[]): Promise<TargetTable> {
  const target = lake.table(`r${number++}`);
  for (const sql of queries) await append(lake.context, target, await lake.query(sql), { byName: true });
  return target;
}
const lastCommit = async (target: TargetTable) => (await lake.context.log(target.location).history(1))[0]?.commitInfo;

describe("RESTORE", () => {
  it("brings back rows, schema and properties of a version as a new one, and can be undone", async () => {
    const target = await table("SELECT 1 AS id", "SELECT 2 AS id");
    await lake.configure(target, { owner: "ü" });
    const options = { byName: true, overwriteSchema: true };
    await overwrite(lake.context, target, await lake.query("SELECT 'x' AS name"), options);
    const { version, metrics, rows, columns } = await restoreTable(lake.context, target, { version: 1 });
    expect(version).toBe(4);
    expect(await lake.rows(target)).toEqual([[1], [2]]);
    const snapshot = await lake.context.log(target.location).snapshot();
    expect(snapshot.schema.fields.map((one) => one.name)).toEqual(["id"]);
    expect(snapshot.metadata.configuration).toEqual({});
    expect(metrics).toMatchObject({ numRestoredFiles: 2n, numRemovedFiles: 1n, numOfFilesAfterRestore: 2n });
    expect(rows[0]?.slice(1, 4)).toEqual([2n, 1n, 2n]);
    expect(columns[0]).toBe("table_size_after_restore");
    expect(await lastCommit(target)).toMatchObject({
      operation: "RESTORE",
      operationParameters: { version: "1" },
      operationMetrics: { numRestoredFiles: "2" },
      isBlindAppend: false,
    });
    await restoreTable(lake.context, target, { version: 3 });
    expect(await lake.rows(target)).toEqual([["x"]]);
    const { timestamp } = (await lake.context.log(target.location).history()).find((one) => one.version === 2) ?? {};
    await restoreTable(lake.context, target, { timestamp: timestamp ?? 0 });
    expect(await lake.rows(target)).toEqual([[1], [2]]);
  });

  it("tells files apart by their deletion vectors", async () => {
    const target = await table("SELECT range AS id FROM range(4)");
    await lake.configure(target, { "delta.enableDeletionVectors": "true" });
    await deleteRows(lake.context, target, { condition: "id = 0" });
    await deleteRows(lake.context, target, { condition: "id = 1" });
    const { metrics } = await restoreTable(lake.context, target, { version: 2 });
    expect(metrics).toMatchObject({ numRestoredFiles: 1n, numRemovedFiles: 1n });
    expect(await lake.rows(target)).toEqual([[1n], [2n], [3n]]);
    const { protocol } = await lake.context.log(target.location).snapshot();
    await restoreTable(lake.context, target, { version: 0 });
    expect(await lake.rows(target)).toHaveLength(4);
    expect((await lake.context.log(target.location).snapshot()).protocol).toEqual(protocol);
  });

  it("does not give identity values and column ids again", async () => {
    const target = await table("SELECT 1::BIGINT AS id");
    const mark = async (highWaterMark: number | undefined, maxColumnId: string): Promise<void> => {
      const { metadata } = await lake.context.log(target.location).snapshot();
      const own = { "delta.identity.start": 1, "delta.identity.step": 1, "delta.identity.allowExplicitInsert": true };
      const counter = highWaterMark === undefined ? {} : { "delta.identity.highWaterMark": highWaterMark };
      const field = { name: "id", type: "long", nullable: true, metadata: { ...own, ...counter } };
      const transaction = await lake.context.log(target.location).startTransaction();
      const schemaString = JSON.stringify({ type: "struct", fields: [field] });
      const configuration = { "delta.columnMapping.maxColumnId": maxColumnId };
      await transaction.commit({
        actions: [{ metaData: { ...metadata, schemaString, configuration } }],
        operation: "test",
        operationParameters: {},
        operationMetrics: {},
        read: { predicates: [], files: [] },
      });
    };
    await mark(undefined, "3");
    await mark(7, "5");
    await restoreTable(lake.context, target, { version: 1 });
    const { schema, metadata } = await lake.context.log(target.location).snapshot();
    expect(Number(schema.fields[0]?.metadata["delta.identity.highWaterMark"])).toBe(7);
    expect(metadata.configuration["delta.columnMapping.maxColumnId"]).toBe("5");
  });

  it("refuses versions whose files are gone, and versions that never were", async () => {
    const target = await table("SELECT 1 AS id");
    const [file] = await lake.files(target);
    await overwrite(lake.context, target, await lake.query("SELECT 2 AS id"), { byName: true });
    await rm(absolutePath(target.location, file?.path ?? ""));
    const restore = (to: Parameters<typeof restoreTable>[2], context = lake.context) =>
      restoreTable(context, target, to);
    await expect(restore({ version: 0 })).rejects.toMatchObject({ condition: "DELTA_FILE_NOT_FOUND_DETAILED" });
    await expect(restore({ version: 9 })).rejects.toMatchObject({ condition: "DELTA_CANNOT_RESTORE_TABLE_VERSION" });
    await expect(restore({ timestamp: 0 })).rejects.toMatchObject({
      condition: "DELTA_CANNOT_RESTORE_TIMESTAMP_EARLIER",
    });
    await expect(restore({ timestamp: 9e12 })).rejects.toMatchObject({
      condition: "DELTA_CANNOT_RESTORE_TIMESTAMP_GREATER",
    });
    expect(await lake.version(target)).toBe(1);
    const configuration = { "spark.sql.files.ignoreMissingFiles": "true" };
    expect((await restore({ version: 0 }, { ...lake.context, configuration })).version).toBe(2);
  });
});

describe("REORG", () => {
  it("purges rows that deletion vectors mark, however few, and nothing else", async () => {
    const target = await table("SELECT range AS id FROM range(100)", "SELECT -1::BIGINT AS id");
    await lake.configure(target, { "delta.enableDeletionVectors": "true" });
    await deleteRows(lake.context, target, { condition: "id = 0" });
    const { metrics } = await reorgTable(lake.context, target);
    expect(metrics).toMatchObject({ numRemovedFiles: 1n, numAddedFiles: 1n, numDeletionVectorsRemoved: 1n });
    expect(await lastCommit(target)).toMatchObject({
      operation: "REORG",
      operationParameters: { predicate: "[]", applyPurge: "true" },
    });
    expect(await lake.rows(target)).toHaveLength(100);
    expect((await reorgTable(lake.context, target)).version).toBeUndefined();
    expect((await optimize(lake.context, target)).metrics).toMatchObject({ numRemovedFiles: 2n });
  });

  it("purges columns that the table has dropped", async () => {
    const target = await table(
      "SELECT 1 AS id, 'x' AS gone, [{'k': 1}] AS list",
      "SELECT 2 AS id, 'y' AS gone, [{'k': 2}] AS list",
    );
    const { metadata } = await lake.context.log(target.location).snapshot();
    const parsed = JSON.parse(metadata.schemaString) as { fields: { name: string }[] };
    const transaction = await lake.context.log(target.location).startTransaction();
    const mapped = parsed.fields
      .filter(({ name }) => name !== "gone")
      .map((one, i) => ({
        ...one,
        metadata: { "delta.columnMapping.id": i + 1, "delta.columnMapping.physicalName": one.name },
      }));
    const configuration = { "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "9" };
    await transaction.commit({
      actions: [
        { metaData: { ...metadata, configuration, schemaString: JSON.stringify({ ...parsed, fields: mapped }) } },
      ],
      operation: "DROP COLUMNS",
      operationParameters: {},
      operationMetrics: {},
      read: { predicates: [], files: [] },
    });
    const before = await lake.engine.run(
      `SELECT count(*) FROM (SELECT DISTINCT name FROM parquet_schema('${target.location}/*.parquet') WHERE name = 'gone')`,
    );
    expect(before.rows).toEqual([[1n]]);
    expect((await reorgTable(lake.context, target)).metrics.numRemovedFiles).toBe(2n);
    const [file] = await lake.files(target);
    const after = await lake.engine.run(
      `SELECT name FROM parquet_schema('${absolutePath(target.location, file?.path ?? "")}') WHERE name = 'gone'`,
    );
    expect(after.rows).toEqual([]);
    expect((await reorgTable(lake.context, target)).version).toBeUndefined();
  });

  it("refuses what it cannot apply by name", async () => {
    const target = await table("SELECT 1 AS id");
    const upgrade = reorgTable(lake.context, target, { apply: "UPGRADE UNIFORM (ICEBERG_COMPAT_VERSION = 2)" });
    await expect(upgrade).rejects.toMatchObject({ condition: "DELTA_UNSUPPORTED_FEATURE.REORG" });
  });
});
