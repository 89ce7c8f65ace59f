/** Copy-on-write: rows of files that a command removes are written again, changed or without some of them. */
import type { AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { enginePartitionValue } from "../delta/partition-value.js";
import type { WrittenFile } from "../engine/engine.js";
import { findField, type StructType } from "../schema/data-type.js";
import { engineName, engineType } from "../schema/engine-type.js";
import type { CommandContext } from "./contract.js";
import { scanFiles } from "./data-file.js";
import { TARGET_ALIAS } from "./row-condition.js";
import type { StagedFiles } from "./staged-files.js";
import { totalBytes } from "./table-state.js";

export interface Rewrite {
  /** The table's schema after the command; columns that a file lacks are NULL. */
  readonly schema: StructType;
  /** Engine SQL over the alias `"target"`: the rows to write. */
  readonly where?: string;
  /** True where no row changes its partition. */
  readonly keepsPartitions: boolean;
  /** Engine SQL of the columns, in order; the rows as they are by default. */
  readonly select?: (relation: string) => string;
}

/** Writes the rows of the files again. No file: nothing is written. */
export async function rewriteFiles(
  context: CommandContext,
  staged: StagedFiles,
  snapshot: Snapshot,
  files: readonly AddFile[],
  rewrite: Rewrite,
): Promise<readonly WrittenFile[]> {
  if (files.length === 0) return [];
  const relation = await scanFiles(context, snapshot, files, { schema: rewrite.schema });
  const fixedPartition = rewrite.keepsPartitions ? onePartition(files, snapshot) : undefined;
  const omit = new Set(Object.keys(fixedPartition ?? {}));
  const rows = rewrite.select?.(relation) ?? copySql(relation, rewrite);
  const columns = rewrite.schema.fields.filter((one) => !omit.has(one.name)).map((one) => engineName(one.name));
  const { files: written } = await staged.write({
    sql: omit.size === 0 ? rows : `SELECT ${columns.join(", ")} FROM (${rows}) AS "row"`,
    schema: rewrite.schema,
    partitionColumns: snapshot.partitionColumns,
    fixedPartition,
    properties: snapshot.properties,
  });
  return written;
}

function copySql(relation: string, { schema, where }: Rewrite): string {
  const columns = schema.fields.map((one) => `${copiedColumn(one.name, schema)} AS ${engineName(one.name)}`);
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return `SELECT ${columns.join(", ")} FROM ${relation} AS ${engineName(TARGET_ALIAS)}${filter}`;
}

/** A column of the row as it is. */
export function copiedColumn(name: string, schema: StructType): string {
  const type = findField(schema, name)?.dataType ?? { kind: "string" };
  return `CAST(${engineName(TARGET_ALIAS)}.${engineName(name)} AS ${engineType(type)})`;
}

/** The partition that all files are in, as the engine's texts; one COPY without PARTITION_BY is enough for it, and faster. */
function onePartition(
  files: readonly AddFile[],
  { schema, partitionColumns }: Snapshot,
): Readonly<Record<string, string | null>> | undefined {
  if (partitionColumns.length === 0) return undefined;
  const partitions = files.map(({ partitionValues }) =>
    Object.fromEntries(
      partitionColumns.map((name) => {
        const type = findField(schema, name)?.dataType ?? { kind: "string" };
        return [name, enginePartitionValue(type, partitionValues[name] ?? null)];
      }),
    ),
  );
  const keys = new Set(partitions.map((values) => JSON.stringify(values)));
  return keys.size === 1 ? partitions[0] : undefined;
}

/** Metrics that UPDATE and DELETE have in common; times in milliseconds. */
export function rewriteMetrics(
  removed: readonly AddFile[],
  added: readonly WrittenFile[],
  start: number,
  scanTime: number,
): Readonly<Record<string, bigint>> {
  const executionTime = Math.round(performance.now() - start);
  return {
    numRemovedFiles: BigInt(removed.length),
    numRemovedBytes: totalBytes(removed),
    numAddedFiles: BigInt(added.length),
    numAddedBytes: totalBytes(added),
    numAddedChangeFiles: 0n,
    numDeletionVectorsAdded: 0n,
    numDeletionVectorsRemoved: 0n,
    numDeletionVectorsUpdated: 0n,
    executionTimeMs: BigInt(executionTime),
    scanTimeMs: BigInt(scanTime),
    rewriteTimeMs: BigInt(Math.max(0, executionTime - scanTime)),
  };
}
