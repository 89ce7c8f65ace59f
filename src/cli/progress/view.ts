/** The view that fits: live in a terminal, plain lines without one, silent where JSON is wanted. */
import type { LocatedProblem, RunListener, RunState } from "../../workspace/run-job.js";
import { LiveView } from "./live-view.js";
import { PlainView } from "./plain-view.js";
import { summaryLines } from "./summary.js";
import { terminalText } from "./terminal-text.js";
import { paintFor } from "./words.js";

export interface RunView extends RunListener {
  /** Says how the run ended. */
  finish(run: RunState, facts: { readonly warehouse: string; readonly notices: readonly LocatedProblem[] }): void;
}

export function openView(silent: boolean): RunView {
  if (silent) return { finish: () => undefined };
  const { stdout } = process;
  const view =
    stdout.isTTY && process.env.TERM !== "dumb"
      ? new LiveView(stdout)
      : new PlainView((line) => stdout.write(`${line}\n`));
  return {
    event: (event, run) => view.event(event, run),
    output: (taskKey, attempt, output) => view.output(taskKey, attempt, output),
    finish: (run, facts) => {
      const lines = summaryLines(run, {
        paint: paintFor(stdout),
        columns: stdout.isTTY ? stdout.columns || 80 : undefined,
        ...facts,
      });
      stdout.write(`\n${terminalText(lines.join("\n"))}\n`);
    },
  };
}
