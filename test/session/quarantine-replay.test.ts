import { test, expect as that } from "vitest";
import { acceptedValues, expectOrDrop, expectOrFail, notNull } from "../../src/quality/rules.js";
import { DeltaTable } from "../../src/tables/delta-table.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

function orders(...rows: readonly (readonly [number | null, string | null])[]) {
  return lake.spark.createDataFrame(rows, "id BIGINT, status STRING");
}

async function held(table: string): Promise<void> {
  await orders([1, "new"], [2, " PAID"], [3, "odd"], [null, "new"])
    .write.expectations(
      expectOrDrop("known status", acceptedValues("status", ["new", "paid"])),
      expectOrDrop("has id", notNull("id")),
    )
    .saveAsTable(table);
}

test("rows that a fix mends are published once and leave the quarantine, others stay as they were", async () => {
  await held("mended");
  const quarantine = lake.spark.quarantine("mended");
  const fix = { set: { status: "lower(trim(status))" } };
  const dry = await quarantine.replay({ ...fix, dryRun: true });
  that(dry).toMatchObject({ version: undefined, selected: 3n, replayed: 1n, remaining: 2n });
  that(dry.violations).toEqual([
    { expectation: "has id", rows: 1n },
    { expectation: "known status", rows: 1n },
  ]);
  that(await rowsOf(lake.spark, "SELECT count(*) FROM mended_quarantine")).toEqual([[3]]);
  that(await quarantine.replay(fix)).toMatchObject({ version: 1, selected: 3n, replayed: 1n, remaining: 2n });
  that(await quarantine.replay(fix)).toMatchObject({ version: undefined, selected: 2n, replayed: 0n });
  that(await rowsOf(lake.spark, "SELECT * FROM mended ORDER BY id")).toEqual([
    [1, "new"],
    [2, "paid"],
  ]);
  const left = "SELECT id, status, quarantine_reason FROM mended_quarantine ORDER BY id";
  that(await rowsOf(lake.spark, left)).toEqual([
    [null, "new", "has id"],
    [3, "odd", "known status"],
  ]);
});

test("only the rows of the condition are replayed, with values of other columns", async () => {
  await held("chosen");
  const result = await lake.spark
    .quarantine("chosen")
    .replay({ where: "quarantine_reason = 'has id'", set: { id: "length(status) + 6" } });
  that(result).toMatchObject({ selected: 1n, replayed: 1n, remaining: 0n });
  that(await rowsOf(lake.spark, "SELECT id FROM chosen ORDER BY id")).toEqual([[1], [9]]);
  that(await lake.spark.quarantine("chosen").rows().count()).toBe(2);
});

test("a replay that was killed after it had published only takes its rows out; one before it publishes them", async () => {
  for (const [table, published] of [
    ["killed_late", true],
    ["killed_early", false],
  ] as const) {
    await held(table);
    await lake.spark.execute(`ALTER TABLE ${table}_quarantine ADD COLUMN replay_id BIGINT`);
    await lake.spark.execute(`UPDATE ${table}_quarantine SET replay_id = 1 WHERE id = 2`);
    if (published) {
      const rows = orders([2, "paid"]);
      await rows.write.mode("append").option("txnAppId", "lakelet.replay").option("txnVersion", 1).saveAsTable(table);
    }
    const result = await lake.spark.quarantine(table).replay({ where: "id = 2", set: { status: "'paid'" } });
    that(result.replayed).toBe(published ? 0n : 1n);
    that(await rowsOf(lake.spark, `SELECT count(*) FROM ${table} WHERE id = 2`)).toEqual([[1]]);
    that(await rowsOf(lake.spark, `SELECT count(*) FROM ${table}_quarantine`)).toEqual([[2]]);
  }
});

test("rows of a merge are merged by their keys, and refused without them", async () => {
  await orders([1, "new"]).write.saveAsTable("merged");
  await DeltaTable.forName(lake.spark, "merged")
    .as("t")
    .merge(orders([1, "odd"], [2, "odd"]).as("s"), "t.id = s.id")
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .expectations(expectOrDrop("known", "status = 'new'"))
    .execute();
  await orders([3, "new"]).write.mode("append").saveAsTable("merged");
  await lake.spark.execute("UPDATE merged SET status = 'older' WHERE id = 1");
  const quarantine = lake.spark.quarantine("merged");
  const set = { status: "'new'" };
  that(await rowsOf(lake.spark, "SELECT count(*) FROM merged_quarantine")).toEqual([[2]]);
  await that(quarantine.replay({ set })).rejects.toMatchObject({ condition: "QUARANTINE_MERGE_KEYS" });
  that(await quarantine.replay({ set, on: ["id"] })).toMatchObject({ replayed: 2n });
  that(await rowsOf(lake.spark, "SELECT * FROM merged ORDER BY id")).toEqual([
    [1, "new"],
    [2, "new"],
    [3, "new"],
  ]);
});

test("a rule that fails the write keeps a replayed row back too", async () => {
  await orders([1, "new"], [2, "odd"])
    .write.expectations(expectOrDrop("known", "status = 'new'"), expectOrFail("small", "id < 100"))
    .saveAsTable("strict");
  const result = await lake.spark.quarantine("strict").replay({ set: { status: "'new'", id: "1000L" } });
  that(result).toMatchObject({ replayed: 0n, remaining: 1n, violations: [{ expectation: "small", rows: 1n }] });
});

test.each([
  ["a column that the table lacks", "mended", { set: { colour: "'red'" } }, "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
  ["a condition that is none", "mended", { where: "id + 1" }, "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN"],
])("%s is refused", async (_, table, options, condition) => {
  await that(lake.spark.quarantine(table).replay(options)).rejects.toMatchObject({ condition });
});

test("a table without a quarantine says so; rows whose rules are forgotten need them again", async () => {
  await orders([1, "new"]).write.saveAsTable("clean");
  await that(lake.spark.quarantine("clean").replay()).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  await held("forgotten");
  await lake.spark.execute("DELETE FROM data_quality_metrics WHERE table_name LIKE '%forgotten'");
  const quarantine = lake.spark.quarantine("forgotten");
  await that(quarantine.replay()).rejects.toMatchObject({ condition: "QUARANTINE_NO_GATE" });
  that(await quarantine.replay({ expectations: [expectOrDrop("has id", notNull("id"))] })).toMatchObject({
    replayed: 2n,
    remaining: 1n,
  });
});
