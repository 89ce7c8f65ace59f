/** VACUUM LITE: the files that may go are those that the log says were removed; the folder is not listed. */
import type { Action } from "../../delta/actions.js";
import { absolutePath } from "../../delta/file-path.js";
import { logFolderOf } from "../../delta/log-file-name.js";
import { listLog } from "../../delta/log-listing.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { Storage } from "../../storage/storage.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { pathsOf } from "./needed-files.js";
import { cannotVacuumLite } from "./vacuum-errors.js";

/** Written by each VACUUM and read by the next LITE one, Spark's or ours: up to there all is done. */
const LAST_VACUUM = "_last_vacuum_info";
const LAST_VERSION = "latestCommitVersionOutsideOfRetentionWindow";

/**
 * Absolute paths of files that were removed, or held changes, before the cutoff.
 * @throws DELTA_CANNOT_VACUUM_LITE where commits since the last VACUUM are gone.
 */
export async function filesRemovedBefore(
  context: CommandContext,
  target: TargetTable,
  cutoff: number,
): Promise<readonly string[]> {
  const { commits } = await listLog(context.storage, target.location);
  const done = await lastVacuumedVersion(context.storage, target.location);
  const first = commits[0]?.version ?? 0;
  if (first > (done ?? -1) + 1) throw cannotVacuumLite(target.name);
  const removed = new Set<string>();
  for (const { version, modifiedAt } of commits) {
    // The version itself again: a clock that went back may have put removals of two times into it.
    if (version < (done ?? 0)) continue;
    for (const action of await context.log(target.location).commit(version)) {
      for (const path of pathsRemoved(target.location, action, cutoff, modifiedAt)) removed.add(path);
    }
  }
  return [...removed].filter((path) => path.startsWith(`${target.location}/`));
}

function pathsRemoved(location: string, action: Action, cutoff: number, committedAt: number): readonly string[] {
  if ("remove" in action)
    return (action.remove.deletionTimestamp ?? 0) < cutoff ? pathsOf(location, action.remove) : [];
  if ("cdc" in action) return committedAt < cutoff ? [absolutePath(location, action.cdc.path)] : [];
  return [];
}

async function lastVacuumedVersion(storage: Storage, location: string): Promise<number | undefined> {
  try {
    const parsed: unknown = JSON.parse(await storage.readText(`${logFolderOf(location)}/${LAST_VACUUM}`));
    const version = (parsed as Readonly<Record<string, unknown>> | null)?.[LAST_VERSION];
    return typeof version === "number" ? version : undefined;
  } catch (error) {
    // Absent or damaged, it says nothing, and all commits are looked at.
    if (isLakeletError(error, "FILE_NOT_EXIST") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Notes that all that was removed before the cutoff is gone. */
export async function noteVacuumed(context: CommandContext, target: TargetTable, cutoff: number): Promise<void> {
  const { commits } = await listLog(context.storage, target.location);
  const version = commits.findLast(({ modifiedAt }) => modifiedAt < cutoff)?.version;
  if (version === undefined) return;
  const text = JSON.stringify({ [LAST_VERSION]: version });
  await context.storage.replace(`${logFolderOf(target.location)}/${LAST_VACUUM}`, text);
}
