/** What an attempt printed and displayed, kept beside the run's log: one JSON output a line. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { appendWhole } from "./append-whole.js";
import type { TaskOutput } from "./attempt.js";

export class OutputFile {
  readonly #path: string;
  #file: number | undefined;

  /** The file is made with the first output. */
  constructor(runFolder: string, taskRunId: string) {
    this.#path = outputPath(runFolder, taskRunId);
  }

  /** A full disk loses the output: whether the run goes on is for its event log to say. */
  append(output: TaskOutput): void {
    try {
      this.#file ??= this.#open();
      appendWhole(this.#file, Buffer.from(`${JSON.stringify(output)}\n`));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    }
  }

  #open(): number {
    mkdirSync(join(this.#path, ".."), { recursive: true });
    return openSync(this.#path, "a");
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
