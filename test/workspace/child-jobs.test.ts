/** The jobs that run_job_tasks name: found, refused, and run for real together with conditions and loops. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jobIdOf } from "../../src/jobs/job-plan.js";
import { RunStore } from "../../src/jobs/run/run-store.js";
import { findChildJob } from "../../src/workspace/child-jobs.js";
import { loadJob } from "../../src/workspace/load-job.js";
import { openProject } from "../../src/workspace/project.js";
import { lakelet } from "../support/built-package.js";
import { temporaryFolder } from "../support/temporary-folder.js";

/** Not a template of this file. */
const DOWN = `\${resources.jobs.down.id}`;

const query = (key: string, more: object = {}) => ({
  task_key: key,
  sql_task: { warehouse_id: "w", query: { query_id: "one" }, ...more },
});
const runs = (job_id: string | number, more: object = {}) => ({ task_key: "child", run_job_task: { job_id, ...more } });
const job = (name: string, ...tasks: readonly object[]) => JSON.stringify({ name, tasks });

function projectOf(files: Readonly<Record<string, string>>): string {
  return temporaryFolder({
    "lakelet.yml": 'jobs: { "42": child, "43": pipelines/child.json }\n',
    "queries/one.sql": "SELECT :v AS v",
    "pipelines/child.json": job("the child", query("a")),
    ...files,
  });
}

describe("which job a run_job_task means", () => {
  const folder = projectOf({
    "pipelines/parent.json": job("parent", runs("child")),
    "pipelines/bundle/databricks.yml":
      "resources:\n  jobs:\n    up: { name: up, tasks: [{ task_key: t, run_job_task: { job_id: '" +
      DOWN +
      "' } }] }\n" +
      "    down: { name: down, tasks: [{ task_key: t, sql_task: { warehouse_id: w, query: { query_id: one } } }] }\n",
  });
  const project = openProject(folder);
  const bundle = join(folder, "pipelines/bundle/databricks.yml");

  test.each([
    ["child", "pipelines/child.json"],
    ["the child", "pipelines/child.json"],
    [42, "pipelines/child.json"],
    ["43", "pipelines/child.json"],
    [Number(jobIdOf("pipelines/child.json")), "pipelines/child.json"],
    [DOWN, "pipelines/bundle/databricks.yml#down"],
  ])("%s", (id, identity) => {
    expect(findChildJob(project, bundle, id).identity).toBe(identity);
  });

  test("a job of the same bundle is loaded with the one that names it", () => {
    expect(loadJob(project, `${bundle}#up`)).toMatchObject({ width: 2, plan: { queue: true } });
  });

  test("one that is not there is told with its line", () => {
    const wrong = projectOf({ "pipelines/parent.json": job("parent", runs("chidl")) });
    expect(() => loadJob(openProject(wrong), join(wrong, "pipelines/parent.json"))).toThrow(
      /parent\.json:1:\d+: .*There is no job `chidl`/,
    );
    expect(() => findChildJob(project, bundle, 99)).toThrow("no job with the id 99");
  });
});

test("a job that leads back to itself is refused, however long the way", () => {
  const folder = projectOf({
    "pipelines/a.json": job("a", runs("b")),
    "pipelines/b.json": job("b", { task_key: "l", for_each_task: { inputs: "[1]", task: runs("a") } }),
  });
  const circle = "pipelines/a.json → pipelines/b.json → pipelines/a.json";
  expect(() => loadJob(openProject(folder), join(folder, "pipelines/a.json"))).toThrow(circle);
});

test("a condition, a loop and a child run as one job", async () => {
  const folder = projectOf({
    "pipelines/parent.json": job(
      "parent",
      { task_key: "if", condition_task: { op: "LESS_THAN", left: "1", right: "2" } },
      {
        task_key: "loop",
        depends_on: [{ task_key: "if", outcome: "true" }],
        for_each_task: { inputs: '["a\'b", "{{job.name}}"]', task: query("each", { parameters: { v: "{{input}}" } }) },
      },
      { ...query("other"), depends_on: [{ task_key: "if", outcome: "false" }] },
      { ...runs("child", { job_parameters: { v: "given" } }), depends_on: [{ task_key: "loop" }] },
    ),
  });
  const { code, stdout } = await lakelet(folder, ["run", "parent"]);
  expect(stdout).toMatch(/✔ if +SUCCESS +[\d.]+ s +1 < 2: true\n/);
  expect(stdout).toMatch(/✔ loop +SUCCESS +[\d.]+ s +2 iterations\n/);
  expect(stdout).toMatch(/⊘ other +EXCLUDED +if had the other outcome\n/);
  expect(code).toBe(0);
  const store = new RunStore(join(folder, ".lakelet"));
  const [child, parent] = store.list(2);
  expect(parent?.tasks.get("child")?.attempts).toMatchObject([{ childRunId: child?.created.runId }]);
  expect(child).toMatchObject({
    resultState: "SUCCESS",
    created: { trigger: { type: "RUN_JOB_TASK", parent: { taskKey: "child", runId: parent?.created.runId } } },
  });
  const rows = [...(parent?.tasks.values() ?? []), ...(child?.tasks.values() ?? [])].flatMap((task) => {
    const result = task.attempts[0]?.result;
    return result?.state === "SUCCESS" && result.rows ? [result.rows[0]] : [];
  });
  expect(rows).toEqual([{ v: "a'b" }, { v: "parent" }, { v: "given" }]);
});
