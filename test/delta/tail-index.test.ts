import { afterAll, beforeAll, expect, it } from "vitest";
import type { Action } from "../../src/delta/actions.js";
import type { Snapshot } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import type { SkippingPredicate } from "../../src/expression/skipping-predicate.js";
import { MemoryStorage } from "../../src/storage/memory-storage.js";
import { add, commit, LOCATION, metadata, remove, WHOLE_TABLE } from "./log-fixture.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine.close());

const file = (i: number, from = i): Action => ({
  add: add(`f${i}`, {
    partitionValues: { day: "2024-01-01" },
    stats: `{"numRecords":1,"minValues":{"id":${from}},"maxValues":{"id":${from}},"nullCount":{"id":0}}`,
  }),
});

async function plan(snapshot: Snapshot, id: number): Promise<string[]> {
  const predicate: SkippingPredicate = { kind: "compare", operator: "=", column: ["id"], value: id };
  const paths: string[] = [];
  for await (const batch of snapshot.files(predicate)) paths.push(...batch.map((one) => one.path));
  return paths;
}

it("many files without a checkpoint are skipped by an index, which later commits leave in force", async () => {
  const storage = new MemoryStorage(() => 0);
  const log = createDeltaLog(storage, engine, LOCATION);
  const configuration = { "delta.checkpointInterval": "100000" };
  const files = Array.from({ length: 6_000 }, (_, i) => file(i));
  await commit(log, [{ metaData: metadata({ configuration, partitionColumns: ["day"] }) }, ...files]);
  const reader = createDeltaLog(storage, engine, LOCATION);
  const first = await reader.snapshot();
  expect(await plan(first, 17)).toEqual(["f17"]);
  await commit(log, [{ remove: remove("f17") }, { remove: remove("f18") }, file(7_000, 19)], WHOLE_TABLE);
  await commit(log, [file(20, 21), file(18, 18)], WHOLE_TABLE);
  const next = await reader.snapshot();
  expect(await plan(next, 17)).toEqual([]);
  expect(await plan(next, 18)).toEqual(["f18"]);
  expect((await plan(next, 19)).sort()).toEqual(["f19", "f7000"]);
  expect(await plan(next, 20)).toEqual([]);
  expect((await plan(next, 21)).sort()).toEqual(["f20", "f21"]);
  // Each snapshot keeps its own state.
  expect(await plan(first, 17)).toEqual(["f17"]);
  expect(await plan(first, 19)).toEqual(["f19"]);
});
