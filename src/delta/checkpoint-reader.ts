/** One classic checkpoint, opened: its small actions are in memory, its files come as a stream. */
import type { Engine } from "../engine/engine.js";
import { isLakeletError } from "../errors/lakelet-error.js";
import type { AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, SetTransaction } from "./actions.js";
import {
  type CheckpointColumns,
  checkpointColumns,
  readSmallActions,
  streamAdds,
  streamRemoves,
} from "./checkpoint-parquet.js";
import { malformedLogFile, stateIncomplete } from "./delta-error.js";
import type { CheckpointFiles } from "./log-segment.js";

/** Up to this many files are kept once they were read: a smaller price than reading them again. */
const FILES_KEPT = 20_000;

export class CheckpointReader {
  readonly version: number;
  readonly modifiedAt: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly transactions: readonly SetTransaction[];
  readonly domains: readonly DomainMetadata[];
  readonly paths: readonly string[];
  readonly columns: CheckpointColumns;
  readonly #engine: Engine;
  readonly #fileCount: number | undefined;
  #kept: readonly (readonly AddFile[])[] | undefined;

  private constructor(
    engine: Engine,
    files: CheckpointFiles,
    columns: CheckpointColumns,
    small: Awaited<ReturnType<typeof readSmallActions>>,
    required: { readonly protocol: Protocol; readonly metadata: Metadata },
  ) {
    this.version = files.version;
    this.modifiedAt = files.modifiedAt;
    this.paths = files.paths;
    this.columns = columns;
    this.protocol = required.protocol;
    this.metadata = required.metadata;
    this.transactions = small.transactions;
    this.domains = small.domains;
    this.#engine = engine;
    this.#fileCount = files.fileCount;
  }

  /** Reads everything but the files. Throws DELTA_MALFORMED_LOG_FILE where the checkpoint cannot be read, or lacks what each must have. */
  static async open(engine: Engine, files: CheckpointFiles, location: string): Promise<CheckpointReader> {
    try {
      return await CheckpointReader.#read(engine, files, location);
    } catch (cause) {
      throw unreadableCheckpoint(files.paths, cause);
    }
  }

  static async #read(engine: Engine, files: CheckpointFiles, location: string): Promise<CheckpointReader> {
    const columns = await checkpointColumns(engine, files.paths);
    const small = await readSmallActions(engine, files.paths, columns);
    const { protocol, metadata } = small;
    if (protocol === undefined) throw stateIncomplete(location, files.version, "protocol");
    if (metadata === undefined) throw stateIncomplete(location, files.version, "metadata");
    return new CheckpointReader(engine, files, columns, small, { protocol, metadata });
  }

  /** The checkpoint's files in batches. Throws DELTA_MALFORMED_LOG_FILE, at the latest when some turn out to be missing. */
  async *adds(): AsyncGenerator<readonly AddFile[]> {
    if (this.#kept !== undefined) {
      yield* this.#kept;
      return;
    }
    const batches: (readonly AddFile[])[] = [];
    let count = 0;
    try {
      for await (const batch of streamAdds(this.#engine, this.paths, this.columns)) {
        count += batch.length;
        if (count <= FILES_KEPT) batches.push(batch);
        yield batch;
      }
    } catch (cause) {
      throw unreadableCheckpoint(this.paths, cause);
    }
    if (this.#fileCount !== undefined && count !== this.#fileCount) {
      throw unreadableCheckpoint(this.paths, new Error(`it has ${count} files instead of ${this.#fileCount}`));
    }
    if (count <= FILES_KEPT) this.#kept = batches;
  }

  /** The checkpoint's removed files in batches. Throws DELTA_MALFORMED_LOG_FILE. */
  async *removes(): AsyncGenerator<readonly RemoveFile[]> {
    try {
      yield* streamRemoves(this.#engine, this.paths, this.columns);
    } catch (cause) {
      throw unreadableCheckpoint(this.paths, cause);
    }
  }
}

/** A checkpoint that the engine cannot make sense of is damaged; an interruption is none of its faults. */
function unreadableCheckpoint(paths: readonly string[], cause: unknown): unknown {
  if (isLakeletError(cause, "OPERATION_CANCELED") || isLakeletError(cause, "DELTA_MALFORMED_LOG_FILE")) return cause;
  return malformedLogFile(paths[0] ?? "", undefined, "The checkpoint cannot be read", cause);
}
