/** What checks leave behind, read again: metrics, samples, profiles, and the report of them in words and as a page. */
import { beforeAll, describe, test, expect as that } from "vitest";
import { lineageSvg } from "../../../src/history/quality/lineage-svg.js";
import { qualityHtml } from "../../../src/history/quality/quality-html.js";
import {
  lastPoint,
  type QualityReport,
  type TableQuality,
  unaccounted,
} from "../../../src/history/quality/quality-report.js";
import { readQuality } from "../../../src/history/quality/read-quality.js";
import { accountText } from "../../../src/history/quality/report-words.js";
import { suggestChecks } from "../../../src/history/quality/suggest-checks.js";
import { suggestionText } from "../../../src/history/quality/suggestion-text.js";
import { publishEventLogs } from "../../../src/pipeline/event-log/publish-event-log.js";
import { writeUpdateLog } from "../../../src/pipeline/event-log/update-log.js";
import { acceptedValues, expect, expectOrDrop, expectOrFail, notNull } from "../../../src/quality/rules.js";
import { rowCount, unique } from "../../../src/quality/write-rules.js";
import { rowsOf, useSession } from "../../support/session.js";

const lake = useSession({ configuration: { "spark.lakelet.quality.hiddenColumns": "*mail*" } });
const HOSTILE = `</td><script>alert("x")</script><img src=http://evil.example/x onerror=alert(1)>`;

const orders = (from: number, count: number) =>
  lake.spark.sql(
    `SELECT id, IF(id % 10 = 0, NULL, id * 1.5D) AS amount, IF(id % 50 = 0, :hostile, element_at(array('new', 'paid'), CAST(id % 2 AS INT) + 1)) AS status,
     concat(id, '@example.com') AS mail, md5(CAST(id AS STRING)) AS digest FROM range(${from}, ${from + count})`,
    { hostile: HOSTILE },
  );

const rules = [
  expectOrDrop("known status", acceptedValues("status", ["new", "paid"]), { owner: "ann", tags: ["finance"] }),
  expect("amount is there", notNull("amount"), { description: "Refunds have none." }),
  expectOrFail("one row an order", unique("id")),
  expectOrFail("small", "id < 5000"),
];
let report: QualityReport;
let table: TableQuality;

beforeAll(async () => {
  for (const from of [1, 1001]) {
    await (await orders(from, 1000)).write
      .mode("append")
      .expectations(...rules)
      .saveAsTable("orders");
  }
  const twice = (await orders(4900, 200)).unionAll(await orders(4901, 1));
  await that(
    twice.write
      .mode("append")
      .expectations(...rules)
      .saveAsTable("orders"),
  ).rejects.toThrow(/QUALITY_GATE/);
  await lake.spark.profileTable("orders");
  report = await readQuality(lake.spark, { warehouse: `${lake.folder}/lake`, history: 30, sampleRows: 3 });
  table = report.tables.find((one) => one.name === "main.default.orders") as TableQuality;
});

const check = (name: string) => table.checks.find((one) => one.check === name);

describe("metrics", () => {
  test("tell the rule, who owns it, and how many rows passed and failed", async () => {
    const rows = await rowsOf(
      lake.spark,
      `SELECT check_expression, severity, owner, tags[0], total_rows, passed_rows, failed_rows, source
       FROM data_quality_metrics WHERE check_name = 'known status' ORDER BY timestamp LIMIT 1`,
    );
    that(rows[0]).toEqual([
      "(`status` IS NULL OR `status` IN ('new', 'paid'))",
      "warn",
      "ann",
      "finance",
      1000,
      980,
      20,
      "lakelet",
    ]);
  });

  test("of a version that had fewer columns are added to", async () => {
    await lake.spark.execute(`CREATE SCHEMA old; CREATE TABLE old.data_quality_metrics (table_name STRING, check_name STRING,
      status STRING, timestamp TIMESTAMP); INSERT INTO old.data_quality_metrics VALUES ('main.old.t', 'c', 'PASSED', TIMESTAMP'2026-01-01')`);
    const before = await readQuality(lake.spark, { table: "old.t", warehouse: lake.folder, history: 5, sampleRows: 0 });
    that(before.tables[0]?.checks[0]).toMatchObject({ check: "c", points: [{ status: "PASSED", violations: 0 }] });
    await lake.spark.execute("CREATE TABLE old.t AS SELECT 1 AS id");
    await lake.spark.checkTable("old.t", [expect("c", "id > 1")]);
    const rows = await rowsOf(
      lake.spark,
      "SELECT status, failed_rows FROM old.data_quality_metrics ORDER BY timestamp",
    );
    that(rows).toEqual([
      ["PASSED", null],
      ["WARNED", 1],
    ]);
  });

  test("of dbt's tests lie beside the tables that they are about", async () => {
    const record = { check: "not_null_t_id", type: "dbt_test", value: 2, violations: 2n, source: "dbt" } as const;
    await lake.spark.recordChecks([{ ...record, table: "main.old.t", status: "FAILED" }]);
    const read = await readQuality(lake.spark, { table: "old.t", warehouse: lake.folder, history: 5, sampleRows: 1 });
    that(read.tables[0]).toMatchObject({ status: "FAILED" });
    that(read.tables[0]?.checks.map((one) => [one.check, one.source])).toContainEqual(["not_null_t_id", "dbt"]);
  });
});

describe("the report", () => {
  test("has each check with its results, the oldest first", () => {
    that(table.rows).toBe(1960);
    that(table.status).toBe("FAILED");
    that(check("known status")?.points.map((one) => [one.status, one.violations])).toEqual([
      ["DROPPED", 20],
      ["DROPPED", 20],
      ["DROPPED", 4],
    ]);
    that(lastPoint(check("small") as NonNullable<ReturnType<typeof check>>)).toMatchObject({ status: "FAILED" });
  });

  test("counts what is in quarantine by reason, and shows rows without what is hidden", () => {
    that(table.quarantine).toMatchObject({ rows: 40, reasons: [{ reason: "known status", rows: 40 }] });
    const { columns, rows } = table.quarantine?.sample ?? { columns: [], rows: [] };
    that(columns[0]).toBe("quarantine_reason");
    that(columns).not.toContain("write_id");
    that(rows.map((row) => row[columns.indexOf("mail")])).toEqual(["•••", "•••", "•••"]);
    that(rows[0]?.[columns.indexOf("status")]).toBe(HOSTILE);
  });

  test("shows rows that were published though they warned, and rows of the write that was stopped", () => {
    const found = new Map(table.samples.map((one) => [one.check, one]));
    that([...found.keys()].sort()).toEqual(["amount is there", "one row an order", "small"]);
    const warned = found.get("amount is there");
    that(warned?.where).toBe("published");
    that(warned?.sample.rows.map((row) => row[warned.sample.columns.indexOf("amount")])).toEqual([null, null, null]);
    const doubled = found.get("one row an order");
    that(doubled?.where).toBe("not-published");
    that(doubled?.sample.rows.map((row) => row[0])).toEqual(["4901", "4901"]);
    that(found.get("small")?.sample.rows.every((row) => Number(row[0]) >= 5000)).toBe(true);
    that(doubled?.sample.rows.flat()).not.toContain("4901@example.com");
  });

  test("has what the columns hold", () => {
    const column = (name: string) => table.profile?.columns.find((one) => one.column === name);
    that(column("id")).toMatchObject({ type: "bigint", nulls: 0, min: "1", max: "1999" });
    that(column("id")?.histogram.reduce((sum, one) => sum + one, 0)).toBe(1960);
    that(column("amount")).toMatchObject({ nulls: 160 });
    that(column("status")).toMatchObject({ distinct: 2, minLength: 3, maxLength: 4 });
    that(
      column("status")
        ?.topValues.map((one) => one.value)
        .sort(),
    ).toEqual(["new", "paid"]);
    that(column("mail")).toMatchObject({ min: undefined, topValues: [] });
  });

  test("of a table that is not there is refused", async () => {
    const asked = readQuality(lake.spark, { table: "none", warehouse: lake.folder, history: 5, sampleRows: 1 });
    await that(asked).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  });

  test("is a page that asks for nothing and runs nothing, whatever the rows say", () => {
    const page = qualityHtml(report, HOSTILE);
    that(page).toContain("&lt;script&gt;alert");
    that(page).not.toMatch(/<(script|img|link|iframe|object)\b/i);
    that(page.replace(/<[^>]*>/g, (tag) => tag.replace(/"[^"]*"/g, ""))).not.toMatch(/<[^>]*\bon\w+=/i);
    that(page.match(/<[^>]*(?:src|href)=(?!"#)[^>]*>|url\(|@import/g)).toBeNull();
    that(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"`);
  });
});

describe("flows of pipelines", () => {
  const eventLog = { catalog: "main", schema: "shop", name: "event_log_shop" };
  const flow = { flow: "silver", target: "main.default.orders" };
  const account = { sources: [], isRowByRow: true, malformed: 2n, read: 100n, filtered: 30n, published: 60n };
  const place = { file: "shop.sql", line: 1 };

  beforeAll(async () => {
    const folder = `${lake.folder}/updates`;
    const settings = { id: "shop", name: "Shop" };
    for (const [update, quarantined] of [
      ["a", 9n],
      ["b", 10n],
    ] as const) {
      const header = { settings, updateId: update, userName: "ann", eventLog, process: "gone" };
      const tell = writeUpdateLog(folder, header);
      const at = Date.UTC(2026, 0, update === "a" ? 1 : 2);
      const query = { kind: "sql", text: "SELECT 1" } as const;
      const base = {
        kind: "query",
        name: "silver",
        target: ["orders"],
        once: false,
        byName: false,
        configuration: {},
      } as const;
      const datasetKind = "streaming-table";
      tell({ kind: "dataset-definition", at, dataset: flow.target, datasetKind, schema: "id INT", place });
      const inputs = [`main.default.bronze_${update}`, "/in/*.json"];
      const definition = { ...base, query, place };
      tell({ kind: "flow-definition", at, flow: definition, target: flow.target, inputs, isStreaming: true });
      tell({ kind: "planning-information", at, ...flow, technique: "APPEND_ONLY" });
      tell({ kind: "flow-progress", at, ...flow, status: "COMPLETED", account: { ...account, quarantined } });
      tell({ kind: "update-progress", at, state: "COMPLETED" });
    }
    const warehouse = `${lake.folder}/lake`;
    await publishEventLogs({ session: lake.spark, warehouse, folder, isAtWork: () => false });
    report = await readQuality(lake.spark, { table: "orders", warehouse, history: 30, sampleRows: 3 });
  });

  test("have the account of their rows, and what nobody can say the way of", () => {
    that(report.flows.map((one) => [one.update, one.technique, unaccounted(one), accountText(one)])).toEqual([
      ["b", "APPEND_ONLY", 0, "100 read = 60 published + 10 quarantined + 30 filtered, and 2 malformed lines"],
      ["a", "APPEND_ONLY", 1, "100 read ≠ 60 published + 9 quarantined + 30 filtered, and 2 malformed lines"],
    ]);
  });

  test("say what is made of what, as the newest update had it", () => {
    that(report.lineage?.edges).toEqual([
      { from: "main.default.bronze_b", to: "main.default.orders", by: "flow silver" },
      { from: "/in/*.json", to: "main.default.orders", by: "flow silver" },
    ]);
    const page = qualityHtml(report, "shop");
    that(page).toMatch(/<a href="#table-1"><g><title>main.default.orders<\/title>/);
    that(page).toContain("100 read = 60 published");
  });
});

test("a circle of tables is drawn all the same", () => {
  const nodes = ["a", "b", "c"].map((id) => ({ id, kind: "table" }) as const);
  const edges = [
    { from: "a", to: "b" },
    { from: "b", to: "a" },
    { from: "b", to: "c" },
    { from: "c", to: "c" },
  ];
  const drawn = lineageSvg(
    { nodes, edges },
    () => undefined,
    () => "NONE",
  );
  that(drawn.match(/<rect/g)).toHaveLength(3);
  that(drawn).not.toContain("NaN");
});

describe("suggestions", () => {
  test("say what the rows have satisfied, and nothing of few rows", async () => {
    const profile = await lake.spark.profileTable("orders");
    const found = await suggestChecks(lake.spark, "orders", profile);
    that(found.map((one) => one.expectation.name)).toEqual([
      "id is there",
      "id is unique",
      "amount is not negative",
      "status is there",
      "status is known",
      "mail is there",
      "mail is unique",
      "digest is there",
      "digest has 32 characters",
      "digest is unique",
    ]);
    const results = await lake.spark.checkTable(
      "orders",
      found.map((one) => one.expectation),
    );
    that(results.map((one) => one.status)).toEqual(found.map(() => "PASSED"));
    that(suggestionText("orders", found, "sql")).toContain(
      "CONSTRAINT status_is_known EXPECT (`status` IS NULL OR `status` IN ('new', 'paid'))",
    );
    that(suggestionText("orders", found, "typescript")).toContain('expect("id is unique", unique("id")),');
    await (await orders(1, 50)).write.saveAsTable("few");
    that(await suggestChecks(lake.spark, "few", await lake.spark.profileTable("few"))).toEqual([]);
  });
});

test("numbers that are none, no rows and nested values are profiled", async () => {
  await lake.spark.execute(`CREATE TABLE odd AS SELECT * FROM VALUES
    (DOUBLE('NaN'), array(1), TIMESTAMP'2026-01-01 00:00:00', true), (DOUBLE('Infinity'), NULL, NULL, NULL), (1e300D, array(), NULL, false)
    AS t(number, list, moment, flag); CREATE TABLE empty (id INT, name STRING)`);
  const { columns } = await lake.spark.profileTable("odd");
  that(columns.map((one) => [one.column, one.nulls, one.distinct])).toEqual([
    ["number", 0, 3],
    ["list", 1, undefined],
    ["moment", 2, 1],
    ["flag", 1, 2],
  ]);
  that(columns[2]).toMatchObject({ min: "2026-01-01 00:00:00", max: "2026-01-01 00:00:00" });
  that(await lake.spark.profileTable("empty")).toMatchObject({ rows: 0, columns: [{ nulls: 0 }, { nulls: 0 }] });
});

test("a check of too few rows names the limit", async () => {
  await lake.spark.checkTable("orders", [expect("many", rowCount({ min: 5000 }))]);
  const read = await readQuality(lake.spark, { table: "orders", warehouse: lake.folder, history: 5, sampleRows: 0 });
  const many = read.tables[0]?.checks.find((one) => one.check === "many");
  that(many).toMatchObject({ expression: 'rowCount({"min":5000})', points: [{ value: 1960, threshold: 5000 }] });
});
