/** Where the rows of a flow's batch went, from counts that know nothing of each other; before the commit they must add up. */

import type { StagedWrite } from "../../../commands/contract.js";
import type { Plan } from "../../../dataframe/plan.js";
import { asksForFile } from "../../../dataframe/plan-text.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import type { FlowRequest, FlowSourceResult } from "../../flow-contract.js";
import { queryOf } from "../compiled-plan.js";
import type { FileSources } from "../opened-files.js";
import { PlanCompiler } from "../plan-compiler.js";
import type { Runtime } from "../runtime.js";
import { leftOutRows } from "./left-out-rows.js";
import type { StreamingShape } from "./streaming-shape.js";

export interface BatchRows {
  readonly runtime: Runtime;
  readonly request: FlowRequest;
  /** Those of the batch: the increment is the same wherever it is read. */
  readonly sources: FileSources;
  readonly read: readonly FlowSourceResult[];
  readonly staged: StagedWrite;
  readonly shape: StreamingShape;
}

/** Of files of lines. Tables and Parquet are read again, whatever they have: of them the columns of the conditions alone. */
const RECOUNTED_BYTES = 16 * 1024 * 1024;

/**
 * Rows that the conditions of the query leave out, counted by themselves; undefined where the query does not work row by row.
 * Read is what the log of a source says, or a count of its files; published and held back is what was written.
 * @throws ROW_ACCOUNT_MISMATCH
 */
export async function filteredRows(batch: BatchRows): Promise<bigint | undefined> {
  const { request, read, staged, shape } = batch;
  if (request.once || !shape.isStreaming || !shape.isRowByRow) return undefined;
  const total = read.reduce((sum, one) => sum + one.rows, 0n);
  const published = sum(staged.files);
  const heldBack = sum(staged.heldBack.map((one) => one.file));
  const found = leftOutRows(batch.runtime, request.rows.plan);
  if (found === undefined) return undefined;
  const rest = total - published - heldBack;
  // Reading large files once more only to count would cost as much as the batch.
  if (found.plans.length > 0 && rest >= 0n && (await isLarge(batch))) return rest;
  const filtered = await countOf(batch, found.plans);
  if (total !== filtered + published + heldBack) throw mismatch(request, { total, filtered, published, heldBack });
  return filtered;
}

async function countOf({ runtime, sources }: BatchRows, plans: readonly Plan[]): Promise<bigint> {
  let count = 0n;
  for (const plan of plans) {
    const { relation } = await new PlanCompiler(runtime, sources, asksForFile(plan)).compile(plan);
    const { rows } = await runtime.engine.run(`SELECT count(*) FROM (${queryOf(relation).sql}) AS "left_out"`);
    count += BigInt(String(rows[0]?.[0] ?? 0));
  }
  return count;
}

async function isLarge({ runtime, read }: BatchRows): Promise<boolean> {
  let bytes = 0;
  for (const path of read.flatMap((one) => one.files)) {
    if (path.endsWith(".parquet")) continue;
    bytes += (await runtime.storage.stat(path))?.size ?? 0;
    if (bytes > RECOUNTED_BYTES) return true;
  }
  return false;
}

function sum(files: readonly { readonly rowCount: number }[]): bigint {
  return files.reduce((all, one) => all + BigInt(one.rowCount), 0n);
}

function mismatch(
  { flow, target }: FlowRequest,
  counts: Readonly<Record<"total" | "filtered" | "published" | "heldBack", bigint>>,
): LakeletError {
  const { total, filtered, published, heldBack } = counts;
  return new LakeletError({
    condition: "ROW_ACCOUNT_MISMATCH",
    sqlState: "XX000",
    problem: `The rows of the flow ${flow} into ${target.table.join(".")} do not add up: ${total} were read, and ${published} to publish, ${heldBack} held back and ${filtered} left out by conditions are ${published + heldBack + filtered}.`,
    reason: "Nothing was published.",
    cure: "Run the update again; where it stays so, this is a fault of lakelet: please report it with the query.",
    parameters: { flow, read: String(total), filtered: String(filtered), published: String(published) },
  });
}
