/** B18 and B19: what a process of its own takes: one statement from nothing, and ten million rows one by one. Of the built package. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type OverheadFigure, ratioFigure } from "./overheads.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LAKELET = join(ROOT, "dist/cli/main.js");
const STARTS = 15;
const START_BAR = 1.3;
const ROWS = 10_000_000;
const MEMORY_BAR = 300;

export function overheadProcesses(
  folder: string,
  isAsked: (id: string) => boolean,
  tell: (text: string) => void,
): readonly OverheadFigure[] {
  if (!existsSync(LAKELET)) throw new Error("B18 and B19 start the built command: run `npm run build` first.");
  const figures: OverheadFigure[] = [];
  if (isAsked("B18")) {
    tell("B18: a statement from nothing");
    figures.push(startFigure(folder));
  }
  if (isAsked("B19")) {
    tell("B19: ten million rows one by one");
    figures.push(memoryFigure(folder));
  }
  return figures;
}

/** Against a process that imports DuckDB and the parser and parses the statement once. */
function startFigure(folder: string): OverheadFigure {
  const samples = Array.from({ length: STARTS + 1 }, () => ({
    bare: milliseconds([join(ROOT, "bench/parse-once.mjs")], folder),
    lakelet: milliseconds([LAKELET, "sql", "select 1", "--warehouse", join(folder, "none")], folder),
  }));
  return ratioFigure("B18", 'lakelet sql "select 1"', samples.slice(1), START_BAR);
}

function milliseconds(args: readonly string[], cwd: string): number {
  const start = performance.now();
  output(args, cwd);
  return performance.now() - start;
}

function memoryFigure(folder: string): OverheadFigure {
  const program = join(ROOT, "bench/iterate-rows.mjs");
  const { rows, peakMegabytes } = JSON.parse(output([program, ROOT, folder, String(ROWS)], folder)) as Record<
    string,
    number
  >;
  if (rows !== ROWS || peakMegabytes === undefined) throw new Error(`${rows} rows instead of ${ROWS}`);
  return {
    id: "B19",
    title: "toLocalIterator of 10 M rows, peak of the process",
    value: peakMegabytes,
    unit: "MB",
    bar: { value: MEMORY_BAR },
    met: peakMegabytes <= MEMORY_BAR,
  };
}

function output(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
