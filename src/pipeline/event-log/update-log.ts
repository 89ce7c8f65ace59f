/** The events of one update as lines of a file, written while it works: what a killed process leaves is published by the next one. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PipelineEvent, PipelineSettings } from "../update.js";
import { type EventContext, type EventRow, eventRows } from "./event-row.js";

/** The first line of the file. */
export interface UpdateLogHeader extends EventContext {
  readonly eventLog: PipelineSettings["eventLog"];
  /** Who writes it; told to whoever asks whether it is still at work. */
  readonly process: unknown;
}

export interface UpdateLog {
  readonly header: UpdateLogHeader;
  readonly rows: readonly EventRow[];
}

const ENDING = ".ndjson";

/** A listener for the events of an update; each is in the file when it returns. */
export function writeUpdateLog(folder: string, header: UpdateLogHeader): (event: PipelineEvent) => readonly EventRow[] {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${header.updateId}${ENDING}`);
  appendFileSync(file, `${JSON.stringify(header)}\n`);
  const rowsOf = eventRows(header);
  return (event) => {
    const rows = rowsOf(event);
    if (rows.length > 0) appendFileSync(file, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
    return rows;
  };
}

/** Ids of the updates that are not published yet, oldest first. */
export function unpublishedUpdates(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const logs = readdirSync(folder).filter((name) => name.endsWith(ENDING));
  const firstAt = (id: string) => readUpdateLog(folder, id)?.rows[0]?.timestamp ?? 0;
  return logs.map((name) => name.slice(0, -ENDING.length)).sort((a, b) => firstAt(a) - firstAt(b));
}

/** Undefined where its process was killed before the first line was whole, or somebody has published it since. */
export function readUpdateLog(folder: string, updateId: string): UpdateLog | undefined {
  const file = join(folder, `${updateId}${ENDING}`);
  if (!existsSync(file)) return undefined;
  // What stands behind the last line end was not written to its end.
  const [first, ...lines] = readFileSync(file, "utf8").split("\n").slice(0, -1);
  if (first === undefined) return undefined;
  return { header: JSON.parse(first) as UpdateLogHeader, rows: lines.map((line) => JSON.parse(line) as EventRow) };
}

export function removeUpdateLog(folder: string, updateId: string): void {
  rmSync(join(folder, `${updateId}${ENDING}`), { force: true });
}
