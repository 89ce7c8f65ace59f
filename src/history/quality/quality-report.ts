/** What is known of the quality of tables: checks over time, profiles, rows held back, where the rows of pipelines went. */
import type { ColumnProfile } from "../../quality/profile/table-profile.js";

export interface QualityReport {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly tables: readonly TableQuality[];
  /** Of each flow the newest first. */
  readonly flows: readonly FlowAccount[];
  /** Of tables and what they are made of; undefined where nothing was recorded. */
  readonly lineage: LineageGraph | undefined;
}

export type CheckStatus = "PASSED" | "WARNED" | "DROPPED" | "FAILED";

export interface TableQuality {
  /** `catalog.schema.table`. */
  readonly name: string;
  /** Rows now; undefined where there is no such table any more, or none yet. */
  readonly rows: number | undefined;
  /** The worst of the checks as they were evaluated last; undefined without checks. */
  readonly status: CheckStatus | undefined;
  readonly checks: readonly CheckHistory[];
  readonly profile: KeptProfile | undefined;
  readonly quarantine: Quarantine | undefined;
  readonly samples: readonly BadRows[];
}

export interface CheckHistory {
  readonly check: string;
  readonly type: string;
  readonly expression: string | undefined;
  readonly onViolation: string | undefined;
  readonly severity: string | undefined;
  readonly tags: readonly string[];
  readonly owner: string | undefined;
  readonly description: string | undefined;
  readonly source: string;
  /** The oldest first, at least one. */
  readonly points: readonly CheckPoint[];
}

export interface CheckPoint {
  readonly at: number;
  readonly status: CheckStatus;
  readonly value: number | undefined;
  readonly violations: number;
  readonly threshold: number | undefined;
  readonly totalRows: number | undefined;
  /** The job's run, the pipeline's flow, or nothing. */
  readonly by: string | undefined;
}

export interface KeptProfile {
  readonly at: number;
  readonly version: number;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Rows of each profile that was made, the oldest first. */
  readonly rowsOverTime: readonly { readonly at: number; readonly rows: number }[];
}

export interface Quarantine {
  readonly table: string;
  readonly rows: number;
  /** A row that breaks two rules counts for both. */
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
  readonly sample: SampleRows;
}

export interface BadRows {
  readonly check: string;
  /** Where the rows are: in the table, for they were published all the same; or nowhere, for the gate stopped them. */
  readonly where: "published" | "not-published";
  readonly sample: SampleRows;
}

/** Values as Spark's cast to string shows them; null for NULL. */
export interface SampleRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Where the rows of one run of a flow went. */
export interface FlowAccount {
  readonly pipeline: string;
  readonly update: string;
  readonly flow: string;
  readonly target: string;
  readonly status: string;
  readonly at: number;
  /** Undefined where it was not counted. */
  readonly read: number | undefined;
  readonly filtered: number | undefined;
  readonly published: number | undefined;
  readonly quarantined: number | undefined;
  readonly malformed: number | undefined;
  /** Whether read = filtered + published + quarantined has to hold. */
  readonly isRowByRow: boolean;
  /** How a materialized view was refreshed. */
  readonly technique: string | undefined;
}

export interface LineageGraph {
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** Of tables that are recorded, views looked through. */
  readonly columns?: readonly ColumnLineage[];
}

export interface LineageNode {
  /** `catalog.schema.table`, or the path of files. */
  readonly id: string;
  readonly kind: "table" | "view" | "files" | "other";
}

export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** What carries the rows: a flow, a task. */
  readonly by?: string;
}

export interface ColumnLineage extends LineageEdge {
  /** Columns of `to` and those of `from` that they are made of. */
  readonly columns: readonly { readonly column: string; readonly from: readonly string[] }[];
}

const BADNESS: readonly CheckStatus[] = ["PASSED", "WARNED", "DROPPED", "FAILED"];

/** The worst of them; undefined of none. */
export function worstStatus(statuses: readonly CheckStatus[]): CheckStatus | undefined {
  return BADNESS[Math.max(-1, ...statuses.map((one) => BADNESS.indexOf(one)))];
}

export function lastPoint({ points }: CheckHistory): CheckPoint | undefined {
  return points.at(-1);
}

/** The newest result of each check, over all tables. */
export function countsByStatus(tables: readonly TableQuality[]): Readonly<Record<CheckStatus, number>> {
  const counts = { PASSED: 0, WARNED: 0, DROPPED: 0, FAILED: 0 };
  for (const check of tables.flatMap((one) => one.checks)) {
    const last = lastPoint(check);
    if (last) counts[last.status] += 1;
  }
  return counts;
}

/** Rows that nobody can say the way of; undefined where that was not to be counted. */
export function unaccounted(flow: FlowAccount): number | undefined {
  const { read, filtered, published, quarantined, isRowByRow } = flow;
  if (!isRowByRow || read === undefined || published === undefined) return undefined;
  return read - (filtered ?? 0) - published - (quarantined ?? 0);
}

/**
 * Of each flow the run to look at: the newest one; where that found nothing new, the newest before it that moved rows. What an update
 * skipped is told as long as no other update came after it.
 * @param flows the newest first
 */
export function newestAccounts(flows: readonly FlowAccount[]): readonly FlowAccount[] {
  const latest = new Map<string, number>();
  for (const { pipeline, at } of flows) latest.set(pipeline, Math.max(at, latest.get(pipeline) ?? 0));
  const updates = new Map(
    flows.filter((one) => one.at === latest.get(one.pipeline)).map((one) => [one.pipeline, one.update]),
  );
  const byFlow = new Map<string, FlowAccount[]>();
  for (const flow of flows) {
    if (flow.status === "SKIPPED" && flow.update !== updates.get(flow.pipeline)) continue;
    const key = JSON.stringify([flow.pipeline, flow.flow]);
    byFlow.set(key, [...(byFlow.get(key) ?? []), flow]);
  }
  return [...byFlow.values()].flatMap(([newest, ...before]) => {
    if (newest === undefined) return [];
    return [isIdle(newest) ? (before.find((one) => one.status === "COMPLETED" && !isIdle(one)) ?? newest) : newest];
  });
}

/** It completed, and there was nothing to do. */
export function isIdle({ status, read, published, quarantined, malformed }: FlowAccount): boolean {
  return (status === "COMPLETED" || status === "IDLE") && !read && !published && !quarantined && !malformed;
}
