/** A program that a task runs, its output told as it comes: Python, and what else a task starts. */
import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { AttemptEvent } from "../../jobs/run/attempt.js";

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
/** Kept of what one program prints; a task that prints more goes on, and is told so once. */
const KEPT_OUTPUT = 20 * 1024 * 1024;
const LONGEST_LINE = 64 * 1024;
const UNENDED_LINE_MS = 200;
/** A grandchild that holds the output open must not hold the task up. */
const DRAIN_MS = 500;

/**
 * Runs a program to its end. No shell takes part: each argument arrives as it is. It stays in the worker's process group, so that a kill of
 * the attempt takes it, too. Rejects where it cannot be started (no such program, arguments too long, a NUL in one).
 */
export function runProcess({ command, args, cwd, env, emit }: ProcessRequest): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const output = new LimitedOutput(emit);
    let stderr = "";
    const ends = [
      output.follow(child.stdout, "stdout"),
      output.follow(child.stderr, "stderr", (text) => {
        stderr = (stderr + text).slice(-KEPT_STDERR);
      }),
    ];
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const drained = new Promise((done) => setTimeout(done, DRAIN_MS).unref());
      void Promise.race([Promise.all(ends), drained]).then(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, signal, stderr });
      });
    });
  });
}

class LimitedOutput {
  #bytes = 0;

  constructor(private readonly emit: (event: AttemptEvent) => void) {}

  /** Resolves when the stream has ended. */
  follow(
    stream: NodeJS.ReadableStream,
    name: "stdout" | "stderr",
    heard: (text: string) => void = () => undefined,
  ): Promise<void> {
    const decoder = new StringDecoder("utf8");
    let pending = "";
    let timer: NodeJS.Timeout | undefined;
    const flush = () => {
      clearTimeout(timer);
      timer = undefined;
      if (pending !== "") this.#tell(name, pending);
      pending = "";
    };
    const take = (text: string) => {
      if (text === "") return;
      heard(text);
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) this.#tell(name, pending + text.slice(0, end));
      pending = (end > 0 ? "" : pending) + text.slice(end);
      if (pending.length > LONGEST_LINE) flush();
      // A line that is not ended is shown when nothing follows for a while.
      else if (pending !== "") timer ??= setTimeout(flush, UNENDED_LINE_MS);
    };
    return new Promise((resolve) => {
      stream.on("data", (bytes: Buffer) => take(decoder.write(bytes)));
      stream.on("close", () => {
        take(decoder.end());
        flush();
        resolve();
      });
    });
  }

  #tell(stream: "stdout" | "stderr", text: string): void {
    if (this.#bytes > KEPT_OUTPUT) return;
    this.#bytes += Buffer.byteLength(text);
    const more = this.#bytes > KEPT_OUTPUT ? `\n[what is printed beyond ${KEPT_OUTPUT >> 20} MiB is not kept]\n` : "";
    this.emit({ type: "output", output: { kind: "text", stream, text: text + more } });
  }
}
