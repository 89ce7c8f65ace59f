/** Events of an update as rows of the event log, in the form that Databricks publishes. */
import { createHash } from "node:crypto";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Flow } from "../definition.js";
import type { PipelineEvent, PipelineSettings, RowAccount } from "../update.js";

/** `details` is still an object: text in the table. */
export interface EventRow {
  readonly id: string;
  readonly sequence: {
    readonly data_plane_id: { readonly instance: string; readonly seq_no: number };
    readonly control_plane_seq_no: number;
  };
  readonly origin: EventOrigin;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly level: "INFO" | "WARN" | "ERROR" | "METRICS";
  readonly maturity_level: "STABLE" | "EVOLVING";
  readonly error: EventError | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly event_type: string;
}

export interface EventOrigin {
  readonly pipeline_id: string;
  readonly pipeline_name: string;
  readonly pipeline_type: "WORKSPACE";
  readonly update_id: string;
  readonly dataset_name: string | null;
  readonly flow_name: string | null;
  readonly user_name: string | null;
}

export interface EventError {
  readonly fatal: boolean;
  readonly exceptions: readonly { readonly class_name: string; readonly message: string }[];
}

export interface EventContext {
  readonly settings: Pick<PipelineSettings, "id" | "name">;
  readonly updateId: string;
  readonly userName: string;
}

/** What one event says; who, when and where come with the row. */
type EventBody = Pick<EventRow, "message" | "level" | "event_type" | "details"> & {
  readonly dataset?: string;
  readonly flow?: string;
  readonly error?: unknown;
  readonly isFatal?: boolean;
};

const EVOLVING = new Set(["planning_information", "warning"]);

/** A maker of rows: numbered in the order in which it is given the events. */
export function eventRows(context: EventContext): (event: PipelineEvent) => readonly EventRow[] {
  const kinds = new Map<string, string>();
  let number = 0;
  return (event) => {
    if (event.kind === "dataset-definition") kinds.set(event.dataset, datasetType(event.datasetKind));
    return bodiesOf(event, context, kinds).map((body) => rowOf(body, event.at, ++number, context));
  };
}

/** The end of an update whose process was killed: who comes next writes it. */
export function interruptedRow(context: EventContext, last: EventRow): EventRow {
  const body: EventBody = {
    ...updateProgress(context, "FAILED"),
    message: `Update ${shortId(context)} is FAILED: its process ended before it did. What it had committed stays, and the next update goes on from there.`,
  };
  return rowOf(body, last.timestamp, last.sequence.data_plane_id.seq_no + 1, context);
}

function rowOf(body: EventBody, at: number, number: number, { settings, updateId, userName }: EventContext): EventRow {
  const { message, level, event_type, details, dataset, flow, error, isFatal = false } = body;
  return {
    id: eventId(updateId, number),
    sequence: { data_plane_id: { instance: updateId, seq_no: number }, control_plane_seq_no: at },
    origin: {
      pipeline_id: settings.id,
      pipeline_name: settings.name,
      pipeline_type: "WORKSPACE",
      update_id: updateId,
      dataset_name: dataset ?? null,
      flow_name: flow ?? null,
      user_name: userName,
    },
    timestamp: at,
    message,
    level,
    maturity_level: EVOLVING.has(event_type) ? "EVOLVING" : "STABLE",
    error: error === undefined ? null : errorOf(error, isFatal),
    details,
    event_type,
  };
}

/** The same event gives the same id, whoever writes it. */
function eventId(updateId: string, number: number): string {
  const digest = createHash("sha256").update(`${updateId}/${number}`).digest("hex");
  return [8, 12, 16, 20, 32].map((end, i, ends) => digest.slice(ends[i - 1] ?? 0, end)).join("-");
}

function bodiesOf(event: PipelineEvent, context: EventContext, kinds: ReadonlyMap<string, string>): EventBody[] {
  switch (event.kind) {
    case "create-update":
      return createUpdate(event, context);
    case "update-progress":
      return [
        {
          ...updateProgress(context, event.state),
          ...(event.error !== undefined && { error: event.error, isFatal: true }),
        },
      ];
    case "dataset-definition": {
      const type = datasetType(event.datasetKind);
      return [
        {
          message: `Dataset '${event.dataset}' defined as ${type}.`,
          level: "INFO",
          event_type: "dataset_definition",
          dataset: event.dataset,
          details: {
            dataset_definition: {
              dataset_type: type,
              schema: event.schema,
              source_code_location: placeOf(event.place),
            },
          },
        },
      ];
    }
    case "flow-definition":
      return [flowDefinition(event, kinds.get(event.target))];
    case "planning-information":
      return [planning(event)];
    case "flow-progress":
      return [flowProgress(event)];
    case "warning":
      return [
        {
          message: event.message,
          level: "WARN",
          event_type: "warning",
          details: { warning: { message: event.message } },
          ...(event.flow !== undefined && { flow: event.flow }),
          ...(event.dataset !== undefined && { dataset: event.dataset }),
        },
      ];
  }
}

type EventOf<Kind extends PipelineEvent["kind"]> = Extract<PipelineEvent, { kind: Kind }>;

function createUpdate({ cause, selection, dryRun }: EventOf<"create-update">, context: EventContext): EventBody[] {
  const { userName } = context;
  const action: EventBody = {
    message: `User ${userName} started an update.`,
    level: "INFO",
    event_type: "user_action",
    details: { user_action: { action: "START", user_name: userName } },
  };
  const update: EventBody = {
    message: `Update ${shortId(context)} started by ${cause}.`,
    level: "INFO",
    event_type: "create_update",
    details: {
      create_update: {
        update_id: context.updateId,
        cause,
        validate_only: dryRun,
        full_refresh: selection.fullRefreshAll,
        refresh_selection: selection.refresh,
        full_refresh_selection: selection.fullRefresh,
        reset_checkpoint_selection: selection.resetCheckpoint,
      },
    },
  };
  return cause === "USER_ACTION" ? [action, update] : [update];
}

function updateProgress(context: EventContext, state: EventOf<"update-progress">["state"]): EventBody {
  return {
    message: `Update ${shortId(context)} is ${state}.`,
    level: state === "FAILED" ? "ERROR" : state === "CANCELED" ? "WARN" : "INFO",
    event_type: "update_progress",
    details: { update_progress: { state } },
  };
}

function flowDefinition(
  { flow, target, inputs, isStreaming }: EventOf<"flow-definition">,
  kind: string | undefined,
): EventBody {
  const type = flowType(flow, kind, isStreaming);
  return {
    message: `Flow '${flow.name}' defined as ${type}.`,
    level: "INFO",
    event_type: "flow_definition",
    flow: flow.name,
    dataset: target,
    details: {
      flow_definition: {
        output_dataset: target,
        input_datasets: inputs,
        flow_type: type,
        ...(flow.kind !== "snapshot-cdc" && { once: flow.once }),
        source_code_location: placeOf(flow.place),
      },
    },
  };
}

function flowType(flow: Flow, kind: string | undefined, isStreaming: boolean): string {
  if (flow.kind === "auto-cdc") return "CHANGE";
  if (flow.kind === "snapshot-cdc") return "SNAPSHOT_CHANGE";
  if (kind === "VIEW" || kind === "TEMPORARY_VIEW") return "VIEW";
  return isStreaming || kind === "STREAMING_TABLE" ? "APPEND" : "MATERIALIZED_VIEW";
}

/** `STREAMING_TABLE` */
function datasetType(kind: string): string {
  return kind.toUpperCase().replace(/[- ]/g, "_");
}

function planning({ flow, target, technique, reason }: EventOf<"planning-information">): EventBody {
  const why = reason === undefined ? "." : `: ${reason}.`;
  const chosen = { maintenance_type: `MAINTENANCE_TYPE_${technique}`, is_chosen: true, is_applicable: true };
  return {
    message: `Flow '${flow}' has been planned to be executed as ${technique}${why}`,
    level: "INFO",
    event_type: "planning_information",
    flow,
    dataset: target,
    details: {
      planning_information: {
        technique_information: [
          {
            ...chosen,
            ...(reason !== undefined && {
              incrementalization_issues: [
                { issue_type: "INCREMENTAL_PLAN_REJECTED", prevent_incrementalization: true, reason },
              ],
            }),
          },
        ],
      },
    },
  };
}

const FLOW_WORDS: Readonly<Partial<Record<EventOf<"flow-progress">["status"], string>>> = {
  COMPLETED: "has COMPLETED",
  FAILED: "has FAILED",
  STOPPED: "was STOPPED",
};

function flowProgress(event: EventOf<"flow-progress">): EventBody {
  const { flow, target, status, reason, error } = event;
  const why = reason === undefined ? "" : `: ${reason}`;
  // Some reasons are whole sentences about the flow.
  const isSentence = reason?.startsWith(`Flow '${flow}'`) === true;
  return {
    message: isSentence
      ? reason
      : `Flow '${flow}' ${FLOW_WORDS[status] ?? `is ${status}`}${why}.`.replace(/([.!?])\.$/, "$1"),
    level: status === "FAILED" ? "ERROR" : status === "SKIPPED" ? "WARN" : "INFO",
    event_type: "flow_progress",
    flow,
    dataset: target,
    ...(error !== undefined && { error }),
    details: { flow_progress: flowDetails(event) },
  };
}

function flowDetails(event: EventOf<"flow-progress">): object {
  const metrics = {
    num_output_rows: number(event.outputRows),
    num_upserted_rows: number(event.upsertedRows),
    num_deleted_rows: number(event.deletedRows),
    execution_time_ms: event.seconds === undefined ? undefined : Math.round(event.seconds * 1000),
  };
  const known = Object.values(metrics).some((one) => one !== undefined);
  const quality = event.expectations !== undefined || event.droppedRecords !== undefined;
  return {
    status: event.status,
    ...(event.reason !== undefined && { reason: event.reason }),
    ...(known && { metrics: withoutUndefined(metrics) }),
    ...(quality && {
      data_quality: {
        dropped_records: Number(event.droppedRecords ?? 0n),
        expectations: (event.expectations ?? []).map(({ name, dataset, passed, failed }) => ({
          name,
          dataset,
          passed_records: Number(passed),
          failed_records: Number(failed),
        })),
      },
    }),
    ...(event.version !== undefined && { table_version: event.version }),
    ...(event.files && event.files.length > 0 && { files: event.files }),
    ...(event.account && { row_account: accountOf(event.account) }),
  };
}

/** Not Databricks' own: where each row of the flow went. */
function accountOf({ sources, isRowByRow, ...counts }: RowAccount): object {
  return {
    sources: sources.map(({ name, rows }) => ({ name, rows: Number(rows) })),
    is_row_by_row: isRowByRow,
    ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)])),
  };
}

function number(count: bigint | undefined): number | undefined {
  return count === undefined ? undefined : Number(count);
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): object {
  return { path: file, line_number: line };
}

const MOST_CAUSES = 5;

function errorOf(error: unknown, fatal: boolean): EventError {
  const exceptions: { class_name: string; message: string }[] = [];
  for (
    let one = error;
    one !== undefined && exceptions.length < MOST_CAUSES;
    one = one instanceof Error ? one.cause : undefined
  ) {
    exceptions.push({ class_name: className(one), message: one instanceof Error ? one.message : String(one) });
  }
  return { fatal, exceptions };
}

function className(error: unknown): string {
  if (error instanceof LakeletError) return error.condition;
  return error instanceof Error ? error.name : typeof error;
}

/** As the messages of Databricks call an update. */
function shortId({ updateId }: EventContext): string {
  return updateId.slice(0, 6);
}
