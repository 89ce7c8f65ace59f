/** A writer as a child process: what it said, and its death. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type Kind = "transfer" | "withdraw" | "append" | "upsert" | "remove" | "optimize" | "vacuum";

export interface WriterTask {
  readonly warehouse: string;
  readonly writer: number;
  readonly seed: number;
  readonly kinds: readonly Kind[];
  /** Number of the first transaction, and how many there are from it on. */
  readonly first: number;
  readonly transactions: number;
  readonly accounts: number;
  readonly keys: number;
}

/** What was told of one transaction: begun only means that nobody knows how it ended. */
export interface Told {
  readonly id: string;
  readonly kind: Kind;
  readonly outcome: "begun" | "done" | "failed";
  readonly message?: string;
}

interface Line {
  readonly ready?: number;
  readonly begin?: string;
  readonly done?: string;
  readonly failed?: string;
  readonly finished?: number;
  readonly conflicts?: number;
  readonly kind?: Kind;
  readonly condition?: string;
  readonly message?: string;
}

export class WriterProcess {
  readonly told = new Map<string, Told>();
  conflicts = 0;
  begun = 0;
  finished = false;
  errors = "";
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  constructor(
    packageFolder: string,
    readonly task: WriterTask,
    onLine: () => void,
  ) {
    const program = join(import.meta.dirname, "writer.mjs");
    this.#child = spawn(process.execPath, [program, packageFolder, JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const lines = createInterface({ input: this.#child.stdout });
    lines.on("line", (text) => {
      this.#hear(JSON.parse(text) as Line);
      onLine();
    });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-4000);
    });
    this.ended = Promise.all([
      new Promise<void>((resolve) => this.#child.on("close", () => resolve())),
      new Promise<void>((resolve) => lines.on("close", () => resolve())),
    ]).then(() => undefined);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #hear(line: Line): void {
    const { kind = "append" } = line;
    if (line.begin !== undefined) {
      this.begun++;
      this.told.set(line.begin, { id: line.begin, kind, outcome: "begun" });
    }
    if (line.done !== undefined) this.told.set(line.done, { id: line.done, kind, outcome: "done" });
    if (line.failed !== undefined) {
      const message = `${line.condition ?? "no condition"}: ${line.message}`;
      this.told.set(line.failed, { id: line.failed, kind, outcome: "failed", message });
    }
    if (line.finished !== undefined) {
      this.finished = true;
      this.conflicts = line.conflicts ?? 0;
    }
  }
}
