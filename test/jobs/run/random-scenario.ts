/** Random jobs, and what befalls their runs: shapes, every run_if, faults, conditions, loops, ends from outside, kills, repairs. */
import fc from "fast-check";
import { RUN_IF } from "../../../src/jobs/spec/task.js";
import type { Execution, ModelJob, ModelTask, Work } from "./reference-model.js";
import type { Step } from "./scenario.js";

export interface Scenario {
  readonly job: ModelJob;
  readonly steps: readonly Step[];
  /** Which of the attempts at work ends next. */
  readonly order: readonly number[];
}

const execution = fc.constantFrom<Execution>(
  "SUCCESS",
  "SUCCESS",
  "SUCCESS",
  "FAILED",
  "FAILED",
  "TIMEDOUT",
  "INTERNAL_ERROR",
  "GATE_FAILED",
  "CANCELED",
);
const executions = fc.array(execution, { minLength: 1, maxLength: 4 });
const answers = fc.array(fc.constantFrom("true" as const, "false" as const, "error" as const), {
  minLength: 1,
  maxLength: 3,
});

const work: fc.Arbitrary<Work> = fc.oneof(
  { weight: 6, arbitrary: executions.map((one): Work => ({ kind: "task", executions: one })) },
  { weight: 2, arbitrary: answers.map((one): Work => ({ kind: "condition", answers: one })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.array(executions, { maxLength: 5 }), fc.integer({ min: 1, max: 4 }))
      .map(([iterations, concurrency]): Work => ({ kind: "for_each", iterations, concurrency })),
  },
);

const draft = fc.record({
  after: fc.array(fc.nat(), { maxLength: 4 }),
  outcome: fc.constantFrom("true" as const, "false" as const, undefined),
  runIf: fc.constantFrom("ALL_SUCCESS" as const, "ALL_SUCCESS" as const, ...RUN_IF),
  disabled: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  maxRetries: fc.integer({ min: 0, max: 3 }),
  retryOnTimeout: fc.boolean(),
  work,
});
type Draft = typeof draft extends fc.Arbitrary<infer One> ? One : never;

function jobOf(drafts: readonly Draft[]): ModelJob {
  const job: ModelTask[] = [];
  for (const [i, { after, outcome, ...rest }] of drafts.entries()) {
    const places = i === 0 ? [] : [...new Set(after.map((n) => n % i))];
    const edges = places.map((place) => {
      const condition = job[place]?.work.kind === "condition" && outcome !== undefined;
      return { key: `t${place}`, ...(condition && { outcome }) };
    });
    job.push({ key: `t${i}`, after: edges, ...rest });
  }
  return job;
}

const after = fc.nat({ max: 12 });
const ending = fc.record({ kind: fc.constantFrom("cancel" as const, "timeout" as const), after });
const kill = fc.record({ kind: fc.constant("kill" as const), after, torn: fc.nat({ max: 4 }) });
const repair = fc.record({
  kind: fc.constant("repair" as const),
  chosen: fc.option(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { nil: undefined }),
  rerunDependentTasks: fc.boolean(),
});

export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    drafts: fc.array(draft, { minLength: 1, maxLength: 12 }),
    steps: fc.array(fc.oneof(ending, kill, kill, repair), { maxLength: 4 }),
    order: fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 20 }),
  })
  .map(({ drafts, steps, order }) => {
    const job = jobOf(drafts);
    return {
      job,
      order,
      steps: steps.map((step): Step => {
        if (step.kind !== "repair") return step;
        const { chosen, rerunDependentTasks } = step;
        const rerunTasks = chosen && [...new Set(chosen.map((n) => `t${n % job.length}`))];
        return { kind: "repair", rerunTasks, rerunDependentTasks };
      }),
    };
  });
