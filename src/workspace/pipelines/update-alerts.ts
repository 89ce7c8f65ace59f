/** Mails about an update of a pipeline, as `notifications` of its spec asks for them. */
import type { PipelineSpecBody } from "../../jobs/pipeline-spec/pipeline-spec-schema.js";
import { planDeliveries } from "../../notifications/delivery.js";
import { cut, type MessageContent, oneLine } from "../../notifications/message/content.js";
import { timeText } from "../../notifications/message/words.js";
import type { Notification } from "../../notifications/notification.js";
import type { PipelineEvent, UpdateResult } from "../../pipeline/update.js";
import { openNotificationDesk } from "../notification-desk.js";
import type { Project } from "../project.js";
import type { LoadedPipeline } from "./load-pipeline.js";

type Alert = NonNullable<NonNullable<PipelineSpecBody["notifications"]>[number]["alerts"]>[number];

/** How long the end of an update waits for its mails to be tried; the queue has what is left. */
const PATIENCE_MS = 3_000;
const MAX_MESSAGE = 2_000;

interface FailedFlow {
  readonly flow: string;
  readonly target: string;
  readonly error: unknown;
  readonly at: number;
}

export interface UpdateAlerts {
  readonly event: (event: PipelineEvent) => void;
  /** Tells whoever wants to know. Throws nothing: gives what kept a mail from being written down. */
  readonly ended: (result: UpdateResult) => Promise<readonly unknown[]>;
}

/** For one update. Of a continuous pipeline success is not told: one update follows the other. */
export function updateAlerts(project: Project, pipeline: LoadedPipeline): UpdateAlerts {
  const wanted = pipeline.spec?.notifications ?? [];
  const failed: FailedFlow[] = [];
  return {
    event: (event) => {
      if (event.kind !== "flow-progress" || event.status !== "FAILED") return;
      failed.push({ flow: event.flow, target: event.target, error: event.error, at: event.at });
    },
    ended: async (result) => {
      const addressees = (alerts: readonly Alert[]) => [
        ...new Set(
          wanted.flatMap((one) =>
            one.alerts?.some((alert) => alerts.includes(alert)) ? (one.email_recipients ?? []) : [],
          ),
        ),
      ];
      const told: (readonly [MessageContent, readonly string[]])[] = [];
      // Nothing begins an update anew by itself: each failure is fatal.
      const ofUpdate = result.state === "FAILED" ? (["on-update-failure", "on-update-fatal-failure"] as const) : [];
      const isSuccess = result.state === "COMPLETED" && !pipeline.settings.continuous;
      const alerts = isSuccess ? (["on-update-success"] as const) : ofUpdate;
      if (alerts.length > 0) told.push([updateContent(pipeline, result, failed, Date.now()), addressees(alerts)]);
      for (const one of failed) told.push([flowContent(pipeline, result, one), addressees(["on-flow-failure"])]);
      return deliver(
        project,
        told.filter(([, addresses]) => addresses.length > 0),
      );
    },
  };
}

async function deliver(
  project: Project,
  told: readonly (readonly [MessageContent, readonly string[]])[],
): Promise<readonly unknown[]> {
  if (told.length === 0) return [];
  try {
    const desk = openNotificationDesk(project);
    try {
      const deliveries = told.flatMap(([content, addresses]) =>
        planDeliveries(content.notification, content, { addresses, destinations: [] }),
      );
      const added = deliveries.filter((one) => desk.queue.add(one));
      for (const one of added) desk.courier.add(one);
      await desk.courier.tried(
        added.map((one) => one.id),
        PATIENCE_MS,
      );
      return desk.problems;
    } finally {
      desk.close();
    }
  } catch (error) {
    // The update is what it was, whoever hears of it.
    return [error];
  }
}

function updateContent(
  pipeline: LoadedPipeline,
  { updateId, state, error }: UpdateResult,
  failed: readonly FailedFlow[],
  at: number,
): MessageContent {
  const isGood = state === "COMPLETED";
  const { name } = pipeline.settings;
  return {
    ...frame(pipeline, updateId, {
      id: `${updateId}-update`,
      isGood,
      at,
      message: failed.length > 0 ? "" : textOf(error),
    }),
    headline: `${oneLine(name)}: the update ${isGood ? "is completed" : "failed"}`,
    failures: failed.map((one) => ({
      taskKey: one.flow,
      state: `FAILED, into ${one.target}`,
      message: textOf(one.error),
      place: "",
      frame: "",
    })),
  };
}

function flowContent(pipeline: LoadedPipeline, { updateId }: UpdateResult, one: FailedFlow): MessageContent {
  const id = `${updateId}-flow-${encodeURIComponent(one.flow)}`;
  return {
    ...frame(pipeline, updateId, { id, isGood: false, at: one.at, message: textOf(one.error) }),
    headline: `${oneLine(pipeline.settings.name)}: the flow ${oneLine(one.flow)} failed`,
    failures: [],
  };
}

function frame(
  { settings, reference }: LoadedPipeline,
  updateId: string,
  { id, isGood, at, message }: Pick<Notification, "id" | "at" | "message"> & { readonly isGood: boolean },
): Omit<MessageContent, "headline" | "failures"> {
  return {
    notification: {
      id,
      event: isGood ? "on_success" : "on_failure",
      at,
      resultState: isGood ? "SUCCESS" : "FAILED",
      skipped: false,
      message,
      task: undefined,
    },
    job: { id: settings.id, name: oneLine(settings.name), runId: updateId },
    tone: isGood ? "good" : "bad",
    reason: message,
    facts: [
      ["Pipeline", `${oneLine(settings.name)} (${settings.id})`],
      ["Update", updateId],
      ["Ended", timeText(at)],
    ],
    others: [],
    commands: [`npx lakelet pipeline events ${oneLine(reference)}`],
  };
}

function textOf(error: unknown): string {
  if (error === undefined) return "";
  return cut(error instanceof Error ? error.message : String(error), MAX_MESSAGE);
}
