/** A job by its name or path: found, its files checked, its id the same wherever the project lies. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findJob, inDeploymentOf } from "../../src/workspace/job-lookup.js";
import { loadJob, unknownParameters } from "../../src/workspace/load-job.js";
import { openProject } from "../../src/workspace/project.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const BODY = {
  tasks: [{ task_key: "a", notebook_task: { notebook_path: "/Workspace/KION/a", base_parameters: { day: "x" } } }],
};
const bundle =
  "resources:\n  jobs:\n    nightly:\n      name: Nightly job\n      tasks: [{ task_key: a, notebook_task: { notebook_path: notebooks/a } }]\n";

const FILES = {
  "lakelet.yml": "paths: { /Workspace/KION: ./notebooks }\n",
  "notebooks/a.ts": 'dbutils.widgets.text("only_here", "");',
  "pipelines/daily/job.json": JSON.stringify({ name: "Daily ETL", ...BODY }),
  "pipelines/weekly.yml": `name: Weekly\n${JSON.stringify(BODY).slice(1, -1)}`.replace('"tasks":', "tasks: "),
  "pipelines/bundle/databricks.yml": bundle,
  "pipelines/broken/job.json": "{",
};

test.each([
  ["daily", "pipelines/daily/job.json"],
  ["Daily ETL", "pipelines/daily/job.json"],
  ["weekly", "pipelines/weekly.yml"],
  ["nightly", "pipelines/bundle/databricks.yml"],
  ["Nightly job", "pipelines/bundle/databricks.yml"],
  ["bundle", "pipelines/bundle/databricks.yml"],
  ["bundle#nightly", "pipelines/bundle/databricks.yml"],
])("%s is %s", (name, file) => {
  const root = temporaryFolder(FILES);
  expect(findJob(openProject(root), name).file).toBe(join(root, file));
});

test("a path, also of a folder", () => {
  const root = temporaryFolder(FILES);
  const project = openProject(root);
  for (const path of [join(root, "pipelines/daily/job.json"), join(root, "pipelines/daily")]) {
    expect(findJob(project, path).identity).toBe("pipelines/daily/job.json");
  }
});

test("a name may not lead out of pipelines/", () => {
  const root = temporaryFolder({ ...FILES, "outside/job.json": JSON.stringify(BODY) });
  expect(() => findJob(openProject(root), "../outside")).toThrow("There is no job `../outside`.");
});

test("the job's id is the same in two copies of a project, and below 2^53", () => {
  const [one, two] = [temporaryFolder(FILES), temporaryFolder(FILES)].map(
    (root) => loadJob(openProject(root), "daily").plan.jobId,
  );
  expect(one).toBe(two);
  expect(Number.isSafeInteger(Number(one))).toBe(true);
  expect(loadJob(openProject(temporaryFolder(FILES)), "weekly").plan.jobId).not.toBe(one);
});

test("a parameter that neither the spec nor a notebook mentions is told", () => {
  const project = openProject(temporaryFolder(FILES));
  const job = loadJob(project, "daily");
  const told = unknownParameters(project, job, ["day", "only_here", "dya"]);
  expect(told.map((one) => one.message)).toEqual(["No task mentions the parameter `dya`. Did you mean `day`?"]);
});

test("a path that begins with a dot starts at the spec's folder, another one at the project's root", () => {
  const project = openProject(
    temporaryFolder({
      ...FILES,
      "pipelines/near/nb/b.ts": "",
      "pipelines/near/job.yml": `tasks:
  - { task_key: near, notebook_task: { notebook_path: ./nb/b } }
  - { task_key: root, notebook_task: { notebook_path: notebooks/a } }
  - { task_key: up, sql_task: { file: { path: ../../q/x.sql } } }
`,
      "q/x.sql": "SELECT 1",
    }),
  );
  const { plan } = loadJob(project, "near");
  expect(plan.tasks.map((task) => task.work.settings)).toEqual([
    { notebook_path: "pipelines/near/nb/b" },
    { notebook_path: "notebooks/a" },
    { file: { path: "q/x.sql" } },
  ]);
});

test.each([
  [{ sql_task: { alert: { alert_id: "nuls" } } }, /no alert `nuls`.*Did you mean `nulls`/s],
  [{ alert_task: { workspace_path: "/Workspace/KION/none.dbalert.json" } }, /no alert/],
  [{ sql_task: { alert: { alert_id: "broken" } } }, /EQUAL takes one threshold/],
  [{ sql_task: { alert: { alert_id: "lost" } } }, /no query `lost`/],
  [{ sql_task: { dashboard: { dashboard_id: "d" } } }, /there are no dashboards to refresh/],
])("%j is refused before the run", (work, message) => {
  const evaluation = { source: { name: "n" }, comparison_operator: "EQUAL" };
  const threshold = { value: { double_value: 1 } };
  const root = temporaryFolder({
    ...FILES,
    "queries/nulls.alert.json": JSON.stringify({
      query_text: "SELECT 1 AS n",
      evaluation: { ...evaluation, threshold },
    }),
    "queries/broken.alert.json": JSON.stringify({ query_text: "SELECT 1 AS n", evaluation }),
    "queries/lost.alert.json": JSON.stringify({ query_id: "lost", evaluation: { ...evaluation, threshold } }),
    "pipelines/alerts.json": JSON.stringify({ name: "Alerts", tasks: [{ task_key: "a", ...work }] }),
  });
  expect(() => loadJob(openProject(root), "alerts")).toThrow(message);
});

describe("bundles", () => {
  const root = () =>
    temporaryFolder({
      "lakelet.yml": "{}\n",
      "databricks.yml":
        "bundle: { name: shop }\ninclude: [resources/*.yml]\ntargets:\n  dev: { default: true }\n  prod: { resources: { jobs: { nightly: { timeout_seconds: 60 } } } }\n",
      "resources/nightly.yml":
        "resources:\n  jobs:\n    nightly:\n      tasks:\n        - { task_key: a, notebook_task: { notebook_path: ../src/a.ts } }\n        - { task_key: b, run_job_task: { job_id: '$" +
        "{resources.jobs.child.id}' } }\n",
      "resources/child.yml":
        "resources: { jobs: { child: { tasks: [{ task_key: c, notebook_task: { notebook_path: ../src/a.ts } }] } } }\n",
      "src/a.ts": "",
    });

  test("at the project's root, by the job's key, in a target, and named so that the target is kept", () => {
    const folder = root();
    const project = openProject(folder);
    const job = loadJob(project, "nightly", [], { target: "prod" });
    expect(job.plan).toMatchObject({ timeoutMs: 60_000, queue: true });
    expect(job.reference).toBe("nightly#nightly@prod");
    expect(loadJob(project, "nightly").plan.timeoutMs).toBeUndefined();
    expect(findJob(project, `${join(folder, "databricks.yml")}#nightly@prod`).bundle).toEqual({ target: "prod" });
  });

  test("an included file stands for its bundle, whatever way the job is named", () => {
    const folder = root();
    const project = openProject(folder);
    const byFile = findJob(project, join(folder, "resources/nightly.yml"));
    expect(byFile).toMatchObject({ file: join(folder, "databricks.yml"), bundleKey: "nightly" });
    expect(byFile.identity).toBe(findJob(project, "nightly").identity);
  });
});

test("a job of the same bundle is started as a part of the same deployment", () => {
  const file = "/shop/databricks.yml";
  const child = { file, bundleKey: "child", reference: "child", identity: "databricks.yml#child" };
  const bundle = { name: "shop", target: "prod", jobKeys: [], variables: { day: "friday" } };
  expect(inDeploymentOf({ file, bundle }, child)).toMatchObject({
    reference: expect.stringMatching(/databricks\.yml#child@prod$/),
    bundle: { target: "prod", variables: { day: "friday" } },
  });
  expect(inDeploymentOf({ file: "/other/databricks.yml", bundle }, child)).toBe(child);
});
