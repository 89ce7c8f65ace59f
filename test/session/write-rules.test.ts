import { test, expect as that } from "vitest";
import type { Expectation, ExpectationRule } from "../../src/quality/expectation.js";
import {
  expect,
  expectAllOrDrop,
  expectOrDrop,
  expectOrFail,
  pattern,
  references,
  textLength,
} from "../../src/quality/rules.js";
import {
  customSql,
  distribution,
  freshness,
  meanDrift,
  reconciliation,
  rowCountChange,
  schemaIs,
  unique,
} from "../../src/quality/write-rules.js";
import { rowsOf, useSession } from "../support/session.js";

const lake = useSession();
const SCHEMA = "id BIGINT, status STRING, amount DOUBLE";
const rows = (values: readonly (readonly [number | null, string | null, number])[]) =>
  lake.spark.createDataFrame(values, SCHEMA);
const many = (count: number, amount: (i: number) => number, status = (i: number): string => (i % 2 ? "new" : "paid")) =>
  rows(Array.from({ length: count }, (_, i) => [i, status(i), amount(i)]));
const overwrite = (table: string, frame: ReturnType<typeof rows>, ...expectations: readonly Expectation[]) =>
  frame.write
    .mode("overwrite")
    .expectations(...expectations)
    .saveAsTable(table);
const warned = (rule: ExpectationRule) => expect("rule", rule);

test("pattern, length and references part the rows; null passes", async () => {
  await lake.spark.execute("CREATE TABLE known AS SELECT 1L AS id UNION ALL SELECT 2L");
  await overwrite(
    "parted",
    rows([
      [1, "ab-1", 1],
      [2, "ab1", 1],
      [3, "ab-3", 1],
      [null, null, 1],
      [2, "abcdef-1", 1],
      [9, "x", 1],
    ]),
    ...expectAllOrDrop({
      "has a dash": pattern("status", "^[a-z]+-\\d$"),
      short: textLength("status", { min: 2, max: 5 }),
      "is known": references("id", "known"),
    }),
  );
  that(await rowsOf(lake.spark, "SELECT id FROM parted ORDER BY id")).toEqual([[null], [1]]);
  that(
    await rowsOf(lake.spark, "SELECT id, status, quarantine_reason FROM parted_quarantine ORDER BY id, status"),
  ).toEqual([
    [2, "ab1", "has a dash"],
    [2, "abcdef-1", "short"],
    [3, "ab-3", "is known"],
    [9, "x", "has a dash; short; is known"],
  ]);
});

test.each([
  ["warn within its share", expect("r", "amount > 1", { threshold: { maxPercentage: 25 } }), "PASSED", 2, undefined],
  ["warn above", expect("r", "amount > 1", { threshold: { maxPercentage: 24 } }), "WARNED", 2, undefined],
  [
    "fail within its number",
    expectOrFail("r", "amount > 1", { threshold: { maxViolations: 2 } }),
    "PASSED",
    2,
    undefined,
  ],
  [
    "drop within its share",
    expectOrDrop("r", "amount > 1", { threshold: { maxPercentage: 25 } }),
    "DROPPED",
    2,
    undefined,
  ],
  [
    "drop above",
    expectOrDrop("r", "amount > 1", { threshold: { maxViolations: 1 } }),
    "FAILED",
    2,
    "2 rows, allowed 1",
  ],
  [
    "fail above",
    expectOrFail("r", "amount > 1", { threshold: { maxPercentage: 1 } }),
    "FAILED",
    2,
    "2 of 8 rows (25.00 %), allowed 1 %",
  ],
])("a threshold: %s", async (_, expectation, status, violations, words) => {
  const write = overwrite(
    "within",
    many(8, (i) => i),
    expectation,
  );
  if (words === undefined)
    that((await write).checks[0]).toMatchObject({ status, violations: BigInt(violations), total: 8n });
  else await that(write).rejects.toThrow(words);
});

test("rows that one rule drops are looked at by those that warn, not by those that fail", async () => {
  const { checks } = await overwrite(
    "looked_at",
    rows([
      [1, "odd", -1],
      [2, "new", 5],
      [3, "odd", 5],
    ]),
    expect("amount", "amount > 0"),
    expectOrDrop("status", "status = 'new'"),
    expectOrFail("no debt", "amount >= 0"),
  );
  that(checks.map((one) => [one.status, one.violations])).toEqual([
    ["WARNED", 1n],
    ["DROPPED", 2n],
    ["PASSED", 0n],
  ]);
});

test("the count of rows against the runs before", async () => {
  const volume = expectOrFail("volume", rowCountChange({ maxDecrease: 50, maxIncrease: 100 }));
  for (const count of [10, 12, 14])
    await overwrite(
      "volumes",
      many(count, (i) => i),
      volume,
    );
  await that(
    overwrite(
      "volumes",
      many(5, (i) => i),
      volume,
    ),
  ).rejects.toThrow("row count 5, -58.3 % against the mean 12 of the last 3, allowed -50 to +100 %");
  await that(
    overwrite(
      "volumes",
      many(25, (i) => i),
      volume,
    ),
  ).rejects.toThrow("QUALITY_GATE_FAILED");
  that(
    (
      await overwrite(
        "volumes",
        many(24, (i) => i),
        volume,
      )
    ).checks[0],
  ).toMatchObject({ status: "PASSED", value: 24 });
});

test("values that moved against the table as it was", async () => {
  const drift = [
    warned(distribution("amount")),
    expect("texts", distribution("status")),
    expect("mean", meanDrift("amount", { maxDeviations: 1 })),
  ];
  const first = await overwrite(
    "drifting",
    many(200, (i) => i % 100),
    ...drift,
  );
  that(first.checks.map((one) => one.status)).toEqual(["PASSED", "PASSED", "PASSED"]);
  const same = await overwrite(
    "drifting",
    many(300, (i) => (i * 7) % 100),
    ...drift,
  );
  that(same.checks.map((one) => one.status)).toEqual(["PASSED", "PASSED", "PASSED"]);
  const moved = await overwrite(
    "drifting",
    many(
      200,
      (i) => 80 + (i % 100),
      () => "odd",
    ),
    ...drift,
  );
  that(moved.checks.map((one) => one.status)).toEqual(["WARNED", "WARNED", "WARNED"]);
  that(moved.checks[2]?.detail).toMatch(
    /^mean of amount 129\.5, before 49\.\d+: 2\.\d\d standard deviations away, allowed 1$/,
  );
});

test.each([
  ["a query that gives rows", customSql("SELECT id FROM {rows} GROUP BY id HAVING count(*) > 1"), 0n],
  ["a query with a violation", customSql("SELECT id FROM {rows} WHERE amount > 8"), 1n],
  ["a value within its bounds", customSql("SELECT sum(amount) FROM {rows}", { min: 45, max: 45 }), 0n],
  ["a value outside", customSql("SELECT sum(amount) FROM {rows}", { max: 44.5 }), 1n],
  [
    "sums that agree",
    reconciliation("SELECT count(*), sum(amount) FROM {rows}", "SELECT count(*), sum(amount) FROM source_rows"),
    0n,
  ],
  [
    "sums that do not",
    reconciliation("SELECT count(*), sum(amount) + 1 FROM {rows}", "SELECT count(*), sum(amount) FROM source_rows"),
    1n,
  ],
  [
    "sums within percents",
    reconciliation("SELECT sum(amount) + 1 FROM {rows}", "SELECT sum(amount) FROM source_rows", {
      tolerancePercentage: 3,
    }),
    0n,
  ],
  ["the columns of a contract", schemaIs(SCHEMA), 0n],
  ["columns that are not of it", schemaIs("id INT, status STRING, colour STRING"), 3n],
  ["new columns where they may be", schemaIs("id BIGINT, status STRING", { allowNew: true }), 0n],
  ["fresh rows", freshness("at", "1 hour"), 0n],
  ["rows of long ago", freshness("at", 30), 1n],
])("%s", async (_, rule, violations) => {
  await lake.spark.execute(
    "CREATE TABLE IF NOT EXISTS source_rows AS SELECT CAST(id AS DOUBLE) AS amount FROM range(10)",
  );
  const frame = many(10, (i) => i);
  const at = "current_timestamp() - INTERVAL 1 MINUTE AS at";
  const written = rule.kind === "freshness" ? frame.selectExpr("*", at) : frame;
  const { checks } = await written.write
    .mode("overwrite")
    .option("overwriteSchema", "true")
    .expectations(warned(rule))
    .saveAsTable("asked");
  that(checks[0]).toMatchObject({ violations, status: violations === 0n ? "PASSED" : "WARNED" });
});

test("more rules that drop than files may be open: every row has all its reasons", async () => {
  const rules = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`bit ${i}`, `(id >> ${i}) % 2 = 0`]));
  const { checks } = await lake.spark
    .range(4096)
    .write.expectations(...expectAllOrDrop(rules))
    .saveAsTable("bits");
  that(checks.map((one) => one.violations)).toEqual(Array.from({ length: 12 }, () => 2048n));
  that(await rowsOf(lake.spark, "SELECT id FROM bits")).toEqual([[0]]);
  const wrong = `SELECT count(*) FROM bits_quarantine WHERE size(split(quarantine_reason, '; ')) <> bit_count(id)`;
  that(await rowsOf(lake.spark, wrong)).toEqual([[0]]);
  that(await rowsOf(lake.spark, "SELECT count(*) FROM bits_quarantine")).toEqual([[4095]]);
});

test("what is said of an expectation is kept with its figures", async () => {
  await overwrite(
    "said",
    many(1, () => 1),
    expect("r", "id >= 0", { owner: "sales", tags: ["a"], severity: "info" }),
  );
  that(
    await rowsOf(
      lake.spark,
      "SELECT owner, severity, total_rows FROM data_quality_metrics WHERE table_name LIKE '%said'",
    ),
  ).toEqual([["sales", "info", 1]]);
});

test("a table as it stands is held against rules about all of it", async () => {
  await overwrite(
    "standing",
    many(4, (i) => i),
  );
  const checks = await lake.spark.checkTable("standing", [
    warned(customSql("SELECT * FROM {rows} WHERE amount = 3")),
    expect("share", "amount < 3", { threshold: { maxPercentage: 25 } }),
    expect("known", references("id", "standing")),
  ]);
  that(checks.map((one) => [one.status, one.violations])).toEqual([
    ["WARNED", 1n],
    ["PASSED", 1n],
    ["PASSED", 0n],
  ]);
});

test("a table as it stands is compared with what it was before its last write, not with itself", async () => {
  const name = "stands_moved";
  const rules = [
    warned(distribution("amount")),
    expect("mean", meanDrift("amount", { maxDeviations: 1 })),
    expect("schema", schemaIs()),
  ];
  const statuses = async () => (await lake.spark.checkTable(name, rules)).map((one) => one.status);
  await overwrite(
    name,
    many(200, (i) => i % 100),
  );
  that(await statuses()).toEqual(["PASSED", "PASSED", "PASSED"]);
  const moved = many(200, (i) => 800 + (i % 100)).selectExpr("*", "1 AS more");
  await moved.write.mode("overwrite").option("overwriteSchema", "true").saveAsTable(name);
  that(await statuses()).toEqual(["WARNED", "WARNED", "WARNED"]);
  await lake.spark.execute(`ALTER TABLE ${name} SET TBLPROPERTIES ('a' = 'b'); OPTIMIZE ${name}`);
  that(await statuses()).toEqual(["WARNED", "WARNED", "WARNED"]);
});

test("keys within the table: an append is held against the rows that are there", async () => {
  const key = expectOrFail("key", unique("ID", "status", { within: "table" }));
  const write = (mode: "append" | "overwrite", ...values: Parameters<typeof rows>[0]) =>
    rows(values).write.mode(mode).expectations(key).saveAsTable("keyed");
  await write("append", [1, "new", 1], [2, "new", 1]);
  await write("append", [1, "paid", 1], [null, "new", 1]);
  await write("append", [null, "new", 2]);
  await that(write("append", [3, "new", 1], [2, "new", 2])).rejects.toThrow("1 rows");
  that(
    await rowsOf(
      lake.spark,
      "SELECT row FROM data_quality_samples WHERE table_name LIKE '%keyed' AND check_name = 'key'",
    ),
  ).toEqual([['{"id":2,"status":"new","amount":2.0}']]);
  await write("overwrite", [2, "new", 3]);
  that((await lake.spark.checkTable("keyed", [key])).map((one) => one.status)).toEqual(["PASSED"]);
  that(await rowsOf(lake.spark, "SELECT id, amount FROM keyed")).toEqual([[2, 3]]);
  const part = rows([[2, "new", 4]])
    .write.mode("overwrite")
    .option("replaceWhere", "id = 2")
    .expectations(key);
  await that(part.saveAsTable("keyed")).rejects.toThrow("UNSUPPORTED_FEATURE.UNIQUE_WITHIN_TABLE");
});
