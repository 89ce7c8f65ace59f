/** B14 as a table: a row a phase, a column a side. */
import { markdownTable, verdict, whole } from "../markdown-table.js";
import { PIPELINE_BAR, type PipelineFigures, STEPS } from "./pipeline-bench.js";
import { PHASES } from "./pipeline-work.js";

export function pipelineReport({ rows, dayRows, rounds, sides }: PipelineFigures): string {
  const title = `B14: CSV of ${rows.toLocaleString("en")} orders → bronze → silver (10 expectations) → gold, then a day's file of ${dayRows.toLocaleString("en")}; ${rounds} rounds; wall ms (CPU ms), ratio of wall time to bare DuckDB's, bar ${PIPELINE_BAR}`;
  const head = ["B14", ...sides.map((one) => one.side)];
  const names = STEPS.flatMap((step) => [...PHASES.map((phase) => `${step} ${phase}`), step]);
  const lines = names.map((name) => [
    name,
    ...sides.map(({ side, phases }, i) => {
      const one = phases[name];
      if (one === undefined) return "";
      const cost = `${whole(one.milliseconds)} (${whole(one.cpuMilliseconds)})`;
      if (i === 0) return cost;
      const met = side.startsWith("lakelet")
        ? `, CPU ${one.cpuRatio.toFixed(2)}, ${verdict(one.ratio <= PIPELINE_BAR)}`
        : "";
      return `${cost} ${one.ratio.toFixed(2)}${met}`;
    }),
  ]);
  return `${title}\n\n${markdownTable(head, lines)}`;
}
