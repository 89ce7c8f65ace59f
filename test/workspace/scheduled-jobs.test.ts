import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { triggerText } from "../../src/scheduler/job-trigger.js";
import { openProject } from "../../src/workspace/project.js";
import { SpecWatch } from "../../src/workspace/scheduled-jobs.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const job = (cron: string) => `resources:
  jobs:
    load:
      name: load
      schedule: { quartz_cron_expression: "${cron}", timezone_id: UTC }
      tasks: [{ task_key: q, sql_task: { file: { path: ../q.sql }, warehouse_id: abc } }]
`;

it("a bundle's target and variables; an edit of a file that it includes is seen; broken, it keeps its triggers; gone, it has none", () => {
  const folder = temporaryFolder({
    "lakelet.yml": "",
    "databricks.yml":
      "bundle: { name: shop }\ninclude: [resources/*.yml]\nvariables: { cron: { default: 0 0 1 * * ? } }\n" +
      "targets: { dev: { mode: development, default: true }, prod: { mode: production } }\n",
    "q.sql": "SELECT 1",
    "resources/load.yml": job(`\${var.cron}`),
  });
  const troubles: string[] = [];
  const scope = { only: [], bundle: { target: "prod", variables: { cron: "0 0 2 * * ?" } } };
  const specs = new SpecWatch(openProject(folder), scope, ({ message }) => troubles.push(message));
  const texts = () => specs.jobs().flatMap(({ triggers }) => triggers.map((one) => [triggerText(one), one.paused]));
  expect(texts()).toEqual([["0 0 2 * * ? UTC", false]]);
  const file = join(folder, "resources/load.yml");
  writeFileSync(file, job("0 0 12 * * ?"));
  expect(texts()).toEqual([["0 0 12 * * ? UTC", false]]);
  writeFileSync(file, "resources: [");
  expect(texts()).toEqual([["0 0 12 * * ? UTC", false]]);
  expect(troubles.length).toBe(1);
  rmSync(file);
  expect(texts()).toEqual([]);
});

it("a job that was named and is deleted while it is followed is told, and ends nothing", () => {
  const tasks = [{ task_key: "q", sql_task: { file: { path: "../q.sql" }, warehouse_id: "x" } }];
  const schedule = { quartz_cron_expression: "0 0 2 * * ?", timezone_id: "UTC" };
  const folder = temporaryFolder({
    "lakelet.yml": "",
    "q.sql": "SELECT 1",
    "pipelines/one.json": JSON.stringify({ name: "one", schedule, tasks }),
  });
  const troubles: string[] = [];
  const project = openProject(folder);
  const specs = new SpecWatch(project, { only: ["one"] }, ({ message }) => troubles.push(message));
  expect(specs.jobs().map(({ name }) => name)).toEqual(["one"]);
  rmSync(join(folder, "pipelines/one.json"));
  expect(specs.jobs()).toEqual([]);
  expect(troubles).toEqual([expect.stringContaining("[JOB_NOT_FOUND]")]);
  const others = new SpecWatch(project, { only: ["one"] }, () => undefined);
  expect(() => others.jobs()).toThrow("JOB_NOT_FOUND");
});
