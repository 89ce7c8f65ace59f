/** How an update of a pipeline is shown: live in a terminal, plain lines without one, JSON where it is wanted. */
import type { LoadedPipeline, PipelineEvent, UpdateResult } from "../../workspace/pipelines/project-pipeline.js";
import { errorText, failedChecks, flowFacts, type PipelineView, UpdateView } from "./pipeline-flows.js";
import { pipelineJson } from "./pipeline-json.js";
import { LivePipelineView } from "./pipeline-live-view.js";
import { noticeLines, summaryOfUpdate } from "./pipeline-summary.js";
import { terminalText } from "./terminal-text.js";
import { durationText, type Paint } from "./words.js";

export function openPipelineView(silent: boolean): PipelineView {
  if (silent) return pipelineJson((text) => process.stdout.write(`${text}\n`));
  const { stdout } = process;
  const isLive = stdout.isTTY && process.env.TERM !== "dumb";
  return isLive ? new LivePipelineView(stdout) : new PlainPipelineView((line) => stdout.write(`${line}\n`));
}

/** A line an event. */
export class PlainPipelineView implements PipelineView {
  readonly #print: (line: string) => void;
  readonly #paint: Paint = (_, text) => text;
  #pipeline: LoadedPipeline | undefined;
  #update = new UpdateView();

  constructor(print: (line: string) => void) {
    this.#print = (line) => print(terminalText(line));
  }

  readonly loaded = (pipeline: LoadedPipeline): void => {
    this.#pipeline = pipeline;
    for (const line of noticeLines(pipeline, this.#paint)) this.#print(line);
  };

  readonly event = (event: PipelineEvent): void => {
    this.#update.event(event);
    const line = plainLine(event, this.#update);
    if (line !== undefined) this.#print(line);
  };

  readonly finish = (result: UpdateResult): void => {
    this.#print("");
    for (const line of summaryOfUpdate(this.#update, result, this.#pipeline, this.#paint)) this.#print(line);
    this.#update = new UpdateView();
  };

  readonly close = (): void => undefined;
}

const SILENT: ReadonlySet<string> = new Set(["QUEUED", "PLANNING", "STARTING", "EXCLUDED"]);

function plainLine(event: PipelineEvent, update: UpdateView): string | undefined {
  if (event.kind === "warning") return `warning: ${event.message}`;
  if (event.kind === "update-progress") return `update ${event.state}`;
  if (event.kind !== "flow-progress") return undefined;
  const flow = update.flows.get(event.flow);
  const line = `[${event.flow}] ${event.status}`;
  if (flow === undefined || SILENT.has(event.status)) return undefined;
  if (event.status === "FAILED") return `${line}: ${errorText(event.error)}`;
  if (event.status !== "COMPLETED") return event.reason === undefined ? line : `${line}: ${event.reason}`;
  const time = event.seconds === undefined ? "" : ` in ${durationText(event.seconds * 1000)}`;
  return [`${line}${time}: ${flowFacts(flow).join(" · ")}`, ...failedChecks(flow).map((one) => `  ${one}`)].join("\n");
}
