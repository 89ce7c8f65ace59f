/** Row tracking: each row has an id and the version that it was last changed by; files tell the first of their ids (Delta protocol, "Row Tracking"). */
import { randomUUID } from "node:crypto";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Action, AddFile, DomainMetadata, Metadata, RemoveFile } from "./actions.js";
import { canonicalPath } from "./file-path.js";
import { booleanProperty } from "./table-properties.js";

export const ROW_TRACKING_FEATURE = "rowTracking";
/** The domain that keeps the highest row id ever given. */
export const ROW_TRACKING_DOMAIN = "delta.rowTracking";
/** In commitInfo's tags: whether rows that were copied or changed have kept their ids. */
export const PRESERVED_TAG = "delta.rowTracking.preserved";

const ENABLED = "delta.enableRowTracking";
const ROW_ID_COLUMN = "delta.rowTracking.materializedRowIdColumnName";
const COMMIT_VERSION_COLUMN = "delta.rowTracking.materializedRowCommitVersionColumnName";

type Domains = ReadonlyMap<string, DomainMetadata>;

export function isRowTrackingEnabled(configuration: Readonly<Record<string, string>>): boolean {
  return booleanProperty(configuration, ENABLED);
}

/** Metadata with the names of the columns in which rewritten files would keep ids; those that the table has stay. */
export function withMaterializedColumns(metadata: Metadata, before: Metadata | undefined): Metadata {
  const old = before?.configuration ?? {};
  const configuration = {
    [ROW_ID_COLUMN]: old[ROW_ID_COLUMN] ?? `_row-id-col-${randomUUID()}`,
    [COMMIT_VERSION_COLUMN]: old[COMMIT_VERSION_COLUMN] ?? `_row-commit-version-col-${randomUUID()}`,
    ...metadata.configuration,
  };
  return { ...metadata, configuration };
}

/** The names of the columns that keep a row's id and the version of its last change in files that are written again; undefined: none do. */
export function materializedColumns(
  configuration: Readonly<Record<string, string>>,
): readonly [rowId: string, commitVersion: string] | undefined {
  if (!isRowTrackingEnabled(configuration)) return undefined;
  const { [ROW_ID_COLUMN]: rowId, [COMMIT_VERSION_COLUMN]: commitVersion } = configuration;
  return rowId === undefined || commitVersion === undefined ? undefined : [rowId, commitVersion];
}

/** The highest row id that the table has given; -1 where it has given none. */
export function rowIdHighWaterMark(domains: Domains): number {
  return highWaterMarkOf(domains.get(ROW_TRACKING_DOMAIN)?.configuration);
}

function highWaterMarkOf(configuration: string | undefined): number {
  if (configuration === undefined) return -1;
  try {
    const mark: unknown = (JSON.parse(configuration) as { rowIdHighWaterMark?: unknown } | null)?.rowIdHighWaterMark;
    if (typeof mark === "number" && Number.isSafeInteger(mark)) return mark;
  } catch {
    // Reported below: without the mark new ids could be ids that rows have.
  }
  throw new LakeletError({
    condition: "DELTA_ROW_TRACKING_INVALID_HIGH_WATER_MARK",
    problem: `The metadata domain ${ROW_TRACKING_DOMAIN} does not tell the highest row id.`,
    reason: `Its configuration is ${configuration}.`,
    cure: "Have the engine that wrote it repair the table, or drop the table feature rowTracking.",
    parameters: { configuration },
  });
}

/**
 * The actions with fresh row ids above the mark for files that have none, and the version for files that have none, followed by the
 * domain with the new mark. A file that only gets another deletion vector keeps the ids of its removal.
 * Throws DELTA_ROW_ID_ASSIGNMENT_WITHOUT_STATS.
 */
export function withRowIds(actions: readonly Action[], mark: number, version: number): readonly Action[] {
  const removed = removedFiles(actions);
  let highest = mark;
  const assigned = actions.flatMap((action): Action[] => {
    if ("domainMetadata" in action && action.domainMetadata.domain === ROW_TRACKING_DOMAIN) {
      // Of a table that this one is a copy of.
      highest = Math.max(highest, highWaterMarkOf(action.domainMetadata.configuration));
      return [];
    }
    if (!("add" in action)) return [action];
    return [{ add: withIdsOf(action.add, removed.get(canonicalPath(action.add.path))) }];
  });
  for (const action of assigned) {
    if ("add" in action && action.add.baseRowId !== undefined) highest = Math.max(highest, lastRowId(action.add));
  }
  const complete = assigned.map((action): Action => {
    if (!("add" in action)) return action;
    const { add } = action;
    const baseRowId = add.baseRowId ?? highest + 1;
    if (add.baseRowId === undefined) highest += rowCount(add);
    return { add: { ...add, baseRowId, defaultRowCommitVersion: add.defaultRowCommitVersion ?? version } };
  });
  if (highest === mark) return complete;
  const configuration = JSON.stringify({ rowIdHighWaterMark: highest, domainName: ROW_TRACKING_DOMAIN });
  return [...complete, { domainMetadata: { domain: ROW_TRACKING_DOMAIN, configuration, removed: false } }];
}

/**
 * Whether rows keep their ids in a commit that removes files: not where it writes files anew, because copied rows are given new ids there
 * (a command whose copies keep them says so by the tag).
 * Undefined for a commit that removes nothing.
 */
export function preservesRowIds(actions: readonly Action[]): boolean | undefined {
  const removed = removedFiles(actions);
  if (removed.size === 0) return undefined;
  return actions.every(
    (action) => !("add" in action) || action.add.baseRowId !== undefined || removed.has(canonicalPath(action.add.path)),
  );
}

function removedFiles(actions: readonly Action[]): ReadonlyMap<string, RemoveFile> {
  return new Map(
    actions.flatMap((action) =>
      "remove" in action ? [[canonicalPath(action.remove.path), action.remove] as const] : [],
    ),
  );
}

function withIdsOf(add: AddFile, removed: RemoveFile | undefined): AddFile {
  if (add.baseRowId !== undefined || removed?.baseRowId === undefined) return add;
  const { baseRowId, defaultRowCommitVersion } = removed;
  return { ...add, baseRowId, ...(defaultRowCommitVersion === undefined ? {} : { defaultRowCommitVersion }) };
}

function lastRowId(add: AddFile): number {
  return (add.baseRowId ?? 0) + rowCount(add) - 1;
}

/** Rows as the file has them: those that a deletion vector takes away have their ids, too. */
function rowCount({ path, stats }: AddFile): number {
  const count = /"numRecords"\s*:\s*(\d+)/.exec(stats ?? "")?.[1];
  if (count !== undefined) return Number(count);
  throw new LakeletError({
    condition: "DELTA_ROW_ID_ASSIGNMENT_WITHOUT_STATS",
    sqlState: "22000",
    problem: `The rows of the file ${path} cannot be given ids.`,
    reason: "The table tracks rows, and the file's statistics do not tell how many it has.",
    cure: "Write the file again, so that it gets statistics.",
    parameters: { path },
  });
}
