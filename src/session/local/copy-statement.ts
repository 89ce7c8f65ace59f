/** COPY INTO as a statement, turned into the request of `spark.copyInto`. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { MaintenanceStatement } from "../../sql/maintenance-statement.js";
import type { CopyIntoRequest } from "../contract.js";

type CopyIntoStatement = Extract<MaintenanceStatement, { kind: "copy-into" }>;

const FORMATS = ["csv", "json", "parquet", "text"] as const;
const COPY_OPTIONS = ["force", "mergeschema"];

/**
 * As in Databricks no audit column is added; a file that was ingested before is skipped unless COPY_OPTIONS has 'force' = 'true'.
 * Throws COPY_INTO_SOURCE_FILE_FORMAT_NOT_SUPPORTED, COPY_INTO_SYNTAX_ERROR.
 */
export function copyRequest(statement: CopyIntoStatement, table: string): CopyIntoRequest {
  const fileFormat = FORMATS.find((format) => format === statement.fileFormat);
  if (fileFormat === undefined) throw unknownFormat(statement.fileFormat);
  const options = lowerCased(statement.copyOptions);
  const unknown = Object.keys(options).find((key) => !COPY_OPTIONS.includes(key));
  if (unknown !== undefined) throw unknownOption(unknown);
  const formatOptions = { ...statement.formatOptions };
  // Databricks has it among the format's options too, for the files' own schemas.
  for (const key of Object.keys(formatOptions)) if (key.toLowerCase() === "mergeschema") delete formatOptions[key];
  return {
    table,
    from: sourceOf(statement),
    fileFormat,
    formatOptions,
    auditColumns: false,
    ...(statement.columns === undefined ? {} : { columns: statement.columns }),
    ...(options.mergeschema?.toLowerCase() === "true" ? { mergeSchema: true } : {}),
    ...(options.force?.toLowerCase() === "true" ? { forceAppend: true } : {}),
  };
}

/** FILES and PATTERN are within the folder. */
function sourceOf({ from, files, pattern }: CopyIntoStatement): string | readonly string[] {
  const inside = (name: string) => `${from.replace(/\/+$/, "")}/${name}`;
  if (files.length > 0 && pattern !== undefined) throw filesAndPattern();
  if (files.length > 0) return files.map(inside);
  return pattern === undefined ? from : inside(pattern);
}

function lowerCased(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
}

function unknownFormat(format: string): LakeletError {
  return new LakeletError({
    condition: "COPY_INTO_SOURCE_FILE_FORMAT_NOT_SUPPORTED",
    sqlState: "0A000",
    problem: `The format of the source files must be one of ${FORMATS.join(", ")}, not ${format}.`,
  });
}

function unknownOption(option: string): LakeletError {
  return new LakeletError({
    condition: "COPY_INTO_SYNTAX_ERROR",
    sqlState: "42601",
    problem: `Failed to parse COPY INTO: the option ${option} of COPY_OPTIONS is unknown.`,
    cure: "Known are force and mergeSchema.",
  });
}

function filesAndPattern(): LakeletError {
  return new LakeletError({
    condition: "COPY_INTO_SYNTAX_ERROR",
    sqlState: "42601",
    problem: "Failed to parse COPY INTO: FILES and PATTERN cannot stand together.",
  });
}
