/** How the engine reads the columns of a CSV file so that it takes no text that Spark would not take. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import type { CsvOptions } from "./csv-options.js";
import type { DateTimePattern } from "./date-time-pattern.js";

export interface CsvColumn {
  /** Engine type that the CSV reader parses the column `c` to. */
  readonly readAs: string;
  /** The text `t`, NULL for none, from `c`. */
  readonly text: string;
  /** The value `v`, from `c`. */
  readonly value: string;
  /** True where `t` is surely a text that Spark reads as `v`; never NULL. Absent: always so. */
  readonly certain?: string;
}

/** Names of a column as it is read, as a text, and as a value. */
export interface CsvColumnNames {
  readonly c: string;
  readonly t: string;
  readonly v: string;
}

/**
 * The engine's casts take more than Spark's: ' 12', '12.7' and 1_000 as integers, 'yes' as a boolean, 2024/1/5 as a date. So numbers are
 * read as texts and cast beside a check that is cheap where texts are usual (an integer's own text; a decimal without space or
 * underscore), which costs about 3 % a column; dates are parsed by a strict format, which costs nothing.
 */
export function csvColumn({ c, t, v }: CsvColumnNames, type: DataType, options: CsvOptions): CsvColumn {
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
      return checked(`(CAST(${v} AS VARCHAR) = ${t} OR regexp_full_match(${t}, '[+-]?[0-9]+'))`);
    case "float":
    case "double":
      return checked(`isfinite(${v}) AND NOT contains(${t}, '_')`);
    case "decimal":
      return checked(`${t} >= '+' AND NOT (contains(${t}, ' ') OR contains(${t}, '_') OR contains(${t}, chr(9)))`);
    case "boolean":
      return checked(`lower(${t}) IN ('true', 'false')`);
    case "date":
      if (options.dateFormat) return ofPattern(options.dateFormat);
      return hasPlainNulls(options) ? isoDate(c, v) : checked(`CAST(${v} AS VARCHAR) = ${t}`);
    case "timestamp":
      if (options.timestampFormat) return ofPattern(options.timestampFormat);
      // No names of regions: after one the engine takes the texts without a zone that follow to be of that region.
      return checked(
        `contains(${t}, '-') AND NOT contains(${t}, '/') AND (right(${t}, 1) <= '9' OR suffix(${t}, 'Z')) AND ${v} > TIMESTAMPTZ '1000-01-02' AND ${v} < TIMESTAMPTZ '9999-12-31'`,
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
      if (options.multiLine) return read;
      return { ...read, certain: `(${t} IS NULL OR NOT (contains(${t}, chr(10)) OR contains(${t}, chr(13))))` };
    }
    default:
      throw unsupportedType(type);
  }
}

/** Nothing and an empty text in quotes are both NULL: the engine's reader does that by itself. */
export function hasPlainNulls({ nullValue, emptyValue }: CsvOptions): boolean {
  return nullValue === "" && emptyValue === "";
}

/** A strict format refuses `2024/1/5`; years of two digits, and 'infinity' and 'epoch', which it reads as 1900-01-01, are doubtful. */
function isoDate(c: string, v: string): CsvColumn {
  return {
    readAs: "DATE",
    text: "NULL",
    value: c,
    certain: `(${v} IS NULL OR (${v} >= DATE '1000-01-01' AND ${v} <> DATE '1900-01-01'))`,
  };
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
