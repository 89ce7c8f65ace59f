/** One checkpoint of any kind, opened: its small actions are in memory, its files come as a stream (Delta protocol, "Checkpoints"). */
import path from "node:path";
import type { Engine } from "../engine/engine.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { Storage } from "../storage/storage.js";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, SetTransaction } from "./actions.js";
import {
  type CheckpointedFile,
  parquetRelation,
  readActions,
  type SmallActions,
  smallActions,
  streamAdds,
  streamCandidates,
  streamRemoves,
} from "./checkpoint-parquet.js";
import { type ActionRelation, FILE_KINDS, hasKind, isKind } from "./checkpoint-shape.js";
import { parseCheckpointActions, type Sidecar } from "./commit-file.js";
import { malformedLogFile, stateIncomplete } from "./delta-error.js";
import { decodePath } from "./file-path.js";
import { sidecarFolderOf } from "./log-file-name.js";
import type { CheckpointFiles } from "./log-listing.js";
import { type ReplayCommit, replayCommit } from "./log-replay.js";

/** Where a table's log is, and what reads it. */
export interface LogSource {
  readonly storage: Storage;
  /** Used for checkpoints only. */
  readonly engine: Engine;
  /** Absolute folder of the table. */
  readonly location: string;
}

/** Up to this many files are kept once they were read: a smaller price than reading them again. */
const FILES_KEPT = 20_000;

/** A checkpoint of up to so many bytes is read in one go: some hundred files. */
const SMALL_CHECKPOINT = 64 * 1024;

export interface FileTotals {
  readonly files: number;
  readonly bytes: number;
}

interface OpenedCheckpoint {
  readonly small: SmallActions;
  /** Absolute paths. */
  readonly sidecars: readonly string[];
  readonly relations: readonly ActionRelation[];
  readonly inline: ReplayCommit | undefined;
  /** All files, where they were read at once. */
  readonly adds: readonly AddFile[] | undefined;
}

export class CheckpointReader {
  readonly version: number;
  readonly modifiedAt: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly transactions: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
  /** Where the actions of files are. */
  readonly relations: readonly ActionRelation[];
  /** The files of a checkpoint in JSON that has them in itself: they are replayed like a commit's. */
  readonly inline: ReplayCommit | undefined;
  /** Absolute paths of the sidecars that it names. */
  readonly sidecars: readonly string[];
  readonly #engine: Engine;
  readonly #paths: readonly string[];
  readonly #fileCount: number | undefined;
  #kept: readonly (readonly AddFile[])[] | undefined;
  #totals: Promise<FileTotals> | undefined;

  private constructor(
    engine: Engine,
    files: CheckpointFiles,
    { small, sidecars, relations, inline, adds }: OpenedCheckpoint,
    required: { readonly protocol: Protocol; readonly metadata: Metadata },
  ) {
    this.version = files.version;
    this.modifiedAt = files.modifiedAt;
    this.protocol = required.protocol;
    this.metadata = required.metadata;
    this.transactions = small.transactions;
    this.domains = small.domains;
    this.sidecars = sidecars;
    this.relations = relations;
    this.inline = inline;
    this.#engine = engine;
    this.#paths = files.paths;
    this.#fileCount = inline === undefined ? files.fileCount : undefined;
    this.#kept = adds === undefined ? undefined : [adds];
  }

  /** Reads everything but the files. Throws DELTA_MALFORMED_LOG_FILE where the checkpoint cannot be read, or lacks what each must have. */
  static async open(source: LogSource, files: CheckpointFiles): Promise<CheckpointReader> {
    try {
      const isJson = files.paths[0]?.endsWith(".json") === true;
      const opened = await (isJson ? openJson(source, files) : openParquet(source, files));
      const { protocol, metadata } = opened.small;
      if (protocol === undefined) throw stateIncomplete(source.location, files.version, "protocol");
      if (metadata === undefined) throw stateIncomplete(source.location, files.version, "metadata");
      return new CheckpointReader(source.engine, files, opened, { protocol, metadata });
    } catch (cause) {
      throw unreadableCheckpoint(files.paths, cause);
    }
  }

  /**
   * The checkpoint's files in batches, except those of {@link inline}.
   * Throws DELTA_MALFORMED_LOG_FILE, at the latest when some turn out to be missing.
   * @param skip Makes of {@link relations} those with the files of interest; the others may come all the same.
   */
  async *adds(skip?: (relation: ActionRelation) => ActionRelation): AsyncGenerator<readonly AddFile[]> {
    if (this.#kept !== undefined && (skip === undefined || this.#kept.length <= 1)) {
      this.#checkCount(countOf(this.#kept));
      yield* this.#kept;
      return;
    }
    if (skip === undefined) {
      yield* this.#allAdds();
      return;
    }
    await this.totals();
    try {
      for (const relation of this.relations.filter((one) => hasKind(one, "add"))) {
        yield* streamAdds(this.#engine, skip(relation));
      }
    } catch (cause) {
      throw unreadableCheckpoint(this.#paths, cause);
    }
  }

  /** The checkpoint's removed files in batches, except those of {@link inline}. Throws DELTA_MALFORMED_LOG_FILE. */
  async *removes(): AsyncGenerator<readonly RemoveFile[]> {
    try {
      for (const relation of this.relations) yield* streamRemoves(this.#engine, relation);
    } catch (cause) {
      throw unreadableCheckpoint(this.#paths, cause);
    }
  }

  /**
   * Number of the checkpoint's files and their bytes, except those of {@link inline}.
   * Throws DELTA_MALFORMED_LOG_FILE if files are missing that the checkpoint should have.
   */
  totals(): Promise<FileTotals> {
    this.#totals ??= this.#addUp().catch((error: unknown) => {
      this.#totals = undefined;
      throw unreadableCheckpoint(this.#paths, error);
    });
    return this.#totals;
  }

  async #addUp(): Promise<FileTotals> {
    let [files, bytes] = [0, 0];
    if (this.#kept !== undefined) {
      this.#checkCount(countOf(this.#kept));
      return { files: countOf(this.#kept), bytes: this.#kept.flat().reduce((sum, { size }) => sum + size, 0) };
    }
    for (const relation of this.relations.filter((one) => hasKind(one, "add"))) {
      const sql = `SELECT count(*), sum("add"."size")::DOUBLE FROM ${relation.sql} WHERE ${isKind("add")}`;
      const [count, sum] = (await this.#engine.run(sql)).rows[0] ?? [];
      files += Number(count);
      bytes += Number(sum ?? 0);
    }
    this.#checkCount(files);
    return { files, bytes };
  }

  /** The files, live and removed, that may be among the given ones; see {@link streamCandidates}. */
  candidates(canonicalPaths: readonly string[]): AsyncIterable<readonly CheckpointedFile[]> {
    return streamCandidates(this.#engine, this.relations, canonicalPaths);
  }

  async *#allAdds(): AsyncGenerator<readonly AddFile[]> {
    const batches: (readonly AddFile[])[] = [];
    let count = 0;
    try {
      for (const relation of this.relations) {
        for await (const batch of streamAdds(this.#engine, relation)) {
          count += batch.length;
          if (count <= FILES_KEPT) batches.push(batch);
          yield batch;
        }
      }
      this.#checkCount(count);
    } catch (cause) {
      throw unreadableCheckpoint(this.#paths, cause);
    }
    if (count <= FILES_KEPT) this.#kept = batches;
  }

  #checkCount(count: number): void {
    if (this.#fileCount === undefined || count === this.#fileCount) return;
    throw malformedLogFile(this.#paths[0] ?? "", undefined, `It has ${count} files instead of ${this.#fileCount}`);
  }
}

function countOf(batches: readonly (readonly AddFile[])[]): number {
  return batches.reduce((sum, batch) => sum + batch.length, 0);
}

async function openParquet(source: LogSource, { paths, bytes }: CheckpointFiles): Promise<OpenedCheckpoint> {
  const relation = await parquetRelation(source.engine, paths);
  const withAdds = bytes <= SMALL_CHECKPOINT;
  const { adds, ...small } = await readActions(source.engine, relation, { withAdds });
  const own = FILE_KINDS.some((kind) => hasKind(relation, kind)) ? [relation] : [];
  const sidecars = small.sidecars.map((one) => sidecarPath(source.location, one));
  const relations = [...own, ...(await sidecarRelations(source, sidecars))];
  const kept = withAdds && sidecars.length === 0 ? adds : undefined;
  return { small, sidecars, relations, inline: undefined, adds: kept };
}

async function openJson(source: LogSource, { paths, version, modifiedAt }: CheckpointFiles): Promise<OpenedCheckpoint> {
  const file = paths[0] ?? "";
  const actions = parseCheckpointActions(await source.storage.readText(file), file);
  const small = smallActions(actions);
  const files = actions.filter((action): action is Action => "add" in action || "remove" in action);
  const inline = files.length === 0 ? undefined : replayCommit(version, modifiedAt, files);
  const sidecars = small.sidecars.map((one) => sidecarPath(source.location, one));
  return { small, sidecars, relations: await sidecarRelations(source, sidecars), inline, adds: undefined };
}

async function sidecarRelations(
  { engine }: LogSource,
  sidecars: readonly string[],
): Promise<readonly ActionRelation[]> {
  return sidecars.length === 0 ? [] : [await parquetRelation(engine, sidecars)];
}

/** Most writers give the name only; a path is allowed, too. */
function sidecarPath(location: string, sidecar: Sidecar): string {
  const name = decodePath(sidecar.path.replace(/^file:(?:\/\/[^/]*)?/, ""));
  return path.resolve(sidecarFolderOf(location), name);
}

/** A checkpoint that the engine cannot make sense of is damaged; an interruption is none of its faults. */
function unreadableCheckpoint(paths: readonly string[], cause: unknown): unknown {
  if (isLakeletError(cause, "OPERATION_CANCELED") || isLakeletError(cause, "DELTA_MALFORMED_LOG_FILE")) return cause;
  return malformedLogFile(paths[0] ?? "", undefined, "The checkpoint cannot be read", cause);
}
