/** SQL tasks on a real session: queries, files, parameters of both kinds, what is output, alerts. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { AttemptEvent, AttemptRequest, TaskResult } from "../../src/jobs/run/attempt.js";
import { ProjectPaths } from "../../src/tasks/project-paths.js";
import { alertTask, sqlTask } from "../../src/tasks/sql/sql-task.js";
import { useSession } from "../support/session.js";
import { writeFiles } from "../support/temporary-folder.js";

const lake = useSession();
beforeAll(() => lake.spark.execute("CREATE TABLE orders AS SELECT id, id * 1.5 AS amount FROM range(6)"));

interface Ran {
  readonly result: TaskResult;
  readonly warnings: readonly string[];
  readonly text: string;
}

async function run(
  type: "sql_task" | "alert_task",
  settings: object,
  files: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  writeFiles(lake.folder, files);
  const events: AttemptEvent[] = [];
  const session = Object.assign(lake.spark.newSession(), { stop: async () => undefined });
  const environment = {
    paths: new ProjectPaths({ root: lake.folder, mappings: {} }),
    queries: join(lake.folder, "queries"),
    openSession: async () => session,
  };
  const request: AttemptRequest = {
    job: { id: "1", name: "Daily", runId: "2", startTime: 0 },
    task: { key: "t", type, runId: "3", attempt: 0 },
    settings: settings as AttemptRequest["settings"],
    taskValues: {},
    sparkConf: {},
  };
  const handler = type === "sql_task" ? sqlTask(environment) : alertTask(environment);
  const result = await handler.run(request, (event) => events.push(event));
  const warnings = events.flatMap((one) =>
    one.type === "report" && one.report.kind === "warning" ? [one.report.message] : [],
  );
  const text = events
    .map((one) => (one.type === "output" && one.output.kind === "text" ? one.output.text : ""))
    .join("");
  return { result, warnings, text };
}

const query = (sql: string, parameters: Readonly<Record<string, string>> = {}) =>
  run("sql_task", { query: { query_id: "q" }, parameters }, { "queries/q.sql": sql });

describe("a query", () => {
  test("its rows are the last statement's, whatever came before", async () => {
    const { result, text } = await query("SELECT 1 AS a; INSERT INTO orders VALUES (10, 1.0); SELECT :p AS p, 2 AS n", {
      p: "x'; DROP TABLE orders; --",
    });
    expect(result).toEqual({ state: "SUCCESS", rows: [{ p: "x'; DROP TABLE orders; --", n: 2 }] });
    expect(text).toContain("1 row");
  });

  test("what a statement that writes gives is its count of rows", async () => {
    const { result } = await query("UPDATE orders SET amount = 0 WHERE id = 10");
    expect(result).toEqual({ state: "SUCCESS", rows: [{ num_affected_rows: 1 }] });
    expect((await query("CREATE TABLE IF NOT EXISTS other (id INT)")).result).toEqual({ state: "SUCCESS" });
  });

  test("a reference may hold 1,000 rows of 48 KiB: the others are counted", async () => {
    const many = (await query("SELECT id FROM range(1500)")).result;
    expect(many).toMatchObject({ state: "SUCCESS", omittedRows: 500 });
    expect(many.state === "SUCCESS" && many.rows).toHaveLength(1000);
    const wide = (await query("SELECT repeat('x', 20000) AS x FROM range(4)")).result;
    expect(wide).toMatchObject({ omittedRows: 2 });
    expect((await query("SELECT repeat('x', 50000) AS x")).result).toMatchObject({ rows: [], omittedRows: 1 });
  });

  test("an identifier is one name, whatever is in it", async () => {
    const { result } = await query("SELECT count(*) AS n FROM IDENTIFIER(:t)", { t: "orders" });
    expect(result).toMatchObject({ state: "SUCCESS" });
    const hostile = (await query("SELECT * FROM IDENTIFIER(:t)", { t: "orders; DROP TABLE orders" })).result;
    expect(hostile).toMatchObject({ state: "FAILED" });
    expect((await query("SELECT count(*) > 0 AS there FROM orders")).result).toMatchObject({ rows: [{ there: true }] });
  });

  test("a parameter without a value fails it for good, at its line", async () => {
    expect((await query("SELECT 1;\nSELECT :missing")).result).toMatchObject({
      state: "FAILED",
      failure: { condition: "UNBOUND_SQL_PARAMETER", retryable: false },
    });
  });

  test("an id never leads out of the queries folder", async () => {
    writeFileSync(join(lake.folder, "secret.sql"), "SELECT 1");
    for (const id of ["../secret", "..", "", "a/b", "x\0y"]) {
      const { result } = await run("sql_task", { query: { query_id: id } });
      expect(result).toMatchObject({ state: "FAILED", failure: { condition: "QUERY_NOT_FOUND" } });
    }
  });

  test("a dashboard is refused by name", async () => {
    const { result } = await run("sql_task", { dashboard: { dashboard_id: "d" } });
    expect(result).toMatchObject({ failure: { condition: "UNSUPPORTED_FEATURE.DASHBOARD", retryable: false } });
  });
});

describe("parameters of old, {{ name }}", () => {
  const odd = 'it\'s "{{ n }}" \\ `; DROP TABLE orders; -- :n';

  test.each<[string, Readonly<Record<string, string>>, unknown]>([
    ["SELECT {{ n }} AS v", { n: "5" }, 5],
    ["SELECT {{ n }} AS v", { n: "9007199254740993" }, "9007199254740993"],
    ["SELECT typeof({{ n }}) AS v", { n: "1.50" }, "decimal(3,2)"],
    ["SELECT '{{n}}' AS v", { n: odd }, odd],
    ['SELECT "{{n}}" AS v', { n: odd }, odd],
    ["SELECT 'a\\'{{ n }}\\t{{ m }}' AS v", { n: odd, m: "m" }, `a'${odd}\tm`],
    ["SELECT {{ n }} AS v", { n: odd }, odd],
    ["SELECT DATE '{{ d }}' + 1 AS v", { d: "2024-01-31" }, "2024-02-01"],
    ["SELECT count(*) AS v FROM {{ t }} WHERE id < {{ n }} LIMIT {{ n }}", { t: "main.default.orders", n: "2" }, 2],
    ["SELECT `{{ c }}` AS v FROM (SELECT 7 AS `odd `` name`)", { c: "odd ` name" }, 7],
    ["SELECT 1 AS v -- {{ none }}\n /* '{{ none }} */", {}, 1],
    ["SELECT :legacy_parameter_0 || '{{ n }}' AS v", { legacy_parameter_0: "a", n: "b" }, "ab"],
    ["SELECT '{{ date range.start }}' AS v", { "date range.start": "2024-01-01" }, "2024-01-01"],
  ])("%s with %j", async (sql, parameters, value) => {
    const { result } = await query(sql, parameters);
    expect(result).toMatchObject({ state: "SUCCESS", rows: [{ v: value }] });
  });

  test("a text where a column may have been meant is bound, and said", async () => {
    const { result, warnings } = await query("SELECT {{ column }} AS v FROM orders LIMIT 1", { column: "id" });
    expect(result).toMatchObject({ rows: [{ v: "id" }] });
    expect(warnings).toEqual([expect.stringContaining("IDENTIFIER(:column)")]);
  });

  test("a name without a value", async () => {
    expect((await query("SELECT {{ run_dat }}", { run_date: "x" })).result).toMatchObject({
      failure: { condition: "UNBOUND_SQL_PARAMETER", message: expect.stringContaining("Did you mean `run_date`?") },
    });
    expect((await query("SELECT '{{job.id}}'")).result).toMatchObject({
      failure: { message: expect.stringContaining("stand in the task's parameters") },
    });
  });
});

const definition = (more: object, sql = "SELECT 120 AS nulls, 100 AS limit_, CAST(NULL AS INT) AS nothing") =>
  JSON.stringify({ display_name: "Nulls", query_text: sql, ...more });
const evaluation = (operator: string, threshold?: object, more: object = {}) => ({
  evaluation: {
    source: { name: "nulls" },
    comparison_operator: operator,
    ...(threshold && { threshold }),
    ...more,
  },
});
const number = (double_value: number) => ({ value: { double_value } });
const alert = (text: string, settings: object = {}) =>
  run("sql_task", { alert: { alert_id: "a", ...settings } }, { "queries/a.alert.json": text });
const stateOf = ({ result }: Ran) => (result.state === "SUCCESS" ? result.alert?.state : result.failure.message);

describe("an alert", () => {
  test.each<[string, object | undefined, string]>([
    ["GREATER_THAN", number(100), "TRIGGERED"],
    ["GREATER_THAN", number(120), "OK"],
    ["GREATER_THAN_OR_EQUAL", number(120), "TRIGGERED"],
    ["LESS_THAN", number(121), "TRIGGERED"],
    ["LESS_THAN_OR_EQUAL", number(119.5), "OK"],
    ["EQUAL", { value: { string_value: "120.0" } }, "TRIGGERED"],
    ["NOT_EQUAL", { value: { string_value: "x" } }, "TRIGGERED"],
    ["GREATER_THAN", { column: { name: "LIMIT_" } }, "TRIGGERED"],
    ["GREATER_THAN", { column: { name: "nothing" } }, "UNKNOWN"],
    ["IS_NULL", undefined, "OK"],
    ["IS_NOT_NULL", undefined, "TRIGGERED"],
  ])("120 %s %j is %s", async (operator, threshold, state) => {
    expect(stateOf(await alert(definition(evaluation(operator, threshold))))).toBe(state);
  });

  const rows = "SELECT * FROM VALUES (1, 1.5), (4, 2.25), (4, NULL), (NULL, 9.0) AS t(nulls, d)";
  test.each<[string, string, number]>([
    ["SUM", "nulls", 9],
    ["COUNT", "nulls", 3],
    ["COUNT_DISTINCT", "nulls", 2],
    ["AVG", "nulls", 3],
    ["MEDIAN", "nulls", 4],
    ["MIN", "d", 1.5],
    ["MAX", "d", 9],
    ["STDDEV", "nulls", Math.sqrt(3)],
  ])("%s(%s) is %d", async (aggregation, name, value) => {
    const source = { name, aggregation };
    const text = definition(evaluation("EQUAL", number(value), { source }), rows);
    expect(stateOf(await alert(text))).toBe("TRIGGERED");
  });

  test.each(["OK", "TRIGGERED", "UNKNOWN"])("without a row it is %s, as it says", async (state) => {
    const text = definition(evaluation("EQUAL", number(1), { empty_result_state: state }), "SELECT 1 AS nulls LIMIT 0");
    expect(stateOf(await alert(text))).toBe(state);
  });

  test("what subscribers are told: the task's own come first; paused, nobody", async () => {
    const notification = { notify_on_ok: true, subscriptions: [{ user_email: "a@example.com" }] };
    const text = definition({
      ...evaluation("GREATER_THAN", number(100), { notification }),
      custom_summary:
        "{{ALERT_NAME}} is {{ALERT_STATUS}}: {{QUERY_RESULT_VALUE}} {{ALERT_CONDITION}} {{ALERT_THRESHOLD}} {{other}}",
    });
    const told = await alert(text);
    expect(told.result).toMatchObject({
      alert: {
        alertId: "a",
        state: "TRIGGERED",
        condition: "nulls > 100",
        value: "120",
        notify: true,
        subscriptions: [{ userName: "a@example.com" }],
        subject: "Nulls is TRIGGERED: 120 GREATER_THAN 100 {{other}}",
      },
    });
    expect(told.text).toContain("Alert Nulls: TRIGGERED, nulls > 100 (it is 120)");
    const own = { subscriptions: [{ destination_id: "slack" }], pause_subscriptions: true };
    expect((await alert(text, own)).result).toMatchObject({
      alert: { notify: false, subscriptions: [{ destinationId: "slack" }] },
    });
    const fine = definition(evaluation("GREATER_THAN", number(500)));
    expect((await alert(fine)).result).toMatchObject({ alert: { state: "OK", notify: false } });
  });

  test("a legacy alert names a saved query and has a condition; YAML is read, too", async () => {
    const text = `
query_id: nulls
condition:
  op: GREATER_THAN
  operand: { column: { name: n } }
  threshold: { value: { double_value: 3 } }
`;
    const files = { "queries/nulls.sql": "SELECT 4 AS n", "queries/old.alert.yml": text };
    expect(stateOf(await run("alert_task", { alert_id: "old" }, files))).toBe("TRIGGERED");
  });

  test("an alert_task takes a path, and parameters that the query has", async () => {
    const text = definition(evaluation("EQUAL", number(7)), "SELECT :n + {{ m }} AS nulls");
    const files = { "alerts/x.dbalert.json": text };
    const settings = { workspace_path: "alerts/x.dbalert.json", parameters: { n: "3", m: "4" } };
    expect(stateOf(await run("alert_task", settings, files))).toBe("TRIGGERED");
    const unknown = { ...settings, parameters: { ...settings.parameters, k: "1" } };
    expect((await run("alert_task", unknown)).result).toMatchObject({
      failure: { condition: "INVALID_ALERT", message: expect.stringContaining("no parameter `k`") },
    });
  });

  test("two names for one alert", async () => {
    expect((await run("alert_task", { alert_id: "a", workspace_path: "a" })).result).toMatchObject({
      failure: { condition: "INVALID_ALERT", message: expect.stringContaining("names two alerts") },
    });
  });

  test.each<[string, object, RegExp]>([
    [
      "a column that is not there",
      evaluation("EQUAL", number(1), { source: { name: "nuls" } }),
      /Did you mean `nulls`/,
    ],
    ["no threshold", evaluation("EQUAL"), /EQUAL takes one threshold/],
    ["a threshold too many", evaluation("IS_NULL", number(1)), /takes no threshold/],
    ["no condition", {}, /`evaluation`/],
    ["an unknown key", { ...evaluation("IS_NULL"), evalution: 1 }, /Did you mean `evaluation`/],
    ["an unknown operator", evaluation("BIGGER"), /must be one of EQUAL/],
    ["two queries", { ...evaluation("IS_NULL"), query_id: "q" }, /query_text and query_id/],
    [
      "a text against a number",
      { ...evaluation("EQUAL", number(1)), query_text: "SELECT 'x' AS nulls" },
      /cannot be compared/,
    ],
    [
      "no row where that is an error",
      { ...evaluation("IS_NULL", undefined, { empty_result_state: "ERROR" }), query_text: "SELECT 1 AS nulls LIMIT 0" },
      /gave no row/,
    ],
  ])("%s fails the task for good", async (_, more, message) => {
    const { result } = await alert(definition(more));
    expect(result).toMatchObject({
      state: "FAILED",
      failure: { condition: "INVALID_ALERT", message: expect.stringMatching(message), retryable: false },
    });
  });

  test("a query that fails, and an alert that is not there", async () => {
    const { result } = await alert(definition(evaluation("IS_NULL"), "SELECT\n  nope AS nulls"));
    expect(result).toMatchObject({
      state: "FAILED",
      failure: { condition: expect.stringContaining("UNRESOLVED_COLUMN") },
    });
    for (const id of ["../a", "b"]) {
      expect((await run("sql_task", { alert: { alert_id: id } })).result).toMatchObject({
        failure: { condition: "ALERT_NOT_FOUND" },
      });
    }
  });
});
