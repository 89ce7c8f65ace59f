/** A program that a task runs, its output told as it comes: Python, and what else a task starts. */
import { spawn } from "node:child_process";
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import { follow, ProgramOutput } from "./program-output.js";

export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly emit: (event: AttemptEvent) => void;
}

export interface ProcessEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

const KEPT_STDERR = 64 * 1024;
/** A grandchild that holds the output open must not hold the task up. */
const DRAIN_MS = 500;

/**
 * Runs a program to its end. No shell takes part: each argument arrives as it is. It stays in the worker's process group, so that a kill of
 * the attempt takes it, too. Rejects where it cannot be started (no such program, arguments too long, a NUL in one).
 */
export function runProcess({ command, args, cwd, env, emit }: ProcessRequest): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const output = new ProgramOutput(emit);
    let stderr = "";
    const ends = [
      follow(child.stdout, (text) => output.take("stdout", text)),
      follow(child.stderr, (text) => {
        stderr = (stderr + text).slice(-KEPT_STDERR);
        output.take("stderr", text);
      }),
    ];
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const drained = new Promise((done) => setTimeout(done, DRAIN_MS).unref());
      void Promise.race([Promise.all(ends), drained]).then(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        output.end();
        resolve({ code, signal, stderr });
      });
    });
  });
}
