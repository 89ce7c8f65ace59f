/** What is said of a backfill: each run's date before it, and all of them at the end. */
import type { RunState } from "../../workspace/run-job.js";
import { repairCommandOf } from "./summary.js";
import { durationText, padText, paintFor, stateText, symbolOf, visibleWidth } from "./words.js";

/** @example backfillTitle("2024-01-15", 0, 3) // "2024-01-15, 1 of 3" */
export function backfillTitle(date: string, index: number, count: number): string {
  return paintFor(process.stdout)("bold", `${date}, ${index + 1} of ${count}`);
}

/** A line a date; those that did not begin because the backfill was ended are counted. */
export function backfillLines(
  name: string,
  dates: readonly string[],
  ended: readonly { readonly date: string; readonly state: RunState }[],
): readonly string[] {
  const paint = paintFor(process.stdout);
  const rows = ended.map(({ date, state }) => {
    const result = state.resultState ?? "RUNNING";
    return [
      `${symbolOf(result, paint)} ${date}`,
      stateText(result, paint),
      durationText((state.endedAt ?? state.created.at) - state.created.at),
      paint("dim", `run ${state.created.runId}`),
      result === "SUCCESS" ? "" : paint("cyan", repairCommandOf(state)),
    ];
  });
  const widths = [0, 1, 2, 3].map((i) => Math.max(0, ...rows.map((row) => visibleWidth(row[i] ?? ""))));
  const good = ended.filter(({ state }) => state.resultState === "SUCCESS").length;
  const left = dates.length - ended.length;
  const counts = [
    `${good} of ${dates.length} runs succeeded`,
    ...(left > 0 ? [`${left} did not begin: go on with --from ${dates[ended.length]}`] : []),
  ];
  return [
    ...rows.map((row) => `  ${row.map((cell, i) => padText(cell, widths[i] ?? 0)).join("  ")}`.trimEnd()),
    "",
    `${paint("bold", name)} ${counts.join("; ")}`,
  ];
}
