import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeltaLog } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import { LakeletError } from "../../src/errors/lakelet-error.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import {
  add,
  commit,
  LOCATION,
  livePaths,
  memoryLog,
  metadata,
  request,
  secondLog,
  temporaryFolder,
  WHOLE_TABLE,
} from "./log-fixture.js";

/** Reads and writes all that a log offers; an error has to be one of ours. */
async function useTable(log: DeltaLog): Promise<void> {
  try {
    const snapshot = await log.snapshot();
    for (const column of ["day", "id"]) {
      for await (const _ of snapshot.files({ kind: "compare", operator: "=", column: [column], value: "2024-01-01" }));
    }
    await snapshot.size();
    await snapshot.transactions();
    await log.history();
    await log.versionAt(snapshot.timestamp);
    await (await log.startTransaction()).commit(request([{ add: add("new") }], WHOLE_TABLE));
  } catch (error) {
    expect(error).toBeInstanceOf(LakeletError);
  }
}

/** Every place of a JSON document as [container, key]. */
function places(value: unknown, found: [Record<string, unknown>, string][] = []): [Record<string, unknown>, string][] {
  if (typeof value !== "object" || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    found.push([value as Record<string, unknown>, key]);
    places(inner, found);
  }
  return found;
}

describe("a damaged log", () => {
  it("gives a typed error or a state, whatever value of a commit is another one", async () => {
    const other = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(null, "", "x", -1, 1.5, [], {}));
    await fc.assert(
      fc.asyncProperty(fc.nat(), other, async (place, value) => {
        const { log, storage } = memoryLog();
        const configuration = { "delta.appendOnly": "false", "delta.checkpointInterval": "7" };
        await commit(log, [
          { metaData: metadata({ partitionColumns: ["day"], configuration }) },
          { add: add("a", { stats: '{"numRecords":1}', partitionValues: { day: "2024-01-01" } }) },
          { txn: { appId: "a", version: 1 } },
        ]);
        const file = path.join(LOCATION, "_delta_log/00000000000000000000.json");
        const lines = (await storage.readText(file))
          .trim()
          .split("\n")
          .map((line): unknown => JSON.parse(line));
        const found = places(lines);
        const [container, key] = found[place % found.length] ?? [{}, ""];
        container[key] = value;
        await storage.replace(file, lines.map((line) => JSON.stringify(line)).join("\n"));
        await useTable(secondLog(storage));
      }),
      { numRuns: 300 },
    );
  });

  it("gives a typed error or all files, whatever bit of a checkpoint is flipped or where it is cut off", async () => {
    using folder = temporaryFolder("damage");
    const engine = await createEngine({ threads: 1 });
    try {
      const storage = new LocalStorage({ durable: false });
      const log = createDeltaLog(storage, engine, folder.path);
      await commit(log, [{ metaData: metadata() }, ...[1, 2, 3].map((i) => ({ add: add(`f${i}`) }))]);
      await log.checkpoint();
      await storage.delete(path.join(folder.path, "_delta_log/00000000000000000000.json"));
      const file = path.join(folder.path, "_delta_log/00000000000000000000.checkpoint.parquet");
      const good = await storage.read(file);
      const damage = fc.record({ at: fc.nat(good.length - 1), bit: fc.nat(7), cut: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(damage, async ({ at, bit, cut }) => {
          const bytes = cut
            ? good.slice(0, at)
            : Uint8Array.from(good, (byte, i) => (i === at ? byte ^ (1 << bit) : byte));
          await storage.replace(file, bytes);
          const fresh = createDeltaLog(storage, engine, folder.path);
          const outcome = await fresh
            .snapshot()
            .then(livePaths, (error: unknown) => error)
            .catch((error: unknown) => error);
          if (Array.isArray(outcome)) expect(outcome).toHaveLength(3);
          else expect(outcome).toBeInstanceOf(LakeletError);
        }),
        { numRuns: 60 },
      );
    } finally {
      await engine.close();
    }
  });
});
