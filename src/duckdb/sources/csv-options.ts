/** The options of Spark's CSV reader, read once. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DateTimePattern, dateTimePattern } from "./date-time-pattern.js";
import type { ReaderOptions } from "./reader-options.js";

export type ParseMode = "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST";

/** What a value's text is turned into a value by. */
export interface ValueOptions {
  readonly dateFormat?: DateTimePattern;
  readonly timestampFormat?: DateTimePattern;
  readonly timestampNtzFormat?: DateTimePattern;
  readonly nanValue: string;
  readonly positiveInf: string;
  readonly negativeInf: string;
}

export interface CsvOptions extends ValueOptions {
  readonly header: boolean;
  readonly separator: string;
  /** Empty: no quoting. */
  readonly quote: string;
  readonly escape: string;
  readonly escapeOfEscape: string;
  readonly comment?: string;
  readonly inferSchema: boolean;
  readonly preferDate: boolean;
  readonly nullValue: string;
  readonly emptyValue: string;
  readonly mode: ParseMode;
  readonly corruptColumn: string;
  readonly multiLine: boolean;
  readonly ignoreLeadingWhiteSpace: boolean;
  readonly ignoreTrailingWhiteSpace: boolean;
  readonly enforceSchema: boolean;
  /** As Node's TextDecoder names it. */
  readonly encoding: string;
}

export function csvOptions(options: ReaderOptions): CsvOptions {
  const quote = unescaped(options.text("quote", '"'));
  const mark = unescaped(options.text("escape", "\\"));
  const comment = unescaped(options.text("comment", ""));
  return {
    ...valueOptions(options),
    header: options.flag("header", false),
    separator: unescaped(options.text(["sep", "delimiter"], ",")),
    quote: quote === "\0" ? "" : quote,
    escape: mark,
    escapeOfEscape: unescaped(options.text("chartoescapequoteescaping", mark === quote ? "" : mark)),
    ...(comment === "" ? {} : { comment }),
    inferSchema: options.flag("inferschema", false),
    preferDate: options.flag("preferdate", true),
    nullValue: options.text("nullvalue", ""),
    emptyValue: options.text("emptyvalue", ""),
    mode: parseMode(options),
    corruptColumn: options.text("columnnameofcorruptrecord", "_corrupt_record"),
    multiLine: options.flag("multiline", false),
    ignoreLeadingWhiteSpace: options.flag("ignoreleadingwhitespace", false),
    ignoreTrailingWhiteSpace: options.flag("ignoretrailingwhitespace", false),
    enforceSchema: options.flag("enforceschema", true),
    encoding: encodingOf(options),
  };
}

export function valueOptions(options: ReaderOptions): ValueOptions {
  const [date, timestamp, ntz] = ["dateformat", "timestampformat", "timestampntzformat"].map((name) => {
    const pattern = options.optional(name);
    return pattern === undefined ? undefined : dateTimePattern(pattern);
  });
  return {
    ...(date ? { dateFormat: date } : {}),
    ...(timestamp ? { timestampFormat: timestamp } : {}),
    ...(ntz ? { timestampNtzFormat: ntz } : {}),
    nanValue: options.text("nanvalue", "NaN"),
    positiveInf: options.text("positiveinf", "Inf"),
    negativeInf: options.text("negativeinf", "-Inf"),
  };
}

export function parseMode(options: ReaderOptions): ParseMode {
  const mode = options.text("mode", "PERMISSIVE").toUpperCase();
  if (mode === "PERMISSIVE" || mode === "DROPMALFORMED" || mode === "FAILFAST") return mode;
  throw new LakeletError({
    condition: "INVALID_OPTION_VALUE",
    sqlState: "22023",
    problem: `The option \`mode\` takes PERMISSIVE, DROPMALFORMED or FAILFAST, not '${mode}'.`,
    parameters: { option: "mode", value: mode },
  });
}

/** The name that TextDecoder gives it. Throws INVALID_PARAMETER_VALUE.CHARSET. */
export function encodingOf(options: ReaderOptions): string {
  const name = options.text(["encoding", "charset"], "UTF-8");
  try {
    return new TextDecoder(name).encoding;
  } catch (cause) {
    throw new LakeletError({
      condition: "INVALID_PARAMETER_VALUE.CHARSET",
      sqlState: "22023",
      problem: `The encoding '${name}' is not known.`,
      parameters: { charset: name },
      cause,
    });
  }
}

/** Spark takes `\t` and the like as two signs in an option's text. */
function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    "\\t": "\t",
    "\\r": "\r",
    "\\n": "\n",
    "\\b": "\b",
    "\\f": "\f",
    "\\0": "\0",
    "\\u0000": "\0",
  };
  return signs[text] ?? (text.length > 1 && text.startsWith("\\\\") ? text.slice(1) : text);
}
