/** An update of a pipeline in a terminal: its flows as a list that redraws itself in place. */
import type { LoadedPipeline, PipelineEvent, UpdateResult } from "../../workspace/pipelines/project-pipeline.js";
import { errorText, type FlowView, flowFacts, flowReason, type PipelineView, UpdateView } from "./pipeline-flows.js";
import { flowSymbol, noticeLines, summaryOfUpdate } from "./pipeline-summary.js";
import { RedrawnLines } from "./redrawn-lines.js";
import { terminalText } from "./terminal-text.js";
import { clip, countText, durationText, type Paint, padText, paintFor } from "./words.js";

/** The first row stays free: a terminal that is cleared from there on keeps a copy of each picture. */
const FREE_ROWS = 5;
const NAME_SHARE = 0.4;

export class LivePipelineView implements PipelineView {
  readonly #stream: NodeJS.WriteStream;
  readonly #paint: Paint;
  readonly #redrawn: RedrawnLines;
  #pipeline: LoadedPipeline | undefined;
  #update = new UpdateView();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#paint = paintFor(stream);
    this.#redrawn = new RedrawnLines(stream, () => this.#lines());
  }

  readonly loaded = (pipeline: LoadedPipeline): void => {
    this.#pipeline = pipeline;
    for (const line of noticeLines(pipeline, this.#paint)) this.#write(line);
  };

  readonly event = (event: PipelineEvent): void => {
    this.#update.event(event);
    if (event.kind === "warning") {
      this.#redrawn.clear();
      this.#write(`${this.#paint("yellow", "warning:")} ${event.message}`);
    }
    this.#redrawn.open();
  };

  readonly finish = (result: UpdateResult): void => {
    this.close();
    const lines = summaryOfUpdate(this.#update, result, this.#pipeline, this.#paint);
    for (const line of lines) this.#write(line);
    this.#update = new UpdateView();
  };

  readonly close = (): void => this.#redrawn.close();

  #write(line: string): void {
    this.#stream.write(`${terminalText(line)}\n`);
  }

  #lines(): readonly string[] {
    const { state, startedAt } = this.#update;
    const elapsed = startedAt === undefined ? "" : durationText(Date.now() - startedAt);
    const name = this.#paint("bold", this.#pipeline?.settings.name ?? "");
    const all = this.#update.working();
    const room = Math.max(1, this.#redrawn.rows - FREE_ROWS);
    // What matters first where not all fit.
    const shown = all.length <= room ? all : [...all].sort((a, b) => rank(a) - rank(b)).slice(0, room);
    const widest = Math.floor(this.#redrawn.columns * NAME_SHARE);
    const width = Math.min(widest, Math.max(0, ...shown.map((flow) => flow.name.length)));
    const rest = all.length - shown.length;
    return [
      `${name}  ${this.#paint("dim", `${state.toLowerCase().replaceAll("_", " ")}  ${elapsed}  ${countsText(all)}`)}`,
      "",
      ...shown.map((flow) => this.#flowLine(flow, width)),
      ...(rest > 0 ? [this.#paint("dim", `  … and ${rest} more`)] : []),
    ];
  }

  #flowLine(flow: FlowView, width: number): string {
    const isRunning = flow.status === "RUNNING" || flow.status === "STARTING" || flow.status === "PLANNING";
    const symbol = isRunning ? this.#paint("cyan", this.#redrawn.spinner) : flowSymbol(flow, this.#paint);
    const seconds = flow.progress?.seconds;
    const milliseconds =
      seconds === undefined ? isRunning && flow.startedAt && Date.now() - flow.startedAt : seconds * 1000;
    const time = milliseconds ? durationText(milliseconds) : "";
    const full = clip(flow.name, width);
    const name = flow.status === undefined || flow.status === "QUEUED" ? this.#paint("dim", full) : full;
    const remark = flow.status === "FAILED" ? errorText(flow.progress?.error).split("\n")[0] : this.#remark(flow);
    return `  ${symbol} ${padText(name, width)}  ${padText(time, 8)}  ${remark ?? ""}`;
  }

  #remark(flow: FlowView): string {
    if (flow.status === "COMPLETED") return flowFacts(flow).join(" · ");
    return this.#paint("dim", flowReason(flow) ?? "");
  }
}

/** Those at work, what went wrong, what comes next; what is done last. */
function rank({ status }: FlowView): number {
  if (status === "RUNNING") return 0;
  if (status === "FAILED") return 1;
  return status === undefined || status === "QUEUED" ? 2 : 3;
}

/** `14 of 40 flows, 1 failed` */
function countsText(flows: readonly FlowView[]): string {
  const ended = flows.filter(({ status }) => status !== undefined && ENDED.has(status)).length;
  const failed = flows.filter(({ status }) => status === "FAILED").length;
  if (ended === 0) return "";
  return `${ended} of ${countText(flows.length, "flow")}${failed > 0 ? `, ${failed} failed` : ""}`;
}

const ENDED: ReadonlySet<string> = new Set(["COMPLETED", "FAILED", "SKIPPED", "STOPPED", "EXCLUDED", "IDLE"]);
