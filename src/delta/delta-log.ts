/** The log of one table: its snapshots, its history, and the transactions on it. */
import type { Engine } from "../engine/engine.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import type { Action } from "./actions.js";
import { checkpointSnapshot, isCheckpointDue } from "./checkpoint.js";
import type { LogSource } from "./checkpoint-reader.js";
import { parseActions } from "./commit-file.js";
import { lakeletEngineInfo } from "./commit-info.js";
import type { DeltaLog, HistoryEntry, OptimisticTransaction, Snapshot } from "./contract.js";
import { tableNotFound, versionNotFound } from "./delta-error.js";
import { readHistory, versionAtTime } from "./history.js";
import { readLastCheckpoint } from "./last-checkpoint.js";
import { cleanUpLog, cleanupCutoff } from "./log-cleanup.js";
import { commitFilePath } from "./log-file-name.js";
import { listLog } from "./log-listing.js";
import { DeltaTransaction, type TransactionLog } from "./optimistic-transaction.js";
import { checkWritable } from "./protocol.js";
import { DeltaSnapshot } from "./snapshot.js";
import { loadSnapshot, updateSnapshot } from "./snapshot-loader.js";
import { booleanProperty } from "./table-properties.js";

export interface DeltaLogOptions {
  /** Milliseconds since the epoch; the system's clock by default. */
  readonly now?: () => number;
  /** What commits tell of who wrote them; `lakelet/<version>` by default. */
  readonly engineInfo?: string;
  /** Told of a checkpoint that could not be written after a commit: the commit stands all the same. */
  readonly onCheckpointFailure?: (error: unknown, location: string, version: number) => void;
}

/** Commits since the last checkpoint, and files that they name, that are kept in memory; beyond them a newer checkpoint is worth its reading. */
const COMMITS_KEPT = 1_000;
const FILES_KEPT = 20_000;

/**
 * The log of the table in an absolute folder, whether the table exists yet or not. Nothing is read before it is asked for.
 * @param engine Reads and writes checkpoints.
 * @example
 * const log = createDeltaLog(new LocalStorage(), engine, "/lake/main/default/orders");
 * const snapshot = await log.snapshot();
 * for await (const batch of snapshot.files()) console.log(batch.length);
 */
export function createDeltaLog(
  storage: Storage,
  engine: Engine,
  location: string,
  options: DeltaLogOptions = {},
): DeltaLog {
  return new TableLog(storage, engine, location, options);
}

class TableLog implements DeltaLog, TransactionLog {
  #latest: DeltaSnapshot | undefined;
  #updating: Promise<DeltaSnapshot> | undefined;
  #cleanedUpTo: number | undefined;

  constructor(
    readonly storage: Storage,
    private readonly engine: Engine,
    readonly location: string,
    private readonly options: DeltaLogOptions,
  ) {}

  get #source(): LogSource {
    return { storage: this.storage, engine: this.engine, location: this.location };
  }

  get engineInfo(): string {
    return this.options.engineInfo ?? lakeletEngineInfo();
  }

  now(): number {
    return (this.options.now ?? Date.now)();
  }

  async exists(): Promise<boolean> {
    if ((await this.storage.stat(commitFilePath(this.location, 0))) !== undefined) return true;
    const { commits, checkpoints } = await listLog(this.storage, this.location);
    return commits.length > 0 || checkpoints.length > 0;
  }

  async snapshot(version?: number): Promise<Snapshot> {
    return version === undefined ? this.#newest() : this.#at(version);
  }

  async versionAt(timestamp: number): Promise<number> {
    const { properties } = await this.#newest();
    const inCommit = booleanProperty(properties, "delta.enableInCommitTimestamps");
    return versionAtTime(this.storage, this.location, timestamp, inCommit);
  }

  history(limit?: number): Promise<readonly HistoryEntry[]> {
    return readHistory(this.storage, this.location, limit);
  }

  async startTransaction(snapshot?: Snapshot): Promise<OptimisticTransaction> {
    if (snapshot instanceof DeltaSnapshot) return new DeltaTransaction(this, snapshot);
    return new DeltaTransaction(
      this,
      await (snapshot === undefined ? this.#newestOrNone() : this.#at(snapshot.version)),
    );
  }

  async checkpoint(version?: number): Promise<void> {
    const snapshot = version === undefined ? await this.#newest() : await this.#at(version);
    await checkpointSnapshot(this.#source, snapshot, this.now());
  }

  async cleanUp(): Promise<number> {
    const snapshot = await this.#newest();
    checkWritable(this.location, snapshot.protocol, snapshot.metadata);
    return cleanUpLog(this.#source, snapshot, this.now());
  }

  async commit(version: number): Promise<readonly Action[]> {
    const path = commitFilePath(this.location, version);
    const text = await this.storage.readText(path).catch(async (error: unknown) => {
      if (!isLakeletError(error, "FILE_NOT_EXIST")) throw error;
      const { commits } = await listLog(this.storage, this.location);
      const [first, last] = [commits[0], commits.at(-1)];
      if (first === undefined || last === undefined) throw tableNotFound(this.location);
      throw versionNotFound(this.location, version, first.version, last.version);
    });
    return parseActions(text, path);
  }

  async committed(snapshot: DeltaSnapshot): Promise<void> {
    if (this.#latest === undefined || this.#latest.version < snapshot.version) this.#latest = snapshot;
    try {
      if (!isCheckpointDue(snapshot)) return;
      await checkpointSnapshot(this.#source, snapshot, this.now());
      await this.#cleanUpIfDue(snapshot);
    } catch (error) {
      this.options.onCheckpointFailure?.(error, this.location, snapshot.version);
    }
  }

  /** Once for each cutoff: until the next one nothing more expires. */
  async #cleanUpIfDue(snapshot: DeltaSnapshot): Promise<void> {
    if (!booleanProperty(snapshot.properties, "delta.enableExpiredLogCleanup")) return;
    const cutoff = cleanupCutoff(snapshot, this.now());
    if (cutoff === this.#cleanedUpTo) return;
    await cleanUpLog(this.#source, snapshot, this.now());
    this.#cleanedUpTo = cutoff;
  }

  /** Callers at the same time share one update. */
  #newest(): Promise<DeltaSnapshot> {
    this.#updating ??= this.#update().finally(() => {
      this.#updating = undefined;
    });
    return this.#updating;
  }

  async #update(): Promise<DeltaSnapshot> {
    const source = this.#source;
    const known = this.#latest;
    const updated = known && !(await this.#isWorthReloading(known)) ? await updateSnapshot(source, known) : undefined;
    const newest = updated ?? (await loadSnapshot(source));
    // A commit of our own may have got in while the log was read.
    const committed = this.#latest !== known ? this.#latest : undefined;
    this.#latest = committed !== undefined && committed.version > newest.version ? committed : newest;
    return this.#latest;
  }

  async #isWorthReloading(known: DeltaSnapshot): Promise<boolean> {
    if (known.commits.length <= COMMITS_KEPT && filesNamedBy(known) <= FILES_KEPT) return false;
    const hint = await readLastCheckpoint(this.storage, this.location);
    return hint !== undefined && hint.version > (known.checkpoint?.version ?? -1);
  }

  async #at(version: number): Promise<DeltaSnapshot> {
    if (this.#latest?.version === version) return this.#newestIfStill(version);
    return loadSnapshot(this.#source, version);
  }

  async #newestIfStill(version: number): Promise<DeltaSnapshot> {
    const newest = await this.#newest();
    return newest.version === version ? newest : this.#at(version);
  }

  async #newestOrNone(): Promise<DeltaSnapshot | undefined> {
    try {
      return await this.#newest();
    } catch (error) {
      if (isLakeletError(error, "DELTA_TABLE_NOT_FOUND")) return undefined;
      throw error;
    }
  }
}

/** Not how many they are in the end: to reconcile them for each commit would cost more than the commit. */
function filesNamedBy({ checkpoint, commits }: DeltaSnapshot): number {
  return commits.reduce((sum, { files }) => sum + files.length, checkpoint?.inline?.files.length ?? 0);
}
