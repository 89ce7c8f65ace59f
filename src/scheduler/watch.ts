/** Triggers on files and tables: when what has changed has settled, a run is due. */
import type { TableUpdate } from "../jobs/run/run-trigger.js";
import type { Settling } from "./job-trigger.js";
import type { TriggerState } from "./journal-event.js";

/** What has changed since the last run that it started; kept in memory, for it is found again. */
export interface Changes {
  /** Tells one state of the changes from another. */
  readonly mark: string;
  readonly since: number;
}

export type Settled =
  | { readonly kind: "nothing" }
  | { readonly kind: "waiting"; readonly changes: Changes; readonly until: number }
  | { readonly kind: "due" };

/**
 * @param mark of all that has changed and not yet started a run; empty where nothing has
 * @param before what was seen at the last look
 */
export function settle(
  mark: string,
  before: Changes | undefined,
  state: Pick<TriggerState, "lastDue">,
  { waitAfterLastChangeMs, minTimeBetweenMs }: Settling,
  now: number,
): Settled {
  if (mark === "") return { kind: "nothing" };
  const changes = before?.mark === mark ? before : { mark, since: now };
  const apart = state.lastDue === undefined ? 0 : state.lastDue + minTimeBetweenMs;
  const until = Math.max(changes.since + waitAfterLastChangeMs, apart);
  return until <= now ? { kind: "due" } : { kind: "waiting", changes, until };
}

/**
 * Only names that were not there before count: a file that is written again is no new one, unless it was gone in between.
 *
 * @param gone names that an earlier look did not find
 */
export function newFiles(
  known: ReadonlySet<string>,
  found: readonly string[],
  gone: ReadonlySet<string>,
): readonly string[] {
  return found.filter((file) => !known.has(file) || gone.has(file));
}

/** The tables with another version than the one that was counted last: a new one, or that of a table made anew, which counts from 0. */
export function updatedTables(
  known: Readonly<Record<string, number>>,
  found: readonly TableUpdate[],
): readonly TableUpdate[] {
  return found.filter(({ name, version }) => version !== known[name]);
}
