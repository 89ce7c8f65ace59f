/** Copy-on-write: rows of files are written again, as they are, changed, or as what a change feed tells of them. */
import type { AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { enginePartitionValue } from "../delta/partition-value.js";
import type { WrittenFile } from "../engine/engine.js";
import { physicalName } from "../schema/column-mapping.js";
import { findField, STRING, type StructType } from "../schema/data-type.js";
import { engineName, engineType } from "../schema/engine-type.js";
import { changeSchema } from "./change-data.js";
import type { CommandContext } from "./contract.js";
import { scanFiles } from "./data-file.js";
import { TARGET_ALIAS } from "./row-condition.js";
import type { StagedFiles } from "./staged-files.js";
import { scanTrackedFiles, trackingColumns, withColumns } from "./tracked-rows.js";

export interface Rewrite {
  /** The table's schema after the command; columns that a file lacks are NULL. */
  readonly schema: StructType;
  /** True where no row changes its partition. */
  readonly keepsPartitions: boolean;
  /** Engine SQL of the rows to write, given a relation with the files' rows; they are written as they are by default. */
  readonly select?: (relation: string) => string;
  /** The rows are those of the change data feed: {@link changeSchema}. */
  readonly changeData?: boolean;
  /** The rows keep what row tracking knows of them, in columns that {@link rewriteFiles} adds to `schema`; `select` gives them, too. */
  readonly keepsRowIds?: boolean;
  /** The relation has positions; `select` is given then. */
  readonly withPosition?: boolean;
}

/** Writes rows of the files again. No file: nothing is written. */
export async function rewriteFiles(
  context: CommandContext,
  staged: StagedFiles,
  snapshot: Snapshot,
  files: readonly AddFile[],
  rewrite: Rewrite,
): Promise<readonly WrittenFile[]> {
  if (files.length === 0) return [];
  const { withPosition = false } = rewrite;
  const relation = rewrite.keepsRowIds
    ? await scanTrackedFiles(context, snapshot, files, rewrite.schema, { withPosition })
    : await scanFiles(context, snapshot, files, { schema: rewrite.schema, withPosition });
  const tracked = rewrite.keepsRowIds ? trackingColumns(snapshot, files) : [];
  const schema = rewrite.changeData ? changeSchema(rewrite.schema) : withColumns(rewrite.schema, tracked);
  const fixedPartition = rewrite.keepsPartitions ? onePartition(files, snapshot) : undefined;
  const omit = new Set(Object.keys(fixedPartition ?? {}));
  const rows = rewrite.select?.(relation) ?? copySql(relation, schema);
  const columns = schema.fields.filter((one) => !omit.has(one.name)).map((one) => engineName(one.name));
  const { files: written } = await staged.write({
    sql: omit.size === 0 ? rows : `SELECT ${columns.join(", ")} FROM (${rows}) AS "row"`,
    schema,
    partitionColumns: snapshot.partitionColumns,
    fixedPartition,
    changeData: rewrite.changeData ?? false,
    properties: snapshot.properties,
  });
  return written;
}

/** Engine SQL of the rows as they are, or of some of them. */
export function copySql(relation: string, schema: StructType, where?: string): string {
  const filter = where === undefined ? "" : ` WHERE ${where}`;
  return `SELECT ${copiedColumns(schema)} FROM ${relation} AS ${engineName(TARGET_ALIAS)}${filter}`;
}

export function copiedColumns(schema: StructType): string {
  return schema.fields.map((one) => `${copiedColumn(one.name, schema)} AS ${engineName(one.name)}`).join(", ");
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
        const column = findField(schema, name);
        const text = partitionValues[column === undefined ? name : physicalName(column)] ?? null;
        return [name, enginePartitionValue(column?.dataType ?? STRING, text)];
      }),
    ),
  );
  const keys = new Set(partitions.map((values) => JSON.stringify(values)));
  return keys.size === 1 ? partitions[0] : undefined;
}
