/** Auto compaction: after a write, partitions in which it left many small files are compacted, where the table or the session asks for that. */
import type { Action, AddFile } from "../../delta/actions.js";
import type { Snapshot } from "../../delta/contract.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { byteSize } from "../byte-size.js";
import type { CommandContext, TargetTable } from "../contract.js";
import { liveFiles, openTable } from "../table-state.js";
import { byPartition, packBins, partitionKey } from "./file-selection.js";
import { publishRewrite } from "./publish-rewrite.js";

const DEFAULT_FILE_SIZE = 128 * 2 ** 20;
const DEFAULT_MIN_FILES = 50;

/**
 * To be called once a write is committed. Never throws: the write is in the table, and a compaction that did not come about can be made
 * up for by any later one. A conflict is no news; other failures are a warning of the process.
 */
export async function compactAfterWrite(
  context: CommandContext,
  target: TargetTable,
  before: Snapshot | undefined,
  actions: readonly Action[],
): Promise<void> {
  // The table that the write has just made may be compacted after the next one.
  if (before === undefined || !isAutoCompacted(context, before)) return;
  const added = actions.flatMap((action) => ("add" in action && action.add.dataChange ? [action.add] : []));
  if (added.length === 0) return;
  try {
    const { transaction, snapshot } = await openTable(context, target);
    if (isAutoCompacted(context, snapshot)) await compact(context, target, transaction, snapshot, added);
  } catch (error) {
    if (isLakeletError(error) && /^DELTA_CONCURRENT_|^DELTA_(METADATA|PROTOCOL)_CHANGED/.test(error.condition)) return;
    process.emitWarning(`${target.name}: ${error instanceof Error ? error.message : String(error)}`, "AutoCompaction");
  }
}

async function compact(
  context: CommandContext,
  target: TargetTable,
  transaction: Awaited<ReturnType<typeof openTable>>["transaction"],
  snapshot: Snapshot,
  added: readonly AddFile[],
): Promise<void> {
  const setting = (name: string): string | undefined =>
    context.configuration[`spark.databricks.delta.autoCompact.${name}`];
  const maxFileSize =
    byteSize(setting("maxFileSize")) ?? byteSize(snapshot.properties["delta.targetFileSize"]) ?? DEFAULT_FILE_SIZE;
  const minFileSize = byteSize(setting("minFileSize")) ?? Math.floor(maxFileSize / 2);
  const minFiles = Number(setting("minNumFiles") ?? DEFAULT_MIN_FILES);
  const touched = new Set(added.map(partitionKey));
  const files = (await liveFiles(snapshot)).filter((file) => touched.has(partitionKey(file)));
  const small = files.filter((file) => file.size < minFileSize);
  const many = [...byPartition(small).values()].filter((members) => members.length >= minFiles).flat();
  const bins = packBins(many, maxFileSize, () => false);
  if (bins.length === 0) return;
  await publishRewrite(context, {
    target,
    transaction,
    snapshot,
    operation: "OPTIMIZE",
    operationParameters: { predicate: "[]", zOrderBy: "[]", clusterBy: "[]", auto: "true" },
    bins,
    fileSize: maxFileSize,
    layoutBy: [],
    found: { considered: files.length, layout: "compact", cubes: { files: [], count: 0 }, others: files },
    start: context.now(),
  });
}

/** The session's word counts before the table's; `auto` and `legacy` are ways to ask for it. */
function isAutoCompacted({ configuration }: CommandContext, { properties }: Snapshot): boolean {
  const asked =
    configuration["spark.databricks.delta.autoCompact.enabled"] ??
    properties["delta.autoOptimize.autoCompact"] ??
    properties["delta.autoOptimize"];
  return asked !== undefined && asked.toLowerCase() !== "false";
}
