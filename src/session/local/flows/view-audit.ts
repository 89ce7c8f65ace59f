/** The expectations of the views that a flow reads through: counted over the very rows of its batch, before its commit. */
import { qualify } from "../../../catalog/table-identifier.js";
import { asksForFile } from "../../../dataframe/plan-text.js";
import { evaluateExpectations } from "../../../quality/evaluation.js";
import { gateFailed } from "../../../quality/gate-failed.js";
import type { AuditedView, ViewAudit } from "../../flow-contract.js";
import { queryOf } from "../compiled-plan.js";
import { FileSources } from "../opened-files.js";
import { PlanCompiler } from "../plan-compiler.js";
import { checkRecord, type FlowIdentity, keepMetrics } from "../quality-metrics.js";
import { referencedRows, ruleSurroundings } from "../rule-surroundings.js";
import type { Runtime } from "../runtime.js";

/**
 * @param sources those of the batch: what is new is the same wherever it is read
 * @throws QUALITY_GATE_FAILED where an expectation fails
 */
export async function auditViews(
  runtime: Runtime,
  views: readonly AuditedView[],
  flow: FlowIdentity,
  sources: FileSources,
): Promise<readonly ViewAudit[]> {
  const audits: ViewAudit[] = [];
  for (const view of views) audits.push(await auditView(runtime, view, flow, sources));
  return audits;
}

async function auditView(
  runtime: Runtime,
  { name, rows, expectations }: AuditedView,
  flow: FlowIdentity,
  sources: FileSources,
): Promise<ViewAudit> {
  const { relation } = await new PlanCompiler(runtime, sources, asksForFile(rows.plan)).compile(rows.plan);
  const { sql, schema } = queryOf(relation);
  const identifier = qualify(name, runtime.state.current);
  const table = { identifier, name: name.join("."), location: "" };
  const own = new FileSources(runtime.engine);
  try {
    const checks = await evaluateExpectations({
      expectations,
      rows: { schema, published: `(${sql})`, heldBack: [], parted: [], isAsJudged: true, nulls: new Map() },
      engine: runtime.engine,
      compiler: runtime.commandContext().compiler,
      referenced: await referencedRows(runtime, expectations, own),
      surroundings: ruleSurroundings(runtime, table, own, null),
    });
    for (const { expectation, status, value, threshold, violations } of checks)
      runtime.report({
        kind: "check",
        table: table.name,
        check: expectation.name,
        status,
        value,
        threshold,
        violations,
      });
    const records = checks.map((one) => checkRecord(table.name, one, one.total));
    await keepMetrics(runtime, table, records, { flow });
    if (checks.some((one) => one.status === "FAILED")) throw gateFailed(table.name, checks);
    return { name: table.name, checks };
  } finally {
    await own.close();
  }
}
