/** The first action of each commit: who did what, and what came of it (Delta protocol, "Commit Provenance Information"). */
import { readFileSync } from "node:fs";
import type { Action, CommitInfo } from "./actions.js";
import type { CommitRequest } from "./contract.js";

export type IsolationLevel = "Serializable" | "WriteSerializable" | "SnapshotIsolation";

/** The fields of Spark's JobInfo: with any other one Spark could not read the history. */
const JOB_FIELDS: ReadonlySet<string> = new Set(["jobId", "jobName", "jobRunId", "runId", "jobOwnerId", "triggerType"]);

export interface CommitCircumstances {
  readonly transactionId: string;
  /** Undefined where the commit creates the table. */
  readonly readVersion: number | undefined;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly isolationLevel: IsolationLevel;
  readonly engineInfo: string;
}

export function commitInfoOf(request: CommitRequest, circumstances: CommitCircumstances): CommitInfo {
  const { job, tags } = identity(request);
  return {
    timestamp: circumstances.timestamp,
    operation: request.operation,
    operationParameters: request.operationParameters,
    ...(circumstances.readVersion === undefined ? {} : { readVersion: circumstances.readVersion }),
    isolationLevel: circumstances.isolationLevel,
    isBlindAppend: isBlindAppend(request),
    operationMetrics: Object.fromEntries(
      Object.entries(request.operationMetrics).map(([name, value]) => [name, String(value)]),
    ),
    ...(request.userMetadata === undefined ? {} : { userMetadata: request.userMetadata }),
    ...(job === undefined ? {} : { job }),
    ...(tags === undefined ? {} : { tags }),
    engineInfo: circumstances.engineInfo,
    txnId: circumstances.transactionId,
  };
}

/** True for a commit that only adds files, and depends on nothing that is in the table. */
export function isBlindAppend({ actions, read }: CommitRequest): boolean {
  const onlyAdds = actions.every((action) => !("remove" in action || "cdc" in action));
  return onlyAdds && read.predicates.length === 0 && read.files.length === 0;
}

/** What may be assumed of commits that happened between the read and this commit. */
export function isolationLevelOf(
  actions: readonly Action[],
  properties: Readonly<Record<string, string>>,
): IsolationLevel {
  const rearrangesOnly = actions.every(
    (action) => ("add" in action && !action.add.dataChange) || ("remove" in action && !action.remove.dataChange),
  );
  if (rearrangesOnly && actions.length > 0) return "SnapshotIsolation";
  return properties["delta.isolationLevel"] === "Serializable" ? "Serializable" : "WriteSerializable";
}

function identity({ job, tags }: CommitRequest): Pick<CommitInfo, "job" | "tags"> {
  const known = Object.entries(job ?? {}).filter(([name]) => JOB_FIELDS.has(name));
  const others = Object.entries(job ?? {}).filter(([name]) => !JOB_FIELDS.has(name));
  const allTags = { ...Object.fromEntries(others.map(([name, value]) => [`lakelet.${name}`, value])), ...tags };
  return {
    ...(known.length === 0 ? {} : { job: Object.fromEntries(known) }),
    ...(Object.keys(allTags).length === 0 ? {} : { tags: allTags }),
  };
}

let engineInfo: string | undefined;

/** `lakelet/<version of the package>`. */
export function lakeletEngineInfo(): string {
  if (engineInfo === undefined) {
    const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    engineInfo = `lakelet/${(JSON.parse(text) as { version: string }).version}`;
  }
  return engineInfo;
}
