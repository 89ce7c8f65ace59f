/** A job's journal on disk: appended and fsynced, one JSON event a line, so that it is right whenever the scheduler is killed. */
import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import { failedWrite } from "../storage/storage-error.js";
import { applyJournalEvent, type JobJournal, type JournalEvent } from "./journal-event.js";

export interface JournalStore {
  /** Everything that was decided about a job; empty for one never seen. */
  read(jobId: string): readonly JournalEvent[];
  /** When this returns, the event is on the disk. Throws FAILED_WRITE_FILE. */
  append(jobId: string, event: JournalEvent): void;
}

export function foldJournal(events: readonly JournalEvent[]): JobJournal {
  return events.reduce<JobJournal>(applyJournalEvent, new Map());
}

/** Journals in `<state>/scheduler/jobs/<job id>.ndjson`. */
export class JournalFolder implements JournalStore {
  readonly #folder: string;

  /** @param stateFolder `state` of lakelet.yml */
  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "scheduler", "jobs");
  }

  read(jobId: string): readonly JournalEvent[] {
    const path = this.#path(jobId);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, "utf8").split("\n");
    // What stands behind the last line's end was being written when its writer died.
    lines.pop();
    return lines.map((line, i) => {
      try {
        return JSON.parse(line) as JournalEvent;
      } catch (cause) {
        throw new LakeletError({
          condition: "CORRUPT_SCHEDULER_JOURNAL",
          problem: "The journal of the job's schedule has a line that is not JSON.",
          cure: "Delete the file: the job's triggers begin anew.",
          location: { file: path, line: i + 1 },
          cause,
        });
      }
    });
  }

  append(jobId: string, event: JournalEvent): void {
    const path = this.#path(jobId);
    try {
      const isNew = !existsSync(path);
      if (isNew) mkdirSync(this.#folder, { recursive: true });
      const file = openSync(path, isNew ? "a" : "r+");
      try {
        const end = isNew ? 0 : lastLineEnd(readFileSync(path));
        if (!isNew) ftruncateSync(file, end);
        const line = Buffer.from(`${JSON.stringify(event)}\n`);
        for (let done = 0; done < line.length; )
          done += writeSync(file, line, done, undefined, isNew ? null : end + done);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      if (isNew) syncFolder(this.#folder);
    } catch (cause) {
      throw failedWrite(path, cause);
    }
  }

  #path(jobId: string): string {
    return join(this.#folder, `${jobId}.ndjson`);
  }
}

/** A torn last line must not become the beginning of the next one. */
function lastLineEnd(content: Buffer): number {
  return content.lastIndexOf("\n") + 1;
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
