/** What `lakelet validate` prints of several jobs: each thing once. */
import { expect, test } from "vitest";
import { validationLines } from "../../../src/cli/progress/validation-lines.js";
import type { LocatedProblem, Validation } from "../../../src/workspace/validate-job.js";

function kept(line: number, key: string, reason: string): LocatedProblem {
  const path = ["job_clusters", 0, key];
  const location = { file: "a.yml", line, column: 1 };
  return { severity: "no-local-effect", path, message: `\`job_clusters[0].${key}\`: ${reason}.`, location };
}

function warned(line: number, task: string): LocatedProblem {
  const what = `\`${task}\` never ends.`;
  const advice = { what, databricks: "it is refused.", here: "it runs.", fix: "end it." };
  return {
    severity: "warning",
    path: [],
    message: what,
    rule: "endless",
    advice,
    location: { file: "a.yml", line, column: 1 },
  };
}

function job(name: string, problems: readonly LocatedProblem[]): Validation {
  return { file: "a.yml", job: { name, tasks: 2, bundleKey: name }, target: "dev", problems };
}

test("what has no effect is a line for each reason, advice stands once, and so does what two jobs share", () => {
  const shared = kept(3, "spark_version", "the engine is DuckDB");
  const lines = validationLines(
    [
      job("one", [shared, kept(4, "node_type_id", "the job runs here"), warned(5, "a"), warned(6, "b")]),
      job("two", [shared, kept(9, "node_type_id", "the job runs here"), kept(10, "kind", "the job runs here")]),
    ],
    (_, text) => text,
  );
  expect(lines).toEqual([
    "a.yml:3:1: no effect here: spark_version: the engine is DuckDB.",
    "a.yml:4:1: no effect here: node_type_id, kind (3 places): the job runs here.",
    "a.yml:5:1: warning: `a` never ends. [endless]",
    "    Databricks: it is refused.",
    "    here: it runs.",
    "    fix: end it.",
    "a.yml:6:1: warning: `b` never ends. [endless]",
    "a.yml: one (target dev), 2 tasks, 2 warnings",
    "a.yml: two (target dev), 2 tasks, 0 warnings",
  ]);
});
