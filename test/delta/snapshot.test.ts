import { rmSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/delta/actions.js";
import type { DeltaLog } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { jsonChecksum } from "../../src/delta/json-checksum.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import {
  add,
  commit,
  livePaths,
  memoryLog,
  metadata,
  remove,
  secondLog,
  temporaryFolder,
  WHOLE_TABLE,
} from "./log-fixture.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

const storage = new LocalStorage({ durable: false });

describe("a snapshot", () => {
  it("stays as it was while the table moves on", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata() }, { add: add("a") }]);
    const before = await log.snapshot();
    await commit(log, [{ remove: remove("a") }, { add: add("b") }], WHOLE_TABLE);
    expect([before.version, await livePaths(before)]).toEqual([0, ["a"]]);
    expect(await livePaths(await log.snapshot())).toEqual(["b"]);
    expect(await livePaths(await log.snapshot(0))).toEqual(["a"]);
  });

  it("follows other writers, and notices that the table was replaced by a new one", async () => {
    const { log, storage: memory } = memoryLog();
    await commit(log, [{ metaData: metadata() }, { add: add("a") }]);
    await log.snapshot();
    const other = secondLog(memory);
    await commit(other, [{ add: add("b") }]);
    expect(await livePaths(await log.snapshot())).toEqual(["a", "b"]);
    await memory.deleteFolder(log.location);
    await commit(secondLog(memory), [{ metaData: metadata({ id: "another" }) }, { add: add("c") }]);
    const replaced = await log.snapshot();
    expect([replaced.version, replaced.metadata.id, await livePaths(replaced)]).toEqual([0, "another", ["c"]]);
  });

  it("gives the sizes, transactions and domains", async () => {
    const { log } = memoryLog();
    const protocol = { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["domainMetadata"] };
    const domain = (name: string, removed: boolean): Action => ({
      domainMetadata: { domain: name, configuration: "{}", removed },
    });
    await commit(log, [{ protocol }, { metaData: metadata() }, domain("d", false), domain("e", false)]);
    await commit(log, [{ txn: { appId: "app", version: 1 } }, { add: add("a", { size: 5 }) }]);
    await commit(log, [{ txn: { appId: "app", version: 7 } }, { add: add("b", { size: 6 }) }, domain("d", true)]);
    const snapshot = await log.snapshot();
    expect(await snapshot.size()).toEqual({ files: 2, bytes: 11 });
    expect(await snapshot.transaction("app")).toEqual({ appId: "app", version: 7 });
    expect(await snapshot.transaction("other")).toBeUndefined();
    expect([...(await snapshot.domains()).keys()]).toEqual(["e"]);
  });
});

interface Step {
  readonly adds: readonly number[];
  readonly removes: readonly number[];
  readonly appId: number | undefined;
  readonly checkpoint: boolean;
}

/** Names that need encoding, and two logs' spellings of each. */
const NAMES = ["a.parquet", "b c.parquet", "d=ä%2F/e#.parquet", "ü/100%25.parquet", "x+y.parquet"];
const spelling = (name: string, other: boolean): string =>
  other ? encodeURI(name).replaceAll("#", "%23").replaceAll("a", "%61") : encodeURI(name).replaceAll("#", "%23");

const step: fc.Arbitrary<Step> = fc.record({
  adds: fc.uniqueArray(fc.nat(NAMES.length - 1), { maxLength: 3 }),
  removes: fc.uniqueArray(fc.nat(NAMES.length - 1), { maxLength: 3 }),
  appId: fc.option(fc.nat(2), { nil: undefined }),
  checkpoint: fc.boolean(),
});

describe("replay", () => {
  it("gives the state of a model at each version: followed, read afresh, and over checkpoints", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.boolean(), async (steps, otherSpelling) => {
        using folder = temporaryFolder("replay");
        const log = createDeltaLog(storage, engine, folder.path);
        await commit(log, [{ metaData: metadata({ configuration: { "delta.checkpointInterval": "100000" } }) }]);
        const live = new Set<string>();
        const states: string[][] = [[]];
        const apps = new Map<string, number>();
        for (const [index, one] of steps.entries()) {
          const removes = one.removes.filter((file) => !one.adds.includes(file));
          const at = (file: number, other: boolean): string => spelling(NAMES[file] as string, other);
          await commit(
            log,
            [
              ...one.adds.map((file): Action => ({ add: add(at(file, false)) })),
              ...removes.map((file): Action => ({ remove: remove(at(file, otherSpelling)) })),
              ...(one.appId === undefined ? [] : [{ txn: { appId: `app${one.appId}`, version: index } }]),
            ],
            WHOLE_TABLE,
          );
          for (const file of one.adds) live.add(at(file, false));
          for (const file of removes) live.delete(at(file, false));
          if (one.appId !== undefined) apps.set(`app${one.appId}`, index);
          states.push([...live].sort());
          // Built now on memory only, now on the checkpoint before.
          const writer = index % 2 === 0 ? log : createDeltaLog(storage, engine, folder.path);
          if (one.checkpoint) await writer.checkpoint();
        }
        const fresh = createDeltaLog(storage, engine, folder.path);
        for (const one of [log, fresh]) {
          const snapshot = await one.snapshot();
          expect(await livePaths(snapshot)).toEqual(states.at(-1));
          const seen = [...(await snapshot.transactions()).values()].map(
            ({ appId, version }) => [appId, version] as const,
          );
          expect(new Map(seen)).toEqual(apps);
        }
        for (const [version, paths] of states.entries()) {
          expect(await livePaths(await fresh.snapshot(version))).toEqual(paths);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("a checkpoint", () => {
  async function tableOf(folder: string, commits: number): Promise<DeltaLog> {
    const log = createDeltaLog(storage, engine, folder);
    await commit(log, [{ metaData: metadata({ partitionColumns: ["day"] }) }]);
    for (let i = 1; i <= commits; i++) {
      const stats = `{"numRecords":${i},"minValues":{"id":9007199254740993},"nullCount":{"id":0}}`;
      await commit(log, [{ add: add(`f${i}`, { partitionValues: { day: i === 2 ? null : "2024-01-0 %" }, stats }) }]);
    }
    return log;
  }

  it("is written every delta.checkpointInterval commits, and then the commits before it are not needed", async () => {
    using folder = temporaryFolder("checkpoint");
    const log = await tableOf(folder.path, 12);
    const hint = JSON.parse(await storage.readText(path.join(folder.path, "_delta_log/_last_checkpoint")));
    expect(hint).toEqual({
      version: 10,
      size: 12,
      sizeInBytes: expect.any(Number),
      numOfAddFiles: 10,
      checksum: jsonChecksum(hint),
    });
    const expected = await collect(await log.snapshot());
    for (let version = 0; version <= 10; version++) await storage.delete(commitPath(folder.path, version));
    const fresh = createDeltaLog(storage, engine, folder.path);
    expect(await collect(await fresh.snapshot())).toEqual(
      expected.map((file) => ({ ...file, dataChange: expect.anything() })),
    );
    await expect(fresh.snapshot(9)).rejects.toMatchObject({ condition: "DELTA_VERSION_NOT_FOUND" });
    expect((await fresh.snapshot(10)).version).toBe(10);
  });

  it("has the shapes of the protocol: absent actions are NULL, keys of maps are required, versions are INT32", async () => {
    using folder = temporaryFolder("checkpoint-shape");
    await tableOf(folder.path, 10);
    const file = path.join(folder.path, "_delta_log/00000000000000000010.checkpoint.parquet");
    const { rows } = await engine.run(`SELECT name, type, repetition_type FROM parquet_schema('${file}')`);
    const leaf = (name: string): unknown => rows.find((row) => row[0] === name)?.slice(1);
    expect(leaf("minReaderVersion")).toEqual(["INT32", "OPTIONAL"]);
    expect(leaf("modificationTime")).toEqual(["INT64", "OPTIONAL"]);
    expect(leaf("key")).toEqual(["BYTE_ARRAY", "REQUIRED"]);
    const counts = await engine.run(
      `SELECT count(add), count(remove), count(metaData), count(protocol), count(txn), count(domainMetadata), count(*) FROM '${file}'`,
    );
    expect(counts.rows[0]?.map(Number)).toEqual([10, 0, 1, 1, 0, 0, 12]);
  });

  it("keeps removed files as long as their retention lasts", async () => {
    using folder = temporaryFolder("checkpoint-removes");
    const now = Date.now();
    const log = createDeltaLog(storage, engine, folder.path);
    const configuration = { "delta.deletedFileRetentionDuration": "interval 2 days" };
    await commit(log, [
      { metaData: metadata({ configuration }) },
      { add: add("a") },
      { add: add("b") },
      { add: add("c") },
    ]);
    await commit(log, [{ remove: remove("a", { deletionTimestamp: now - 3 * 86_400_000 }) }], WHOLE_TABLE);
    await commit(log, [{ remove: remove("b", { deletionTimestamp: now - 86_400_000 }) }], WHOLE_TABLE);
    await log.checkpoint();
    const removed = async (version: number): Promise<unknown> => {
      const file = path.join(folder.path, `_delta_log/${String(version).padStart(20, "0")}.checkpoint.parquet`);
      return (await engine.run(`SELECT remove.path FROM '${file}' WHERE remove IS NOT NULL ORDER BY 1`)).rows.flat();
    };
    expect(await removed(2)).toEqual(["b"]);
    // Built on the first checkpoint by another process: from there, and later when its time is over.
    await commit(log, [{ add: add("d") }]);
    await createDeltaLog(storage, engine, folder.path).checkpoint();
    expect(await removed(3)).toEqual(["b"]);
    await commit(log, [{ add: add("e") }]);
    await createDeltaLog(storage, engine, folder.path, { now: () => now + 2 * 86_400_000 }).checkpoint();
    expect(await removed(4)).toEqual([]);
  });

  it("that fails leaves the commit in place and is reported", async () => {
    using folder = temporaryFolder("checkpoint-failure");
    const failures: unknown[] = [];
    const broken = new Proxy(engine, {
      get: (target, name) =>
        name === "writeParquet" ? () => Promise.reject(new Error("disk full")) : Reflect.get(target, name).bind(target),
    });
    const log = createDeltaLog(storage, broken, folder.path, {
      onCheckpointFailure: (error, _l, version) => failures.push([error, version]),
    });
    await commit(log, [{ metaData: metadata({ configuration: { "delta.checkpointInterval": "1" } }) }]);
    expect(await commit(log, [{ add: add("a") }])).toBe(1);
    expect(failures).toEqual([[new Error("disk full"), 1]]);
    expect((await storage.list(path.join(folder.path, "_delta_log"))).map(({ name }) => name)).toEqual([
      "00000000000000000000.json",
      "00000000000000000001.json",
    ]);
    expect((await log.snapshot()).version).toBe(1);
  });

  it("that cannot be read is passed over, or named where nothing else is left", async () => {
    using folder = temporaryFolder("checkpoint-broken");
    const log = await tableOf(folder.path, 11);
    const expected = await livePaths(await log.snapshot());
    const file = path.join(folder.path, "_delta_log/00000000000000000010.checkpoint.parquet");
    const bytes = await storage.read(file);
    await storage.replace(file, bytes.slice(0, bytes.length / 2));
    expect(await livePaths(await createDeltaLog(storage, engine, folder.path).snapshot())).toEqual(expected);
    await storage.replace(file, "");
    expect(await livePaths(await createDeltaLog(storage, engine, folder.path).snapshot())).toEqual(expected);
    await storage.replace(file, "PAR1 no parquet PAR1");
    rmSync(commitPath(folder.path, 0));
    await expect(createDeltaLog(storage, engine, folder.path).snapshot()).rejects.toMatchObject({
      condition: "DELTA_MALFORMED_LOG_FILE",
      location: { file },
    });
  });
});

function commitPath(location: string, version: number): string {
  return path.join(location, "_delta_log", `${String(version).padStart(20, "0")}.json`);
}

async function collect(snapshot: Awaited<ReturnType<DeltaLog["snapshot"]>>) {
  const files = [];
  for await (const batch of snapshot.files()) files.push(...batch);
  return files.sort((a, b) => a.path.localeCompare(b.path));
}
