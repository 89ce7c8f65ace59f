/** The gate of a write: expectations evaluated on the staged rows before the commit, bad rows into quarantine, figures kept. */
import type { CommandResult, StagedWrite, WriteHook } from "../../commands/contract.js";
import type { EngineQuery } from "../../engine/engine.js";
import type { ExpressionCompiler } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { EvaluatedRows, Evaluation, HeldBackPart } from "../../quality/audited-rows.js";
import { evaluateExpectations, reasonsSql } from "../../quality/evaluation.js";
import type { Expectation, ExpectationResult } from "../../quality/expectation.js";
import { gateFailed } from "../../quality/gate-failed.js";
import { isDataError, judgingError } from "../../quality/judging-error.js";
import { judgedValues, judgeRows, type ReferencedRows } from "../../quality/violation.js";
import { columnMappingMode } from "../../schema/column-mapping.js";
import { findField, type StructType } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { FileSources } from "./opened-files.js";
import { checkRecord, type FlowIdentity, keepMetrics } from "./quality-metrics.js";
import { keepSamples } from "./quality-samples.js";
import { confirmWrite, quarantine, type Renewal, taskOrigin } from "./quarantine.js";
import type { HeldBackRows } from "./quarantine-rows.js";
import { referencedRows, ruleSurroundings, type TableBefore } from "./rule-surroundings.js";
import type { Runtime } from "./runtime.js";
import type { SessionTable } from "./session-table.js";

/** Rows under audit, relations fit to stand behind FROM. */
export interface AuditedRows {
  readonly schema: StructType;
  readonly published: string;
  /** For each verdict the rows that it holds back. */
  readonly heldBack: readonly HeldBackPart[];
  readonly writeId: string;
  /** The table as it was; the newest snapshot where absent, `null` where there is none. */
  readonly before?: TableBefore;
  /** Nulls among the published rows, by lower-case column, where that is known. */
  readonly nulls?: ReadonlyMap<string, bigint>;
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
  /** Which of the table's rows stay beside those of the write: `some` by default. */
  readonly tableKeeps?: EvaluatedRows["tableKeeps"];
  /** Further checks of the same rows: `check` throws where nothing may be published, `holdBack` comes last before the commit, `close` after all. */
  readonly others?: {
    readonly check: (writeId: string) => Promise<void>;
    readonly holdBack: (writeId: string) => Promise<void>;
    readonly close: () => Promise<void>;
  };
}

export class QualityGate {
  private kept: readonly ExpectationResult[] = [];
  private held = 0n;
  private quarantinedBy: string | undefined;
  /** Expectations that part the rows, and the columns that they were judged by. */
  private parted: { readonly by: readonly Expectation[]; readonly schema: StructType } | undefined;
  private referenced: ReadonlyMap<string, ReferencedRows> = new Map();
  /** What the rules' own queries read. */
  private readonly sources: FileSources;

  constructor(
    private readonly runtime: Runtime,
    private readonly table: SessionTable,
    private readonly expectations: readonly Expectation[],
    private readonly compiler: ExpressionCompiler,
    private readonly origin: WriteOrigin = { renewal: "add" },
  ) {
    checkNames(expectations);
    this.sources = new FileSources(runtime.engine);
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
  async confirm(result: CommandResult, operation: "WRITE" | "MERGE" = "WRITE"): Promise<void> {
    if (result.version === undefined && this.quarantinedBy !== undefined)
      await confirmWrite(this.runtime, this.table, this.quarantinedBy, operation);
  }

  /** To be called before {@link verdict} and {@link hook}: looks up the tables that rules refer to. */
  async prepare(): Promise<void> {
    this.referenced = await referencedRows(this.runtime, this.expectations, this.sources);
  }

  /**
   * Engine SQL of the verdict over `"source"`, where rows can be held back. Where rules drop rows, those that fail the write are judged in the
   * same pass.
   */
  verdict(schema: StructType): string | undefined {
    const { compiler, referenced } = this;
    const judged = judgeRows(this.expectations, { compiler, schema, alias: "source", referenced });
    this.parted = judged && { by: judged.by, schema };
    return judged?.verdict;
  }

  /** The hook of a write command. `settled` is called first: it may start the write over. */
  hook(source: EngineQuery, settled: () => Promise<void>): WriteHook {
    const verdict = this.verdict(source.schema);
    return {
      ...(verdict === undefined ? {} : { verdict, explain: (error) => this.explain(error, source) }),
      ...(this.expectations.some(looksAtTable) ? { readsTarget: true } : {}),
      beforeCommit: async (staged) => {
        await settled();
        const { others } = this.origin;
        try {
          await others?.check(staged.writeId);
          if (this.expectations.length > 0 || this.origin.malformed) await this.audit(await this.stagedRows(staged));
          await others?.holdBack(staged.writeId);
        } finally {
          await others?.close();
        }
      },
    };
  }

  /** The error with the name of the rule whose judging raised it; as it was where the rows raise it by themselves. */
  async explain(error: unknown, { sql, schema }: EngineQuery): Promise<unknown> {
    if (!isDataError(error)) return error;
    const { compiler, referenced, runtime } = this;
    const scope = { compiler, schema, alias: "source", referenced };
    const asked = [{ name: undefined, value: `COLUMNS("source".*)` }, ...judgedValues(this.parted?.by ?? [], scope)];
    for (const { name, value } of asked) {
      try {
        await runtime.engine.run(`SELECT count(${value}) FROM (${sql}) AS "source"`);
      } catch (raised) {
        return name === undefined ? error : judgingError(raised, name);
      }
    }
    return error;
  }

  /** Evaluates, keeps the figures, and either throws QUALITY_GATE_FAILED or puts the rows held back into quarantine. */
  async audit(rows: AuditedRows): Promise<void> {
    try {
      await this.evaluate(rows);
    } finally {
      await this.sources.close();
    }
  }

  private async evaluate(rows: AuditedRows): Promise<void> {
    const { expectations, compiler, runtime } = this;
    if (this.referenced.size === 0) await this.prepare();
    const evaluation: Evaluation = {
      expectations,
      rows: this.evaluated(rows),
      engine: runtime.engine,
      compiler,
      referenced: this.referenced,
      surroundings: ruleSurroundings(runtime, this.table, this.sources, rows.before),
    };
    this.kept = await evaluateExpectations(evaluation);
    this.held = rows.heldBack.reduce((sum, one) => sum + one.rows, 0n);
    for (const result of this.kept) this.reportCheck(result);
    await this.keepFigures(rows);
    if (this.kept.some((one) => one.status === "FAILED")) {
      const samples = await keepSamples(runtime, this.table, evaluation, this.kept, rows.writeId);
      throw gateFailed(this.table.name, this.kept, samples);
    }
    const mayDrop = this.expectations.some((one) => one.onViolation === "drop");
    if (mayDrop || this.origin.malformed) await this.quarantineRows(rows, evaluation);
  }

  private evaluated({ schema, published, heldBack, nulls = new Map() }: AuditedRows): EvaluatedRows {
    const judged = this.parted;
    const isAsJudged = judged?.schema.fields.every((one) => findField(schema, one.name) !== undefined) ?? true;
    const tableKeeps = this.origin.tableKeeps ?? "some";
    return { schema, published, heldBack, parted: judged?.by ?? [], isAsJudged, tableKeeps, nulls };
  }

  private async stagedRows(staged: StagedWrite): Promise<AuditedRows> {
    const { engine } = this.runtime;
    const columnMapping = columnMappingMode(staged.properties);
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
    return {
      schema: staged.schema,
      published: await scan(staged.files),
      heldBack,
      writeId: staged.writeId,
      before: staged.snapshot ?? null,
      nulls: knownNulls(staged.files),
    };
  }

  private async quarantineRows(rows: AuditedRows, evaluation: Evaluation): Promise<void> {
    const column = findField(rows.schema, this.origin.column ?? "source_file")?.name;
    const { flow } = this.origin;
    const part = this.origin.part === undefined ? "" : ` where ${this.origin.part}`;
    const task = flow === undefined ? `${taskOrigin(this.runtime)}${part}` : `flow:${flow.flow}`;
    const heldBack = rows.heldBack.map((part) => ({
      relation: part.sql,
      schema: rows.schema,
      reason: `concat_ws('; ', ${reasonsSql(part, evaluation, "source").join(", ")})`,
      origin:
        column === undefined ? engineString(task) : `coalesce("source".${engineName(column)}, ${engineString(task)})`,
    }));
    const malformed = (await this.origin.malformed?.()) ?? [];
    const { renewal, files } = this.origin;
    const outcome = await quarantine(this.runtime, this.table, {
      rows: [...heldBack, ...malformed],
      // A flow takes each row of a file once: what it held back of the file before stays.
      renewal: column === undefined || flow !== undefined ? renewal : "replace",
      origins:
        column === undefined || flow !== undefined ? [task] : (files ?? (await this.filesOf(rows, column, task))),
      writesAlone: flow !== undefined,
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

/** Nulls of each column that all files tell of: statistics of the files count them exactly. */
function knownNulls(files: StagedWrite["files"]): ReadonlyMap<string, bigint> {
  const counted = new Map<string, { nulls: bigint; files: number }>();
  for (const { path, nullCount } of files.flatMap((one) => one.statistics)) {
    const [column] = path;
    if (column === undefined || path.length > 1 || nullCount === undefined) continue;
    const before = counted.get(column.toLowerCase()) ?? { nulls: 0n, files: 0 };
    counted.set(column.toLowerCase(), { nulls: before.nulls + nullCount, files: before.files + 1 });
  }
  return new Map([...counted].filter(([, one]) => one.files === files.length).map(([name, one]) => [name, one.nulls]));
}

/** Such a write is no blind append: one that came between is a lost race. */
function looksAtTable({ rule }: Expectation): boolean {
  return rule.kind === "unique" && rule.within === "table";
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
