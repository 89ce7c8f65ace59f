import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TargetTable } from "../../src/commands/contract.js";
import { convertToDelta } from "../../src/commands/convert/convert-to-delta.js";
import { deleteRows } from "../../src/commands/delete.js";
import { DATE, field, INTEGER, STRING } from "../../src/schema/data-type.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

/** A folder with these Parquet files. */
async function folder(files: Readonly<Record<string, string>>): Promise<TargetTable> {
  const target = lake.table(`c${number++}`);
  await mkdir(target.location);
  for (const [name, sql] of Object.entries(files)) {
    const path = join(target.location, name);
    await mkdir(join(path, ".."), { recursive: true });
    await lake.engine.writeParquet(sql, path);
  }
  return target;
}
const statistics = async (target: TargetTable) =>
  (await lake.files(target)).map(({ stats }) => stats && (JSON.parse(stats) as unknown));

describe("CONVERT TO DELTA", () => {
  it("makes a table of the files as they are, schemas merged and statistics collected", async () => {
    const target = await folder({
      "b.parquet":
        "SELECT 2 AS id, {'x': 1.5::DOUBLE, 'y': 'é'} AS s, TIMESTAMPTZ '2024-01-01 10:00:00.123456+00' AS at, [1] AS list",
      "a.parquet": "SELECT * FROM (VALUES (1), (NULL)) AS v(id)",
      "_ignored/x.parquet": "SELECT 'no' AS other",
    });
    const { version, metrics, rows } = await convertToDelta(lake.context, target);
    expect([version, metrics, rows]).toEqual([0, { numConvertedFiles: 2n }, []]);
    expect(await lake.rows(target)).toEqual([
      [1, null, null, null],
      [2, { x: 1.5, y: "é" }, "2024-01-01T10:00:00.123456Z", [1]],
      [null, null, null, null],
    ]);
    expect(await statistics(target)).toEqual([
      expect.objectContaining({ numRecords: 2, minValues: { id: 1 }, nullCount: expect.objectContaining({ id: 1 }) }),
      {
        numRecords: 1,
        minValues: { id: 2, s: { x: 1.5, y: "é" }, at: "2024-01-01T10:00:00.123Z" },
        maxValues: { id: 2, s: { x: 1.5, y: "é" }, at: "2024-01-01T10:00:00.124Z" },
        nullCount: { id: 0, s: { x: 0, y: 0 }, at: 0, list: 0 },
      },
    ]);
    const [commit] = await lake.context.log(target.location).history();
    expect(commit?.commitInfo).toMatchObject({
      operation: "CONVERT",
      operationParameters: { numFiles: "2", partitionedBy: "[]", collectStats: "true", sourceFormat: "parquet" },
    });
    await deleteRows(lake.context, target, { condition: "id = 1" });
    expect(await lake.rows(target)).toHaveLength(2);
  });

  it("takes partition values from the folders' names", async () => {
    const target = await folder({
      "day=2024-01-01/c=A%2FB ü/x.parquet": "SELECT 1 AS id",
      "day=2024-01-02/c=__HIVE_DEFAULT_PARTITION__/x.parquet": "SELECT 2 AS id",
    });
    const partitionBy = [field("Day", DATE), field("c", STRING)];
    await convertToDelta(lake.context, target, { partitionBy, collectStatistics: false });
    expect(await lake.rows(target)).toEqual([
      [1, "2024-01-01", "A/B ü"],
      [2, "2024-01-02", null],
    ]);
    const [first] = await lake.files(target);
    expect(first).toMatchObject({
      path: "day=2024-01-01/c=A%252FB%20%C3%BC/x.parquet",
      partitionValues: { Day: "2024-01-01", c: "A/B ü" },
    });
    expect(first?.stats).toBeUndefined();
  });

  it("refuses a partition schema that the folders do not have, by its name", async () => {
    const target = await folder({ "p=1/x.parquet": "SELECT 1 AS id", "p=b/x.parquet": "SELECT 2 AS id" });
    const convert = (...partitionBy: ReturnType<typeof field>[]) =>
      convertToDelta(lake.context, target, { partitionBy });
    const count = { condition: "DELTA_UNEXPECTED_NUM_PARTITION_COLUMNS_FROM_FILE_NAME" };
    await expect(convert()).rejects.toMatchObject(count);
    await expect(convert(field("p", STRING), field("q", STRING))).rejects.toMatchObject(count);
    await expect(convert(field("q", STRING))).rejects.toMatchObject({
      condition: "DELTA_UNEXPECTED_PARTITION_COLUMN_FROM_FILE_NAME",
    });
    await expect(convert(field("p", INTEGER))).rejects.toMatchObject({
      condition: "DELTA_FAILED_CAST_PARTITION_VALUE",
    });
    expect((await convert(field("p", STRING))).version).toBe(0);
    expect((await convert(field("p", STRING))).version).toBeUndefined();
  });

  it("refuses what is no table", async () => {
    const mixed = await folder({ "a.parquet": "SELECT 1 AS id", "b.parquet": "SELECT 'x' AS id" });
    const convert = (target: TargetTable) => convertToDelta(lake.context, target);
    await expect(convert(mixed)).rejects.toMatchObject({ condition: "DELTA_FAILED_MERGE_SCHEMA_FILE" });
    await expect(convert(await folder({}))).rejects.toMatchObject({ condition: "DELTA_EMPTY_DIRECTORY" });
    await expect(convert(lake.table("nowhere"))).rejects.toMatchObject({ condition: "DELTA_PATH_DOES_NOT_EXIST" });
    const text = await folder({});
    await writeFile(join(text.location, "README.txt"), "hello");
    await expect(convert(text)).rejects.toThrow(/README\.txt/);
    expect(await lake.context.log(text.location).exists()).toBe(false);
  });
});
