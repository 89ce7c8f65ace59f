/** `lakelet pipeline run` as a process that something happens to: a signal at an instant, or strace at one of its system calls. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { concerns, isMutating, parseTrace, type SystemCall } from "../faults/trace-log.js";

export interface Ended {
  /** Null where a signal killed it. */
  readonly code: number | null;
  readonly output: string;
  /** From the signal to the end, where one was sent before it. */
  readonly milliseconds: number | undefined;
}

export interface Disturbance {
  /** Sent this long after the start. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: number };
  /** strace's own, for example `link:signal=SIGKILL:when=2`. */
  readonly inject?: string;
}

const TRACED =
  "openat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,link,linkat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir";

/** One run of a built command. */
export class DisturbedCommand {
  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
  ) {}

  run(project: string, { signal, inject }: Disturbance = {}): Promise<Ended> {
    const child =
      inject === undefined
        ? this.#start(project, [])
        : this.#start(project, ["strace", "-f", "-o", "/dev/null", "-e", `trace=${TRACED}`, "-e", `inject=${inject}`]);
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    let sentAt: number | undefined;
    const timer =
      signal &&
      setTimeout(() => {
        sentAt = performance.now();
        child.kill(signal.name);
      }, signal.after);
    return new Promise((resolve) => {
      child.on("close", (code) => {
        clearTimeout(timer);
        resolve({ code, output, milliseconds: sentAt === undefined ? undefined : performance.now() - sentAt });
      });
    });
  }

  /** The calls of an undisturbed run that change something in the project. */
  async calls(project: string): Promise<readonly SystemCall[]> {
    const log = join(project, "trace.log");
    const child = this.#start(project, ["strace", "-f", "-y", "-s", "256", "-o", log, "-e", `trace=${TRACED}`]);
    child.stdout?.resume();
    child.stderr?.resume();
    await new Promise((resolve) => child.on("close", resolve));
    const calls = parseTrace(readFileSync(log, "utf8"));
    rmSync(log);
    return calls.filter((call) => isMutating(call) && concerns(call, project));
  }

  #start(project: string, prefix: readonly string[]): ChildProcess {
    const [program = process.execPath, ...rest] = [...prefix, process.execPath, this.command, ...this.args];
    // One thread of the pool: `when` of an injection counts by thread.
    const env = { ...process.env, NO_COLOR: "1", UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" };
    return spawn(program, rest, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
  }
}
