import type { SnapshotCdcFlow } from "../../../src/pipeline/definition.js";
import type { SparkSession } from "../../../src/session/contract.js";
import { type ChangeEvent, type ModelSettings, scd1, scd2, type Value } from "../../pipeline/cdc/reference-model.js";
import { applyUnlessKilled, killedSomewhere } from "./killed-session.js";
import { canonical, expectedText } from "./row-texts.js";

type Snapshot = ReadonlyMap<number, readonly (string | number | null)[]>;

const COLUMNS = ["name", "n"];
const DDL = "k INT, name STRING, n INT";

/** What went wrong, a line each. */
export async function snapshotSeries(
  spark: SparkSession,
  name: string,
  next: () => number,
): Promise<readonly string[]> {
  const storedAs = next() < 0.3 ? 1 : 2;
  const tracked = next() < 0.5 ? COLUMNS : ["name"];
  const settings: ModelSettings = { columns: COLUMNS, ignoreNull: [], tracked };
  const isTable = next() < 0.5;
  const snapshots = randomSnapshots(next);
  const given: number[] = [];
  const flow: SnapshotCdcFlow = {
    kind: "snapshot-cdc",
    name,
    target: [name],
    place: { file: "cdc.ts", line: 1 },
    configuration: {},
    keys: ["k"],
    storedAs,
    ...(storedAs === 2 && tracked.length < COLUMNS.length ? { trackHistory: { only: tracked } } : {}),
    source: isTable
      ? { kind: "table", name: [name] }
      : {
          kind: "next",
          next: async (latest) => {
            const version = given.find((one) => one > (latest ?? -1));
            return version === undefined ? undefined : { frame: frameOf(spark, snapshots[version]), version };
          },
        },
  };
  const anomalies: string[] = [];
  for (const [version, snapshot] of snapshots.entries()) {
    given.push(version);
    // Code may give several at an update; a table has only its rows of now.
    if (!isTable && next() < 0.4 && version < snapshots.length - 1) continue;
    const isKilled = next() < 0.3;
    const start = !isTable && next() < 0.15 ? "full" : "continue";
    for (const session of isKilled ? [killedSomewhere(spark, next), spark] : [spark]) {
      const rows = isTable ? { rows: frameOf(spark, snapshot) } : {};
      await applyUnlessKilled(session, flow, { ...rows, start, now: () => version });
    }
    const events = changesBetween(snapshots.slice(0, version + 1));
    const model = storedAs === 1 ? scd1(events, settings) : scd2(events, settings);
    const expected = model.map((row) => expectedText(row, storedAs, ["k"])).sort();
    const millis = ["__START_AT", "__END_AT"].map((one) => `unix_millis(${one}) AS ${one}`).join(", ");
    const columns = isTable && storedAs === 2 ? `k, name, n, ${millis}` : "*";
    const rows = await (await spark.sql(`SELECT ${columns} FROM ${name}`)).collect();
    const actual = rows.map((row) => canonical(row)).sort();
    if (JSON.stringify(actual) === JSON.stringify(expected)) continue;
    anomalies.push(`${name} after snapshot ${version}: ${actual.join()} instead of ${expected.join()}`);
  }
  return anomalies;
}

function randomSnapshots(next: () => number): readonly Snapshot[] {
  const whole = (below: number) => Math.floor(next() * below);
  const snapshots: Snapshot[] = [];
  for (let version = 0; version < 5; version += 1) {
    const rows = new Map(snapshots.at(-1));
    for (let change = whole(4); change > 0 || rows.size === 0; change -= 1) {
      const key = whole(5);
      if (next() < 0.3 && rows.size > 1) rows.delete(key);
      else rows.set(key, [["Ann", "Bob", null][whole(3)] ?? null, whole(2)]);
    }
    snapshots.push(rows);
  }
  return snapshots;
}

function frameOf(spark: SparkSession, snapshot: Snapshot = new Map()) {
  return spark.createDataFrame(
    [...snapshot].map(([key, values]) => [key, ...values]),
    DDL,
  );
}

/** Time of a snapshot is its version in milliseconds, so that both kinds of sources have the same bounds. */
function changesBetween(snapshots: readonly Snapshot[]): readonly ChangeEvent[] {
  return snapshots.flatMap((snapshot, version) => {
    const before = snapshots[version - 1] ?? new Map<number, readonly Value[]>();
    const sequence = [version];
    const upserts = [...snapshot]
      .filter(([key, values]) => JSON.stringify(before.get(key)) !== JSON.stringify(values))
      .map(
        ([key, [name = null, n = null]]): ChangeEvent => ({
          kind: "upsert",
          key: [key],
          sequence,
          values: { name, n },
        }),
      );
    const deletes = [...before.keys()]
      .filter((key) => !snapshot.has(key))
      .map((key): ChangeEvent => ({ kind: "delete", key: [key], sequence, values: {} }));
    return [...upserts, ...deletes];
  });
}
