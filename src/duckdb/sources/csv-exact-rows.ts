/** The exact reading of CSV files: line by line as Spark's parser does, into a plain file of texts that the engine then casts. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { MalformedLine } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructField } from "../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { unsupportedType } from "./csv-columns.js";
import type { CsvOptions } from "./csv-options.js";
import { type CsvRecord, RecordSplitter, type Token, tokensOf } from "./csv-records.js";
import type { DateTimePattern } from "./date-time-pattern.js";
import { decodedText, originalPath, type ReadableFile } from "./readable-file.js";
import { type TextReader, textReader } from "./spark-texts.js";

/** A file's rows as the exact parser wrote them: a plain CSV file of texts that need no more care, the corrupt record last. */
export interface ExactFile {
  readonly file: ReadableFile;
  readonly writtenTo: string;
}

/** Engine SQL of the outputs over files that {@link parseExactly} wrote. */
export function exactSelect(
  written: readonly ExactFile[],
  columns: readonly StructField[],
  outputs: readonly StructField[],
  options: CsvOptions,
): string {
  const values = outputs.map((output) => {
    const index = columns.indexOf(output);
    return `${index < 0 ? "corrupt" : castText(`c${index}`, output, options)} AS ${engineName(output.name)}`;
  });
  const settings = [
    "auto_detect = false",
    "header = false",
    "delim = ','",
    "quote = '\"'",
    "escape = '\"'",
    "new_line = '\\n'",
    "allow_quoted_nulls = false",
    `columns = {${[...columns.map((_, i) => `c${i}`), "corrupt"].map((name) => `${name}: 'VARCHAR'`).join(", ")}}`,
  ];
  const paths = written.map((one) => engineString(one.writtenTo)).join(", ");
  const path = originalPath(
    written.map(({ file, writtenTo }) => ({ ...file, readPath: writtenTo })),
    "filename",
  );
  return `SELECT ${values.join(", ")}, ${path} AS __file_path FROM read_csv([${paths}], ${settings.join(", ")})`;
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
  /** Throws where nobody waits for the lines any more. */
  readonly checkCanceled: () => void;
  readonly file: ReadableFile;
  readonly writeTo: string;
  readonly columns: readonly StructField[];
  readonly options: CsvOptions;
}

/** Characters of a piece of the written file. */
const PIECE_LENGTH = 1 << 18;

/** Writes a file's rows and gives its malformed lines. Throws MALFORMED_RECORD_IN_PARSING in the mode FAILFAST. */
export async function parseExactly(parse: ExactParse): Promise<readonly MalformedLine[]> {
  const malformed: MalformedLine[] = [];
  await pipeline(Readable.from(exactLines(parse, malformed)), createWriteStream(parse.writeTo));
  return malformed;
}

async function* exactLines(
  { file, columns, options, checkCanceled }: ExactParse,
  malformed: MalformedLine[],
): AsyncGenerator<string> {
  const readers = columns.map((column) => ({ column, read: columnReader(column, options) }));
  let piece = "";
  for await (const record of records(file.readPath, options)) {
    const { values, reason } = convert(tokensOf(record.text, options), readers, options);
    if (reason !== undefined) {
      const line: MalformedLine = { file: file.path, line: record.line, text: record.text, reason };
      if (options.mode === "FAILFAST") throw malformedRecord(line);
      malformed.push(line);
      if (options.mode === "DROPMALFORMED") continue;
    }
    for (const value of values) piece += `${quotedText(value)},`;
    piece += `${reason === undefined ? "" : quotedText(record.text)}\n`;
    if (piece.length < PIECE_LENGTH) continue;
    checkCanceled();
    yield piece;
    piece = "";
  }
  yield piece;
}

/** Nothing for NULL, an empty text in quotes. */
function quotedText(text: string | null): string {
  if (text === null) return "";
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
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
