/** The errors of CONVERT TO DELTA under Delta's published conditions. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";

export function folderNotFound(path: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_PATH_DOES_NOT_EXIST",
    sqlState: "42K03",
    problem: `${path} doesn't exist.`,
    parameters: { path },
  });
}

export function emptyFolder(path: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_EMPTY_DIRECTORY",
    sqlState: "42K03",
    problem: `No file found in the directory: ${path}.`,
    parameters: { directory: path },
  });
}

export function unexpectedPartitionCount(
  path: string,
  expected: readonly string[],
  found: readonly string[],
): LakeletError {
  const list = (names: readonly string[]): string =>
    `${names.length} partition column(s): [${names.map(quoteName).join(", ")}]`;
  return new LakeletError({
    condition: "DELTA_UNEXPECTED_NUM_PARTITION_COLUMNS_FROM_FILE_NAME",
    sqlState: "KD009",
    problem: `Expecting ${list(expected)}, but found ${list(found)} from parsing the file name: ${path}.`,
    cure: "Name in PARTITIONED BY the columns of the folders, with their types.",
    parameters: { path, expectedCols: expected.join(", "), parsedCols: found.join(", ") },
  });
}

export function unexpectedPartitionColumn(path: string, expected: string, found: string): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNEXPECTED_PARTITION_COLUMN_FROM_FILE_NAME",
    sqlState: "KD009",
    problem: `Expecting partition column ${quoteName(expected)}, but found partition column ${quoteName(found)} from parsing the file name: ${path}.`,
    cure: "Name in PARTITIONED BY the columns of the folders in their order.",
    parameters: { path, expectedCol: expected, parsedCol: found },
  });
}

export function failedPartitionCast(value: string, type: DataType): LakeletError {
  return new LakeletError({
    condition: "DELTA_FAILED_CAST_PARTITION_VALUE",
    sqlState: "22018",
    problem: `Failed to cast partition value \`${value}\` to ${typeText(type).toUpperCase()}.`,
    cure: "Give the partition column a type that all of its folders' names have, such as STRING.",
    parameters: { value, dataType: typeText(type) },
  });
}

export function failedSchemaMerge(path: string, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: "DELTA_FAILED_MERGE_SCHEMA_FILE",
    sqlState: "42KDA",
    problem: `Failed to merge the schema of the file ${path}.`,
    reason: cause.reason ?? cause.problem,
    cure: "Write the file again with the types of the others.",
    parameters: { ...cause.parameters, file: path },
    cause,
  });
}
