import { expect, test } from "vitest";
import { checkFlowsAgree } from "../../../src/pipeline/cdc/change-settings.js";
import type { AutoCdcFlow } from "../../../src/pipeline/definition.js";
import type { Expectation } from "../../../src/quality/expectation.js";
import { run as changeFeeds } from "../../reliability/cdc/feeds-and-model.js";
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

const DOCUMENTED = `
  (124, 'Raul', 'Oaxaca', 'INSERT', 1), (123, 'Isabel', 'Monterrey', 'INSERT', 1),
  (125, 'Mercedes', 'Tijuana', 'INSERT', 2), (126, 'Lily', 'Cancun', 'INSERT', 2),
  (123, NULL, NULL, 'DELETE', 6), (125, 'Mercedes', 'Guadalajara', 'UPDATE', 6),
  (125, 'Mercedes', 'Mexicali', 'UPDATE', 5), (123, 'Isabel', 'Chihuahua', 'UPDATE', 5)`;

async function feed(name: string, rows?: string): Promise<void> {
  await lake.spark.sql(
    `CREATE TABLE IF NOT EXISTS ${name} (userId INT, name STRING, city STRING, operation STRING, sequenceNum BIGINT)`,
  );
  if (rows !== undefined) await lake.spark.sql(`INSERT INTO ${name} VALUES ${rows}`);
}

test("the documentation's feed, SCD type 1: what came late does not undo what came before it", async () => {
  await feed("feed1", DOCUMENTED);
  expect(await apply(autoCdc("one"), "feed1")).toMatchObject({ published: 8n, upsertedRows: 3n, deletedRows: 0n });
  const rows = () => rowsOf(lake.spark, "SELECT * FROM one ORDER BY userId");
  expect(await rows()).toEqual([
    [124, "Raul", "Oaxaca"],
    [125, "Mercedes", "Guadalajara"],
    [126, "Lily", "Cancun"],
  ]);
  expect(await apply(autoCdc("one"), "feed1")).toMatchObject({ version: undefined, published: 0n });
  await feed(
    "feed1",
    "(123, 'Isabel', 'late', 'UPDATE', 4), (124, 'Raul', 'Puebla', 'UPDATE', 7), (126, NULL, NULL, 'DELETE', 9)",
  );
  expect(await apply(autoCdc("one"), "feed1")).toMatchObject({ published: 3n, upsertedRows: 1n, deletedRows: 1n });
  expect(await rows()).toEqual([
    [124, "Raul", "Puebla"],
    [125, "Mercedes", "Guadalajara"],
  ]);
  await feed("feed1", "(124, 'Raul', 'late', 'UPDATE', 3)");
  const { version = -1 } = (await lake.spark.tableProgress(["one"])) ?? {};
  expect(await apply(autoCdc("one"), "feed1")).toMatchObject({ version: undefined, published: 1n, upsertedRows: 0n });
  const remembered = await lake.spark.tableProgress(["one"]);
  expect(remembered?.version).toBe(version + 1);
  expect([...(remembered?.transactions.values() ?? [])]).toEqual([2]);
});

test("the documentation's feed, SCD type 2, cut in two; and with the city not tracked", async () => {
  await feed("feed2", DOCUMENTED);
  await apply(autoCdc("two", { storedAs: 2 }), "feed2");
  await apply(autoCdc("untracked", { storedAs: 2, trackHistory: { except: ["city"] } }), "feed2");
  const rows = (table: string) =>
    rowsOf(lake.spark, `SELECT userId, city, __START_AT, __END_AT FROM ${table} ORDER BY userId, __START_AT`);
  expect(await rows("two")).toEqual([
    [123, "Monterrey", 1, 5],
    [123, "Chihuahua", 5, 6],
    [124, "Oaxaca", 1, null],
    [125, "Tijuana", 2, 5],
    [125, "Mexicali", 5, 6],
    [125, "Guadalajara", 6, null],
    [126, "Cancun", 2, null],
  ]);
  expect(await rows("untracked")).toEqual([
    [123, "Chihuahua", 1, 6],
    [124, "Oaxaca", 1, null],
    [125, "Guadalajara", 2, null],
    [126, "Cancun", 2, null],
  ]);
  await feed("feed2", "(123, 'Isabel', 'Monterrey', 'UPDATE', 5), (125, 'Mercedes', 'Tijuana', 'UPDATE', 3)");
  await feed("feed2", "(124, NULL, NULL, 'DELETE', 0), (126, 'Lily', 'Merida', 'UPDATE', 3)");
  expect(await apply(autoCdc("two", { storedAs: 2 }), "feed2")).toMatchObject({ published: 4n });
  expect(await rows("two")).toEqual([
    [123, "Monterrey", 1, 6],
    [124, "Oaxaca", 1, null],
    [125, "Tijuana", 2, 5],
    [125, "Mexicali", 5, 6],
    [125, "Guadalajara", 6, null],
    [126, "Cancun", 2, 3],
    [126, "Merida", 3, null],
  ]);
});

test("random feeds, late, double and deleted, over updates that are killed anywhere: as the model says", async () => {
  const { anomalies } = await changeFeeds({ count: 60, seed: 12, spark: lake.spark });
  expect(anomalies).toEqual([]);
});

test("rows that an expectation drops are in quarantine, deletes pass, and a NULL among keys or sequences is an error", async () => {
  await feed(
    "checked_feed",
    "(1, 'Ann', 'Rome', 'INSERT', 1), (2, NULL, 'Oslo', 'INSERT', 1), (NULL, NULL, 'x', 'INSERT', NULL)",
  );
  await feed("checked_feed", "(1, NULL, NULL, 'DELETE', 2)");
  const named: Expectation = {
    name: "named",
    rule: { kind: "expression", condition: "name IS NOT NULL" },
    onViolation: "drop",
  };
  const result = await apply(autoCdc("checked"), "checked_feed", { expectations: [named] });
  expect(result).toMatchObject({ published: 2n, quarantined: 2n, upsertedRows: 0n });
  expect(await rowsOf(lake.spark, "SELECT * FROM checked")).toEqual([]);
  expect(
    await rowsOf(
      lake.spark,
      "SELECT city, quarantine_reason FROM __apply_changes_storage_checked_quarantine ORDER BY 1",
    ),
  ).toEqual([
    ["Oslo", "named"],
    ["x", "named"],
  ]);
  await expect(apply(autoCdc("unchecked"), "checked_feed")).rejects.toMatchObject({
    condition: "AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE",
  });
  await feed("keyless_feed", "(NULL, 'Ann', 'Rome', 'INSERT', 1)");
  await expect(apply(autoCdc("keyless"), "keyless_feed")).rejects.toMatchObject({
    condition: "AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY",
  });
  await feed("keyless_feed", "(1, 'Ann', 'Rome', 'INSERT', 1)");
  await expect(apply(autoCdc("keyless"), "keyless_feed")).rejects.toThrow("NULL_KEY");
});

test("what does not fit a declared target is not kept, so that the next update is not stuck with it", async () => {
  const target = {
    schemaDdl: "userId BIGINT, name STRING NOT NULL, city VARCHAR(4)",
    constraints: { old: "userId < 10" },
  };
  const declared = () => apply(autoCdc("declared"), "declared_feed", { target });
  await feed("declared_feed", "(1, 'Ann', 'Rome', 'INSERT', 1), (2, 'Bob', 'Oslo', 'INSERT', 1)");
  await declared();
  await feed("declared_feed", "(2, NULL, NULL, 'DELETE', 2)");
  expect(await declared()).toMatchObject({ deletedRows: 1n });
  await feed("declared_feed", "(3, NULL, 'Rome', 'INSERT', 1), (30, 'Cy', 'Rome', 'INSERT', 1)");
  await expect(declared()).rejects.toThrow("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES");
  expect(await rowsOf(lake.spark, "SELECT count(*) FROM __apply_changes_storage_declared")).toEqual([[3]]);
  expect(await rowsOf(lake.spark, "SELECT * FROM declared")).toEqual([[1, "Ann", "Rome"]]);
});

test("new columns of the feed become columns of the target; other rules derive all rows anew", async () => {
  await feed("growing_feed", "(1, 'Ann', 'Rome', 'INSERT', 1), (2, 'Bob', 'Oslo', 'INSERT', 1)");
  await apply(autoCdc("growing", { storedAs: 2 }), "growing_feed");
  await lake.spark.sql("ALTER TABLE growing_feed ADD COLUMNS (email STRING)");
  await lake.spark.sql("INSERT INTO growing_feed VALUES (1, 'Ann', 'Rome', 'UPDATE', 2, 'a@x')");
  await apply(autoCdc("growing", { storedAs: 2 }), "growing_feed");
  const rows = () =>
    rowsOf(lake.spark, "SELECT userId, email, __START_AT, __END_AT FROM growing ORDER BY userId, __START_AT");
  expect(await rows()).toEqual([
    [1, null, 1, 2],
    [1, "a@x", 2, null],
    [2, null, 1, null],
  ]);
  await apply(autoCdc("growing", { storedAs: 2, trackHistory: { only: ["city"] } }), "growing_feed");
  expect(await rows()).toEqual([
    [1, "a@x", 1, null],
    [2, null, 1, null],
  ]);
});

test("mistakes of a flow have names and places", async () => {
  await feed("plain_feed");
  const wrong = (settings: Partial<AutoCdcFlow>) => expect(apply(autoCdc("wrong", settings), "plain_feed")).rejects;
  await wrong({ keys: [] }).toMatchObject({ condition: "AUTOCDC_EMPTY_KEYS", location: { file: "cdc.sql", line: 1 } });
  await wrong({ keys: ["nobody"] }).toMatchObject({ condition: "AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA" });
  await wrong({ columns: { except: ["userId"] } }).toMatchObject({ condition: "AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA" });
  await wrong({ trackHistory: { only: ["name"] } }).toMatchObject({ condition: "UNSUPPORTED_FEATURE.AUTO_CDC" });
  await wrong({ storedAs: 2, trackHistory: { only: ["x"] } }).toThrow("TRACK HISTORY ON");
  await wrong({ sequenceBy: "map('a', 1)" }).toThrow("NON_ORDERABLE_SEQUENCE");
  await wrong({ applyAsDeletes: "nothing = 1" }).toMatchObject({ condition: "UNRESOLVED_COLUMN.WITH_SUGGESTION" });
  expect(() => checkFlowsAgree([autoCdc("t"), autoCdc("t", { storedAs: 2 })])).toThrow("FLOWS_DISAGREE");
});
