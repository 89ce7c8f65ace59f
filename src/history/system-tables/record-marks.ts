/** How many parts of a run are in the system tables: a note in the run's folder, so that nobody asks the tables. They alone decide: a lost note costs time. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RUN_LOG = "events.ndjson";
const NAME = "recorded";

export function recordedParts(runFolder: string): number {
  const path = join(runFolder, NAME);
  if (!existsSync(path)) return 0;
  const parts = Number(readFileSync(path, "utf8"));
  return Number.isSafeInteger(parts) ? parts : 0;
}

/** Whether the run's log has grown since it was last recorded, or was never recorded. */
export function isUnrecorded(runFolder: string): boolean {
  const mark = statSync(join(runFolder, NAME), { throwIfNoEntry: false });
  const log = statSync(join(runFolder, RUN_LOG), { throwIfNoEntry: false });
  return log !== undefined && (mark === undefined || log.mtimeMs > mark.mtimeMs);
}

export function rememberRecorded(runFolder: string, parts: number): void {
  writeFileSync(join(runFolder, NAME), String(parts));
}
