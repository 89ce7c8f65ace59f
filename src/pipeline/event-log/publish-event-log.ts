/** Updates to the event log's Delta table, each exactly once, whoever writes it and how often. */
import { rememberEventLog } from "../../catalog/pipeline-event-logs.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import type { CreatedRow, SparkSession } from "../../session/contract.js";
import { type EventRow, interruptedRow } from "./event-row.js";
import { readUpdateLog, removeUpdateLog, type UpdateLog, unpublishedUpdates } from "./update-log.js";

export interface PublishOptions {
  readonly session: SparkSession;
  /** Absolute folder of the managed tables. */
  readonly warehouse: string;
  /** Of the logs of updates. */
  readonly folder: string;
  /** Whether the process that wrote a log is still at work: its update is left to it. */
  isAtWork(process: unknown): boolean;
}

const STRUCTURE = "STRUCT<data_plane_id: STRUCT<instance: STRING, seq_no: BIGINT>, control_plane_seq_no: BIGINT>";
const ORIGIN =
  "STRUCT<pipeline_id: STRING, pipeline_name: STRING, pipeline_type: STRING, update_id: STRING, dataset_name: STRING, flow_name: STRING, user_name: STRING>";
const ERROR = "STRUCT<fatal: BOOLEAN, exceptions: ARRAY<STRUCT<class_name: STRING, message: STRING>>>";

/** Of the table, as Databricks documents them. */
const COLUMNS = [
  ["id", "STRING", "A unique identifier for the event log record."],
  ["sequence", STRUCTURE, "Metadata to identify and order events."],
  ["origin", ORIGIN, "Where the event comes from: the pipeline, the update, the flow."],
  ["timestamp", "TIMESTAMP", "The time the event was recorded, in UTC."],
  ["message", "STRING", "A message for people."],
  ["level", "STRING", "INFO, WARN, ERROR or METRICS."],
  ["maturity_level", "STRING", "STABLE or EVOLVING."],
  ["error", ERROR, "What went wrong, where something did."],
  ["details", "STRING", "The event as JSON; its form depends on event_type."],
  ["event_type", "STRING", "flow_progress, update_progress, flow_definition ..."],
] as const;

const SCHEMA = COLUMNS.map(([name, type]) => `${name} ${type}`).join(", ");
const TERMINAL = new Set(["COMPLETED", "FAILED", "CANCELED"]);

/** Publishes what has ended and is not in its table yet. */
export async function publishEventLogs(options: PublishOptions): Promise<void> {
  for (const updateId of unpublishedUpdates(options.folder)) {
    const log = readUpdateLog(options.folder, updateId);
    const isOpen = log !== undefined && !log.rows.some(isEnd);
    if (isOpen && options.isAtWork(log.header.process)) continue;
    const last = log?.rows.at(-1);
    if (log && last) await publish(options, log, isOpen ? [...log.rows, interruptedRow(log.header, last)] : log.rows);
    removeUpdateLog(options.folder, updateId);
  }
}

function isEnd({ details }: EventRow): boolean {
  const { update_progress: progress } = details as { readonly update_progress?: { readonly state: string } };
  return progress !== undefined && TERMINAL.has(progress.state);
}

async function publish(
  { session, warehouse }: PublishOptions,
  { header: { eventLog, settings, updateId } }: UpdateLog,
  rows: readonly EventRow[],
): Promise<void> {
  const table = [eventLog.catalog, eventLog.schema, eventLog.name].map(quoted).join(".");
  const columns = COLUMNS.map(([name, type, comment]) => `${name} ${type} COMMENT ${textLiteral(comment)}`);
  await session.execute(`CREATE SCHEMA IF NOT EXISTS ${quoted(eventLog.catalog)}.${quoted(eventLog.schema)}`);
  await session.execute(
    `CREATE TABLE IF NOT EXISTS ${table} (${columns.join(", ")}) USING DELTA
     COMMENT 'The event log of a pipeline'
     TBLPROPERTIES ('pipelines.pipelineId' = ${textLiteral(settings.id)}, 'pipelines.datasetType' = 'EVENT_LOG',
       'delta.autoOptimize.autoCompact' = 'true')`,
  );
  rememberEventLog(warehouse, settings.id, eventLog);
  try {
    await session
      .createDataFrame(rows.map(tableRow), SCHEMA)
      .write.format("delta")
      .mode("append")
      .option("txnAppId", `lakelet.event_log.${updateId}`)
      .option("txnVersion", 1)
      .saveAsTable(table);
  } catch (error) {
    // Another process has published the same update.
    if (!isLakeletError(error, "DELTA_CONCURRENT_TRANSACTION")) throw error;
  }
}

function tableRow({ timestamp, details, sequence, ...row }: EventRow): CreatedRow {
  return {
    ...row,
    sequence: {
      data_plane_id: { ...sequence.data_plane_id, seq_no: BigInt(sequence.data_plane_id.seq_no) },
      control_plane_seq_no: BigInt(sequence.control_plane_seq_no),
    },
    timestamp: new Date(timestamp),
    details: JSON.stringify(details),
  } as unknown as CreatedRow;
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function textLiteral(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
