/** What a person needs to know of a notification, in the words of no channel: each channel gives it its own form. */
import { stripVTControlCharacters } from "node:util";
import { failureOf } from "../../jobs/run/attempt.js";
import { jobTasks, type RunState } from "../../jobs/run/run-state.js";
import { lastAttempt, type TaskState } from "../../jobs/run/task-state.js";
import type { Notification } from "../notification.js";
import { durationText, timeText, triggerText } from "./words.js";

export interface MessageContent {
  readonly notification: Notification;
  readonly job: { readonly id: string; readonly name: string; readonly runId: string };
  readonly tone: "good" | "bad" | "warning" | "neutral";
  /** `orders failed`, one line. */
  readonly headline: string;
  /** Why, in a sentence; empty where there is nothing to say. */
  readonly reason: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly failures: readonly FailureContent[];
  /** Of the tasks that are not among the failures: `transform_silver: UPSTREAM_FAILED`. */
  readonly others: readonly string[];
  /** To type next. */
  readonly commands: readonly string[];
}

export interface FailureContent {
  readonly taskKey: string;
  /** `FAILED, attempt 4 of 4, 1 min 02 s` */
  readonly state: string;
  readonly message: string;
  /** `pipelines/orders/silver.ts:31, cell 2 "Clean"` */
  readonly place: string;
  /** Lines of the source around it. */
  readonly frame: string;
}

/** Beyond these nobody reads on: the run's page has the rest. */
const MAX_FAILURES = 10;
const MAX_OTHERS = 20;
const MAX_MESSAGE = 2_000;

export function messageContent(notification: Notification, state: RunState): MessageContent {
  const { created } = state;
  const { task: notified, thresholdSeconds, event } = notification;
  const task = notified && state.tasks.get(notified.key);
  const failing = event === "on_failure" && !notification.skipped;
  const failures = failing ? (task ? [failureContent(task)] : failedTasks(state).map(failureContent)) : [];
  const shown = failures.slice(0, MAX_FAILURES);
  const { runId } = created;
  return {
    // A message of 10 MB would lie in the queue, once for each to whom it goes.
    notification: { ...notification, message: cut(notification.message, MAX_MESSAGE) },
    job: { id: created.job.id, name: oneLine(created.job.name), runId },
    tone: toneOf(notification),
    headline: cut(headlineOf(notification, oneLine(created.job.name)), MAX_MESSAGE),
    reason: failures.length > 0 && task ? "" : cut(printable(notification.message), MAX_MESSAGE),
    facts: [
      ["Job", `${oneLine(created.job.name)} (${created.job.id})`],
      ...(task ? [["Task", taskText(task)] as const] : []),
      ["Run", repeated(runId, state)],
      ["Machine", oneLine(state.runner.host)],
      ["Trigger", triggerText(created.trigger)],
      ...timeFacts(notification, state, task),
      ...(thresholdSeconds === undefined
        ? []
        : [["Expected", `at most ${durationText(thresholdSeconds * 1000)}`] as const]),
      ...parameterFacts(state),
    ],
    failures: shown,
    others: [
      ...(failures.length > shown.length ? [`${failures.length - shown.length} more tasks failed`] : []),
      ...(task || event === "on_start" ? [] : otherTasks(state, new Set(failures.map((one) => one.taskKey)))),
    ],
    commands: commandsOf(notification, state),
  };
}

function toneOf({ event, resultState, alert }: Notification): MessageContent["tone"] {
  if (alert) return alert.state === "OK" ? "good" : alert.state === "TRIGGERED" ? "bad" : "warning";
  if (event === "on_duration_warning_threshold_exceeded" || resultState === "SUCCESS_WITH_FAILURES") return "warning";
  if (event === "on_start") return "neutral";
  return event === "on_success" ? "good" : "bad";
}

const VERBS: Readonly<Record<string, string>> = {
  SUCCESS: "succeeded",
  SUCCESS_WITH_FAILURES: "succeeded with failures",
  FAILED: "failed",
  TIMEDOUT: "timed out",
  CANCELED: "was canceled",
  INTERNAL_ERROR: "failed: its process was lost",
};

function headlineOf({ event, resultState, skipped, task, alert }: Notification, jobName: string): string {
  if (alert) return oneLine(alert.subject ?? `Alert ${alert.name}: ${alert.state}`);
  const subject = task === undefined ? jobName : `Task ${task.key} of ${jobName}`;
  if (event === "on_start") return `${subject} started`;
  if (event === "on_duration_warning_threshold_exceeded") return `${subject} runs longer than expected`;
  if (skipped) return `${subject} was skipped`;
  return `${subject} ${VERBS[resultState ?? ""] ?? `ended ${resultState}`}`;
}

function taskText(task: TaskState): string {
  const tries = triesText(task);
  return `${task.plan.key}${tries === "" ? "" : `, ${tries}`}`;
}

/** `attempt 2 of 4`; empty where there is one only. */
function triesText({ attempts, plan }: TaskState): string {
  const { maxRetries } = plan.retry;
  if (attempts.length === 0 || (maxRetries === 0 && attempts.length === 1)) return "";
  return `attempt ${attempts.length}${maxRetries === -1 ? "" : ` of ${Math.max(maxRetries + 1, attempts.length)}`}`;
}

function repeated(runId: string, { executions }: RunState): string {
  return executions.length > 1 ? `${runId}, repair ${executions.length - 1}` : runId;
}

function timeFacts(notification: Notification, state: RunState, task: TaskState | undefined) {
  const began = task
    ? lastAttempt(task)?.startedAt
    : (state.executions.at(-1)?.startedAt ?? state.startedAt ?? state.created.at);
  if (began === undefined) return [["Time", timeText(notification.at)]] as const;
  if (notification.event === "on_start" || notification.skipped) return [["Time", timeText(began)]] as const;
  const word = notification.resultState === undefined ? "So far" : "Duration";
  return [
    ["Started", timeText(began)],
    [word, durationText(notification.at - began)],
  ] as const;
}

function parameterFacts({ parameters }: RunState): readonly (readonly [string, string])[] {
  const texts = Object.entries(parameters).map(([name, value]) => cut(oneLine(`${name} = ${value}`), MAX_PARAMETER));
  return texts.length === 0 ? [] : [["Parameters", cut(texts.join("; "), MAX_MESSAGE)]];
}

const MAX_PARAMETER = 200;

function failedTasks(state: RunState): readonly TaskState[] {
  return jobTasks(state).filter(
    ({ resultState, attempts }) => attempts.length > 0 && (resultState === "FAILED" || resultState === "TIMEDOUT"),
  );
}

function failureContent(task: TaskState): FailureContent {
  const last = lastAttempt(task);
  const failure = failureOf(last?.result);
  const { cell, location } = failure ?? {};
  const length =
    last?.startedAt !== undefined && last.endedAt !== undefined ? last.endedAt - last.startedAt : undefined;
  const state = [
    last?.result?.state ?? task.resultState ?? "FAILED",
    triesText(task),
    length === undefined ? "" : durationText(length),
  ];
  const place = [
    location && [location.file, location.line].filter((part) => part !== undefined).join(":"),
    cell && `cell ${cell.number}${cell.title === "" ? "" : ` "${oneLine(cell.title)}"`}`,
  ];
  return {
    taskKey: task.plan.key,
    state: state.filter(Boolean).join(", "),
    message: cut(printable(failure?.message ?? task.message ?? ""), MAX_MESSAGE),
    place: place.filter(Boolean).join(", "),
    frame: cut(printable(failure?.frame ?? ""), MAX_MESSAGE),
  };
}

/** The tasks in a word or two, as far as they have one: where all succeeded, how many. */
function otherTasks(state: RunState, told: ReadonlySet<string>): readonly string[] {
  const rest = jobTasks(state).filter((task) => !told.has(task.plan.key));
  const fine = rest.filter((task) => task.resultState === "SUCCESS");
  const notFine = rest.filter((task) => task.resultState !== undefined && task.resultState !== "SUCCESS");
  const lines = notFine.map(({ plan, resultState, message }) =>
    cut(oneLine(`${plan.key}: ${resultState}${message ? `, ${message}` : ""}`), MAX_PARAMETER),
  );
  const more = lines.length - MAX_OTHERS;
  const succeeded = fine.length === 1 ? "1 task succeeded" : `${fine.length} tasks succeeded`;
  return [
    ...lines.slice(0, MAX_OTHERS),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(fine.length > 0 ? [succeeded] : []),
  ];
}

function commandsOf({ event, task, skipped, resultState }: Notification, { created }: RunState): readonly string[] {
  const show = `npx lakelet runs show ${created.runId}`;
  if (event === "on_duration_warning_threshold_exceeded") return [show, `npx lakelet runs cancel ${created.runId}`];
  const ended = event === "on_failure" || resultState === "SUCCESS_WITH_FAILURES";
  // A run can be repaired once it has ended, which one of its tasks does not tell.
  if (!ended || skipped || task !== undefined) return [show];
  return [show, `npx lakelet repair ${created.runId} --all-failed`];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Without colours and other control characters; lines stay lines. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROLS, "").trimEnd();
}

/** Without line breaks and control characters: a name may hold anything. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}

/** At most so many characters, and it shows where something is left out. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
