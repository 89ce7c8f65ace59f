/** Data files that lie in a table's folder and are not yet part of the table; they go unless a commit took them, or may have. */
import path from "node:path";
import type { DeletionVectorDescriptor } from "../delta/actions.js";
import type { OptimisticTransaction } from "../delta/contract.js";
import { writeDeletionVectors } from "../delta/deletion-vector.js";
import type { WriteDataFiles, WrittenFile } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { columnMappingMode } from "../schema/column-mapping.js";
import type { StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { byteSize } from "./byte-size.js";
import type { CommandContext, TargetTable } from "./contract.js";
import { VERDICT_COLUMN } from "./row-query.js";

export interface StageRequest {
  /** Engine SQL: the columns of `schema` in order (those of `fixedPartition` left out), and the verdict where `splitByVerdict`. */
  readonly sql: string;
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** Where all rows belong to one partition that is known before: its values as the engine's text; the SQL lacks these columns. */
  readonly fixedPartition?: Readonly<Record<string, string | null>> | undefined;
  readonly splitByVerdict?: boolean;
  /** Rows of the change data feed: their files go to a folder of their own. */
  readonly changeData?: boolean;
  readonly properties: Readonly<Record<string, string>>;
  /** Bytes; `delta.targetFileSize` by default. */
  readonly targetFileSize?: number | undefined;
}

const CODECS = ["uncompressed", "snappy", "gzip", "zstd"] as const;

/** Where the files of the change data feed lie (Delta protocol, "Add CDC File"). */
const CHANGE_DATA_FOLDER = "_change_data";

export interface StagedRows {
  readonly files: readonly WrittenFile[];
  readonly heldBack: readonly { readonly verdict: string; readonly file: WrittenFile }[];
}

/**
 * Runs a write of a transaction. Whatever it staged is deleted if it throws, unless {@link StagedFiles.keep} was called before.
 */
export async function withStagedFiles<T>(
  context: CommandContext,
  target: TargetTable,
  transaction: OptimisticTransaction,
  write: (staged: StagedFiles) => Promise<T>,
): Promise<T> {
  const staged = new StagedFiles(context, target, transaction.snapshot === undefined);
  try {
    return await write(staged);
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

export class StagedFiles {
  readonly #context: CommandContext;
  readonly #target: TargetTable;
  readonly #createsTable: boolean;
  #paths: string[] = [];
  #madeFolder = false;
  readonly #folders = new Set<string>();

  constructor(context: CommandContext, target: TargetTable, createsTable: boolean) {
    this.#context = context;
    this.#target = target;
    this.#createsTable = createsTable;
  }

  /** One COPY of rows into files of the table's folder. Files without rows are dropped at once. */
  async write(request: StageRequest): Promise<StagedRows> {
    const { sql, schema, fixedPartition, properties } = request;
    const folder = await this.#folderOf(request);
    const omitted = new Set(Object.keys(fixedPartition ?? {}));
    const partitionBy = request.partitionColumns.filter((name) => !omitted.has(name));
    if (request.splitByVerdict) partitionBy.push(VERDICT_COLUMN);
    const columnMapping = columnMappingMode(properties);
    const write = () =>
      this.#context.engine.writeDataFiles({
        sql: isOptimizedWrite(this.#context.configuration, properties) ? orderedBy(sql, partitionBy) : sql,
        schema: { kind: "struct", fields: schema.fields.filter((one) => !omitted.has(one.name)) },
        ...(columnMapping === undefined ? {} : { columnMapping }),
        folder,
        ...(request.changeData ? { filePrefix: "cdc" } : {}),
        partitionBy,
        ...compression(this.#context.configuration),
        ...(partitionBy.length === 0 ? targetFileSize(request) : {}),
      });
    const written = await this.#whileFolderStays(write);
    this.#paths.push(...written.map((file) => file.path));
    await this.delete(written.filter((file) => file.rowCount === 0));
    return split(
      written.filter((file) => file.rowCount > 0),
      fixedPartition,
    );
  }

  async #folderOf({ changeData }: StageRequest): Promise<string> {
    const { location } = this.#target;
    const folder = changeData ? path.join(location, CHANGE_DATA_FOLDER) : location;
    if (changeData) await this.#context.storage.createFolder(folder);
    if (this.#createsTable) await this.#createTableFolder();
    return folder;
  }

  /** Another session that tried to create the table may take its empty folder back while this one begins to write there. */
  async #whileFolderStays<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!this.#createsTable || (await this.#context.storage.lstat(this.#target.location)) !== undefined) throw error;
      await this.#createTableFolder();
      return write();
    }
  }

  /** A folder that this write made goes with it. */
  async #createTableFolder(): Promise<void> {
    const { storage } = this.#context;
    this.#madeFolder ||= (await storage.lstat(this.#target.location)) === undefined;
    await storage.createFolder(this.#target.location);
  }

  /** Writes deletion vectors into one file, durably. */
  async writeVectors(vectors: readonly BigInt64Array[]): Promise<readonly DeletionVectorDescriptor[]> {
    // A clone may come to its vectors before its data files.
    if (this.#createsTable) await this.#createTableFolder();
    const { path: file, descriptors } = await writeDeletionVectors(
      this.#context.storage,
      this.#target.location,
      vectors,
    );
    this.#paths.push(file);
    return descriptors;
  }

  /** Copies a file to a path within the table's folder. Throws FILE_NOT_EXIST. */
  async copy(from: string, to: string): Promise<void> {
    const folder = path.dirname(to);
    if (!this.#folders.has(folder)) await this.#context.storage.createFolder(folder);
    this.#folders.add(folder);
    await this.#context.storage.copy(from, to);
    // Not before: a file that was there already is somebody else's.
    this.#paths.push(to);
  }

  /** Deletes some of the staged files. */
  async delete(files: readonly WrittenFile[]): Promise<void> {
    const gone = new Set(files.map((file) => file.path));
    this.#paths = this.#paths.filter((path) => !gone.has(path));
    await Promise.all([...gone].map((path) => this.#context.storage.delete(path)));
  }

  /** Makes the files durable. */
  async sync(files: readonly WrittenFile[]): Promise<void> {
    if (files.length === 0) return;
    await this.#context.storage.sync(
      files.map((file) => file.path),
      this.#target.location,
    );
  }

  /** From here on nothing is deleted: the log names the files, or may name them. */
  keep(): void {
    this.#madeFolder = false;
    this.#paths = [];
  }

  /** A file that cannot be deleted is no part of the table and VACUUM's work: the error that led here is the one to tell. */
  async discard(): Promise<void> {
    const { storage } = this.#context;
    await Promise.allSettled(this.#paths.map((path) => storage.delete(path)));
    this.#paths = [];
    if (!this.#madeFolder) return;
    const { location } = this.#target;
    await Promise.allSettled([storage.deleteEmptyFolder(path.join(location, "_delta_log"))]);
    await Promise.allSettled([storage.deleteEmptyFolder(location)]);
  }
}

function split(written: readonly WrittenFile[], fixed: StageRequest["fixedPartition"]): StagedRows {
  const files: WrittenFile[] = [];
  const heldBack: { verdict: string; file: WrittenFile }[] = [];
  for (const file of written) {
    const { [VERDICT_COLUMN]: verdict, ...own } = file.partition;
    const partition = { ...own, ...fixed };
    if (verdict === undefined || verdict === null) files.push({ ...file, partition });
    else heldBack.push({ verdict, file: { ...file, partition } });
  }
  return { files, heldBack };
}

/** Whether the table, or the session above it, asks for few large files in each partition. */
function isOptimizedWrite(
  configuration: Readonly<Record<string, string>>,
  properties: StageRequest["properties"],
): boolean {
  const asked =
    configuration["spark.databricks.delta.optimizeWrite.enabled"] ??
    properties["delta.autoOptimize.optimizeWrite"] ??
    properties["delta.autoOptimize"];
  return asked?.toLowerCase() === "true";
}

/** Rows of a partition that come one after the other fall into one file, however many partitions there are. */
function orderedBy(sql: string, columns: readonly string[]): string {
  return columns.length === 0 ? sql : `SELECT * FROM (${sql}) AS "row" ORDER BY ${columns.map(engineName).join(", ")}`;
}

/** Throws CODEC_NOT_AVAILABLE. */
function compression(configuration: Readonly<Record<string, string>>): Pick<WriteDataFiles, "compression"> {
  const codec = configuration["spark.sql.parquet.compression.codec"]?.toLowerCase();
  if (codec === undefined) return {};
  const known = codec === "none" ? "uncompressed" : CODECS.find((one) => one === codec);
  if (known !== undefined) return { compression: known };
  throw new LakeletError({
    condition: "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
    sqlState: "56038",
    problem: `The codec ${codec} is not available for Parquet files.`,
    cure: `Available codecs are none, ${CODECS.join(", ")}.`,
    parameters: { codecName: codec, availableCodecs: CODECS.join(", ") },
  });
}

function targetFileSize({ targetFileSize, properties }: StageRequest): { readonly targetFileSize?: number } {
  const size = targetFileSize ?? byteSize(properties["delta.targetFileSize"]);
  return size === undefined ? {} : { targetFileSize: size };
}
