import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeltaLog } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { add, commit, livePaths, metadata, remove, temporaryFolder, WHOLE_TABLE } from "./log-fixture.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

const storage = new LocalStorage({ durable: false });
const fresh = (folder: string): DeltaLog => createDeltaLog(storage, engine, folder);

const STATS = '{"numRecords":2,"minValues":{"id":1},"maxValues":{"id":9007199254740993},"nullCount":{"id":0}}';

async function v2Table(folder: string): Promise<DeltaLog> {
  const log = fresh(folder);
  const configuration = { "delta.checkpointPolicy": "v2", "delta.checkpointInterval": "3" };
  await commit(log, [
    { metaData: metadata({ configuration }) },
    { add: add("a") },
    { add: add("b", { stats: STATS }) },
  ]);
  await commit(log, [{ remove: remove("a") }, { txn: { appId: "app", version: 4 } }], WHOLE_TABLE);
  await commit(log, [{ add: add("c") }]);
  await commit(log, [{ add: add("d") }]);
  return log;
}

const logFiles = (folder: string, suffix: RegExp): string[] =>
  readdirSync(path.join(folder, "_delta_log")).filter((name) => suffix.test(name));

function removeCommits(folder: string): void {
  for (const name of logFiles(folder, /^\d{20}\.json$/)) rmSync(path.join(folder, "_delta_log", name));
}

describe("a checkpoint of the v2 specification", () => {
  it("is what a table with that policy gets: its files are in a sidecar", async () => {
    using folder = temporaryFolder("v2");
    await v2Table(folder.path);
    const [checkpoint = ""] = logFiles(folder.path, /checkpoint/);
    expect(checkpoint).toMatch(/^0{19}3\.checkpoint\.[0-9a-f-]{36}\.parquet$/);
    const hint = JSON.parse(readFileSync(path.join(folder.path, "_delta_log", "_last_checkpoint"), "utf8"));
    const sidecars = readdirSync(path.join(folder.path, "_delta_log", "_sidecars"));
    expect(hint).toMatchObject({
      version: 3,
      numOfAddFiles: 3,
      v2Checkpoint: { path: checkpoint, sidecarFiles: [{ path: sidecars[0] }] },
    });
    removeCommits(folder.path);
    const snapshot = await fresh(folder.path).snapshot();
    expect([snapshot.version, await livePaths(snapshot)]).toEqual([3, ["b", "c", "d"]]);
    expect(snapshot.protocol.readerFeatures).toContain("v2Checkpoint");
    expect(await snapshot.transaction("app")).toMatchObject({ version: 4 });
    expect(await snapshot.size()).toEqual({ files: 3, bytes: 30 });
    for await (const batch of snapshot.tombstones()) expect(batch.map((file) => file.path)).toEqual(["a"]);
  });

  it("builds on the one before it, and one without its sidecar is passed over", async () => {
    using folder = temporaryFolder("v2-next");
    const log = await v2Table(folder.path);
    await commit(log, [{ remove: remove("c") }, { add: add("e") }], WHOLE_TABLE);
    await fresh(folder.path).checkpoint();
    const expected = ["b", "d", "e"];
    expect(await livePaths(await fresh(folder.path).snapshot())).toEqual(expected);
    const stats = [];
    for await (const batch of (await fresh(folder.path).snapshot()).files())
      stats.push(...batch.map((one) => one.stats));
    expect(stats).toContain(STATS);
    const newest =
      readdirSync(path.join(folder.path, "_delta_log", "_sidecars"))
        .sort()
        .at(-1) ?? "";
    rmSync(path.join(folder.path, "_delta_log", "_sidecars", newest));
    expect(await livePaths(await fresh(folder.path).snapshot())).toEqual(expected);
    removeCommits(folder.path);
    await expect(fresh(folder.path).snapshot()).rejects.toMatchObject({ condition: "DELTA_MALFORMED_LOG_FILE" });
  });

  it("may be JSON, with the files in itself, under either name", async () => {
    using folder = temporaryFolder("v2-json");
    await v2Table(folder.path);
    const at = (name: string): string => path.join(folder.path, "_delta_log", name);
    for (const name of logFiles(folder.path, /checkpoint/)) rmSync(at(name));
    const lines = [
      { checkpointMetadata: { version: 2, tags: { any: "thing" } } },
      {
        protocol: {
          minReaderVersion: 3,
          minWriterVersion: 7,
          readerFeatures: ["v2Checkpoint"],
          writerFeatures: ["v2Checkpoint"],
        },
      },
      { metaData: metadata({ configuration: { "delta.checkpointPolicy": "v2" } }) },
      { add: { path: "b", partitionValues: {}, size: 10, modificationTime: 0, dataChange: false } },
      { remove: { path: "a", deletionTimestamp: Date.now(), dataChange: false } },
      { unheardOf: { a: 1 } },
    ];
    const json = lines.map((one) => JSON.stringify(one)).join("\n");
    writeFileSync(at("00000000000000000002.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"), json);
    for (const version of [0, 1, 2]) rmSync(at(`0000000000000000000${version}.json`));
    const snapshot = await fresh(folder.path).snapshot();
    expect([snapshot.version, await livePaths(snapshot)]).toEqual([3, ["b", "d"]]);
    await fresh(folder.path).checkpoint();
    removeCommits(folder.path);
    expect(await livePaths(await fresh(folder.path).snapshot())).toEqual(["b", "d"]);
  });
});

describe("transactions of applications", () => {
  it("leave the checkpoint when delta.setTransactionRetentionDuration is over", async () => {
    using folder = temporaryFolder("txn");
    const log = fresh(folder.path);
    const configuration = { "delta.setTransactionRetentionDuration": "interval 1 day" };
    const now = Date.now();
    await commit(log, [
      { metaData: metadata({ configuration }) },
      { txn: { appId: "old", version: 1, lastUpdated: now - 2 * 86_400_000 } },
      { txn: { appId: "new", version: 1, lastUpdated: now } },
      { txn: { appId: "timeless", version: 1 } },
    ]);
    await log.checkpoint();
    removeCommits(folder.path);
    expect([...(await (await fresh(folder.path).snapshot()).transactions()).keys()]).toEqual(["new", "timeless"]);
  });
});
