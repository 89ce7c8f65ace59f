import { mkdir, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import { vacuum } from "../../src/commands/vacuum/vacuum.js";
import { type Lake, openLake } from "./lake.js";

const DAY = 86_400_000;
let clock = 0;
let lake: Lake;
let target: TargetTable;
let number = 0;
beforeAll(async () => {
  lake = await openLake({ now: () => Date.now() + clock });
});
afterAll(() => lake.close());
/** Two versions with a file each, and a third one that removes the first file. */
beforeEach(async () => {
  clock = 0;
  target = lake.table(`v${number++}`);
  for (const id of [1, 2]) await append(lake.context, target, await lake.query(`SELECT ${id} AS id`), { byName: true });
  await deleteRows(lake.context, target, { condition: "id = 1" });
});

const location = (...names: string[]) => join(target.location, ...names);
const operations = async () =>
  (await lake.context.log(target.location).history()).map((entry) => entry.commitInfo.operation);

/** A file that no commit names, as old as that. */
async function stray(name: string, age = 10 * DAY): Promise<void> {
  await mkdir(location(name, ".."), { recursive: true });
  await writeFile(location(name), "x");
  const then = new Date(Date.now() - age);
  await utimes(location(name), then, then);
  for (let folder = join(name, ".."); folder !== "."; folder = join(folder, "..")) {
    await utimes(location(folder), then, then);
  }
}

describe("VACUUM", () => {
  it("keeps what was removed within the retention, and deletes it afterwards", async () => {
    await vacuum(lake.context, target);
    expect(await lake.filesOnDisk(target)).toHaveLength(2);
    clock = 6.9 * DAY;
    await vacuum(lake.context, target);
    expect(await lake.filesOnDisk(target)).toHaveLength(2);
    expect(await lake.rows(target, 1)).toEqual([[1], [2]]);
    clock = 7.1 * DAY;
    const { metrics, rows } = await vacuum(lake.context, target);
    expect(metrics).toMatchObject({ numFilesToDelete: 1n, numDeletedFiles: 1n, numVacuumedDirectories: 0n });
    expect(rows).toEqual([[`file:${target.location}`]]);
    expect(await lake.rows(target)).toEqual([[2]]);
    expect(await lake.filesOnDisk(target)).toHaveLength(1);
  });

  it("tells the history when it begins and ends", async () => {
    const { version } = await vacuum(lake.context, target, { retainHours: 200 });
    const [end, start] = await lake.context.log(target.location).history(2);
    expect([end?.version, end?.commitInfo.operation, start?.commitInfo.operation]).toEqual([
      version,
      "VACUUM END",
      "VACUUM START",
    ]);
    expect(end?.commitInfo.operationMetrics).toEqual({ numDeletedFiles: "0", numVacuumedDirectories: "0" });
    expect(end?.commitInfo.operationParameters).toEqual({ status: "COMPLETED" });
    expect(start?.commitInfo.operationParameters).toEqual({
      retentionCheckEnabled: "true",
      defaultRetentionMillis: String(7 * DAY),
      specifiedRetentionMillis: String(200 * 3_600_000),
    });
    const quiet = { ...lake.context, configuration: { "spark.databricks.delta.vacuum.logging.enabled": "false" } };
    expect((await vacuum(quiet, target)).version).toBeUndefined();
    expect(await lake.version(target)).toBe(version);
  });

  it("lists in a dry run what would go, and changes nothing", async () => {
    clock = 8 * DAY;
    const { rows, version } = await vacuum(lake.context, target, { dryRun: true });
    expect(rows).toEqual([[expect.stringMatching(/^file:.*\/part-.*\.parquet$/)]]);
    expect(version).toBeUndefined();
    expect(await lake.filesOnDisk(target)).toHaveLength(2);
    expect(await operations()).not.toContain("VACUUM START");
  });

  it("refuses a retention shorter than the table's unless the check is off", async () => {
    const short = vacuum(lake.context, target, { retainHours: 167 });
    await expect(short).rejects.toMatchObject({ condition: "DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT" });
    await expect(vacuum(lake.context, target, { retainHours: -1 })).rejects.toMatchObject({
      condition: "INVALID_PARAMETER_VALUE.RETENTION",
    });
    clock = 1;
    const unchecked = {
      ...lake.context,
      configuration: { "spark.databricks.delta.retentionDurationCheck.enabled": "false" },
    };
    await vacuum(unchecked, target, { retainHours: 0 });
    expect(await lake.filesOnDisk(target)).toHaveLength(1);
    expect(await lake.rows(target)).toEqual([[2]]);
  });

  it("spares the young, also those from the future, and what is not the table's", async () => {
    await stray("old.parquet");
    await stray("deletion_vector_x.bin");
    await stray("_change_data/cdc-old.parquet");
    await stray("p=1/q=%20/old.parquet");
    const spared = ["young.parquet", "future.parquet", "_hidden/x.parquet", ".crc", "other/x.parquet"];
    await stray("young.parquet", 6 * DAY);
    await stray("future.parquet", -300 * DAY);
    await stray("_hidden/x.parquet");
    await stray(".crc");
    await stray("other/x.parquet");
    await mkdir(location("other/_delta_log"));
    const { metrics } = await vacuum(lake.context, target);
    expect(metrics).toMatchObject({ numDeletedFiles: 4n, numVacuumedDirectories: 3n });
    const left = await readdir(target.location, { recursive: true });
    expect(left).toEqual(expect.arrayContaining(spared));
    expect(left.filter((name) => /old|_change_data|p=1|\.bin/.test(name))).toEqual([]);
  });

  it("deletes nothing outside the table, and nothing that is reached through a link", async () => {
    const outside = lake.table(`outside${number}`).location;
    await mkdir(outside);
    await writeFile(join(outside, "precious.parquet"), "x");
    await utimes(join(outside, "precious.parquet"), new Date(0), new Date(0));
    await symlink(outside, location("link"));
    await symlink(join(outside, "precious.parquet"), location("precious-link.parquet"));
    // The live file is at another place than the log says: the log's path leads through a link.
    const [live] = await lake.files(target);
    const name = live?.path ?? "";
    await mkdir(location("real"));
    await rename(location(name), location("real", name));
    await utimes(location("real", name), new Date(0), new Date(0));
    await symlink(location("real", name), location(name));
    clock = 8 * DAY;
    await vacuum(lake.context, target);
    expect(await readdir(outside)).toEqual(["precious.parquet"]);
    expect(await lake.rows(target)).toEqual([[2]]);
    expect(await readdir(location("real"))).toEqual([name]);
  });

  it("knows live files by every spelling of their path", async () => {
    const files = await lake.files(target);
    const transaction = await lake.context.log(target.location).startTransaction();
    const names = ["x=A%2FA é/a b.parquet", "plain/../plain.parquet", "absolute.parquet"];
    const paths = [
      "x=A%252FA%20%C3%A9/a%20b.parquet",
      "plain/../plain.parquet",
      `file:${location("absolute.parquet")}`,
    ];
    const [template] = files;
    if (template === undefined) throw new Error("no file");
    await mkdir(location("plain"));
    for (const name of names) {
      await stray(name);
      await rm(location(name));
      await lake.context.storage.copy(location(template.path), location(name));
      await utimes(location(name), new Date(0), new Date(0));
    }
    await transaction.commit({
      actions: paths.map((path) => ({ add: { ...template, path } })),
      operation: "WRITE",
      operationParameters: {},
      operationMetrics: {},
      read: { predicates: [], files: [] },
    });
    clock = 8 * DAY;
    await vacuum(lake.context, target);
    expect(await lake.rows(target)).toEqual([[2], [2], [2], [2]]);
  });
});

describe("VACUUM LITE", () => {
  it("deletes what the log removed, and leaves what it never named", async () => {
    await stray("old.parquet");
    clock = 8 * DAY;
    const { metrics } = await vacuum(lake.context, target, { mode: "lite" });
    expect(metrics).toMatchObject({ numDeletedFiles: 1n });
    expect(await lake.filesOnDisk(target)).toContain("old.parquet");
    expect(await lake.rows(target)).toEqual([[2]]);
    expect((await vacuum(lake.context, target, { mode: "lite" })).metrics).toMatchObject({ numDeletedFiles: 0n });
  });

  it("needs the commits since the last VACUUM", async () => {
    const log = lake.context.log(target.location);
    await log.checkpoint();
    await rm(location("_delta_log/00000000000000000000.json"));
    const lite = vacuum(lake.context, target, { mode: "lite" });
    await expect(lite).rejects.toMatchObject({ condition: "DELTA_CANNOT_VACUUM_LITE" });
    clock = 8 * DAY;
    await vacuum(lake.context, target);
    await vacuum(lake.context, target, { mode: "lite" });
    expect(await lake.rows(target)).toEqual([[2]]);
  });
});
