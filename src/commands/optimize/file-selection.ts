/** Which files of a table are worth writing again, and which of them together. Pure. */
import type { AddFile } from "../../delta/actions.js";
import { byteSize } from "../byte-size.js";
import { recordCount } from "../data-file.js";

export interface FileLimits {
  /** Bytes: smaller files are packed together. */
  readonly minFileSize: number;
  /** Bytes that files packed together have at most. */
  readonly maxFileSize: number;
  /** A file more of whose rows than this share are marked as gone is written again, whatever its size. */
  readonly maxDeletedRowsRatio: number;
}

/** Files of one partition that are written again together. */
export interface Bin {
  /** As in the log. */
  readonly partitionValues: AddFile["partitionValues"];
  readonly files: readonly AddFile[];
}

const GIGABYTE = 2 ** 30;
const DEFAULT_DELETED_RATIO = 0.05;

/** The session's settings win over `delta.targetFileSize`; the default is Spark's, 1 GB. */
export function fileLimits(
  configuration: Readonly<Record<string, string>>,
  properties: Readonly<Record<string, string>>,
): FileLimits {
  const setting = (name: string): string | undefined => configuration[`spark.databricks.delta.optimize.${name}`];
  const target = byteSize(properties["delta.targetFileSize"]) ?? GIGABYTE;
  const maxFileSize = byteSize(setting("maxFileSize")) ?? target;
  const ratio = Number(setting("maxDeletedRowsRatio") ?? DEFAULT_DELETED_RATIO);
  return {
    minFileSize: byteSize(setting("minFileSize")) ?? Math.min(target, maxFileSize),
    maxFileSize,
    maxDeletedRowsRatio: Number.isNaN(ratio) ? DEFAULT_DELETED_RATIO : ratio,
  };
}

/** Files that are too small, or have too many rows that are gone. */
export function isCandidate(file: AddFile, limits: FileLimits): boolean {
  return file.size < limits.minFileSize || hasTooManyDeleted(file, limits.maxDeletedRowsRatio);
}

function hasTooManyDeleted(file: AddFile, ratio: number): boolean {
  if (file.deletionVector === undefined) return false;
  const rows = recordCount(file);
  return rows === undefined || file.deletionVector.cardinality > Number(rows) * ratio;
}

/**
 * Packs the files of each partition, the small ones first. A bin of one file is left out unless that file is to be rewritten on its own.
 * @param maxSize Bytes of a bin; a larger file has one of its own.
 */
export function packBins(
  files: readonly AddFile[],
  maxSize: number,
  rewriteAlone: (file: AddFile) => boolean,
): readonly Bin[] {
  return [...byPartition(files).values()].flatMap((members) => {
    const bins: AddFile[][] = [];
    let size = Number.POSITIVE_INFINITY;
    for (const file of members.sort((a, b) => a.size - b.size)) {
      if (size + file.size > maxSize) {
        bins.push([]);
        size = 0;
      }
      bins.at(-1)?.push(file);
      size += file.size;
    }
    return bins
      .filter((bin) => bin.length > 1 || bin.some(rewriteAlone))
      .map((bin): Bin => ({ partitionValues: bin[0]?.partitionValues ?? {}, files: bin }));
  });
}

/** Files by their partition: NULL is NULL in each of its spellings. */
export function byPartition(files: readonly AddFile[]): Map<string, AddFile[]> {
  const partitions = new Map<string, AddFile[]>();
  for (const file of files) {
    const key = partitionKey(file);
    const members = partitions.get(key);
    if (members === undefined) partitions.set(key, [file]);
    else members.push(file);
  }
  return partitions;
}

export function partitionKey({ partitionValues }: Pick<AddFile, "partitionValues">): string {
  const entries = Object.entries(partitionValues).map(([name, value]) => [name, value === "" ? null : value]);
  return JSON.stringify(entries.sort());
}
