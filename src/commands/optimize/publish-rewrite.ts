/** The second half of OPTIMIZE, auto compaction and REORG: bins are written again and take their files' place in one commit. */
import type { Action } from "../../delta/actions.js";
import type { OptimisticTransaction } from "../../delta/contract.js";
import { statisticsColumns } from "../../delta/statistics.js";
import type { CommandContext } from "../contract.js";
import { type MaintenanceResult, maintenanceResult } from "../maintenance-result.js";
import { commitStaged } from "../staged-commit.js";
import { withStagedFiles } from "../staged-files.js";
import { removeActions } from "../table-state.js";
import { trackingColumns } from "../tracked-rows.js";
import type { Bin } from "./file-selection.js";
import { OPTIMIZE_SCHEMA, type OptimizeWork, operationMetrics, optimizeRow } from "./optimize-metrics.js";
import { type BinRewrite, type RewrittenBins, rewriteBins } from "./rewrite-bins.js";

export interface RewritePlan extends Omit<BinRewrite, "staged"> {
  readonly transaction: OptimisticTransaction;
  readonly bins: readonly Bin[];
  readonly operation: string;
  readonly operationParameters: Readonly<Record<string, string>>;
  /** What the files were chosen from. */
  readonly found: Pick<OptimizeWork, "considered" | "layout" | "cubes" | "others">;
  /** Milliseconds since the epoch. */
  readonly start: number;
}

/** Throws a named conflict where a winner removed one of the files; then nothing is left behind. */
export async function publishRewrite(context: CommandContext, plan: RewritePlan): Promise<MaintenanceResult> {
  const { target, transaction, bins } = plan;
  if (bins.length === 0) return resultOf(context, plan, { written: [], added: [] }, undefined);
  return withStagedFiles(context, target, transaction, async (staged) => {
    const rewritten = await rewriteBins(context, { ...plan, staged }, bins);
    const removed = bins.flatMap((bin) => bin.files);
    const publication = {
      target,
      transaction,
      staged,
      rows: { files: [], heldBack: [] },
      copied: rewritten.written,
      schema: plan.snapshot.schema,
      actions: [
        ...withoutDataChange(removeActions(removed, context.now())),
        ...rewritten.added.map((add) => ({ add })),
      ],
      operation: plan.operation,
      operationParameters: plan.operationParameters,
      metrics: operationMetrics(workOf(context, plan, rewritten)),
      // Only the files themselves: rows that a winner adds beside them are none of this commit's business.
      read: { predicates: [], files: removed.map((file) => file.path) },
      options: {},
      keepsRowIds: trackingColumns(plan.snapshot, removed).length > 0,
    };
    const version = await commitStaged(context, publication, crypto.randomUUID());
    return resultOf(context, plan, rewritten, version);
  });
}

function resultOf(
  context: CommandContext,
  plan: RewritePlan,
  rewritten: RewrittenBins,
  version: number | undefined,
): MaintenanceResult {
  const work = workOf(context, plan, rewritten);
  const row = optimizeRow(plan.target.location, work);
  return maintenanceResult({ version, metrics: operationMetrics(work) }, OPTIMIZE_SCHEMA, [row]);
}

function workOf(
  context: CommandContext,
  { bins, found, snapshot, start }: RewritePlan,
  { added }: RewrittenBins,
): OptimizeWork {
  const { schema, partitionColumns, properties } = snapshot;
  const statistics = statisticsColumns(schema, partitionColumns, properties);
  return {
    ...found,
    added,
    removed: bins.flatMap((bin) => bin.files),
    bins: bins.length,
    partitions: new Set(bins.map((bin) => JSON.stringify(bin.partitionValues))).size,
    start,
    end: context.now(),
    tableColumns: schema.fields.length,
    tableColumnsWithStatistics: new Set(statistics.map(([name]) => name)).size + partitionColumns.length,
  };
}

function withoutDataChange(actions: readonly Action[]): readonly Action[] {
  return actions.map((action) => ("remove" in action ? { remove: { ...action.remove, dataChange: false } } : action));
}
