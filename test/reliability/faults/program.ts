/** A child process that runs statements on request, and strace around one request of it. */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { parseTrace, type SystemCall } from "./trace-log.js";

export interface ProgramError {
  readonly name: string;
  readonly message: string;
  readonly condition?: string;
  readonly stack?: string;
}

export interface Answer {
  readonly done?: unknown;
  readonly error?: ProgramError;
}

export type Request =
  | { readonly open: string }
  | { readonly sql: readonly string[]; readonly acknowledge?: boolean }
  | { readonly jobState: string };

export interface Traced {
  /** Undefined where the program died before it answered. */
  readonly answer: Answer | undefined;
  readonly calls: readonly SystemCall[];
}

export interface TraceOptions {
  /** strace's own, for example `link:signal=SIGKILL:when=2`. */
  readonly inject?: string;
  /** All bytes of what is written, in hexadecimal. */
  readonly withBytes?: boolean;
}

/** All calls that read or change files by path or descriptor. */
const TRACED =
  "openat,open,close,read,pread64,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,link,linkat,rename,renameat,renameat2," +
  "unlink,unlinkat,mkdir,mkdirat,rmdir,statx,newfstatat,getdents64,lseek";
const ANSWER_MS = 60_000;

/** Why system calls cannot be made to fail here; undefined where they can. */
export function straceMissing(): string | undefined {
  if (process.platform !== "linux") return "strace needs Linux";
  try {
    const [, version = "0"] = /version (\d+)/.exec(execFileSync("strace", ["-V"], { encoding: "utf8" })) ?? [];
    if (Number(version) < 5) return "strace is older than 5.0";
    execFileSync("strace", ["-f", "-o", "/dev/null", "true"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "strace is not installed, or may not trace here";
  }
}

let traces = 0;

export class Program {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #scratch: string;
  #errors = "";
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(packageFolder: string, scratch: string) {
    this.#scratch = scratch;
    this.#child = spawn(process.execPath, [join(import.meta.dirname, "child.mjs"), packageFolder], {
      cwd: scratch,
      // One thread of the pool: `when` of an injection counts by thread.
      env: { ...process.env, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0", TMPDIR: scratch },
      stdio: ["pipe", "pipe", "pipe"],
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-2000);
    });
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** @param packageFolder of a built package; @param scratch folder for its temporary files and its traces */
  static async start(packageFolder: string, scratch: string): Promise<Program> {
    const program = new Program(packageFolder, scratch);
    await program.#next();
    const { error } = await program.ask({ open: join(scratch, "warehouse") });
    if (error !== undefined) throw new Error(`the program does not start: ${error.message}`);
    return program;
  }

  get ended(): boolean {
    return this.#ended;
  }
  get errors(): string {
    return this.#errors;
  }

  async ask(request: Request): Promise<Answer> {
    const answer = await this.#request(request);
    if (answer === undefined) throw new Error(`the program died: ${this.#errors}`);
    return answer;
  }

  /** One request under strace, which is taken off afterwards. */
  async traced(request: Request, { inject, withBytes = false }: TraceOptions = {}): Promise<Traced> {
    const log = join(this.#scratch, `trace-${process.pid}-${traces++}.log`);
    const strace = spawn(
      "strace",
      [
        "-f",
        ...(withBytes ? ["-xx", "-s", "100000000"] : ["-y", "-s", "256"]),
        ...["-o", log, "-e", `trace=${TRACED}`],
        ...(inject === undefined ? [] : ["-e", `inject=${inject}`]),
        ...["-p", String(this.#child.pid)],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const closed = new Promise<void>((resolve) => strace.on("close", () => resolve()));
    const attached = new Promise<void>((resolve, reject) => {
      let told = "";
      strace.stderr.on("data", (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes("attached")) resolve();
      });
      strace.on("close", () => reject(new Error(`strace ended: ${told}`)));
    });
    await attached;
    const answer = await this.#request(request);
    strace.kill("SIGTERM");
    await closed;
    const calls = parseTrace(readFileSync(log, "utf8"));
    rmSync(log, { force: true });
    return { answer, calls };
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#child.kill("SIGKILL");
    while (!this.#ended) await this.#woken();
  }

  async #request(request: Request): Promise<Answer | undefined> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const answer = await this.#next();
      if (answer === undefined || !("acknowledged" in answer)) return answer;
    }
  }

  async #next(): Promise<Answer | undefined> {
    const timer = setTimeout(() => {
      this.#errors += `\nno answer within ${ANSWER_MS} ms`;
      this.#child.kill("SIGKILL");
    }, ANSWER_MS);
    try {
      while (this.#lines.length === 0 && !this.#ended) await this.#woken();
    } finally {
      clearTimeout(timer);
    }
    const line = this.#lines.shift();
    return line === undefined ? undefined : (JSON.parse(line) as Answer);
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
