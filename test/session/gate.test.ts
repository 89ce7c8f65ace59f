import { test, expect as that } from "vitest";
import { acceptedValues, expect, expectOrDrop, expectOrFail, notNull, range } from "../../src/quality/rules.js";
import { rowCount, unique } from "../../src/quality/write-rules.js";
import { DeltaTable } from "../../src/tables/delta-table.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const rows = (values: readonly (readonly [number | null, string | null, number])[]) =>
  lake.spark.createDataFrame(values, "id BIGINT, status STRING, amount DOUBLE");

test("rows that break a dropping rule go to quarantine with the names of the rules", async () => {
  const result = await rows([
    [1, "new", 5],
    [2, "odd", 5],
    [3, null, -1],
    [null, "new", 5],
  ])
    .write.mode("append")
    .expectations(
      expectOrDrop("known status", acceptedValues("status", ["new", "paid"])),
      expectOrDrop("amount is positive", "amount > 0"),
      expect("has id", notNull("id")),
    )
    .saveAsTable("gated");
  that(await rowsOf(lake.spark, "SELECT id, status FROM gated ORDER BY id")).toEqual([
    [null, "new"],
    [1, "new"],
  ]);
  that(await rowsOf(lake.spark, "SELECT id, quarantine_reason FROM gated_quarantine ORDER BY id")).toEqual([
    [2, "known status"],
    [3, "amount is positive"],
  ]);
  that(result.checks.map(({ status, violations }) => [status, violations])).toEqual([
    ["DROPPED", 1n],
    ["DROPPED", 1n],
    ["WARNED", 1n],
  ]);
});

test.each([
  ["unique", expectOrFail("rule", unique("id"))],
  ["not null", expectOrFail("rule", notNull("id"))],
  ["not null by percentage", expectOrFail("rule", notNull("id", { maxPercentage: 20 }))],
  ["accepted values", expectOrFail("rule", acceptedValues("status", ["new"]))],
  ["range", expectOrFail("rule", range("amount", { min: 0, max: 100 }))],
  ["expression", expectOrFail("rule", "amount < 1000")],
  ["row count", expectOrFail("rule", rowCount({ min: 10 }))],
])("a failed gate commits nothing: %s", async (_, expectation) => {
  await lake.spark.execute("CREATE OR REPLACE TABLE failing AS SELECT 0L AS id, 'kept' AS status, 0D AS amount");
  const bad = rows([
    [1, "new", 5],
    [1, "odd", 5000],
    [null, "new", 1],
  ]);
  const write = bad.write.mode("overwrite").expectations(expectation).saveAsTable("failing");
  await that(write).rejects.toMatchObject({ condition: "QUALITY_GATE_FAILED" });
  that(await rowsOf(lake.spark, "SELECT status FROM failing")).toEqual([["kept"]]);
  that(await rowsOf(lake.spark, "SELECT count(*) FROM (DESCRIBE HISTORY failing)").catch(() => [[1]])).toEqual([[1]]);
});

test("a percentage within its threshold passes", async () => {
  const result = await rows([
    [1, "new", 5],
    [null, "new", 1],
  ])
    .write.expectations(expectOrFail("few nulls", notNull("id", { maxPercentage: 50 })))
    .saveAsTable("half");
  that(result.checks[0]).toMatchObject({ status: "PASSED", value: 50, threshold: 50 });
});

test("the figures are kept, also those of a failed gate", async () => {
  const kept = await rowsOf(
    lake.spark,
    "SELECT DISTINCT table_name, check_name, status FROM data_quality_metrics WHERE status <> 'PASSED' ORDER BY ALL",
  );
  that(kept).toContainEqual(["main.default.failing", "rule", "FAILED"]);
  that(kept).toContainEqual(["main.default.gated", "known status", "DROPPED"]);
});

test("a write of no rows breaks no rule", async () => {
  const result = await rows([])
    .write.mode("append")
    .expectations(expectOrDrop("amount is positive", "amount > 0"), expect("has id", notNull("id")))
    .saveAsTable("gated_nothing");
  that(result.checks.map(({ status, violations }) => [status, violations])).toEqual([
    ["PASSED", 0n],
    ["PASSED", 0n],
  ]);
});

test("a write whose rows are all held back publishes none, and its quarantine counts", async () => {
  await rows([[1, "new", 1]]).write.saveAsTable("none");
  for (const held of [[[2]], [[2], [2]]]) {
    await rows([[2, "odd", 1]])
      .write.mode("append")
      .expectations(expectOrDrop("known", "status = 'new'"))
      .saveAsTable("none");
    that(await rowsOf(lake.spark, "SELECT id FROM none")).toEqual([[1]]);
    that(await rowsOf(lake.spark, "SELECT id FROM none_quarantine")).toEqual(held);
  }
});

test.each([
  ["accepted values without a value", () => acceptedValues("status", [])],
  ["a key without a column", () => unique()],
  ["a percentage above 100", () => notNull("id", { maxPercentage: 150 })],
  ["bounds the wrong way round", () => range("amount", { min: 2, max: 1 })],
  ["no bound", () => rowCount({})],
  ["a bound that is no number", () => rowCount({ min: Number.NaN })],
])("a rule that says nothing is refused: %s", (_, rule) => {
  that(rule).toThrow(/INVALID_EXPECTATION/);
});

test.each([
  ["no name", [expectOrDrop(" ", "id > 0")]],
  ["one name twice", [expect("x", "id > 0"), expectOrFail("x", notNull("id"))]],
])("expectations with %s are refused, nothing is written", async (_, expectations) => {
  const write = rows([[1, "new", 1]])
    .write.expectations(...expectations)
    .saveAsTable("unnamed");
  await that(write).rejects.toMatchObject({ condition: "INVALID_EXPECTATION" });
  await that(lake.spark.sql("SELECT * FROM unnamed")).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
});

test("without source files the quarantine follows the write: a part that is written again replaces its rows", async () => {
  const write = (id: number, status: string) =>
    rows([
      [id, status, 1],
      [id, "new", 1],
    ])
      .write.mode("overwrite")
      .option("replaceWhere", `id = ${id}`)
      .expectations(expectOrDrop("known", "status = 'new'"))
      .saveAsTable("parts");
  for (const [id, status] of [
    [1, "odd"],
    [2, "odd"],
    [1, "odder"],
  ] as const)
    await write(id, status);
  that(await rowsOf(lake.spark, "SELECT id, status FROM parts_quarantine ORDER BY id")).toEqual([
    [1, "odder"],
    [2, "odd"],
  ]);
});

test("a merge adds what is not in quarantine yet, and takes nothing out", async () => {
  await rows([[1, "new", 1]]).write.saveAsTable("merged");
  const merge = (...bad: readonly (readonly [number, string, number])[]) =>
    DeltaTable.forName(lake.spark, "merged")
      .as("t")
      .merge(rows([[1, "new", 1], ...bad]).as("s"), "t.id = s.id")
      .whenNotMatchedInsertAll()
      .expectations(expectOrDrop("known", "status = 'new'"))
      .execute();
  await merge([2, "odd", 1], [2, "odd", 1]);
  await merge([2, "odd", 1], [2, "odd", 1], [3, "odd", 1]);
  await merge();
  that(await rowsOf(lake.spark, "SELECT id FROM merged_quarantine ORDER BY id")).toEqual([[2], [2], [3]]);
});

test("dropping on a rule of the whole write is refused", () => {
  that(() => expectOrDrop("x", unique("id"))).toThrow(/INVALID_EXPECTATION/);
});
