/** What is wrong with an AUTO CDC flow or its feed, by Spark's condition names. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { SourcePlace } from "../definition.js";

export function emptyKeys(flow: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_EMPTY_KEYS",
    sqlState: "42703",
    problem: `The AUTO CDC flow ${flow} names no key.`,
    cure: "Name the columns that identify a row: KEYS (id).",
    location: place,
  });
}

export function emptyIgnoreNullList(flow: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_IGNORE_NULL_EMPTY_COLUMN_LIST",
    sqlState: "42703",
    problem: `IGNORE NULL UPDATES of the AUTO CDC flow ${flow} names no column.`,
    cure: "Name the columns, or leave the list out for all of them.",
    location: place,
  });
}

export function missingColumns(
  flow: string,
  clause: string,
  missing: readonly string[],
  available: readonly string[],
  place: SourcePlace,
): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA",
    sqlState: "42703",
    problem: `${clause} of the AUTO CDC flow ${flow} names ${missing.join(", ")}, which the rows do not have.`,
    reason: `Their columns are ${available.join(", ")}.`,
    cure: "Correct the name.",
    parameters: { missingColumns: missing.join(", "), availableColumns: available.join(", ") },
    location: place,
  });
}

export function multipartColumn(flow: string, column: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_MULTIPART_COLUMN_IDENTIFIER",
    sqlState: "42703",
    problem: `The AUTO CDC flow ${flow} names ${column}, where a column is to be named, not a part of one.`,
    cure: "Select it as a column of its own in the source, and name that.",
    parameters: { columnName: column },
    location: place,
  });
}

export function reservedColumn(flow: string, column: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_RESERVED_COLUMN_NAME_CONFLICT",
    sqlState: "42710",
    problem: `The rows of the AUTO CDC flow ${flow} have a column ${column}, a name that AUTO CDC keeps for itself.`,
    cure: "Rename the column in the source, or leave it out: COLUMNS * EXCEPT (...).",
    parameters: { columnName: column },
    location: place,
  });
}

export function notOrderable(flow: string, sequenceBy: string, type: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_MICROBATCH_VALIDATION.NON_ORDERABLE_SEQUENCE",
    sqlState: "22000",
    problem: `SEQUENCE BY ${sequenceBy} of the AUTO CDC flow ${flow} is a ${type}, which has no order.`,
    cure: "Take a number, a time, a string, or a STRUCT of such.",
    parameters: { dataType: type },
    location: place,
  });
}

export function nullSequence(flow: string, table: string, cause: unknown): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_MICROBATCH_VALIDATION.NULL_SEQUENCE",
    sqlState: "22000",
    problem: `The feed of the AUTO CDC flow ${flow} into ${table} has a row whose SEQUENCE BY is NULL.`,
    reason: "It has no place in the order of changes. Nothing of this batch was applied.",
    cure: "Keep such rows out: by WHERE in the source, or by an expectation that drops them.",
    parameters: { tableName: table },
    cause,
  });
}

export function nullKey(flow: string, table: string, cause: unknown): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY",
    sqlState: "22000",
    problem: `The feed of the AUTO CDC flow ${flow} into ${table} has a row with a NULL among its keys.`,
    reason: "It cannot be told which row it changes. Nothing of this batch was applied.",
    cure: "Keep such rows out: by WHERE in the source, or by an expectation that drops them.",
    parameters: { tableName: table },
    cause,
  });
}

export function notForScd(flow: string, clause: string, storedAs: 1 | 2, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.AUTO_CDC",
    sqlState: "0A000",
    problem: `${clause} of the AUTO CDC flow ${flow} is not for SCD TYPE ${storedAs}.`,
    cure: storedAs === 1 ? "Leave it out, or write STORED AS SCD TYPE 2." : "Leave it out, or store as SCD TYPE 1.",
    location: place,
  });
}

export function tableLevelRule(flow: string, expectation: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.AUTO_CDC_EXPECTATION",
    sqlState: "0A000",
    problem: `The expectation ${expectation} looks beyond the row, and cannot gate the changes of the AUTO CDC flow ${flow}.`,
    reason: "Expectations of its target look at each change as it arrives.",
    cure: "Put it on a materialized view over the target, or ask checkTable.",
    location: place,
  });
}

export function flowsDisagree(target: string, first: string, second: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_INVALID_STATE.FLOWS_DISAGREE",
    sqlState: "42000",
    problem: `The flows ${first} and ${second} fill ${target} by rules that are not the same.`,
    reason: "All AUTO CDC flows of a table share its keys, SCD type, TRACK HISTORY and IGNORE NULL UPDATES.",
    cure: "Make them equal, or give each a table of its own.",
    location: place,
  });
}

export function keysChanged(flow: string, target: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_INVALID_STATE.KEYS_CHANGED",
    sqlState: "42000",
    problem: `The AUTO CDC flow ${flow} has other keys than those by which the changes of ${target} were kept.`,
    reason:
      "Of each of the old keys only the last change is kept, which does not say what the rows of the new ones were.",
    cure: `Name the old keys again, or make ${target} anew by a full refresh.`,
    location: place,
  });
}

export function invalidThreshold(table: string, property: string, value: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.TOMBSTONE_THRESHOLD",
    sqlState: "22023",
    problem: `The property ${property} of ${table} is '${value}', which is no number of seconds.`,
    cure: "Write the seconds after which deletes are forgotten, 172800 for two days; without it they are kept.",
    parameters: { property, value },
  });
}

export function duplicateSnapshotKey(flow: string, key: string, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
    sqlState: "21506",
    problem: `The snapshot of the flow ${flow} has several rows with the key ${key}.`,
    reason: "Which of them the table is to have cannot be told. Nothing of the snapshot was applied.",
    cure: "Name all columns of the key, or make the snapshot's rows distinct.",
    location: place,
  });
}

export function snapshotOutOfOrder(flow: string, version: number, latest: number, place: SourcePlace): LakeletError {
  return new LakeletError({
    condition: "AUTOCDC_INVALID_STATE.SNAPSHOT_OUT_OF_ORDER",
    sqlState: "42000",
    problem: `The flow ${flow} was given snapshot ${version} after snapshot ${latest}.`,
    reason: "Snapshots are applied in the order of their versions.",
    cure: "Give versions that grow, and undefined where there is no newer one.",
    location: place,
  });
}
