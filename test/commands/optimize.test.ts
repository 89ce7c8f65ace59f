import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { CommandContext, TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import { optimize } from "../../src/commands/optimize/optimize.js";
import { updateRows } from "../../src/commands/update.js";
import type { AddFile } from "../../src/delta/actions.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

async function table(queries: readonly string[], partitionBy: readonly string[] = []): Promise<TargetTable> {
  const target = lake.table(`o${number++}`);
  for (const sql of queries) await append(lake.context, target, await lake.query(sql), { byName: true, partitionBy });
  return target;
}
const withSettings = (settings: Readonly<Record<string, string>>): CommandContext => ({
  ...lake.context,
  configuration: Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`spark.databricks.delta.optimize.${key}`, value]),
  ),
});
const lastCommit = async (target: TargetTable) => (await lake.context.log(target.location).history(1))[0]?.commitInfo;
const valuesOf = (files: readonly AddFile[]) => files.map((file) => file.partitionValues);

describe("OPTIMIZE", () => {
  it("packs the small files of each partition into one, and finds nothing to do the second time", async () => {
    const rows = [1, 2, 3].map((id) => `SELECT ${id} AS id, unnest(['a', 'x/y %', NULL]) AS p`);
    const target = await table(rows, ["p"]);
    const before = await lake.rows(target);
    const { version, metrics, rows: shown } = await optimize(lake.context, target);
    expect(version).toBe(3);
    expect(metrics).toMatchObject({ numAddedFiles: 3n, numRemovedFiles: 9n, numDeletionVectorsRemoved: 0n });
    const files = await lake.files(target);
    expect(new Set(valuesOf(files).map((values) => values.p))).toEqual(new Set(["a", "x/y %", null]));
    expect(files.every((file) => !file.dataChange && file.stats?.includes('"numRecords":3'))).toBe(true);
    expect(await lake.rows(target)).toEqual(before);
    expect(shown[0]?.[0]).toBe(`file:${target.location}`);
    expect(shown[0]?.[1]).toMatchObject({
      numFilesAdded: 3n,
      numFilesRemoved: 9n,
      partitionsOptimized: 3n,
      totalConsideredFiles: 9n,
      totalFilesSkipped: 0n,
      filesRemoved: { totalFiles: 9n },
      zOrderStats: null,
      numTableColumns: 2n,
      numTableColumnsWithStats: 2n,
    });
    const again = await optimize(lake.context, target);
    expect(again).toMatchObject({ version: undefined, metrics: { numRemovedFiles: 0n } });
    expect(again.rows[0]?.[1]).toMatchObject({ totalFilesSkipped: 3n, filesAdded: { min: null, avg: 0 } });
  });

  it("tells its commit as Spark does", async () => {
    const target = await table(["SELECT 1 AS id, 'a' AS p", "SELECT 2 AS id, 'a' AS p"], ["p"]);
    await optimize(lake.context, target, { where: "p = 'a'" });
    expect(await lastCommit(target)).toMatchObject({
      operation: "OPTIMIZE",
      operationParameters: { predicate: `["(p = 'a')"]`, zOrderBy: "[]", clusterBy: "[]", auto: "false" },
      isolationLevel: "SnapshotIsolation",
      isBlindAppend: false,
      operationMetrics: {
        numRemovedFiles: "2",
        numAddedFiles: "1",
        numDeletionVectorsRemoved: "0",
        minFileSize: expect.any(String),
        p50FileSize: expect.any(String),
      },
    });
  });

  it("keeps to the partitions of WHERE, whatever the condition, and refuses other columns", async () => {
    const rows = [1, 2].map((id) => `SELECT ${id} AS id, unnest(['aa', 'ab', 'b']) AS p`);
    const target = await table(rows, ["p"]);
    await optimize(lake.context, target, { where: "substring(p, 1, 1) = 'a' AND p <> 'ab'" });
    const counts = (await lake.files(target)).map((file) => file.partitionValues.p).sort();
    expect(counts).toEqual(["aa", "ab", "ab", "b", "b"]);
    await expect(optimize(lake.context, target, { where: "id = 1" })).rejects.toMatchObject({
      condition: "DELTA_NON_PARTITION_COLUMN_REFERENCE",
    });
  });

  it("leaves large files alone, and packs no more than the size of a file together", async () => {
    const target = await table([1, 2, 3, 4].map((id) => `SELECT ${id} AS id`));
    const [first] = await lake.files(target);
    const size = first?.size ?? 0;
    await optimize(withSettings({ minFileSize: `${size}` }), target);
    expect(await lake.version(target)).toBe(3);
    await optimize(withSettings({ maxFileSize: `${size * 2}`, minFileSize: "1g" }), target);
    expect(await lake.files(target)).toHaveLength(2);
  });

  it("takes rows that deletion vectors mark out of files with many of them", async () => {
    const target = await table([0, 1000].map((start) => `SELECT range AS id FROM range(${start}, ${start + 100})`));
    await lake.configure(target, { "delta.enableDeletionVectors": "true" });
    await deleteRows(lake.context, target, { condition: "id < 20 OR id = 1000" });
    const marked = (await lake.files(target)).filter((file) => file.deletionVector !== undefined);
    expect(marked).toHaveLength(2);
    const { metrics } = await optimize(withSettings({ minFileSize: "1" }), target);
    expect(metrics).toMatchObject({ numRemovedFiles: 1n, numAddedFiles: 1n, numDeletionVectorsRemoved: 1n });
    expect((await lake.files(target)).filter((file) => file.deletionVector !== undefined)).toHaveLength(1);
    const { rows } = await optimize(lake.context, target);
    expect(rows[0]?.[1]).toMatchObject({ deletionVectorStats: { numDeletionVectorRowsRemoved: 1n } });
    const [only] = await lake.files(target);
    expect(only?.stats).toContain('"numRecords":179');
  });

  it("gives way to a winner that changed one of its files, and not to one that added rows", async () => {
    const target = await table(["SELECT 1 AS id", "SELECT 2 AS id"]);
    const racing = (winner: () => Promise<unknown>): CommandContext => ({
      ...lake.context,
      storage: Object.assign(Object.create(lake.context.storage), {
        sync: async (paths: readonly string[], root: string) => {
          await winner();
          await lake.context.storage.sync(paths, root);
        },
      }),
    });
    const onDisk = await lake.filesOnDisk(target);
    const lost = optimize(
      racing(() =>
        updateRows(lake.context, target, { assignments: [{ target: ["id"], value: "id + 10" }], condition: "id = 1" }),
      ),
      target,
    );
    await expect(lost).rejects.toMatchObject({ condition: expect.stringMatching(/^DELTA_CONCURRENT_DELETE/) });
    expect(await lake.filesOnDisk(target)).toHaveLength(onDisk.length + 1);
    const source = await lake.query("SELECT 3 AS id");
    await optimize(
      racing(() => append(lake.context, target, source, { byName: true })),
      target,
    );
    expect(await lake.rows(target)).toEqual([[11], [2], [3]]);
  });
});

describe("OPTIMIZE ZORDER BY", () => {
  const grid =
    "SELECT (range % 64)::INTEGER AS x, (range // 64)::INTEGER AS y, {'z': range::VARCHAR} AS s, NULL::DATE AS n FROM range(4096)";

  it("lays rows out so that files are narrow in each of the columns", async () => {
    const target = await table([`${grid} ORDER BY hash(range)`]);
    const before = await lake.rows(target);
    const [file] = await lake.files(target);
    const sixteen = `${Math.ceil((file?.size ?? 0) / 16)}`;
    const { rows, metrics } = await optimize(withSettings({ maxFileSize: sixteen }), target, {
      zOrderBy: [["X"], ["y"]],
    });
    expect(metrics.numAddedFiles).toBe(16n);
    expect(rows[0]?.[1]).toMatchObject({ zOrderStats: { strategyName: "all", numOutputCubes: 1n } });
    const widths = (await lake.files(target)).flatMap(({ stats = "{}" }) => {
      const { minValues = {}, maxValues = {} } = JSON.parse(stats) as Record<string, Record<string, number>>;
      return ["x", "y"].map((column) => Number(maxValues?.[column]) - Number(minValues?.[column]));
    });
    expect(Math.max(...widths)).toBeLessThan(32);
    expect(await lake.rows(target)).toEqual(before);
    expect(await lastCommit(target)).toMatchObject({ operationParameters: { zOrderBy: '["x","y"]' } });
  });

  it("orders by a single column, nested ones and columns of NULL among them", async () => {
    const target = await table([`${grid} ORDER BY hash(range)`]);
    const before = await lake.rows(target);
    const [file] = await lake.files(target);
    const four = withSettings({ maxFileSize: `${Math.ceil((file?.size ?? 0) / 4)}` });
    for (const zOrderBy of [[["s", "z"]], [["n"]], [["s", "z"], ["n"], ["x"]]]) {
      await optimize(four, target, { zOrderBy });
      expect(await lake.rows(target)).toEqual(before);
    }
    await optimize(lake.context, target, { zOrderBy: [["y"]] });
    const relation = (await lake.files(target)).map(({ path }) => `'${target.location}/${path}'`);
    expect(relation).toHaveLength(1);
    const ordered = await lake.engine.run(
      `SELECT count(*) FROM (SELECT y < lag(y) OVER (ORDER BY file_row_number) AS down FROM read_parquet([${relation}])) WHERE down`,
    );
    expect(ordered.rows).toEqual([[0n]]);
  });

  it("refuses columns that gain nothing", async () => {
    const target = await table(["SELECT 1 AS id, 'a' AS p, [1] AS list"], ["p"]);
    const by = (...path: string[]) => optimize(lake.context, target, { zOrderBy: [path] });
    await expect(by("p")).rejects.toMatchObject({ condition: "DELTA_ZORDERING_ON_PARTITION_COLUMN" });
    await expect(by("nope")).rejects.toMatchObject({ condition: "DELTA_ZORDERING_COLUMN_DOES_NOT_EXIST" });
    const few = lake.table(`o${number++}`);
    const properties = { "delta.dataSkippingNumIndexedCols": "1" };
    await append(lake.context, few, await lake.query("SELECT 1 AS id, 2 AS other"), { byName: true, properties });
    const other = optimize(lake.context, few, { zOrderBy: [["other"]] });
    await expect(other).rejects.toMatchObject({ condition: "DELTA_ZORDERING_ON_COLUMN_WITHOUT_STATS" });
    await expect(optimize(lake.context, few, { full: true })).rejects.toMatchObject({
      condition: "DELTA_OPTIMIZE_FULL_NOT_SUPPORTED",
    });
  });
});

describe("OPTIMIZE of a clustered table", () => {
  it("clusters what is new with what may grow, and rests when all is one cube", async () => {
    const target = await table([1, 2].map((id) => `SELECT ${id} AS id, 'x' AS name`));
    const configuration = JSON.stringify({ clusteringColumns: [["id"], ["name"]], domainName: "delta.clustering" });
    const log = lake.context.log(target.location);
    const transaction = await log.startTransaction();
    const writerFeatures = ["domainMetadata", "clustering", "appendOnly", "invariants"];
    await transaction.commit({
      actions: [
        { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures } },
        { domainMetadata: { domain: "delta.clustering", configuration, removed: false } },
      ],
      operation: "CLUSTER BY",
      operationParameters: {},
      operationMetrics: {},
      read: { predicates: [], files: [] },
    });
    await expect(optimize(lake.context, target, { zOrderBy: [["id"]] })).rejects.toMatchObject({
      condition: "DELTA_CLUSTERING_WITH_ZORDER_BY",
    });
    const { rows } = await optimize(lake.context, target);
    expect(rows[0]?.[1]).toMatchObject({ clusteringStats: { numOutputZCubes: 1n, inputOtherFiles: { numFiles: 2n } } });
    const [file] = await lake.files(target);
    expect(file).toMatchObject({
      clusteringProvider: "liquid",
      tags: { ZCUBE_ID: expect.any(String), ZCUBE_ZORDER_BY: '["id","name"]' },
    });
    expect((await lastCommit(target))?.operationParameters).toMatchObject({
      clusterBy: '["id","name"]',
      isFull: "false",
    });
    expect((await optimize(lake.context, target, { full: true })).version).toBeUndefined();
    await append(lake.context, target, await lake.query("SELECT 3 AS id, 'y' AS name"), { byName: true });
    await optimize(lake.context, target);
    expect(await lake.files(target)).toHaveLength(1);
    expect(await lake.rows(target)).toEqual([
      [1, "x"],
      [2, "x"],
      [3, "y"],
    ]);
  });
});

describe("auto compaction", () => {
  const compacted = { "delta.autoOptimize.autoCompact": "true" };
  const compactingFrom = (files: number): CommandContext => ({
    ...lake.context,
    configuration: { "spark.databricks.delta.autoCompact.minNumFiles": `${files}` },
  });

  it("follows the write that leaves many small files in a partition", async () => {
    const target = await table(["SELECT 1 AS id, 'a' AS p", "SELECT 2 AS id, 'b' AS p"], ["p"]);
    await lake.configure(target, compacted);
    const write = async (id: number, p: string) =>
      append(compactingFrom(3), target, await lake.query(`SELECT ${id} AS id, '${p}' AS p`), { byName: true });
    await write(3, "a");
    await write(4, "b");
    expect(await lake.files(target)).toHaveLength(4);
    expect((await write(5, "a")).version).toBe(5);
    expect(
      valuesOf(await lake.files(target))
        .map(({ p }) => p)
        .sort(),
    ).toEqual(["a", "b", "b"]);
    expect(await lastCommit(target)).toMatchObject({ operation: "OPTIMIZE", operationParameters: { auto: "true" } });
    expect(await lake.rows(target)).toHaveLength(5);
  });

  it("can be asked for and refused by the session", async () => {
    const target = await table(["SELECT 1 AS id", "SELECT 2 AS id"]);
    const context = (enabled: string): CommandContext => ({
      ...lake.context,
      configuration: { ...compactingFrom(2).configuration, "spark.databricks.delta.autoCompact.enabled": enabled },
    });
    await lake.configure(target, compacted);
    await append(context("false"), target, await lake.query("SELECT 3 AS id"), { byName: true });
    expect(await lake.files(target)).toHaveLength(3);
    await lake.configure(target, { "delta.autoOptimize.autoCompact": "false" });
    await append(context("auto"), target, await lake.query("SELECT 4 AS id"), { byName: true });
    expect(await lake.files(target)).toHaveLength(1);
  });
});

describe("optimized write", () => {
  it("writes one file a partition, however many there are", async () => {
    const target = await table(["SELECT 0 AS id, 0::BIGINT AS p"], ["p"]);
    await lake.configure(target, { "delta.autoOptimize.optimizeWrite": "true" });
    const sql = "SELECT range::INTEGER AS id, (hash(range) % 150)::BIGINT AS p FROM range(20000)";
    await append(lake.context, target, await lake.query(sql), { byName: true });
    expect(await lake.files(target)).toHaveLength(151);
  });
});
