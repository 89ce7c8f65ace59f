/** Data files between the engine and the log: written files as AddFile, AddFiles as a relation. */
import type { Action, AddFile } from "../delta/actions.js";
import type { Snapshot } from "../delta/contract.js";
import { absolutePath, logPath } from "../delta/file-path.js";
import { enginePartitionValue, partitionValue } from "../delta/partition-value.js";
import { statisticsJson } from "../delta/statistics.js";
import type { WrittenFile } from "../engine/engine.js";
import { findField, type StructType } from "../schema/data-type.js";
import { engineString, engineType } from "../schema/engine-type.js";
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

/** The protocol's partition values of a written file. */
export function partitionValues(
  file: WrittenFile,
  { schema, partitionColumns }: Pick<FileLayout, "schema" | "partitionColumns">,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    partitionColumns.map((name) => [name, partitionValue(typeOf(schema, name), file.partition[name] ?? null)]),
  );
}

function typeOf(schema: StructType, name: string): StructType["fields"][number]["dataType"] {
  return findField(schema, name)?.dataType ?? { kind: "string" };
}

/** Engine SQL of a partition value of the log. */
export function partitionValueSql(text: string | null, schema: StructType, column: string): string {
  const type = typeOf(schema, column);
  const value = enginePartitionValue(type, text);
  return `CAST(${value === null ? "NULL" : engineString(value)} AS ${engineType(type)})`;
}

/** Engine SQL of files' rows, fit to stand behind FROM. */
export function scanFiles(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
  options: { readonly withPosition?: boolean; readonly schema?: StructType } = {},
): Promise<string> {
  return context.engine.scan({
    files: files.map((file) => {
      const rows = recordCount(file);
      return {
        path: absolutePath(snapshot.location, file.path),
        partition: enginePartition(file, snapshot),
        ...(rows === undefined ? {} : { rowCount: Number(rows) }),
      };
    }),
    schema: options.schema ?? snapshot.schema,
    partitionColumns: snapshot.partitionColumns,
    withPosition: options.withPosition ?? false,
  });
}

/** The engine takes bytes as the log has them, and a timestamp without a zone as one of the session's. */
function enginePartition(
  { partitionValues }: AddFile,
  { schema, partitionColumns }: Snapshot,
): AddFile["partitionValues"] {
  const entries = partitionColumns.map((name) => {
    const type = typeOf(schema, name);
    const text = partitionValues[name] ?? null;
    return [name, type.kind === "binary" ? text : enginePartitionValue(type, text)] as const;
  });
  return Object.fromEntries(entries);
}

/** Rows of a file as its statistics have them. */
export function recordCount({ stats }: AddFile): bigint | undefined {
  const match = /"numRecords"\s*:\s*(\d+)/.exec(stats ?? "");
  return match?.[1] === undefined ? undefined : BigInt(match[1]);
}
