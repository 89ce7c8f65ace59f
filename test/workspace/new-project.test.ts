/** `lakelet init`: every file, nothing overwritten, a job that is valid. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { loadJob } from "../../src/workspace/load-job.js";
import { createProject } from "../../src/workspace/new-project.js";
import { loadPipeline } from "../../src/workspace/pipelines/load-pipeline.js";
import { openProject } from "../../src/workspace/project.js";
import { temporaryFolder } from "../support/temporary-folder.js";

test("a new project holds a job that can run", () => {
  const folder = temporaryFolder();
  const { files, kept } = createProject(folder);
  expect(files).toEqual(expect.arrayContaining(["lakelet.yml", ".gitignore", "package.json", "tsconfig.json"]));
  expect(kept).toEqual([]);
  const { plan, notices } = loadJob(openProject(folder), "daily_orders");
  expect(plan.tasks.length).toBeGreaterThan(1);
  expect(notices.filter((one) => one.severity === "warning")).toEqual([]);
  const { name, dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(name).toBe(basename(folder).toLowerCase());
  expect(dependencies.lakelet).toMatch(/^\^\d/);
});

test("and a declarative pipeline whose sources are there", () => {
  const folder = temporaryFolder();
  createProject(folder);
  const { settings, sources, notices } = loadPipeline(openProject(folder), "sales", { bundle: { variables: {} } });
  expect([settings.schema, notices]).toEqual(["sales", []]);
  expect(sources.map((one) => basename(one))).toEqual(["sales.sql"]);
});

test("what is there stays, and a project is not made twice", () => {
  const folder = temporaryFolder({ "package.json": '{"name":"mine"}' });
  expect(createProject(folder).kept).toEqual(["package.json"]);
  expect(readFileSync(join(folder, "package.json"), "utf8")).toBe('{"name":"mine"}');
  expect(() => createProject(folder)).toThrow("has a lakelet.yml already");
});
