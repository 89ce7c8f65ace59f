/** `--only` as run-now's `only` has it: a task, all before it, all after it. */
import { expect, test } from "vitest";
import { partialPlan, planJob } from "../../src/jobs/job-plan.js";

const after: Readonly<Record<string, readonly string[]>> = {
  a: [],
  b: ["a"],
  c: ["a"],
  d: ["b", "c"],
  e: ["d"],
  alone: [],
};
const plan = planJob(
  {
    tasks: Object.entries(after).map(([task_key, keys]) => ({
      task_key,
      depends_on: keys.map((key) => ({ task_key: key })),
      notebook_task: { notebook_path: "n" },
    })),
  },
  "graph",
);

test.each<[only: string[], left: Readonly<Record<string, readonly string[]>>]>([
  [["b"], { b: [] }],
  [["+b"], { a: [], b: ["a"] }],
  [["b+"], { b: [], d: ["b"], e: ["d"] }],
  [["+b+"], { a: [], b: ["a"], d: ["b"], e: ["d"] }],
  [["+d"], { a: [], b: ["a"], c: ["a"], d: ["b", "c"] }],
  [["a+"], { a: [], b: ["a"], c: ["a"], d: ["b", "c"], e: ["d"] }],
  [["a", "e"], { a: [], e: [] }],
  [["+b", "e"], { a: [], b: ["a"], e: [] }],
  [["+alone+"], { alone: [] }],
])("%j", (only, left) => {
  const { plan: partial, unknown } = partialPlan(plan, only);
  expect(Object.fromEntries(partial.tasks.map((task) => [task.key, task.dependsOn]))).toEqual(left);
  expect(partial.only).toEqual(only);
  expect(unknown).toEqual([]);
});

test("names that no task has are told", () => {
  expect(partialPlan(plan, ["+x+", "a"]).unknown).toEqual(["x"]);
});
