/** A job's journal on disk: appended and fsynced, one JSON event a line, so that it is right whenever the scheduler is killed. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { LakeletError } from "../errors/lakelet-error.js";
import { failedWrite } from "../storage/storage-error.js";
import { applyJournalEvent, type JobJournal, type JournalEvent, summaries } from "./journal-event.js";

export interface JournalStore {
  /** Everything that was decided about a job; empty for one never seen. */
  read(jobId: string): readonly JournalEvent[];
  /** When this returns, the event is on the disk. Throws FAILED_WRITE_FILE. */
  append(jobId: string, event: JournalEvent): void;
}

export function foldJournal(events: readonly JournalEvent[]): JobJournal {
  return events.reduce<JobJournal>(applyJournalEvent, new Map());
}

/** About 20,000 events. */
const LONGEST = 4 * 1024 * 1024;

/** Journals in `<state>/scheduler/jobs/<job id>.ndjson`. */
export class JournalFolder implements JournalStore {
  readonly #folder: string;

  readonly #longest: number;
  /** A summary may be long itself: twice its size is allowed then. */
  readonly #allowed = new Map<string, number>();

  /** @param stateFolder `state` of lakelet.yml; @param longest bytes of a journal before a summary takes its place */
  constructor(stateFolder: string, longest = LONGEST) {
    this.#folder = join(stateFolder, "scheduler", "jobs");
    this.#longest = longest;
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
      const file = openSync(path, isNew ? "w" : "r+");
      let size: number;
      try {
        size = writeAfter(file, isNew ? 0 : endOfLines(file, path), [event]);
      } finally {
        closeSync(file);
      }
      if (isNew) syncFolder(this.#folder);
      if (size > (this.#allowed.get(jobId) ?? this.#longest)) this.#shorten(jobId, event.at);
    } catch (cause) {
      throw failedWrite(path, cause);
    }
  }

  /** A new journal takes the long one's name in one step; the long one is kept until the next time. */
  #shorten(jobId: string, at: number): void {
    const path = this.#path(jobId);
    const [staged, before] = [`${path}.new`, `${path}.1`];
    const file = openSync(staged, "w");
    try {
      const size = writeAfter(file, 0, summaries(foldJournal(this.read(jobId)), at));
      this.#allowed.set(jobId, Math.max(this.#longest, 2 * size));
    } finally {
      closeSync(file);
    }
    rmSync(before, { force: true });
    linkSync(path, before);
    renameSync(staged, path);
    syncFolder(this.#folder);
  }

  #path(jobId: string): string {
    return join(this.#folder, `${jobId}.ndjson`);
  }
}

/** Where the next line begins: a torn last line must not become the beginning of it. */
function endOfLines(file: number, path: string): number {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size > 0) readSync(file, last, 0, 1, size - 1);
  return size === 0 || last.toString() === "\n" ? size : readFileSync(path).lastIndexOf("\n") + 1;
}

/** Gives the size of the file, which is on the disk then. */
function writeAfter(file: number, end: number, events: readonly JournalEvent[]): number {
  ftruncateSync(file, end);
  const lines = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  for (let done = 0; done < lines.length; ) done += writeSync(file, lines, done, lines.length - done, end + done);
  fsyncSync(file);
  return end + lines.length;
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
