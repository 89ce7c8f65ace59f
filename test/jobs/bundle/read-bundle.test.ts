/** Bundles as `databricks bundle` would deploy them: files, targets, variables, references, presets, paths. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what bundles are written with
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LakeletError } from "../../../src/errors/lakelet-error.js";
import { jobIdOf } from "../../../src/jobs/job-plan.js";
import { jobNamesIn, type ReadJobSpecOptions, readJobSpec } from "../../../src/jobs/spec/read-job-spec.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const USER = { userName: "jane.doe@example.com", shortName: "jane_doe" };

function read(files: string | Readonly<Record<string, string>>, options: ReadJobSpecOptions = {}) {
  const all = typeof files === "string" ? { "databricks.yml": files } : files;
  const folder = temporaryFolder(all);
  const nameOf = (file: string) => file.replace(`${folder}/`, "");
  return readJobSpec(join(folder, "databricks.yml"), { user: USER, environment: {}, nameOf, ...options });
}

function mistake(files: string | Readonly<Record<string, string>>, options: ReadJobSpecOptions = {}): string {
  try {
    read(files, options);
  } catch (error) {
    if (error instanceof LakeletError) return error.message;
    throw error;
  }
  throw new Error("the bundle was read");
}

function warningsOf({ notices }: ReturnType<typeof read>): readonly string[] {
  const warned = notices.filter((one) => one.severity === "warning");
  return warned.map(({ location: { file, line, column }, message }) => `${file}:${line}:${column}: ${message}`);
}

function warnings(files: string | Readonly<Record<string, string>>): readonly string[] {
  return warningsOf(read(files));
}

const TASK = "{ task_key: a, notebook_task: { notebook_path: a.ts } }";
const job = (more = "", task = TASK) => `resources:
  jobs:
    nightly:
      name: Nightly
      tasks: [${task}]
${more}`;
const withTargets = (targets: string, more = "") => `bundle: { name: shop }\n${job(more)}targets:\n${targets}`;

describe("files", () => {
  test("include brings in jobs, in the order of its patterns, and a mistake has its own file and line", () => {
    const files = {
      "databricks.yml": "bundle: { name: shop }\ninclude: [resources/*.yml]\n",
      "resources/b.job.yml": job("      max_retries: 3\n"),
      "resources/a.yml": "variables: { day: { default: monday } }\n",
    };
    expect(warnings(files)).toEqual([
      "resources/b.job.yml:6:7: `max_retries` stands in a task: write `tasks: [{ task_key: main, max_retries: ... }]`. A job that is a single task is the form of Jobs API 2.0. It is left out, as the Databricks CLI does with a warning.",
    ]);
  });

  test("what the CLI leaves out is left out, and told with the nearest name", () => {
    const more =
      "      max_concurent_runs: 3\n      email_notifications: { on_failure: a@x.org }\n      timeout_seconds: soon\n";
    const spec = read(`bundel: { name: x }\n${job(more)}`);
    expect(spec.settings).toMatchObject({ max_concurrent_runs: 1, email_notifications: {} });
    expect(spec.settings.timeout_seconds).toBeUndefined();
    expect(warningsOf(spec)).toEqual([
      "databricks.yml:1:1: Unknown key `bundel`. It is left out, as the Databricks CLI does with a warning. Did you mean `bundle`?",
      "databricks.yml:7:7: Unknown key `max_concurent_runs`. It is left out, as the Databricks CLI does with a warning. Did you mean `max_concurrent_runs`?",
      'databricks.yml:8:42: `email_notifications.on_failure` must be an array, but is the string "a@x.org". It is left out, as the Databricks CLI does with a warning.',
      'databricks.yml:9:24: `timeout_seconds` must be a number, but is the string "soon". It is left out, as the Databricks CLI does with a warning.',
    ]);
  });

  test("a reference in a key stays, and is told", () => {
    const spec = read(job("      tags: { '${bundle.target}': x }\n"));
    expect(spec.settings.tags).toEqual({ "${bundle.target}": "x" });
    expect(warningsOf(spec)).toEqual([
      "databricks.yml:6:15: `${bundle.target}` is a key: references are replaced in values alone, on Databricks too. Write the name out.",
    ]);
  });

  test("keys for anchors are no mistake, and neither is null", () => {
    const text = `bundle: { name: shop }
defaults: &defaults { max_retries: 2 }
lists:
  - &one { name: one, default: "1" }
workspace: { host: null }
resources:
  jobs:
    nightly:
      x-task: &task { <<: *defaults, task_key: a, notebook_task: { notebook_path: a.ts } }
      parameters: [*one]
      policy: null
      tasks: [*task]
`;
    const spec = read(text);
    expect(warningsOf(spec)).toEqual([]);
    expect(spec.settings).toMatchObject({ parameters: [{ name: "one" }], tasks: [{ task_key: "a", max_retries: 2 }] });
  });

  test("of a key that stands twice the last one counts", () => {
    const spec = read(`${job("      timeout_seconds: 1\n      timeout_seconds: 2\n")}`);
    expect(spec.settings.timeout_seconds).toBe(2);
    expect(warningsOf(spec)).toEqual([
      "databricks.yml:7:7: `timeout_seconds` stands twice in this map: the last one counts, as on Databricks.",
    ]);
  });

  test("an empty text is nothing where nothing may stand", () => {
    const task =
      "{ task_key: a, existing_cluster_id: '', notebook_task: { notebook_path: a.ts, base_parameters: { x: '' } } }";
    const { tasks } = read(job("", task)).settings;
    expect(tasks).toEqual([{ task_key: "a", notebook_task: { notebook_path: "./a.ts", base_parameters: { x: "" } } }]);
  });

  test("an included file knows its bundle, and the root names the jobs of all", () => {
    const folder = temporaryFolder({
      "databricks.yml": "bundle: { name: shop }\ninclude: [resources/*.yml]\nvariables: { n: { default: Nightly } }\n",
      "resources/nightly.yml": job().replace("Nightly", "${var.n}"),
    });
    const spec = readJobSpec(join(folder, "resources/nightly.yml"), { environment: {} });
    expect(spec.settings.name).toBe("Nightly");
    expect(spec.file).toBe(join(folder, "databricks.yml"));
    expect(jobNamesIn(spec.file)).toMatchObject([{ bundleKey: "nightly" }]);
  });

  test.each([
    [
      "include: [missing.yml]",
      "databricks.yml:1:11: [INVALID_JOB_SPEC] `include` names missing.yml, which does not exist.",
    ],
    ["include: [/etc/a.yml]", /relative to the bundle's root, but \/etc\/a\.yml is absolute/],
    ["include: ['*.txt']", /only YAML and JSON files can be included/],
    ["resource: {}", /Unknown key `resource`\. .*Did you mean `resources`\?\n.*The bundle has no job/],
    ["resources: { job: {} }", /Unknown key `job` in `resources`\. .*Did you mean `jobs`\?/],
    ["resources: { jobs: { '${bundle.name}': {} } }", /^databricks\.yml:1:22: .*The key `\$\{bundle\.name\}` holds/],
    ["bundle: { name: 'x${var.y}' }", /`bundle\.name` may hold no reference/],
    ["resources: { jobs: { nightly: } }", /databricks\.yml:1:\d+: .*The job `nightly` has nothing under it/],
  ])("%s", (text, message) => {
    expect(mistake({ "databricks.yml": `${text}\n`, "notes.txt": "" })).toMatch(message);
  });

  test("the same job in two files", () => {
    const files = { "databricks.yml": `include: [b.yml]\n${job()}`, "b.yml": job() };
    expect(mistake(files)).toBe(
      "b.yml:3:5: [INVALID_JOB_SPEC] The job `nightly` is declared in databricks.yml:4 already. Rename one.",
    );
  });

  test("anchors and merge keys, with the place of what they bring in", () => {
    const anchored = `resources:
  jobs:
    one: &one
      timeout_seconds: -1
      tasks: [${TASK}]
    two:
      <<: *one
      name: Two
`;
    expect(mistake(anchored, { bundleKey: "two" })).toMatch(
      /^databricks\.yml:4:24: .*`timeout_seconds` must be at least 0/,
    );
  });
});

describe("targets", () => {
  const two = "  dev: { default: true }\n  prod:\n    resources: { jobs: { nightly: { timeout_seconds: 60 } } }\n";
  test("the default one, or the one that is asked for", () => {
    expect(read(withTargets(two))).toMatchObject({ bundle: { target: "dev", name: "shop" } });
    expect(read(withTargets(two), { target: "prod" }).settings.timeout_seconds).toBe(60);
    expect(read(withTargets(two), { environment: { DATABRICKS_BUNDLE_TARGET: "prod" } }).bundle?.target).toBe("prod");
    expect(read(job()).bundle?.target).toBe("default");
  });

  test.each([
    [
      "  dev: {}\n  prod: {}\n",
      {},
      /2 targets and none is marked `default: true`: name one with --target \(dev, prod\)/,
    ],
    ["  dev: { default: true }\n  prod: { default: true }\n", {}, /dev and prod are marked as default/],
    ["  dev: {}\n", { target: "dve" }, /The bundle has no target `dve`\. Did you mean `dev`\?/],
    ["  dev: { mode: developmnt }\n", {}, /must be one of development, production.*Did you mean `development`\?/],
    ["  dev: { variables: { dat: x } }\n", {}, /sets the variable `dat`, which the bundle does not declare/],
    [
      "  dev: { resources: { jobs: { nightly: { tasks: { a: 1 } } } } }\n",
      {},
      /This is an object, but databricks\.yml:6.* is a list/,
    ],
  ])("%s", (targets, options, message) => {
    expect(mistake(withTargets(targets), options)).toMatch(message);
  });

  test("tasks, clusters, parameters and environments are merged by their keys, other lists put one after the other", () => {
    const text = `bundle: { name: shop }
resources:
  jobs:
    nightly:
      email_notifications: { on_failure: [a@x.org] }
      job_clusters: [{ job_cluster_key: main, new_cluster: { num_workers: 1, spark_version: v } }]
      parameters: [{ name: day, default: monday }]
      environments: [{ environment_key: e, spec: { client: "1" } }]
      tasks:
        - { task_key: a, job_cluster_key: main, max_retries: 1, notebook_task: { notebook_path: a.ts } }
        - { task_key: b, notebook_task: { notebook_path: b.ts } }
targets:
  prod:
    resources:
      jobs:
        nightly:
          email_notifications: { on_failure: [b@x.org] }
          job_clusters: [{ job_cluster_key: main, new_cluster: { num_workers: 8 } }]
          parameters: [{ name: day, default: friday }]
          environments: [{ environment_key: e, spec: { client: "2" } }]
          tasks: [{ task_key: b, max_retries: 5 }, { task_key: c, notebook_task: { notebook_path: c.ts } }]
`;
    expect(read(text).settings).toMatchObject({
      email_notifications: { on_failure: ["a@x.org", "b@x.org"] },
      job_clusters: [{ job_cluster_key: "main", new_cluster: { num_workers: 8, spark_version: "v" } }],
      parameters: [{ name: "day", default: "friday" }],
      environments: [{ environment_key: "e", spec: { client: "2" } }],
      tasks: [{ task_key: "a", max_retries: 1 }, { task_key: "b", max_retries: 5 }, { task_key: "c" }],
    });
  });

  test("a target's list over a reference is refused, as by the CLI", () => {
    const text = withTargets("  dev: { resources: { jobs: { nightly: { tasks: [{ task_key: b }] } } } }\n");
    expect(mistake(text.replace(`[${TASK}]`, "${var.tasks}"))).toMatch(
      /^databricks\.yml:8:49: .*This is a list, but databricks\.yml:6, which it is put over, is a single value/,
    );
  });

  test("a mistake that the target brings in is told where the target says it", () => {
    const text = withTargets(
      "  prod:\n    resources:\n      jobs:\n        nightly:\n          tasks: [{ task_key: a, max_retries: -2 }]\n",
    );
    expect(mistake(text)).toMatch(/^databricks\.yml:12:47: .*`tasks\[0\]\.max_retries` must be at least -1/);
  });
});

describe("variables", () => {
  const declared = (variable: string, task = TASK.replace("a.ts", "'${var.path}'")) =>
    `variables:\n  path: ${variable}\n${job("", task)}targets: { dev: {} }\n`;
  const pathOf = (text: string, options: ReadJobSpecOptions = {}, files: Readonly<Record<string, string>> = {}) =>
    read({ "databricks.yml": text, ...files }, options).settings.tasks?.[0]?.notebook_task?.notebook_path;

  test("command line, environment, overrides file, target, default: the first that there is", () => {
    const text = `${declared("{ default: d.ts }").replace("{ dev: {} }", "{ dev: { variables: { path: t.ts } } }")}`;
    const overrides = { ".databricks/bundle/dev/variable-overrides.json": '{ "path": "o.ts" }' };
    const environment = { BUNDLE_VAR_path: "e.ts" };
    expect(pathOf(declared("{ default: d.ts }"))).toBe("./d.ts");
    expect(pathOf(text)).toBe("./t.ts");
    expect(pathOf(text, {}, overrides)).toBe("./o.ts");
    expect(pathOf(text, { environment }, overrides)).toBe("./e.ts");
    expect(pathOf(text, { environment, variables: { path: "c.ts" } }, overrides)).toBe("./c.ts");
  });

  test.each([
    [
      "{ description: where }",
      {},
      /databricks\.yml:2:3: .*The variable `path` has no value\..*--var path=.*BUNDLE_VAR_path/,
    ],
    ["{ default: x }", { variables: { pth: "y" } }, /--var sets `pth`.*Did you mean `path`\?/],
    ["{ type: complex, default: { a: 1 } }", { variables: { path: "y" } }, /is complex: --var cannot set it/],
    ["{ default: '${var.path}' }", {}, /go round in a cycle: \$\{var\.path\} -> \$\{var\.path\}/],
    ["{ defaul: x }", {}, /Unknown key `defaul`.*Did you mean `default`\?/],
    ["{ default: '${var.pathh}' }", {}, /the bundle has no variable `pathh`\. Did you mean \$\{var\.path\}\?/],
    ["{ default: '${bundle.nmae}' }", {}, /`bundle` has no `nmae`\. Did you mean \$\{bundle\.name\}\?/],
  ])("%s", (variable, options, message) => {
    expect(mistake(declared(variable), options)).toMatch(message);
  });

  test("a lookup is the name that is looked up, and said", () => {
    const spec = read(
      declared(
        "{ lookup: { warehouse: Shared Warehouse } }",
        "{ task_key: a, sql_task: { warehouse_id: '${var.path}', file: { path: q.sql } } }",
      ),
    );
    expect(spec.settings.tasks?.[0]?.sql_task?.warehouse_id).toBe("Shared Warehouse");
    expect(spec.notices).toContainEqual(
      expect.objectContaining({ severity: "no-local-effect", path: ["variables", "path"] }),
    );
  });

  test("complex values, parts of them, numbers in texts and texts that are numbers", () => {
    const text = `variables:
  cluster: { type: complex, default: { spark_version: "15.4", num_workers: "\${var.workers}" } }
  workers: { default: 2 }
  list: { type: complex, default: [{ name: first }] }
${job(
  "      timeout_seconds: ${var.workers}\n      tags: { size: '${var.workers} of ${var.list[0].name}', version: 5 }\n",
  "{ task_key: a, new_cluster: '${var.cluster}', notebook_task: { notebook_path: a.ts } }",
)}`;
    const { settings } = read(text, { variables: { workers: "4" } });
    expect(settings.tasks?.[0]?.new_cluster).toEqual({ spark_version: "15.4", num_workers: 4 });
    expect(settings).toMatchObject({ timeout_seconds: 4, tags: { size: "4 of first", version: "5" } });
  });

  test("references that multiply are stopped", () => {
    const levels = Array.from({ length: 12 }, (_, i) => `  v${i + 1}: { default: '${`\${var.v${i}}`.repeat(10)}' }`);
    const text = `variables:\n  v0: { default: xxxxxxxxxx }\n${levels.join("\n")}\n${job("      description: '${var.v12}'\n")}`;
    expect(mistake(text)).toMatch(/multiply without bound/);
  });
});

describe("references", () => {
  const description = (text: string, options: ReadJobSpecOptions = {}) =>
    read(
      `bundle: { name: shop }\n${job(`      description: '${text}'\n`)}  schemas: { s: { name: silver } }\n  volumes: { v: { catalog_name: main, schema_name: "\${resources.schemas.s.name}", name: raw } }\n`,
      options,
    ).settings.description;
  test.each([
    ["${bundle.name}-${bundle.target}", "shop-default"],
    ["${workspace.current_user.userName}", "jane.doe@example.com"],
    ["${workspace.current_user.short_name}", "jane_doe"],
    ["${workspace.root_path}", "/Workspace/Users/jane.doe@example.com/.bundle/shop/default"],
    ["${resources.schemas.s.name}", "silver"],
    ["${resources.jobs.nightly.id}", jobIdOf("databricks.yml#nightly")],
    ["{{job.id}} ${HOME} $${bundle.name}", "{{job.id}} ${HOME} $shop"],
    ["${bundle.git.branch}|${bundle.mode}", "|"],
  ])("%s is %s", (text, value) => {
    expect(description(text)).toBe(value);
  });

  test.each([
    ["${resources.jobs.nightl.id}", /declares no job `nightl`\. Did you mean \$\{resources\.jobs\.nightly\.id\}\?/],
    ["${resources.jobs.nightly.url}", /`resources\.jobs\.nightly\.url` is not set/],
    ["${workspace.hots}", /Did you mean \$\{workspace\.host\}\?/],
    ["x ${resources.schemas.s}", /is an object, which cannot be a part of a text|is not set/],
  ])("%s is a mistake with its place", (text, message) => {
    expect(() => description(text)).toThrow(message);
    expect(() => description(text)).toThrow(/databricks\.yml:7:20/);
  });

  test("a reference of no bundle stays, with a warning", () => {
    const { notices } = read(job("      description: 'at ${env.HOME}'\n"));
    expect(notices.filter((one) => one.severity === "warning")).toMatchObject([
      { severity: "warning", location: { line: 6 } },
    ]);
  });

  test("a run_job_task keeps the reference to a job of the bundle", () => {
    const text = `resources:
  jobs:
    parent: { tasks: [{ task_key: a, run_job_task: { job_id: "\${resources.jobs.child.id}" } }] }
    child: { tasks: [${TASK}] }
`;
    expect(read(text, { bundleKey: "parent" }).settings.tasks?.[0]?.run_job_task?.job_id).toBe(
      "${resources.jobs.child.id}",
    );
  });
});

describe("what a deployment adds", () => {
  const schedule = "      schedule: { quartz_cron_expression: 0 0 2 * * ?, timezone_id: UTC }\n";
  test("defaults", () => {
    expect(read(job(schedule)).settings).toMatchObject({
      name: "Nightly",
      max_concurrent_runs: 1,
      queue: { enabled: true },
      schedule: { pause_status: "UNPAUSED" },
    });
    expect(read(job(schedule)).settings.tags).toBeUndefined();
    expect(read(job().replace("      name: Nightly\n", "")).settings.name).toBe("Untitled");
  });

  test("mode: development", () => {
    expect(read(withTargets("  dev: { mode: development }\n", schedule)).settings).toMatchObject({
      name: "[dev jane_doe] Nightly",
      max_concurrent_runs: 4,
      schedule: { pause_status: "PAUSED" },
      tags: { dev: "jane_doe" },
    });
  });

  test("mode: development leaves what the job says itself", () => {
    const own = `${schedule.replace(" }", ", pause_status: UNPAUSED }")}      max_concurrent_runs: 2\n      queue: { enabled: false }\n`;
    expect(read(withTargets("  dev: { mode: development }\n", own)).settings).toMatchObject({
      max_concurrent_runs: 2,
      queue: { enabled: false },
      schedule: { pause_status: "UNPAUSED" },
    });
  });

  test("presets", () => {
    const presets =
      "{ name_prefix: '${bundle.target}-', tags: { team: data }, jobs_max_concurrent_runs: 9, trigger_pause_status: PAUSED }";
    expect(read(withTargets(`  qa: { presets: ${presets} }\n`, schedule)).settings).toMatchObject({
      name: "qa-Nightly",
      tags: { team: "data" },
      max_concurrent_runs: 9,
      schedule: { pause_status: "PAUSED" },
    });
    expect(mistake(withTargets("  dev: { mode: development, presets: { trigger_pause_status: UNPAUSED } }\n"))).toMatch(
      /development` pauses triggers/,
    );
  });

  test("other resources and settings are kept and said", () => {
    const text = `bundle: { name: shop }\nworkspace: { host: https://x }\nrun_as: { user_name: u }\n${job()}  dashboards: { d: {} }\n`;
    expect(
      read(text)
        .notices.filter((one) => one.path[0] !== "queue")
        .map(({ severity, path, location }) => [severity, path.join("."), location.line]),
    ).toEqual([
      ["no-local-effect", "workspace", 2],
      ["no-local-effect", "run_as", 3],
      ["no-local-effect", "resources.dashboards.d", 9],
    ]);
  });
});

describe("paths start at the file that says them", () => {
  const tasks = `
        - { task_key: n, notebook_task: { notebook_path: ../src/a.ts } }
        - { task_key: s, sql_task: { warehouse_id: w, file: { path: q.sql } } }
        - { task_key: p, spark_python_task: { python_file: ./p.py }, libraries: [{ whl: ../dist/*.whl }, { pypi: { package: x } }] }
        - { task_key: d, dbt_task: { project_directory: ../dbt, commands: [dbt run] } }
        - { task_key: w, notebook_task: { notebook_path: "\${workspace.file_path}/src/b.ts" } }
        - { task_key: x, notebook_task: { notebook_path: /Workspace/Shared/c } }
        - { task_key: l, for_each_task: { inputs: "[1]", task: { task_key: i, notebook_task: { notebook_path: ../src/i.ts } } } }
      environments: [{ environment_key: e, spec: { dependencies: [./lib.whl, pandas==2.0, -r req.txt] } }]
`;
  test("in an included file, and in the target of the root", () => {
    const { settings } = read({
      "databricks.yml": `include: [resources/*.yml]\ntargets: { dev: { resources: { jobs: { j: { tasks: [{ task_key: n, notebook_task: { notebook_path: other/a.ts } }] } } } } }\n`,
      "resources/j.yml": `resources:\n  jobs:\n    j:\n      tasks:${tasks}`,
    });
    const [n, s, p, d, w, x, l] = settings.tasks ?? [];
    expect(n?.notebook_task?.notebook_path).toBe("./other/a.ts");
    expect(s?.sql_task?.file?.path).toBe("./resources/q.sql");
    expect(p?.spark_python_task?.python_file).toBe("./resources/p.py");
    expect(p?.libraries).toEqual([{ whl: "./dist/*.whl" }, { pypi: { package: "x" } }]);
    expect(d?.dbt_task?.project_directory).toBe("./dbt");
    expect(w?.notebook_task?.notebook_path).toBe("./src/b.ts");
    expect(x?.notebook_task?.notebook_path).toBe("/Workspace/Shared/c");
    expect(l?.for_each_task?.task.notebook_task?.notebook_path).toBe("./src/i.ts");
    expect(settings.environments?.[0]?.spec?.dependencies).toEqual([
      "./resources/lib.whl",
      "pandas==2.0",
      "-r ./resources/req.txt",
    ]);
  });
});
