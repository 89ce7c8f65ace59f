/** What must hold for every run whatever befell it, looked for in its log; and the model's word on how it ends. */
import type { RunEvent } from "../../../src/jobs/run/run-event.js";
import { jobTasks, type RunState, replay, taskLifeCycleState } from "../../../src/jobs/run/run-state.js";
import { settle } from "../../../src/jobs/run/settle.js";
import { modelEnd } from "./model-scenario.js";
import type { Scenario } from "./random-scenario.js";
import type { ModelJob } from "./reference-model.js";
import { type Simulated, simulateScenario } from "./simulated-scenario.js";

/** Empty: nothing is wrong. */
export function anomaliesOf(scenario: Scenario): readonly string[] {
  let n = 0;
  const { job, steps, order } = scenario;
  const ran = simulateScenario(job, steps, (count) => (count === 0 ? 0 : (order[n++ % order.length] ?? 0) % count));
  return [
    ...orderAnomalies(job, ran.log),
    ...attemptAnomalies(ran),
    ...stateAnomalies(ran),
    ...modelAnomalies(scenario, ran),
  ];
}

/** No task begins before its dependencies, nor an iteration without its loop, nor more of them at once than may. */
function orderAnomalies(job: ModelJob, log: readonly RunEvent[]): readonly string[] {
  const tasks = new Map(job.map((task) => [task.key, task]));
  const open = new Set(tasks.keys());
  const atWork = new Map<string, number>();
  const found: string[] = [];
  for (const event of log) {
    if (event.type === "repair-started") for (const key of event.rerun) open.add(key);
    if (event.type === "task-ended") open.delete(event.taskKey);
    if (event.type === "run-ended" && open.size > 0) found.push(`the run ended before ${[...open].join(", ")}`);
    if (event.type === "run-resumed") atWork.clear();
    if (event.type !== "attempt-scheduled" && event.type !== "attempt-ended") continue;
    const [loop = ""] = event.taskKey.split("[");
    const isIteration = loop !== event.taskKey;
    const work = tasks.get(loop)?.work;
    if (event.type === "attempt-scheduled" && !open.has(loop)) found.push(`${event.taskKey} began after its end`);
    if (isIteration && work?.kind === "for_each") {
      const step = event.type === "attempt-scheduled" ? 1 : -1;
      atWork.set(loop, (atWork.get(loop) ?? 0) + step);
      if ((atWork.get(loop) ?? 0) > work.concurrency) found.push(`${loop}: more than ${work.concurrency} at once`);
    }
    if (event.type !== "attempt-scheduled" || isIteration) continue;
    for (const { key } of tasks.get(loop)?.after ?? []) {
      if (open.has(key)) found.push(`${loop} began before ${key} had ended`);
    }
  }
  return found;
}

/** Every attempt begins once and ends once, with a number and a run id of its own. */
export function attemptAnomalies({ log, state }: Simulated): readonly string[] {
  const found: string[] = [];
  const scheduled = new Set<string>();
  const ids = new Set<string>();
  const ended = new Set<string>();
  for (const event of log) {
    if (event.type === "attempt-scheduled") {
      const name = `${event.taskKey}/${event.attempt}`;
      if (scheduled.has(name) || ids.has(event.runId)) found.push(`${name} began twice`);
      scheduled.add(name);
      ids.add(event.runId);
    } else if (event.type === "attempt-ended") {
      const name = `${event.taskKey}/${event.attempt}`;
      if (ended.has(name) || !scheduled.has(name)) found.push(`${name} ended twice, or never began`);
      ended.add(name);
    }
  }
  for (const [key, task] of state.tasks) {
    for (const one of [...task.earlier, ...task.attempts]) {
      if (one.result === undefined) found.push(`${key}/${one.number} has no end`);
      if (!scheduled.has(`${key}/${one.number}`)) found.push(`${key}/${one.number} is in the state alone`);
    }
  }
  return found;
}

/** The run has ended, nothing follows, and the log alone gives each state again. */
function stateAnomalies({ log, state }: Simulated): readonly string[] {
  const found: string[] = [];
  const again = replay(JSON.parse(JSON.stringify(log)) as typeof log);
  if (plain(again) !== plain(state)) found.push("the log gives another state");
  if (state.endedAt === undefined || state.lifeCycleState !== "TERMINATED") found.push("the run has not ended");
  if (settle(state, 99_999).events.length > 0) found.push("something follows after the end");
  if (state.openTasks !== 0) found.push(`${state.openTasks} tasks are counted as open`);
  for (const task of jobTasks(state)) {
    if (task.resultState === undefined) found.push(`${task.plan.key} has no result`);
    const life = taskLifeCycleState(task, state);
    if (!["TERMINATED", "SKIPPED", "INTERNAL_ERROR"].includes(life)) found.push(`${task.plan.key} is ${life}`);
  }
  return found;
}

function plain(state: RunState | undefined): string {
  return JSON.stringify(state && { ...state, tasks: [...state.tasks], graph: [...state.graph.dependents] });
}

function modelAnomalies({ job, steps }: Scenario, { state }: Simulated): readonly string[] {
  // A repair of a run that was ended from outside repairs what the moment left.
  const end = modelEnd(job, steps);
  if (!end) return [];
  const found: string[] = [];
  if (state.resultState !== end.result) found.push(`the run is ${state.resultState}, by the model ${end.result}`);
  for (const [key, { result }] of end.tasks) {
    const is = state.tasks.get(key)?.resultState;
    if (is !== result) found.push(`${key} is ${is}, by the model ${result}`);
  }
  if (steps.some((step) => step.kind === "kill")) return found;
  // A killed runner's attempts are made again, and do not count against the retries.
  for (const { key, work } of job) {
    const executions = end.tasks.get(key)?.executions ?? [];
    const keys = work.kind === "for_each" ? executions.map((_, i) => `${key}[${i}]`) : [key];
    for (const [i, one] of keys.entries()) {
      const task = state.tasks.get(one);
      const is = (task?.earlier.length ?? 0) + (task?.attempts.length ?? 0);
      if (is !== (executions[i] ?? 0)) found.push(`${one} was tried ${is} times, by the model ${executions[i] ?? 0}`);
    }
  }
  return found;
}
