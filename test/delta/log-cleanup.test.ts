import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeltaLog } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { add, commit, livePaths, metadata, temporaryFolder } from "./log-fixture.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 30, 15);
const storage = new LocalStorage({ durable: false });
const fresh = (folder: string): DeltaLog => createDeltaLog(storage, engine, folder, { now: () => NOW });
const at = (folder: string, name: string): string => path.join(folder, "_delta_log", name);
const padded = (version: number): string => String(version).padStart(20, "0");

function date(folder: string, name: string, daysAgo: number): void {
  const time = (NOW - daysAgo * DAY) / 1_000;
  utimesSync(at(folder, name), time, time);
}

function names(folder: string): string[] {
  return readdirSync(path.join(folder, "_delta_log"))
    .filter((name) => name.startsWith("0"))
    .map((name) => name.replace(/^0+(?=\d)/, "").replace(/\.[0-9a-f-]{36}/, ""))
    .sort();
}

/** Versions 0 to 6, one a day, 35 to 29 days ago, with checkpoints as asked. */
async function agedTable(folder: string, checkpoints: readonly number[], policy = "classic"): Promise<DeltaLog> {
  const log = fresh(folder);
  const configuration = { "delta.checkpointInterval": "1000", "delta.checkpointPolicy": policy };
  await commit(log, [{ metaData: metadata({ configuration }) }, { add: add("f0") }]);
  for (let version = 1; version <= 6; version++) await commit(log, [{ add: add(`f${version}`) }]);
  for (const version of checkpoints) await log.checkpoint(version);
  for (let version = 0; version <= 6; version++) date(folder, `${padded(version)}.json`, 35 - version);
  return fresh(folder);
}

describe("the cleanup of the log", () => {
  it("keeps the newest checkpoint up to the cutoff with its commit, and all that follows", async () => {
    using folder = temporaryFolder("cleanup");
    const log = await agedTable(folder.path, [1, 3, 6]);
    for (const name of [`${padded(1)}.crc`, `${padded(4)}.crc`, `${padded(0)}.${padded(2)}.compacted.json`]) {
      writeFileSync(at(folder.path, name), "{}");
    }
    expect(await log.cleanUp()).toBe(6);
    expect(names(folder.path)).toEqual([
      "3.checkpoint.parquet",
      "3.json",
      "4.crc",
      "4.json",
      "5.json",
      "6.checkpoint.parquet",
      "6.json",
    ]);
    expect(await livePaths(await fresh(folder.path).snapshot(4))).toEqual(["f0", "f1", "f2", "f3", "f4"]);
    await expect(fresh(folder.path).snapshot(2)).rejects.toMatchObject({
      condition: "DELTA_VERSION_NOT_FOUND",
      parameters: { earliest: "3", latest: "6" },
    });
    await expect(fresh(folder.path).commit(2)).rejects.toMatchObject({ condition: "DELTA_VERSION_NOT_FOUND" });
    const tooEarly = { condition: "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION" };
    await expect(fresh(folder.path).versionAt(NOW - 34 * DAY)).rejects.toMatchObject(tooEarly);
    expect(await fresh(folder.path).history()).toHaveLength(4);
    expect(await log.cleanUp()).toBe(0);
  });

  it("deletes nothing without a checkpoint that can be read", async () => {
    using folder = temporaryFolder("cleanup-none");
    const log = await agedTable(folder.path, [6]);
    expect(await log.cleanUp()).toBe(0);
    writeFileSync(at(folder.path, `${padded(3)}.checkpoint.parquet`), "damaged");
    expect(await log.cleanUp()).toBe(0);
    expect(names(folder.path)).toHaveLength(9);
  });

  it("follows a checkpoint by itself, unless the table says no", async () => {
    using folder = temporaryFolder("cleanup-auto");
    const log = await agedTable(folder.path, [3]);
    const { metadata: before } = await log.snapshot();
    const set = (configuration: Record<string, string>): Promise<number> =>
      commit(log, [{ metaData: { ...before, configuration } }]);
    await set({ "delta.checkpointInterval": "1", "delta.enableExpiredLogCleanup": "false" });
    expect(existsSync(at(folder.path, `${padded(7)}.checkpoint.parquet`))).toBe(true);
    expect(names(folder.path)).toContain("0.json");
    await set({ "delta.checkpointInterval": "1" });
    expect(names(folder.path)).not.toContain("2.json");
    expect(names(folder.path)).toContain("3.json");
  });

  it("deletes sidecars that no checkpoint names, when they are older than a day", async () => {
    using folder = temporaryFolder("cleanup-sidecars");
    const log = await agedTable(folder.path, [1, 3], "v2");
    const sidecars = (): string[] => readdirSync(at(folder.path, "_sidecars")).sort();
    for (const name of sidecars()) date(folder.path, `_sidecars/${name}`, 30);
    writeFileSync(at(folder.path, "_sidecars/young.parquet"), "written by a checkpoint that is not there yet");
    date(folder.path, "_sidecars/young.parquet", 0.5);
    expect(await log.cleanUp()).toBe(5);
    expect(sidecars().map((name) => name.slice(0, 20))).toEqual([padded(3), "young.parquet"]);
    expect(await livePaths(await fresh(folder.path).snapshot())).toHaveLength(7);
  });
});
