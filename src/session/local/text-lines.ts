/** A row as a line of a CSV, JSON or text file: engine SQL by Spark's writer options. */
import { stringLiteral } from "../../dataframe/literal.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type StructField, type StructType, struct } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import { createExpressionCompiler } from "../../sql/analysis/expression-compiler.js";
import { decimalText } from "../../sql/functions/to-json.js";
import { checkTimeZone } from "./configuration.js";
import type { Runtime } from "./runtime.js";
import type { WriterOptions } from "./writer-options.js";

export interface TextLines {
  /** A select list over the relation `q` on which `line` stands; all columns where absent. */
  readonly texts?: readonly string[];
  /** Engine SQL of a VARCHAR over the relation `q`. */
  readonly line: string;
  readonly header?: string;
}

/** Spark's default formats of times in text files. */
const FORMATS: Readonly<Record<string, readonly [option: string, format: string]>> = {
  date: ["dateformat", "yyyy-MM-dd"],
  timestamp: ["timestampformat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"],
  timestamp_ntz: ["timestampntzformat", "yyyy-MM-dd'T'HH:mm:ss.SSS"],
};

export function textLines(
  runtime: Runtime,
  format: "csv" | "json" | "text",
  schema: StructType,
  options: WriterOptions,
): TextLines {
  if (format === "csv") return csvLines(runtime, schema, options);
  return { line: format === "json" ? jsonLine(runtime, schema, options) : textLine(schema) };
}

/** A value without quotes, or within them where it holds a sign that would be taken for something else. */
function csvLines(runtime: Runtime, schema: StructType, options: WriterOptions): TextLines {
  const nested = schema.fields.find((one) => ["array", "map", "struct", "variant"].includes(one.dataType.kind));
  if (nested) throw unsupportedType("CSV", nested);
  const settings = csvSettings(options);
  const texts = schema.fields.map((one, i) => {
    const text = valueText(runtime, one, options);
    return `${HAS_BLANKS.has(one.dataType.kind) ? trimmed(text, settings) : text} AS "v${i}"`;
  });
  const plain = options.optional("dateformat") === undefined ? [...PLAIN_KINDS, "date"] : PLAIN_KINDS;
  const values = schema.fields.map((one, i) =>
    plain.includes(one.dataType.kind) && !mayNeedQuotes(settings)
      ? plainValue(`"v${i}"`, settings)
      : csvValue(`"v${i}"`, settings),
  );
  const header = options.flag("header", false)
    ? schema.fields.map((one) => csvName(one.name, settings)).join(settings.separator)
    : undefined;
  return {
    texts,
    line:
      values.length === 1
        ? (values[0] ?? "''")
        : `concat_ws(${engineString(settings.separator)}, ${values.join(", ")})`,
    ...(header === undefined ? {} : { header }),
  };
}

const HAS_BLANKS: ReadonlySet<string> = new Set(["string"]);

interface CsvSettings {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
  readonly escapeOfEscape: string;
  readonly comment: string;
  readonly quoteAll: boolean;
  readonly escapeQuotes: boolean;
  readonly nullValue: string;
  readonly emptyValue: string;
  readonly trimsLeft: boolean;
  readonly trimsRight: boolean;
}

function csvSettings(options: WriterOptions): CsvSettings {
  const quote = options.sign("quote", '"') || "\0";
  const mark = options.sign("escape", "\\");
  return {
    separator: options.sign("sep", options.sign("delimiter", ",")),
    quote,
    escape: mark,
    escapeOfEscape: options.sign("chartoescapequoteescaping", mark === quote ? "" : mark),
    comment: options.sign("comment", "#"),
    quoteAll: options.flag("quoteall", false),
    escapeQuotes: options.flag("escapequotes", true),
    nullValue: options.text("nullvalue", ""),
    emptyValue: options.text("emptyvalue", '""'),
    trimsLeft: options.flag("ignoreleadingwhitespace", true),
    trimsRight: options.flag("ignoretrailingwhitespace", true),
  };
}

/** Characters up to the blank are what the writer trims. */
const BLANKS = `chr(0) || ${engineString(String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i + 1)))}`;

/** The engine's trim costs a microsecond a value: only those that begin or end with a blank pay it. */
function trimmed(v: string, { trimsLeft, trimsRight }: CsvSettings): string {
  const ends = [...(trimsLeft ? [`ascii(${v}) <= 32`] : []), ...(trimsRight ? [`ascii(right(${v}, 1)) <= 32`] : [])];
  if (ends.length === 0) return v;
  const trim = ends.length === 2 ? "trim" : trimsLeft ? "ltrim" : "rtrim";
  return `CASE WHEN ${ends.join(" OR ")} THEN ${trim}(${v}, ${BLANKS}) ELSE ${v} END`;
}

/** Texts of these have no sign that has to be quoted: to look for some in each costs more than all else. */
const PLAIN_KINDS: readonly string[] = ["byte", "short", "integer", "long", "float", "double", "decimal", "boolean"];

function mayNeedQuotes({ separator, quote, comment, quoteAll }: CsvSettings): boolean {
  return quoteAll || /[\w.+-]/.test(separator + quote + comment);
}

function plainValue(v: string, { nullValue }: CsvSettings): string {
  return `coalesce(${v}, ${engineText(nullValue)})`;
}

/** `v`: a column that holds the value's text. */
function csvValue(v: string, s: CsvSettings): string {
  const q = engineText(s.quote);
  const escaped =
    s.escapeOfEscape === "" ? v : `replace(${v}, ${engineText(s.escape)}, ${engineText(s.escapeOfEscape + s.escape)})`;
  const quoted = `${q} || replace(${escaped}, ${q}, ${engineText(s.escape + s.quote)}) || ${q}`;
  const nothing = s.quoteAll ? engineText(s.quote + s.quote) : undefined;
  const absent =
    s.nullValue === "" && nothing
      ? nothing
      : s.quoteAll
        ? engineText(s.quote + s.nullValue + s.quote)
        : engineText(s.nullValue);
  const empty = nothing ?? engineText(s.emptyValue);
  const signs = [s.separator, "\n", "\r", ...(s.escapeQuotes ? [s.quote] : [])];
  const needs = [
    ...signs.map((sign) => `contains(${v}, ${engineText(sign)})`),
    ...[s.comment, s.quote].filter((sign) => sign !== "").map((sign) => `starts_with(${v}, ${engineText(sign)})`),
  ].join(" OR ");
  const written = s.quoteAll ? quoted : `CASE WHEN ${needs} THEN ${quoted} ELSE ${v} END`;
  return `CASE WHEN ${v} IS NULL THEN ${absent} WHEN ${v} = '' THEN ${empty} ELSE ${written} END`;
}

function csvName(name: string, s: CsvSettings): string {
  const needs = s.quoteAll || [s.separator, "\n", "\r", s.quote].some((sign) => name.includes(sign));
  if (!needs) return name;
  return `${s.quote}${name.replaceAll(s.quote, () => s.escape + s.quote)}${s.quote}`;
}

/** Text with a NUL is put together from pieces, for engine SQL holds none. */
function engineText(text: string): string {
  const pieces = text.split("\0").map(engineString);
  return pieces.length === 1 ? (pieces[0] ?? "''") : `(${pieces.join(" || chr(0) || ")})`;
}

function valueText(runtime: Runtime, field: StructField, options: WriterOptions): string {
  const name = quoteName(field.name);
  const pattern = FORMATS[field.dataType.kind];
  if (pattern) {
    const [option, fallback] = pattern;
    if (field.dataType.kind === "date" && options.text(option, fallback) === fallback)
      return compiled(runtime, [field], `CAST(${name} AS STRING)`);
    const text = `date_format(${name}, ${stringLiteral(options.text(option, fallback))})`;
    return compiled(runtime, [field], text, options.optional("timezone"));
  }
  if (field.dataType.kind === "binary") {
    const column = `"q".${engineName(field.name)}`;
    return `'[' || rtrim(regexp_replace(hex(${column}), '(..)', '\\1 ', 'g')) || ']'`;
  }
  const text = compiled(runtime, [field], `CAST(${name} AS STRING)`);
  return field.dataType.kind === "decimal"
    ? decimalText(`"q".${engineName(field.name)}`, field.dataType.scale, text)
    : text;
}

function jsonLine(runtime: Runtime, schema: StructType, options: WriterOptions): string {
  const given = ["dateformat", "timestampformat", "timestampntzformat", "ignorenullfields"];
  const names: Readonly<Record<string, string>> = {
    dateformat: "dateFormat",
    timestampformat: "timestampFormat",
    timestampntzformat: "timestampNTZFormat",
    ignorenullfields: "ignoreNullFields",
  };
  const pairs = given.flatMap((option) => {
    const value = options.optional(option);
    return value === undefined ? [] : [stringLiteral(names[option] ?? option), stringLiteral(value)];
  });
  const row = `struct(${schema.fields.map((one) => quoteName(one.name)).join(", ")})`;
  const text = `to_json(${row}${pairs.length > 0 ? `, map(${pairs.join(", ")})` : ""})`;
  return compiled(runtime, schema.fields, text, options.optional("timezone"));
}

function textLine(schema: StructType): string {
  const [first] = schema.fields;
  if (first === undefined || schema.fields.length > 1) {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.TEXT_OF_SEVERAL_COLUMNS",
      sqlState: "0A000",
      problem: `Text data source supports only a single column, and you have ${schema.fields.length} columns.`,
      cure: "Select one column, e.g. concat_ws(',', ...), or partition by the others.",
    });
  }
  if (first.dataType.kind !== "string") throw unsupportedType("Text", first);
  return `coalesce("q".${engineName(first.name)}, '')`;
}

/** @param timeZone the option's; that of the session where it has none */
function compiled(runtime: Runtime, fields: readonly StructField[], text: string, timeZone?: string): string {
  if (timeZone !== undefined) checkTimeZone("timeZone", timeZone);
  const scope = { qualifier: [], schema: struct(fields), engineAlias: "q" };
  const context = runtime.state.functionContext();
  const compiler = createExpressionCompiler(timeZone === undefined ? context : { ...context, timeZone });
  return compiler.compile(text, [scope]).sql;
}

export function unsupportedType(format: string, { name, dataType }: StructField): LakeletError {
  const type = typeText(dataType).toUpperCase();
  return new LakeletError({
    condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE",
    sqlState: "0A000",
    problem: `The ${format} datasource doesn't support the column \`${name}\` of the type "${type}".`,
    cure:
      dataType.kind === "string"
        ? "Choose another format."
        : `Write to_json(${name}), cast it, or choose another format.`,
    parameters: { format, columnName: `\`${name}\``, columnType: `"${type}"` },
  });
}
