/** The audit columns of bronze: where a row came from, when, and by which run; as Spark SQL expressions. */

export interface AuditColumnOptions {
  /** The day of the run: its parameter, never the clock. */
  readonly runDate?: string;
  readonly jobRunId?: string;
  readonly taskKey?: string;
  /** Other names for the columns, e.g. `{ ingestion_timestamp: "_loaded_at" }`. */
  readonly names?: Readonly<Partial<Record<AuditColumnName, string>>>;
}

export type AuditColumnName = "ingestion_timestamp" | "source_file" | "run_date" | "job_run_id" | "task_key";

/** Name and Spark SQL of each audit column; NULL where the value is not known. */
export function auditColumns(
  options: AuditColumnOptions,
  sourceFile = "input_file_name()",
): readonly { readonly name: string; readonly expression: string }[] {
  const expressions: Readonly<Record<AuditColumnName, string>> = {
    ingestion_timestamp: "current_timestamp()",
    source_file: sourceFile,
    run_date: text(options.runDate),
    job_run_id: text(options.jobRunId),
    task_key: text(options.taskKey),
  };
  return (Object.keys(expressions) as AuditColumnName[]).map((name) => ({
    name: options.names?.[name] ?? name,
    expression: expressions[name],
  }));
}

function text(value: string | undefined): string {
  if (value === undefined) return "CAST(NULL AS STRING)";
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
