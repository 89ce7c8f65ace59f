/** What a task or a notebook's cell prints and displays, as lines of the terminal. */
import type { TaskOutput } from "../../workspace/run-job.js";
import { countText, type Paint } from "./words.js";

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
  const text = await formatResult({ columns, rows: rows as never, statements: [] }, "table");
  return [...linesOf(text), ...(truncated ? [paint("dim", `only the first ${countText(rows.length, "row")}`)] : [])];
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, "").split("\n");
}
