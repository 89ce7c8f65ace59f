/** Engine SQL that reads clean CSV files in one typed pass, and raises a flag at the first text that may be malformed. */
import type { StructField } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { csvColumn, hasPlainNulls } from "./csv-columns.js";
import type { CsvOptions } from "./csv-options.js";
import { originalPath, type ReadableFile } from "./readable-file.js";

export interface CsvRelation {
  readonly files: readonly ReadableFile[];
  /** The file's columns in their order; the corrupt record's column is not among them. */
  readonly columns: readonly StructField[];
  readonly options: CsvOptions;
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
 * Columns `"a", "b", ..., __file_path` of the rows. Rows in doubt are left out; their files are flagged. The flag is volatile, so that
 * the engine leaves the filter above the casts: pushed below them it would do each cast again.
 */
export function csvSelect(relation: CsvRelation, outputs: readonly StructField[]): string {
  const { files, columns, options, source } = relation;
  const read = columns.map((column, i) => csvColumn({ c: `c${i}`, t: `t${i}`, v: `v${i}` }, column.dataType, options));
  const casts = read.flatMap(({ text, value }, i) => [`${text} AS t${i}`, `${value} AS v${i}`]);
  const values = outputs.map((output) => {
    const index = columns.indexOf(output);
    return `${index < 0 ? "CAST(NULL AS VARCHAR)" : `v${index}`} AS ${engineName(output.name)}`;
  });
  const certain = read.flatMap((column) => column.certain ?? []).join(" AND ") || "true";
  const flag = `CASE WHEN ${certain} THEN true ELSE lakelet_suspect(${source}, filename) END AS keep`;
  const rows = `SELECT ${casts.join(", ")}, filename FROM ${readCsv(relation, read)}`;
  const path = originalPath(files, "filename");
  return `SELECT ${values.join(", ")}, ${path} AS __file_path FROM (SELECT *, ${flag} FROM (${rows})) WHERE keep`;
}

function readCsv({ files, options, source }: CsvRelation, read: readonly { readonly readAs: string }[]): string {
  const settings = [
    "auto_detect = false",
    `header = ${options.header}`,
    `delim = ${engineString(options.separator)}`,
    `quote = ${engineString(options.quote)}`,
    `escape = ${engineString(options.quote === "" ? "" : options.escape)}`,
    `columns = {${read.map((column, i) => `c${i}: '${column.readAs}'`).join(", ")}}`,
    "dateformat = '%Y-%m-%d'",
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
