/** What a stream of a table gives: first the rows as they are, then those that commits append. */
import type { Action, AddFile, RemoveFile } from "../../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../../delta/contract.js";
import { isLakeletError, LakeletError } from "../../../errors/lakelet-error.js";
import { timestampMicros } from "../../../sql/analysis/timestamp-text.js";
import { streamOfMaterializedView } from "../../stream-of-view.js";
import type { TableProgress } from "./flow-progress.js";
import type { StreamedTable } from "./streams.js";

export interface TableIncrement {
  readonly snapshot: Snapshot;
  readonly files: readonly AddFile[];
  /** Read up to here. */
  readonly progress: TableProgress;
}

/** Delta's options of a stream that mean something for which rows it gives. */
interface ChangeRules {
  readonly skipChangeCommits: boolean;
  readonly ignoreDeletes: boolean;
  /** What a commit rewrote comes again, as Delta's old option has it. */
  readonly ignoreChanges: boolean;
}

const KNOWN = [
  "skipchangecommits",
  "ignoredeletes",
  "ignorechanges",
  "startingversion",
  "startingtimestamp",
  "maxfilespertrigger",
  "maxbytespertrigger",
  "witheventtimeorder",
  "failondataloss",
];

/** Throws UNSUPPORTED_OPTION, DELTA_ILLEGAL_OPTION. */
export function checkTableOptions({ options }: StreamedTable): void {
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw unsupportedOption(unknown, options[unknown] ?? "");
  if (options.failondataloss?.toLowerCase() === "false") throw unsupportedOption("failOnDataLoss", "false");
  if (options.startingversion !== undefined && options.startingtimestamp !== undefined) throw twoStarts();
}

/** @throws STREAMING_FROM_MATERIALIZED_VIEW */
export async function streamable({ log, name }: StreamedTable): Promise<Snapshot> {
  const snapshot = await log.snapshot();
  const kind = snapshot.metadata.configuration["pipelines.datasetType"];
  if (kind === "MATERIALIZED_VIEW") throw streamOfMaterializedView(name);
  return snapshot;
}

/**
 * @param since what the flow has had of the table
 * @throws DELTA_SOURCE_TABLE_IGNORE_CHANGES, DELTA_SOURCE_IGNORE_DELETE, DELTA_DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE,
 * DELTA_LOG_FILE_NOT_FOUND_FOR_STREAMING_SOURCE
 */
export async function tableIncrement(
  table: StreamedTable,
  since: TableProgress | undefined,
  timeZone: string,
): Promise<TableIncrement> {
  checkTableOptions(table);
  const snapshot = await streamable(table);
  const progress = { id: snapshot.metadata.id, version: snapshot.version };
  const start = since === undefined ? await startOf(table, snapshot, timeZone) : since.version + 1;
  if (since !== undefined && (since.id !== progress.id || since.version > snapshot.version)) {
    throw anotherTable(table, since, progress);
  }
  if (start === undefined) return { snapshot, files: await allFiles(snapshot), progress };
  const files: AddFile[] = [];
  for (let version = start; version <= snapshot.version; version++) {
    files.push(...addedBy(await commitOf(table.log, version), table, version));
  }
  return { snapshot, files, progress };
}

/** The first version whose commit is read; undefined for all rows as they are. */
async function startOf(
  { options, log }: StreamedTable,
  snapshot: Snapshot,
  timeZone: string,
): Promise<number | undefined> {
  const { startingversion: version, startingtimestamp: time } = options;
  if (version !== undefined) {
    if (version.toLowerCase() === "latest") return snapshot.version + 1;
    if (!/^\d+$/.test(version)) throw illegalStart("startingVersion", version, "a version, or latest");
    return Number(version);
  }
  if (time === undefined) return undefined;
  const micros = timestampMicros(time, timeZone);
  if (micros === undefined) throw illegalStart("startingTimestamp", time, "a timestamp like 2024-01-15 10:00:00");
  const first = Number((micros + 999n) / 1000n);
  return (await versionBefore(log, first - 1)) + 1;
}

/** The newest version at that time; -1 where the table was not there yet. */
async function versionBefore(log: DeltaLog, timestamp: number): Promise<number> {
  try {
    return await log.versionAt(timestamp);
  } catch (error) {
    if (isLakeletError(error, "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION")) {
      return ((await log.history()).at(-1)?.version ?? 0) - 1;
    }
    if (isLakeletError(error, "DELTA_TIMESTAMP_GREATER_THAN_COMMIT")) return (await log.snapshot()).version;
    throw error;
  }
}

async function allFiles(snapshot: Snapshot): Promise<readonly AddFile[]> {
  const files: AddFile[] = [];
  for await (const batch of snapshot.files()) files.push(...batch);
  return files;
}

async function commitOf(log: DeltaLog, version: number): Promise<readonly Action[]> {
  try {
    return await log.commit(version);
  } catch (error) {
    if (isLakeletError(error, "DELTA_VERSION_NOT_FOUND")) throw commitGone(log.location, version, error);
    throw error;
  }
}

/** The files with rows that a commit appended. What only lies elsewhere now (OPTIMIZE) is no change of rows. */
function addedBy(actions: readonly Action[], table: StreamedTable, version: number): readonly AddFile[] {
  const added = actions.flatMap((action) => ("add" in action && action.add.dataChange ? [action.add] : []));
  const removed = actions.flatMap((action) => ("remove" in action && action.remove.dataChange ? [action.remove] : []));
  const [first] = removed;
  if (first === undefined) return added;
  const { skipChangeCommits, ignoreDeletes, ignoreChanges } = rulesOf(table);
  if (skipChangeCommits) return [];
  if (ignoreChanges) return added;
  if (added.length > 0)
    throw isMadeAnew(actions) ? rowsMadeAnew(table, version, first) : rowsChanged(table, version, first);
  if (ignoreDeletes) return [];
  throw rowsDeleted(table, version, first);
}

/** A full refresh of a streaming table, or CREATE OR REPLACE of any other. */
function isMadeAnew(actions: readonly Action[]): boolean {
  return actions.some(
    (one) => "commitInfo" in one && /^CREATE OR REPLACE TABLE|^REPLACE TABLE/.test(one.commitInfo.operation ?? ""),
  );
}

function rulesOf({ options }: StreamedTable): ChangeRules {
  const isTrue = (key: string) => options[key]?.toLowerCase() === "true";
  return {
    skipChangeCommits: isTrue("skipchangecommits"),
    ignoreDeletes: isTrue("ignoredeletes"),
    ignoreChanges: isTrue("ignorechanges"),
  };
}

const RESTART =
  "If you would like the data update to be reflected, do a full refresh of the streaming table. If you need to handle these changes, please switch to a materialized view.";

function rowsChanged({ name, log }: StreamedTable, version: number, { path }: RemoveFile): LakeletError {
  return new LakeletError({
    condition: "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
    sqlState: "0A000",
    problem: `Detected a data update (for example ${path}) in the source table ${name} at version ${version}. This is currently not supported.`,
    reason: `A stream takes rows that are appended. The source table can be found at path ${log.location}.`,
    cure: `If this is going to happen regularly and you are okay to skip changes, set the option 'skipChangeCommits' to 'true'. ${RESTART}`,
    parameters: { file: path, version: String(version), dataPath: log.location },
  });
}

function rowsMadeAnew({ name, log }: StreamedTable, version: number, { path }: RemoveFile): LakeletError {
  return new LakeletError({
    condition: "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
    sqlState: "0A000",
    problem: `Detected a data update (for example ${path}) in the source table ${name} at version ${version}. This is currently not supported.`,
    reason: `All rows of the source were made anew there (a full refresh, or CREATE OR REPLACE), and the stream has had those that were.`,
    cure: "Refresh fully what streams from it, too.",
    parameters: { file: path, version: String(version), dataPath: log.location },
  });
}

function rowsDeleted({ name, log }: StreamedTable, version: number, { path }: RemoveFile): LakeletError {
  return new LakeletError({
    condition: "DELTA_SOURCE_IGNORE_DELETE",
    sqlState: "0A000",
    problem: `Detected deleted data (for example ${path}) from streaming source ${name} at version ${version}. This is currently not supported.`,
    reason: `The source table can be found at path ${log.location}.`,
    cure: `If you'd like to ignore deletes, set the option 'ignoreDeletes' or 'skipChangeCommits' to 'true'. ${RESTART}`,
    parameters: { removedFile: path, version: String(version), dataPath: log.location },
  });
}

function anotherTable({ name }: StreamedTable, before: TableProgress, now: TableProgress): LakeletError {
  const isOther = before.id !== now.id;
  return new LakeletError({
    condition: "DELTA_DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",
    sqlState: "55019",
    problem: isOther
      ? `The streaming query was reading from an unexpected Delta table (id = '${now.id}'): ${name}. It used to read from another Delta table (id = '${before.id}') according to its progress.`
      : `The streaming query has read ${name} up to version ${before.version}, but the table's newest version is ${now.version}.`,
    reason: "The table was dropped and created again.",
    cure: "Do a full refresh of the streaming table, or reset its checkpoint to keep the rows that are there.",
    parameters: { oldTableId: before.id, newTableId: now.id },
  });
}

function commitGone(location: string, version: number, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: "DELTA_LOG_FILE_NOT_FOUND_FOR_STREAMING_SOURCE",
    sqlState: "42K03",
    problem: `The commit of version ${version} is no longer in the log of ${location}, and the stream has not read it yet.`,
    reason: "If you never deleted it, it's likely your query is lagging behind: the log was cleaned up.",
    cure: "Do a full refresh, or reset the checkpoint. To avoid this happening again, raise delta.logRetentionDuration of the source table.",
    parameters: { version: String(version), path: location },
    cause,
  });
}

function twoStarts(): LakeletError {
  return new LakeletError({
    condition: "DELTA_STARTING_VERSION_AND_TIMESTAMP_BOTH_SET",
    sqlState: "42613",
    problem: "Please either provide 'startingVersion' or 'startingTimestamp'.",
  });
}

function illegalStart(option: string, value: string, wanted: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_ILLEGAL_OPTION",
    sqlState: "42616",
    problem: `Invalid value '${value}' for option '${option}', must be ${wanted}.`,
    parameters: { name: option, input: value },
  });
}

function unsupportedOption(option: string, value: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `The option \`${option}\` with the value '${value}' of a stream of a table is not supported.`,
    cure: "Known are skipChangeCommits, ignoreDeletes, ignoreChanges, startingVersion, startingTimestamp, maxFilesPerTrigger and maxBytesPerTrigger.",
    parameters: { option, value },
  });
}
