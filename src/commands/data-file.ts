/** Data files between the engine and the log: written files as AddFile, AddFiles as a relation. */
import type { Action, AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { deletedRows } from "../delta/deletion-vector.js";
import { absolutePath, logPath } from "../delta/file-path.js";
import { enginePartitionValue, partitionText, partitionValue } from "../delta/partition-value.js";
import { statisticsJson } from "../delta/statistics.js";
import type { DataFile, ScanDataFiles, WrittenFile } from "../engine/engine.js";
import { columnMappingMode, physicalName } from "../schema/column-mapping.js";
import { findField, STRING, type StructField, type StructType } from "../schema/data-type.js";
import { engineString, engineType } from "../schema/engine-type.js";
import type { Storage } from "../storage/storage.js";
import type { CommandContext, TargetTable } from "./contract.js";

export interface FileLayout {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

export function addActions(
  context: CommandContext,
  target: TargetTable,
  layout: FileLayout,
  files: readonly WrittenFile[],
): readonly Action[] {
  return files.map((file) => ({
    add: {
      path: logPath(target.location, file.path),
      partitionValues: partitionValues(file, layout),
      size: file.size,
      modificationTime: context.now(),
      dataChange: true,
      stats: statisticsJson(file, layout.schema, layout.partitionColumns, layout.properties),
    },
  }));
}

/** The protocol's partition values of a written file, by physical names. */
export function partitionValues(
  file: WrittenFile,
  { schema, partitionColumns }: Pick<FileLayout, "schema" | "partitionColumns">,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    partitionColumns.map((name) => {
      const column = columnOf(schema, name);
      return [physicalName(column), partitionValue(column.dataType, file.partition[name] ?? null)];
    }),
  );
}

function columnOf(schema: StructType, name: string): StructField {
  return findField(schema, name) ?? { name, dataType: STRING, nullable: true, metadata: {} };
}

/** Engine SQL of a partition value of the log. */
export function partitionValueSql(text: string | null, schema: StructType, column: string): string {
  const type = columnOf(schema, column).dataType;
  const value = enginePartitionValue(type, text);
  return `CAST(${value === null ? "NULL" : engineString(value)} AS ${engineType(type)})`;
}

/** Engine SQL of files' rows, fit to stand behind FROM: those that deletion vectors mark are left out. */
export function scanFiles(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
  options: { readonly withPosition?: boolean; readonly schema?: StructType } = {},
): Promise<string> {
  return context.engine.scan({
    ...scanRequest(context.storage, snapshot, files),
    ...(options.schema === undefined ? {} : { schema: options.schema }),
    withPosition: options.withPosition ?? false,
  });
}

/** Files of a snapshot as the engine scans them. */
export function scanRequest(storage: Storage, snapshot: Snapshot, files: readonly AddFile[]): ScanDataFiles {
  const { schema, partitionColumns, location, metadata } = snapshot;
  const columns = partitionColumns.map((name) => columnOf(schema, name));
  const columnMapping = columnMappingMode(metadata.configuration);
  return {
    files: files.map((file) => {
      const rows = recordCount(file);
      const deleted = deletedRows(storage, location, file);
      return {
        path: absolutePath(location, file.path),
        partition: enginePartition(file, columns),
        ...(rows === undefined ? {} : { rowCount: Number(rows) }),
        ...(deleted === undefined ? {} : { deletedRows: deleted }),
      };
    }),
    schema,
    partitionColumns,
    ...(columnMapping === undefined ? {} : { columnMapping }),
  };
}

/** By the columns' own names. The engine takes bytes as the log has them, and a timestamp without a zone as one of the session's. */
function enginePartition({ partitionValues }: AddFile, columns: readonly StructField[]): DataFile["partition"] {
  return Object.fromEntries(
    columns.map((column) => {
      const text = partitionText(partitionValues, column) ?? null;
      const type = column.dataType;
      return [column.name, type.kind === "binary" ? text : enginePartitionValue(type, text)];
    }),
  );
}

/** Rows that a file holds, those among them that a deletion vector marks: as its statistics have them. */
export function recordCount({ stats }: Pick<AddFile, "stats">): bigint | undefined {
  const match = /"numRecords"\s*:\s*(\d+)/.exec(stats ?? "");
  return match?.[1] === undefined ? undefined : BigInt(match[1]);
}

/** Rows of a file that a scan gives, where its statistics tell. */
export function liveRecordCount(file: Pick<AddFile, "stats" | "deletionVector">): bigint | undefined {
  const count = recordCount(file);
  return count === undefined ? undefined : count - BigInt(file.deletionVector?.cardinality ?? 0);
}
