/** Texts to dates and timestamps, and back: to_date, to_timestamp, unix_timestamp, from_unixtime, date_format. */
import { DATE, type DataType, LONG, STRING, TIMESTAMP, TIMESTAMP_NTZ } from "../../schema/data-type.js";
import { isDatetime, isNumeric } from "../coercion/coercion.js";
import { type Argument, type FunctionContext, type FunctionEntry, isLambda, type Typed } from "../typed.js";
import { accept, aLong, aString, aTimestamp, type Expected, expectCount, typedFrom } from "./argument.js";
import { compileCast } from "./cast.js";
import { formatByColumn, formatTimestamp } from "./date-format.js";
import { type ParseTarget, parseText } from "./date-parse.js";

/** A text, a date or a timestamp as it is. */
const aTextOrDatetime: Expected = {
  text: 'the ("STRING", "DATE" or "TIMESTAMP") type',
  target: (type) => (isDatetime(type) ? type : aString.target(type)),
};

/** The default pattern of the functions that speak of seconds. */
const SECONDS_PATTERN: Typed = {
  sql: "'yyyy-MM-dd HH:mm:ss'",
  dataType: STRING,
  nullable: false,
  literal: { value: "yyyy-MM-dd HH:mm:ss" },
};

function nullOf(type: DataType, engine: string): Typed {
  return { sql: `CAST(NULL AS ${engine})`, dataType: type, nullable: true };
}

interface Conversion {
  readonly to: DataType;
  readonly tolerant: boolean;
}

/** Numbers are seconds since the epoch to a timestamp. */
function numberOf(argument: Argument | undefined): Typed | undefined {
  return argument && !isLambda(argument) && isNumeric(argument.dataType) ? argument : undefined;
}

/** One argument is a cast; two a parse by the pattern; a date or timestamp is cast, whatever the pattern. */
function convert(
  args: readonly Argument[],
  { to, tolerant }: Conversion,
  context: FunctionContext,
  name: string,
): Typed {
  expectCount(args, name, 1, 2);
  const seconds = to.kind === "timestamp" && args.length === 1 ? numberOf(args[0]) : undefined;
  const value = seconds ?? accept(args[0] as Argument, aTextOrDatetime, name, 0, context);
  const mode = tolerant ? "try" : "ansi";
  if (args[1] === undefined || value.dataType.kind !== "string") {
    return { ...compileCast(value, to, mode, context), nullable: value.nullable || tolerant };
  }
  const pattern = accept(args[1], aString, name, 1, context);
  return parsed(value, pattern, to, tolerant, context);
}

function parsed(value: Typed, pattern: Typed, to: DataType, tolerant: boolean, context: FunctionContext): Typed {
  const engine = to.kind === "date" ? "DATE" : to.kind === "timestamp" ? "TIMESTAMPTZ" : "TIMESTAMP";
  if (pattern.literal?.value === null || value.literal?.value === null) return nullOf(to, engine);
  // A date is that of the wall clock; of a text with an offset, that of the session's zone.
  const target: ParseTarget = to.kind === "timestamp_ntz" ? "local" : "instant";
  const sql = parseText(value, pattern, target, tolerant, context);
  const made = typedFrom(
    [value, pattern],
    sql,
    to.kind === "date" ? TIMESTAMP : to,
    value.nullable || pattern.nullable || tolerant,
  );
  return to.kind === "date" ? compileCast(made, DATE, "ansi", context) : made;
}

const conversion = (names: string, to: DataType, tolerant = false): FunctionEntry => ({
  kind: "scalar",
  names: names.split(" "),
  compile: (args, context, name) => convert(args, { to, tolerant }, context, name),
});

/** Seconds since the epoch of a text by a pattern, or of a date or timestamp. */
function unixTimestamp(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, name === "unix_timestamp" ? 0 : 1, 2);
  if (args.length === 0) {
    return { sql: `CAST(${context.now / 1_000_000n} AS BIGINT)`, dataType: LONG, nullable: false };
  }
  const value = accept(args[0] as Argument, aTextOrDatetime, name, 0, context);
  if (value.dataType.kind === "void") return nullOf(LONG, "BIGINT");
  const pattern = args[1] ? accept(args[1], aString, name, 1, context) : SECONDS_PATTERN;
  const instant =
    value.dataType.kind === "string"
      ? parsed(value, pattern, TIMESTAMP, false, context)
      : compileCast(value, TIMESTAMP, "ansi", context);
  return typedFrom([instant], `(epoch_us(${instant.sql}) // 1000000)`, LONG);
}

function fromUnixtime(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  const seconds = accept(args[0] as Argument, aLong, name, 0, context);
  const pattern = args[1] ? accept(args[1], aString, name, 1, context) : SECONDS_PATTERN;
  const instant = typedFrom(
    [seconds],
    `make_timestamptz(spark_wrapped_long(CAST(${seconds.sql} AS HUGEINT) * 1000000))`,
    TIMESTAMP,
  );
  return formatted(instant, pattern, context);
}

function formatted(instant: Typed, pattern: Typed, context: FunctionContext): Typed {
  const constant = pattern.literal?.value;
  if (constant === null) return nullOf(STRING, "VARCHAR");
  return constant === undefined
    ? formatByColumn(instant, pattern, context)
    : formatTimestamp(instant, constant, context);
}

export const dateTextFunctions: readonly FunctionEntry[] = [
  conversion("to_date", DATE),
  conversion("to_timestamp to_timestamp_ltz", TIMESTAMP),
  conversion("to_timestamp_ntz", TIMESTAMP_NTZ),
  conversion("try_to_timestamp", TIMESTAMP, true),
  conversion("try_to_date", DATE, true),
  { kind: "scalar", names: ["unix_timestamp", "to_unix_timestamp"], compile: unixTimestamp },
  { kind: "scalar", names: ["from_unixtime"], compile: fromUnixtime },
  {
    kind: "scalar",
    names: ["date_format"],
    compile(args, context, name) {
      expectCount(args, name, 2);
      const instant = accept(args[0] as Argument, aTimestamp, name, 0, context);
      return formatted(instant, accept(args[1] as Argument, aString, name, 1, context), context);
    },
  },
];
