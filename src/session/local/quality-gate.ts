/** The gate of a write: expectations evaluated on the staged rows before the commit, bad rows into quarantine, figures kept. */
import type { CommandResult, StagedWrite, WriteHook } from "../../commands/contract.js";
import type { EngineQuery } from "../../engine/engine.js";
import type { ExpressionCompiler } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type EvaluatedRows, evaluateExpectations, gateFailed } from "../../quality/evaluation.js";
import type { Expectation, ExpectationResult } from "../../quality/expectation.js";
import { namesInVerdict, verdictSql } from "../../quality/violation.js";
import { columnMappingMode } from "../../schema/column-mapping.js";
import { findField, type StructType } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { checkRecord, type FlowIdentity, keepMetrics } from "./quality-metrics.js";
import { confirmWrite, quarantine, type Renewal, taskOrigin } from "./quarantine.js";
import type { HeldBackRows } from "./quarantine-rows.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";

/** Rows under audit, relations fit to stand behind FROM. */
interface AuditedRows {
  readonly schema: StructType;
  readonly published: string;
  readonly heldBack: readonly { readonly verdict: string; readonly sql: string; readonly rows: bigint }[];
  readonly writeId: string;
}

/** Where the rows of a write are from, as their quarantine has to know it. */
export interface WriteOrigin {
  /** The column with the file of a row; where the rows have it, a file's rows in quarantine are replaced. `source_file` by default. */
  readonly column?: string;
  /** The files, where the write knows them better than its rows tell. */
  readonly files?: readonly string[];
  /** What the write means for the rows in quarantine that name no file. */
  readonly renewal: Renewal;
  /** The part of the table that the write replaces; rows in quarantine of other parts stay. */
  readonly part?: string;
  /** Lines of the source that were no records; asked for once all of it was read. */
  readonly malformed?: () => Promise<readonly HeldBackRows[]>;
  /** The flow of a pipeline that writes, for the metrics. */
  readonly flow?: FlowIdentity;
}

export class QualityGate {
  private kept: readonly ExpectationResult[] = [];
  private held = 0n;
  private quarantinedBy: string | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly table: SessionTable,
    private readonly expectations: readonly Expectation[],
    private readonly compiler: ExpressionCompiler,
    private readonly origin: WriteOrigin = { renewal: "add" },
  ) {
    checkNames(expectations);
  }

  /** What the expectations gave. */
  get results(): readonly ExpectationResult[] {
    return this.kept;
  }
  /** Rows held back. */
  get quarantined(): bigint {
    return this.held;
  }

  /** Id of the write that put rows into quarantine. */
  get quarantineWriteId(): string | undefined {
    return this.quarantinedBy;
  }

  /** To be called with the write's result: rows in quarantine count only if the table's history knows their write. */
  async confirm(result: CommandResult): Promise<void> {
    if (result.version === undefined && this.quarantinedBy !== undefined)
      await confirmWrite(this.runtime, this.table, this.quarantinedBy);
  }

  /** Engine SQL of the verdict over `"source"`, where rows can be held back. */
  verdict(schema: StructType): string | undefined {
    return verdictSql(this.expectations, this.compiler, [{ qualifier: [], schema, engineAlias: "source" }]);
  }

  /** The hook of a write command. `settled` is called first: it may start the write over. */
  hook(source: EngineQuery, settled: () => Promise<void>): WriteHook {
    const verdict = this.verdict(source.schema);
    return {
      ...(verdict === undefined ? {} : { verdict }),
      beforeCommit: async (staged) => {
        await settled();
        if (this.expectations.length > 0 || this.origin.malformed) await this.audit(await this.stagedRows(staged));
      },
    };
  }

  /** Evaluates, keeps the figures, and either throws QUALITY_GATE_FAILED or puts the rows held back into quarantine. */
  async audit(rows: AuditedRows): Promise<void> {
    const heldBack =
      rows.heldBack.length > 0
        ? `(${rows.heldBack.map((one) => `SELECT * FROM ${one.sql} AS h`).join(" UNION ALL ")})`
        : undefined;
    const evaluated: EvaluatedRows = {
      schema: rows.schema,
      published: rows.published,
      ...(heldBack ? { heldBack: { sql: heldBack, verdicts: rows.heldBack } } : {}),
    };
    this.kept = await evaluateExpectations(this.expectations, evaluated, this.runtime.engine, this.compiler);
    this.held = rows.heldBack.reduce((sum, one) => sum + one.rows, 0n);
    for (const result of this.kept) this.reportCheck(result);
    await this.keepFigures(rows);
    if (this.kept.some((one) => one.status === "FAILED")) throw gateFailed(this.table.name, this.kept);
    const mayDrop = this.expectations.some((one) => one.onViolation === "drop");
    if (mayDrop || this.origin.malformed) await this.quarantineRows(rows);
  }

  private async stagedRows(staged: StagedWrite): Promise<AuditedRows> {
    const { engine } = this.runtime;
    const columnMapping = columnMappingMode(staged.snapshot?.metadata.configuration ?? {});
    const scan = (files: StagedWrite["files"]) =>
      engine.scan({
        files,
        schema: staged.schema,
        partitionColumns: Object.keys(files[0]?.partition ?? {}),
        ...(columnMapping === undefined ? {} : { columnMapping }),
      });
    const verdicts = new Map<string, StagedWrite["files"][number][]>();
    for (const { verdict, file } of staged.heldBack) verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), file]);
    const heldBack = [];
    for (const [verdict, files] of verdicts) {
      heldBack.push({
        verdict,
        sql: await scan(files),
        rows: files.reduce((sum, one) => sum + BigInt(one.rowCount), 0n),
      });
    }
    return { schema: staged.schema, published: await scan(staged.files), heldBack, writeId: staged.writeId };
  }

  private async quarantineRows(rows: AuditedRows): Promise<void> {
    const column = findField(rows.schema, this.origin.column ?? "source_file")?.name;
    const part = this.origin.part === undefined ? "" : ` where ${this.origin.part}`;
    const task = `${taskOrigin(this.runtime)}${part}`;
    const heldBack = rows.heldBack.map(({ verdict, sql }) => ({
      relation: sql,
      schema: rows.schema,
      reason: engineString(namesInVerdict(verdict).join("; ")),
      origin:
        column === undefined ? engineString(task) : `coalesce("source".${engineName(column)}, ${engineString(task)})`,
    }));
    const malformed = (await this.origin.malformed?.()) ?? [];
    const { renewal, files } = this.origin;
    const outcome = await quarantine(this.runtime, this.table, {
      rows: [...heldBack, ...malformed],
      renewal: column === undefined ? renewal : "replace",
      origins: column === undefined ? [task] : (files ?? (await this.filesOf(rows, column, task))),
      writeId: rows.writeId,
    });
    if (outcome === "written") this.quarantinedBy = rows.writeId;
  }

  private async filesOf(rows: AuditedRows, column: string, task: string): Promise<readonly string[]> {
    const relations = [rows.published, ...rows.heldBack.map((one) => one.sql)];
    const sql = relations.map((one) => `SELECT ${engineName(column)} AS o FROM ${one} AS r`).join(" UNION ");
    const result = await this.runtime.engine.run(
      `SELECT DISTINCT coalesce(o, ${engineString(task)}) FROM (${sql}) AS s ORDER BY 1`,
    );
    return result.rows.map((row) => String(row[0]));
  }

  private async keepFigures(rows: AuditedRows): Promise<void> {
    if (this.kept.length === 0) return;
    const { runtime, table } = this;
    const records = this.kept.map((one) => checkRecord(table.name, one, one.total));
    const { flow } = this.origin;
    await keepMetrics(runtime, table, records, { writeId: rows.writeId, ...(flow && { flow }) });
  }

  private reportCheck({ expectation, status, value, threshold, violations }: ExpectationResult): void {
    this.runtime.report({
      kind: "check",
      table: this.table.name,
      check: expectation.name,
      status,
      value,
      threshold,
      violations,
    });
  }
}

/** Names tell the rules of a verdict and the rows of the metrics apart. */
function checkNames(expectations: readonly Expectation[]): void {
  const names = expectations.map(({ name }) => name);
  const wrong = names.find((name, i) => name.trim() === "" || names.indexOf(name) !== i);
  if (wrong === undefined) return;
  throw new LakeletError({
    condition: "INVALID_EXPECTATION",
    sqlState: "42000",
    problem: wrong.trim() === "" ? "An expectation has no name." : `Two expectations are called "${wrong}".`,
    cure: "Give each its own name: quarantine and metrics are read by it.",
  });
}
