/** Bad input: one clear message with file and line, the exit code of the design, nothing half-done. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { builtPackage, lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

// A build takes seconds where the machine is busy.
beforeAll(() => {
  builtPackage();
}, 120_000);

const JOB = `name: Daily
tasks:
  - task_key: load
    notebook_task:
      notebook_path: /Workspace/KION/load
`;

/** A project with one notebook, and a job made of this text. */
function project(job: string, files: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({
    "lakelet.yml": "paths: { /Workspace/KION: ./notebooks }\n",
    "notebooks/load.ts": "",
    "queries/gold.sql": "SELECT 1",
    "pipelines/daily/job.yml": job,
    ...files,
  });
}

describe("refused with code 2", () => {
  test.each([
    [
      "an unknown key",
      `${JOB}timeout_second: 5\n`,
      "pipelines/daily/job.yml:6:1: [INVALID_JOB_SPEC] Unknown key `timeout_second`. Did you mean `timeout_seconds`?\n",
    ],
    [
      "a cycle",
      `${JOB}    depends_on: [{ task_key: load }]\n`,
      "pipelines/daily/job.yml:6:17: [INVALID_JOB_SPEC] The tasks depend on each other in a cycle: load -> load.\n",
    ],
    [
      "a dangling dependency",
      `${JOB}    depends_on: [{ task_key: lod }]\n`,
      "pipelines/daily/job.yml:6:30: [INVALID_JOB_SPEC] `load` depends on `lod`, which no task is called. Did you mean `load`?\n",
    ],
    [
      "a parameter of the wrong type",
      `${JOB}      base_parameters: { n: 5 }\n`,
      'pipelines/daily/job.yml:6:29: [INVALID_JOB_SPEC] `tasks[0].notebook_task.base_parameters.n` must be a string, but is the number 5. Put it in quotes: "5".\n',
    ],
    [
      "broken YAML",
      "name: [",
      "pipelines/daily/job.yml:1:8: [MALFORMED_DOCUMENT] The file is not valid JSON or YAML: ",
    ],
    [
      "a type that is not there yet",
      `name: x\ntasks:\n  - task_key: a\n    power_bi_task: {}\n`,
      "pipelines/daily/job.yml:4:5: [INVALID_JOB_SPEC] `power_bi_task` is not supported yet",
    ],
  ])("run: %s", async (_, job, message) => {
    const folder = project(job);
    const { code, stdout, stderr } = await lakelet(folder, ["run", "daily"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.startsWith(message)).toBe(true);
    expect(existsSync(join(folder, ".lakelet"))).toBe(false);
  });

  test.each([
    [
      "an unknown notebook",
      JOB.replace("KION/load", "KION/lad"),
      /^pipelines\/daily\/job\.yml:5:22: \[INVALID_JOB_SPEC\] The notebook \/Workspace\/KION\/lad does not exist\. .* Did you mean `load`\?\n$/,
    ],
    [
      "an unknown query",
      "tasks: [{ task_key: a, sql_task: { query: { query_id: gld } } }]",
      /^pipelines\/daily\/job\.yml:1:55: .*There is no query `gld`\. .* Did you mean `gold`\?\n$/,
    ],
    ["a path without a mapping", JOB.replace("KION", "Else"), /No prefix under `paths:` in lakelet\.yml covers it/],
  ])("validate: %s", async (_, job, message) => {
    const { code, stderr } = await lakelet(project(job), ["validate", "daily"]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe("usage, code 2", () => {
  test.each([
    [["run", "dayly"], /\[JOB_NOT_FOUND\].*Did you mean `Daily`\?/],
    [["run", "daily", "--only", "lod"], /\[TASK_NOT_FOUND\].*Did you mean `load`\?/],
    [["run", "daily", "--param", "run_date"], /"run_date" is not name=value/],
    [["run", "daily", "--parm", "a=b"], /unknown option '--parm'/],
    [["run"], /missing required argument 'job'/],
    [["rn", "daily"], /unknown command 'rn'/],
    [["runs", "show", "5"], /There is no run 5\./],
    [["runs", "show", "../../x"], /There is no run/],
    [["runs", "cancel", "5"], /There is no run 5\./],
    [["sql"], /Give either statements or --file/],
    [["sql", "--file", "nope.sql"], /nope\.sql cannot be read/],
    [["sql", "--format", "xml", "select 1"], /Allowed choices are table, json, csv/],
  ])("%j", async (args, message) => {
    const { code, stderr } = await lakelet(project(JOB), args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test.each([
    ["warehose: ./lake\n", "lakelet.yml:1:1: [INVALID_PROJECT_FILE] Unknown key `warehose`. Did you mean `warehouse`?"],
    ["timezone: Mars\n", "lakelet.yml:1:11: [INVALID_PROJECT_FILE] `timezone`: Mars is no time zone."],
    ["memory_limit: lots\n", "lakelet.yml:1:15: [INVALID_PROJECT_FILE] `memory_limit`: lots is neither a share"],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
      "warehouse: ${env.NOT_SET_HERE}/lake\n",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own syntax
      "lakelet.yml:1:12: [INVALID_PROJECT_FILE] ${env.NOT_SET_HERE}: the environment variable NOT_SET_HERE is not set.",
    ],
  ])("lakelet.yml: %s", async (text, message) => {
    const { code, stderr } = await lakelet(project(JOB, { "lakelet.yml": text }), ["validate", "daily"]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

test("a mistake in lakelet.yml is one of usage for lakelet sql as well, and still has its error line", async () => {
  const folder = project(JOB, { "lakelet.yml": "warehose: ./lake\npaths: 5\n" });
  const { code, stdout, stderr } = await lakelet(folder, ["sql", "SELECT 1"]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.indexOf("lakelet.yml:1:1: Unknown key")).toBeLessThan(stderr.indexOf("lakelet.yml:2:8: `paths`"));
  const last = JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "") as unknown;
  expect(last).toMatchObject({ error: { condition: "INVALID_PROJECT_FILE" } });
});

test("validate tells what has no effect, and --strict makes warnings errors", async () => {
  const job = `${JOB}    existing_cluster_id: "{{previous_task_cluster}}"\nformat: MULTI_TASK\n`;
  const folder = project(job);
  const lenient = await lakelet(folder, ["validate", "daily"]);
  expect(lenient.code).toBe(0);
  expect(lenient.stdout).toMatch(
    /^pipelines\/daily\/job\.yml:6:26: warning: \{\{previous_task_cluster\}\} is not a reference/m,
  );
  expect(lenient.stdout).toContain(
    "pipelines/daily/job.yml:7:1: no effect here: format: the Jobs API ignores it too.\n",
  );
  expect(lenient.stdout).toMatch(/pipelines\/daily\/job\.yml: Daily, 1 task, 1 warning\n$/);
  expect((await lakelet(folder, ["validate", "daily", "--strict"])).code).toBe(2);
  const { stdout } = await lakelet(folder, ["validate", "daily", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    valid: true,
    job: { name: "Daily", tasks: 1 },
    problems: [
      { rule: "previous-task-cluster", severity: "warning", line: 6 },
      { severity: "no-local-effect", line: 7 },
    ],
  });
});

test("--version and --help", async () => {
  expect(await lakelet(temporaryFolder(), ["--version"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  const help = await lakelet(temporaryFolder(), ["--help"]);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain("validate [options] <job>");
});
