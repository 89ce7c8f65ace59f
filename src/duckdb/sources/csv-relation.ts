/** Engine SQL that reads clean CSV files in one typed pass, and raises a flag at the first text that may be malformed. */
import type { StructField } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { CsvAlphabet } from "./csv-alphabet.js";
import {
  type CsvColumn,
  type CsvColumnNames,
  checkedColumn,
  fastColumn,
  hasPlainNulls,
  needsDateFormat,
} from "./csv-columns.js";
import type { CsvOptions } from "./csv-options.js";
import { originalPath, type ReadableFile } from "./readable-file.js";

export interface CsvRelation {
  readonly files: readonly ReadableFile[];
  /** The file's columns in their order; the corrupt record's column is not among them. */
  readonly columns: readonly StructField[];
  readonly options: CsvOptions;
  readonly alphabet: CsvAlphabet;
  /** Number of the source, which names its rejects' table and its flag. */
  readonly source: number;
}

/** What the engine's CSV reader does as Spark's does, or else says. All other options are for the exact parser. */
export function isPlainCsv({ columns, options }: Pick<CsvRelation, "columns" | "options">): boolean {
  return (
    columns.length > 1 &&
    options.comment === undefined &&
    !options.ignoreLeadingWhiteSpace &&
    !options.ignoreTrailingWhiteSpace &&
    Buffer.byteLength(options.separator) <= 4 &&
    options.quote.length <= 1 &&
    options.escape.length <= 1 &&
    options.escapeOfEscape === (options.escape === options.quote ? "" : options.escape)
  );
}

/**
 * Columns `"a", "b", ..., __file_path` of the rows. Rows in doubt are left out and the source is flagged, unless the files are trusted.
 * The flag is volatile, so that the engine leaves the filter above the casts: pushed below them it would do each cast again.
 */
export function csvSelect(relation: CsvRelation, outputs: readonly StructField[], trusted: boolean): string {
  const { files, columns, options, alphabet, source } = relation;
  const read = columns.map((column, i) => fastColumn(namesOf(i), column.dataType, options, alphabet));
  const certain = trusted ? [] : read.flatMap((column) => column.certain ?? []);
  const casts = read.flatMap(({ text, value }, i) =>
    certain.length > 0 ? [`${text} AS t${i}`, `${value} AS v${i}`] : [`${value} AS v${i}`],
  );
  // A condition of the query on a value is pushed below the filter, and would hide rows in doubt from it; not one on what is volatile.
  const kept = (index: number) => (certain.length === 0 ? `v${index}` : `CASE WHEN keep THEN v${index} END`);
  const values = outputs.map((output) => {
    const index = columns.indexOf(output);
    return `${index < 0 ? "CAST(NULL AS VARCHAR)" : kept(index)} AS ${engineName(output.name)}`;
  });
  const dateFormat = needsDateFormat(alphabet) && read.some((column) => column.readAs === "DATE");
  const rows = `SELECT ${casts.join(", ")}, filename FROM ${readCsv(relation, read, dateFormat)}`;
  const path = originalPath(files, "filename");
  const select = `SELECT ${values.join(", ")}, ${path} AS __file_path FROM`;
  if (certain.length === 0) return `${select} (${rows})`;
  const keep = `CASE WHEN ${certain.join(" AND ")} THEN true ELSE lakelet_suspect(${source}) END AS keep`;
  return `${select} (SELECT *, ${keep} FROM (${rows})) WHERE keep`;
}

/** The files (as they are read) that hold a text of which even the exact check is not sure. */
export function doubtfulFiles(relation: CsvRelation): string {
  const read = relation.columns.map((column, i) => checkedColumn(namesOf(i), column.dataType, relation.options));
  const casts = read.flatMap(({ text, value }, i) => [`${text} AS t${i}`, `${value} AS v${i}`]);
  const certain = read.flatMap((column) => column.certain ?? []).join(" AND ") || "true";
  return `SELECT DISTINCT filename FROM (SELECT ${casts.join(", ")}, filename FROM ${readCsv(relation, read, false)}) WHERE NOT (${certain})`;
}

function namesOf(index: number): CsvColumnNames {
  return { c: `c${index}`, t: `t${index}`, v: `v${index}` };
}

function readCsv({ files, options, source }: CsvRelation, read: readonly CsvColumn[], dateFormat: boolean): string {
  const settings = [
    "auto_detect = false",
    `header = ${options.header}`,
    `delim = ${engineString(options.separator)}`,
    `quote = ${engineString(options.quote)}`,
    `escape = ${engineString(options.quote === "" ? "" : options.escape)}`,
    `columns = {${read.map((column, i) => `c${i}: '${column.readAs}'`).join(", ")}}`,
    ...(dateFormat ? ["dateformat = '%Y-%m-%d'"] : []),
    `allow_quoted_nulls = ${hasPlainNulls(options)}`,
    "store_rejects = true",
    "rejects_limit = 0",
    `rejects_table = '${rejectsTable(source)}'`,
    `rejects_scan = '${rejectsScan(source)}'`,
  ];
  return `read_csv([${files.map((file) => engineString(file.readPath)).join(", ")}], ${settings.join(", ")})`;
}

export function rejectsTable(source: number): string {
  return `lakelet_rejects_${source}_errors`;
}
export function rejectsScan(source: number): string {
  return `lakelet_rejects_${source}_scans`;
}
