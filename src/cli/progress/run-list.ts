/** The list of runs, a line each. */
import { type RunState, wasKilled } from "../../workspace/runs.js";
import { durationText, padText, paintFor, stateText, visibleWidth } from "./words.js";

export function runListLines(runs: readonly RunState[]): readonly string[] {
  if (runs.length === 0) return ["No runs yet. Start one with `lakelet run <job>`."];
  const paint = paintFor(process.stdout);
  const rows = runs.map((run) => {
    const tasks = [...run.tasks.values()];
    const fine = tasks.filter((task) => task.resultState === "SUCCESS").length;
    const time = run.endedAt === undefined ? "" : durationText(run.endedAt - run.created.at);
    return [
      run.created.runId,
      run.created.job.name,
      stateText(shownState(run), paint),
      `${fine}/${tasks.length} tasks`,
      time,
      paint("dim", new Date(run.created.at).toISOString().replace("T", " ").slice(0, 19)),
    ];
  });
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => visibleWidth(row[i] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, i) => padText(cell, widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** What a person wants to read: the result, or what goes on, or that the runner was killed. */
export function shownState(run: RunState): string {
  return run.resultState ?? (wasKilled(run) ? "KILLED" : run.lifeCycleState);
}
