/** The list of runs, a line each. */
import { jobTasks, type RunState, shownState } from "../../workspace/runs.js";
import { durationText, padText, paintFor, stateText, symbolOf, visibleWidth } from "./words.js";

const HEAD = ["", "run", "job", "result", "tasks", "took", "started (UTC)", "by"];

export function runListLines(runs: readonly RunState[]): readonly string[] {
  if (runs.length === 0) return ["No runs yet. Start one with `lakelet run <job>`."];
  const paint = paintFor(process.stdout);
  const rows = runs.map((run) => {
    const tasks = jobTasks(run);
    const fine = tasks.filter((task) => task.resultState === "SUCCESS").length;
    const time = run.endedAt === undefined ? "" : durationText(run.endedAt - run.created.at);
    const state = shownState(run);
    const repairs = run.executions.length - 1;
    return [
      symbolOf(state, paint),
      run.created.runId,
      run.created.job.name,
      `${stateText(state, paint)}${repairs > 0 ? ` (${repairs}× repaired)` : ""}`,
      `${fine}/${tasks.length}`,
      time,
      paint("dim", new Date(run.created.at).toISOString().replace("T", " ").slice(0, 19)),
      paint("dim", startedBy(run)),
    ];
  });
  const table = [HEAD.map((one) => paint("dim", one)), ...rows];
  const widths = HEAD.map((_, i) => Math.max(...table.map((row) => visibleWidth(row[i] ?? ""))));
  return table.map((row) =>
    row
      .map((cell, i) => padText(cell, widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function startedBy({ created }: RunState): string {
  if (created.backfillDate !== undefined) return `backfill ${created.backfillDate}`;
  switch (created.trigger.type) {
    case "ONE_TIME":
      return "user";
    case "PERIODIC":
      return "schedule";
    case "RUN_JOB_TASK":
      return `run ${created.trigger.parent?.runId ?? ""}`;
    default:
      return created.trigger.type.toLowerCase().replaceAll("_", " ");
  }
}
