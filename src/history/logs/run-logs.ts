/** Structured logs of a run: a file an attempt with what befell it and what it printed, and one of the run itself. JSON lines, as pino writes them. */
import { join } from "node:path";
import type { Logger } from "pino";
import { failureOf, type TaskOutput, type TaskReport } from "../../jobs/run/attempt.js";
import type { RunEvent } from "../../jobs/run/run-event.js";
import type { RunListener } from "../../jobs/run/run-listener.js";
import type { RunState } from "../../jobs/run/run-state.js";
import { secretsOfProcess } from "../../jobs/secrets/known-secrets.js";
import type { Redact } from "../../jobs/secrets/redaction.js";
import { LogFile } from "./log-file.js";

export interface RunLogs extends RunListener {
  /** Resolves when all lines are written. */
  close(): Promise<void>;
}

interface Entry {
  /** Name of the log: `run`, or the attempt's run id. */
  readonly log: string;
  readonly level: "info" | "warn" | "error";
  readonly at: number;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/**
 * The logger is loaded when the first attempt begins, while its process is busy; what comes before that is kept.
 *
 * @param folderOf folder of a run
 * @param redact blacks out secrets in a line of JSON
 */
export function runLogs(folderOf: (runId: string) => string, redact: Redact = secretsOfProcess().redact): RunLogs {
  const kept: Entry[] = [];
  let writer: LogWriter | undefined;
  let opening: Promise<void> | undefined;
  let run: RunState | undefined;
  const add = (entry: Entry): void => {
    if (writer) writer.write(entry);
    else kept.push(entry);
  };
  const open = async (state: RunState): Promise<void> => {
    const { pino } = await import("pino");
    const { created } = state;
    const folder = join(folderOf(created.runId), "logs");
    const base = { job_id: created.job.id, job_name: created.job.name, run_id: created.runId };
    const options = { base, timestamp: false, formatters: { level: (level: string) => ({ level }) } };
    writer = new LogWriter(
      (write) => pino(options, { write: (line) => write(redact(line)) }),
      (name) => new LogFile(join(folder, `${name}.log`)),
    );
    for (const entry of kept.splice(0)) writer.write(entry);
  };
  return {
    event: (event, state) => {
      run = state;
      const entry = event.type === "run-created" ? createdEntry(state) : eventEntry(event, state);
      if (entry) add(entry);
      if (event.type === "attempt-started") opening ??= open(state);
      if (event.type === "attempt-ended") writer?.close(attemptLog(state, event.taskKey));
    },
    output: (taskKey, _, output) => {
      const entry = run && outputEntry(output, attemptLog(run, taskKey), taskKey);
      if (entry) add(entry);
    },
    close: async () => {
      if (run) opening ??= open(run);
      await opening;
      writer?.closeAll();
    },
  };
}

/** One logger makes the lines of all files of a run: to make one costs more than to write. */
class LogWriter {
  readonly #files = new Map<string, LogFile>();
  readonly #logger: Logger;
  readonly #open: (name: string) => LogFile;
  #line = "";

  constructor(make: (write: (line: string) => void) => Logger, open: (name: string) => LogFile) {
    this.#open = open;
    this.#logger = make((line) => {
      this.#line = line;
    });
  }

  write({ log, level, at, facts, message }: Entry): void {
    const file = this.#files.get(log) ?? this.#open(log);
    this.#files.set(log, file);
    this.#logger[level]({ time: new Date(at).toISOString(), ...facts }, message);
    file.write(this.#line);
  }

  close(name: string): void {
    this.#files.get(name)?.close();
    this.#files.delete(name);
  }

  closeAll(): void {
    for (const name of [...this.#files.keys()]) this.close(name);
  }
}

const RUN = "run";

/** The name of the log of the attempt at work. */
function attemptLog(state: RunState, taskKey: string): string {
  return state.tasks.get(taskKey)?.attempts.at(-1)?.runId ?? RUN;
}

function createdEntry({ created, parameters }: RunState): Entry {
  const facts = { event: created.type, trigger: created.trigger, parameters, spec: created.specFile };
  return { log: RUN, level: "info", at: created.at, facts, message: "the run is made" };
}

function eventEntry(event: Exclude<RunEvent, { readonly type: "run-created" }>, state: RunState): Entry | undefined {
  const { type, at } = event;
  const line = (level: Entry["level"], message: string, facts: Entry["facts"] = {}): Entry => {
    const own = "taskKey" in event && event.taskKey !== undefined ? { task_key: event.taskKey } : {};
    const log = "attempt" in event ? attemptLog(state, event.taskKey) : RUN;
    return { log, level, at, facts: { event: type, ...own, ...facts }, message };
  };
  switch (event.type) {
    case "attempt-started":
      return line("info", "the attempt begins", { attempt: event.attempt, pid: event.pid });
    case "attempt-ended": {
      const failure = failureOf(event.result);
      const facts = { attempt: event.attempt, result_state: event.result.state };
      if (!failure) return line("info", "the attempt has ended", facts);
      const { message, condition, location, stack } = failure;
      return line("error", message, { ...facts, condition, location, stack });
    }
    case "task-report":
      return line(levelOf(event.report), reportMessage(event.report), { attempt: event.attempt, report: event.report });
    case "task-value":
      return line("info", `the task value ${event.key} is set`, { attempt: event.attempt });
    case "task-ended":
      return line("info", event.message || "the task has ended", { result_state: event.resultState });
    case "child-run":
      return line("info", `run ${event.runId} is started`, { child_run_id: event.runId });
    case "duration-warning":
      return line("warn", `longer than ${event.thresholdSeconds} s`, { threshold_seconds: event.thresholdSeconds });
    case "run-ended":
    case "run-skipped":
      return line("info", event.message || "the run has ended", { result_state: state.resultState });
    case "run-queued":
    case "run-terminating":
      return line("info", event.message);
    case "repair-started":
      return line("info", "a repair begins", { repair_id: event.repairId, rerun: event.rerun });
    case "run-started":
    case "run-resumed":
      return line("info", type === "run-started" ? "the run begins" : "the run goes on");
    default:
      return undefined;
  }
}

function levelOf(report: TaskReport): Entry["level"] {
  if (report.kind === "warning") return "warn";
  return report.kind === "check" && report.status === "FAILED" ? "error" : "info";
}

function reportMessage(report: TaskReport): string {
  switch (report.kind) {
    case "table-written":
      return `${report.table} version ${report.version} is written by ${report.operation}`;
    case "unchanged":
      return `${report.table} is unchanged`;
    case "check":
      return `${report.check} of ${report.table}: ${report.status}`;
    case "ingest":
      return `${report.filesIngested} files are ingested into ${report.table}`;
    case "lineage":
      return `${report.table} is made of ${report.sources.map((one) => one.source).join(", ")}`;
    case "warning":
      return report.message;
  }
}

/** What is printed, a line an entry; tables and pages are in the run's outputs. */
function outputEntry(output: TaskOutput, log: string, task_key: string): Entry | undefined {
  const at = Date.now();
  if (output.kind === "cell") {
    const facts = { event: "cell", task_key, cell: output.number, line: output.line };
    return { log, level: "info", at: output.at, facts, message: `cell ${output.number} ${output.title}`.trimEnd() };
  }
  if (output.kind !== "text") return undefined;
  const level = output.stream === "stderr" ? "warn" : "info";
  return {
    log,
    level,
    at,
    facts: { event: "output", task_key, stream: output.stream },
    message: output.text.trimEnd(),
  };
}
