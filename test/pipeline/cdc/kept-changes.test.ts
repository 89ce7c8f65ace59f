import { expect, test } from "vitest";
import { expectOrDrop, references } from "../../../src/index.js";
import type { AutoCdcFlow } from "../../../src/pipeline/definition.js";
import { rowsOf, useSession } from "../../support/session.js";
import { applyFlow, type UpdateSettings } from "./apply-flow.js";

const lake = useSession();

function autoCdc(target: string, settings: Partial<AutoCdcFlow> = {}): AutoCdcFlow {
  return {
    kind: "auto-cdc",
    name: target,
    target: [target],
    place: { file: "cdc.sql", line: 1 },
    configuration: {},
    source: { kind: "sql", text: "SELECT * FROM STREAM(feed)" },
    keys: ["userId"],
    sequenceBy: "sequenceNum",
    applyAsDeletes: "operation = 'DELETE'",
    columns: { except: ["operation", "sequenceNum"] },
    storedAs: 1,
    ignoreNullUpdates: false,
    once: false,
    ...settings,
  };
}

const apply = (flow: AutoCdcFlow, feed: string, settings: UpdateSettings = {}) =>
  applyFlow(lake.spark, flow, { rows: lake.spark.readStream.table(feed), ...settings });

test("types of a feed that have changed: a target that widens follows, any other after a full refresh", async () => {
  await lake.spark.sql("CREATE TABLE typed_feed (userId INT, n INT, operation STRING, sequenceNum INT)");
  await lake.spark.sql("INSERT INTO typed_feed VALUES (1, 1, 'INSERT', 1)");
  const widening = { target: { properties: { "delta.enableTypeWidening": "true" } } };
  await apply(autoCdc("widening", { storedAs: 2 }), "typed_feed", widening);
  await apply(autoCdc("fixed", { storedAs: 2 }), "typed_feed");
  await lake.spark.sql("ALTER TABLE typed_feed SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')");
  for (const column of ["n", "sequenceNum"]) {
    await lake.spark.sql(`ALTER TABLE typed_feed ALTER COLUMN ${column} TYPE BIGINT`);
  }
  await lake.spark.sql("INSERT INTO typed_feed VALUES (1, 9999999999, 'UPDATE', 9999999999)");
  const rows = (table: string) => rowsOf(lake.spark, `SELECT * FROM ${table} ORDER BY __START_AT`);
  const expected = [
    [1, 1, 1, 9999999999],
    [1, 9999999999, 9999999999, null],
  ];
  await apply(autoCdc("widening", { storedAs: 2 }), "typed_feed", widening);
  expect(await rows("widening")).toEqual(expected);
  await expect(apply(autoCdc("fixed", { storedAs: 2 }), "typed_feed")).rejects.toThrow("DELTA_FAILED_TO_MERGE_FIELDS");
  await apply(autoCdc("fixed", { storedAs: 2 }), "typed_feed", { start: "full" });
  expect(await rows("fixed")).toEqual(expected);
});

test("of many changes of a key the last is kept; deletes as long as they are wanted, and other keys need a full refresh", async () => {
  await lake.spark.sql(
    `CREATE TABLE long_feed AS SELECT CAST(id % 1000 AS INT) AS userId, id AS n, id AS sequenceNum,
     CASE WHEN id % 10 = 0 THEN 'DELETE' ELSE 'UPDATE' END AS operation FROM range(70000)`,
  );
  const forgets = {
    target: { properties: { "pipelines.cdc.tombstoneGCThresholdInSeconds": "0" } },
    now: () => Date.now() * 2,
  };
  const settings = { keys: ["userId"] };
  const keptRows = (table: string) => rowsOf(lake.spark, `SELECT count(*) FROM __apply_changes_storage_${table}`);
  expect(await apply(autoCdc("long", settings), "long_feed")).toMatchObject({ published: 70000n, upsertedRows: 900n });
  expect(await keptRows("long")).toEqual([[1000]]);
  await apply(autoCdc("forgets", settings), "long_feed", forgets);
  expect(await keptRows("forgets")).toEqual([[900]]);
  await lake.spark.sql(
    "INSERT INTO long_feed VALUES (10, -1, 5, 'UPDATE'), (1, -1, 69000, 'UPDATE'), (2, 2, 70002, 'UPDATE')",
  );
  expect(await apply(autoCdc("long", settings), "long_feed")).toMatchObject({ upsertedRows: 1n, deletedRows: 0n });
  expect(await apply(autoCdc("forgets", settings), "long_feed", forgets)).toMatchObject({ upsertedRows: 2n });
  const some = (table: string) =>
    rowsOf(lake.spark, `SELECT * FROM ${table} WHERE userId IN (1, 2, 10) ORDER BY userId`);
  expect(await some("long")).toEqual([
    [1, 69001],
    [2, 2],
  ]);
  expect(await some("forgets")).toEqual([
    [1, 69001],
    [2, 2],
    [10, -1],
  ]);
  const other = autoCdc("long", { keys: ["userId", "n"] });
  await expect(apply(other, "long_feed")).rejects.toMatchObject({ condition: "AUTOCDC_INVALID_STATE.KEYS_CHANGED" });
  expect(await apply(other, "long_feed", { start: "full" })).toMatchObject({ upsertedRows: 63002n });
});

test("an upsert that refers to nothing is held back, within a threshold; a delete is not asked", async () => {
  await lake.spark.sql("CREATE TABLE cities AS SELECT 'Rome' AS name");
  await lake.spark.sql(
    `CREATE TABLE referring_feed AS SELECT * FROM VALUES (1, 'Rome', 'INSERT', 1), (2, 'Oslo', 'INSERT', 1),
     (3, NULL, 'INSERT', 1), (1, 'nowhere', 'DELETE', 2) AS t(userId, city, operation, sequenceNum)`,
  );
  const known = (maxViolations: number) => [
    expectOrDrop("known", references("city", "cities", "name"), { threshold: { maxViolations } }),
  ];
  const update = (maxViolations: number) =>
    apply(autoCdc("referring"), "referring_feed", { expectations: known(maxViolations) });
  await expect(update(0)).rejects.toMatchObject({ condition: "QUALITY_GATE_FAILED" });
  expect(await update(1)).toMatchObject({ published: 3n, quarantined: 1n, checks: [{ violations: 1n }] });
  expect(await rowsOf(lake.spark, "SELECT * FROM referring")).toEqual([[3, null]]);
});
