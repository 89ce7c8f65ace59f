/** What the parts of a local session share: engine, storage, catalog, logs, state. */
import { basename, sep } from "node:path";
import type { PathMap } from "../../catalog/path-map.js";
import { SYSTEM_CATALOG, systemIsReadOnly } from "../../catalog/system-tables.js";
import type { TableIdentifier } from "../../catalog/table-identifier.js";
import type { WarehouseCatalog } from "../../catalog/warehouse-catalog.js";
import type { CommandContext } from "../../commands/contract.js";
import type { Plan } from "../../dataframe/plan.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import { createDeltaLog } from "../../delta/delta-log.js";
import type { Engine } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { createExpressionCompiler } from "../../sql/analysis/expression-compiler.js";
import type { Relation } from "../../sql/relation.js";
import type { Storage } from "../../storage/storage.js";
import type { SessionOptions, SessionReport } from "../contract.js";
import { arrowRelation } from "./arrow-rows.js";
import { CachedRows } from "./cached-rows.js";
import type { FileSources } from "./opened-files.js";
import type { SessionState } from "./session-state.js";
import { UserFunctions } from "./user-functions.js";

/** A temporary view: how to get its relation for a new query, which reads files through its own `sources`. */
export interface TempViewRelation {
  (sources: FileSources, withFile: boolean): Promise<Relation>;
  readonly plan: Plan;
}

/** The scope of a pipeline, for the resolution of names. */
export interface Datasets {
  readonly relation: (
    name: TableIdentifier,
    isStream: boolean,
    sources: FileSources,
    withFile: boolean,
  ) => Promise<Relation | undefined>;
  /** The plan of what stands for a name. */
  readonly plan: (name: TableIdentifier, isStream: boolean) => Plan | undefined;
  readonly streamed: (source: string) => void;
  readonly readWhole: (path: string) => void;
}

export class Runtime {
  private readonly logs = new Map<string, DeltaLog>();
  private readonly rows = new WeakMap<Plan, Promise<string>>();
  private readonly arrows = new WeakMap<Plan, Promise<Relation>>();
  readonly cached = new CachedRows();
  readonly userFunctions: UserFunctions;
  /** By lower-case name. */
  readonly tempViews = new Map<string, TempViewRelation>();
  /** While a pipeline is at work. */
  datasets: Datasets | undefined;

  /** How many sessions share the engine. */
  private sharing = { sessions: 1 };

  constructor(
    readonly options: SessionOptions,
    readonly engine: Engine,
    readonly storage: Storage,
    readonly catalog: WarehouseCatalog,
    readonly paths: PathMap,
    readonly state: SessionState,
    /** Those of `global_temp`, which sessions of one engine share; by lower-case name. */
    readonly globalTempViews: Map<string, TempViewRelation> = new Map(),
  ) {
    state.userFunctions = this.userFunctions = new UserFunctions(engine);
  }

  /** For another session on the same engine: global temporary views and created rows are shared. */
  fork(state: SessionState, options = this.options): Runtime {
    const { engine, storage, catalog, paths } = this;
    const runtime = new Runtime(options, engine, storage, catalog, paths, state, this.globalTempViews);
    this.sharing.sessions += 1;
    runtime.sharing = this.sharing;
    return runtime;
  }

  /** Sets a key of the configuration; without a value it goes back to what the session began with, without a key all do. */
  configure(key?: string, value?: string): void {
    const before = this.state.timeZone;
    if (key !== undefined && value !== undefined) this.state.set(key, value);
    else this.state.reset(key);
    if (this.state.timeZone === before) return;
    if (this.sharing.sessions > 1) {
      const wanted = this.state.timeZone;
      this.state.set("spark.sql.session.timeZone", before);
      throw sharedTimeZone(wanted);
    }
    this.engine.setTimeZone?.(this.state.timeZone);
  }

  log(location: string): DeltaLog {
    const known = this.logs.get(location);
    if (known) return known;
    const log = createDeltaLog(this.storage, this.engine, location);
    this.logs.set(location, log);
    return log;
  }

  /** The log for a command: no transaction begins on a system table. */
  private writable(location: string): DeltaLog {
    const log = this.log(location);
    if (this.options.writesSystemTables || !isInside(location, this.catalog.folderOf(SYSTEM_CATALOG))) return log;
    return { ...allOf(log), startTransaction: () => Promise.reject(systemIsReadOnly(basename(location))) };
  }

  /** After a table was dropped: another one may come to its place. */
  forget(location: string): void {
    this.logs.delete(location);
  }

  /** The engine's relation of rows that a DataFrame was created from; made once, kept until the session stops. */
  registered(plan: Extract<Plan, { kind: "rows" }>): Promise<string> {
    const known = this.rows.get(plan) ?? this.engine.register(plan.rows, plan.schema);
    this.rows.set(plan, known);
    return known;
  }

  /** The same of Arrow rows. */
  registeredArrow(plan: Extract<Plan, { kind: "arrow" }>): Promise<Relation> {
    const known = this.arrows.get(plan) ?? arrowRelation(this.engine, plan.rows);
    this.arrows.set(plan, known);
    return known;
  }

  /**
   * What a command of this moment works with.
   * @param read snapshots that the command's query has read: a transaction on such a table begins from it, so that what others commit
   * between reading and committing is a conflict and never lost
   */
  commandContext(read: ReadonlyMap<string, Snapshot> = new Map()): CommandContext {
    const { job } = this.options;
    return {
      engine: this.engine,
      storage: this.storage,
      compiler: createExpressionCompiler(this.state.functionContext()),
      log: (location) => beginningFrom(this.writable(location), read.get(location)),
      configuration: this.state.all(),
      now: () => Date.now(),
      ...(job
        ? {
            job: {
              jobId: job.jobId,
              jobName: job.jobName,
              jobRunId: job.jobRunId,
              runId: job.taskRunId,
              taskKey: job.taskKey,
            },
          }
        : {}),
    };
  }

  report(report: SessionReport): void {
    this.options.onReport?.(report);
  }

  /** `<table>_quarantine` and the like: a table beside another one. */
  sibling(table: TableIdentifier, suffix: string): TableIdentifier {
    return { ...table, name: `${table.name}${suffix}` };
  }
}

function beginningFrom(log: DeltaLog, read: Snapshot | undefined): DeltaLog {
  if (read === undefined) return log;
  return { ...allOf(log), startTransaction: (snapshot) => log.startTransaction(snapshot ?? read) };
}

function allOf(log: DeltaLog): DeltaLog {
  return {
    location: log.location,
    exists: () => log.exists(),
    snapshot: (version) => log.snapshot(version),
    versionAt: (timestamp) => log.versionAt(timestamp),
    history: (limit) => log.history(limit),
    startTransaction: (snapshot) => log.startTransaction(snapshot),
    checkpoint: (version) => log.checkpoint(version),
    cleanUp: () => log.cleanUp(),
    commit: (version) => log.commit(version),
  };
}

function isInside(location: string, folder: string): boolean {
  return location.startsWith(folder + sep);
}

function sharedTimeZone(timeZone: string): LakeletError {
  return new LakeletError({
    condition: "CANNOT_MODIFY_CONFIG",
    sqlState: "46110",
    problem: `Cannot modify the value of the Spark config: "spark.sql.session.timeZone" to ${timeZone}.`,
    reason: "Sessions made by newSession() share one engine, and it has one time zone.",
    cure: "Set it before newSession(), or make a session by createLocalSession().",
    parameters: { key: '"spark.sql.session.timeZone"' },
  });
}
