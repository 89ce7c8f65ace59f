/** What OPTIMIZE tells of its work: the metrics of its commit, and the row that Spark shows. */
import type { AddFile } from "../../delta/actions.js";
import type { Value } from "../../engine/engine.js";
import { BOOLEAN, DOUBLE, field, LONG, STRING, type StructType, struct } from "../../schema/data-type.js";
import { totalBytes } from "../table-state.js";

const longs = (...names: readonly string[]): StructType => struct(names.map((name) => field(name, LONG)));
const FILE_SIZES = struct([
  field("min", LONG),
  field("max", LONG),
  field("avg", DOUBLE),
  field("totalFiles", LONG),
  field("totalSize", LONG),
]);
const FILES = longs("num", "size");
const CUBE_FILES = longs("numFiles", "size");

const METRICS = struct([
  field("numFilesAdded", LONG),
  field("numFilesRemoved", LONG),
  field("filesAdded", FILE_SIZES),
  field("filesRemoved", FILE_SIZES),
  field("partitionsOptimized", LONG),
  field(
    "zOrderStats",
    struct([
      field("strategyName", STRING),
      field("inputCubeFiles", FILES),
      field("inputOtherFiles", FILES),
      field("inputNumCubes", LONG),
      field("mergedFiles", FILES),
      field("numOutputCubes", LONG),
      field("mergedNumCubes", LONG),
    ]),
  ),
  field(
    "clusteringStats",
    struct([
      field("inputZCubeFiles", CUBE_FILES),
      field("inputOtherFiles", CUBE_FILES),
      field("inputNumZCubes", LONG),
      field("mergedFiles", CUBE_FILES),
      field("numOutputZCubes", LONG),
    ]),
  ),
  ...longs("numBins", "numBatches", "totalConsideredFiles", "totalFilesSkipped").fields,
  field("preserveInsertionOrder", BOOLEAN),
  ...longs("numFilesSkippedToReduceWriteAmplification", "numBytesSkippedToReduceWriteAmplification").fields,
  ...longs("startTimeMs", "endTimeMs", "totalClusterParallelism", "totalScheduledTasks").fields,
  field(
    "autoCompactParallelismStats",
    longs(
      "maxClusterActiveParallelism",
      "minClusterActiveParallelism",
      "maxSessionActiveParallelism",
      "minSessionActiveParallelism",
    ),
  ),
  field("deletionVectorStats", longs("numDeletionVectorsRemoved", "numDeletionVectorRowsRemoved")),
  ...longs("numTableColumns", "numTableColumnsWithStats").fields,
]);

export const OPTIMIZE_SCHEMA: StructType = struct([field("path", STRING), field("metrics", METRICS)]);

/** What a run of OPTIMIZE has done. */
export interface OptimizeWork {
  readonly added: readonly AddFile[];
  readonly removed: readonly AddFile[];
  readonly bins: number;
  readonly partitions: number;
  /** Files that were looked at, those left alone included. */
  readonly considered: number;
  readonly layout: "compact" | "z-order" | "cluster";
  /** Files that were clustered before, of those considered, and the cubes that they belonged to. */
  readonly cubes: { readonly files: readonly AddFile[]; readonly count: number };
  readonly others: readonly AddFile[];
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly tableColumns: number;
  readonly tableColumnsWithStatistics: number;
}

/** Of the commit. */
export function operationMetrics({ added, removed }: OptimizeWork): Readonly<Record<string, bigint>> {
  const sizes = added.map((file) => file.size).sort((a, b) => a - b);
  const at = (share: number): bigint =>
    BigInt(sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] ?? 0);
  return {
    numAddedFiles: BigInt(added.length),
    numAddedBytes: totalBytes(added),
    numRemovedFiles: BigInt(removed.length),
    numRemovedBytes: totalBytes(removed),
    numDeletionVectorsRemoved: BigInt(withVectors(removed).length),
    ...(sizes.length === 0
      ? {}
      : { minFileSize: at(0), p25FileSize: at(0.25), p50FileSize: at(0.5), p75FileSize: at(0.75), maxFileSize: at(1) }),
  };
}

/** The row of {@link OPTIMIZE_SCHEMA}. */
export function optimizeRow(location: string, work: OptimizeWork): readonly Value[] {
  const { added, removed, considered } = work;
  const vectors = withVectors(removed);
  return [
    `file:${location}`,
    {
      numFilesAdded: BigInt(added.length),
      numFilesRemoved: BigInt(removed.length),
      filesAdded: fileSizes(added),
      filesRemoved: fileSizes(removed),
      partitionsOptimized: BigInt(work.partitions),
      zOrderStats: work.layout === "z-order" ? zOrderStats(work) : null,
      clusteringStats: work.layout === "cluster" ? clusteringStats(work) : null,
      numBins: BigInt(work.bins),
      numBatches: 1n,
      totalConsideredFiles: BigInt(considered),
      totalFilesSkipped: BigInt(considered - removed.length),
      preserveInsertionOrder: false,
      numFilesSkippedToReduceWriteAmplification: 0n,
      numBytesSkippedToReduceWriteAmplification: 0n,
      startTimeMs: BigInt(work.start),
      endTimeMs: BigInt(work.end),
      totalClusterParallelism: 1n,
      totalScheduledTasks: BigInt(work.bins),
      autoCompactParallelismStats: null,
      deletionVectorStats:
        vectors.length === 0
          ? null
          : {
              numDeletionVectorsRemoved: BigInt(vectors.length),
              numDeletionVectorRowsRemoved: vectors.reduce(
                (sum, file) => sum + BigInt(file.deletionVector?.cardinality ?? 0),
                0n,
              ),
            },
      numTableColumns: BigInt(work.tableColumns),
      numTableColumnsWithStats: BigInt(work.tableColumnsWithStatistics),
    },
  ];
}

function withVectors(files: readonly AddFile[]): readonly AddFile[] {
  return files.filter((file) => file.deletionVector !== undefined);
}

function fileSizes(files: readonly AddFile[]): Value {
  const sizes = files.map((file) => file.size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const none = sizes.length === 0;
  return {
    min: none ? null : BigInt(sizes.reduce((a, b) => Math.min(a, b))),
    max: none ? null : BigInt(sizes.reduce((a, b) => Math.max(a, b))),
    avg: none ? 0 : total / sizes.length,
    totalFiles: BigInt(sizes.length),
    totalSize: BigInt(total),
  };
}

function zOrderStats({ removed, partitions }: OptimizeWork): Value {
  const merged = { num: BigInt(removed.length), size: totalBytes(removed) };
  return {
    strategyName: "all",
    inputCubeFiles: { num: 0n, size: 0n },
    inputOtherFiles: merged,
    inputNumCubes: 0n,
    mergedFiles: merged,
    numOutputCubes: BigInt(partitions),
    mergedNumCubes: null,
  };
}

function clusteringStats({ removed, cubes, others, bins }: OptimizeWork): Value {
  const counted = (files: readonly AddFile[]): Value => ({ numFiles: BigInt(files.length), size: totalBytes(files) });
  return {
    inputZCubeFiles: counted(cubes.files),
    inputOtherFiles: counted(others),
    inputNumZCubes: BigInt(cubes.count),
    mergedFiles: counted(removed),
    numOutputZCubes: BigInt(bins),
  };
}
