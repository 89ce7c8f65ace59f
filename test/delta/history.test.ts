import { describe, expect, it } from "vitest";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";
import { add, commit, LOCATION, memoryLog, metadata, NO_ENGINE, request, version } from "./log-fixture.js";

describe("history", () => {
  it("gives the newest commits first, as many as asked for", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata() }]);
    for (const operation of ["MERGE", "DELETE"]) {
      version(
        await (await log.startTransaction()).commit(request([{ add: add(operation) }], undefined, { operation })),
      );
    }
    const history = await log.history();
    expect(history.map((entry) => [entry.version, entry.commitInfo.operation])).toEqual([
      [2, "DELETE"],
      [1, "MERGE"],
      [0, "WRITE"],
    ]);
    expect((await log.history(1)).map((entry) => entry.version)).toEqual([2]);
    expect((await log.snapshot()).timestamp).toBe(history[0]?.timestamp);
  });

  it("of no table is an error", async () => {
    await expect(memoryLog().log.history()).rejects.toMatchObject({ condition: "DELTA_TABLE_NOT_FOUND" });
  });
});

describe("the version at a time", () => {
  const minute = 60_000;

  async function tableAt(times: readonly number[]) {
    let time = 0;
    const storage = new MemoryStorage(() => time);
    const log = createDeltaLog(storage, NO_ENGINE, LOCATION);
    for (const [index, one] of times.entries()) {
      time = one;
      await commit(log, index === 0 ? [{ metaData: metadata() }] : [{ add: add(`${index}`) }]);
    }
    return log;
  }

  it("is the newest at or before it", async () => {
    const log = await tableAt([10 * minute, 20 * minute, 30 * minute]);
    expect(await log.versionAt(10 * minute)).toBe(0);
    expect(await log.versionAt(20 * minute - 1)).toBe(0);
    expect(await log.versionAt(20 * minute)).toBe(1);
    expect(await log.versionAt(30 * minute)).toBe(2);
  });

  it("before the first and after the last is an error that names them", async () => {
    const log = await tableAt([10 * minute, 20 * minute]);
    await expect(log.versionAt(minute)).rejects.toMatchObject({
      condition: "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION",
      parameters: { commitTs: "1970-01-01T00:10:00.000Z" },
    });
    await expect(log.versionAt(21 * minute)).rejects.toMatchObject({
      condition: "DELTA_TIMESTAMP_GREATER_THAN_COMMIT",
      parameters: { maximumTimestamp: "1970-01-01T00:20:00.000Z" },
    });
  });

  it("goes forward where the clock went backwards", async () => {
    const log = await tableAt([10 * minute, 30 * minute, 20 * minute, 40 * minute]);
    expect((await log.history()).map((entry) => entry.timestamp)).toEqual([
      40 * minute,
      30 * minute + 1,
      30 * minute,
      10 * minute,
    ]);
    expect(await log.versionAt(20 * minute)).toBe(0);
    expect(await log.versionAt(30 * minute)).toBe(1);
    expect(await log.versionAt(35 * minute)).toBe(2);
    expect((await log.snapshot(2)).timestamp).toBe(30 * minute + 1);
  });
});
