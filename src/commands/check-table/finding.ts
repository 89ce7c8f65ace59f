/** What a check of a table may find. */
import type { Value } from "../../engine/engine.js";
import { field, LONG, STRING, type StructType, struct } from "../../schema/data-type.js";

/** error: rows are lost, wrong or unreadable. warning: something is not as it should be, and the rows are all right. */
export type Severity = "error" | "warning";

export type FindingKind =
  | "LOG_UNREADABLE"
  | "LOG_GAP"
  | "MALFORMED_COMMIT"
  | "DUPLICATE_ACTION"
  | "UNREADABLE_CHECKPOINT"
  | "CHECKPOINT_LACKS_FILE"
  | "CHECKPOINT_HAS_OTHER_FILE"
  | "BAD_LAST_CHECKPOINT"
  | "DUPLICATE_DATA_FILE"
  | "MISSING_DATA_FILE"
  | "DATA_FILE_SIZE_MISMATCH"
  | "UNREADABLE_DATA_FILE"
  | "RECORD_COUNT_MISMATCH"
  | "MISSING_DELETION_VECTOR"
  | "UNREADABLE_DELETION_VECTOR"
  | "ORPHANED_FILE"
  | "STATISTICS_VIOLATED"
  | "CONSTRAINT_VIOLATED";

export interface Finding {
  readonly severity: Severity;
  readonly finding: FindingKind;
  readonly version?: number;
  /** As in the log, or absolute where no log names it. */
  readonly path?: string;
  readonly detail: string;
}

export const FINDING_SCHEMA: StructType = struct([
  field("severity", STRING),
  field("finding", STRING),
  field("version", LONG),
  field("path", STRING),
  field("detail", STRING),
]);

export function findingRow({ severity, finding, version, path, detail }: Finding): readonly Value[] {
  return [severity, finding, version === undefined ? null : BigInt(version), path ?? null, detail];
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
