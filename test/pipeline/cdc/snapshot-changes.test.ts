import { expect, test } from "vitest";
import type { DataFrame } from "../../../src/dataframe/data-frame.js";
import type { SnapshotCdcFlow } from "../../../src/pipeline/definition.js";
import { rowsOf, useSession } from "../../support/session.js";
import { applyFlow, type UpdateSettings } from "./apply-flow.js";

const lake = useSession();

function fromSnapshot(target: string, settings: Partial<SnapshotCdcFlow> = {}): SnapshotCdcFlow {
  return {
    kind: "snapshot-cdc",
    name: target,
    target: [target],
    place: { file: "cdc.ts", line: 7 },
    configuration: {},
    source: { kind: "table", name: ["customers"] },
    keys: ["id"],
    storedAs: 2,
    ...settings,
  };
}

const apply = (flow: SnapshotCdcFlow, settings: UpdateSettings = {}) => applyFlow(lake.spark, flow, settings);

const snapshot = (...rows: (readonly [number, string | null])[]): DataFrame =>
  lake.spark.createDataFrame(rows, "id INT, city STRING");

test("snapshots given by code: each version after the last, once; what is missing is deleted", async () => {
  const given = new Map([
    [1, snapshot([1, "Rome"], [2, "Oslo"], [3, null])],
    [2, snapshot([1, "Rome"], [2, "Bergen"], [3, null])],
    [4, snapshot([1, "Rome"], [4, "Lima"])],
  ]);
  const asked: (number | undefined)[] = [];
  const next = async (latest: number | undefined) => {
    asked.push(latest);
    const version = [...given.keys()].find((one) => one > (latest ?? 0));
    const frame = version === undefined ? undefined : given.get(version);
    return version === undefined || frame === undefined ? undefined : { frame, version };
  };
  const flow = fromSnapshot("versions", { source: { kind: "next", next } });
  const rows = () => rowsOf(lake.spark, "SELECT id, city, __START_AT, __END_AT FROM versions ORDER BY id, __START_AT");
  await apply(flow);
  expect(asked).toEqual([undefined, 1, 2, 4]);
  const all = [
    [1, "Rome", 1, null],
    [2, "Oslo", 1, 2],
    [2, "Bergen", 2, 4],
    [3, null, 1, 4],
    [4, "Lima", 4, null],
  ];
  expect(await rows()).toEqual(all);
  given.set(5, snapshot([1, "Rome"], [4, "Lima"]));
  expect(await apply(flow)).toMatchObject({ version: undefined, upsertedRows: 0n });
  await apply(flow);
  expect(asked.slice(4)).toEqual([4, 5, 5]);
  await apply(flow, { start: "full" });
  expect(await rows()).toEqual(all);
  given.set(6, snapshot([1, "a"], [1, "b"]));
  await expect(apply(flow)).rejects.toMatchObject({ location: { file: "cdc.ts", line: 7 } });
  const stuck = fromSnapshot("stuck", {
    source: { kind: "next", next: async () => ({ frame: snapshot(), version: 3 }) },
  });
  await expect(apply(stuck)).rejects.toThrow("was given snapshot 3 after snapshot 3");
});

test("a table is a snapshot at each update; its versions are times, though the clock goes back", async () => {
  const at = (now: number, ...rows: (readonly [number, string | null])[]) =>
    apply(fromSnapshot("current", { trackHistory: { only: ["city"] } }), { rows: snapshot(...rows), now: () => now });
  const rows = () =>
    rowsOf(
      lake.spark,
      "SELECT id, city, unix_millis(__START_AT), unix_millis(__END_AT) FROM current ORDER BY id, __START_AT",
    );
  expect(await at(1000, [1, "Rome"], [2, "Oslo"])).toMatchObject({ upsertedRows: 2n, published: 2n });
  expect(await at(2000, [1, "Rome"], [2, "Oslo"])).toMatchObject({ version: undefined, published: 0n });
  await at(3000, [2, "Oslo"]);
  await at(500, [1, "Lima"], [2, "Oslo"]);
  expect(await rows()).toEqual([
    [1, "Rome", 1000, 3000],
    [1, "Lima", 3001, null],
    [2, "Oslo", 1000, null],
  ]);
  const first = fromSnapshot("latest", { storedAs: 1 });
  await apply(first, { rows: snapshot([1, "Rome"], [2, "Oslo"]) });
  expect(await apply(first, { rows: snapshot([2, "Bergen"], [3, "Lima"]) })).toMatchObject({
    upsertedRows: 2n,
    deletedRows: 1n,
  });
  expect(await rowsOf(lake.spark, "SELECT * FROM latest ORDER BY id")).toEqual([
    [2, "Bergen"],
    [3, "Lima"],
  ]);
});
