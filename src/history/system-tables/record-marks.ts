/** How many parts of a run are in the system tables: a note in the run's folder, so that nobody asks the tables. They alone decide: a lost note costs time. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NAME = "recorded";

export function recordedParts(runFolder: string): number {
  const path = join(runFolder, NAME);
  if (!existsSync(path)) return 0;
  const parts = Number(readFileSync(path, "utf8"));
  return Number.isSafeInteger(parts) ? parts : 0;
}

export function rememberRecorded(runFolder: string, parts: number): void {
  writeFileSync(join(runFolder, NAME), String(parts));
}
