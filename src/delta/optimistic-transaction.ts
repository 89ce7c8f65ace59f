/** One commit: written as the next version if nobody was faster, else tried again behind the winners unless one of them forbids it. */
import { randomUUID } from "node:crypto";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import type { Action, Metadata, Protocol } from "./actions.js";
import { parseActions, printActions } from "./commit-file.js";
import { commitInfoOf, isolationLevelOf } from "./commit-info.js";
import { findConflict, type PendingCommit } from "./conflict-checker.js";
import { retriesExceeded } from "./conflict-error.js";
import type { CommitRequest, CommitResult, OptimisticTransaction } from "./contract.js";
import { appendOnlyTable } from "./delta-error.js";
import { fileKey } from "./file-path.js";
import { commitFilePath, logFolderOf } from "./log-file-name.js";
import { replayCommit } from "./log-replay.js";
import { checkWritable, LOWEST_PROTOCOL, protocolFor } from "./protocol.js";
import { DeltaSnapshot } from "./snapshot.js";
import { commitsFrom } from "./snapshot-loader.js";
import { booleanProperty, tableProperties } from "./table-properties.js";

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
    const actions = this.#complete(request);
    if (this.snapshot === undefined) await this.#log.storage.createFolder(logFolderOf(this.#log.location));
    let current = this.snapshot;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const version = (current?.version ?? -1) + 1;
      const outcome = await this.#put(version, printActions(actions));
      if (outcome.kind === "unknown") return { status: "unknown", error: outcome.error };
      if (outcome.kind === "written") return await this.#finish(version, current, actions);
      const winners = await commitsFrom(this.#log.storage, this.#log.location, version);
      for (const winner of winners) {
        // The put may report a lost race although it was ours that got through (a network file system that repeats calls).
        if (winner.commitInfo?.txnId === this.id) return { status: "committed", version: winner.version };
        const conflict = findConflict(this.#pending(request, actions, current), winner);
        if (conflict !== undefined) return { status: "conflicted", error: conflict };
        current = current?.advance([winner]);
      }
    }
    return { status: "conflicted", error: retriesExceeded(this.#log.location, MAX_ATTEMPTS) };
  }

  #pending(request: CommitRequest, actions: readonly Action[], snapshot: DeltaSnapshot | undefined): PendingCommit {
    const isolationLevel = isolationLevelOf(request.actions, snapshot?.properties ?? {});
    return { actions, read: request.read, isolationLevel, snapshot };
  }

  /** The actions as they are written: commitInfo first, then protocol and metadata. */
  #complete(request: CommitRequest): readonly Action[] {
    const { location } = this.#log;
    const metadata = request.actions.findLast((action) => "metaData" in action)?.metaData;
    const asked = request.actions.findLast((action) => "protocol" in action)?.protocol;
    const others = request.actions.filter(
      (action) => !("metaData" in action || "protocol" in action || "commitInfo" in action),
    );
    const protocol = this.#protocolToWrite(metadata, asked);
    const effectiveMetadata = metadata ?? this.snapshot?.metadata;
    if (effectiveMetadata === undefined) throw missingMetadata(location);
    const effectiveProtocol = protocol ?? this.snapshot?.protocol ?? LOWEST_PROTOCOL;
    if (metadata !== undefined || protocol !== undefined) checkWritable(location, effectiveProtocol, effectiveMetadata);
    this.#checkFiles(others);
    const commitInfo = commitInfoOf(request, {
      transactionId: this.id,
      readVersion: this.snapshot?.version,
      timestamp: this.#log.now(),
      isolationLevel: isolationLevelOf(request.actions, tableProperties(effectiveMetadata.configuration)),
      engineInfo: this.#log.engineInfo,
    });
    return [
      { commitInfo },
      ...(protocol === undefined ? [] : [{ protocol }]),
      ...(metadata === undefined ? [] : [{ metaData: metadata }]),
      ...others,
    ];
  }

  /** The protocol that has to be in the commit: a new table's, one that was asked for, or the upgrade that new metadata needs. */
  #protocolToWrite(metadata: Metadata | undefined, asked: Protocol | undefined): Protocol | undefined {
    const current = this.snapshot?.protocol;
    if (metadata === undefined) return asked;
    const needed = protocolFor(metadata, asked ?? current);
    return needed === current ? undefined : needed;
  }

  #checkFiles(actions: readonly Action[]): void {
    const appendOnly = booleanProperty(this.snapshot?.properties ?? {}, "delta.appendOnly");
    const seen = new Set<string>();
    for (const action of actions) {
      const file = "add" in action ? action.add : "remove" in action ? action.remove : undefined;
      if (file === undefined) continue;
      if (appendOnly && "remove" in action && file.dataChange) throw appendOnlyTable(this.#log.location);
      const key = `${"add" in action ? "add" : "remove"} ${fileKey(file)}`;
      if (seen.has(key)) throw duplicateAction(this.#log.location, file.path);
      seen.add(key);
    }
  }

  async #put(version: number, content: string): Promise<PutOutcome> {
    const { storage, location } = this.#log;
    const path = commitFilePath(location, version);
    try {
      return (await storage.putIfAbsent(path, content)) === "created" ? { kind: "written" } : { kind: "lost" };
    } catch (error) {
      if (!isLakeletError(error, "FAILED_WRITE_FILE")) return { kind: "unknown", error: asError(error) };
      if (isLakeletError(error, "FAILED_WRITE_FILE.NOT_DURABLE"))
        return { kind: "unknown", error: visibleButNotDurable(location, version, error) };
      if (isLakeletError(error, "FAILED_WRITE_FILE.UNKNOWN_OUTCOME")) return this.#lookForOwnCommit(version, error);
      throw error;
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

function missingMetadata(location: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_METADATA_ABSENT",
    sqlState: "XXKDS",
    problem: `The first commit to "${location}" has no metaData action.`,
    cure: "Create the table with its schema first.",
    parameters: { path: location },
  });
}

function duplicateAction(location: string, file: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_DUPLICATE_ACTIONS_FOUND",
    sqlState: "2D521",
    problem: `A commit to "${location}" names the file "${file}" twice.`,
    reason: "A version may add a file once and remove it once.",
    parameters: { path: file },
  });
}
