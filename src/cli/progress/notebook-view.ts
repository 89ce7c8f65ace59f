/** A notebook at work in the terminal: each cell's heading, what it prints and displays, and how the notebook ended. */
import type { AttemptEvent, RanNotebook } from "../../workspace/run-notebook.js";
import { outputLines } from "./output-lines.js";
import { failurePlaceLines, shellQuote } from "./summary.js";
import { reportText } from "./task-facts.js";
import { durationText, paintFor, stateText } from "./words.js";

const RULE_WIDTH = 60;

export class NotebookView {
  readonly #wanted: boolean;
  readonly #paint = paintFor(process.stdout);
  /** Tables are laid out in their turn: what is printed after one stays after it. */
  #printed: Promise<void> = Promise.resolve();

  /** @param wanted false where only the failure is said: the cells are printed as JSON */
  constructor(wanted: boolean) {
    this.#wanted = wanted;
  }

  event(event: AttemptEvent): void {
    if (!this.#wanted) return;
    this.#printed = this.#printed.then(async () => {
      const lines = await this.#lines(event);
      if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
    });
  }

  /** @param retry the words of the command that runs the notebook again */
  async end({ file, result, startedAt, endedAt }: RanNotebook, retry: readonly string[]): Promise<void> {
    await this.#printed;
    const paint = this.#paint;
    if (result.state === "FAILED") {
      const lines = [
        `${paint("red", "✖")} ${paint("bold", file)}`,
        ...failurePlaceLines(result.failure, paint),
        "",
        `  Try again: ${paint("cyan", retry.map(shellQuote).join(" "))}`,
      ];
      process.stderr.write(`\n${lines.join("\n")}\n`);
    }
    if (!this.#wanted) return;
    const exit =
      result.state === "SUCCESS" && result.exitValue !== undefined ? [`Notebook exited: ${result.exitValue}`] : [];
    const verdict = `${stateText(result.state, paint)} in ${durationText(endedAt - startedAt)}`;
    process.stdout.write(`\n${[...exit, verdict].join("\n")}\n`);
  }

  async #lines(event: AttemptEvent): Promise<readonly string[]> {
    if (event.type === "report") {
      const text = reportText(event.report);
      return text === undefined ? [] : [this.#paint("dim", text)];
    }
    if (event.type !== "output") return [];
    const { output } = event;
    if (output.kind !== "cell") return outputLines(output, this.#paint);
    const title = `── ${output.number} ${output.title}`.trimEnd();
    return ["", this.#paint("cyan", `${title} ${"─".repeat(Math.max(0, RULE_WIDTH - title.length))}`)];
  }
}
