/** Talks to the peers' process, one for all tests: delta-rs and Spark. Requests and answers are JSON lines. */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { JsonValue } from "../../src/tasks/json-value.js";

export interface PeerRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** Files that Spark scanned, where the read has a condition. */
  readonly files?: number;
}

/** delta-rs reads in two ways: as an Arrow dataset, and by DataFusion. */
export type Reader = "delta-rs" | "datafusion" | "spark";
export const READERS: readonly Reader[] = ["delta-rs", "datafusion", "spark"];

export interface ReadOptions {
  readonly version?: number;
  /** SQL; not for `delta-rs`. */
  readonly where?: string;
}

/** `generated` is a method of the column's builder with its arguments. */
export type BuiltColumn = readonly [name: string, type: string, generated: readonly (string | number)[] | null];

type Keywords = Readonly<Record<string, unknown>>;
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Enough of standard error to see why the process ended. */
const KEPT_ERRORS = 4000;

export class Peers {
  private readonly waiting: { readonly answer: (line: string) => void; readonly fail: (error: Error) => void }[] = [];
  private errors = "";
  private ended = false;

  private constructor(private readonly child: Child) {
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

  /** Installs what is missing (some minutes the first time), then starts the process. */
  static start(): Peers {
    const folder = execFileSync(join(import.meta.dirname, "peers.sh"), {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }).trim();
    const scratch = mkdtempSync(join(tmpdir(), "lakelet-peers-"));
    const child = spawn(join(folder, "venv/bin/python"), [join(import.meta.dirname, "peers.py")], {
      cwd: scratch,
      env: { ...process.env, TZ: "UTC", LAKELET_PEER_JARS: join(folder, "jars"), LAKELET_PEER_FOLDER: scratch },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // Its standard input closes with this process, and that ends it.
    process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
    return new Peers(child);
  }

  read(engine: Reader, path: string, options: ReadOptions = {}): Promise<PeerRows> {
    return this.ask("read", { engine, path, ...options }) as Promise<PeerRows>;
  }
  /** Spark runs the statements and gives the rows of the last one. */
  spark(...statements: string[]): Promise<PeerRows> {
    return this.ask("spark", { statements }) as Promise<PeerRows>;
  }
  /** A table by the builder of Spark's `DeltaTable`, whose columns can be generated in ways that its SQL does not know. */
  sparkCreate(path: string, columns: readonly BuiltColumn[]): Promise<unknown> {
    return this.ask("spark-create", { path, columns });
  }
  /** delta-rs writes what Spark gives for each query, one commit each; append unless the keywords of `write_deltalake` say else. */
  rustWrite(path: string, queries: readonly string[], keywords: Keywords = {}): Promise<unknown> {
    return this.ask("rust-write", { path, queries, mode: "append", ...keywords });
  }
  /** delta-rs merges what Spark gives for the query; `t` is the table, `s` the query. */
  rustMerge(
    path: string,
    query: string,
    predicate: string,
    clauses: readonly (readonly [method: string, keywords: Keywords])[],
  ): Promise<unknown> {
    return this.ask("rust-merge", { path, query, predicate, clauses });
  }
  /** A method of delta-rs's `DeltaTable`. */
  rustCall(path: string, method: string, keywords: Keywords = {}): Promise<unknown> {
    return this.ask("rust-call", { path, method, keywords });
  }
  /** The files of the table with partition values and statistics, as delta-rs understands them. */
  addActions(path: string): Promise<PeerRows> {
    return this.ask("add-actions", { path }) as Promise<PeerRows>;
  }

  /** Ends the process once it has answered. */
  close(): void {
    this.child.stdin.end();
  }

  private ask(action: string, request: Keywords): Promise<unknown> {
    if (this.ended) return Promise.reject(this.gone());
    return new Promise((resolve, reject) => {
      const answer = (line: string) => {
        const { ok, error } = JSON.parse(line) as { readonly ok?: unknown; readonly error?: string };
        if (error !== undefined) reject(new Error(error));
        else resolve(ok);
      };
      this.waiting.push({ answer, fail: reject });
      this.child.stdin.write(`${JSON.stringify({ do: action, ...request })}\n`);
    });
  }
  private gone(): Error {
    return new Error(`The peers' process has ended:\n${this.errors}`);
  }
}

let shared: Peers | undefined;

/** The one process; vitest runs all files of the interop tests in one worker without isolation, so it is started once. */
export function peers(): Peers {
  shared ??= Peers.start();
  return shared;
}
