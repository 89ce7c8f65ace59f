/** Rows held back as rows of a quarantine table: their own columns, and beside them why, where from and by which run. */
import type { EngineQuery } from "../../engine/engine.js";
import { field, LONG, STRING, type StructField, type StructType, struct, TIMESTAMP } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import type { Runtime } from "./runtime.js";

/** Held-back rows of one reason, or lines that were no records. All expressions are engine SQL over the relation as `"source"`. */
export interface HeldBackRows {
  /** Fit to stand behind FROM, with the columns of `schema`. */
  readonly relation: string;
  readonly schema: StructType;
  readonly reason: string;
  /** The source file of the row, or the task that wrote it. */
  readonly origin: string;
  readonly line?: string;
  readonly text?: string;
}

/** What stands beside a row's own columns. */
const OWN_FIELDS: readonly StructField[] = [
  field("quarantine_reason", STRING),
  field("quarantine_origin", STRING),
  field("quarantine_line", LONG),
  field("quarantine_text", STRING),
  field("quarantined_at", TIMESTAMP),
  field("write_id", STRING),
  field("job_run_id", STRING),
  field("task_key", STRING),
];
/** A row that has these keeps its own: they mean the same. */
const SHARED: ReadonlySet<string> = new Set(["job_run_id", "task_key"]);
const RESERVED: ReadonlySet<string> = new Set(
  [...OWN_FIELDS.map(({ name }) => name), "replay_id"].filter((name) => !SHARED.has(name)),
);

/** Columns that differ from run to run and say nothing of the row. */
export const OF_THE_RUN: ReadonlySet<string> = new Set([
  "quarantined_at",
  "write_id",
  "job_run_id",
  "task_key",
  "ingestion_timestamp",
  "run_date",
]);

/** Undefined where there is nothing to hold. */
export function quarantineRows(
  runtime: Runtime,
  parts: readonly HeldBackRows[],
  writeId: string,
): EngineQuery | undefined {
  if (parts.length === 0) return undefined;
  const fields = unique([...parts.flatMap(({ schema }) => schema.fields.map(renamed)), ...OWN_FIELDS]);
  const selects = parts.map((part) => {
    const values = valuesOf(runtime, part, writeId);
    const columns = fields.map(({ name, dataType }) => {
      const value = values.get(name.toLowerCase()) ?? "NULL";
      return `CAST(${value} AS ${engineType(dataType)}) AS ${engineName(name)}`;
    });
    return `SELECT ${columns.join(", ")} FROM ${part.relation} AS "source"`;
  });
  return { sql: selects.join(" UNION ALL "), schema: struct(fields) };
}

function valuesOf(runtime: Runtime, part: HeldBackRows, writeId: string): ReadonlyMap<string, string> {
  const { job } = runtime.options;
  const text = (value: string | undefined) => (value === undefined ? "NULL" : engineString(value));
  const own = part.schema.fields.map(
    (one) => [renamed(one).name.toLowerCase(), `"source".${engineName(one.name)}`] as const,
  );
  return new Map<string, string>([
    ["job_run_id", text(job?.jobRunId)],
    ["task_key", text(job?.taskKey)],
    ...own,
    ["quarantine_reason", part.reason],
    ["quarantine_origin", part.origin],
    ["quarantine_line", part.line ?? "NULL"],
    ["quarantine_text", part.text ?? "NULL"],
    ["quarantined_at", "now()"],
    ["write_id", engineString(writeId)],
  ]);
}

function renamed(one: StructField): StructField {
  return { ...one, name: nameInQuarantine(one.name), nullable: true };
}

/** A column that is called as one of ours stands in quarantine with a `_` before its name. */
export function nameInQuarantine(name: string): string {
  return RESERVED.has(name.toLowerCase()) ? `_${name}` : name;
}

function unique(fields: readonly StructField[]): readonly StructField[] {
  const names = fields.map(({ name }) => name.toLowerCase());
  return fields.filter((_, i) => names.indexOf(names[i] ?? "") === i);
}
