/** Dynamic value references: every name, the course's own, hostile values, and text that only looks like one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptSettings, jobParameters } from "../../src/jobs/parameters.js";
import { parseReferences, type ReferenceScope, resolveReferences } from "../../src/jobs/reference.js";

const scope: ReferenceScope = {
  job: {
    id: "42",
    name: "Daily",
    runId: "100",
    repairCount: 0,
    startTime: Date.UTC(2024, 0, 14, 2, 3, 4, 567),
    triggerType: "one_time",
    parameters: { day: "2024-01-15", "odd name": "x", evil: "{{job.id}}" },
  },
  task: { key: "load", runId: "200", executionCount: 2 },
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
    ["{{task.name}} {{task.run_id}} {{task.execution_count}}", "load 200 2"],
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
    ["{{start_date}} {{task_key}}", "2024-01-14 load"],
    ["{{job.start_time}}", "2024-01-14T02:03:04.567Z"],
    ["{{run.id}} {{parent_run.id}}", "200 100"],
  ])("deprecated, or the course's own: %s", (text, value) => {
    expect(resolveReferences(text, scope)).toBe(value);
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
  ["{{tasks.up.values.nope}}", "set no task value `nope`"],
  ["{{tasks.up.values.__proto__}}", "set no task value `__proto__`"],
  ["{{tasks.other.values.n}}", "`other` has not finished"],
  ["{{tasks.up.output.first_row.c}}", "no column `c`"],
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
  const work = {
    type: "notebook_task" as const,
    settings: { notebook_path: "n", base_parameters: { day: "task", own: "task", now: "task" } },
  };

  test("run-now beats the job, which beats the task", () => {
    const settings = attemptSettings(
      work,
      { ...scope, job: { ...scope.job, parameters: { day: "job", now: "job" } } },
      { now: "run-now" },
    );
    expect(settings.base_parameters).toEqual({ day: "job", own: "task", now: "run-now" });
  });

  test("a job's default may refer to the run; what run-now gives is taken as it is", () => {
    const defaults = { day: "{{job.start_time.iso_date}}", name: "{{job.name}}" };
    expect(jobParameters(defaults, { name: "{{job.id}}", other: "x" }, scope)).toEqual({
      day: "2024-01-14",
      name: "{{job.id}}",
    });
  });
});
