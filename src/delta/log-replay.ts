/** Reconciles the actions of commits: of each file, transaction and domain the newest word counts (Delta protocol, "Action Reconciliation"). */
import type {
  Action,
  AddFile,
  CommitInfo,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  SetTransaction,
} from "./actions.js";
import { fileKey } from "./file-path.js";

/** The last word of some commits on one file: it is live, or it is removed. */
export type FileState =
  | { readonly key: string; readonly add: AddFile; readonly remove?: never }
  | { readonly key: string; readonly remove: RemoveFile; readonly add?: never };

/** A commit sorted by what its actions speak of. */
export interface ReplayCommit {
  readonly version: number;
  /** Milliseconds since the epoch, as the file system has it. */
  readonly modifiedAt: number;
  /** Commits that it stands for, where it is not one but some compacted. */
  readonly spanned?: number;
  readonly commitInfo: CommitInfo | undefined;
  readonly files: readonly FileState[];
  readonly metadata: Metadata | undefined;
  readonly protocol: Protocol | undefined;
  readonly transactions: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
}

export function replayCommit(version: number, modifiedAt: number, actions: readonly Action[]): ReplayCommit {
  const files: FileState[] = [];
  const transactions: SetTransaction[] = [];
  const domains: DomainMetadata[] = [];
  let metadata: Metadata | undefined;
  let protocol: Protocol | undefined;
  let commitInfo: CommitInfo | undefined;
  for (const action of actions) {
    if ("add" in action) files.push({ key: fileKey(action.add), add: action.add });
    else if ("remove" in action) files.push({ key: fileKey(action.remove), remove: action.remove });
    else if ("metaData" in action) metadata = action.metaData;
    else if ("protocol" in action) protocol = action.protocol;
    else if ("txn" in action) transactions.push(action.txn);
    else if ("domainMetadata" in action) domains.push(action.domainMetadata);
    else if ("commitInfo" in action) commitInfo ??= action.commitInfo;
  }
  return { version, modifiedAt, commitInfo, files, metadata, protocol, transactions, domains };
}

/** The last state of each file that the commits (in version order) speak of, by its key. */
export function reconcileFiles(commits: readonly ReplayCommit[]): ReadonlyMap<string, FileState> {
  const states = new Map<string, FileState>();
  for (const commit of commits) for (const state of commit.files) states.set(state.key, state);
  return states;
}

/** The last transaction of each application: those of the checkpoint, then those of the commits. */
export function reconcileTransactions(
  checkpoint: Iterable<SetTransaction>,
  commits: readonly ReplayCommit[],
): ReadonlyMap<string, SetTransaction> {
  const newest = new Map<string, SetTransaction>();
  for (const one of checkpoint) newest.set(one.appId, one);
  for (const commit of commits) for (const one of commit.transactions) newest.set(one.appId, one);
  return newest;
}

/** The domains that are not removed: those of the checkpoint, then those of the commits. */
export function reconcileDomains(
  checkpoint: Iterable<DomainMetadata>,
  commits: readonly ReplayCommit[],
): ReadonlyMap<string, DomainMetadata> {
  const newest = new Map<string, DomainMetadata>();
  for (const one of checkpoint) newest.set(one.domain, one);
  for (const commit of commits) for (const one of commit.domains) newest.set(one.domain, one);
  for (const [domain, { removed }] of newest) if (removed) newest.delete(domain);
  return newest;
}

/**
 * Commit times in milliseconds, made strictly increasing: a file's time may go backwards where clocks do.
 * With in-commit timestamps the commit tells its own.
 */
export function commitTimestamp(commit: ReplayCommit, previous: number | undefined, inCommit: boolean): number {
  const told = inCommit ? commit.commitInfo?.inCommitTimestamp : undefined;
  if (told !== undefined) return told;
  return previous === undefined ? commit.modifiedAt : Math.max(commit.modifiedAt, previous + (commit.spanned ?? 1));
}
