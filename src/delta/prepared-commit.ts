/** The actions of a commit: completed and checked once, and for each attempt what depends on the version that it tries to become. */
import type { Storage } from "../storage/storage.js";
import type { Action, CommitInfo, Metadata, Protocol } from "./actions.js";
import { commitInfoOf, isolationLevelOf } from "./commit-info.js";
import type { CommitRequest } from "./contract.js";
import {
  appendOnlyTable,
  domainsNotSupported,
  duplicateAction,
  duplicateDomain,
  missingMetadata,
} from "./delta-error.js";
import { canonicalPath } from "./file-path.js";
import { nextCommitTime, tellsCommitTimes, withCommitTime, withEnablement } from "./in-commit-timestamp.js";
import { checkWritable, LOWEST_PROTOCOL, protocolFeatures, protocolFor } from "./protocol.js";
import {
  isRowTrackingEnabled,
  PRESERVED_TAG,
  preservesRowIds,
  ROW_TRACKING_FEATURE,
  rowIdHighWaterMark,
  withMaterializedColumns,
  withRowIds,
} from "./row-tracking.js";
import type { DeltaSnapshot } from "./snapshot.js";
import { booleanProperty, tableProperties } from "./table-properties.js";

const PROTECTED_BEFORE = "delta.requireCheckpointProtectionBeforeVersion";

export interface Committer {
  readonly location: string;
  readonly storage: Storage;
  readonly engineInfo: string;
  readonly transactionId: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface PreparedCommit {
  /** The actions whatever the version: commitInfo first, then protocol and metadata. */
  readonly actions: readonly Action[];
  readonly commitInfo: CommitInfo;
  readonly protocol: Protocol | undefined;
  readonly metadata: Metadata | undefined;
  readonly others: readonly Action[];
}

/**
 * Completes and checks what a commit asks for, before anything is written.
 * Throws DELTA_METADATA_ABSENT, DELTA_CANNOT_MODIFY_APPEND_ONLY, DELTA_DUPLICATE_ACTIONS_FOUND, DELTA_DOMAIN_METADATA_NOT_SUPPORTED,
 * DELTA_UNSUPPORTED_FEATURES_FOR_WRITE.
 */
export function prepareCommit(
  committer: Committer,
  snapshot: DeltaSnapshot | undefined,
  request: CommitRequest,
): PreparedCommit {
  const { location } = committer;
  const asked = request.actions.findLast((action) => "metaData" in action)?.metaData;
  const protocol = protocolToWrite(request, asked, snapshot);
  const effectiveProtocol = protocol ?? snapshot?.protocol ?? LOWEST_PROTOCOL;
  const metadata = asked && completeMetadata(asked, effectiveProtocol, snapshot);
  const effectiveMetadata = metadata ?? snapshot?.metadata;
  if (effectiveMetadata === undefined) throw missingMetadata(location);
  if (metadata !== undefined || protocol !== undefined) checkWritable(location, effectiveProtocol, effectiveMetadata);
  const others = request.actions.filter(
    (action) => !("metaData" in action || "protocol" in action || "commitInfo" in action),
  );
  checkFiles(location, snapshot, others);
  checkDomains(location, effectiveProtocol, others);
  const commitInfo = commitInfoOf(withPreservation(request, effectiveMetadata), {
    transactionId: committer.transactionId,
    readVersion: snapshot?.version,
    timestamp: committer.now(),
    isolationLevel: isolationLevelOf(request.actions, tableProperties(effectiveMetadata.configuration)),
    engineInfo: committer.engineInfo,
  });
  return { actions: inOrder(commitInfo, protocol, metadata, others), commitInfo, protocol, metadata, others };
}

/**
 * The actions as the commit of the version after `current` has to write them: with its time, and with row ids that nobody has given.
 * The same array as {@link PreparedCommit.actions} where nothing depends on the version.
 */
export async function actionsOfAttempt(
  prepared: PreparedCommit,
  current: DeltaSnapshot | undefined,
  now: number,
): Promise<readonly Action[]> {
  const { protocol = current?.protocol, metadata = current?.metadata, others } = prepared;
  const tellsTime = tellsCommitTimes(metadata?.configuration ?? {});
  const tracksRows = protocolFeatures(protocol ?? LOWEST_PROTOCOL).writer.includes(ROW_TRACKING_FEATURE);
  const protects = prepared.metadata !== undefined && beginsProtection(prepared.metadata, current?.metadata);
  if (!tellsTime && !tracksRows && !protects) return prepared.actions;
  const version = (current?.version ?? -1) + 1;
  const time = nextCommitTime(now, current?.timestamp);
  const commitInfo = tellsTime ? withCommitTime(prepared.commitInfo, time) : prepared.commitInfo;
  const dated = prepared.metadata && withEnablement(prepared.metadata, current?.metadata.configuration, version, time);
  const written = dated && protects ? withProtection(dated, version) : dated;
  const mark = tracksRows && current !== undefined ? rowIdHighWaterMark(await current.domains()) : -1;
  const files = tracksRows ? withRowIds(others, mark, version) : others;
  return inOrder(commitInfo, prepared.protocol, written, files);
}

/** True for the commit that drops a feature which all versions before it need. */
function beginsProtection({ configuration }: Metadata, before: Metadata | undefined): boolean {
  const protectedBefore = configuration[PROTECTED_BEFORE];
  return protectedBefore !== undefined && protectedBefore !== before?.configuration[PROTECTED_BEFORE];
}

function withProtection(metadata: Metadata, version: number): Metadata {
  return { ...metadata, configuration: { ...metadata.configuration, [PROTECTED_BEFORE]: String(version) } };
}

function inOrder(
  commitInfo: CommitInfo,
  protocol: Protocol | undefined,
  metaData: Metadata | undefined,
  others: readonly Action[],
): readonly Action[] {
  return [
    { commitInfo },
    ...(protocol === undefined ? [] : [{ protocol }]),
    ...(metaData === undefined ? [] : [{ metaData }]),
    ...others,
  ];
}

/** The protocol that has to be in the commit: a new table's, one that was asked for, or the upgrade that new metadata needs. */
function protocolToWrite(
  { actions }: CommitRequest,
  metadata: Metadata | undefined,
  snapshot: DeltaSnapshot | undefined,
): Protocol | undefined {
  const asked = actions.findLast((action) => "protocol" in action)?.protocol;
  if (metadata === undefined) return asked;
  const needed = protocolFor(metadata, asked ?? snapshot?.protocol);
  return needed === snapshot?.protocol ? undefined : needed;
}

function completeMetadata(metadata: Metadata, protocol: Protocol, snapshot: DeltaSnapshot | undefined): Metadata {
  if (!protocolFeatures(protocol).writer.includes(ROW_TRACKING_FEATURE)) return metadata;
  return withMaterializedColumns(metadata, snapshot?.metadata);
}

function withPreservation(request: CommitRequest, { configuration }: Metadata): CommitRequest {
  const preserved = isRowTrackingEnabled(configuration) ? preservesRowIds(request.actions) : undefined;
  return preserved === undefined
    ? request
    : { ...request, tags: { [PRESERVED_TAG]: String(preserved), ...request.tags } };
}

function checkFiles(location: string, snapshot: DeltaSnapshot | undefined, actions: readonly Action[]): void {
  const appendOnly = booleanProperty(snapshot?.properties ?? {}, "delta.appendOnly");
  const seen = new Set<string>();
  for (const action of actions) {
    const file = "add" in action ? action.add : "remove" in action ? action.remove : undefined;
    if (file === undefined) continue;
    if (appendOnly && "remove" in action && file.dataChange) throw appendOnlyTable(location);
    // By the path alone: two deletion vectors for one file would count its rows twice.
    const key = `${"add" in action ? "add" : "remove"} ${canonicalPath(file.path)}`;
    if (seen.has(key)) throw duplicateAction(location, file.path);
    seen.add(key);
  }
}

function checkDomains(location: string, protocol: Protocol, actions: readonly Action[]): void {
  const domains = actions.flatMap((action) => ("domainMetadata" in action ? [action.domainMetadata.domain] : []));
  if (domains.length === 0) return;
  if (!protocolFeatures(protocol).writer.includes("domainMetadata")) throw domainsNotSupported(location, domains);
  const twice = domains.find((name, index) => domains.indexOf(name) !== index);
  if (twice !== undefined) throw duplicateDomain(location, twice);
}
