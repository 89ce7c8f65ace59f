import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Action } from "../../src/delta/actions.js";
import { printActions } from "../../src/delta/commit-file.js";
import type { DeltaLog } from "../../src/delta/contract.js";
import { listLog } from "../../src/delta/log-listing.js";
import { logSegments } from "../../src/delta/log-segment.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";
import { add, LOCATION, livePaths, metadata, secondLog } from "./log-fixture.js";

let storage: MemoryStorage;
beforeEach(async () => {
  let time = 0;
  storage = new MemoryStorage(() => (time += 1));
  await storage.createFolder(path.join(LOCATION, "_delta_log"));
});

const put = (name: string, content = "x"): Promise<void> =>
  storage.replace(path.join(LOCATION, "_delta_log", name), content);
const padded = (version: number): string => String(version).padStart(20, "0");
async function putCommits(...versions: number[]): Promise<void> {
  for (const version of versions) {
    const first: Action[] = [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData: metadata() }];
    await put(`${padded(version)}.json`, printActions([...(version === 0 ? first : []), { add: add(`f${version}`) }]));
  }
}

/** Version, checkpoint and commits of the best segment. */
async function best(version?: number): Promise<unknown> {
  for await (const segment of logSegments(storage, LOCATION, version)) {
    return [segment.version, segment.checkpoint?.version, segment.commits.map((commit) => commit.version)];
  }
  return undefined;
}

describe("the log segment", () => {
  it("is the newest complete checkpoint and what follows it", async () => {
    await putCommits(0, 1, 2, 3, 4);
    await put(`${padded(1)}.checkpoint.parquet`);
    await put(`${padded(3)}.checkpoint.0000000001.0000000002.parquet`);
    expect(await best()).toEqual([4, 1, [2, 3, 4]]);
    await put(`${padded(3)}.checkpoint.0000000002.0000000002.parquet`);
    expect(await best()).toEqual([4, 3, [4]]);
    expect(await best(2)).toEqual([2, 1, [2]]);
    expect(await best(0)).toEqual([0, undefined, [0]]);
  });

  it("does not need the hint, whatever is wrong with it", async () => {
    await putCommits(0, 1, 2, 3);
    await put(`${padded(2)}.checkpoint.parquet`);
    for (const hint of [
      undefined,
      "",
      "{",
      "null",
      '{"version":"2"}',
      '{"version":1}',
      '{"version":99}',
      '{"version":2}',
      '{"version":-1}',
    ]) {
      if (hint !== undefined) await put("_last_checkpoint", hint);
      expect(await best()).toEqual([3, 2, [3]]);
    }
  });

  it("leaves alone what is none of its files", async () => {
    await putCommits(0, 1);
    for (const name of [
      ".a.tmp",
      "00000000000000000001.crc",
      "0000000000000000000a.json",
      `${padded(0)}.${padded(1)}.compacted.json`,
      "_commits",
    ]) {
      await put(name);
    }
    expect(await best()).toEqual([1, undefined, [0, 1]]);
    expect(await listLog(storage, LOCATION)).toMatchObject({ checkpoints: [] });
  });

  it("with a gap is refused, unless a checkpoint bridges it", async () => {
    await putCommits(0, 1, 3, 4);
    await expect(best()).rejects.toMatchObject({
      condition: "DELTA_VERSIONS_NOT_CONTIGUOUS",
      parameters: { versionToLoad: "2" },
    });
    expect(await best(1)).toEqual([1, undefined, [0, 1]]);
    await put(`${padded(3)}.checkpoint.parquet`);
    expect(await best()).toEqual([4, 3, [4]]);
    await putCommits(6);
    await expect(best()).rejects.toMatchObject({ condition: "DELTA_VERSIONS_NOT_CONTIGUOUS" });
  });

  it("whose beginning is cut off is refused, and names the versions that are there", async () => {
    await putCommits(5, 6);
    await expect(best()).rejects.toMatchObject({ condition: "DELTA_TRUNCATED_TRANSACTION_LOG" });
    await put(`${padded(5)}.checkpoint.parquet`);
    expect(await best()).toEqual([6, 5, [6]]);
    await expect(best(4)).rejects.toMatchObject({
      condition: "DELTA_VERSION_NOT_FOUND",
      parameters: { earliest: "5", latest: "6" },
    });
    await expect(best(7)).rejects.toMatchObject({ condition: "DELTA_VERSION_NOT_FOUND" });
    await put("_last_checkpoint", '{"version":5}');
    await expect(best(7)).rejects.toMatchObject({ condition: "DELTA_VERSION_NOT_FOUND", parameters: { latest: "6" } });
  });

  it("may begin with a checkpoint that is named by a UUID", async () => {
    await putCommits(3, 4);
    await put(`${padded(2)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.parquet`, "");
    await expect(best()).rejects.toMatchObject({ condition: "DELTA_TRUNCATED_TRANSACTION_LOG" });
    await put(`${padded(2)}.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a12.json`);
    expect(await best()).toEqual([4, 2, [3, 4]]);
  });

  it("of a folder without commits is no table", async () => {
    await put("_last_checkpoint", '{"version":5}');
    await expect(best()).rejects.toMatchObject({ condition: "DELTA_TABLE_NOT_FOUND" });
  });
});

describe("compacted commits", () => {
  const compacted = (first: number, last: number): string => `${padded(first)}.${padded(last)}.compacted.json`;
  const spans = async (): Promise<unknown> => {
    for await (const { compacted: files } of logSegments(storage, LOCATION)) {
      return files.map(({ first, version }) => [first, version]);
    }
    return undefined;
  };

  it("are read in place of the commits, those that reach furthest, but never for the last one", async () => {
    await putCommits(0, 1, 2, 3, 4, 5);
    for (const [first, last] of [
      [0, 1],
      [1, 2],
      [1, 4],
      [3, 5],
    ] as const) {
      await put(compacted(first, last), printActions([{ add: add(`f${first}to${last}`) }]));
    }
    expect(await spans()).toEqual([[0, 1]]);
    await storage.delete(path.join(LOCATION, "_delta_log", compacted(0, 1)));
    expect(await spans()).toEqual([[1, 4]]);
    const snapshot = await secondLog(storage).snapshot();
    expect([snapshot.version, await livePaths(snapshot)]).toEqual([5, ["f0", "f1to4", "f5"]]);
    // Each commit counts for the time, as if it had been read.
    const { timestamp } = (await secondLog(storage).history())[0] ?? {};
    expect(snapshot.timestamp).toBe(timestamp);
  });

  it("that are no good are passed over", async () => {
    await putCommits(0, 1, 2, 3);
    for (const content of ["{", " ", printActions([{ add: add("x") }, { add: add("x") }])]) {
      await put(compacted(1, 2), content);
      expect(await livePaths(await secondLog(storage).snapshot())).toEqual(["f0", "f1", "f2", "f3"]);
    }
  });
});

describe("a damaged commit", () => {
  const log = (): DeltaLog => secondLog(storage);

  it("is an error with file and line, never fewer rows", async () => {
    await putCommits(0);
    const file = path.join(LOCATION, "_delta_log", `${padded(1)}.json`);
    const lines = [
      `{"add":{"path":"x","partitionValues":{},"size":1}}`,
      `{"add":{"path":"y","partitionValues":{},"size":1,"dataChange":tru`,
    ];
    await put(`${padded(1)}.json`, lines.join("\n"));
    await expect(log().snapshot()).rejects.toMatchObject({
      condition: "DELTA_MALFORMED_LOG_FILE",
      location: { file, line: 2 },
    });
    await put(`${padded(1)}.json`, "");
    await expect(log().snapshot()).rejects.toMatchObject({ condition: "DELTA_MALFORMED_LOG_FILE", location: { file } });
    await put(`${padded(1)}.json`, '{"add":{"path":7}}');
    await expect(log().snapshot()).rejects.toMatchObject({ condition: "DELTA_MALFORMED_LOG_FILE" });
  });

  it("of version 0 without protocol or metadata is named", async () => {
    await put(`${padded(0)}.json`, printActions([{ metaData: metadata() }]));
    await expect(log().snapshot()).rejects.toMatchObject({
      condition: "DELTA_STATE_RECOVER_ERROR",
      parameters: { operation: "protocol" },
    });
    await put(`${padded(0)}.json`, printActions([{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }]));
    await expect(log().snapshot()).rejects.toMatchObject({
      condition: "DELTA_STATE_RECOVER_ERROR",
      parameters: { operation: "metadata" },
    });
  });

  it("does not hide the versions before it", async () => {
    await putCommits(0, 1);
    await put(`${padded(2)}.json`, "{");
    expect(await livePaths(await log().snapshot(1))).toEqual(["f0", "f1"]);
  });
});
