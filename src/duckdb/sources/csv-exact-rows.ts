/** The exact reading of CSV files: line by line as Spark's parser does, into an in-memory table of texts that the engine then casts. */
import type { MalformedLine } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { field, INTEGER, STRING, type StructField, struct } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import type { RowAppender } from "../registered-rows.js";
import { unsupportedType } from "./csv-columns.js";
import type { CsvOptions } from "./csv-options.js";
import { type CsvRecord, RecordSplitter, type Token, tokensOf } from "./csv-records.js";
import type { DateTimePattern } from "./date-time-pattern.js";
import { decodedText, type ReadableFile } from "./readable-file.js";
import { type TextReader, textReader } from "./spark-texts.js";

/** Columns `c0 ...` of the file, `corrupt` (the record's text where it is malformed), `file` (position in the source's files). */
export function exactTableSchema(columns: readonly StructField[]) {
  return struct([...columns.map((_, i) => field(`c${i}`, STRING)), field("corrupt", STRING), field("file", INTEGER)]);
}

/** Engine SQL of the outputs over the table that {@link parseExactly} filled. */
export function exactSelect(
  table: string,
  columns: readonly StructField[],
  outputs: readonly StructField[],
  options: CsvOptions,
  files: readonly ReadableFile[],
): string {
  const values = outputs.map((output) => {
    const index = columns.indexOf(output);
    return `${index < 0 ? "corrupt" : castText(`c${index}`, output, options)} AS ${engineName(output.name)}`;
  });
  const paths = `[${files.map((file) => engineString(file.path)).join(", ")}]`;
  return `SELECT ${values.join(", ")}, (${paths})[file + 1] AS __file_path FROM ${table}`;
}

function castText(text: string, { dataType }: StructField, options: CsvOptions): string {
  const pattern = patternOf(dataType.kind, options);
  if (pattern) return `CAST(strptime(${text}, ${engineString(pattern.format)}) AS ${engineType(dataType)})`;
  if (dataType.kind === "string") return text;
  return dataType.kind === "binary" ? `encode(${text})` : `CAST(${text} AS ${engineType(dataType)})`;
}

function patternOf(kind: string, options: CsvOptions): DateTimePattern | undefined {
  if (kind === "date") return options.dateFormat;
  return kind === "timestamp"
    ? options.timestampFormat
    : kind === "timestamp_ntz"
      ? options.timestampNtzFormat
      : undefined;
}

export interface ExactParse {
  readonly file: ReadableFile;
  /** Position in the source's files. */
  readonly position: number;
  readonly columns: readonly StructField[];
  readonly options: CsvOptions;
}

const BATCH_ROWS = 2048;

/** Appends a file's rows and gives its malformed lines. Throws MALFORMED_RECORD_IN_PARSING in the mode FAILFAST. */
export async function parseExactly(parse: ExactParse, appender: RowAppender): Promise<readonly MalformedLine[]> {
  const { file, position, columns, options } = parse;
  const readers = columns.map((column) => ({ column, read: columnReader(column, options) }));
  const malformed: MalformedLine[] = [];
  let batch: (string | number | null)[][] = [];
  for await (const record of records(file.readPath, options)) {
    const { values, reason } = convert(tokensOf(record.text, options), readers, options);
    if (reason !== undefined) {
      const line: MalformedLine = { file: file.path, line: record.line, text: record.text, reason };
      if (options.mode === "FAILFAST") throw malformedRecord(line);
      malformed.push(line);
      if (options.mode === "DROPMALFORMED") continue;
    }
    batch.push([...values, reason === undefined ? null : record.text, position]);
    if (batch.length === BATCH_ROWS) {
      appender.append(batch);
      batch = [];
    }
  }
  appender.append(batch);
  return malformed;
}

function columnReader({ dataType }: StructField, options: CsvOptions): TextReader {
  if (["array", "map", "struct", "variant", "interval", "void"].includes(dataType.kind))
    throw unsupportedType(dataType);
  return textReader(dataType, options);
}

/** The records of a file, its header left out. */
async function* records(path: string, options: CsvOptions): AsyncGenerator<CsvRecord> {
  let header = options.header;
  for await (const record of allRecords(path, options)) {
    if (header) header = false;
    else yield record;
  }
}

/** The records of a file, its header among them. The file is in UTF-8. */
export async function* allRecords(path: string, options: CsvOptions): AsyncGenerator<CsvRecord> {
  const splitter = new RecordSplitter(options);
  for await (const piece of decodedText(path, "utf-8")) yield* splitter.push(piece, false);
  yield* splitter.push("", true);
}

/** A token's text, or null for none, after the options for null and empty values. */
export function valueText({ text, quoted }: Token, { nullValue, emptyValue }: CsvOptions): string | null {
  const filled = text !== "" ? text : quoted ? emptyValue : nullValue;
  return filled === nullValue ? null : filled;
}

/** Fields that do not fit are NULL and the others are kept: Spark's PERMISSIVE. */
function convert(
  tokens: readonly Token[],
  readers: readonly { readonly column: StructField; readonly read: TextReader }[],
  options: CsvOptions,
): { readonly values: (string | null)[]; readonly reason: string | undefined } {
  let reason =
    tokens.length === readers.length
      ? undefined
      : `The line has ${tokens.length} values, the schema has ${readers.length} columns.`;
  const values = readers.map(({ column, read }, i) => {
    const token = tokens[i];
    const text = token === undefined ? null : valueText(token, options);
    if (text === null) return null;
    const value = read(text);
    if (value === undefined)
      reason ??= `The value '${text}' of the column \`${column.name}\` is no ${typeText(column.dataType)}.`;
    return value ?? null;
  });
  return { values, reason };
}

export function malformedRecord({ file, line, text, reason }: MalformedLine): LakeletError {
  return new LakeletError({
    condition: "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION",
    sqlState: "22023",
    problem: `Malformed records are detected in record parsing: ${text}.`,
    reason,
    cure: "The parse mode is FAILFAST; to read malformed records as null results use the mode PERMISSIVE.",
    parameters: { badRecord: text, failFastMode: "FAILFAST" },
    location: { file, line },
  });
}
