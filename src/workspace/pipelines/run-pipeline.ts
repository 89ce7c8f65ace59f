/** One update of a declarative pipeline, or one after the other: the session, the sources, the update, its event log. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { currentUser } from "../../jobs/bundle/current-user.js";
import { isAlive, thisProcess } from "../../jobs/run/process-identity.js";
import type { ProcessIdentity } from "../../jobs/run/run-event.js";
import type { PipelineDefinition } from "../../pipeline/definition.js";
import { type EventRow, eventRows } from "../../pipeline/event-log/event-row.js";
import { publishEventLogs } from "../../pipeline/event-log/publish-event-log.js";
import { writeUpdateLog } from "../../pipeline/event-log/update-log.js";
import { holdConfiguration } from "../../pipeline/held-configuration.js";
import type {
  PipelineEvent,
  PipelineSettings,
  UpdateRequest,
  UpdateResult,
  UpdateSelection,
} from "../../pipeline/update.js";
import { updatePipeline } from "../../pipeline/update-pipeline.js";
import type { SparkSession } from "../../session/contract.js";
import type { Project } from "../project.js";
import type { LoadedPipeline } from "./load-pipeline.js";
import { withSecrets } from "./pipeline-secrets.js";
import type { UpdateAlerts } from "./update-alerts.js";
import { recordUpdateLineage } from "./update-lineage.js";

export type { EventRow } from "../../pipeline/event-log/event-row.js";
export type { PipelineEvent, RowAccount, UpdateResult, UpdateSelection } from "../../pipeline/update.js";

/** Where the state of a project is kept, and its tables. */
export interface PipelineHome {
  readonly warehouse: string;
  readonly state: string;
}

export interface RunPipelineOptions {
  readonly home: PipelineHome;
  readonly pipeline: LoadedPipeline;
  readonly selection: UpdateSelection;
  readonly dryRun: boolean;
  readonly cause: UpdateRequest["cause"];
  /** With the pipeline's configuration as its own. */
  readonly session: SparkSession;
  readonly signal?: AbortSignal;
  /** Whom the update is told to. */
  readonly alerts?: UpdateAlerts;
  /** Told each secret of the configuration. */
  readonly onSecret?: (value: string) => void;
  /** Told each event, and the rows that it is in the event log. */
  readonly onEvent: (event: PipelineEvent, rows: readonly EventRow[]) => void;
}

/** All of the pipeline that is new. */
export const EVERYTHING: UpdateSelection = { refresh: [], fullRefresh: [], resetCheckpoint: [], fullRefreshAll: false };

/** Throws nothing that an update can fail of: that is in the result. A dry run writes nothing, no event log either. */
export async function runPipeline(options: RunPipelineOptions): Promise<UpdateResult> {
  const { home, pipeline, dryRun, session, onEvent } = options;
  const updateId = randomUUID();
  const context = { settings: pipeline.settings, updateId, userName: currentUser().userName };
  const folder = join(home.state, "pipelines");
  const { id, name, eventLog } = pipeline.settings;
  const rowsOf = dryRun
    ? eventRows(context)
    : writeUpdateLog(folder, { ...context, settings: { id, name }, eventLog, process: thisProcess() });
  const events: PipelineEvent[] = [];
  const tell = (event: PipelineEvent): void => {
    events.push(event);
    options.alerts?.event(event);
    onEvent(event, rowsOf(event));
  };
  const result = await update(options, updateId, tell);
  if (dryRun) return result;
  const isAtWork = (process: unknown): boolean => isAlive(process as ProcessIdentity);
  try {
    // The own process is alive, but this update has ended: its last row says so.
    await publishEventLogs({ session, warehouse: home.warehouse, folder, isAtWork });
    await recordUpdateLineage(
      { session, warehouse: home.warehouse, pipelineId: id, updateId, createdBy: context.userName },
      events,
    );
  } catch (error) {
    // The update is what it was, and its events stay in their file.
    const why = error instanceof Error ? error.message : String(error);
    const message = `The event log or the lineage was not written: ${why} The next update tries again.`;
    onEvent({ kind: "warning", at: Date.now(), message }, []);
  }
  for (const problem of (await options.alerts?.ended(result)) ?? []) {
    const why = problem instanceof Error ? problem.message : String(problem);
    onEvent(
      { kind: "warning", at: Date.now(), message: `A notification of the update was not written down: ${why}` },
      [],
    );
  }
  return result;
}

/** The `alerts` of a pipeline whose spec has notifications; most have none, and need not load them. */
export async function alertsOf(
  project: Project,
  pipeline: LoadedPipeline,
): Promise<Pick<RunPipelineOptions, "alerts">> {
  if ((pipeline.spec?.notifications ?? []).length === 0) return {};
  const { updateAlerts } = await import("./update-alerts.js");
  return { alerts: updateAlerts(project, pipeline) };
}

/** What the sources declare. Throws what is wrong with one, with its file and line. */
export async function readDefinition(
  { sources: files, settings }: LoadedPipeline,
  session: SparkSession,
): Promise<PipelineDefinition> {
  const { loadPipelineSources } = await import("../../tasks/pipeline/pipeline-sources.js");
  // The line of a source stands at the end of a stack, behind those of the session.
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK_FRAMES);
  return loadPipelineSources({ files, configuration: settings.configuration, session });
}

const STACK_FRAMES = 100;

async function update(
  { pipeline, selection, dryRun, cause, session, signal, onSecret = () => {} }: RunPipelineOptions,
  updateId: string,
  tell: (event: PipelineEvent) => void,
): Promise<UpdateResult> {
  let shownError = (error: unknown) => error;
  let onEvent = tell;
  let settings: PipelineSettings;
  let declared: PipelineDefinition;
  try {
    const filled = await withSecrets(pipeline.settings, onSecret);
    ({ settings, shownError } = filled);
    onEvent = (event) => tell(filled.shown(event));
    const restore = holdConfiguration(session, settings.configuration);
    declared = await readDefinition({ ...pipeline, settings }, session).finally(restore);
  } catch (thrown) {
    const error = shownError(thrown);
    // An update whose sources cannot be read is one that failed, in the event log as well.
    onEvent({ kind: "create-update", at: Date.now(), cause, selection, dryRun });
    onEvent({ kind: "update-progress", at: Date.now(), state: "FAILED", error });
    return { updateId, state: "FAILED", error };
  }
  const request = { settings, definition: declared, selection, dryRun, session, updateId, cause, onEvent };
  const result = await updatePipeline({ ...request, ...(signal && { signal }) });
  return result.error === undefined ? result : { ...result, error: shownError(result.error) };
}
