/** Talks to the peers' process: requests and answers are JSON lines. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface PeerRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export class Peers {
  private readonly waiting: ((line: string) => void)[] = [];

  private constructor(private readonly process: ChildProcess) {
    createInterface({ input: process.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      if (line.startsWith("@")) this.waiting.shift()?.(line.slice(1));
    });
  }

  /** Installs what is missing (some minutes the first time), then starts one process. */
  static start(warehouse: string): Peers {
    const folder = execFileSync(join(import.meta.dirname, "peers.sh"), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
    const process_ = spawn(join(folder, "venv/bin/python"), [join(import.meta.dirname, "peers.py")], {
      env: { ...process.env, TZ: "UTC", LAKELET_PEER_JARS: join(folder, "jars"), LAKELET_PEER_WAREHOUSE: warehouse },
      stdio: ["pipe", "pipe", "ignore"],
    });
    return new Peers(process_);
  }

  read(engine: "delta-rs" | "spark", path: string, options: { readonly version?: number; readonly columns?: readonly string[] } = {}): Promise<PeerRows> {
    return this.ask({ do: "read", engine, path, ...options }) as Promise<PeerRows>;
  }
  sql(text: string): Promise<PeerRows> {
    return this.ask({ do: "sql", text }) as Promise<PeerRows>;
  }
  /** delta-rs appends columns: name, Arrow type (or precision and scale), values. */
  rustWrite(path: string, data: readonly (readonly [string, string | readonly [number, number], readonly unknown[]])[], partitionBy?: readonly string[]): Promise<unknown> {
    return this.ask({ do: "rust-write", path, data, ...(partitionBy ? { partition_by: partitionBy } : {}) });
  }
  stop(): void {
    this.process.stdin?.end();
    this.process.kill();
  }

  private ask(request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.push((line) => {
        const answer = JSON.parse(line) as { readonly ok?: unknown; readonly error?: string };
        if (answer.error !== undefined) reject(new Error(answer.error));
        else resolve(answer.ok);
      });
      this.process.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }
}
