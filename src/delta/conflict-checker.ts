/** Decides whether a commit that won the race forbids ours (Delta's ConflictChecker; Delta protocol, "Writer Requirements"). */

import type { LakeletError } from "../errors/lakelet-error.js";
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import type { Action, RemoveFile } from "./actions.js";
import type { IsolationLevel } from "./commit-info.js";
import { type Conflict, conflictError } from "./conflict-error.js";
import type { ReadSet, Snapshot } from "./contract.js";
import { fileMayMatch } from "./data-skipping.js";
import { canonicalPath } from "./file-path.js";
import type { ReplayCommit } from "./log-replay.js";
import { checkWritable, protocolFeatures } from "./protocol.js";
import { ROW_TRACKING_DOMAIN } from "./row-tracking.js";

export interface PendingCommit {
  /** The actions as they would be written, commitInfo apart. */
  readonly actions: readonly Action[];
  readonly read: ReadSet;
  readonly isolationLevel: IsolationLevel;
  /** The state just before the winner; undefined where both create the table. */
  readonly snapshot: Snapshot | undefined;
}

type Check = (pending: PendingCommit, winner: ReplayCommit) => Conflict | undefined;

/** In Delta's order: of several conflicts the first gives the error its name. */
const CHECKS: readonly Check[] = [
  protocolChange,
  metadataChange,
  addedFileThatShouldHaveBeenRead,
  removedFileThatWasRead,
  removedFileThatIsRemoved,
  sameApplication,
  sameDomain,
];

/** The error that names the conflict, or undefined where the commit may be tried again behind the winner. */
export function findConflict(pending: PendingCommit, winner: ReplayCommit): LakeletError | undefined {
  for (const check of CHECKS) {
    const conflict = check(pending, winner);
    if (conflict !== undefined) return conflictError(conflict, winner);
  }
  return undefined;
}

function protocolChange({ actions, snapshot }: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  if (winner.protocol === undefined) return undefined;
  const condition = "DELTA_PROTOCOL_CHANGED";
  if (snapshot === undefined) return { condition, what: "It created the table that this write was about to create." };
  if (actions.some((action) => "protocol" in action))
    return { condition, what: "Both change the protocol of the table." };
  const [before, after] = [protocolFeatures(snapshot.protocol), protocolFeatures(winner.protocol)];
  const dropped = before.writer.filter((name) => !after.writer.includes(name));
  if (dropped.length > 0) return { condition, what: `It dropped the table feature ${dropped.join(", ")}.` };
  try {
    checkWritable(snapshot.location, winner.protocol, winner.metadata ?? snapshot.metadata);
    return undefined;
  } catch (cause) {
    return { condition, what: "It upgraded the table to a protocol that lakelet cannot write.", cause };
  }
}

function metadataChange(_pending: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  if (winner.metadata === undefined) return undefined;
  return { condition: "DELTA_METADATA_CHANGED", what: "It changed the schema or the properties of the table." };
}

function addedFileThatShouldHaveBeenRead(pending: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  const { snapshot, read, actions, isolationLevel } = pending;
  if (snapshot === undefined || isolationLevel === "SnapshotIsolation") return undefined;
  const isBlindAppend = winner.commitInfo?.isBlindAppend === true;
  const changesMetadata = actions.some((action) => "metaData" in action);
  // Under WriteSerializable a blind append may be thought to come after us, as long as we do not change what an append is.
  if (isBlindAppend && isolationLevel === "WriteSerializable" && !changesMetadata) return undefined;
  for (const { add } of winner.files) {
    // Rows that were only moved are judged by the files that they came from.
    if (add === undefined || !add.dataChange) continue;
    const matches = (predicate: SkippingPredicate): boolean =>
      fileMayMatch(predicate, add, snapshot.schema, snapshot.partitionColumns);
    if (read.predicates.some(matches)) {
      return {
        condition: "DELTA_CONCURRENT_APPEND",
        what: `It added the file ${add.path}, which this write would have had to read.`,
      };
    }
  }
  return undefined;
}

function removedFileThatWasRead({ read }: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  const condition = "DELTA_CONCURRENT_DELETE_READ";
  const [first] = removedBy(winner);
  if (first !== undefined && read.predicates.some(isWholeTable)) {
    return { condition, what: `It removed the file ${first.path}, and this write read the whole table.` };
  }
  const files = new Set(read.files.map(canonicalPath));
  const removed = removedBy(winner).find((file) => files.has(canonicalPath(file.path)));
  return removed && { condition, what: `It removed the file ${removed.path}, which this write has read.` };
}

function removedFileThatIsRemoved({ actions }: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  const files = new Set(actions.flatMap((action) => ("remove" in action ? [canonicalPath(action.remove.path)] : [])));
  const removed = removedBy(winner).find((file) => files.has(canonicalPath(file.path)));
  return (
    removed && {
      condition: "DELTA_CONCURRENT_DELETE_DELETE",
      what: `It removed the file ${removed.path}, which this write removes, too.`,
    }
  );
}

function sameApplication({ actions }: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  const applications = new Set(actions.flatMap((action) => ("txn" in action ? [action.txn.appId] : [])));
  const same = winner.transactions.find(({ appId }) => applications.has(appId));
  return (
    same && {
      condition: "DELTA_CONCURRENT_TRANSACTION",
      what: `It wrote as the same application "${same.appId}" (version ${same.version}).`,
    }
  );
}

function sameDomain({ actions }: PendingCommit, winner: ReplayCommit): Conflict | undefined {
  const domains = new Set(
    actions.flatMap((action) => ("domainMetadata" in action ? [action.domainMetadata.domain] : [])),
  );
  // Its mark is raised again above the winner's.
  domains.delete(ROW_TRACKING_DOMAIN);
  const same = winner.domains.find(({ domain }) => domains.has(domain));
  return same && { condition: "DELTA_CONCURRENT_WRITE", what: `It wrote the same metadata domain "${same.domain}".` };
}

function removedBy(winner: ReplayCommit): readonly RemoveFile[] {
  return winner.files.flatMap(({ remove }) => (remove === undefined ? [] : [remove]));
}

function isWholeTable(predicate: SkippingPredicate): boolean {
  return predicate.kind === "constant" && predicate.value;
}
