/** One Python that has its modules loaded and forks for each program: what would be seconds of imports each time is done once. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { AttemptEvent } from "../../jobs/run/attempt.js";
import { follow, ProgramOutput } from "./program-output.js";
import { type ProcessEnd, type ProcessRequest, runProcess } from "./python-process.js";

export interface PythonServerOptions extends Omit<ProcessRequest, "args" | "emit"> {
  /** Loaded before the first program; one that is not there is for the program to miss. */
  readonly modules: readonly string[];
}

export interface PythonProgram {
  readonly code: string;
  readonly args: readonly string[];
  readonly emit: (event: AttemptEvent) => void;
}

/** A fork runs the program and ends as a Python does; what it printed is followed by a mark on both streams. */
const SERVE = `import importlib, json, os, sys, traceback
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
token = sys.argv[2]
for line in iter(sys.stdin.readline, ""):
    lakelet_server = json.loads(line)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = ["-c"] + lakelet_server["args"]
        exec(compile(lakelet_server["code"], "<string>", "exec"), {"__name__": "__main__"})
        sys.exit(0)
    status = os.waitpid(child, 0)[1]
    code = os.waitstatus_to_exitcode(status)
    for stream in (sys.stdout, sys.stderr):
        stream.write("\\x1e%s %d\\n" % (token, code))
        stream.flush()
`;

const KEPT_STDERR = 64 * 1024;
const STREAMS = ["stdout", "stderr"] as const;

interface Running {
  readonly output: ProgramOutput;
  readonly ended: Set<string>;
  readonly done: (end: ProcessEnd) => void;
  stderr: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export class PythonServer {
  readonly #options: PythonServerOptions;
  /** None else knows it, and a program cannot end itself by printing it. */
  readonly #token = randomBytes(16).toString("hex");
  readonly #pending = { stdout: "", stderr: "" };
  #child: Child | undefined;
  #running: Running | undefined;

  constructor(options: PythonServerOptions) {
    this.#options = options;
  }

  /** One at a time. Rejects where Python cannot be started. */
  run({ code, args, emit }: PythonProgram): Promise<ProcessEnd> {
    // There is no fork on Windows.
    if (process.platform === "win32") return runProcess({ ...this.#options, args: ["-c", code, ...args], emit });
    return new Promise((resolve, reject) => {
      const child = this.#started(reject);
      this.#running = { output: new ProgramOutput(emit), ended: new Set(), done: resolve, stderr: "" };
      child.stdin.write(`${JSON.stringify({ code, args })}\n`);
    });
  }

  /** It ends when nobody asks it any more. */
  close(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #started(failed: (error: Error) => void): Child {
    if (this.#child) return this.#child;
    const { command, cwd, env, modules } = this.#options;
    const args = ["-c", SERVE, JSON.stringify(modules), this.#token];
    const child = spawn(command, args, { cwd, env: { ...env }, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.once("error", failed);
    // Told by its end.
    child.stdin.on("error", () => undefined);
    for (const name of STREAMS) void follow(child[name], (text) => this.#take(name, text));
    child.once("close", (code, signal) => {
      this.#child = undefined;
      this.#finish({ code, signal });
    });
    return child;
  }

  #take(stream: (typeof STREAMS)[number], text: string): void {
    const all = this.#pending[stream] + text;
    const mark = new RegExp(`\\x1e${this.#token} (-?\\d+)\\n`).exec(all);
    // A mark may come in pieces.
    const start = all.lastIndexOf("\x1e");
    const end = mark?.index ?? (start >= 0 && all.length - start < this.#token.length + 8 ? start : all.length);
    this.#tell(stream, all.slice(0, end));
    this.#pending[stream] = mark ? all.slice(mark.index + mark[0].length) : all.slice(end);
    if (!mark || !this.#running) return;
    this.#running.ended.add(stream);
    const code = Number(mark[1]);
    if (this.#running.ended.size === STREAMS.length)
      this.#finish(code < 0 ? { code: null, signal: signalOf(-code) } : { code, signal: null });
  }

  #tell(stream: (typeof STREAMS)[number], text: string): void {
    if (!this.#running) return;
    if (stream === "stderr") this.#running.stderr = (this.#running.stderr + text).slice(-KEPT_STDERR);
    this.#running.output.take(stream, text);
  }

  #finish(end: Omit<ProcessEnd, "stderr">): void {
    const running = this.#running;
    this.#running = undefined;
    running?.output.end();
    running?.done({ ...end, stderr: running.stderr });
  }
}

function signalOf(number: number): NodeJS.Signals {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return (found?.[0] ?? "SIGKILL") as NodeJS.Signals;
}
