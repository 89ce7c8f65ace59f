import { appendFile, copyFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { append } from "../../src/commands/append.js";
import { checkTable } from "../../src/commands/check-table/check-table.js";
import { repairTable } from "../../src/commands/check-table/repair-table.js";
import type { TargetTable } from "../../src/commands/contract.js";
import { deleteRows } from "../../src/commands/delete.js";
import type { Action } from "../../src/delta/actions.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { type Lake, openLake } from "./lake.js";

let lake: Lake;
let number = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

/** Files with rows 0 to 9, 10 to 19 and so on. */
async function table(files = 2): Promise<TargetTable> {
  const target = lake.table(`k${number++}`);
  for (let i = 0; i < files; i++) {
    const sql = `SELECT range::INTEGER AS id, chr(97 + range::INTEGER % 26) AS name FROM range(${i * 10}, ${i * 10 + 10})`;
    await append(lake.context, target, await lake.query(sql), { byName: true });
  }
  return target;
}
const file = (target: TargetTable, path: string) => join(target.location, path);
const commitPath = (target: TargetTable, version: number) =>
  file(target, `_delta_log/${String(version).padStart(20, "0")}.json`);
const pathsOf = async (target: TargetTable) => (await lake.files(target)).map(({ path }) => path);
const commit = async (target: TargetTable, ...actions: Action[]) =>
  (await lake.context.log(target.location).startTransaction()).commit({
    actions,
    operation: "test",
    operationParameters: {},
    operationMetrics: {},
    read: { predicates: [], files: [] },
  });

/** What a check finds by a session that has not seen the table before. */
async function findings(target: TargetTable, options: Parameters<typeof checkTable>[2] = {}) {
  const { storage, engine } = lake.context;
  const fresh = { ...lake.context, log: (location: string) => createDeltaLog(storage, engine, location) };
  const { rows } = await checkTable(fresh, target, { statistics: "full", constraints: true, ...options });
  return rows.map(([severity, finding]) => `${String(severity)} ${String(finding)}`);
}
describe("checkTable", () => {
  it("finds nothing in a sound table, with vectors, checkpoints and removed files", async () => {
    const target = await table(3);
    await lake.configure(target, { "delta.enableDeletionVectors": "true" });
    await deleteRows(lake.context, target, { condition: "id IN (3, 25)" });
    await lake.context.log(target.location).checkpoint();
    await deleteRows(lake.context, target, { condition: "id BETWEEN 10 AND 19" });
    const before = await lake.filesOnDisk(target);
    expect(await findings(target)).toEqual([]);
    expect([await lake.filesOnDisk(target), await lake.version(target)]).toEqual([before, 5]);
    await expect(findings(lake.table("nowhere"))).rejects.toMatchObject({ condition: "DELTA_TABLE_NOT_FOUND" });
  });

  it("finds files that are missing, short, damaged or nobody's", async () => {
    const target = await table(4);
    const [missing = "", short = "", damaged = ""] = await pathsOf(target);
    await rm(file(target, missing));
    await appendFile(file(target, short), "x");
    const bytes = await readFile(file(target, damaged));
    await writeFile(file(target, damaged), bytes.fill(0, bytes.length - 40));
    await writeFile(file(target, "stray.parquet"), "x");
    expect((await findings(target)).sort()).toEqual([
      "error DATA_FILE_SIZE_MISMATCH",
      "error MISSING_DATA_FILE",
      "error UNREADABLE_DATA_FILE",
      "error UNREADABLE_DATA_FILE",
      "warning ORPHANED_FILE",
    ]);
  });

  it("finds statistics that rows contradict, and counts that footers contradict", async () => {
    const target = await table(1);
    const [add] = await lake.files(target);
    if (add === undefined) throw new Error("no file");
    const stats = JSON.stringify({
      numRecords: 11,
      minValues: { id: 1, name: "a" },
      maxValues: { id: 8, name: "z" },
      nullCount: { id: 1, name: 0 },
    });
    await commit(target, { add: { ...add, stats } });
    const all = await findings(target);
    expect(all.filter((one) => one === "error STATISTICS_VIOLATED")).toHaveLength(3);
    expect(all).toContain("error RECORD_COUNT_MISMATCH");
    expect(await findings(target, { statistics: "none" })).toEqual(["error RECORD_COUNT_MISMATCH"]);
  });

  it("finds deletion vectors that are missing or damaged", async () => {
    for (const damage of ["missing", "damaged"]) {
      const target = await table(1);
      await lake.configure(target, { "delta.enableDeletionVectors": "true" });
      await deleteRows(lake.context, target, { condition: "id = 3" });
      const name = (await readdir(target.location)).find((one) => one.endsWith(".bin")) ?? "";
      if (damage === "missing") await rm(file(target, name));
      else await truncate(file(target, name), 20);
      const kind = damage === "missing" ? "MISSING" : "UNREADABLE";
      expect(await findings(target)).toEqual([`error ${kind}_DELETION_VECTOR`]);
    }
  });

  it("finds commits that are missing, cannot be read, or say something twice", async () => {
    const gap = await table(3);
    await rm(commitPath(gap, 1));
    expect(await findings(gap)).toEqual(["error LOG_GAP", "error LOG_UNREADABLE"]);
    const bad = await table(2);
    await appendFile(commitPath(bad, 1), '{"add":');
    expect(await findings(bad)).toEqual(["error MALFORMED_COMMIT", "error LOG_UNREADABLE"]);
    const twice = await table(2);
    const lines = (await readFile(commitPath(twice, 1), "utf8")).trim().split("\n");
    const add = lines.find((line) => line.startsWith('{"add"')) ?? "";
    await appendFile(commitPath(twice, 1), `${add}\n`);
    expect(await findings(twice)).toContain("error DUPLICATE_ACTION");
  });

  it("finds checkpoints that say something else than the commits, or nothing", async () => {
    const target = await table(3);
    const log = lake.context.log(target.location);
    await log.checkpoint(1);
    const name = (version: number) =>
      file(target, `_delta_log/${String(version).padStart(20, "0")}.checkpoint.parquet`);
    await copyFile(name(1), name(2));
    expect(await findings(target)).toEqual(["error CHECKPOINT_LACKS_FILE", "warning ORPHANED_FILE"]);
    await truncate(name(2), 100);
    expect(await findings(target)).toEqual(["warning UNREADABLE_CHECKPOINT"]);
    await rm(name(2));
    await writeFile(file(target, "_delta_log/_last_checkpoint"), '{"version":77,"size":1}');
    expect(await findings(target)).toEqual(["warning BAD_LAST_CHECKPOINT"]);
  });

  it("finds rows that break the table's constraints", async () => {
    const target = await table(1);
    await lake.configure(target, { "delta.constraints.small": "id < 8" });
    expect(await findings(target)).toEqual(["error CONSTRAINT_VIOLATED"]);
    expect(await findings(target, { constraints: false })).toEqual([]);
  });
});

describe("FSCK REPAIR TABLE", () => {
  it("lists files that are gone, and takes them out of the table unless it is a dry run", async () => {
    const target = await table(2);
    const [gone = ""] = await pathsOf(target);
    await rm(file(target, gone));
    const dry = await repairTable(lake.context, target, { dryRun: true });
    expect([dry.rows, dry.version]).toEqual([[[gone, true, null, false]], undefined]);
    const { version } = await repairTable(lake.context, target, { dryRun: false });
    expect(version).toBe(2);
    expect(await lake.rows(target)).toHaveLength(10);
    expect((await repairTable(lake.context, target, { dryRun: false })).version).toBeUndefined();
  });
});
