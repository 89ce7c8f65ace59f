/** How long runs are kept: their logs and outputs go after a while, their rows in `system.lakeflow` stay. */
import { renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { runIdAt } from "../jobs/run/run-id.js";
import type { RunStore } from "../jobs/run/run-store.js";
import { isUnrecorded } from "./system-tables/record-marks.js";

const DAY_MS = 86_400_000;
/** At one time, so that nobody waits for the rest. */
const MOST = 50;
const LOG = "events.ndjson";

/**
 * Removes runs in which nothing has happened for that many days and that are in the system tables: one that goes on, or that nobody has
 * recorded yet, stays.
 *
 * @param days 0: all are kept
 * @returns the ids of the removed runs
 */
export function removeOldRuns(store: RunStore, days: number, now: number): readonly string[] {
  if (days === 0) return [];
  const oldest = now - days * DAY_MS;
  const removed: string[] = [];
  for (const id of store.ids().toReversed()) {
    if (Number(id) >= runIdAt(oldest) || removed.length === MOST) break;
    const folder = store.folderOf(id);
    if (isUnrecorded(folder) || statSync(join(folder, LOG)).mtimeMs >= oldest) continue;
    removeFolder(folder, id);
    removed.push(id);
  }
  return removed;
}

/** Out of sight first: nobody sees half a run. */
function removeFolder(folder: string, id: string): void {
  const grave = join(dirname(folder), `.old-${process.pid}-${id}`);
  try {
    renameSync(folder, grave);
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  rmSync(grave, { recursive: true, force: true });
}
