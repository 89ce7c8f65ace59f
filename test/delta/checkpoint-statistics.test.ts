import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeltaLog } from "../../src/delta/contract.js";
import { createDeltaLog } from "../../src/delta/delta-log.js";
import { createEngine } from "../../src/duckdb/duckdb-engine.js";
import type { Engine } from "../../src/engine/engine.js";
import { LocalStorage } from "../../src/storage/local-storage.js";
import { add, commit, metadata, temporaryFolder } from "./log-fixture.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1, timeZone: "Asia/Tokyo" });
});
afterAll(() => engine.close());

const fieldOf = (name: string, type: unknown): object => ({ name, type, nullable: true, metadata: {} });
const COLUMNS = {
  l: "long",
  d: "decimal(12,3)",
  big: "decimal(38,2)",
  f: "float",
  s: "string",
  day: "date",
  t: "timestamp",
  n: "timestamp_ntz",
  b: "boolean",
  st: {
    type: "struct",
    fields: [fieldOf("x", "integer"), fieldOf("a", { type: "array", elementType: "integer", containsNull: true })],
  },
  p: "string",
  pt: "timestamp",
};
const SCHEMA = JSON.stringify({
  type: "struct",
  fields: Object.entries(COLUMNS).map(([name, type]) => fieldOf(name, type)),
});
const MIN = {
  l: "-9007199254740993",
  d: "-0.001",
  big: "1.25",
  f: "1.5",
  s: '"a\\"b"',
  day: '"0001-01-01"',
  t: '"2024-01-01T00:00:00.123Z"',
  n: '"2024-01-01T23:00:00.001"',
  st: '{"x":1}',
};
const members = (values: object): string =>
  `{${Object.entries(values)
    .map(([name, value]) => `"${name}":${value}`)
    .join(",")}}`;
const STATS = `{"numRecords":3,"minValues":${members(MIN)},"maxValues":${members({ l: 7, s: '"z"' })},"nullCount":{"l":0,"b":3,"st":{"x":1,"a":2}},"tightBounds":true}`;

async function statsAfterCheckpoints(
  folder: string,
  properties: Record<string, string>,
): Promise<readonly (string | undefined)[]> {
  const storage = new LocalStorage({ durable: false });
  const fresh = (): DeltaLog => createDeltaLog(storage, engine, folder);
  const partitionValues = { p: "a/b", pt: "2024-01-01 10:00:00" };
  const configuration = { "delta.checkpointInterval": "1000", ...properties };
  await commit(fresh(), [
    { metaData: metadata({ configuration, schemaString: SCHEMA, partitionColumns: ["p", "pt"] }) },
    { add: add("f", { partitionValues, stats: STATS }) },
    { add: add("g", { partitionValues: { p: null, pt: "" } }) },
  ]);
  await fresh().checkpoint();
  // The second one is built on the first.
  await commit(fresh(), [{ add: add("h", { partitionValues, stats: "no JSON" }) }]);
  await fresh().checkpoint();
  const stats = new Map<string, string | undefined>();
  for await (const batch of (await fresh().snapshot()).files()) for (const one of batch) stats.set(one.path, one.stats);
  return ["f", "g", "h"].map((name) => stats.get(name));
}

const checkpoint = (folder: string): string =>
  `read_parquet('${path.join(folder, "_delta_log", "00000000000000000001.checkpoint.parquet")}')`;

it("statistics of a checkpoint may be structs only, and come back as the protocol's JSON", async () => {
  using folder = temporaryFolder("struct-stats");
  const properties = { "delta.checkpoint.writeStatsAsStruct": "true", "delta.checkpoint.writeStatsAsJson": "false" };
  const [f, g, h] = await statsAfterCheckpoints(folder.path, properties);
  // Decimals of more than 15 digits have no bounds there.
  const { big: _big, ...kept } = MIN;
  const expected = JSON.parse(STATS.replace(members(MIN), members(kept)));
  expect(JSON.parse(f ?? "", (_, value) => value ?? undefined)).toMatchObject(expected);
  expect(f).toContain("-9007199254740993");
  expect([g, h]).toEqual([undefined, undefined]);
  const { rows } = await engine.run(
    `SELECT "add"."partitionValues_parsed".p, epoch_ms("add"."partitionValues_parsed".pt), "add".stats_parsed."minValues".t::VARCHAR
     FROM ${checkpoint(folder.path)} WHERE "add".path IS NOT NULL ORDER BY "add".path`,
  );
  expect(rows).toEqual([
    ["a/b", BigInt(Date.UTC(2024, 0, 1, 10)), "2024-01-01 09:00:00.123+09"],
    [null, null, null],
    ["a/b", BigInt(Date.UTC(2024, 0, 1, 10)), null],
  ]);
});

it("statistics of a checkpoint are JSON by default, and both where both are asked for", async () => {
  using plain = temporaryFolder("json-stats");
  expect(await statsAfterCheckpoints(plain.path, {})).toEqual([STATS, undefined, "no JSON"]);
  using both = temporaryFolder("both-stats");
  const properties = { "delta.checkpoint.writeStatsAsStruct": "true" };
  expect(await statsAfterCheckpoints(both.path, properties)).toEqual([STATS, undefined, "no JSON"]);
  const columns = async (folder: string): Promise<string> =>
    JSON.stringify(await engine.describe(`SELECT "add" FROM ${checkpoint(folder)}`));
  expect(await columns(plain.path)).not.toContain("stats_parsed");
  expect(await columns(both.path)).toContain("stats_parsed");
});
