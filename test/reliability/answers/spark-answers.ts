/** Real Spark under the suites that compare answers: a process that takes batches of statements and tells what Spark says to each. */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { JsonValue } from "../../../src/tasks/json-value.js";

export interface SparkRows {
  readonly sql: string;
  readonly schema: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** Columns whose values are Spark's cast to string, for Python cannot hold them: intervals, years beyond 9999, variants. */
  readonly texts?: readonly number[];
}
export interface SparkFailure {
  readonly sql: string;
  /** Spark's condition, or the class of a Java exception that has none. */
  readonly error: string;
  readonly sqlState: string | null;
  readonly message: string;
}
export type SparkAnswer = SparkRows | SparkFailure | { readonly sql: string; readonly unrecorded: string };

interface Waiting {
  answer(line: string): void;
  fail(error: Error): void;
}

/** Enough of standard error to see why the process ended. */
const KEPT_ERRORS = 4000;
const INTEROP = join(import.meta.dirname, "../../interop");

/** @example const spark = SparkAnswers.start(); await spark.setUp(["CREATE TABLE t AS SELECT 1 a"]); await spark.ask(["SELECT a FROM t"]); */
export class SparkAnswers {
  private readonly waiting: Waiting[] = [];
  private errors = "";
  private ended = false;

  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, Readable>) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("@")) this.waiting.shift()?.answer(line.slice(1));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-KEPT_ERRORS);
    });
    child.on("close", () => {
      this.ended = true;
      for (const one of this.waiting.splice(0)) one.fail(this.gone());
    });
  }

  /** What this machine lacks; the peers' installation is shared with the interop tests. */
  static missing(): string | undefined {
    try {
      execFileSync(join(INTEROP, "peers.sh"), ["--installed"], { stdio: "ignore" });
      return undefined;
    } catch {
      return "Spark is not installed; `npm run test:interop` installs it";
    }
  }

  static start(): SparkAnswers {
    const folder = execFileSync(join(INTEROP, "peers.sh"), {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }).trim();
    const scratch = mkdtempSync(join(tmpdir(), "lakelet-answers-"));
    const child = spawn(join(folder, "venv/bin/python"), [join(import.meta.dirname, "spark_answers.py")], {
      cwd: scratch,
      env: { ...process.env, TZ: "UTC", LAKELET_PEER_JARS: join(folder, "jars"), LAKELET_PEER_FOLDER: scratch },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // Its standard input closes with this process, and that ends it.
    process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
    return new SparkAnswers(child);
  }

  /** A new session with an empty schema, in which these statements have run; throws where one of them fails. `local` are small views by their queries. */
  async setUp(statements: readonly string[], local: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.request({ setup: statements, local });
  }
  /** One answer a statement, in their order. */
  ask(statements: readonly string[]): Promise<readonly SparkAnswer[]> {
    return this.request({ statements });
  }
  /** Ends the process once it has answered. */
  close(): void {
    this.child.stdin.end();
  }

  private request(request: object): Promise<readonly SparkAnswer[]> {
    if (this.ended) return Promise.reject(this.gone());
    return new Promise((resolve, reject) => {
      const answer = (line: string) => {
        const { ok, error } = JSON.parse(line) as { readonly ok: readonly SparkAnswer[]; readonly error?: string };
        if (error !== undefined) reject(new Error(error));
        else resolve(ok);
      };
      this.waiting.push({ answer, fail: reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }
  private gone(): Error {
    return new Error(`Spark's process has ended:\n${this.errors}`);
  }
}
