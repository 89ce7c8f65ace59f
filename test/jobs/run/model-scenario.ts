/** A scenario on the reference model: result states where they do not depend on the moment at which something happened. */
import type { ResultState } from "../../../src/jobs/run/run-event.js";
import { type ModelJob, modelRepair, modelRun, type RunEnd } from "./reference-model.js";
import type { Step } from "./scenario.js";

/** By task, the run's own under `run`. Undefined for a run that was canceled or timed out: what was done before decides. */
export function modelOf(job: ModelJob, steps: readonly Step[]): Readonly<Record<string, ResultState>> | undefined {
  const end = modelEnd(job, steps);
  if (!end) return undefined;
  return Object.fromEntries([...[...end.tasks].map(([key, { result }]) => [key, result]), ["run", end.result]]);
}

/** A runner that was killed changes nothing: the run goes on. */
export function modelEnd(job: ModelJob, steps: readonly Step[]): RunEnd | undefined {
  let end = modelRun(job);
  for (const step of steps) {
    if (step.kind === "cancel" || step.kind === "timeout") return undefined;
    if (step.kind === "repair") end = modelRepair(job, end, step);
  }
  return end;
}
