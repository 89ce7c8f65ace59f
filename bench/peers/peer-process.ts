/** A peer's process: delta-rs, Spark, Polars or dbt, which times its own work. */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Sample } from "../rounds.js";
import type { PeerName, PeerWork, PipelinePeerWork } from "./peer-work.js";

export interface PeerSettings {
  /** Spark's, and Polars'. */
  readonly threads: number;
  /** Heap of Spark's JVM, in its own notation. */
  readonly sparkMemory: string;
  /** Working folder of the process. */
  readonly folder: string;
}

export interface PeerSample extends Sample {
  /** The greatest resident set of the process and its children so far. */
  readonly peakMegabytes: number;
  /** Where the peer itself knows the times of its steps. */
  readonly phases?: Readonly<Record<string, Sample>> | null;
}

interface Waiting {
  answer(line: string): void;
  fail(error: Error): void;
}

/** Enough of standard error to see why the process ended. */
const KEPT_ERRORS = 4000;

/** Installs what is missing (some minutes the first time), and gives the folder of the installation. */
export function installedPeers(kind: "--polars" | "--dbt" = "--polars"): string {
  const script = join(import.meta.dirname, "../../test/interop/peers.sh");
  return execFileSync(script, [kind], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

export class PeerProcess {
  private readonly waiting: Waiting[] = [];
  private errors = "";
  private ended = false;

  private constructor(
    readonly name: PeerName | "dbt",
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
  ) {
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

  static start(name: PeerName | "dbt", { threads, sparkMemory, folder }: PeerSettings): PeerProcess {
    const home = installedPeers(name === "dbt" ? "--dbt" : "--polars");
    const script = join(import.meta.dirname, "peers.py");
    mkdirSync(folder, { recursive: true });
    const child = spawn(
      join(home, name === "dbt" ? "dbt" : "venv", "bin/python"),
      [script, name, JSON.stringify({ threads, memory: sparkMemory })],
      {
        cwd: folder,
        env: {
          ...process.env,
          TZ: "UTC",
          LAKELET_PEER_JARS: join(home, "jars"),
          POLARS_MAX_THREADS: String(threads),
          DO_NOT_TRACK: "1",
          DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
          // delta-rs has as many threads as there are cores, and no setting for it but these.
          TOKIO_WORKER_THREADS: String(threads),
          RAYON_NUM_THREADS: String(threads),
        },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    return new PeerProcess(name, child);
  }

  /** Throws what the peer says where it cannot. */
  run(work: PeerWork | PipelinePeerWork, location: string): Promise<PeerSample> {
    if (this.ended) return Promise.reject(this.gone());
    return new Promise((resolve, reject) => {
      const answer = (line: string) => {
        const { ok, error } = JSON.parse(line) as { readonly ok?: PeerSample; readonly error?: string };
        if (ok === undefined) reject(new Error(`${this.name}: ${error}`));
        else resolve(ok);
      };
      this.waiting.push({ answer, fail: reject });
      this.child.stdin.write(`${JSON.stringify({ ...work, location })}\n`);
    });
  }

  /** Ends the process; done when it is gone, its JVM with it. */
  async close(): Promise<void> {
    if (this.ended) return;
    const gone = new Promise<void>((resolve) => {
      this.child.once("close", () => resolve());
    });
    this.child.stdin.end();
    await gone;
  }

  private gone(): Error {
    return new Error(`The process of ${this.name} has ended:\n${this.errors}`);
  }
}
