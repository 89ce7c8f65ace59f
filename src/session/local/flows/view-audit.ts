/** The expectations of the views that a flow reads through: counted over the very rows of its batch, before its commit. */
import { qualify } from "../../../catalog/table-identifier.js";
import type { CommandResult } from "../../../commands/contract.js";
import { asksForFile } from "../../../dataframe/plan-text.js";
import type { EngineQuery } from "../../../engine/engine.js";
import type { Evaluation } from "../../../quality/audited-rows.js";
import { evaluateExpectations } from "../../../quality/evaluation.js";
import type { ExpectationResult } from "../../../quality/expectation.js";
import { gateFailed } from "../../../quality/gate-failed.js";
import { isRowRule } from "../../../quality/rules.js";
import { violationSql } from "../../../quality/violation.js";
import { engineString } from "../../../schema/engine-type.js";
import type { AuditedView, ViewAudit } from "../../flow-contract.js";
import { queryOf } from "../compiled-plan.js";
import { FileSources } from "../opened-files.js";
import { PlanCompiler } from "../plan-compiler.js";
import { checkRecord, type FlowIdentity, keepMetrics } from "../quality-metrics.js";
import { keepSamples } from "../quality-samples.js";
import { confirmWrite, quarantine, type Renewal } from "../quarantine.js";
import type { HeldBackRows } from "../quarantine-rows.js";
import { referencedRows, ruleSurroundings } from "../rule-surroundings.js";
import type { Runtime } from "../runtime.js";
import type { SessionTable } from "../session-table.js";

/** Rows that a view leaves out, on their way into `<view>_quarantine`. */
interface LeftOutRows {
  readonly view: SessionTable;
  readonly rows: HeldBackRows | undefined;
}

/** The views of one batch. What is new is the same wherever it is read, so their rows are those that the batch reads. */
export class ViewAudits {
  private leftOut: readonly LeftOutRows[] = [];
  private writtenBy: string | undefined;
  /** What the rules' own queries read. */
  private readonly own: FileSources;

  constructor(
    private readonly runtime: Runtime,
    private readonly views: readonly AuditedView[],
    private readonly flow: FlowIdentity,
  ) {
    this.own = new FileSources(runtime.engine);
  }

  /**
   * Counts, and keeps the figures. It may be called again, for a write that starts over.
   * @param sources those of the batch
   * @throws QUALITY_GATE_FAILED where an expectation fails
   */
  async audit(writeId: string, sources: FileSources): Promise<readonly ViewAudit[]> {
    const audits: ViewAudit[] = [];
    const leftOut: LeftOutRows[] = [];
    for (const one of this.views) {
      const view = this.tableOf(one);
      const evaluation = await this.evaluation(one, view, sources);
      const checks = await evaluateExpectations(evaluation);
      await this.keepFigures(view, evaluation, checks, writeId);
      const rows = leftOutRows(evaluation, checks, this.origin);
      audits.push({ name: view.name, checks, dropped: rows === undefined ? 0n : await this.count(rows) });
      if (one.expectations.some(({ onViolation }) => onViolation === "drop")) leftOut.push({ view, rows });
    }
    this.leftOut = leftOut;
    return audits;
  }

  /** Puts the rows that are left out into quarantine; to be called last before the commit of `target`, whose history makes them count. */
  async holdBack(target: SessionTable, writeId: string, renewal: Renewal): Promise<void> {
    this.writtenBy = undefined;
    for (const { view, rows } of this.leftOut) {
      const outcome = await quarantine(this.runtime, view, {
        rows: rows === undefined ? [] : [rows],
        renewal,
        origins: [this.origin],
        ofWritesTo: target,
        writeId,
      });
      if (outcome === "written") this.writtenBy = writeId;
    }
  }

  /** To be called with the result of the write. */
  async confirm(target: SessionTable, result: CommandResult): Promise<void> {
    if (result.version === undefined && this.writtenBy !== undefined)
      await confirmWrite(this.runtime, target, this.writtenBy);
  }

  close(): Promise<void> {
    return this.own.close();
  }

  private get origin(): string {
    return `flow:${this.flow.flow}`;
  }

  private tableOf({ name }: AuditedView): SessionTable {
    const identifier = qualify(name, this.runtime.state.current);
    return { identifier, name: name.join("."), location: this.runtime.catalog.managedLocation(identifier) };
  }

  private async evaluation(
    { rows, expectations }: AuditedView,
    view: SessionTable,
    sources: FileSources,
  ): Promise<Evaluation> {
    const { runtime, own } = this;
    const { relation } = await new PlanCompiler(runtime, sources, asksForFile(rows.plan)).compile(rows.plan);
    const { sql, schema }: EngineQuery = queryOf(relation);
    return {
      expectations,
      rows: {
        schema,
        published: `(${sql})`,
        heldBack: [],
        parted: [],
        isAsJudged: true,
        tableKeeps: "none",
        nulls: new Map(),
      },
      engine: runtime.engine,
      compiler: runtime.commandContext().compiler,
      referenced: await referencedRows(runtime, expectations, own),
      surroundings: ruleSurroundings(runtime, view, own, null),
    };
  }

  private async keepFigures(
    view: SessionTable,
    evaluation: Evaluation,
    checks: readonly ExpectationResult[],
    writeId: string,
  ): Promise<void> {
    const { runtime, flow } = this;
    for (const { expectation, status, value, threshold, violations } of checks)
      runtime.report({
        kind: "check",
        table: view.name,
        check: expectation.name,
        status,
        value,
        threshold,
        violations,
      });
    const records = checks.map((one) => checkRecord(view.name, one, one.total));
    await keepMetrics(runtime, view, records, { writeId, flow });
    if (!checks.some((one) => one.status === "FAILED")) return;
    throw gateFailed(view.name, checks, await keepSamples(runtime, view, evaluation, checks, writeId));
  }

  private async count({ relation }: HeldBackRows): Promise<bigint> {
    const { rows } = await this.runtime.engine.run(`SELECT count(*) FROM ${relation} AS "source"`);
    return BigInt(String(rows[0]?.[0] ?? 0));
  }
}

/** The rows that break a rule that drops, each once; undefined where there is none. */
function leftOutRows(
  { rows, compiler, referenced }: Evaluation,
  checks: readonly ExpectationResult[],
  origin: string,
): HeldBackRows | undefined {
  const scope = { compiler, schema: rows.schema, alias: "source", referenced };
  const broken = checks.flatMap(({ expectation: { name, rule }, status }) =>
    status === "DROPPED" && isRowRule(rule) ? [{ name, violation: violationSql(rule, scope) }] : [],
  );
  if (broken.length === 0) return undefined;
  const reasons = broken.map(({ name, violation }) => `CASE WHEN ${violation} THEN ${engineString(name)} END`);
  return {
    relation: `(SELECT * FROM ${rows.published} AS "source" WHERE ${broken.map((one) => one.violation).join(" OR ")})`,
    schema: rows.schema,
    reason: `concat_ws('; ', ${reasons.join(", ")})`,
    origin: engineString(origin),
  };
}
