/** What the parts of a local session share: engine, storage, catalog, logs, state. */
import type { PathMap } from "../../catalog/path-map.js";
import type { TableIdentifier } from "../../catalog/table-identifier.js";
import type { WarehouseCatalog } from "../../catalog/warehouse-catalog.js";
import type { CommandContext } from "../../commands/contract.js";
import type { Plan } from "../../dataframe/plan.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import { createDeltaLog } from "../../delta/delta-log.js";
import type { Engine } from "../../engine/engine.js";
import { createExpressionCompiler } from "../../sql/analysis/expression-compiler.js";
import type { Relation } from "../../sql/relation.js";
import type { Storage } from "../../storage/storage.js";
import type { SessionOptions, SessionReport } from "../contract.js";
import { CachedRows } from "./cached-rows.js";
import type { FileSources } from "./opened-files.js";
import type { SessionState } from "./session-state.js";
import { UserFunctions } from "./user-functions.js";

/** A temporary view: how to get its relation for a new query, which reads files through its own `sources`. */
export type TempViewRelation = (sources: FileSources, withFile: boolean) => Promise<Relation>;

export class Runtime {
  private readonly logs = new Map<string, DeltaLog>();
  private readonly rows = new WeakMap<Plan, Promise<string>>();
  readonly cached = new CachedRows();
  readonly userFunctions: UserFunctions;
  /** By lower-case name. */
  readonly tempViews = new Map<string, TempViewRelation>();
  /** Those of `global_temp`, which sessions of one engine share. */
  readonly globalTempViews = new Map<string, TempViewRelation>();

  constructor(
    readonly options: SessionOptions,
    readonly engine: Engine,
    readonly storage: Storage,
    readonly catalog: WarehouseCatalog,
    readonly paths: PathMap,
    readonly state: SessionState,
  ) {
    state.userFunctions = this.userFunctions = new UserFunctions(engine);
  }

  /** Sets a key of the configuration; without a value it goes back to what the session began with, without a key all do. */
  configure(key?: string, value?: string): void {
    const before = this.state.timeZone;
    if (key !== undefined && value !== undefined) this.state.set(key, value);
    else this.state.reset(key);
    if (this.state.timeZone !== before) this.engine.setTimeZone?.(this.state.timeZone);
  }

  log(location: string): DeltaLog {
    const known = this.logs.get(location);
    if (known) return known;
    const log = createDeltaLog(this.storage, this.engine, location);
    this.logs.set(location, log);
    return log;
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
      log: (location) => beginningFrom(this.log(location), read.get(location)),
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
  return {
    location: log.location,
    exists: () => log.exists(),
    snapshot: (version) => log.snapshot(version),
    versionAt: (timestamp) => log.versionAt(timestamp),
    history: (limit) => log.history(limit),
    startTransaction: (snapshot) => log.startTransaction(snapshot ?? read),
    checkpoint: (version) => log.checkpoint(version),
    cleanUp: () => log.cleanUp(),
    commit: (version) => log.commit(version),
  };
}
