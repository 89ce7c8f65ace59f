/** `lakelet pipeline run | dry-run`: a pipeline of the project in a session of its own, in this process. */
import { setTimeout as pause } from "node:timers/promises";
import type { LocalSession } from "../../session/local-session.js";
import type { BundleChoice } from "../job-lookup.js";
import { openProject, type Project } from "../project.js";
import { sessionOptions } from "../session-options.js";
import { type LoadedPipeline, loadPipeline } from "./load-pipeline.js";
import {
  alertsOf,
  type EventRow,
  type PipelineEvent,
  runPipeline,
  type UpdateResult,
  type UpdateSelection,
} from "./run-pipeline.js";
import { triggerInterval } from "./trigger-interval.js";

export type { LoadedPipeline } from "./load-pipeline.js";
export {
  EVERYTHING,
  type EventRow,
  type PipelineEvent,
  type RowAccount,
  type UpdateResult,
  type UpdateSelection,
} from "./run-pipeline.js";

export interface UpdateProjectPipelineOptions {
  readonly wanted: string;
  readonly bundle: BundleChoice;
  readonly configuration: Readonly<Record<string, string>>;
  readonly development?: boolean;
  readonly selection: UpdateSelection;
  readonly dryRun: boolean;
  /** Of a continuous pipeline: one update and no more. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  /** The pipeline is found and its spec is right; before its first update. */
  readonly onLoaded: (pipeline: LoadedPipeline) => void;
  readonly onEvent: (event: PipelineEvent, rows: readonly EventRow[]) => void;
  /** An update of a continuous pipeline has ended; another one follows unless the signal has come. */
  readonly onUpdate: (result: UpdateResult) => void;
}

/**
 * The last update's result.
 *
 * @throws PIPELINE_NOT_FOUND, INVALID_PIPELINE_SPEC, MALFORMED_DOCUMENT
 */
export async function updateProjectPipeline(options: UpdateProjectPipelineOptions): Promise<UpdateResult> {
  const { wanted, bundle, configuration, development, dryRun, onLoaded } = options;
  const project = openProject();
  const pipeline = loadPipeline(project, wanted, {
    bundle,
    configuration,
    ...(development !== undefined && { development }),
  });
  onLoaded(pipeline);
  const session = await openPipelineSession(project, pipeline.settings.configuration);
  try {
    const continuous = pipeline.settings.continuous && !options.once && !dryRun;
    return continuous
      ? await untilStopped(options, project, pipeline, session)
      : await once(options, project, pipeline, session);
  } finally {
    await session.stop();
  }
}

async function once(
  { selection, dryRun, signal, onEvent, onUpdate }: UpdateProjectPipelineOptions,
  project: Project,
  pipeline: LoadedPipeline,
  session: LocalSession,
): Promise<UpdateResult> {
  const result = await runPipeline({
    home: project,
    pipeline,
    selection,
    dryRun,
    cause: "USER_ACTION",
    session,
    signal,
    onEvent,
    ...(!dryRun && (await alertsOf(project, pipeline))),
  });
  onUpdate(result);
  return result;
}

/** A full refresh that was asked for is one of the first update alone. An update that fails ends it, as a mistake does not mend itself. */
async function untilStopped(
  options: UpdateProjectPipelineOptions,
  project: Project,
  pipeline: LoadedPipeline,
  session: LocalSession,
): Promise<UpdateResult> {
  const { signal } = options;
  const wait = triggerInterval(pipeline.settings.configuration);
  for (let selection = options.selection; ; selection = { ...selection, ...CONTINUED }) {
    const result = await once({ ...options, selection }, project, pipeline, session);
    if (result.state !== "COMPLETED" || signal.aborted) return result;
    // It rejects when the signal comes.
    await pause(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return { ...result, state: "CANCELED" };
  }
}

const CONTINUED = { fullRefresh: [], fullRefreshAll: false, resetCheckpoint: [] } as const;

export async function openPipelineSession(
  project: Project,
  configuration: Readonly<Record<string, string>>,
): Promise<LocalSession> {
  const { createLocalSession } = await import("../../session/local-session.js");
  return createLocalSession({ ...sessionOptions(project), configuration });
}
