/** How an update ended, flow by flow. */
import type { LoadedPipeline, UpdateResult } from "../../workspace/pipelines/project-pipeline.js";
import { errorText, type FlowView, failedChecks, flowFacts, flowReason, type UpdateView } from "./pipeline-flows.js";
import { durationText, type Paint, padText, stateText, symbolOf } from "./words.js";

const STATES: Readonly<Record<string, string>> = { COMPLETED: "SUCCESS" };
const MOST_EXCLUDED = 3;
/** The facts of a flow whose name is longer stand below it. */
const LONGEST_NAME = 34;

export function summaryOfUpdate(
  update: UpdateView,
  result: UpdateResult,
  pipeline: LoadedPipeline | undefined,
  paint: Paint,
): readonly string[] {
  const flows = update.working();
  const excluded = flows.filter(({ status }) => status === "EXCLUDED" || status === undefined);
  const ended = flows.filter((flow) => !excluded.includes(flow));
  // Of many the end is what stays on the screen.
  const shown = [...ended.filter((flow) => !isTrouble(flow)), ...ended.filter(isTrouble)];
  const width = Math.min(LONGEST_NAME, Math.max(0, ...shown.map(({ name }) => name.length)));
  const elapsed = update.endedAt === undefined ? "" : ` in ${durationText(update.endedAt - (update.startedAt ?? 0))}`;
  const state = paintedState(result.state, paint);
  const what = update.dryRun ? "dry run" : "update";
  const error = update.error ?? result.error;
  const flowErrors = new Set(shown.map(({ progress }) => progress?.error));
  return [
    `${paint("bold", pipeline?.settings.name ?? "")}  ${state}${elapsed}  ${paint("dim", `${what} ${result.updateId}`)}`,
    ...(shown.length > 0 ? [""] : []),
    ...shown.flatMap((flow) => flowLines(flow, width, paint)),
    ...(update.dryRun ? ["", ...definitionLines(excluded, update, paint)] : excludedLines(excluded, paint)),
    ...(error !== undefined && !flowErrors.has(error) ? ["", paint("red", errorText(error))] : []),
    ...closing(update, result, pipeline),
  ];
}

function isTrouble({ status }: FlowView): boolean {
  return status === "FAILED" || status === "SKIPPED" || status === "STOPPED";
}

function flowLines(flow: FlowView, width: number, paint: Paint): readonly string[] {
  const { progress } = flow;
  const time = progress?.seconds === undefined ? "" : durationText(progress.seconds * 1000);
  const head = `  ${flowSymbol(flow, paint)} ${padText(flow.name, width)}  ${padText(time, 8)}`;
  const under = (text: string) => `${" ".repeat(width + 16)}${text}`;
  if (flow.status === "FAILED") {
    const text = errorText(progress?.error).split("\n");
    return [`${head}  ${paint("red", "FAILED")}`, ...text.map((line) => `      ${line}`)];
  }
  if (flow.status !== "COMPLETED") {
    return [`${head}  ${[flow.status, flowReason(flow)].filter(Boolean).join(": ")}`];
  }
  const reason = flowReason(flow);
  const facts = flowFacts(flow).join(" · ");
  const isLong = flow.name.length > width;
  return [
    isLong ? head.trimEnd() : `${head}  ${facts}`,
    ...(isLong ? [under(facts)] : []),
    ...(reason === undefined ? [] : [paint("dim", under(reason))]),
    ...failedChecks(flow).map((one) => paint("yellow", under(one))),
  ];
}

const SYMBOLS: Readonly<Record<string, string>> = {
  COMPLETED: "SUCCESS",
  EXCLUDED: "SKIPPED",
  IDLE: "SUCCESS",
  STOPPED: "CANCELED",
  QUEUED: "PENDING",
};

export function flowSymbol({ status }: FlowView, paint: Paint): string {
  return symbolOf(status === undefined ? "PENDING" : (SYMBOLS[status] ?? status), paint);
}

function paintedState(state: string, paint: Paint): string {
  const known = STATES[state];
  return known === undefined ? stateText(state, paint) : paint("green", state);
}

function excludedLines(flows: readonly FlowView[], paint: Paint): readonly string[] {
  if (flows.length === 0) return [];
  const names = flows.slice(0, MOST_EXCLUDED).map(({ name }) => name);
  const more = flows.length - names.length;
  return [paint("dim", `  not run: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`)];
}

/** Of a dry run: what each flow would fill, and what it reads. */
function definitionLines(flows: readonly FlowView[], update: UpdateView, paint: Paint): readonly string[] {
  const width = Math.max(0, ...flows.map(({ name }) => name.length));
  return flows.flatMap(({ name, definition }) => {
    if (definition === undefined) return [];
    const kind = (update.kinds.get(definition.target) ?? "").toLowerCase();
    const target = definition.target.split(".").at(-1) ?? "";
    const isNamedSo = name.split(".").at(-1) === target;
    const into = isNamedSo ? "" : `into ${target}  `;
    const reads = definition.inputs.length === 0 ? "" : paint("dim", `reads ${definition.inputs.join(", ")}`);
    return [`  ${padText(name, width)}  ${padText(kind, 17)}  ${into}${reads}`.trimEnd()];
  });
}

function closing(update: UpdateView, result: UpdateResult, pipeline: LoadedPipeline | undefined): readonly string[] {
  if (pipeline === undefined) return [];
  if (update.dryRun) {
    return result.state === "COMPLETED" ? ["", "All datasets and flows are right. Nothing was written."] : [];
  }
  return ["", `Its events: lakelet pipeline events ${pipeline.reference}`];
}

/** What is to be said of a spec before its update. What has no effect here is for `lakelet validate`. */
export function noticeLines({ notices, settings }: LoadedPipeline, paint: Paint): readonly string[] {
  const told = notices.filter(({ severity }) => severity === "warning" || severity === "not-yet");
  const lines = told.map(({ location, severity, message }) => {
    const word = severity === "warning" ? "warning" : "not yet";
    return `${location.file}:${location.line}:${location.column}: ${paint("yellow", word)}: ${message}`;
  });
  if (settings.continuous)
    lines.push("The pipeline is continuous: update follows update until Ctrl-C (--once for one).");
  return lines;
}
