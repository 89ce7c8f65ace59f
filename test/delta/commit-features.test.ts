import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Action, AddFile, CommitInfo, DomainMetadata, Metadata } from "../../src/delta/actions.js";
import type { DeltaLog } from "../../src/delta/contract.js";
import type { MemoryStorage } from "../../src/storage/memory-storage.js";
import {
  add,
  commit,
  LOCATION,
  memoryLog,
  metadata,
  remove,
  request,
  secondLog,
  version,
  WHOLE_TABLE,
} from "./log-fixture.js";

async function actionsOf(log: DeltaLog, at: number): Promise<{ readonly add: AddFile[] } & Partial<Written>> {
  const actions = await log.commit(at);
  const last = <Key extends keyof Written>(key: Key): Written[Key] | undefined =>
    actions.map((action) => (action as Partial<Written>)[key]).findLast((body) => body !== undefined);
  return {
    add: actions.flatMap((action) => ("add" in action ? [action.add] : [])),
    commitInfo: last("commitInfo"),
    metaData: last("metaData"),
    domainMetadata: last("domainMetadata"),
  } as { readonly add: AddFile[] } & Partial<Written>;
}

interface Written {
  readonly commitInfo: CommitInfo;
  readonly metaData: Metadata;
  readonly domainMetadata: DomainMetadata;
}

describe("in-commit timestamps", () => {
  const enabled = { "delta.enableInCommitTimestamps": "true" };

  it("grow from commit to commit, whatever the clock says, and are the time of the version", async () => {
    let now = 5_000;
    const { log, storage } = memoryLog({ now: () => now });
    await commit(log, [{ metaData: metadata({ configuration: enabled }) }]);
    now = 3_000;
    await commit(log, [{ add: add("a") }]);
    now = 9_000;
    await commit(log, [{ add: add("b") }]);
    const told = await Promise.all(
      [0, 1, 2].map(async (at) => (await actionsOf(log, at)).commitInfo?.inCommitTimestamp),
    );
    expect(told).toEqual([5_000, 5_001, 9_000]);
    const first = (await storage.readText(path.join(LOCATION, "_delta_log/00000000000000000001.json"))).split("\n")[0];
    expect(first).toMatch(/^\{"commitInfo":\{"inCommitTimestamp":5001,/);
    // The files' own times are of another year.
    expect((await secondLog(storage).snapshot()).timestamp).toBe(9_000);
    expect((await secondLog(storage).history()).map((entry) => entry.timestamp)).toEqual([9_000, 5_001, 5_000]);
    expect(await secondLog(storage).versionAt(8_999)).toBe(1);
    const { metaData } = await actionsOf(log, 0);
    expect(Object.keys(metaData?.configuration ?? {})).toEqual(["delta.enableInCommitTimestamps"]);
  });

  it("of a commit that lost a race are later than the winner's", async () => {
    const { log, storage } = memoryLog({ now: () => 100 });
    await commit(log, [{ metaData: metadata({ configuration: enabled }) }]);
    const mine = await log.startTransaction();
    await commit(secondLog(storage, { now: () => 7_777 }), [{ add: add("w") }]);
    expect(version(await mine.commit(request([{ add: add("m") }])))).toBe(2);
    expect((await actionsOf(log, 2)).commitInfo?.inCommitTimestamp).toBe(7_778);
  });

  it("that begin on an existing table say where, also behind a winner", async () => {
    const { log, storage } = memoryLog({ now: () => 1_700_000_900_000 });
    await commit(log, [{ metaData: metadata() }]);
    const mine = await log.startTransaction();
    await commit(secondLog(storage), [{ add: add("w") }]);
    const before = (await secondLog(storage).snapshot()).timestamp;
    expect(version(await mine.commit(request([{ metaData: metadata({ configuration: enabled }) }])))).toBe(2);
    const { metaData, commitInfo } = await actionsOf(log, 2);
    expect(metaData?.configuration).toEqual({
      ...enabled,
      "delta.inCommitTimestampEnablementVersion": "2",
      "delta.inCommitTimestampEnablementTimestamp": "1700000900000",
    });
    expect(commitInfo?.inCommitTimestamp).toBe(1_700_000_900_000);
    // A replacement of the properties forgets nothing of it.
    await commit(log, [{ metaData: metadata({ configuration: { ...enabled, x: "y" } }) }]);
    expect((await actionsOf(log, 3)).metaData?.configuration).toMatchObject({
      "delta.inCommitTimestampEnablementVersion": "2",
    });
    // Before that version the files tell.
    expect(await secondLog(storage).versionAt(before)).toBe(1);
    expect(await secondLog(storage).versionAt(1_700_000_900_000)).toBe(2);
    const ended = { "delta.enableInCommitTimestamps": "false" };
    await commit(log, [{ metaData: metadata({ configuration: ended }) }]);
    expect((await actionsOf(log, 4)).commitInfo?.inCommitTimestamp).toBeUndefined();
    await commit(log, [{ metaData: metadata({ configuration: enabled }) }]);
    expect((await actionsOf(log, 5)).metaData?.configuration).toMatchObject({
      "delta.inCommitTimestampEnablementVersion": "5",
    });
  });
});

describe("a dropped feature", () => {
  it("is guarded up to the version that drops it, also behind a winner", async () => {
    const { log, storage } = memoryLog();
    await commit(log, [{ metaData: metadata() }]);
    const mine = await log.startTransaction();
    await commit(secondLog(storage), [{ add: add("w") }]);
    const configuration = { "delta.requireCheckpointProtectionBeforeVersion": "1" };
    expect(version(await mine.commit(request([{ metaData: metadata({ configuration }) }])))).toBe(2);
    const guarded = { "delta.requireCheckpointProtectionBeforeVersion": "2" };
    expect((await log.snapshot()).metadata.configuration).toEqual(guarded);
    await commit(log, [{ metaData: metadata({ configuration: guarded }) }]);
    expect((await log.snapshot()).metadata.configuration).toEqual(guarded);
  });
});

describe("row tracking", () => {
  const tracked = metadata({ configuration: { "delta.enableRowTracking": "true" } });
  const withRows = (name: string, rows: number, changes: Partial<AddFile> = {}): Action => ({
    add: add(name, { stats: `{"numRecords":${rows}}`, ...changes }),
  });
  const ids = (files: readonly AddFile[]): unknown =>
    files.map((file) => [file.path, file.baseRowId, file.defaultRowCommitVersion]);

  async function trackedTable(): Promise<{ readonly log: DeltaLog; readonly storage: MemoryStorage }> {
    const { log, storage } = memoryLog();
    await commit(log, [{ metaData: tracked }]);
    return { log, storage };
  }

  it("gives each row an id of its own, above the mark that the table keeps", async () => {
    const { log } = await trackedTable();
    await commit(log, [withRows("a", 10), withRows("b", 5)]);
    await commit(log, [withRows("c", 1)]);
    expect(ids((await actionsOf(log, 1)).add)).toEqual([
      ["a", 0, 1],
      ["b", 10, 1],
    ]);
    expect(ids((await actionsOf(log, 2)).add)).toEqual([["c", 15, 2]]);
    expect((await actionsOf(log, 2)).domainMetadata).toEqual({
      domain: "delta.rowTracking",
      configuration: '{"rowIdHighWaterMark":15,"domainName":"delta.rowTracking"}',
      removed: false,
    });
    const { configuration } = (await log.snapshot()).metadata;
    expect(configuration["delta.rowTracking.materializedRowIdColumnName"]).toMatch(/^_row-id-col-/);
    expect((await log.snapshot()).protocol.writerFeatures).toEqual(
      expect.arrayContaining(["rowTracking", "domainMetadata"]),
    );
    await commit(log, [{ metaData: { ...tracked, description: "new" } }]);
    expect((await log.snapshot()).metadata.configuration).toEqual(configuration);
  });

  it("of commits that race gives each other ids and versions; the domain is no conflict", async () => {
    const { log, storage } = await trackedTable();
    const mine = await log.startTransaction();
    await commit(secondLog(storage), [withRows("w", 7)]);
    expect(version(await mine.commit(request([withRows("m", 3)])))).toBe(2);
    const { add: files, domainMetadata } = await actionsOf(log, 2);
    expect(ids(files)).toEqual([["m", 7, 2]]);
    expect(domainMetadata?.configuration).toContain('"rowIdHighWaterMark":9');
  });

  it("keeps ids where a file only gets a deletion vector, and says where a rewrite did not", async () => {
    const { log } = await trackedTable();
    await commit(log, [withRows("a", 4), withRows("b", 4)]);
    const deletionVector = { storageType: "i", pathOrInlineDv: "x", sizeInBytes: 1, cardinality: 1 } as const;
    const removed = { baseRowId: 0, defaultRowCommitVersion: 1 };
    await commit(log, [{ remove: remove("a", removed) }, withRows("a", 4, { deletionVector })], WHOLE_TABLE);
    const marked = await actionsOf(log, 2);
    expect(ids(marked.add)).toEqual([["a", 0, 1]]);
    expect(marked.domainMetadata).toBeUndefined();
    expect(marked.commitInfo?.tags).toEqual({ "delta.rowTracking.preserved": "true" });
    await commit(log, [{ remove: remove("b", { baseRowId: 4 }) }, withRows("b2", 3)], WHOLE_TABLE);
    const rewritten = await actionsOf(log, 3);
    expect(ids(rewritten.add)).toEqual([["b2", 8, 3]]);
    expect(rewritten.commitInfo?.tags).toEqual({ "delta.rowTracking.preserved": "false" });
  });

  it("does not give ids of files that come from elsewhere again", async () => {
    const { log } = await trackedTable();
    await commit(log, [withRows("restored", 5, { baseRowId: 100, defaultRowCommitVersion: 0 }), withRows("new", 2)]);
    const { add: files, domainMetadata } = await actionsOf(log, 1);
    expect(ids(files)).toEqual([
      ["restored", 100, 0],
      ["new", 105, 1],
    ]);
    expect(domainMetadata?.configuration).toContain('"rowIdHighWaterMark":106');
  });

  it("refuses files that do not tell their rows, and a mark that says nothing", async () => {
    const { log } = await trackedTable();
    await expect(commit(log, [{ add: add("a") }])).rejects.toMatchObject({
      condition: "DELTA_ROW_ID_ASSIGNMENT_WITHOUT_STATS",
    });
    expect((await log.snapshot()).version).toBe(0);
  });
});

describe("metadata domains", () => {
  const domain = (name: string): Action => ({
    domainMetadata: { domain: name, configuration: "{}", removed: false },
  });

  it("need their feature, and are named once a commit", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata() }]);
    await expect(commit(log, [domain("d")])).rejects.toMatchObject({
      condition: "DELTA_DOMAIN_METADATA_NOT_SUPPORTED",
    });
    const protocol = {
      minReaderVersion: 1,
      minWriterVersion: 7,
      writerFeatures: ["appendOnly", "invariants", "domainMetadata"],
    };
    await commit(log, [{ protocol }, domain("d")]);
    await expect(commit(log, [domain("d"), domain("d")])).rejects.toMatchObject({
      condition: "DELTA_DUPLICATE_DOMAIN_METADATA_INTERNAL_ERROR",
    });
    expect([...(await log.snapshot().then((snapshot) => snapshot.domains())).keys()]).toEqual(["d"]);
  });

  it("two deletion vectors for one file are refused", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata() }]);
    const vector = { storageType: "i", sizeInBytes: 1, cardinality: 1 } as const;
    await expect(
      commit(log, [
        { add: add("a", { deletionVector: { ...vector, pathOrInlineDv: "x" } }) },
        { add: add("a", { deletionVector: { ...vector, pathOrInlineDv: "y" } }) },
      ]),
    ).rejects.toMatchObject({ condition: "DELTA_DUPLICATE_ACTIONS_FOUND" });
  });
});
