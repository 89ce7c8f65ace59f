/** One commit: written as the next version if nobody was faster, else tried again behind the winners unless one of them forbids it. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { PutResult, Storage } from "../storage/storage.js";
import type { Action } from "./actions.js";
import { parseActions, printActions } from "./commit-file.js";
import { isolationLevelOf } from "./commit-info.js";
import { findConflict, type PendingCommit } from "./conflict-checker.js";
import { retriesExceeded } from "./conflict-error.js";
import type { CommitRequest, CommitResult, OptimisticTransaction } from "./contract.js";
import { commitFilePath, logFolderOf } from "./log-file-name.js";
import { type ReplayCommit, replayCommit } from "./log-replay.js";
import { actionsOfAttempt, type Committer, type PreparedCommit, prepareCommit } from "./prepared-commit.js";
import { checkWritable } from "./protocol.js";
import { DeltaSnapshot } from "./snapshot.js";
import { commitsFrom } from "./snapshot-loader.js";

/** What a transaction needs of the log that it belongs to. */
export interface TransactionLog {
  readonly storage: Storage;
  readonly location: string;
  readonly engineInfo: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called after each commit with the state that it made; must not throw. */
  committed(snapshot: DeltaSnapshot): Promise<void>;
}

/** Lost races in a row after which a commit gives up; each of them means that another writer got on. */
const MAX_ATTEMPTS = 10_000;
/** Milliseconds. */
const LONGEST_PAUSE = 100;

type PutOutcome =
  | { readonly kind: "written" }
  | { readonly kind: "lost" }
  | { readonly kind: "unknown"; readonly error: Error };

export class DeltaTransaction implements OptimisticTransaction {
  readonly id = randomUUID();
  readonly snapshot: DeltaSnapshot | undefined;
  readonly #log: TransactionLog;

  /** Throws DELTA_UNSUPPORTED_FEATURES_FOR_WRITE. */
  constructor(log: TransactionLog, snapshot: DeltaSnapshot | undefined) {
    if (snapshot !== undefined) checkWritable(log.location, snapshot.protocol, snapshot.metadata);
    this.#log = log;
    this.snapshot = snapshot;
  }

  /**
   * Phases: complete and check the actions; put the next version if it is absent; on a lost race load the winners, ask the conflict
   * checker, and try again behind them with the same files; on an error of the put look for our own commit first. Deletes nothing.
   * A thrown error means that nothing was written to the log.
   */
  async commit(request: CommitRequest): Promise<CommitResult> {
    const { storage, location } = this.#log;
    const prepared = prepareCommit(this.#committer(), this.snapshot, request);
    if (this.snapshot === undefined) await storage.createFolder(logFolderOf(location));
    let current = this.snapshot;
    let printed: { readonly actions: readonly Action[]; readonly text: string } | undefined;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const version = (current?.version ?? -1) + 1;
      const actions = await actionsOfAttempt(prepared, current, this.#log.now());
      if (printed?.actions !== actions) printed = { actions, text: printActions(actions) };
      const outcome = await this.#put(version, printed.text);
      if (outcome.kind === "unknown") return { status: "unknown", error: outcome.error };
      if (outcome.kind === "written") return await this.#finish(version, current, actions);
      const winners = await this.#winnersFrom(version);
      if ("error" in winners) return { status: "unknown", error: winners.error };
      for (const winner of winners.commits) {
        // The put may report a lost race although it was ours that got through (a network file system that repeats calls).
        if (winner.commitInfo?.txnId === this.id) return this.#settle(winner.version);
        const conflict = findConflict(this.#pending(request, prepared, current), winner);
        if (conflict !== undefined) return { status: "conflicted", error: conflict };
        current = current?.advance([winner]);
      }
      // Taken, and yet not there to be read: a file system that is slow to tell.
      if (winners.commits.length === 0) await delay(Math.min(attempt + 1, LONGEST_PAUSE));
    }
    return { status: "conflicted", error: retriesExceeded(location, MAX_ATTEMPTS) };
  }

  #committer(): Committer {
    const { location, storage, engineInfo } = this.#log;
    return { location, storage, engineInfo, transactionId: this.id, now: () => this.#log.now() };
  }

  #pending(
    request: CommitRequest,
    { others, protocol, metadata }: PreparedCommit,
    snapshot: DeltaSnapshot | undefined,
  ): PendingCommit {
    const isolationLevel = isolationLevelOf(request.actions, snapshot?.properties ?? {});
    const changes: readonly Action[] = [
      ...(protocol === undefined ? [] : [{ protocol }]),
      ...(metadata === undefined ? [] : [{ metaData: metadata }]),
    ];
    return { actions: [...changes, ...others], read: request.read, isolationLevel, snapshot };
  }

  /** A winner that cannot be read could be our own commit, reported as lost: then nothing may be thrown, because the caller would delete. */
  async #winnersFrom(
    version: number,
  ): Promise<{ readonly commits: readonly ReplayCommit[] } | { readonly error: Error }> {
    try {
      return { commits: await commitsFrom(this.#log.storage, this.#log.location, version) };
    } catch (error) {
      return { error: asError(error) };
    }
  }

  /** Our own commit, found in the log: whoever put it may not have made it durable. */
  async #settle(version: number): Promise<CommitResult> {
    const { storage, location } = this.#log;
    try {
      await storage.sync([commitFilePath(location, version)], logFolderOf(location));
      return { status: "committed", version };
    } catch (error) {
      const cause = isLakeletError(error) ? error : undefined;
      return {
        status: "unknown",
        error: cause === undefined ? asError(error) : visibleButNotDurable(location, version, cause),
      };
    }
  }

  async #put(version: number, content: string): Promise<PutOutcome> {
    const { location } = this.#log;
    try {
      return (await this.#putIfAbsent(version, content)) === "created" ? { kind: "written" } : { kind: "lost" };
    } catch (error) {
      if (!isLakeletError(error, "FAILED_WRITE_FILE")) return { kind: "unknown", error: asError(error) };
      if (isLakeletError(error, "FAILED_WRITE_FILE.NOT_DURABLE"))
        return { kind: "unknown", error: visibleButNotDurable(location, version, error) };
      if (isLakeletError(error, "FAILED_WRITE_FILE.UNKNOWN_OUTCOME")) return this.#lookForOwnCommit(version, error);
      throw error;
    }
  }

  /** Whoever lost the race to create the table takes back the folder of the log that it made, while this one may be about to write there. */
  async #putIfAbsent(version: number, content: string): Promise<PutResult> {
    const { storage, location } = this.#log;
    const path = commitFilePath(location, version);
    try {
      return await storage.putIfAbsent(path, content);
    } catch (error) {
      const isGone = isLakeletError(error, "FAILED_WRITE_FILE") && error.parameters.errorCode === "ENOENT";
      if (!isGone || this.snapshot !== undefined) throw error;
      await storage.createFolder(logFolderOf(location));
      return storage.putIfAbsent(path, content);
    }
  }

  /** After an error that leaves open whether the version is ours: its content tells, if it can be read. */
  async #lookForOwnCommit(version: number, putError: LakeletError): Promise<PutOutcome> {
    const { storage, location } = this.#log;
    const path = commitFilePath(location, version);
    try {
      const found = replayCommit(version, 0, parseActions(await storage.readText(path), path));
      if (found.commitInfo?.txnId !== this.id) return { kind: "lost" };
      await storage.sync([path], logFolderOf(location));
      return { kind: "written" };
    } catch {
      // Neither found nor excluded: the put's own error says what happened.
      return { kind: "unknown", error: putError };
    }
  }

  async #finish(version: number, before: DeltaSnapshot | undefined, actions: readonly Action[]): Promise<CommitResult> {
    const { storage, location } = this.#log;
    const entry = await storage.stat(commitFilePath(location, version)).catch(() => undefined);
    if (entry !== undefined) {
      const commit = replayCommit(version, entry.modifiedAt, actions);
      const after = before?.advance([commit]) ?? DeltaSnapshot.of(location, undefined, undefined, [commit]);
      await this.#log.committed(after);
    }
    return { status: "committed", version };
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function visibleButNotDurable(location: string, version: number, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: "DELTA_COMMIT_NOT_DURABLE",
    problem: `The commit of version ${version} to "${location}" is visible, but may be lost at a power failure.`,
    reason: cause.reason ?? cause.problem,
    cure: "Check the disk, then look whether the table has the version before running the operation again.",
    parameters: { path: location, version: `${version}` },
    cause,
  });
}
