/** How the engine reads the columns of a CSV file so that it takes no text that Spark would not take. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import { ANY_ALPHABET, type CsvAlphabet } from "./csv-alphabet.js";
import type { CsvOptions } from "./csv-options.js";
import type { DateTimePattern } from "./date-time-pattern.js";

export interface CsvColumn {
  /** Engine type that the CSV reader parses the column `c` to. */
  readonly readAs: string;
  /** The text `t`, NULL for none, from `c`. */
  readonly text: string;
  /** The value `v`, from `c`. */
  readonly value: string;
  /** True where Spark surely reads the text as `v`; never NULL. Absent: always so. */
  readonly certain?: string;
}

/** Names of a column as it is read, as a text, and as a value. */
export interface CsvColumnNames {
  readonly c: string;
  readonly t: string;
  readonly v: string;
}

/**
 * The engine's casts take more than Spark's: ' 12', '12.7', 1_000 and 1e3 as integers, 'yes' as a boolean, 2024/1/5 as a date. Types
 * whose excess needs a byte that the files do not have are parsed by the reader, for nothing. Others are read as texts and cast beside
 * a check that is cheap where texts are usual: an integer must be its value's own text, about 3 % of a COPY a column.
 */
export function fastColumn(
  names: CsvColumnNames,
  type: DataType,
  options: CsvOptions,
  alphabet: CsvAlphabet,
): CsvColumn {
  const { c, t, v } = names;
  const typed = (certain?: string): CsvColumn => ({
    readAs: engineType(type),
    text: "NULL",
    value: c,
    ...(certain ? { certain: `(${v} IS NULL OR ${certain})` } : {}),
  });
  const checked = checkedColumn(names, type, options, alphabet);
  if (/^(byte|short|integer|long)$/.test(type.kind)) {
    return { ...checked, certain: `CAST(${v} AS VARCHAR) IS NOT DISTINCT FROM ${t}` };
  }
  if (!hasPlainNulls(options)) return checked;
  switch (type.kind) {
    case "float":
    case "double":
      return alphabet.underscore ? checked : typed(`isfinite(${v})`);
    case "decimal":
      return alphabet.underscore || alphabet.blank ? checked : typed();
    case "date":
      // The days are those that the engine reads for 'epoch' and 'infinity'.
      if (options.dateFormat) return checked;
      return typed(
        `(${v} BETWEEN DATE '1000-01-01' AND DATE '9999-12-31' AND ${v} <> DATE '${needsDateFormat(alphabet) ? "1900" : "1970"}-01-01')`,
      );
    default:
      return checked;
  }
}

/** Dates parted by other signs than `-` are refused by a strict format, which is slower than the engine's own parser. */
export function needsDateFormat({ slash, blank }: CsvAlphabet): boolean {
  return slash || blank;
}

/** Reads texts, and tells exactly which of them Spark surely reads as the engine casts them. */
export function checkedColumn(
  { c, t, v }: CsvColumnNames,
  type: DataType,
  options: CsvOptions,
  alphabet: CsvAlphabet = ANY_ALPHABET,
): CsvColumn {
  const text = hasPlainNulls(options) ? c : nullable(c, options);
  const checked = (condition: string, value = `TRY_CAST(${text} AS ${engineType(type)})`): CsvColumn => ({
    readAs: "VARCHAR",
    text,
    value,
    certain: `(${t} IS NULL OR (${v} IS NOT NULL AND ${condition}))`,
  });
  const ofPattern = ({ regex, format }: DateTimePattern) =>
    checked(
      `regexp_full_match(${t}, ${engineString(regex)})`,
      `CAST(try_strptime(${text}, ${engineString(format)}) AS ${engineType(type)})`,
    );
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return checked(`regexp_full_match(${t}, '[+-]?[0-9]+')`);
    case "float":
    case "double":
      return checked(`isfinite(${v}) AND NOT contains(${t}, '_')`);
    case "decimal":
      return checked(`${t} >= '+' AND NOT (contains(${t}, ' ') OR contains(${t}, '_') OR contains(${t}, chr(9)))`);
    case "boolean":
      return checked(`lower(${t}) IN ('true', 'false')`);
    case "date":
      return options.dateFormat ? ofPattern(options.dateFormat) : checked(`CAST(${v} AS VARCHAR) = ${t}`);
    case "timestamp":
      if (options.timestampFormat) return ofPattern(options.timestampFormat);
      // No names of regions: after one the engine takes the texts without a zone that follow to be of that region.
      return checked(
        `${v} BETWEEN TIMESTAMPTZ '1000-01-02' AND TIMESTAMPTZ '9999-12-31' AND ${t} < ':' AND (suffix(${t}, 'Z') OR right(${t}, 1) <= '9')${alphabet.slash ? ` AND NOT contains(${t}, '/')` : ""}${alphabet.blank ? ` AND contains(${t}, '-')` : ""}`,
      );
    case "timestamp_ntz":
      if (options.timestampNtzFormat) return ofPattern(options.timestampNtzFormat);
      return checked(
        `regexp_full_match(${t}, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?)?')`,
      );
    case "string":
    case "binary": {
      const read = { readAs: "VARCHAR", text, value: type.kind === "binary" ? `encode(${text})` : text };
      // A quoted line break is a value's part with multiLine only.
      if (options.multiLine || !alphabet.quote) return read;
      const breaks = alphabet.carriageReturn
        ? `(contains(${t}, chr(10)) OR contains(${t}, chr(13)))`
        : `contains(${t}, chr(10))`;
      return { ...read, certain: `(${t} IS NULL OR NOT ${breaks})` };
    }
    default:
      throw unsupportedType(type);
  }
}

/** Nothing and an empty text in quotes are both NULL: the engine's reader does that by itself. */
export function hasPlainNulls({ nullValue, emptyValue }: CsvOptions): boolean {
  return nullValue === "" && emptyValue === "";
}

/** Where the reader gives NULL for a value that is missing and an empty text for an empty one in quotes. */
function nullable(column: string, { nullValue, emptyValue }: CsvOptions): string {
  const filled =
    emptyValue === "" ? column : `CASE WHEN ${column} = '' THEN ${engineString(emptyValue)} ELSE ${column} END`;
  return `nullif(${filled}, ${engineString(nullValue)})`;
}

export function unsupportedType(type: DataType): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
    sqlState: "0A000",
    problem: `The format csv does not support columns of the type ${type.kind}.`,
    parameters: { columnType: type.kind, format: "csv" },
  });
}
