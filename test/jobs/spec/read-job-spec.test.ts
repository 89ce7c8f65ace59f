/** Mistakes in a job spec: each named with its file, line and column. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LakeletError } from "../../../src/errors/lakelet-error.js";
import { jobNamesIn, readJobSpec } from "../../../src/jobs/spec/read-job-spec.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

function read(text: string, name = "job.yml", bundleKey?: string) {
  const file = join(temporaryFolder({ [name]: text }), name);
  return readJobSpec(file, { shownAs: name, ...(bundleKey !== undefined && { bundleKey }) });
}

function messageOf(text: string, name = "job.yml"): string {
  try {
    read(text, name);
  } catch (error) {
    if (error instanceof LakeletError) return error.message;
    throw error;
  }
  throw new Error("the spec was read");
}

const TASK = `- task_key: a
    notebook_task: { notebook_path: ./a }`;

test("several mistakes come in the order of the file", () => {
  const text = `name: x
tasks:
  ${TASK}
    timeout_seconds: -1
    max_retry: 1
    max_retries: "3"
tags: 5
`;
  expect(messageOf(text)).toBe(`job.yml: [INVALID_JOB_SPEC] The job spec has 4 mistakes:
  job.yml:5:22: \`tasks[0].timeout_seconds\` must be at least 0, but is the number -1.
  job.yml:6:5: Unknown key \`max_retry\` in \`tasks[0]\`. Did you mean \`max_retries\`?
  job.yml:7:18: \`tasks[0].max_retries\` must be a number, but is the string "3".
  job.yml:8:7: \`tags\` must be an object, but is the number 5.`);
});

test("notices come in the order of the file", () => {
  const { notices } = read(`tasks:
  ${TASK}
    max_retries: 1\n    new_cluster: { num_workers: 1, spark_version: x }\nformat: MULTI_TASK\n`);
  const lines = notices.map(({ location }) => location.line ?? 0);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
});

describe("schema", () => {
  test.each([
    [
      "an unknown key, with the nearest",
      `name: x\ntimeout_second: 5\ntasks:\n  ${TASK}`,
      "job.yml:2:1: [INVALID_JOB_SPEC] Unknown key `timeout_second`. Did you mean `timeout_seconds`?",
    ],
    [
      "an unknown key inside a task",
      `tasks:\n  ${TASK}\n    max_retry: 1`,
      "job.yml:4:5: [INVALID_JOB_SPEC] Unknown key `max_retry` in `tasks[0]`. Did you mean `max_retries`?",
    ],
    [
      "an unknown key inside a cluster",
      `tasks:\n  ${TASK}\n    new_cluster: { num_worker: 1 }`,
      "job.yml:4:20: [INVALID_JOB_SPEC] Unknown key `num_worker` in `tasks[0].new_cluster`. Did you mean `num_workers`?",
    ],
    [
      "a number where a text must be",
      `tasks:\n  - task_key: a\n    notebook_task:\n      notebook_path: ./a\n      base_parameters: { n: 5 }`,
      'job.yml:5:29: [INVALID_JOB_SPEC] `tasks[0].notebook_task.base_parameters.n` must be a string, but is the number 5. Put it in quotes: "5".',
    ],
    [
      "a text where a number must be",
      `timeout_seconds: soon\ntasks:\n  ${TASK}`,
      'job.yml:1:18: [INVALID_JOB_SPEC] `timeout_seconds` must be a number, but is the string "soon".',
    ],
    [
      "an unknown word",
      `tasks:\n  ${TASK}\n    run_if: ALL_SUCESS`,
      'job.yml:4:13: [INVALID_JOB_SPEC] `tasks[0].run_if` must be one of ALL_SUCCESS, AT_LEAST_ONE_SUCCESS, NONE_FAILED, ALL_DONE, AT_LEAST_ONE_FAILED, ALL_FAILED, but is the string "ALL_SUCESS". Did you mean `ALL_SUCCESS`?',
    ],
    [
      "a task without its key",
      `tasks:\n  - notebook_task: { notebook_path: ./a }`,
      "job.yml:2:5: [INVALID_JOB_SPEC] `tasks[0].task_key` is missing: it must be a string.",
    ],
    [
      "a key that could leave its folder",
      `tasks:\n  - task_key: ../../x\n    notebook_task: { notebook_path: ./a }`,
      "job.yml:2:15: [INVALID_JOB_SPEC] `tasks[0].task_key`: must be 1 to 100 letters, digits, `_` or `-`.",
    ],
    ["no tasks", "name: x", "job.yml:1:1: [INVALID_JOB_SPEC] A job needs at least one task."],
  ])("%s", (_, text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  test("JSON has lines too", () => {
    const text = `{\n\t"tasks": [\n\t\t{ "task_key": "a", "notebook_tsk": {} }\n\t]\n}`;
    expect(messageOf(text, "job.json")).toBe(
      "job.json:3:22: [INVALID_JOB_SPEC] Unknown key `notebook_tsk` in `tasks[0]`. Did you mean `notebook_task`?",
    );
  });

  test("all mistakes are told at once", () => {
    const message = messageOf(`nam: x\ntasks:\n  ${TASK}\n    max_retries: no`);
    expect(message).toContain("has 2 mistakes");
    expect(message).toContain("job.yml:1:1: Unknown key `nam`");
    expect(message).toContain("job.yml:5:18: `tasks[0].max_retries` must be a number");
  });
});

describe("syntax", () => {
  test.each([
    ["broken JSON", '{ "name": "x", "tasks": [ }', /^job\.yml:1:27: \[MALFORMED_DOCUMENT\]/],
    ["a key twice", "name: a\nname: b\n", /^job\.yml:2:1: \[MALFORMED_DOCUMENT\] .*unique/],
    [
      "a key that would reach the prototype",
      '{ "__proto__": { "name": "x" } }',
      /^job\.yml:1:3: \[MALFORMED_DOCUMENT\] .*__proto__/,
    ],
    ["aliases that multiply", bomb(), /MALFORMED_DOCUMENT.*alias/],
    ["an empty file", "", /^job\.yml:1:1: \[INVALID_JOB_SPEC\] The file holds no job/],
    ["a list", "- a", /holds no job/],
  ])("%s", (_, text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  function bomb(): string {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(", ")}]`,
    );
    return ["l0: &l0 [x]", ...levels].join("\n");
  }
});

describe("meaning", () => {
  const task = (key: string, more = "") =>
    `  - task_key: ${key}\n    notebook_task: { notebook_path: ./${key} }\n${more}`;
  const dependsOn = (...keys: string[]) =>
    `    depends_on:\n${keys.map((key) => `      - task_key: ${key}\n`).join("")}`;

  test.each([
    [
      "a cycle, with its path",
      `tasks:\n${task("a", dependsOn("c"))}${task("b", dependsOn("a"))}${task("c", dependsOn("b"))}`,
      /cycle: a -> b -> c -> a\.|cycle: b -> c -> a -> b\.|cycle: c -> a -> b -> c\./,
    ],
    ["a task that depends on itself", `tasks:\n${task("a", dependsOn("a"))}`, /^job\.yml:5:7: .* cycle: a -> a\./],
    [
      "a dangling dependency",
      `tasks:\n${task("ingest_bronze")}${task("b", dependsOn("ingest_bronz"))}`,
      /^job\.yml:7:19: .*`b` depends on `ingest_bronz`, which no task is called\. Did you mean `ingest_bronze`\?/,
    ],
    ["the same key twice", `tasks:\n${task("a")}${task("a")}`, /^job\.yml:4:15: .*Two tasks have the task_key `a`\./],
    ["nothing to run", "tasks:\n  - task_key: a\n", /^job\.yml:2:5: .*says nothing to run/],
    [
      "two task types",
      `tasks:\n${task("a", "    sql_task: { query: { query_id: q } }\n")}`,
      /^job\.yml:4:15: .*has notebook_task and sql_task: a task has one of them/,
    ],
    [
      "a SQL task without a query",
      "tasks:\n  - task_key: a\n    sql_task: { warehouse_id: w }\n",
      /needs one of query, file, alert and dashboard, but has none/,
    ],
    [
      "an unknown job cluster",
      `job_clusters: [{ job_cluster_key: main }]\ntasks:\n${task("a", "    job_cluster_key: man\n")}`,
      /No job cluster is called `man`\. Did you mean `main`\?/,
    ],
    [
      "a wrong name in a known namespace",
      "tasks:\n  - task_key: a\n    notebook_task: { notebook_path: ./a, base_parameters: { x: '{{job.naem}}' } }\n",
      /^job\.yml:3:64: .*{{job\.naem}}: Did you mean `name`\?/,
    ],
    [
      "a parameter that the job does not declare",
      "tasks:\n  - task_key: a\n    notebook_task: { notebook_path: ./a, base_parameters: { x: '{{job.parameters.day}}' } }\n",
      /the job declares no parameter `day`/,
    ],
    [
      "a parameter that would take its value from a task",
      `parameters: [{ name: day, default: '{{tasks.a.values.day}}' }]\ntasks:\n${task("a")}`,
      /^job\.yml:1:\d+: .*{{tasks\.a\.values\.day}} has no value when a run begins/,
    ],
    [
      "values of a task that there is not",
      "tasks:\n  - task_key: a\n    notebook_task: { notebook_path: ./a, base_parameters: { x: '{{tasks.b.values.k}}' } }\n",
      /no task is called `b`/,
    ],
  ])("%s", (_, text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  test("an unknown namespace stays literal, with a warning", () => {
    const { notices } = read(
      "tasks:\n  - task_key: a\n    notebook_task: { notebook_path: ./a, base_parameters: { x: '{{my.value}}' } }\n",
    );
    expect(notices).toMatchObject([{ severity: "warning", location: { file: "job.yml", line: 3 } }]);
  });

  test("a chain of a thousand tasks is no cycle, and is checked fast", () => {
    const tasks = Array.from({ length: 1000 }, (_, i) => task(`t${i}`, i > 0 ? dependsOn(`t${i - 1}`) : ""));
    expect(read(`tasks:\n${tasks.join("")}`).settings.tasks).toHaveLength(1000);
  });
});

describe("the forms of a file", () => {
  test("{ settings: ... }", () => {
    expect(read(`settings:\n  name: x\n  tasks:\n    ${TASK.replace("\n", "\n  ")}`).settings.name).toBe("x");
  });

  const bundle =
    "resources:\n  jobs:\n    one:\n      name: First\n      tasks: [{ task_key: a, notebook_task: { notebook_path: ./a } }]\n";
  test("a bundle's only job", () => {
    expect(read(bundle)).toMatchObject({ bundleKey: "one", settings: { name: "First" } });
  });

  test("a bundle of several needs a name", () => {
    const two = `${bundle}    two: { name: Second, tasks: [{ task_key: a, notebook_task: { notebook_path: ./a } }] }\n`;
    expect(() => read(two)).toThrow("The bundle has 2 jobs: name one of one, two.");
    expect(read(two, "job.yml", "two").settings.name).toBe("Second");
    const file = join(temporaryFolder({ "databricks.yml": two }), "databricks.yml");
    expect(jobNamesIn(file)).toEqual([
      { name: "First", bundleKey: "one" },
      { name: "Second", bundleKey: "two" },
    ]);
  });
});
