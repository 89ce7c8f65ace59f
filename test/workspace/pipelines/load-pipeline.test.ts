/** Pipelines found by path, name, id and bundle key; each form of a spec; the line of each mistake. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadJob } from "../../../src/workspace/load-job.js";
import { loadPipeline } from "../../../src/workspace/pipelines/load-pipeline.js";
import { projectPipelines } from "../../../src/workspace/pipelines/pipeline-lookup.js";
import { pipelineOfTask } from "../../../src/workspace/pipelines/task-pipelines.js";
import { openProject } from "../../../src/workspace/project.js";
import { validateJobs } from "../../../src/workspace/validate-job.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const SQL = "CREATE MATERIALIZED VIEW v AS SELECT 1 AS id";
const BUNDLE = `bundle: { name: shop }
variables: { schema: { default: sales } }
include: [resources/*.yml]
resources:
  jobs:
    nightly:
      name: nightly
      tasks: [{ task_key: u, pipeline_task: { pipeline_id: "\${resources.pipelines.orders.id}", parameters: { day: "1" } } }]
targets:
  dev: { mode: development, default: true }
  prod: { mode: production, variables: { schema: live } }
`;
const ORDERS = `resources:
  pipelines:
    orders:
      name: Orders
      catalog: main
      schema: \${var.schema}
      configuration: { landing: /in, day: "0" }
      continuous: true
      photon: true
      libraries:
        - glob: { include: ../src/** }
      clusters: [{ label: default, num_workers: 1, spark_conf: { from.cluster: "yes" } }]
`;
const folder = temporaryFolder({
  "lakelet.yml": "pipeline_ids: { 0a1b-2c3d: pipelines/plain.sql }\n",
  "databricks.yml": BUNDLE,
  "resources/orders.yml": ORDERS,
  "src/a.sql": SQL,
  "src/deep/er/b.ts": "",
  "src/readme.md": "",
  "pipelines/spark/spark-pipeline.yml":
    "name: by spark\ncatalog: c\ndatabase: d\nstorage: file:///tmp/x\nlibraries:\n  - glob: { include: transformations/** }\n",
  "pipelines/spark/transformations/x.sql": SQL,
  "pipelines/api.json": JSON.stringify({
    pipeline_id: "11-22",
    name: "by api",
    spec: {
      id: "11-22",
      name: "by api",
      target: "old",
      libraries: [{ notebook: { path: "api/n" } }],
      development: true,
    },
  }),
  "pipelines/api/n.sql": SQL,
  "pipelines/plain.sql": SQL,
  "pipelines/loose/one.ts": 'import { pipeline } from "lakelet/pipeline";',
  "pipelines/notebooks/n.ts": "export {};",
  "pipelines/bad.yml": `name: bad
schema: a
target: b
libraries:
  - file: { path: nowhere.sql }
  - glob: { include: bad/** }
    jar: x
event_log: { schema: s }
`,
  "pipelines/misspelt.yml": "name: misspelt\nlibary: []\ndevelopment: maybe\nlibraries: []\n",
  "pipelines/python.yml": "name: python\nlibraries: [{ glob: { include: python/** } }]\n",
  "pipelines/python/x.py": "",
  "pipelines/job/job.json": JSON.stringify({
    name: "job",
    tasks: [{ task_key: "p", pipeline_task: { pipeline_id: "ordrs" } }],
  }),
});
const project = openProject(folder);
const load = (wanted: string, options = {}) => loadPipeline(project, wanted, options);
const names = (files: readonly string[]) => files.map((file) => file.slice(folder.length + 1));

describe("a pipeline of a bundle", () => {
  test("by its key, its target's variables in it, its sources relative to the file that says them", () => {
    const { settings, sources, target } = load(join(folder, "databricks.yml#orders"));
    expect(names(sources)).toEqual(["src/a.sql", "src/deep/er/b.ts"]);
    expect(target).toBe("dev");
    expect(settings).toMatchObject({
      id: "orders",
      name: expect.stringMatching(/^\[dev .*\] Orders$/),
      catalog: "main",
      schema: "sales",
      development: true,
      // A target in development pauses what runs by itself.
      continuous: false,
      configuration: { landing: "/in", day: "0", "from.cluster": "yes" },
      eventLog: { catalog: "main", schema: "sales", name: "event_log_orders" },
    });
  });

  test("of another target, with values of the command", () => {
    const { settings } = load("orders", { bundle: { target: "prod" }, configuration: { day: "2" }, development: true });
    expect(settings).toMatchObject({ name: "Orders", schema: "live", continuous: true, development: true });
    expect(settings.configuration).toMatchObject({ landing: "/in", day: "2" });
  });

  test("what has no effect here is said", () => {
    const told = load("orders")
      .notices.filter((one) => one.severity === "no-local-effect")
      .map(({ path }) => path.join("."));
    expect(told).toEqual(expect.arrayContaining(["photon", "clusters.0.num_workers"]));
  });

  test("a pipeline_task finds it as a part of the job's own deployment", () => {
    const deployment = { file: join(folder, "databricks.yml"), target: "prod", variables: {} };
    const settings = { pipeline_id: "orders", parameters: { day: "9" }, deployment };
    expect(pipelineOfTask(project, settings).settings).toMatchObject({
      schema: "live",
      configuration: { landing: "/in", day: "9" },
    });
  });
});

describe("the other forms", () => {
  test("spark-pipeline.yml", () => {
    const { settings, sources, notices } = load("spark");
    expect(settings).toMatchObject({ id: "pipelines/spark", name: "by spark", catalog: "c", schema: "d" });
    expect(settings.eventLog.name).toBe("event_log_pipelines_spark");
    expect(names(sources)).toEqual(["pipelines/spark/transformations/x.sql"]);
    expect(notices.map(({ path, location }) => [path.join("."), location.line])).toEqual([["storage", 4]]);
  });

  test("what the API answers, found by its file, its name and its id; a notebook without its extension", () => {
    const { settings, sources } = load("by api");
    expect(settings).toMatchObject({ id: "11-22", schema: "old", catalog: "main", development: true });
    expect(names(sources)).toEqual(["pipelines/api/n.sql"]);
    expect(load("11-22").settings).toEqual(settings);
    expect(load("api").settings).toEqual(settings);
  });

  test("a source, a folder of sources, and an id of lakelet.yml", () => {
    expect(load("plain").settings).toMatchObject({
      id: "pipelines/plain.sql",
      name: "plain",
      schema: "default",
    });
    expect(names(load("loose").sources)).toEqual(["pipelines/loose/one.ts"]);
    expect(pipelineOfTask(project, { pipeline_id: "0a1b-2c3d" }).settings.id).toBe("pipelines/plain.sql");
  });

  test("list has those with a spec, and sources that declare datasets, but no notebooks", () => {
    const listed = projectPipelines(project).map(({ path, bundleKey }) => bundleKey ?? path.slice(folder.length + 1));
    expect(listed.sort()).toEqual([
      "orders",
      "pipelines/api.json",
      "pipelines/bad.yml",
      "pipelines/loose",
      "pipelines/misspelt.yml",
      "pipelines/plain.sql",
      "pipelines/python.yml",
      "pipelines/spark/spark-pipeline.yml",
    ]);
  });
});

describe("mistakes have their line", () => {
  const problems = (wanted: string) =>
    validateJobs(project, wanted, {}).flatMap((one) =>
      one.problems
        .filter(({ severity }) => severity === "error")
        .map(({ location, message }) => `${location.line}: ${message.split(/[.:] /)[0]}`),
    );

  test("of form, and of meaning", () => {
    expect(problems("misspelt")).toEqual([
      "2: Unknown key `libary`",
      '3: `development` must be a boolean, but is the string "maybe".',
    ]);
    expect(problems("bad")).toEqual([
      "3: `schema` and `target` name the same thing",
      "6: An entry of `libraries` has one of `glob`, `file`, `notebook`.",
      "8: `event_log.name` is missing",
    ]);
    expect(() => load("nothing")).toThrow("[PIPELINE_NOT_FOUND] There is no pipeline `nothing`.");
    expect(() => load("spak")).toThrow("Did you mean `spark`?");
    expect(() => load("python")).toThrow(
      /python\/x\.py is Python: the sources of a pipeline are SQL and TypeScript here/,
    );
  });

  test("a job whose pipeline is not there is refused before it runs", () => {
    expect(() => loadJob(project, "spark/spark-pipeline.yml")).toThrow("is a declarative pipeline, not a job");
    expect(() => loadJob(project, "by spark")).toThrow("is a declarative pipeline, not a job");
    const [problem] = problems("job");
    expect(problem).toMatch(/^1: There is no pipeline `ordrs`/);
  });

  test("validate knows the jobs and the pipelines of a bundle", () => {
    const validations = validateJobs(project, join(folder, "databricks.yml"), { target: "prod" });
    expect(validations.map(({ job, pipeline }) => job?.name ?? pipeline)).toEqual([
      "nightly",
      { name: "Orders", sources: 2 },
    ]);
    expect(validations.flatMap((one) => one.problems).filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
