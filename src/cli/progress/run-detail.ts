/** One run in full: its tasks, its failures, and if asked what the tasks printed. */
import type { TaskOutput } from "../../workspace/run-job.js";
import type { RunState } from "../../workspace/runs.js";
import { outputLines } from "./output-lines.js";
import { shownState } from "./run-list.js";
import { failureLines } from "./summary.js";
import { taskFacts } from "./task-facts.js";
import { durationText, type Paint, padText, paintFor, stateText, symbolOf } from "./words.js";

/** @param outputs what an attempt printed; absent where it is not wanted */
export async function runDetailLines(
  run: RunState,
  outputs: ((taskRunId: string) => readonly TaskOutput[]) | undefined,
): Promise<readonly string[]> {
  const paint = paintFor(process.stdout);
  const { created } = run;
  const lines = [
    `${paint("bold", created.job.name)} ${stateText(shownState(run), paint)}${run.message ? `: ${run.message}` : ""}`,
    paint("dim", `run ${created.runId} of job ${created.job.id} (${created.specFile})`),
    paint(
      "dim",
      `started ${new Date(created.at).toISOString()}${run.endedAt === undefined ? "" : `, took ${durationText(run.endedAt - created.at)}`}`,
    ),
    ...parameterLines(run, paint),
    "",
  ];
  const width = Math.max(...[...run.tasks.keys()].map((key) => key.length));
  for (const task of run.tasks.values()) {
    const state = task.resultState ?? "RUNNING";
    const after = task.plan.dependsOn.length > 0 ? paint("dim", `after ${task.plan.dependsOn.join(", ")}`) : "";
    lines.push(
      `${symbolOf(state, paint)} ${padText(task.plan.key, width)}  ${stateText(state, paint)}  ${after}`.trimEnd(),
    );
    if (task.attempts.length === 0 && task.message) lines.push(paint("dim", `    did not run: ${task.message}`));
    for (const attempt of task.attempts) {
      const took = attempt.startedAt !== undefined && attempt.endedAt !== undefined;
      const time = took ? durationText((attempt.endedAt ?? 0) - (attempt.startedAt ?? 0)) : "";
      const state = attempt.result?.state ?? (attempt.startedAt === undefined ? "PENDING" : "RUNNING");
      lines.push(paint("dim", `    attempt ${attempt.number + 1}: ${state} ${time}  run ${attempt.runId}`));
      if (outputs) lines.push(...(await indented(outputs(attempt.runId), paint)));
    }
    lines.push(...taskFacts(task).map((fact) => `    ${fact}`));
  }
  const failures = [...run.tasks.values()].flatMap((task) => failureLines(task, run, paint));
  return failures.length > 0 ? [...lines, "", ...failures] : lines;
}

function parameterLines(run: RunState, paint: Paint): readonly string[] {
  const values = { ...run.parameters, ...run.overrides };
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return text.length > 0 ? [paint("dim", `parameters ${text.join(" ")}`)] : [];
}

async function indented(outputs: readonly TaskOutput[], paint: Paint): Promise<readonly string[]> {
  const lines = await Promise.all(outputs.map((output) => outputLines(output, paint)));
  return lines.flat().map((line) => `    ${line}`.trimEnd());
}
