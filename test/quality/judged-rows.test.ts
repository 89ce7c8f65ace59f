import { describe, test, expect as that } from "vitest";
import type { Expectation, ViolationAction } from "../../src/quality/expectation.js";
import {
  acceptedValues,
  expect,
  expectation,
  expectOrDrop,
  expectOrFail,
  notNull,
  range,
} from "../../src/quality/rules.js";
import { customSql, freshness, reconciliation, rowCountChange, unique } from "../../src/quality/write-rules.js";
import { randomNumbers } from "../reliability/suite.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();

async function write(query: string, table: string, ...expectations: readonly Expectation[]) {
  const rows = await lake.spark.sql(query);
  return rows.write
    .mode("append")
    .expectations(...expectations)
    .saveAsTable(table);
}

const one = "SELECT 1 AS id";
const two = "SELECT * FROM VALUES (1, 'a'), (2, NULL) AS t(id, s)";

type Truth = boolean | null;
interface Row {
  readonly i: number | null;
  readonly s: string | null;
}
/** Conditions, and what three-valued logic makes of them. */
const CONDITIONS: readonly (readonly [string, (row: Row) => Truth])[] = [
  ["i > 1", ({ i }) => (i === null ? null : i > 1)],
  ["s IN ('a', 'b')", ({ s }) => (s === null ? null : ["a", "b"].includes(s))],
  ["s NOT IN ('a', '')", ({ s }) => (s === null ? null : !["a", ""].includes(s))],
  ["s IN ('a', NULL)", ({ s }) => (s === "a" ? true : null)],
  ["s RLIKE '^a$'", ({ s }) => (s === null ? null : /^a\n?$/.test(s))],
  ["i IS NOT NULL", ({ i }) => i !== null],
  ["NULL", () => null],
  ["i > 1 OR s = 'a'", ({ i, s }) => ((i ?? 0) > 1 || s === "a" ? true : i === null || s === null ? null : false)],
];
const ACTIONS: readonly ViolationAction[] = ["warn", "drop", "drop"];

test("what is counted, published and held back is what three-valued logic says of random rules and rows", async () => {
  const next = randomNumbers(7);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
  for (let set = 0; set < 6; set += 1) {
    const rows = Array.from({ length: pick([0, 3, 20]) }, (_, id) => ({
      id,
      i: pick([null, 0, 1, 5]),
      s: pick([null, "a", "a\n", "", "c"]),
    }));
    const rules = Array.from({ length: 4 }, (_, n) => {
      const [text, keeps] = pick(CONDITIONS);
      return { rule: expectation(`it's ${n}`, text, pick(ACTIONS)), keeps };
    });
    const broken = rows.map((row) => rules.filter(({ keeps }) => keeps(row) !== true).map(({ rule }) => rule));
    const reasons = broken.map((all) => all.filter((rule) => rule.onViolation === "drop").map(({ name }) => name));
    const frame = lake.spark.createDataFrame(
      rows.map(({ id, i, s }) => [id, i, s]),
      "id INT, i INT, s STRING",
    );
    const result = await frame.write.expectations(...rules.map(({ rule }) => rule)).saveAsTable(`random${set}`);
    const counted = rules.map(({ rule }) => broken.filter((all) => all.includes(rule)).length);
    that(result.checks.map(({ violations }) => Number(violations))).toEqual(counted);
    const kept = rows.flatMap(({ id }) => (reasons[id]?.length === 0 ? [[id]] : []));
    that(await rowsOf(lake.spark, `SELECT id FROM random${set} ORDER BY id`)).toEqual(kept);
    if (kept.length === rows.length) continue;
    that(await rowsOf(lake.spark, `SELECT id, quarantine_reason FROM random${set}_quarantine ORDER BY id`)).toEqual(
      rows.flatMap(({ id }) => (reasons[id]?.length === 0 ? [] : [[id, reasons[id]?.join("; ")]])),
    );
  }
});

test("a condition that answers otherwise each time is asked once", async () => {
  const result = await write("SELECT * FROM range(20000)", "tossed", expectOrDrop("heads", "rand(3) < 0.5"));
  const dropped = Number(result.checks[0]?.violations);
  that(dropped).toBeGreaterThan(9_500);
  that(dropped).toBeLessThan(10_500);
});

describe("an error names the expectation", () => {
  test.each([
    [
      "of the rows, held back",
      "DIVIDE_BY_ZERO",
      [expectOrDrop("ok", "id > 0"), expectOrDrop("odd", "1 / (id - 1) > 0")],
    ],
    ["of the rows, counted", "CAST_INVALID_INPUT", [expect("ok", "id > 0"), expect("odd", "CAST(s AS INT) > 0")]],
    ["of a column", "UNRESOLVED_COLUMN.WITH_SUGGESTION", [expectOrFail("odd", "nope > 0")]],
    ["of a subquery", "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY", [expect("odd", "id IN (SELECT id FROM other)")]],
    ["of a query", "UNRESOLVED_COLUMN.WITH_SUGGESTION", [expect("odd", customSql("SELECT nope FROM {rows}"))]],
    ["of a type", "INVALID_EXPECTATION", [expect("odd", freshness("id", 5))]],
  ] as const)("%s", async (_, condition, rules) => {
    const error: unknown = await write(two, "wrong", ...rules).catch((raised: unknown) => raised);
    that(error).toMatchObject({ condition: that.stringContaining(condition), parameters: { expectation: "odd" } });
    that(await lake.spark.catalog.tableExists("wrong")).toBe(false);
  });

  test("but not where the rows raise it by themselves", async () => {
    const rows = "SELECT id, 1 / (id - 1) AS q FROM VALUES (1), (2) AS t(id)";
    await that(write(rows, "wrong", expectOrDrop("odd", "q > 0"))).rejects.toMatchObject({
      condition: "DIVIDE_BY_ZERO",
      parameters: that.not.objectContaining({ expectation: "odd" }),
    });
  });
});

test("a rule that fails is not asked of rows that another one drops", async () => {
  const rules = [expectOrDrop("not zero", "id <> 0"), expectOrFail("share", "10 / id > 0")];
  const result = await write("SELECT * FROM VALUES (0), (5) AS t(id)", "guarded", ...rules);
  that(result.checks.map(({ status }) => status)).toEqual(["DROPPED", "PASSED"]);
});

test("edges: shares, digits and changes are not rounded", async () => {
  const hundred = "SELECT id, CAST('12345678901234567.25' AS DECIMAL(38, 2)) AS m FROM range(100)";
  const share = { threshold: { maxPercentage: 7 } };
  const { checks } = await write(
    hundred,
    "edges",
    expect("7 of 100", "id >= 7", share),
    expect("8 of 100", "id >= 8", share),
    expect("above", range("m", { max: "12345678901234567.24" })),
    expect("at", range("m", { max: "12345678901234567.25" })),
    expect("another", acceptedValues("m", ["12345678901234567.26"])),
    expect("last digit", reconciliation("SELECT max(m) FROM {rows}", "SELECT 12345678901234567.26BD")),
    expect("NaN", reconciliation("SELECT double('NaN'), NULL, 1", "SELECT double('NaN'), NULL, 1.00")),
  );
  const passed = checks.filter(({ status }) => status === "PASSED").map((check) => check.expectation.name);
  that(passed).toEqual(["7 of 100", "at", "NaN"]);
});

test("fields within a column are keys; NULL of a query lies in no bounds", async () => {
  const { checks } = await write(
    "SELECT named_struct('x', id % 3) AS st, CAST(NULL AS INT) AS n FROM range(4)",
    "nested",
    expect("key", unique("st.x")),
    expect("sum", customSql("SELECT sum(n) FROM {rows}", { min: 0 })),
  );
  that(checks.map(({ status, violations }) => [status, violations])).toEqual([
    ["WARNED", 2n],
    ["WARNED", 1n],
  ]);
});

test("the count of a write that another rule failed is no run to compare with", async () => {
  const change = expect("volume", rowCountChange({ maxIncrease: 50 }));
  const rows = (count: number) => `SELECT id FROM range(${count})`;
  await write(rows(10), "volumes", change);
  await that(write(rows(100), "volumes", change, expectOrFail("no", "false"))).rejects.toThrow("QUALITY_GATE_FAILED");
  const { checks } = await write(rows(16), "volumes", change);
  that(checks[0]).toMatchObject({ status: "WARNED", threshold: 15 });
});

test("a replayed row gets generated columns anew, and a new identity", async () => {
  const columns = "k BIGINT GENERATED ALWAYS AS IDENTITY, id INT, y INT GENERATED ALWAYS AS (id * 2)";
  await lake.spark.execute(`CREATE TABLE given (${columns})`);
  await write(
    one.replace("1", "-4"),
    "given",
    expectOrDrop("positive", "id > 0"),
    expectOrDrop("there", notNull("id")),
  );
  await lake.spark.quarantine("given").replay({ set: { id: "abs(id)" } });
  that(await rowsOf(lake.spark, "SELECT id, y, k IS NOT NULL FROM given")).toEqual([[4, 8, true]]);
});
