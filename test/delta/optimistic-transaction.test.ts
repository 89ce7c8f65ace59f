import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Action } from "../../src/delta/actions.js";
import type { CommitRequest, ReadSet } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";
import type { PutResult } from "../../src/storage/storage.js";
import { failedRead, failedWrite, notDurable, unknownWriteOutcome } from "../../src/storage/storage-error.js";
import {
  add,
  BLIND,
  commit,
  LOCATION,
  livePaths,
  memoryLog,
  metadata,
  NO_ENGINE,
  remove,
  request,
  secondLog,
  temporaryFolder,
  version,
  WHOLE_TABLE,
} from "./log-fixture.js";

describe("a commit", () => {
  it("creates a table at version 0 with the lowest protocol, commitInfo first", async () => {
    const { log, storage } = memoryLog({ engineInfo: "lakelet/test", now: () => 42 });
    expect(await log.exists()).toBe(false);
    await expect(log.snapshot()).rejects.toMatchObject({ condition: "DELTA_TABLE_NOT_FOUND" });
    expect(await commit(log, [{ metaData: metadata() }, { add: add("a.parquet") }])).toBe(0);
    expect(await log.exists()).toBe(true);
    const lines = (await storage.readText(path.join(LOCATION, "_delta_log/00000000000000000000.json")))
      .trim()
      .split("\n");
    expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual([
      "commitInfo",
      "protocol",
      "metaData",
      "add",
    ]);
    expect(JSON.parse(lines[1] ?? "")).toEqual({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } });
    expect(JSON.parse(lines[0] ?? "").commitInfo).toEqual({
      timestamp: 42,
      operation: "WRITE",
      operationParameters: { mode: "Append" },
      isolationLevel: "WriteSerializable",
      isBlindAppend: true,
      operationMetrics: { numFiles: "1" },
      engineInfo: "lakelet/test",
      txnId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("keeps of the job what Spark's JobInfo knows, and the rest as tags", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata() }]);
    const transaction = await log.startTransaction();
    await transaction.commit(
      request([{ add: add("a") }], WHOLE_TABLE, {
        job: { jobId: "1", runId: "2", taskKey: "ingest" },
        tags: { "lakelet.writeId": "w" },
        userMetadata: "note",
      }),
    );
    const [entry] = await log.history(1);
    expect(entry?.commitInfo).toMatchObject({
      job: { jobId: "1", runId: "2" },
      tags: { "lakelet.taskKey": "ingest", "lakelet.writeId": "w" },
      userMetadata: "note",
      readVersion: 0,
      isBlindAppend: false,
    });
    expect(Object.keys(entry?.commitInfo.job ?? {})).toEqual(["jobId", "runId"]);
  });

  it("leaves no log folder behind where a transaction on a missing table is not committed", async () => {
    const { log, storage } = memoryLog();
    await log.startTransaction();
    expect(await storage.listFolders(LOCATION)).toEqual([]);
  });

  it("refuses to remove rows of an append-only table, and to name a file twice", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata({ configuration: { "delta.appendOnly": "true" } }) }, { add: add("a") }]);
    await expect(commit(log, [{ remove: remove("a") }])).rejects.toMatchObject({
      condition: "DELTA_CANNOT_MODIFY_APPEND_ONLY",
    });
    await expect(commit(log, [{ add: add("b%20c") }, { add: add("b c") }])).rejects.toMatchObject({
      condition: "DELTA_DUPLICATE_ACTIONS_FOUND",
    });
    expect(
      await commit(log, [{ remove: remove("a", { dataChange: false }) }, { add: add("a2", { dataChange: false }) }]),
    ).toBe(1);
  });

  it("refuses features that it cannot write, before anything is written", async () => {
    const { log } = memoryLog();
    const iceberg = metadata({ configuration: { "delta.enableIcebergCompatV2": "true" } });
    await expect(commit(log, [{ metaData: iceberg }])).rejects.toMatchObject({
      condition: "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE",
      parameters: { unsupported: "icebergCompatV2" },
    });
    expect(await log.exists()).toBe(false);
  });

  it("upgrades the protocol when a column of a new type asks for it, listing the legacy features", async () => {
    const { log } = memoryLog();
    await commit(log, [{ metaData: metadata() }]);
    const schemaString =
      '{"type":"struct","fields":[{"name":"t","type":"timestamp_ntz","nullable":true,"metadata":{}}]}';
    await commit(log, [{ metaData: metadata({ schemaString }) }]);
    expect((await log.snapshot()).protocol).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ["timestampNtz"],
      writerFeatures: ["appendOnly", "invariants", "timestampNtz"],
    });
  });
});

describe("two commits at the same time", () => {
  const partitioned = metadata({ partitionColumns: ["day"] });
  const inDay = (day: string): { readonly partitionValues: Record<string, string> } => ({ partitionValues: { day } });
  const ofDay = (day: string): ReadSet => ({
    predicates: [{ kind: "compare", operator: "=", column: ["day"], value: day }],
    files: [`${day}/1`],
  });
  const append = (name: string, day: string): CommitRequest => request([{ add: add(name, inDay(day)) }]);
  const update = (day: string, name: string): CommitRequest =>
    request([{ remove: remove(`${day}/1`) }, { add: add(name, inDay(day)) }], ofDay(day));
  const optimize = (day: string, name: string): CommitRequest =>
    request(
      [{ remove: remove(`${day}/1`, { dataChange: false }) }, { add: add(name, { ...inDay(day), dataChange: false }) }],
      { predicates: [], files: [`${day}/1`] },
    );
  const alter: CommitRequest = request([{ metaData: { ...partitioned, description: "other" } }]);
  const upgrade: CommitRequest = request([
    {
      protocol: {
        minReaderVersion: 1,
        minWriterVersion: 7,
        writerFeatures: ["appendOnly", "invariants", "domainMetadata"],
      },
    },
  ]);
  const dropFeature: CommitRequest = request([
    { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] } },
  ]);
  const tooNew: CommitRequest = request([
    {
      protocol: {
        minReaderVersion: 1,
        minWriterVersion: 7,
        writerFeatures: ["appendOnly", "invariants", "icebergCompatV9"],
      },
    },
  ]);
  const idempotent = (appId: string): CommitRequest =>
    request([{ txn: { appId, version: 1 } }, { add: add(appId, inDay("2024-01-09")) }]);
  const domain = (name: string): CommitRequest =>
    request([{ domainMetadata: { domain: name, configuration: "{}", removed: false } }]);
  const [one, two] = ["2024-01-01", "2024-01-02"];
  const overwrite: CommitRequest = request([{ remove: remove(`${one}/1`) }, { remove: remove(`${two}/1`) }], {
    ...WHOLE_TABLE,
    files: [`${one}/1`, `${two}/1`],
  });
  const replaceOnly: CommitRequest = request([{ remove: remove(`${one}/1`) }, { add: add("n", inDay(one)) }]);

  type Expected = "committed" | `DELTA_${string}`;
  const cases: readonly (readonly [
    winner: string,
    mine: string,
    CommitRequest,
    CommitRequest,
    Expected,
    isolation?: string,
  ])[] = [
    ["append", "append", append("w", one), append("m", one), "committed"],
    ["append", "update", append("w", one), update(one, "m"), "committed"],
    ["append", "update, serializable", append("w", one), update(one, "m"), "DELTA_CONCURRENT_APPEND", "Serializable"],
    ["append elsewhere", "update, serializable", append("w", two), update(one, "m"), "committed", "Serializable"],
    ["append", "overwrite", append("w", one), overwrite, "committed"],
    ["append", "optimize", append("w", one), optimize(one, "m"), "committed"],
    ["append", "append, serializable", append("w", one), append("m", one), "committed", "Serializable"],
    ["update", "append", update(one, "w"), append("m", one), "committed"],
    ["update", "update of the same partition", update(one, "w"), update(one, "m"), "DELTA_CONCURRENT_APPEND"],
    ["update", "update of another partition", update(two, "w"), update(one, "m"), "committed"],
    ["update", "optimize of the same file", update(one, "w"), optimize(one, "m"), "DELTA_CONCURRENT_DELETE_READ"],
    ["update", "optimize of another file", update(two, "w"), optimize(one, "m"), "committed"],
    ["optimize", "update of the same file", optimize(one, "w"), update(one, "m"), "DELTA_CONCURRENT_DELETE_READ"],
    [
      "delete",
      "update of the same file",
      request([{ remove: remove(`${one}/1`) }], ofDay(one)),
      update(one, "m"),
      "DELTA_CONCURRENT_DELETE_READ",
    ],
    [
      "delete",
      "overwrite",
      request([{ remove: remove(`${one}/1`) }], ofDay(one)),
      overwrite,
      "DELTA_CONCURRENT_DELETE_READ",
    ],
    [
      "delete",
      "removal without a read",
      request([{ remove: remove(`${one}/1`) }], ofDay(one)),
      replaceOnly,
      "DELTA_CONCURRENT_DELETE_DELETE",
    ],
    ["alter", "append", alter, append("m", one), "DELTA_METADATA_CHANGED"],
    ["alter", "update", alter, update(one, "m"), "DELTA_METADATA_CHANGED"],
    ["alter", "alter", alter, alter, "DELTA_METADATA_CHANGED"],
    [
      "append",
      "alter that read the table",
      append("w", one),
      request(alter.actions, WHOLE_TABLE),
      "DELTA_CONCURRENT_APPEND",
    ],
    ["upgrade that adds a feature", "append", upgrade, append("m", one), "committed"],
    ["upgrade", "upgrade", upgrade, upgrade, "DELTA_PROTOCOL_CHANGED"],
    ["dropped feature", "append", dropFeature, append("m", one), "DELTA_PROTOCOL_CHANGED"],
    ["same application", "same application", idempotent("app"), idempotent("app"), "DELTA_CONCURRENT_TRANSACTION"],
    ["an application", "another application", idempotent("app"), idempotent("app2"), "committed"],
    ["same domain", "same domain", domain("d"), domain("d"), "DELTA_CONCURRENT_WRITE"],
    ["a domain", "another domain", domain("d"), domain("e"), "committed"],
  ];

  it.each(
    cases.map(([winnerName, mineName, winner, mine, expected, isolation]) => ({
      winnerName,
      mineName,
      winner,
      mine,
      expected,
      isolation,
    })),
  )("$winnerName wins against $mineName: $expected", async ({ winner, mine, expected, isolation }) => {
    const { log, storage } = memoryLog();
    const withDomains: Action = {
      protocol: {
        minReaderVersion: 1,
        minWriterVersion: 7,
        writerFeatures: ["appendOnly", "invariants", "domainMetadata"],
      },
    };
    const needsDomains = [winner, mine].some(({ actions }) => actions.some((action) => "domainMetadata" in action));
    const configuration: Record<string, string> = isolation === undefined ? {} : { "delta.isolationLevel": isolation };
    const files = [one, two].map((day): Action => ({ add: add(`${day}/1`, inDay(day)) }));
    await commit(log, [
      ...(needsDomains ? [withDomains] : []),
      { metaData: { ...partitioned, configuration } },
      ...files,
    ]);
    const transaction = await log.startTransaction();
    const other = await secondLog(storage).startTransaction();
    expect(version(await other.commit(winner))).toBe(1);
    const result = await transaction.commit(mine);
    if (result.status === "committed") {
      expect([result.status, result.version]).toEqual([expected, 2]);
      expect(Object.keys((await log.commit(2))[0] ?? {})).toEqual(["commitInfo"]);
    } else {
      expect(result.status).toBe("conflicted");
      expect(result.error).toMatchObject({ condition: expected });
      expect((await secondLog(storage).snapshot()).version).toBe(1);
    }
  });

  it("that both upgrade beyond what lakelet writes end in a named error", async () => {
    const { log, storage } = memoryLog();
    await commit(log, [{ metaData: partitioned }]);
    const transaction = await log.startTransaction();
    const commitText = `${JSON.stringify({ commitInfo: { operation: "UPGRADE" } })}\n${JSON.stringify(tooNew.actions[0])}\n`;
    await storage.putIfAbsent(path.join(LOCATION, "_delta_log/00000000000000000001.json"), commitText);
    const result = await transaction.commit(append("m", one));
    expect(result).toMatchObject({ status: "conflicted", error: { condition: "DELTA_PROTOCOL_CHANGED" } });
  });

  it("that both create the table: one does, the other is told", async () => {
    const { log, storage } = memoryLog();
    const [first, second] = [await log.startTransaction(), await secondLog(storage).startTransaction()];
    expect(version(await first.commit(request([{ metaData: metadata() }])))).toBe(0);
    const lost = await second.commit(request([{ metaData: metadata() }]));
    expect(lost).toMatchObject({ status: "conflicted", error: { condition: "DELTA_PROTOCOL_CHANGED" } });
  });

  it("of many writers on a real disk: nothing is lost, versions are contiguous", async () => {
    using folder = temporaryFolder("race");
    const logs = [0, 1, 2, 3].map(() => createDeltaLog(new LocalStorage(), NO_ENGINE, folder.path, {}));
    await commit(logs[0] as (typeof logs)[0], [
      { metaData: metadata({ configuration: { "delta.checkpointInterval": "1000" } }) },
    ]);
    const versions = await Promise.all(
      logs.map(async (log, writer) => {
        const mine: number[] = [];
        for (let i = 0; i < 20; i++) mine.push(await commit(log, [{ add: add(`${writer}-${i}`) }]));
        return mine;
      }),
    );
    expect(versions.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    const fresh = createDeltaLog(new LocalStorage(), NO_ENGINE, folder.path);
    expect(await livePaths(await fresh.snapshot())).toHaveLength(80);
    for (const log of logs) expect((await log.snapshot()).version).toBe(80);
  });
});

describe("a put that fails", () => {
  type Fault =
    | "before"
    | "after, not durable"
    | "after, no answer"
    | "lost, no answer"
    | "nothing, no answer"
    | "twice";

  class FaultyStorage extends MemoryStorage {
    fault: Fault | undefined;

    override async putIfAbsent(file: string, content: string | Uint8Array): Promise<PutResult> {
      const error = Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
      const fault = this.fault;
      this.fault = undefined;
      switch (fault) {
        case "before":
          throw failedWrite(file, error);
        case "after, not durable":
          await super.putIfAbsent(file, content);
          throw notDurable(file, error);
        case "after, no answer":
          await super.putIfAbsent(file, content);
          throw unknownWriteOutcome(file, error);
        case "lost, no answer":
          await super.putIfAbsent(
            file,
            '{"commitInfo":{"operation":"WRITE","isBlindAppend":true,"txnId":"another"}}\n',
          );
          throw unknownWriteOutcome(file, error);
        case "nothing, no answer":
          throw unknownWriteOutcome(file, error);
        case "twice":
          await super.putIfAbsent(file, content);
          return "exists";
        default:
          return super.putIfAbsent(file, content);
      }
    }
  }

  async function run(fault: Fault): Promise<{ storage: FaultyStorage; outcome: unknown; newest: number }> {
    const storage = new FaultyStorage();
    const log = secondLog(storage);
    await commit(log, [{ metaData: metadata() }]);
    const transaction = await log.startTransaction();
    storage.fault = fault;
    const outcome = await transaction.commit(request([{ add: add("a") }], BLIND)).catch((error: unknown) => error);
    return { storage, outcome, newest: (await secondLog(storage).snapshot()).version };
  }

  it("before the commit has its name: the error itself, and nothing in the log", async () => {
    const { outcome, newest } = await run("before");
    expect(outcome).toMatchObject({ condition: "FAILED_WRITE_FILE", cause: { code: "EIO" } });
    expect(newest).toBe(0);
  });

  it("without an answer: committed, if the version bears our id", async () => {
    expect(await run("after, no answer")).toMatchObject({ outcome: { status: "committed", version: 1 }, newest: 1 });
  });

  it("without an answer, and another's commit is there: tried again behind it", async () => {
    expect(await run("lost, no answer")).toMatchObject({ outcome: { status: "committed", version: 2 }, newest: 2 });
  });

  it("without an answer, and nothing is there: unknown", async () => {
    expect(await run("nothing, no answer")).toMatchObject({
      outcome: { status: "unknown", error: { condition: "FAILED_WRITE_FILE.UNKNOWN_OUTCOME" } },
      newest: 0,
    });
  });

  it("to flush the folder: unknown, though the version is visible", async () => {
    expect(await run("after, not durable")).toMatchObject({
      outcome: { status: "unknown", error: { condition: "DELTA_COMMIT_NOT_DURABLE" } },
      newest: 1,
    });
  });

  it("because the same call was made twice: our own commit is no rival", async () => {
    expect(await run("twice")).toMatchObject({ outcome: { status: "committed", version: 1 }, newest: 1 });
  });
});

describe("a winner that cannot be read", () => {
  it("leaves the outcome unknown, because it could be our own commit", async () => {
    class Blind extends MemoryStorage {
      blind = false;
      override async readText(file: string): Promise<string> {
        if (this.blind && file.endsWith("1.json"))
          throw failedRead(file, Object.assign(new Error("EIO"), { code: "EIO" }));
        return super.readText(file);
      }
    }
    const storage = new Blind();
    const log = secondLog(storage);
    await commit(log, [{ metaData: metadata() }]);
    const transaction = await log.startTransaction();
    await commit(secondLog(storage), [{ add: add("w") }]);
    storage.blind = true;
    const result = await transaction.commit(request([{ add: add("a") }], BLIND));
    expect(result).toMatchObject({ status: "unknown", error: { condition: "FAILED_READ_FILE" } });
  });

  it("or is gone again after it was in the way, is no rival", async () => {
    class Forgetful extends MemoryStorage {
      lies = 3;
      override async putIfAbsent(file: string, content: string | Uint8Array): Promise<PutResult> {
        return file.endsWith("1.json") && this.lies-- > 0 ? "exists" : super.putIfAbsent(file, content);
      }
    }
    const log = secondLog(new Forgetful());
    await commit(log, [{ metaData: metadata() }]);
    expect(await commit(log, [{ add: add("a") }])).toBe(1);
  });
});
