/** What is said before a repair begins: what may happen a second time. */
import type { RunState } from "../../workspace/run-job.js";
import { shortName } from "./task-facts.js";
import { paintFor } from "./words.js";

/** A line for each task that runs again and has written before: what it appended is there already. */
export function repairLines(before: RunState, rerun: readonly string[]): readonly string[] {
  const paint = paintFor(process.stdout);
  return rerun.flatMap((key) => {
    const reports = before.tasks.get(key)?.reports ?? [];
    const tables = new Set(reports.flatMap((one) => (one.kind === "table-written" ? [shortName(one.table)] : [])));
    if (tables.size === 0) return [];
    const names = [...tables].join(", ");
    return [`${paint("yellow", "!")} ${key} has written ${names} before: what it appends is appended a second time.`];
  });
}
