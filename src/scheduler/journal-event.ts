/** What the scheduler has decided about a job, an event each; folded, they say where each trigger stands. */
import type { RunTrigger } from "../jobs/run/run-trigger.js";

/** Table -> version. */
export type TableVersions = Readonly<Record<string, number>>;

interface OfTrigger {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The trigger's key. */
  readonly trigger: string;
}

export type JournalEvent =
  /** From `cursor` on its occurrences count; files and versions that are there already do not. */
  | (OfTrigger & {
      readonly type: "watched";
      readonly cursor: number;
      readonly files?: readonly string[];
      readonly tables?: TableVersions;
    })
  /** Paused, changed or gone: nothing counts until it is watched again. */
  | (OfTrigger & { readonly type: "unwatched"; readonly reason: string })
  /** These occurrences are not run. */
  | (OfTrigger & {
      readonly type: "missed";
      readonly first: number;
      readonly last: number;
      readonly count: number;
      readonly reason: string;
    })
  /** Decided, and to be run exactly once: the run bears `run.at`. */
  | (OfTrigger & {
      readonly type: "due";
      readonly run: RunTrigger;
      readonly late: boolean;
      /** Files that have been counted with it, and those that are gone. */
      readonly files?: { readonly added: readonly string[]; readonly gone: readonly string[] };
      readonly tables?: TableVersions;
    })
  | (OfTrigger & { readonly type: "started"; readonly occurrence: number; readonly runId: string })
  /** It could not be started, e.g. because the spec is no longer valid. */
  | (OfTrigger & { readonly type: "refused"; readonly occurrence: number; readonly message: string })
  | (OfTrigger & { readonly type: "ended"; readonly runId: string; readonly resultState: string })
  /** Stands for all events before it, in a journal that had grown long. */
  | (OfTrigger & {
      readonly type: "summary";
      readonly state: Omit<TriggerState, "files"> & { readonly files: readonly string[] };
    });

export interface TriggerState {
  readonly watched: boolean;
  /** Occurrences up to here have been decided. */
  readonly cursor: number;
  /** Decided, and not yet known to be started. */
  readonly pending: RunTrigger | undefined;
  readonly files: ReadonlySet<string>;
  readonly tables: TableVersions;
  readonly lastDue: number | undefined;
  readonly lastRunId: string | undefined;
  readonly lastResult: string | undefined;
  readonly lastEnded: number | undefined;
  /** Runs in a row that did not end well. */
  readonly failures: number;
  readonly missed: number;
  /** The last occurrence that could not be started, until one could. */
  readonly refused?: { readonly occurrence: number; readonly message: string } | undefined;
}

export type JobJournal = ReadonlyMap<string, TriggerState>;

const UNKNOWN: TriggerState = {
  watched: false,
  cursor: 0,
  pending: undefined,
  files: new Set(),
  tables: {},
  lastDue: undefined,
  lastRunId: undefined,
  lastResult: undefined,
  lastEnded: undefined,
  failures: 0,
  missed: 0,
};

export function stateOf(journal: JobJournal, trigger: string): TriggerState {
  return journal.get(trigger) ?? UNKNOWN;
}

export function applyJournalEvent(journal: JobJournal, event: JournalEvent): JobJournal {
  return new Map(journal).set(event.trigger, changed(stateOf(journal, event.trigger), event));
}

/** The events that stand for a journal. */
export function summaries(journal: JobJournal, at: number): readonly JournalEvent[] {
  return [...journal].map(([trigger, state]) => {
    return { type: "summary", at, trigger, state: { ...state, files: [...state.files] } };
  });
}

function changed(state: TriggerState, event: JournalEvent): TriggerState {
  switch (event.type) {
    case "summary":
      // What JSON left out is undefined.
      return { ...UNKNOWN, ...event.state, files: new Set(event.state.files) };
    case "watched":
      return {
        ...state,
        watched: true,
        cursor: event.cursor,
        files: new Set(event.files ?? []),
        tables: event.tables ?? {},
        failures: 0,
      };
    case "unwatched":
      return { ...state, watched: false };
    case "missed":
      return { ...state, cursor: Math.max(state.cursor, event.last), missed: state.missed + event.count };
    case "due":
      return {
        ...state,
        cursor: Math.max(state.cursor, event.run.at),
        pending: event.run,
        lastDue: event.run.at,
        files: event.files ? withFiles(state.files, event.files) : state.files,
        tables: { ...state.tables, ...event.tables },
      };
    case "started":
      return {
        ...state,
        pending: undefined,
        lastRunId: event.runId,
        lastResult: undefined,
        lastEnded: undefined,
        refused: undefined,
      };
    case "refused":
      return {
        ...state,
        pending: undefined,
        lastResult: "REFUSED",
        refused: { occurrence: event.occurrence, message: event.message },
        lastEnded: event.at,
        failures: state.failures + 1,
      };
    case "ended": {
      if (event.runId !== state.lastRunId) return state;
      const fine = event.resultState === "SUCCESS" || event.resultState === "CANCELED";
      const failures = fine ? 0 : state.failures + 1;
      return { ...state, lastResult: event.resultState, lastEnded: event.at, failures };
    }
  }
}

function withFiles(
  files: ReadonlySet<string>,
  { added, gone }: { readonly added: readonly string[]; readonly gone: readonly string[] },
): ReadonlySet<string> {
  const next = new Set(files);
  for (const file of gone) next.delete(file);
  for (const file of added) next.add(file);
  return next;
}
