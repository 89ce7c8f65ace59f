/** The append-only log of a run: one JSON event a line, fsynced at each change of state. */
import { closeSync, fdatasyncSync, fstatSync, openSync, readFileSync, readSync, truncateSync } from "node:fs";
import { LakeletError } from "../../errors/lakelet-error.js";
import { failedWrite } from "../../storage/storage-error.js";
import { secretsOfProcess } from "../secrets/known-secrets.js";
import { redactedEvent } from "../secrets/redacted-event.js";
import { appendWhole } from "./append-whole.js";
import { isStateChange, type RunEvent } from "./run-event.js";

export class EventLog {
  readonly #path: string;
  readonly #file: number;
  readonly #closed: () => void;

  /**
   * Opens a log to append to; the file is made where there is none. Throws FAILED_WRITE_FILE.
   *
   * @param closed called when it is closed
   */
  constructor(path: string, closed: () => void = () => undefined) {
    this.#path = path;
    this.#closed = closed;
    try {
      this.#file = openSync(path, "a");
    } catch (cause) {
      throw failedWrite(path, cause);
    }
  }

  /** When this returns, a change of state is on the disk: all of the events, or none of those behind one that is not. Throws FAILED_WRITE_FILE. */
  append(events: readonly RunEvent[]): void {
    if (events.length === 0) return;
    try {
      const { redact } = secretsOfProcess();
      const lines = events.map((event) => `${JSON.stringify(redactedEvent(event, redact))}\n`);
      appendWhole(this.#file, Buffer.from(lines.join("")));
      if (events.some(isStateChange)) fdatasyncSync(this.#file);
    } catch (cause) {
      throw failedWrite(this.#path, cause);
    }
  }

  close(): void {
    closeSync(this.#file);
    this.#closed();
  }
}

/** The events of a log. A last line without its end was being written when its writer died, and does not count. */
export function readEventLog(path: string): readonly RunEvent[] {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as RunEvent;
    } catch (cause) {
      throw new LakeletError({
        condition: "CORRUPT_RUN_LOG",
        problem: "The event log of the run has a line that is not JSON.",
        cure: "Delete the run's folder if its history is not needed.",
        location: { file: path, line: i + 1 },
        cause,
      });
    }
  });
}

/** Takes off a last line without its end. */
export function endLastLine(path: string): void {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(path, end);
}

const TAIL_BYTES = 4096;

/** Whether the run has ended, by the log's last line alone: a history of thousands of runs is looked through at each start. */
export function logHasEnd(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    for (let length = TAIL_BYTES; ; length *= 4) {
      const tail = Buffer.alloc(Math.min(size, length));
      readSync(file, tail, 0, tail.length, size - tail.length);
      const end = tail.lastIndexOf(0x0a);
      const start = end <= 0 ? -1 : tail.lastIndexOf(0x0a, end - 1);
      // The last line may be long: it has the message of a task.
      if (start < 0 && tail.length < size) continue;
      const last = tail.toString("utf8", start + 1, Math.max(end, 0));
      return last.startsWith('{"type":"run-ended"') || last.startsWith('{"type":"run-skipped"');
    }
  } finally {
    closeSync(file);
  }
}
