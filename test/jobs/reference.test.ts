/** Dynamic value references: every name, the course's own, hostile values, and text that only looks like one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptSettings, jobParameters } from "../../src/jobs/parameters.js";
import { parseReferences, type ReferenceScope, resolveReferences } from "../../src/jobs/reference.js";
import { checkRunParameters, type RunParameters } from "../../src/jobs/run-parameters.js";
import type { TaskType } from "../../src/jobs/spec/task.js";

const scope: ReferenceScope = {
  job: {
    id: "42",
    name: "Daily",
    runId: "100",
    repairCount: 0,
    startTime: Date.UTC(2024, 0, 14, 2, 3, 4, 567),
    trigger: { type: "ONE_TIME", at: Date.UTC(2024, 0, 14, 2, 3, 4, 567) },
    parameters: { day: "2024-01-15", "odd name": "x", evil: "{{job.id}}" },
  },
  task: { key: "load", runId: "200", executionCount: 2, notebookPath: "/Workspace/nb" },
  tasks: new Map([
    [
      "up",
      {
        runId: "150",
        resultState: "UPSTREAM_FAILED",
        executionCount: 3,
        errorCode: "QUALITY_GATE_FAILED",
        values: { n: 5, list: [1, "a"], text: "{{job.id}}" },
        exitValue: '{"rows":7}',
        rows: [
          { a: 1, b: "x" },
          { a: 2, b: "y" },
        ],
      },
    ],
  ]),
};

describe("values", () => {
  test.each([
    ["{{job.id}}", "42"],
    ["{{job.name}}", "Daily"],
    ["{{job.run_id}}", "100"],
    ["{{job.repair_count}}", "0"],
    ["{{job.trigger.type}}", "one_time"],
    ["{{job.trigger.time.iso_date}}", "2024-01-14"],
    ["{{job.parameters.day}}", "2024-01-15"],
    ["{{job.parameters.`odd name`}}", "x"],
    ["{{job.start_time.iso_date}}", "2024-01-14"],
    ["{{job.start_time.iso_datetime}}", "2024-01-14T02:03:04.567Z"],
    ["{{job.start_time.iso_weekday}}", "7"],
    ["{{job.start_time.is_weekday}}", "false"],
    ["{{job.start_time.year}}-{{job.start_time.month}}-{{job.start_time.day}}", "2024-1-14"],
    ["{{job.start_time.hour}}:{{job.start_time.minute}}:{{job.start_time.second}}", "2:3:4"],
    ["{{job.start_time.timestamp_ms}}", String(scope.job.startTime)],
    ["{{task.name}} {{task.run_id}} {{task.execution_count}} {{task.notebook_path}}", "load 200 2 /Workspace/nb"],
    ["{{tasks.up.run_id}}", "150"],
    ["{{tasks.up.result_state}}", "upstream_failed"],
    ["{{tasks.up.error_code}}", "QUALITY_GATE_FAILED"],
    ["{{tasks.up.execution_count}}", "3"],
    ["{{tasks.up.values.n}}", "5"],
    ["{{tasks.up.values.list}}", '[1,"a"]'],
    ["{{tasks.up.values.default}}", '{"rows":7}'],
    ["{{tasks.up.output.rows}}", '[{"a":1,"b":"x"},{"a":2,"b":"y"}]'],
    ["{{tasks.up.output.first_row}}", '{"a":1,"b":"x"}'],
    ["{{tasks.up.output.first_row.b}}", "x"],
    ["{{ job . id }}", "42"],
    ["a{{job.id}}b{{job.id}}c", "a42b42c"],
  ])("%s", (text, value) => {
    expect(resolveReferences(text, scope)).toBe(value);
  });

  test.each([
    ["{{job_id}} {{run_id}} {{parent_run_id}}", "42 200 100"],
    ["{{start_date}} {{start_time}} {{task_key}}", `2024-01-14 ${scope.job.startTime} load`],
    ["{{task_retry_count}}", "1"],
    ["{{job.start_time}}", "2024-01-14T02:03:04.567Z"],
    ["{{run.id}} {{parent_run.id}}", "200 100"],
  ])("deprecated, or the course's own: %s", (text, value) => {
    expect(resolveReferences(text, scope)).toBe(value);
  });
});

describe("what began the run", () => {
  const at = Date.UTC(2024, 0, 15, 6, 30, 59, 999);
  const tables = [
    { name: "main.default.orders", version: 7, timestamp: Date.UTC(2024, 0, 15, 6, 29, 1) },
    { name: "main.raw.`odd name`", version: 1, timestamp: at },
  ];
  const began = (trigger: Partial<ReferenceScope["job"]["trigger"]>): ReferenceScope => ({
    ...scope,
    job: { ...scope.job, trigger: { type: "ONE_TIME", at, ...trigger } },
  });
  const files = began({ type: "FILE_ARRIVAL", fileArrival: { location: "/Volumes/main/default/landing/" } });
  const updates = began({ type: "TABLE", tableUpdate: { tables } });

  test.each([
    ["{{job.trigger.type}}", began({ type: "RUN_JOB_TASK" }), "run_job_task"],
    ["{{job.trigger.time.iso_datetime}}", began({}), "2024-01-15T06:30:59.999Z"],
    ["{{job.trigger.time.iso_datetime}}", began({ type: "PERIODIC" }), "2024-01-15T06:30:00.000Z"],
    ["{{job.trigger.file_arrival.location}}", files, "/Volumes/main/default/landing/"],
    ["{{job.trigger.table_update.updated_tables}}", updates, '["main.default.orders","main.raw.`odd name`"]'],
    ["{{job.trigger.table_update.main.default.orders.version}}", updates, "7"],
    ["{{job.trigger.table_update.`main.default.orders`.version}}", updates, "7"],
    ["{{job.trigger.table_update.main.default.orders.commit_timestamp.minute}}", updates, "29"],
    ["{{job.trigger.file_arrival.location}}", began({}), "{{job.trigger.file_arrival.location}}"],
    ["{{job.trigger.table_update.updated_tables}}", files, "{{job.trigger.table_update.updated_tables}}"],
  ])("%s", (text, inner, value) => {
    expect(resolveReferences(text, inner)).toBe(value);
  });

  test("a backfill's date", () => {
    const backfill: ReferenceScope = { ...scope, backfillDate: "2024-02-29" };
    expect(resolveReferences("{{backfill.iso_date}} {{backfill.iso_datetime}} {{backfill.day}}", backfill)).toBe(
      "2024-02-29 2024-02-29T00:00:00.000Z 29",
    );
    expect(() => resolveReferences("{{backfill.iso_dat}}", backfill)).toThrow("Did you mean `iso_date`?");
  });

  test("a table that did not begin the run is an error", () => {
    expect(() => resolveReferences("{{job.trigger.table_update.main.default.x.version}}", updates)).toThrow(
      "main.default.x is not among those",
    );
  });
});

describe("the input of an iteration", () => {
  const loop = (value: unknown): ReferenceScope => ({ ...scope, input: { value } });
  test.each([
    ["{{input}}", "a'b", "a'b"],
    ["{{input}}", { a: 1 }, '{"a":1}'],
    ["{{input.a}}-{{input.b.c}}", { a: 1, b: { c: "x" } }, "1-x"],
    ["{{input.`odd name`}}", { "odd name": true }, "true"],
    ["{{input.1}}", ["x", "{{job.id}}"], "{{job.id}}"],
    ["{{input}}", null, "null"],
  ])("%s of %j", (text, value, expected) => {
    expect(resolveReferences(text, loop(value))).toBe(expected);
  });

  test("a key that is not there is an error; keys of JavaScript's own are not there", () => {
    expect(() => resolveReferences("{{input.b}}", loop({ a: 1 }))).toThrow('input of this iteration is {"a":1}');
    expect(() => resolveReferences("{{input.constructor}}", loop({}))).toThrow("has no `constructor`");
    expect(() => resolveReferences("{{input.length}}", loop("text"))).toThrow("has no `length`");
  });
});

describe("output of a SQL task", () => {
  const up = scope.tasks.get("up");
  const withUp = (change: object): ReferenceScope => ({
    ...scope,
    tasks: new Map(up ? [["up", { ...up, ...change }]] : []),
  });

  test("rows that were too many are never given in part", () => {
    const cut = withUp({ omittedRows: 4000 });
    expect(() => resolveReferences("{{tasks.up.output.rows}}", cut)).toThrow("has 4002 rows");
    expect(resolveReferences("{{tasks.up.output.first_row.a}}", cut)).toBe("1");
  });

  test("no rows", () => {
    const none = withUp({ rows: [] });
    expect(resolveReferences("{{tasks.up.output.rows}}|{{tasks.up.output.first_row}}", none)).toBe("[]|{}");
    expect(() => resolveReferences("{{tasks.up.output.first_row.a}}", none)).toThrow("has no rows");
  });

  test("the state of an alert", () => {
    expect(resolveReferences("{{tasks.up.output.alert_state}}", withUp({ alertState: "TRIGGERED" }))).toBe("TRIGGERED");
    expect(() => resolveReferences("{{tasks.up.output.alert_state}}", scope)).toThrow("not an alert");
  });
});

test.each([
  "{{my.value}}",
  "{{my.value}",
  "{my.value}}",
  "{{}}",
  "{{ }}",
  "{{job.}}",
  "{{.id}}",
  "{{input.x}}",
  "{{job.id",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text itself is under test
  "${job.id}",
  "{{job id}}",
  "{{toString}}",
])("stays literal: %s", (text) => {
  expect(resolveReferences(text, scope)).toBe(text);
});

test.each([
  ["{{job.naem}}", "Did you mean `name`?"],
  ["{{job.parameters.nope}}", "no parameter `nope`"],
  ["{{job.parameters.constructor}}", "no parameter `constructor`"],
  ["{{job.start_time.iso}}", "iso_date"],
  ["{{job.trigger.file_arrival.url}}", "`file_arrival` has location"],
  ["{{job.trigger.table_update.main.default.t}}", "`table_update` has updated_tables"],
  ["{{tasks.up.notebook_path}}", "`up` is not a notebook_task"],
  ["{{tasks.up.values.nope}}", "set no task value `nope`"],
  ["{{tasks.up.values.__proto__}}", "set no task value `__proto__`"],
  ["{{tasks.other.values.n}}", "`other` has not finished"],
  ["{{tasks.up.output.first_row.c}}", "no column `c`. Did you mean"],
  ["{{tasks.up.values.lst}}", "Did you mean `list`?"],
  ["{{job.parameters.days}}", "Did you mean `day`?"],
])("is an error: %s", (text, reason) => {
  expect(() => resolveReferences(text, scope)).toThrow(reason);
});

describe("a value is only data", () => {
  test("it is never expanded again", () => {
    expect(resolveReferences("{{job.parameters.evil}}", scope)).toBe("{{job.id}}");
    expect(resolveReferences("{{tasks.up.values.text}}", scope)).toBe("{{job.id}}");
    expect(resolveReferences("{{job.parameters.evil}}{{job.id}}", scope)).toBe("{{job.id}}42");
  });

  test("whatever it is, it arrives as it was given", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.constantFrom(
        "{{job.id}}",
        "}}",
        "{{",
        "$&",
        "$1",
        "$`",
        "'; DROP TABLE t; --",
        "../../etc",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text itself is under test
        "${env.HOME}",
        "`",
        "\n",
        "\u0000",
        "zażółć 🦆 \u202e",
      ),
    );
    fc.assert(
      fc.property(hostile, hostile, (value, other) => {
        const inner: ReferenceScope = { ...scope, job: { ...scope.job, parameters: { a: value, b: other } } };
        expect(resolveReferences("<{{job.parameters.a}}|{{job.parameters.b}}>", inner)).toBe(`<${value}|${other}>`);
        const work = {
          type: "notebook_task" as const,
          settings: { notebook_path: "n", base_parameters: { x: "{{job.parameters.a}}" } },
        };
        expect(attemptSettings(work, inner, { y: other })).toEqual({
          notebook_path: "n",
          base_parameters: { x: value, a: value, b: other, y: other },
        });
      }),
    );
  });

  test("text without braces, and pieces of references, come through unchanged", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes("{{"));
        expect(resolveReferences(text, scope)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom("{", "}", "{{", "}}", "job", ".", "id", "`", " ", "x")), (pieces) => {
        const text = pieces.join("");
        const parts = parseReferences(text);
        expect(parts.map((part) => (typeof part === "string" ? part : part.source)).join("")).toBe(text);
      }),
    );
  });
});

describe("precedence", () => {
  const inner: ReferenceScope = { ...scope, job: { ...scope.job, parameters: { day: "job", now: "job" } } };
  const own = { day: "task", own: "task", now: "task" };
  const merged = { day: "job", own: "task", now: "run-now" };
  const now = { now: "run-now" };
  const list = ["--day", "{{job.parameters.day}}"];
  const given = ["job"];

  test.each<[TaskType, object, RunParameters, object]>([
    ["notebook_task", { base_parameters: own }, {}, { base_parameters: merged }],
    [
      "notebook_task",
      { base_parameters: own },
      { notebook_params: { own: "n", x: "{{job.id}}" }, sql_params: { x: "no" } },
      { base_parameters: { ...merged, own: "n", x: "{{job.id}}" } },
    ],
    ["sql_task", { query: { query_id: "q" } }, {}, { query: { query_id: "q" }, parameters: { day: "job", ...now } }],
    ["sql_task", { parameters: own }, { sql_params: { own: "s" } }, { parameters: { ...merged, own: "s" } }],
    ["sql_task", { alert: { alert_id: "a" } }, { sql_params: { own: "s" } }, { alert: { alert_id: "a" } }],
    ["python_wheel_task", { parameters: list }, {}, { parameters: ["--day", "job"] }],
    ["python_wheel_task", { parameters: list }, { python_params: given }, { parameters: given }],
    ["python_wheel_task", { named_parameters: own }, {}, { named_parameters: merged }],
    [
      "python_wheel_task",
      { named_parameters: own },
      { python_named_params: { own: "p" } },
      { named_parameters: { ...merged, own: "p" } },
    ],
    ["spark_python_task", { parameters: list }, {}, { parameters: ["--day", "job"] }],
    ["spark_python_task", { parameters: list }, { python_params: given }, { parameters: given }],
    ["spark_jar_task", { parameters: list }, { jar_params: given }, { parameters: given }],
    ["spark_submit_task", { parameters: list }, { spark_submit_params: given }, { parameters: given }],
    ["dbt_task", { commands: ["dbt run"] }, { dbt_commands: ["dbt test"] }, { commands: ["dbt test"] }],
    ["dbt_task", { commands: ["dbt run"] }, {}, { commands: ["dbt run"] }],
    ["pipeline_task", { pipeline_id: "p" }, { pipeline_params: { full_refresh: true } }, { full_refresh: true }],
    ["run_job_task", { job_parameters: own }, {}, { job_parameters: merged }],
    ["run_job_task", { job_id: 1 }, {}, { job_id: 1, job_parameters: {} }],
  ])("%s %j with %j", (type, settings, runNow, expected) => {
    expect(attemptSettings({ type, settings }, inner, now, runNow)).toMatchObject(expected);
  });

  test("a job's default may refer to the run; what run-now gives is taken as it is", () => {
    const defaults = { day: "{{job.start_time.iso_date}}", name: "{{job.name}}", ["__proto__"]: "p" };
    expect(jobParameters(defaults, { name: "{{job.id}}", other: "x" }, scope)).toEqual({
      day: "2024-01-14",
      name: "{{job.id}}",
      ["__proto__"]: "p",
    });
  });

  test("limits", () => {
    const work = { type: "notebook_task" as const, settings: { notebook_path: "n" } };
    expect(() => attemptSettings(work, scope, { big: "x".repeat(2 ** 20) })).toThrow("at most 1 MB");
    expect(() => checkRunParameters({ sql_params: { a: "x".repeat(10_000) } })).toThrow("takes 10,000");
    expect(() => checkRunParameters({ notebook_params: {}, jar_params: [] })).toThrow("exclude each other");
  });
});

describe("a value in the name of a file", () => {
  const named = (value: string, path = "sql/{{job.parameters.p}}.sql") =>
    attemptSettings(
      { type: "sql_task", settings: { file: { path } } },
      { ...scope, job: { ...scope.job, parameters: { p: value, dot: "." } } },
      {},
    ).file;

  test.each([
    ["daily", "sql/{{job.parameters.p}}.sql", "sql/daily.sql"],
    ["a/b c", "../sql/{{job.parameters.p}}.sql", "../sql/a/b c.sql"],
    ["..a", "sql/{{job.parameters.p}}.sql", "sql/..a.sql"],
    ["/Workspace/x.sql", "{{job.parameters.p}}", "/Workspace/x.sql"],
    ["x.sql", "{{job.parameters.p}}", "x.sql"],
  ])("%s completes %s", (value, path, expected) => {
    expect(named(value, path)).toEqual({ path: expected });
  });

  test.each([
    ["../../etc/passwd", "sql/{{job.parameters.p}}.sql"],
    ["..\\x", "sql/{{job.parameters.p}}.sql"],
    ["x/..", "../{{job.parameters.p}}/a.sql"],
    ["a\0b", "sql/{{job.parameters.p}}.sql"],
    ["/etc/passwd", "{{job.parameters.p}}"],
    ["C:\\x", "{{job.parameters.p}}"],
    ["~/x", "{{job.parameters.p}}"],
    ["file:///etc/passwd", "{{job.parameters.p}}"],
    ["/Workspace/../etc/passwd", "{{job.parameters.p}}"],
    [".", "sql/{{job.parameters.p}}{{job.parameters.dot}}/x"],
  ])("%j may not lead %s elsewhere", (value, path) => {
    expect(() => named(value, path)).toThrow("leads out of the folder");
  });
});
