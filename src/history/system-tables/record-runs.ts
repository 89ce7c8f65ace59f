/** Writes runs to the tables of `system.lakeflow`, each part of a run exactly once however often it is asked for. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LAKEFLOW, SYSTEM_TABLES, type SystemTableName } from "../../catalog/system-tables.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { isAlive } from "../../jobs/run/process-identity.js";
import type { RunState } from "../../jobs/run/run-state.js";
import type { RunStore } from "../../jobs/run/run-store.js";
import type { CreatedRow, SparkSession } from "../../session/contract.js";
import { jobRow, taskDefinitionRows } from "./job-rows.js";
import { type RecordedLineage, recordLineage } from "./record-lineage.js";
import { recordedParts, rememberRecorded } from "./record-marks.js";
import { type Recording, recordingsOf } from "./recordings.js";
import { type Ancestry, type Row, runRows, taskRows } from "./timeline-rows.js";

export interface RecordOptions {
  /** One that may write system tables. */
  readonly session: SparkSession;
  /** Absolute folder of the managed tables. */
  readonly warehouse: string;
  /** `state` of lakelet.yml. */
  readonly stateFolder: string;
  readonly store: RunStore;
}

/** Records what is complete of each run; the rest waits for the next time. */
export async function recordRuns(options: RecordOptions, runIds: readonly string[]): Promise<void> {
  for (const runId of runIds) await recordRun(options, runId);
}

async function recordRun(options: RecordOptions, runId: string): Promise<void> {
  const { store } = options;
  const folder = store.folderOf(runId);
  const known = recordedParts(folder);
  const fresh = recordingsOf(store.events(runId), isAlive).filter((one) => one.number >= known);
  const ancestry = fresh.length > 0 ? ancestryOf(store, fresh[0]?.state) : undefined;
  for (const recording of fresh) {
    if (ancestry) await recordPart(options, runId, recording, ancestry);
    await unlessRacing(() => recordDefinition(options, recording.state));
    rememberRecorded(folder, recording.number + 1);
  }
}

async function recordPart(
  options: RecordOptions,
  runId: string,
  recording: Recording,
  ancestry: Ancestry,
): Promise<void> {
  const transaction = { appId: `lakelet.run.${runId}`, version: recording.number };
  await Promise.all([
    unlessRacing(() => append(options, "job_run_timeline", runRows(recording, ancestry), transaction)),
    unlessRacing(() => append(options, "job_task_run_timeline", taskRows(recording), transaction)),
    unlessRacing(() => recordTaskLineage(options, runId, recording)),
  ]);
}

/** What the tasks wrote, as they told it. */
function recordTaskLineage(options: RecordOptions, runId: string, { events, state, number }: Recording): Promise<void> {
  const written = events.flatMap((event): RecordedLineage[] => {
    if (event.type !== "task-report" || event.report.kind !== "lineage") return [];
    const { kind: _1, operation: _2, ...lineage } = event.report;
    const task = state.tasks.get(event.taskKey);
    const attempt = [...(task?.attempts ?? []), ...(task?.earlier ?? [])].find((one) => one.number === event.attempt);
    const entityRunId = attempt?.runId ?? runId;
    return [{ ...lineage, entityType: "JOB", entityId: state.created.job.id, entityRunId, at: event.at }];
  });
  const transaction = { appId: `lakelet.lineage.${runId}`, version: number };
  return recordLineage({ ...options, createdBy: jobRow(state).creator_id as string, transaction }, written);
}

/** Another process may record the same: then it is looked at again, and what is there already is not written. */
async function unlessRacing(record: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await record();
    } catch (error) {
      if (attempt === ATTEMPTS || !isLakeletError(error, "DELTA_CONCURRENT_TRANSACTION")) throw error;
    }
  }
}

const ATTEMPTS = 10;
const MOST_ANCESTORS = 100;

/** Up the chain of run_job tasks, as far as their runs are still known. */
function ancestryOf(store: RunStore, run: RunState | undefined): Ancestry {
  const source = run?.created.trigger.parent;
  if (!source) return { source: null, root: null };
  let root = source;
  for (let i = 0; i < MOST_ANCESTORS; i++) {
    const above = parentOf(store, root.runId);
    if (!above) break;
    root = above;
  }
  return { source: source.taskRunId, root: root.taskRunId };
}

function parentOf(store: RunStore, runId: string): RunState["created"]["trigger"]["parent"] {
  try {
    return store.read(runId).created.trigger.parent;
  } catch (error) {
    if (isLakeletError(error, "RUN_NOT_FOUND")) return undefined;
    throw error;
  }
}

/** A row where the job or a task of it is not as it was last time. */
async function recordDefinition(options: RecordOptions, run: RunState): Promise<void> {
  const { id } = run.created.job;
  const job = jobRow(run);
  const tasks = taskDefinitionRows(run);
  const mark = join(options.stateFolder, "history", "jobs", id);
  const digest = digestOf([job, ...tasks]);
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return;
  const at = { change_time: new Date(run.created.at), delete_time: null };
  await appendChanged(options, "jobs", id, (before) => {
    const created = before.get("")?.create_time ?? at.change_time;
    return [{ ...job, ...at, create_time: created }];
  });
  await appendChanged(options, "job_tasks", id, (before) => {
    const gone = [...before.values()]
      .filter((row) => row.delete_time === null && !tasks.some((task) => task.task_key === row.task_key))
      .map((row) => ({ ...row, change_time: at.change_time, delete_time: at.change_time }));
    return [...tasks.map((task) => ({ ...task, ...at })), ...gone];
  });
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(mark, digest);
}

interface Definitions {
  /** The rows of a job that stand now, by their tasks' keys; for `jobs` there is one, under "". */
  readonly rows: ReadonlyMap<string, Row>;
  /** Of all rows of the job, those that were replaced, too. */
  readonly count: number;
}

async function definitionsOf(options: RecordOptions, table: "jobs" | "job_tasks", jobId: string): Promise<Definitions> {
  if (!exists(options, table)) return { rows: new Map(), count: 0 };
  const frame = await options.session.sql(
    `SELECT * FROM delta.\`${locationOf(options, table)}\` WHERE job_id = :id ORDER BY change_time`,
    { id: jobId },
  );
  const rows = (await frame.collect()).map((row) => ({ ...row }) as Row);
  return { rows: new Map(rows.map((row) => [keyOf(row), row])), count: rows.length };
}

/**
 * Appends rows that differ from those that stand, until there are none. The number of rows read is the transaction's version: of two
 * processes that have read the same, one writes, and the other looks again. What a later run found is not replaced by an earlier one.
 */
async function appendChanged(
  options: RecordOptions,
  table: "jobs" | "job_tasks",
  jobId: string,
  wanted: (before: ReadonlyMap<string, Row>) => readonly Row[],
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { rows: before, count } = await definitionsOf(options, table, jobId);
    const changed = wanted(before).filter((row) => {
      const old = before.get(keyOf(row));
      if (old === undefined) return true;
      return timeOf(old) <= timeOf(row) && !sameDefinition(old, row);
    });
    if (changed.length === 0) return;
    await append(options, table, changed, { appId: `lakelet.definition.${jobId}`, version: count });
  }
}

function keyOf(row: Row): string {
  return typeof row.task_key === "string" ? row.task_key : "";
}

/** What was read is text, what is to be written a `Date`. */
function timeOf({ change_time: time }: Row): number {
  return time instanceof Date ? time.getTime() : Date.parse(String(time));
}

function sameDefinition(a: Row, b: Row): boolean {
  return digestOf([comparable(a)]) === digestOf([comparable(b)]);
}

/** All but when it changed; who made it first is not changed by who runs it later. */
function comparable({ change_time: _1, create_time: _2, creator_id: _3, creator_user_name: _4, ...row }: Row): Row {
  return row;
}

function digestOf(rows: readonly Row[]): string {
  const plain = (_: string, value: unknown): unknown => {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof Map) return [...value].sort();
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return value;
  };
  return createHash("sha256").update(JSON.stringify(rows, plain)).digest("hex");
}

interface Transaction {
  readonly appId: string;
  /** A later write of the application with no higher version does nothing. */
  readonly version: number;
}

async function append(
  options: RecordOptions,
  name: SystemTableName,
  rows: readonly Row[],
  { appId, version }: Transaction,
): Promise<void> {
  if (rows.length === 0) return;
  await ensureTable(options, name);
  const schema = SYSTEM_TABLES[name].columns.map((one) => `${one.name} ${one.type}`).join(", ");
  await options.session
    .createDataFrame(rows as readonly CreatedRow[], schema)
    .write.format("delta")
    .mode("append")
    .option("txnAppId", appId)
    .option("txnVersion", version)
    .save(locationOf(options, name));
}

/** Two runs may end at the same moment: one of them makes the table. */
async function ensureTable(options: RecordOptions, name: SystemTableName): Promise<void> {
  const { columns, comment } = SYSTEM_TABLES[name];
  const definitions = columns.map((one) => `${one.name} ${one.type} COMMENT '${one.comment.replaceAll("'", "\\'")}'`);
  for (let attempt = 1; !exists(options, name); attempt++) {
    try {
      await options.session.execute(
        `CREATE TABLE IF NOT EXISTS delta.\`${locationOf(options, name)}\` (${definitions.join(", ")}) USING DELTA
         COMMENT '${comment.replaceAll("'", "\\'")}' TBLPROPERTIES ('delta.autoOptimize.autoCompact' = 'true')`,
      );
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function locationOf({ warehouse }: RecordOptions, name: SystemTableName): string {
  return join(warehouse, LAKEFLOW.catalog, LAKEFLOW.schema, name);
}

function exists(options: RecordOptions, name: SystemTableName): boolean {
  const log = join(locationOf(options, name), "_delta_log");
  return existsSync(join(log, `${"0".repeat(20)}.json`)) || existsSync(join(log, "_last_checkpoint"));
}
