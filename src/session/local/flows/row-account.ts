/** Where the rows of a flow's batch went, from counts that know nothing of each other; before the commit they must add up. */

import type { StagedWrite } from "../../../commands/contract.js";
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
  const filtered = await leftOut(batch);
  if (filtered === undefined) return undefined;
  if (total !== filtered + published + heldBack) throw mismatch(request, { total, filtered, published, heldBack });
  return filtered;
}

/** Undefined where the conditions cannot be asked for by themselves, or where a stream is read twice. */
async function leftOut({ runtime, request, sources }: BatchRows): Promise<bigint | undefined> {
  const found = leftOutRows(runtime, request.rows.plan);
  if (found === undefined) return undefined;
  let filtered = 0n;
  for (const plan of found.plans) {
    const { relation } = await new PlanCompiler(runtime, sources, asksForFile(plan)).compile(plan);
    const { rows } = await runtime.engine.run(`SELECT count(*) FROM (${queryOf(relation).sql}) AS "left_out"`);
    filtered += BigInt(String(rows[0]?.[0] ?? 0));
  }
  return filtered;
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
