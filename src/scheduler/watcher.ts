/** Looks at the files and tables of triggers, and tells when what has changed has settled. */
import type { RunTrigger } from "../jobs/run/run-trigger.js";
import type { JobTrigger } from "./job-trigger.js";
import type { TableVersions, TriggerState } from "./journal-event.js";
import type { ScheduledJob, SchedulerHost } from "./scheduled-job.js";
import { type Changes, newFiles, settle, updatedTables } from "./watch.js";

type FileTrigger = Extract<JobTrigger, { kind: "file-arrival" }>;
type TableTrigger = Extract<JobTrigger, { kind: "table-update" }>;

export type Look =
  | { readonly kind: "nothing" }
  /** The first look: what is there does not count. */
  | {
      readonly kind: "baseline";
      readonly facts: { readonly files?: readonly string[]; readonly tables?: TableVersions };
    }
  | { readonly kind: "waiting"; readonly until: number }
  | {
      readonly kind: "due";
      readonly run: RunTrigger;
      readonly facts: {
        readonly files?: { readonly added: readonly string[]; readonly gone: readonly string[] };
        readonly tables?: TableVersions;
      };
    };

export class Watcher {
  readonly #host: Pick<SchedulerHost, "files" | "tables">;
  readonly #changes = new Map<string, Changes>();
  readonly #gone = new Map<string, Set<string>>();

  constructor(host: Pick<SchedulerHost, "files" | "tables">) {
    this.#host = host;
  }

  async look(job: ScheduledJob, trigger: FileTrigger | TableTrigger, state: TriggerState, now: number): Promise<Look> {
    const id = `${job.id}/${trigger.key}`;
    return trigger.kind === "file-arrival"
      ? this.#lookAtFiles(id, trigger, state, now)
      : this.#lookAtTables(id, trigger, state, now);
  }

  async #lookAtFiles(id: string, trigger: FileTrigger, state: TriggerState, now: number): Promise<Look> {
    const found = await this.#host.files(trigger.url);
    if (!state.watched) {
      this.#gone.delete(id);
      return { kind: "baseline", facts: { files: found } };
    }
    const gone = this.#noteGone(id, state.files, found);
    const added = newFiles(state.files, found, gone);
    const settled = settle([...added].sort().join("\n"), this.#changes.get(id), state, trigger.settling, now);
    if (!this.#isDue(id, settled)) return lookOf(settled);
    const missing = [...gone].filter((file) => !added.includes(file));
    this.#gone.delete(id);
    return {
      kind: "due",
      run: { type: "FILE_ARRIVAL", at: now, fileArrival: { location: trigger.url } },
      facts: { files: { added, gone: missing } },
    };
  }

  #noteGone(id: string, known: ReadonlySet<string>, found: readonly string[]): ReadonlySet<string> {
    const gone = this.#gone.get(id) ?? new Set<string>();
    const here = new Set(found);
    for (const file of known) if (!here.has(file)) gone.add(file);
    this.#gone.set(id, gone);
    return gone;
  }

  async #lookAtTables(id: string, trigger: TableTrigger, state: TriggerState, now: number): Promise<Look> {
    const found = await this.#host.tables(trigger.tables);
    if (!state.watched) {
      return { kind: "baseline", facts: { tables: Object.fromEntries(found.map((one) => [one.name, one.version])) } };
    }
    const updated = updatedTables(state.tables, found);
    const enough = trigger.all ? updated.length === trigger.tables.length : updated.length > 0;
    const mark = enough ? updated.map(({ name, version }) => `${name}@${version}`).join("\n") : "";
    const settled = settle(mark, this.#changes.get(id), state, trigger.settling, now);
    if (!this.#isDue(id, settled)) return lookOf(settled);
    return {
      kind: "due",
      run: { type: "TABLE", at: now, tableUpdate: { tables: updated } },
      facts: { tables: Object.fromEntries(updated.map((one) => [one.name, one.version])) },
    };
  }

  #isDue(id: string, settled: ReturnType<typeof settle>): boolean {
    if (settled.kind === "waiting") this.#changes.set(id, settled.changes);
    else this.#changes.delete(id);
    return settled.kind === "due";
  }
}

function lookOf(settled: ReturnType<typeof settle>): Look {
  return settled.kind === "waiting" ? { kind: "waiting", until: settled.until } : { kind: "nothing" };
}
