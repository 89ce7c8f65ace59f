/** The session on this machine: Spark SQL and DataFrames run by the engine of this process on the tables of one warehouse. */
import { resolve } from "node:path";
import { PathMap } from "../catalog/path-map.js";
import { WarehouseCatalog } from "../catalog/warehouse-catalog.js";
import { type CheckTableOptions, checkTable as verifyTable } from "../commands/check-table/check-table.js";
import { nameParts } from "../dataframe/column.js";
import { DataFrame } from "../dataframe/data-frame.js";
import { type LiteralValue, literalText } from "../dataframe/literal.js";
import type { Plan } from "../dataframe/plan.js";
import { planNode } from "../dataframe/plan-id.js";
import { DataFrameReader } from "../dataframe/reader.js";
import { refusedMember } from "../dataframe/refused-member.js";
import { DataStreamReader } from "../dataframe/stream-reader.js";
import type { UserCode, UserDefinedFunction } from "../dataframe/user-function.js";
import type { EngineOptions } from "../duckdb/duckdb-engine.js";
import type { Expectation, ExpectationResult } from "../quality/expectation.js";
import type { TableProfile } from "../quality/profile/table-profile.js";
import type { DataType, StructType } from "../schema/data-type.js";
import { quoteName } from "../schema/type-text.js";
import { engineLibrary } from "../sql/functions/library.js";
import { loadParser } from "../sql/parse/parse.js";
import { LocalStorage } from "../storage/local-storage.js";
import type {
  ArrowRows,
  CheckRecord,
  CopyIntoRequest,
  CopyIntoResult,
  CreatedRow,
  ExecutionResult,
  MergeRequest,
  MergeResult,
  QueryLineage,
  SessionOptions,
  SparkSession,
  SqlArguments,
} from "./contract.js";
import type {
  DatasetScope,
  FlowRequest,
  FlowResult,
  RefreshRequest,
  RefreshResult,
  TableProgress,
} from "./flow-contract.js";
import { checkTable } from "./local/check-table.js";
import { copyInto } from "./local/copy-into.js";
import { createdRows } from "./local/created-rows.js";
import { datasetsOf } from "./local/dataset-names.js";
import { endEngine, makeEngineAhead, takeEngine } from "./local/engine-ahead.js";
import { exclusively } from "./local/exclusive-run.js";
import { appendFlow } from "./local/flows/append-flow.js";
import { gatedMerge } from "./local/gated-merge.js";
import { PlanExecutor } from "./local/plan-executor.js";
import { profileTable } from "./local/profile-table.js";
import { recordChecks } from "./local/quality-metrics.js";
import { quarantineNameOf } from "./local/quarantine-gates.js";
import { replay } from "./local/quarantine-replay.js";
import { refreshView } from "./local/refresh/refresh-view.js";
import { Runtime } from "./local/runtime.js";
import { SessionCatalog } from "./local/session-catalog.js";
import { sessionConf } from "./local/session-conf.js";
import { SessionState } from "./local/session-state.js";
import { existingTable, sessionTable } from "./local/session-table.js";
import { StatementExecutor } from "./local/statement-executor.js";
import { scanSnapshot } from "./local/table-scan.js";
import type { Quarantine } from "./quarantine-contract.js";
import { TableValuedFunctions } from "./table-functions.js";

/**
 * @example
 * const spark = await createLocalSession({ warehouse: "./local/lake" });
 * await spark.sql("CREATE TABLE t AS SELECT 1 AS id");
 * await spark.stop();
 */
export async function createLocalSession(options: SessionOptions): Promise<LocalSession> {
  const workingFolder = resolve(options.workingFolder ?? ".");
  const state = new SessionState(options);
  const [engine] = await Promise.all([takeEngine(engineOptions(options, state.timeZone)), loadParser()]);
  const storage = new LocalStorage({ durable: options.durable ?? true });
  const catalog = new WarehouseCatalog(storage, resolve(workingFolder, options.warehouse));
  const paths = new PathMap(options.paths ?? {}, workingFolder, (volume) => catalog.volumes.folder(volume));
  const session = new LocalSession(new Runtime(options, engine, storage, catalog, paths, state));
  active.add(session);
  return session;
}

/** Makes ready what a session of these options will need, so that {@link createLocalSession} need not wait for it. */
export function prepareLocalSession(options: SessionOptions): void {
  makeEngineAhead(engineOptions(options, new SessionState(options).timeZone));
}

/** Stops a session as `stop()` does, and keeps its engine for the next one of these options where it is as good as new. */
export async function endLocalSession(session: LocalSession): Promise<void> {
  active.delete(session);
  const { engine, options } = session.runtime;
  await endEngine(engine, engineOptions(options, new SessionState(options).timeZone));
}

/** A session beside another one, on its engine, that may write the tables of the catalog `system`; it tells nothing. */
export function systemSessionOf(session: SparkSession): SparkSession {
  if (!(session instanceof LocalSession)) throw new TypeError("a session of this machine is needed");
  const { onReport: _1, onDisplay: _2, job: _3, ...options } = session.runtime.options;
  const own = { ...options, writesSystemTables: true };
  return new LocalSession(session.runtime.fork(new SessionState(own), own));
}

function engineOptions({ memoryLimit, threads, temporaryFolder }: SessionOptions, timeZone: string): EngineOptions {
  return {
    timeZone,
    library: engineLibrary,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(threads === undefined ? {} : { threads }),
    ...(temporaryFolder === undefined ? {} : { temporaryFolder }),
  };
}

/** Sessions at work, the newest last. One of `newSession()` is not among them, as in Spark. */
const active = new Set<SparkSession>();

export function activeSession(): SparkSession | undefined {
  return [...active].at(-1);
}

export class LocalSession implements SparkSession {
  readonly executor: PlanExecutor;
  private readonly statements: StatementExecutor;

  constructor(readonly runtime: Runtime) {
    this.conf = sessionConf(runtime);
    this.catalog = new SessionCatalog(runtime, this);
    this.executor = new PlanExecutor(runtime, this);
    this.statements = new StatementExecutor(runtime, this.executor);
  }

  get read(): DataFrameReader {
    return new DataFrameReader(this.executor);
  }
  get job(): SparkSession["job"] {
    return this.runtime.options.job;
  }
  readonly version = "4.0.1";
  readonly conf: SparkSession["conf"];
  readonly catalog: SessionCatalog;
  readonly tvf = new TableValuedFunctions(
    (text) => this.frame(planNode({ kind: "sql", text })),
    (start, end, step) => this.range(start, end, step),
  );
  readonly udf = {
    register: (name: string, code: UserCode | UserDefinedFunction, returnType?: string | DataType) =>
      this.runtime.userFunctions.register(name, code, returnType),
  };

  private readonly tags = new Set<string>();
  addTag(tag: string): void {
    this.tags.add(tag);
  }
  removeTag(tag: string): void {
    this.tags.delete(tag);
  }
  getTags(): ReadonlySet<string> {
    return new Set(this.tags);
  }
  clearTags(): void {
    this.tags.clear();
  }
  interruptAll(): void {
    this.cancel();
  }
  get readStream(): DataStreamReader {
    return new DataStreamReader(this.executor);
  }
  get streams(): never {
    throw refusedMember("STREAMING", "SparkSession.streams", "DataFrames here are batches.");
  }
  get sparkContext(): never {
    throw refusedMember(
      "RDD",
      "SparkSession.sparkContext",
      "Use the session: createDataFrame in place of parallelize.",
    );
  }

  newSession(): SparkSession {
    return new LocalSession(this.runtime.fork(new SessionState(this.runtime.options)));
  }

  async sql(text: string, args: SqlArguments = {}): Promise<DataFrame> {
    return this.frame(await this.statements.plan(text, bound(args)));
  }
  execute(text: string, args: SqlArguments = {}): Promise<ExecutionResult> {
    return this.statements.executeAll(text, bound(args));
  }
  table(name: string): DataFrame {
    return this.frame(planNode({ kind: "table", name: nameParts(name), options: {} }));
  }
  range(start: number | bigint, end?: number | bigint, step: number | bigint = 1): DataFrame {
    const [from, to] = end === undefined ? [0n, BigInt(start)] : [BigInt(start), BigInt(end)];
    return this.frame(planNode({ kind: "range", start: from, end: to, step: BigInt(step) }));
  }
  createDataFrame(
    rows: readonly CreatedRow[] | ArrowRows,
    schema?: string | readonly string[] | StructType | DataType,
  ): DataFrame {
    return this.frame(isArrow(rows) ? planNode({ kind: "arrow", rows }) : createdRows(rows, schema));
  }
  async merge(request: MergeRequest): Promise<MergeResult> {
    const table = await sessionTable(this.runtime, request.table);
    const { condition, clauses, targetAlias, sourceQualifier, withSchemaEvolution, transactions } = request;
    const command = { condition, clauses, targetAlias, sourceQualifier, withSchemaEvolution, transactions };
    return this.executor.settling(request.source.plan, (query, settled) =>
      gatedMerge(this.runtime, table, query, command, request.expectations, settled),
    );
  }
  copyInto(request: CopyIntoRequest): Promise<CopyIntoResult> {
    return copyInto(this.runtime, request);
  }
  appendFlow(request: FlowRequest): Promise<FlowResult> {
    return appendFlow(this.runtime, request);
  }
  async tableProgress(name: readonly string[]): Promise<TableProgress | undefined> {
    const log = this.runtime.log((await sessionTable(this.runtime, name)).location);
    if (!(await log.exists())) return undefined;
    const snapshot = await log.snapshot();
    const transactions = [...(await snapshot.transactions()).values()];
    return {
      version: snapshot.version,
      tableId: snapshot.metadata.id,
      schema: snapshot.schema,
      properties: snapshot.metadata.configuration,
      comment: snapshot.metadata.description,
      transactions: new Map(transactions.map(({ appId, version }) => [appId, version])),
    };
  }
  refreshView(request: RefreshRequest): Promise<RefreshResult> {
    return refreshView(this.runtime, this.executor, request);
  }
  checkTable(table: string, expectations: readonly Expectation[]): Promise<readonly ExpectationResult[]> {
    return checkTable(this.runtime, table, expectations);
  }
  async withDatasets<Result>(scope: DatasetScope, run: () => Promise<Result>): Promise<Result> {
    const { state } = this.runtime;
    const before = state.current;
    if (this.runtime.datasets !== undefined) throw new Error("a session works on one pipeline at a time");
    state.current = scope.current;
    this.runtime.datasets = datasetsOf(this.runtime, scope);
    try {
      return await run();
    } finally {
      state.current = before;
      this.runtime.datasets = undefined;
    }
  }
  lineage(frame: DataFrame): Promise<QueryLineage | undefined> {
    return this.executor.lineage(frame.plan);
  }
  exclusively<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    return exclusively(this.runtime.catalog.warehouse, name, run);
  }
  quarantine(table: string): Quarantine {
    const name = nameParts(table);
    return {
      rows: () => this.table(quarantineNameOf(name).map(quoteName).join(".")),
      replay: async (options = {}) => replay(this.runtime, await existingTable(this.runtime, name), options),
    };
  }
  profileTable(table: string): Promise<TableProfile> {
    return profileTable(this.runtime, table);
  }
  recordChecks(records: readonly CheckRecord[]): Promise<void> {
    return recordChecks(this.runtime, records);
  }
  async verifyTable(table: string, options?: CheckTableOptions): Promise<DataFrame> {
    const found = await verifyTable(
      this.runtime.commandContext(),
      await existingTable(this.runtime, nameParts(table)),
      options,
    );
    return this.frame(planNode({ kind: "rows", schema: found.schema, rows: found.rows }));
  }
  async engineScan(table: string): Promise<string | undefined> {
    const { location } = await existingTable(this.runtime, nameParts(table));
    const snapshot = await this.runtime.log(location).snapshot();
    const { sql } = await scanSnapshot(this.runtime, snapshot, { withFile: false, qualifiers: [] });
    // Tables and functions of this process; `lakelet_c0` is a column's alias.
    return /\blakelet_(?!c\d+\b)/.test(sql) ? undefined : sql;
  }
  async checkpoint(table: string): Promise<void> {
    const { location } = await existingTable(this.runtime, nameParts(table));
    await this.runtime.log(location).checkpoint();
  }
  /** Stops what the engine runs now: the statement that it runs for fails with OPERATION_CANCELED, and what it staged is removed. */
  cancel(): void {
    this.runtime.engine.interrupt();
  }
  async stop(): Promise<void> {
    active.delete(this);
    await this.runtime.engine.close();
  }

  private frame(plan: Plan): DataFrame {
    return new DataFrame(plan, this.executor);
  }
}

function isArrow(rows: readonly CreatedRow[] | ArrowRows): rows is ArrowRows {
  return !Array.isArray(rows);
}

/** Values as Spark literal text. */
function bound(args: SqlArguments): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, literalText(value as LiteralValue)]));
}
