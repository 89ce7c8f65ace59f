/** What an attempt printed and displayed, kept beside the run's log: one JSON output a line. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { TaskOutput } from "./attempt.js";

export class OutputFile {
  readonly #path: string;
  #file: number | undefined;

  /** The file is made with the first output. */
  constructor(runFolder: string, taskRunId: string) {
    this.#path = outputPath(runFolder, taskRunId);
  }

  append(output: TaskOutput): void {
    if (this.#file === undefined) {
      mkdirSync(join(this.#path, ".."), { recursive: true });
      this.#file = openSync(this.#path, "a");
    }
    writeSync(this.#file, `${JSON.stringify(output)}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** The outputs of an attempt, in order; none where it printed nothing. */
export function readOutputs(runFolder: string, taskRunId: string): readonly TaskOutput[] {
  const path = outputPath(runFolder, taskRunId);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line) as TaskOutput);
}

function outputPath(runFolder: string, taskRunId: string): string {
  return join(runFolder, "output", `${taskRunId}.ndjson`);
}
