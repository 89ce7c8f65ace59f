/** What is said to a statement about a materialized view or a streaming table that cannot be done. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import type { DatasetType } from "./kept-definition.js";

/** `materialized view` */
export function wordsOf(type: DatasetType): string {
  return type.toLowerCase().replaceAll("_", " ");
}

/** @param rest of the condition, behind the kind of dataset */
function notAllowed(
  type: DatasetType,
  rest: string,
  operation: string,
  said: { readonly problem: string; readonly reason?: string; readonly cure: string },
): LakeletError {
  return new LakeletError({
    condition: `${type}_OPERATION_NOT_ALLOWED.${rest}`,
    sqlState: type === "MATERIALIZED_VIEW" ? "56038" : "42601",
    ...said,
    parameters: { operation },
  });
}

export function ofPipeline(type: DatasetType, operation: string, table: string, pipeline: string): LakeletError {
  const rest = type === "STREAMING_TABLE" ? "REFRESH_DELTA_LIVE_TABLE" : "REPLACE_DELTA_LIVE_TABLE";
  const full = operation.endsWith("FULL") ? "--full-refresh" : "--refresh";
  return notAllowed(type, rest, operation, {
    problem: `${operation} is not allowed for ${table}: it is a ${wordsOf(type)} of the pipeline ${pipeline}.`,
    reason: "What fills it stands in the sources of that pipeline.",
    cure: operation.startsWith("REFRESH")
      ? `Run lakelet pipeline run <pipeline> ${full} ${table}.`
      : "Change it in the source of the pipeline and run lakelet pipeline run <pipeline>, or choose another name.",
  });
}

/** @param is what the name stands for, e.g. `a table` */
export function otherThan(wanted: DatasetType, operation: string, table: string, is: string): LakeletError {
  return notAllowed(wanted, `NON_${wanted}`, operation, {
    problem: `${table} is not a ${wordsOf(wanted)}, but ${is}.`,
    cure: `Run ${operation} with the name of a ${wordsOf(wanted)}.`,
  });
}

export function replaceStreamingTable(table: string): LakeletError {
  return notAllowed("STREAMING_TABLE", "CREATE_OR_REPLACE", "CREATE OR REPLACE STREAMING TABLE", {
    problem: "REPLACE is not allowed for streaming tables.",
    reason: "A streaming table keeps its rows: it takes up what is new.",
    cure: `Write CREATE OR REFRESH STREAMING TABLE; to compute it anew, REFRESH STREAMING TABLE ${table} FULL.`,
  });
}

export function invalidAlter(type: DatasetType, action: string, table: string): LakeletError {
  return notAllowed(type, "INVALID_ALTER", `ALTER ... ${action}`, {
    problem: `ALTER ... ${action} is not allowed for the ${wordsOf(type)} ${table}.`,
    reason: "Its columns and properties are those of its definition.",
    cure: "Write CREATE OR REFRESH with what it is to be.",
  });
}

/** Rows of a materialized view are those of its query. */
export function changesRowsOfView(operation: string, table: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.TABLE_OPERATION",
    sqlState: "0A000",
    problem: `Table ${table} does not support ${operation}: it is a materialized view.`,
    reason: "Its rows are those of its query; the next refresh would undo the change.",
    cure: "Change the tables that it reads and refresh it, or write to a table.",
    parameters: { tableName: table, operation },
  });
}

export function alreadyExists(table: string, is: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `There is ${is} ${table} already.`,
    cure,
    parameters: { relationName: table },
  });
}

export function otherType(table: string, is: DatasetType, wanted: DatasetType): LakeletError {
  return new LakeletError({
    condition: "CANNOT_CHANGE_DATASET_TYPE",
    sqlState: "42809",
    problem: `${table} is a ${wordsOf(is)}, and cannot become a ${wordsOf(wanted)}.`,
    cure: `Drop it first (DROP TABLE ${table}), or choose another name.`,
    parameters: { tableName: table },
  });
}

export function withoutStream(table: string): LakeletError {
  return new LakeletError({
    condition: "STREAMING_TABLE_QUERY_INVALID",
    sqlState: "42000",
    problem: `Streaming table ${table} can only be created from a streaming query.`,
    cure: "Add STREAM to the source (FROM STREAM source, FROM STREAM read_files(...)), or make it a materialized view.",
    parameters: { tableName: table },
  });
}

export function withStream(table: string, source: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW",
    sqlState: "42000",
    problem: `The materialized view ${table} reads ${source} as a stream.`,
    reason: "Materialized views may only be defined by batch relations.",
    cure: "Leave STREAM away, or write CREATE STREAMING TABLE.",
    parameters: { flowIdentifier: table, tableIdentifier: table },
  });
}

export function readsItself(table: string): LakeletError {
  return new LakeletError({
    condition: "RECURSIVE_VIEW",
    sqlState: "42K0H",
    problem: `${table} would read itself.`,
    cure: "Read the tables below instead.",
    parameters: { viewIdent: table, newPath: table },
  });
}
