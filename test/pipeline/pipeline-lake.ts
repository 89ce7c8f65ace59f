/** What the tests of pipelines share: a pipeline from SQL text, run on a session's lake. */
import type { PipelineDefinition } from "../../src/pipeline/definition.js";
import { sqlDefinition } from "../../src/pipeline/sql-source.js";
import type {
  PipelineEvent,
  PipelineSettings,
  UpdateRequest,
  UpdateResult,
  UpdateSelection,
} from "../../src/pipeline/update.js";
import { updatePipeline } from "../../src/pipeline/update-pipeline.js";
import type { SparkSession } from "../../src/session/contract.js";

export const NOTHING_SELECTED: UpdateSelection = {
  refresh: [],
  fullRefresh: [],
  resetCheckpoint: [],
  fullRefreshAll: false,
};

export interface RunOptions extends Partial<Omit<UpdateRequest, "settings" | "selection" | "definition" | "session">> {
  readonly settings?: Partial<PipelineSettings>;
  readonly selection?: Partial<UpdateSelection>;
}

export interface PipelineRun extends UpdateResult {
  readonly events: readonly PipelineEvent[];
  /** How each flow ended, by name. */
  readonly flows: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** @param source SQL text, or a definition; the schema of the tables is the settings', `main.p` by default */
export async function runPipeline(
  session: SparkSession,
  source: string | PipelineDefinition,
  { settings, selection, ...options }: RunOptions = {},
): Promise<PipelineRun> {
  const configuration = settings?.configuration ?? {};
  const events: PipelineEvent[] = [];
  const own = { id: "p", name: "p", catalog: "main", schema: "p", development: true, continuous: false };
  const eventLog = { catalog: "main", schema: "p", name: "event_log_p" };
  const result = await updatePipeline({
    settings: { ...own, eventLog, ...settings, configuration },
    definition: typeof source === "string" ? sqlDefinition([{ file: "p.sql", text: source }], configuration) : source,
    selection: { ...NOTHING_SELECTED, ...selection },
    dryRun: false,
    session,
    updateId: "u",
    cause: "API_CALL",
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return {
    ...result,
    events,
    flows: Object.fromEntries(eventsOf(events, "flow-progress").map((event) => [event.flow, event.status])),
    warnings: eventsOf(events, "warning").map((event) => event.message),
  };
}

export function eventsOf<Kind extends PipelineEvent["kind"]>(
  events: readonly PipelineEvent[],
  kind: Kind,
): readonly Extract<PipelineEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<PipelineEvent, { kind: Kind }> => event.kind === kind);
}
