/** How the engine reads the columns of a CSV file so that it takes no text that Spark would not take. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineString, engineType } from "../../schema/engine-type.js";
import type { CsvOptions } from "./csv-options.js";
import type { DateTimePattern } from "./date-time-pattern.js";

export interface CsvColumn {
  /** Engine type that the CSV reader parses the column to. */
  readonly readAs: string;
  /** The value, from the column as it was read. */
  readonly value: string;
  /** True where the text is surely one that Spark reads as `value`; never NULL. Absent: always so. */
  readonly certain?: string;
}

/**
 * The engine's casts take more than Spark's: ' 12', '12.7' and 1_000 as integers, 'yes' as a boolean, 2024/1/5 as a date. So numbers are
 * read as texts and cast beside a check that is cheap where texts are usual (an integer's own text; a decimal without space or
 * underscore), which costs about 3 % a column; dates are parsed by a strict format, which costs nothing.
 */
export function csvColumn(column: string, type: DataType, options: CsvOptions, plainNulls: boolean): CsvColumn {
  const text = plainNulls ? column : nullable(column, options);
  const checked = (value: string, condition: string): CsvColumn => ({
    readAs: "VARCHAR",
    value,
    certain: `(${text} IS NULL OR (${value} IS NOT NULL AND ${condition}))`,
  });
  const cast = `TRY_CAST(${text} AS ${engineType(type)})`;
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return checked(cast, `(CAST(${cast} AS VARCHAR) = ${text} OR regexp_full_match(${text}, '[+-]?[0-9]+'))`);
    case "float":
    case "double":
      return checked(cast, `isfinite(${cast}) AND NOT contains(${text}, '_')`);
    case "decimal":
      return checked(
        cast,
        `${text} >= '+' AND NOT (contains(${text}, ' ') OR contains(${text}, '_') OR contains(${text}, chr(9)))`,
      );
    case "boolean":
      return checked(cast, `lower(${text}) IN ('true', 'false')`);
    case "date":
      if (options.dateFormat) return patternColumn(text, options.dateFormat, "DATE", checked);
      return plainNulls ? isoDate(column) : checked(cast, `CAST(${cast} AS VARCHAR) = ${text}`);
    case "timestamp":
      if (options.timestampFormat) return patternColumn(text, options.timestampFormat, "TIMESTAMPTZ", checked);
      // No names of regions: after one the engine takes the texts without a zone that follow to be of that region.
      return checked(
        cast,
        `contains(${text}, '-') AND NOT contains(${text}, '/') AND (right(${text}, 1) <= '9' OR suffix(${text}, 'Z')) AND ${cast} > TIMESTAMPTZ '1000-01-02' AND ${cast} < TIMESTAMPTZ '9999-12-31'`,
      );
    case "timestamp_ntz":
      if (options.timestampNtzFormat) return patternColumn(text, options.timestampNtzFormat, "TIMESTAMP", checked);
      return checked(
        cast,
        `regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?)?')`,
      );
    case "string":
    case "binary": {
      const value = type.kind === "binary" ? `encode(${text})` : text;
      // A quoted line break is a value's part with multiLine only.
      if (options.multiLine) return { readAs: "VARCHAR", value };
      return {
        readAs: "VARCHAR",
        value,
        certain: `(${column} IS NULL OR NOT (contains(${column}, chr(10)) OR contains(${column}, chr(13))))`,
      };
    }
    default:
      throw unsupportedType(type);
  }
}

/** A strict format refuses `2024/1/5`; years of two digits, and 'infinity' and 'epoch', which it reads as 1900-01-01, are doubtful. */
function isoDate(column: string): CsvColumn {
  return {
    readAs: "DATE",
    value: column,
    certain: `(${column} IS NULL OR (${column} >= DATE '1000-01-01' AND ${column} <> DATE '1900-01-01'))`,
  };
}

function patternColumn(
  text: string,
  { regex, format }: DateTimePattern,
  type: string,
  checked: (value: string, condition: string) => CsvColumn,
): CsvColumn {
  const value = `CAST(try_strptime(${text}, ${engineString(format)}) AS ${type})`;
  return checked(value, `regexp_full_match(${text}, ${engineString(regex)})`);
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
