/** What is known of an update while it works, put together from its events; and what there is to say of a flow. */
import type {
  EventRow,
  LoadedPipeline,
  PipelineEvent,
  RowAccount,
  UpdateResult,
} from "../../workspace/pipelines/project-pipeline.js";
import { countText, numberText } from "./words.js";

type EventOf<Kind extends PipelineEvent["kind"]> = Extract<PipelineEvent, { kind: Kind }>;

export interface PipelineView {
  loaded(pipeline: LoadedPipeline): void;
  event(event: PipelineEvent, rows: readonly EventRow[]): void;
  /** Says how an update ended. */
  finish(result: UpdateResult): void;
  /** Gives the terminal back, whatever happened. */
  close(): void;
}

export interface FlowView {
  readonly name: string;
  readonly definition: EventOf<"flow-definition"> | undefined;
  readonly status: EventOf<"flow-progress">["status"] | undefined;
  readonly startedAt: number | undefined;
  readonly progress: EventOf<"flow-progress"> | undefined;
  readonly planning: EventOf<"planning-information"> | undefined;
}

const VIEWS: ReadonlySet<string> = new Set(["TEMPORARY VIEW", "VIEW"]);

export class UpdateView {
  readonly flows = new Map<string, FlowView>();
  /** By the names of datasets: `STREAMING TABLE`. */
  readonly kinds = new Map<string, string>();
  state = "CREATED";
  startedAt: number | undefined;
  endedAt: number | undefined;
  error: unknown;
  dryRun = false;

  event(event: PipelineEvent): void {
    this.startedAt ??= event.at;
    switch (event.kind) {
      case "create-update":
        this.dryRun = event.dryRun;
        return;
      case "update-progress":
        this.state = event.state;
        this.endedAt = event.at;
        this.error ??= event.error;
        return;
      case "flow-definition":
        this.#change(event.flow.name, { definition: event });
        return;
      case "planning-information":
        this.#change(event.flow, { planning: event });
        return;
      case "flow-progress":
        this.#change(event.flow, {
          status: event.status,
          progress: event,
          ...(event.status === "RUNNING" && { startedAt: event.at }),
        });
        return;
      case "dataset-definition":
        this.kinds.set(event.dataset, event.datasetKind);
        return;
      default:
        return;
    }
  }

  /** Those that have a part in it: a temporary view has rows in the flows that read it alone. */
  working(): readonly FlowView[] {
    return [...this.flows.values()].filter(({ definition, status }) => {
      const isView = definition !== undefined && VIEWS.has(this.kinds.get(definition.target)?.toUpperCase() ?? "");
      return this.dryRun || !isView || (status !== undefined && status !== "EXCLUDED");
    });
  }

  #change(name: string, change: Partial<FlowView>): void {
    const before = this.flows.get(name);
    const nothing = {
      name,
      definition: undefined,
      status: undefined,
      startedAt: undefined,
      progress: undefined,
      planning: undefined,
    };
    this.flows.set(name, { ...(before ?? nothing), ...change });
  }
}

/** `90 rows published`, `10 quarantined`, `100 read from 2 files`: only what says something. */
export function flowFacts(flow: FlowView): readonly string[] {
  const { progress, planning } = flow;
  const facts: string[] = [];
  if (planning !== undefined) facts.push(planning.technique);
  if (progress?.upsertedRows !== undefined || progress?.deletedRows !== undefined) {
    facts.push(`${countOf(progress.upsertedRows, "row")} upserted`, `${numberOf(progress.deletedRows)} deleted`);
  } else if (progress?.outputRows !== undefined) {
    facts.push(`${countOf(progress.outputRows, "row")} ${planning === undefined ? "published" : "written"}`);
  }
  const { account } = progress ?? {};
  const dropped = account?.quarantined ?? progress?.droppedRecords ?? 0n;
  if (dropped > 0n) facts.push(`${numberOf(dropped)} quarantined`);
  if (account && account.filtered > 0n) facts.push(`${numberOf(account.filtered)} filtered`);
  if (account && account.malformed > 0n) facts.push(`${countOf(account.malformed, "malformed line")}`);
  if (account && account.sources.length > 0) facts.push(readText(account, progress?.files ?? []));
  const isIdle = progress?.outputRows === 0n && progress.version === undefined && dropped === 0n;
  if (planning?.technique === "NO_OP" || isIdle || (facts.length === 0 && flow.status === "COMPLETED"))
    return ["nothing new"];
  return facts;
}

function readText(account: RowAccount, files: readonly string[]): string {
  const from = files.length > 0 ? ` from ${countText(files.length, "file")}` : "";
  return `${numberOf(account.read)} read${from}`;
}

/** Where a view was not refreshed incrementally, why. */
export function flowReason({ planning, progress }: FlowView): string | undefined {
  // The flow's name stands beside it.
  return (progress?.reason ?? planning?.reason)?.replace(/^Flow '[^']*' was (?:\w+ because|not analyzed:) /, "");
}

/** Checks that not every row passed: `valid_id: 10 of 100 rows failed`. */
export function failedChecks({ progress }: FlowView): readonly string[] {
  return (progress?.expectations ?? [])
    .filter(({ failed }) => failed > 0n)
    .map(({ name, passed, failed }) => `${name}: ${numberOf(failed)} of ${countOf(passed + failed, "row")} failed`);
}

function countOf(count: bigint | undefined, noun: string): string {
  return countText(Number(count ?? 0n), noun);
}

function numberOf(count: bigint | undefined): string {
  return numberText(Number(count ?? 0n));
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
