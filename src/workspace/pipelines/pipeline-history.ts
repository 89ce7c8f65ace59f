/** `lakelet pipeline list | show | events`: what the pipelines of the project are, and what their event logs tell. */
import { join } from "node:path";
import { eventLogOf } from "../../catalog/pipeline-event-logs.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { isAlive } from "../../jobs/run/process-identity.js";
import type { ProcessIdentity } from "../../jobs/run/run-event.js";
import type { Dataset, Flow } from "../../pipeline/definition.js";
import { publishEventLogs } from "../../pipeline/event-log/publish-event-log.js";
import { unpublishedUpdates } from "../../pipeline/event-log/update-log.js";
import type { SparkSession } from "../../session/contract.js";
import type { BundleChoice } from "../job-lookup.js";
import { openProject, type Project } from "../project.js";
import { type LoadedPipeline, loadFoundPipeline, loadPipeline } from "./load-pipeline.js";
import { projectPipelines } from "./pipeline-lookup.js";
import { openPipelineSession } from "./project-pipeline.js";
import { EVERYTHING, type PipelineEvent, readDefinition, runPipeline } from "./run-pipeline.js";

export type { Dataset, Flow } from "../../pipeline/definition.js";
export type { LoadedPipeline } from "./load-pipeline.js";

/** One line of an event log. */
export interface LoggedEvent {
  readonly timestamp: Date;
  readonly level: string;
  readonly eventType: string;
  readonly updateId: string;
  readonly flow: string | null;
  readonly message: string;
  /** What went wrong, the outermost first. */
  readonly errors: readonly string[];
  readonly details: unknown;
}

export interface EventFilter {
  readonly limit: number;
  readonly updateId?: string;
  readonly level?: readonly string[];
  readonly eventType?: string;
}

export interface ListedPipeline {
  readonly reference: string;
  /** Undefined where its spec cannot be read: the error says why. */
  readonly pipeline: LoadedPipeline | undefined;
  readonly error?: string;
  readonly lastUpdate: LastUpdate | undefined;
}

export interface LastUpdate {
  readonly updateId: string;
  readonly state: string;
  readonly at: Date;
}

export interface ShownPipeline {
  readonly pipeline: LoadedPipeline;
  readonly datasets: readonly Dataset[];
  readonly flows: readonly Flow[];
  /** By the names of flows; those of a flow that is wrong are not known. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  readonly isRight: boolean;
  readonly lastUpdate: LastUpdate | undefined;
}

/** Each with the state of its last update. */
export async function listPipelines(bundle: BundleChoice): Promise<readonly ListedPipeline[]> {
  const project = openProject();
  return withLogs(project, async (session) => {
    const listed: ListedPipeline[] = [];
    for (const found of projectPipelines(project)) {
      const { reference } = found;
      try {
        const pipeline = loadFoundPipeline(project, found, { bundle });
        listed.push({ reference, pipeline, lastUpdate: await lastUpdateOf(project, session, pipeline) });
      } catch (error) {
        if (!isLakeletError(error)) throw error;
        listed.push({ reference, pipeline: undefined, error: error.message, lastUpdate: undefined });
      }
    }
    return listed;
  });
}

/** What its sources declare, and what the queries read, without running anything. */
export async function showPipeline(wanted: string, bundle: BundleChoice): Promise<ShownPipeline> {
  const project = openProject();
  const pipeline = loadPipeline(project, wanted, { bundle });
  const work = async (session: SparkSession): Promise<ShownPipeline> => {
    const { datasets, flows } = await readDefinition(pipeline, session);
    const lastUpdate = await lastUpdateOf(project, session, pipeline);
    const inputs = new Map<string, readonly string[]>();
    const onEvent = (event: PipelineEvent): void => {
      if (event.kind === "flow-definition") inputs.set(event.flow.name, event.inputs);
    };
    const how = { selection: EVERYTHING, dryRun: true, cause: "USER_ACTION", onEvent } as const;
    const { state } = await runPipeline({ home: project, pipeline, session, ...how });
    return { pipeline, datasets, flows, inputs, isRight: state === "COMPLETED", lastUpdate };
  };
  return withLogs(project, work, pipeline.settings.configuration);
}

/** Of the pipeline's last update, or of the one that the filter names; oldest first. */
export async function pipelineEvents(
  wanted: string,
  bundle: BundleChoice,
  filter: EventFilter,
): Promise<readonly LoggedEvent[]> {
  const project = openProject();
  const pipeline = loadPipeline(project, wanted, { bundle });
  return withLogs(project, async (session) => {
    const last = await lastUpdateOf(project, session, pipeline);
    const table = logTable(project, pipeline);
    if (last === undefined || table === undefined) return [];
    const levels = (filter.level ?? []).map((one) => one.toUpperCase());
    const rows = await collect(
      session,
      `SELECT timestamp, level, event_type, origin.update_id AS update_id, origin.flow_name AS flow_name, message, details,
         transform(error.exceptions, one -> one.message) AS errors
       FROM ${table}
       WHERE origin.update_id LIKE :update AND (:type = '' OR event_type = :type) AND (:level = '' OR array_contains(split(:level, ','), level))
       ORDER BY timestamp DESC, sequence.data_plane_id.seq_no DESC LIMIT ${filter.limit}`,
      {
        update: `${(filter.updateId ?? last.updateId).replace(/[%_\\]/g, "\\$&")}%`,
        type: filter.eventType ?? "",
        level: levels.join(","),
      },
    );
    return rows.map(loggedEvent).reverse();
  });
}

/** Updates whose process was killed are written to their logs first. */
async function withLogs<Result>(
  project: Project,
  work: (session: SparkSession) => Promise<Result>,
  configuration: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const session = await openPipelineSession(project, configuration);
  try {
    const folder = join(project.state, "pipelines");
    const isAtWork = (process: unknown): boolean => isAlive(process as ProcessIdentity);
    if (unpublishedUpdates(folder).length > 0) {
      await publishEventLogs({ session, warehouse: project.warehouse, folder, isAtWork });
    }
    return await work(session);
  } finally {
    await session.stop();
  }
}

function logTable(project: Project, { settings }: LoadedPipeline): string | undefined {
  const log = eventLogOf(project.warehouse, settings.id);
  return log && [log.catalog, log.schema, log.name].map((name) => `\`${name.replaceAll("`", "``")}\``).join(".");
}

async function lastUpdateOf(
  project: Project,
  session: SparkSession,
  pipeline: LoadedPipeline,
): Promise<LastUpdate | undefined> {
  const table = logTable(project, pipeline);
  if (table === undefined) return undefined;
  const [row] = await collect(
    session,
    `SELECT origin.update_id AS update_id, details:update_progress.state::string AS state, timestamp FROM ${table}
     WHERE event_type = 'update_progress' ORDER BY timestamp DESC, sequence.data_plane_id.seq_no DESC LIMIT 1`,
    {},
  );
  return row && { updateId: String(row.update_id), state: String(row.state), at: timeOf(row.timestamp) };
}

async function collect(
  session: SparkSession,
  query: string,
  args: Readonly<Record<string, string>>,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await (await session.sql(query, args)).collect()).map((row) => ({ ...row }));
}

function loggedEvent(row: Readonly<Record<string, unknown>>): LoggedEvent {
  return {
    timestamp: timeOf(row.timestamp),
    level: String(row.level),
    eventType: String(row.event_type),
    updateId: String(row.update_id),
    flow: row.flow_name === null ? null : String(row.flow_name),
    message: String(row.message),
    errors: Array.isArray(row.errors) ? row.errors.map(String) : [],
    details: JSON.parse(String(row.details)),
  };
}

function timeOf(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value));
}
