/** REORG TABLE ... APPLY (PURGE): files that hold rows or columns that are gone are written again without them. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { absolutePath } from "../../delta/file-path.js";
import { columnMappingMode, physicalName } from "../../schema/column-mapping.js";
import type { DataType, StructType } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";
import { fileLimits, packBins } from "../optimize/file-selection.js";
import { predicateText } from "../optimize/optimize.js";
import { reorgOperationNotSupported } from "../optimize/optimize-errors.js";
import { filesOfPredicate, partitionPredicate } from "../optimize/partition-predicate.js";
import { publishRewrite } from "../optimize/publish-rewrite.js";
import { openTable } from "../table-state.js";

export interface ReorgOptions {
  /** Spark text over partition columns only. */
  readonly where?: string | undefined;
  /** The text between the parentheses of APPLY, `PURGE` by default. Anything but PURGE is refused by name. */
  readonly apply?: string;
}

/** Footers that one statement reads. */
const FOOTERS_AT_ONCE = 1_000;

/**
 * Writes the files again that have a deletion vector, or columns that the table has dropped; VACUUM then deletes the old ones.
 * Phases, conflicts and row as {@link optimize} has them. Nothing to purge: no version.
 *
 * @throws DELTA_UNSUPPORTED_FEATURE.REORG, DELTA_NON_PARTITION_COLUMN_REFERENCE, a named conflict.
 */
export async function reorgTable(
  context: CommandContext,
  target: TargetTable,
  { where, apply = "PURGE" }: ReorgOptions = {},
): Promise<MaintenanceResult> {
  if (apply.trim().toUpperCase() !== "PURGE") throw reorgOperationNotSupported(target.name, apply.trim());
  const start = context.now();
  const { transaction, snapshot } = await openTable(context, target);
  const predicate = partitionPredicate(context, target, snapshot, where, "REORG");
  const files = await filesOfPredicate(context, snapshot, predicate);
  const withDropped = await filesWithDroppedColumns(context, snapshot, files);
  const purged = files.filter((file) => file.deletionVector !== undefined || withDropped.has(file));
  const { maxFileSize } = fileLimits(context.configuration, snapshot.properties);
  return publishRewrite(context, {
    target,
    transaction,
    snapshot,
    operation: "REORG",
    operationParameters: { predicate: predicateText(predicate), applyPurge: "true" },
    bins: packBins(purged, maxFileSize, () => true),
    fileSize: maxFileSize,
    layoutBy: [],
    found: { considered: files.length, layout: "compact", cubes: { files: [], count: 0 }, others: files },
    start,
  });
}

/** A column can be dropped only where columns are mapped; the files' footers tell whether they have it still. */
async function filesWithDroppedColumns(
  { engine }: CommandContext,
  { location, schema, metadata }: Snapshot,
  files: readonly AddFile[],
): Promise<ReadonlySet<AddFile>> {
  const found = new Set<AddFile>();
  if (columnMappingMode(metadata.configuration) === undefined) return found;
  const rowTracking = Object.entries(metadata.configuration).filter(([name]) => name.startsWith("delta.rowTracking."));
  const known = physicalNames(schema, new Set([...ROOTS, ...rowTracking.map(([, column]) => column)]));
  for (let first = 0; first < files.length; first += FOOTERS_AT_ONCE) {
    const byPath = new Map(
      files.slice(first, first + FOOTERS_AT_ONCE).map((file) => [absolutePath(location, file.path), file]),
    );
    const list = [...byPath.keys()].map(engineString).join(", ");
    const names = await engine.run(
      `SELECT file_name, list(DISTINCT name) FROM parquet_schema([${list}]) GROUP BY file_name`,
    );
    for (const [path, columns] of names.rows) {
      const file = byPath.get(String(path));
      const own = Array.isArray(columns) ? columns.map(String) : [];
      if (file !== undefined && own.some((name) => !known.has(name))) found.add(file);
    }
  }
  return found;
}

/** What writers call the root of a file's schema, and the levels of arrays and maps. */
const ROOTS: ReadonlySet<string> = new Set([
  "duckdb_schema",
  "spark_schema",
  "arrow_schema",
  "schema",
  "root",
  "bag",
  "array",
  "map",
  "list",
  "element",
  "key_value",
  "key",
  "value",
]);

function physicalNames(type: DataType, names: Set<string> = new Set()): ReadonlySet<string> {
  if (type.kind === "array") physicalNames(type.elementType, names);
  if (type.kind === "map") {
    physicalNames(type.keyType, names);
    physicalNames(type.valueType, names);
  }
  if (type.kind !== "struct") return names;
  for (const one of (type as StructType).fields) {
    names.add(physicalName(one));
    physicalNames(one.dataType, names);
  }
  return names;
}
