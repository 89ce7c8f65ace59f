/** No field is silent: each is read by some code outside the schema and the linter, or said to be without effect. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { jobSettings } from "../../../src/jobs/spec/job-settings.js";
import { CLUSTER, JOB, JOB_CLUSTER, TASK } from "../../../src/jobs/spec/local-effect.js";
import { taskTypes } from "../../../src/jobs/spec/task.js";

const SOURCE = join(import.meta.dirname, "../../../src");
const SCHEMA = /^jobs\/(?:spec|lint|bundle)\//;

const code = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !SCHEMA.test(file))
  .map((file) => readFileSync(join(SOURCE, file), "utf8"))
  .join("\n");
const words = new Set(code.match(/\w+/g));

/** Types that are refused by their name, with all that stands in them. */
const REFUSED = Object.keys(taskTypes).filter((type) => !words.has(type));
/** Words about the job that are kept for whoever reads the spec. */
const KEPT = ["description", "tags"];

function silent(schema: unknown, path: readonly string[], said: Readonly<Record<string, unknown>>): string[] {
  let inner = schema;
  while (inner instanceof z.ZodOptional) inner = inner.unwrap();
  if (inner instanceof z.ZodArray) return silent(inner.element, path, said);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.keys(inner.shape).flatMap((key) => {
    const here = [...path, key];
    if (here.join(".") in said || REFUSED.includes(key) || KEPT.includes(key)) return [];
    if (path.length === 0 && (key === "tasks" || key === "job_clusters")) return [];
    if (key === "new_cluster") return silent(inner.shape[key], [], CLUSTER);
    // The task of a loop is looked at as any other.
    if (path.at(-1) === "for_each_task" && key === "task") return [];
    return words.has(key) ? silent(inner.shape[key], here, said) : [here.join(".")];
  });
}

test("every field of a job is acted on or said to be without effect", () => {
  const { tasks, job_clusters: clusters } = jobSettings.shape;
  expect(silent(jobSettings, [], JOB)).toEqual([]);
  expect(silent(tasks, [], TASK)).toEqual([]);
  expect(silent(clusters, [], JOB_CLUSTER)).toEqual([]);
});
