/** A notebook's run put together from the outputs that were kept of it: each cell with its source, its state and what it showed. */
import type { AttemptFailure, NotebookCell, TaskOutput } from "../../jobs/run/attempt.js";

type Shown = Extract<TaskOutput, { kind: "text" | "table" | "html" }>;

export type CellOutput = Shown | { readonly kind: "notebook-run"; readonly path: string; readonly run: NotebookRun };

export interface CellRun extends NotebookCell {
  /** Markdown has no run: `none`. */
  readonly state: "ran" | "failed" | "not-run" | "none";
  /** Milliseconds since 1970. */
  readonly startedAt: number | undefined;
  readonly durationMs: number | undefined;
  readonly outputs: readonly CellOutput[];
  /** What `dbutils.notebook.exit` was given in this cell. */
  readonly exitValue: string | undefined;
}

export interface NotebookRun {
  /** As it was when it ran. */
  readonly file: string;
  readonly cells: readonly CellRun[];
  readonly failure: AttemptFailure | undefined;
  readonly exitValue: string | undefined;
}

/** How the notebook ended, as far as known: of one that another ran only the outputs are. */
export interface NotebookEnd {
  readonly endedAt?: number;
  readonly exitValue?: string;
  readonly failure?: AttemptFailure;
}

interface OpenCell {
  readonly number: number;
  readonly startedAt: number;
  readonly outputs: (Shown | { readonly kind: "nested"; readonly run: number })[];
  readonly nested: Map<number, { readonly path: string; readonly outputs: TaskOutput[] }>;
}

/** Undefined where the outputs are none of a notebook. */
export function notebookRun(outputs: readonly TaskOutput[], end: NotebookEnd = {}): NotebookRun | undefined {
  const [first] = outputs;
  if (first?.kind !== "notebook") return undefined;
  const open = openCells(outputs);
  const last = open.at(-1)?.number;
  const cells = first.cells.map((cell): CellRun => {
    const at = open.findIndex((one) => one.number === cell.number);
    const begun = open[at];
    const next = open[at + 1]?.startedAt ?? end.endedAt;
    const failed = end.failure !== undefined && end.failure.cell?.number === cell.number;
    const none = cell.language === "markdown" || cell.language === "raw";
    return {
      ...cell,
      state: none ? "none" : failed ? "failed" : begun ? "ran" : "not-run",
      startedAt: begun?.startedAt,
      durationMs: begun && next !== undefined ? next - begun.startedAt : undefined,
      outputs: begun ? cellOutputs(begun) : [],
      exitValue: begun && cell.number === last ? end.exitValue : undefined,
    };
  });
  return { file: first.file, cells, failure: end.failure, exitValue: end.exitValue };
}

function openCells(outputs: readonly TaskOutput[]): readonly OpenCell[] {
  const open: OpenCell[] = [];
  for (const output of outputs) {
    if (output.kind === "cell") {
      open.push({ number: output.number, startedAt: output.at, outputs: [], nested: new Map() });
    }
    const cell = open.at(-1);
    if (cell) add(cell, output);
  }
  return open;
}

function add(cell: OpenCell, output: TaskOutput): void {
  const last = cell.outputs.at(-1);
  if (output.kind === "nested") {
    const { run, path } = output;
    const found = cell.nested.get(run);
    if (found) found.outputs.push(output.output);
    else {
      cell.nested.set(run, { path, outputs: [output.output] });
      cell.outputs.push({ kind: "nested", run });
    }
  } else if (output.kind === "text" && last?.kind === "text" && last.stream === output.stream) {
    cell.outputs[cell.outputs.length - 1] = { ...last, text: last.text + output.text };
  } else if (output.kind === "text" || output.kind === "table" || output.kind === "html") cell.outputs.push(output);
}

function cellOutputs(cell: OpenCell): readonly CellOutput[] {
  return cell.outputs.flatMap((output): readonly CellOutput[] => {
    if (output.kind !== "nested") return [output];
    const { path, outputs } = cell.nested.get(output.run) ?? { path: "", outputs: [] };
    const run = notebookRun(outputs);
    return run ? [{ kind: "notebook-run", path, run }] : [];
  });
}
