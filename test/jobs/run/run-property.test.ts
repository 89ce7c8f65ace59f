/** Random jobs, faults and orders: the runner's rules against a small model, and the log against the state. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { replay } from "../../../src/jobs/run/run-state.js";
import { settle } from "../../../src/jobs/run/settle.js";
import type { RunIf } from "../../../src/jobs/spec/task.js";
import { type Outcome, resultStates, type SimulatedTask, simulate } from "./simulated-run.js";

const RUN_IFS: readonly RunIf[] = [
  "ALL_SUCCESS",
  "AT_LEAST_ONE_SUCCESS",
  "NONE_FAILED",
  "ALL_DONE",
  "AT_LEAST_ONE_FAILED",
  "ALL_FAILED",
];
const OUTCOMES: readonly Outcome[] = [
  "SUCCESS",
  "SUCCESS",
  "FAILED",
  "TIMEDOUT",
  "INTERNAL_ERROR",
  "GATE_FAILED",
  "CANCELED",
];

const job = fc
  .array(
    fc.record({
      after: fc.array(fc.nat(), { maxLength: 3 }),
      runIf: fc.constantFrom(...RUN_IFS),
      disabled: fc.boolean(),
      maxRetries: fc.integer({ min: 0, max: 2 }),
      retryOnTimeout: fc.boolean(),
      outcomes: fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((tasks) =>
    Object.fromEntries(
      tasks.map((task, i): [string, SimulatedTask] => {
        const after = i === 0 ? [] : [...new Set(task.after.map((n) => `t${n % i}`))];
        return [`t${i}`, { ...task, after, disabled: task.disabled && i % 4 === 3 }];
      }),
    ),
  );

/** The documented rules, written once more and in another way. */
function model(tasks: Readonly<Record<string, SimulatedTask>>): Readonly<Record<string, string>> {
  const ended: Record<string, string> = {};
  for (const [key, task] of Object.entries(tasks)) {
    const before = (task.after ?? []).map((one) => ended[one] ?? "");
    const skipped = before.filter((state) => state === "EXCLUDED" || state === "DISABLED").length;
    const good = before.filter((state) => state === "SUCCESS").length + skipped;
    const bad = before.length - good;
    const onlyCanceled = before.every((state) => !["FAILED", "TIMEDOUT", "UPSTREAM_FAILED"].includes(state));
    const wants: Record<RunIf, boolean> = {
      ALL_SUCCESS: bad === 0,
      AT_LEAST_ONE_SUCCESS: good > 0,
      NONE_FAILED: bad === 0,
      ALL_DONE: true,
      AT_LEAST_ONE_FAILED: bad > 0,
      ALL_FAILED: good === 0,
    };
    const runIf = task.runIf ?? "ALL_SUCCESS";
    if (before.length > 0 && skipped === before.length) ended[key] = "EXCLUDED";
    else if (before.length > 0 && !wants[runIf]) {
      ended[key] =
        runIf.endsWith("_FAILED") && runIf !== "NONE_FAILED"
          ? "EXCLUDED"
          : onlyCanceled
            ? "UPSTREAM_CANCELED"
            : "UPSTREAM_FAILED";
    } else ended[key] = task.disabled ? "DISABLED" : ownResult(task);
  }
  return ended;
}

function ownResult({ maxRetries = 0, retryOnTimeout = false, outcomes = [] }: SimulatedTask): string {
  for (let attempt = 0; ; attempt++) {
    const outcome = outcomes[Math.min(attempt, outcomes.length - 1)] ?? "SUCCESS";
    const again = outcome === "FAILED" || outcome === "INTERNAL_ERROR" || (outcome === "TIMEDOUT" && retryOnTimeout);
    if (!again || attempt >= maxRetries)
      return outcome === "INTERNAL_ERROR" || outcome === "GATE_FAILED" ? "FAILED" : outcome;
  }
}

const order = fc.infiniteStream(fc.nat());

function picker(numbers: Iterator<number>): (count: number) => number {
  return (count) => (count === 0 ? 0 : (numbers.next().value ?? 0) % count);
}

test("every task ends as the model says, whatever the order", () => {
  fc.assert(
    fc.property(job, order, (tasks, numbers) => {
      const { run, ...states } = resultStates(simulate(tasks, { pick: picker(numbers[Symbol.iterator]()) }));
      expect(states).toEqual(model(tasks));
      expect(run).toBeDefined();
    }),
    { numRuns: 1000 },
  );
});

test("no task begins before what it depends on has ended, and no attempt is lost or doubled", () => {
  fc.assert(
    fc.property(job, order, (tasks, numbers) => {
      const { log, state } = simulate(tasks, { pick: picker(numbers[Symbol.iterator]()) });
      const ended = new Set<string>();
      const begun = new Set<string>();
      for (const event of log) {
        if (event.type === "task-ended") ended.add(event.taskKey);
        if (event.type !== "attempt-started") continue;
        for (const key of tasks[event.taskKey]?.after ?? []) expect(ended).toContain(key);
        expect(begun).not.toContain(`${event.taskKey}/${event.attempt}`);
        begun.add(`${event.taskKey}/${event.attempt}`);
      }
      const attempts = [...state.tasks.values()].flatMap((task) => task.attempts);
      expect(begun.size).toBe(attempts.length);
      expect(log.filter((event) => event.type === "run-ended")).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});

test("the log alone gives the state, at every moment; an ended run has nothing more to do", () => {
  fc.assert(
    fc.property(job, order, fc.nat({ max: 4 }), (tasks, numbers, attempts) => {
      const pick = picker(numbers[Symbol.iterator]());
      const { log, state } = simulate(tasks, { pick, terminateAfter: { attempts, cause: "CANCELED" } });
      const again = JSON.parse(JSON.stringify(log)) as typeof log;
      expect(replay(again)).toEqual(state);
      expect(settle(state, 99_999).events).toEqual([]);
      expect([...state.tasks.values()].every((task) => task.resultState !== undefined)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
