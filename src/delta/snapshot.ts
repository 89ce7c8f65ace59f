/** The state of a table at one version: a checkpoint, and the commits after it, reconciled. */
import type { Engine } from "../engine/engine.js";
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import type { StructType } from "../schema/data-type.js";
import { schemaFromJson } from "../schema/schema-json.js";
import type { AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, SetTransaction } from "./actions.js";
import type { CheckpointReader, FileTotals } from "./checkpoint-reader.js";
import type { ActionRelation } from "./checkpoint-shape.js";
import type { Snapshot } from "./contract.js";
import { fileMayMatch } from "./data-skipping.js";
import { stateIncomplete } from "./delta-error.js";
import { canonicalPathsOf, fileKey, keyOfId } from "./file-path.js";
import {
  commitTimestamp,
  type FileState,
  type ReplayCommit,
  reconcileDomains,
  reconcileFiles,
  reconcileTransactions,
} from "./log-replay.js";
import { checkReadable } from "./protocol.js";
import { skippingRelation } from "./skipping-sql.js";
import { booleanProperty, tableProperties } from "./table-properties.js";
import { TailIndex } from "./tail-index.js";

const BATCH_SIZE = 2_048;

/** The commit that a checkpoint stands for. */
export interface CheckpointedCommit {
  /** When it was committed, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** The time of its file, where that is still there. */
  readonly modifiedAt: number | undefined;
}

interface SnapshotState {
  readonly location: string;
  readonly version: number;
  readonly timestamp: number;
  readonly metadata: Metadata;
  readonly protocol: Protocol;
  readonly schema: StructType;
  readonly checkpoint: CheckpointReader | undefined;
  /** After the checkpoint, in version order. */
  readonly commits: readonly ReplayCommit[];
  readonly modifiedAt: number | undefined;
  readonly engine: Engine | undefined;
  readonly indexed?: IndexedTail | undefined;
}

/** An index of the files of the first commits of a snapshot. */
interface IndexedTail {
  readonly index: Promise<TailIndex>;
  readonly commits: number;
}

/** From so many files after the checkpoint on, skipping by an index costs less than parsing the statistics of each. */
const FILES_INDEXED = 5_000;

export class DeltaSnapshot implements Snapshot {
  readonly version: number;
  readonly timestamp: number;
  readonly location: string;
  readonly metadata: Metadata;
  readonly protocol: Protocol;
  readonly schema: StructType;
  readonly properties: Readonly<Record<string, string>>;
  readonly checkpoint: CheckpointReader | undefined;
  readonly commits: readonly ReplayCommit[];
  /** The time of the version's commit file (ms), as far as it is known. */
  readonly modifiedAt: number | undefined;
  readonly #engine: Engine | undefined;
  #indexed: IndexedTail | undefined;
  #tail: ReadonlyMap<string, FileState> | undefined;

  private constructor(state: SnapshotState) {
    this.version = state.version;
    this.timestamp = state.timestamp;
    this.location = state.location;
    this.metadata = state.metadata;
    this.protocol = state.protocol;
    this.schema = state.schema;
    this.checkpoint = state.checkpoint;
    this.commits = state.commits;
    this.modifiedAt = state.modifiedAt;
    this.#engine = state.engine;
    this.#indexed = state.indexed;
    this.properties = tableProperties(state.metadata.configuration);
  }

  /**
   * The state after a checkpoint and the commits that follow it.
   * Throws DELTA_STATE_RECOVER_ERROR, DELTA_UNSUPPORTED_FEATURES_FOR_READ.
   * @param engine Where many files after the checkpoint may be indexed.
   */
  static of(
    location: string,
    checkpoint: CheckpointReader | undefined,
    atCheckpoint: CheckpointedCommit | undefined,
    commits: readonly ReplayCommit[],
    engine?: Engine,
  ): DeltaSnapshot {
    const version = commits.at(-1)?.version ?? checkpoint?.version ?? 0;
    const protocol = newest(commits, (commit) => commit.protocol) ?? checkpoint?.protocol;
    if (protocol === undefined) throw stateIncomplete(location, version, "protocol");
    const metadata = newest(commits, (commit) => commit.metadata) ?? checkpoint?.metadata;
    if (metadata === undefined) throw stateIncomplete(location, version, "metadata");
    checkReadable(location, protocol, metadata);
    const timestamp = timestampOf(metadata, atCheckpoint?.timestamp, commits);
    const modifiedAt = commits.at(-1)?.modifiedAt ?? atCheckpoint?.modifiedAt;
    const schema = schemaFromJson(metadata.schemaString);
    return new DeltaSnapshot({
      location,
      version,
      timestamp,
      metadata,
      protocol,
      schema,
      checkpoint,
      commits,
      modifiedAt,
      engine,
    });
  }

  /** The state after further commits; what they leave as it was is not looked at again. */
  advance(commits: readonly ReplayCommit[]): DeltaSnapshot {
    const last = commits.at(-1);
    if (last === undefined) return this;
    const metadata = newest(commits, (commit) => commit.metadata) ?? this.metadata;
    const protocol = newest(commits, (commit) => commit.protocol) ?? this.protocol;
    const changed = metadata !== this.metadata || protocol !== this.protocol;
    if (changed) checkReadable(this.location, protocol, metadata);
    return new DeltaSnapshot({
      location: this.location,
      version: last.version,
      timestamp: timestampOf(metadata, this.timestamp, commits),
      metadata,
      protocol,
      schema: metadata === this.metadata ? this.schema : schemaFromJson(metadata.schemaString),
      checkpoint: this.checkpoint,
      commits: [...this.commits, ...commits],
      modifiedAt: last.modifiedAt,
      engine: this.#engine,
      indexed: this.#indexed,
    });
  }

  get partitionColumns(): readonly string[] {
    return this.metadata.partitionColumns;
  }

  /** The last word of the commits after the checkpoint on each file that they name. */
  get tail(): ReadonlyMap<string, FileState> {
    const inline = this.checkpoint?.inline;
    this.#tail ??= reconcileFiles(inline === undefined ? this.commits : [inline, ...this.commits]);
    return this.#tail;
  }

  async transaction(appId: string): Promise<SetTransaction | undefined> {
    return (await this.transactions()).get(appId);
  }

  async transactions(): Promise<ReadonlyMap<string, SetTransaction>> {
    return reconcileTransactions(this.checkpoint?.transactions ?? [], this.commits);
  }

  async domains(): Promise<ReadonlyMap<string, DomainMetadata>> {
    return reconcileDomains(this.checkpoint?.domains ?? [], this.commits);
  }

  async *files(predicate?: SkippingPredicate): AsyncGenerator<readonly AddFile[]> {
    for await (const batch of this.#liveFiles(predicate)) {
      const kept =
        predicate === undefined
          ? batch
          : batch.filter((file) => fileMayMatch(predicate, file, this.schema, this.partitionColumns));
      if (kept.length > 0) yield kept;
    }
  }

  async *tombstones(): AsyncGenerator<readonly RemoveFile[]> {
    const tail = this.tail;
    if (this.checkpoint !== undefined) {
      for await (const batch of this.checkpoint.removes()) yield batch.filter((file) => !tail.has(fileKey(file)));
    }
    const removed = [...tail.values()].flatMap(({ remove }) => remove ?? []);
    if (removed.length > 0) yield removed;
  }

  async size(): Promise<FileTotals> {
    const tail = this.tail;
    let { files, bytes } = (await this.checkpoint?.totals()) ?? { files: 0, bytes: 0 };
    if (this.checkpoint !== undefined && files > 0 && tail.size > 0) {
      for await (const batch of this.checkpoint.candidates(canonicalPathsOf(tail.keys()))) {
        for (const { kind, id, size } of batch) {
          if (kind !== "add" || !tail.has(keyOfId(id))) continue;
          files--;
          bytes -= size;
        }
      }
    }
    for (const { add } of tail.values()) {
      if (add === undefined) continue;
      files++;
      bytes += add.size;
    }
    return { files, bytes };
  }

  /** The live files, maybe without some that the predicate excludes. */
  async *#liveFiles(predicate?: SkippingPredicate): AsyncGenerator<readonly AddFile[]> {
    const tail = this.tail;
    const skip = predicate && ((relation: ActionRelation) => skippingRelation(predicate, relation, this));
    if (this.checkpoint !== undefined) {
      for await (const batch of this.checkpoint.adds(skip)) {
        yield tail.size === 0 ? batch : batch.filter((file) => !tail.has(fileKey(file)));
      }
    }
    const indexed = skip && this.#indexTail();
    if (skip === undefined || indexed === undefined) {
      yield* inBatches(tail.values());
      return;
    }
    for await (const batch of (await indexed.index).adds(skip)) {
      yield batch.filter((file) => tail.get(fileKey(file))?.add === file);
    }
    yield* inBatches(reconcileFiles(this.commits.slice(indexed.commits)).values());
  }

  /** An index of files that are worth it; undefined where they are few. */
  #indexTail(): IndexedTail | undefined {
    const engine = this.#engine;
    const known = this.#indexed;
    const later = known === undefined ? this.commits : this.commits.slice(known.commits);
    const unindexed = known === undefined ? this.tail.size : later.reduce((sum, { files }) => sum + files.length, 0);
    if (engine === undefined || unindexed < FILES_INDEXED) return known;
    const files = [...this.tail.values()].flatMap(({ add }) => add ?? []);
    const indexed = { index: TailIndex.build(engine, files), commits: this.commits.length };
    this.#indexed = indexed;
    indexed.index.catch(() => {
      if (this.#indexed === indexed) this.#indexed = known;
    });
    return indexed;
  }
}

function* inBatches(states: Iterable<FileState>): Generator<readonly AddFile[]> {
  let batch: AddFile[] = [];
  for (const { add } of states) {
    if (add === undefined) continue;
    batch.push(add);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function newest<T>(commits: readonly ReplayCommit[], part: (commit: ReplayCommit) => T | undefined): T | undefined {
  for (let i = commits.length - 1; i >= 0; i--) {
    const found = part(commits[i] as ReplayCommit);
    if (found !== undefined) return found;
  }
  return undefined;
}

function timestampOf(metadata: Metadata, before: number | undefined, commits: readonly ReplayCommit[]): number {
  const inCommit = booleanProperty(metadata.configuration, "delta.enableInCommitTimestamps");
  let timestamp = before;
  for (const commit of commits) timestamp = commitTimestamp(commit, timestamp, inCommit);
  return timestamp ?? 0;
}
