/** OPTIMIZE: small files become large ones, rows may be laid out by columns, and what deletion vectors mark goes; no row changes. */
import type { AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import type { CommandContext, TargetTable } from "../contract.js";
import type { MaintenanceResult } from "../maintenance-result.js";
import { openTable } from "../table-state.js";
import { clusteredMarks, clusteringColumns, clusteringState } from "./clustering.js";
import { type Bin, byPartition, fileLimits, isCandidate, packBins } from "./file-selection.js";
import { fullNotSupported, predicateOfClusteredTable, zOrderOfClusteredTable } from "./optimize-errors.js";
import type { OptimizeWork } from "./optimize-metrics.js";
import { filesOfPredicate, type PartitionPredicate, partitionPredicate } from "./partition-predicate.js";
import { publishRewrite, type RewritePlan } from "./publish-rewrite.js";
import type { ColumnPath } from "./space-filling-curve.js";
import { zOrderColumns } from "./z-order-columns.js";

export interface OptimizeOptions {
  /** Spark text over partition columns only: the partitions to work on. */
  readonly where?: string | undefined;
  /** Paths of columns; none: bin-packing, or clustering where the table is clustered. */
  readonly zOrderBy?: readonly (readonly string[])[];
  /** OPTIMIZE ... FULL: files that were clustered by other columns are clustered again; for clustered tables only. */
  readonly full?: boolean;
}

/**
 * Writes files again so that reads are cheap: small files, and those many of whose rows are gone, are packed together within their partition;
 * with ZORDER BY or clustering columns the rows are laid out along a curve through these columns, too.
 *
 * Phases: choose and pack files by the log alone; one COPY a bin (small bins share one); fsync; one commit with dataChange = false. The commit
 * conflicts only with a winner that removed one of the rewritten files, or changed the table's metadata. Nothing to do: no version.
 *
 * @returns One row: `path`, `metrics` (a struct), as Spark gives.
 * @throws DELTA_NON_PARTITION_COLUMN_REFERENCE, DELTA_ZORDERING_ON_PARTITION_COLUMN, DELTA_ZORDERING_ON_COLUMN_WITHOUT_STATS,
 * DELTA_ZORDERING_COLUMN_DOES_NOT_EXIST, DELTA_CLUSTERING_WITH_ZORDER_BY, DELTA_CLUSTERING_WITH_PARTITION_PREDICATE,
 * DELTA_OPTIMIZE_FULL_NOT_SUPPORTED, a named conflict.
 * @example await optimize(context, target, { where: "day >= '2024-01-01'", zOrderBy: [["customer_id"], ["order_id"]] })
 */
export async function optimize(
  context: CommandContext,
  target: TargetTable,
  options: OptimizeOptions = {},
): Promise<MaintenanceResult> {
  const start = context.now();
  const { transaction, snapshot } = await openTable(context, target);
  const clusterBy = (await clusteringColumns(snapshot)) ?? [];
  checkOptions(target, clusterBy, options);
  const zOrderBy = zOrderColumns(context, snapshot, options.zOrderBy ?? []);
  const predicate = partitionPredicate(context, target, snapshot, options.where, "OPTIMIZE");
  const files = await filesOfPredicate(context, snapshot, predicate);
  const chosen = choose(context, snapshot, files, { clusterBy, zOrderBy, full: options.full ?? false });
  const operationParameters = {
    predicate: predicateText(predicate),
    zOrderBy: JSON.stringify(zOrderBy.map((path) => path.join("."))),
    clusterBy: JSON.stringify(clusterBy.map((path) => path.join("."))),
    auto: "false",
    ...(clusterBy.length === 0 ? {} : { isFull: `${options.full ?? false}` }),
  };
  return publishRewrite(context, {
    target,
    transaction,
    snapshot,
    operation: "OPTIMIZE",
    operationParameters,
    ...chosen,
    start,
  });
}

function checkOptions(
  target: TargetTable,
  clusterBy: readonly ColumnPath[],
  { where, zOrderBy = [], full = false }: OptimizeOptions,
): void {
  if (clusterBy.length === 0) {
    if (full) throw fullNotSupported(target.name);
    return;
  }
  if (zOrderBy.length > 0) throw zOrderOfClusteredTable(zOrderBy.map((path) => path.join(".")));
  if (where !== undefined) throw predicateOfClusteredTable(where);
}

/** As commits tell it. */
export function predicateText(predicate: PartitionPredicate | undefined): string {
  return JSON.stringify(predicate === undefined ? [] : [`(${predicate.text})`]);
}

interface Layout {
  readonly clusterBy: readonly ColumnPath[];
  readonly zOrderBy: readonly ColumnPath[];
  readonly full: boolean;
}

/** What is to be written again, and how. */
export type ChosenFiles = Pick<RewritePlan, "bins" | "fileSize" | "layoutBy" | "marks"> & {
  readonly found: Pick<OptimizeWork, "considered" | "layout" | "cubes" | "others">;
};

const NO_CUBES: OptimizeWork["cubes"] = { files: [], count: 0 };

function choose(
  context: CommandContext,
  snapshot: Snapshot,
  files: readonly AddFile[],
  { clusterBy, zOrderBy, full }: Layout,
): ChosenFiles {
  const limits = fileLimits(context.configuration, snapshot.properties);
  const fileSize = limits.maxFileSize;
  const considered = files.length;
  if (clusterBy.length > 0) {
    const { candidates, cubes, others } = clusteringState(files, clusterBy, full);
    const bins: readonly Bin[] = candidates.length === 0 ? [] : [{ partitionValues: {}, files: candidates }];
    const found = { considered, layout: "cluster", cubes, others } as const;
    return { bins, fileSize, layoutBy: clusterBy, marks: clusteredMarks(clusterBy), found };
  }
  if (zOrderBy.length > 0) {
    const bins = [...byPartition(files).values()].map(
      (members): Bin => ({ partitionValues: members[0]?.partitionValues ?? {}, files: members }),
    );
    const found = { considered, layout: "z-order", cubes: NO_CUBES, others: files } as const;
    return { bins, fileSize, layoutBy: zOrderBy, found };
  }
  const candidates = files.filter((file) => isCandidate(file, limits));
  const bins = packBins(candidates, limits.maxFileSize, (file) => isCandidate(file, { ...limits, minFileSize: 0 }));
  return { bins, fileSize, layoutBy: [], found: { considered, layout: "compact", cubes: NO_CUBES, others: files } };
}
