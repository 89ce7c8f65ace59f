/** The statements typed at the prompt, kept in the project's state folder: the newest ones, a line each. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const KEPT_ENTRIES = 1000;
/** Longer statements are not worth going through again with an arrow key. */
const KEPT_LENGTH = 10_000;

export class PromptHistory {
  #entries: string[];

  constructor(private readonly file: string) {
    this.#entries = readEntries(file);
  }

  /** Oldest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /** As one line, which is how the prompt gives it back; a repetition counts once. */
  add(statement: string): void {
    const line = asOneLine(statement);
    if (line === "" || line.length > KEPT_LENGTH) return;
    this.#entries = [...this.#entries.filter((one) => one !== line), line].slice(-KEPT_ENTRIES);
  }

  /** Replaces the file whole, readable by its owner only; a folder that cannot be written to costs the history and nothing else. */
  save(): void {
    const staged = `${this.file}.${process.pid}`;
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      writeFileSync(staged, this.#entries.map((one) => `${one}\n`).join(""), { mode: 0o600 });
      renameSync(staged, this.file);
    } catch (error) {
      process.stderr.write(`The history cannot be kept: ${(error as Error).message}\n`);
    }
  }
}

function readEntries(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean).slice(-KEPT_ENTRIES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** "" where a comment to the end of a line would swallow what comes after it. */
function asOneLine(statement: string): string {
  const lines = statement.split("\n").map((one) => one.trim());
  const written = lines.filter((one) => one !== "" && !one.startsWith("--"));
  return written.slice(0, -1).some((one) => one.includes("--")) ? "" : written.join(" ");
}
