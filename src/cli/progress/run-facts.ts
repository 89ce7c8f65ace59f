/** The lines over a run's tasks: what started it, with what, how it was queued, resumed and repaired. */
import type { RunState } from "../../workspace/runs.js";
import { shownState } from "../../workspace/runs.js";
import { durationText, type Paint, stateText } from "./words.js";

export function runFactLines(run: RunState, paint: Paint): readonly string[] {
  const { created, queuedAt, startedAt, endedAt } = run;
  const queued = queuedAt === undefined ? undefined : (startedAt ?? endedAt ?? Date.now()) - queuedAt;
  const times = [
    `${timeText(created.at)} ${triggerText(run)}`,
    ...(endedAt === undefined ? [] : [`took ${durationText(endedAt - created.at)}`]),
    ...(queued === undefined ? [] : [`${durationText(queued)} of it in the queue`]),
  ];
  const dim = (text: string) => paint("dim", text);
  return [
    `${paint("bold", created.job.name)} ${stateText(shownState(run), paint)}${run.message ? `: ${run.message}` : ""}`,
    dim(`run ${created.runId} of job ${created.job.id} (${created.specFile})`),
    dim(times.join(", ")),
    ...parameterLines(run).map(dim),
    ...(created.only.length > 0 ? [dim(`only ${created.only.join(", ")}`)] : []),
    ...(run.warnedAt === undefined
      ? []
      : [paint("yellow", `longer than its health rule at ${timeText(run.warnedAt)}`)]),
    ...repairLines(run, paint),
  ];
}

/** UTC, to the second. */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function triggerText({ created }: RunState): string {
  const { trigger, backfillDate } = created;
  const due = trigger.at === created.at ? "" : ` due ${timeText(trigger.at)}`;
  if (backfillDate !== undefined) return `for the date ${backfillDate} of a backfill`;
  switch (trigger.type) {
    case "ONE_TIME":
      return "by a user";
    case "PERIODIC":
      return `by its schedule${due}`;
    case "FILE_ARRIVAL":
      return `by a file in ${trigger.fileArrival?.location ?? "its folder"}`;
    case "TABLE":
      return `by a change of ${trigger.tableUpdate?.tables.map((one) => `${one.name} v${one.version}`).join(", ") ?? "a table"}`;
    case "RUN_JOB_TASK":
      return `by the task ${trigger.parent?.taskKey ?? ""} of run ${trigger.parent?.runId ?? ""}`;
    case "CONTINUOUS":
    case "CONTINUOUS_RESTART":
      return "because it runs continuously";
    case "RETRY":
      return "as a retry";
  }
}

function parameterLines({ parameters, overrides, created }: RunState): readonly string[] {
  const given = { ...parameters, ...overrides };
  const text = Object.entries(given).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const others = Object.entries(created.runParameters ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return text.length + others.length > 0 ? [`parameters ${[...text, ...others].join(" ")}`] : [];
}

/** How the run and each repair of it went; nothing where it was never repaired. */
function repairLines({ executions }: RunState, paint: Paint): readonly string[] {
  if (executions.length < 2) return [];
  return executions.map(({ repairId, startedAt, endedAt, resultState = "RUNNING", rerun }, i) => {
    const what = repairId === undefined ? "first" : `repair ${i} (${repairId})`;
    const time = endedAt === undefined ? "" : ` in ${durationText(endedAt - startedAt)}`;
    const again = rerun.length === 0 ? "" : paint("dim", `: ${named(rerun)} again`);
    return `${paint("dim", `${what} ${timeText(startedAt)}`)} ${stateText(resultState, paint)}${time}${again}`;
  });
}

const NAMED = 8;

/** The first names of a long list. */
export function named(keys: readonly string[]): string {
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : "";
  return keys.slice(0, NAMED).join(", ") + more;
}
