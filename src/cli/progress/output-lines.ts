/** What a task or a notebook's cell prints and displays, as lines of the terminal. */
import type { TaskOutput } from "../../workspace/run-job.js";
import { countText, type Paint } from "./words.js";

/** Of a table: a terminal is for a look. All that is kept is in an exported page. */
const SHOWN_ROWS = 20;
const SHOWN_LETTERS = 60;

export async function outputLines(output: TaskOutput, paint: Paint): Promise<readonly string[]> {
  switch (output.kind) {
    case "notebook":
      return [];
    case "cell":
      return [paint("cyan", `── cell ${output.number} ${output.title}`.trimEnd())];
    case "text":
      return linesOf(output.text).map((line) => (output.stream === "stderr" ? paint("yellow", line) : line));
    case "html":
      return [paint("dim", `HTML of ${countText(output.html.length, "character")}: an exported page shows it`)];
    case "nested": {
      const lines = await outputLines(output.output, paint);
      return lines.map((line) => `${paint("dim", `${output.path} ${output.run} |`)} ${line}`);
    }
    case "table":
      return tableLines(output, paint);
  }
}

async function tableLines(table: Extract<TaskOutput, { kind: "table" }>, paint: Paint): Promise<readonly string[]> {
  const { formatResult } = await import("../result-format.js");
  const { columns, rows, truncated } = table;
  const shown = rows.slice(0, SHOWN_ROWS).map((row) => row.map(shortened));
  const lines = linesOf(await formatResult({ columns, rows: shown as never, statements: [] }, "table"));
  if (shown.length === rows.length && !truncated) return lines;
  const all = `${truncated ? "more than " : ""}${countText(rows.length, "row")}`;
  return [...lines.slice(0, -1), paint("dim", `the first ${shown.length} of ${all}`)];
}

function shortened(value: unknown): unknown {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : value;
  return typeof text === "string" && text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS - 1)}…` : text;
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, "").split("\n");
}
