/** CSV texts: from_csv and to_csv. */
import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { type DataType, STRING, type StructType, VOID } from "../../schema/data-type.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import { isAtomic, isIntegral } from "../coercion/coercion.js";
import { parseSchema } from "../parse/parse.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, aString, aStruct, aTextAsItIs, constant, expectCount, typedFrom } from "./argument.js";
import { compileCast } from "./cast.js";
import { castToString } from "./cast-to-string.js";
import { csvText, splitCsv } from "./csv-text.js";
import { dateFunctions } from "./dates.js";
import { notConstant, unexpectedInputType, unsupportedFeature } from "./function-errors.js";
import { once } from "./once.js";

type Options = Readonly<Record<string, string>>;

/** Options are a map of literals, their names without case; one that is not known would change the answer. */
function optionsOf(argument: Argument | undefined, known: readonly string[], name: string): Options {
  if (argument === undefined) return {};
  if ("lambda" in argument || !argument.entries) throw notConstant(name, "options");
  const options = Object.fromEntries(
    Object.entries(argument.entries).map(([key, value]) => [key.toLowerCase(), value]),
  );
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw unsupportedFeature(
      `\`${name}\` does not support the option '${key}'.`,
      `Known options: ${known.join(", ")}.`,
    );
  }
  return options;
}

function separatorOf(options: Options): string {
  return options.sep ?? options.delimiter ?? ",";
}

/** A function of the dates' family, by name. */
function dateFunction(name: string, args: readonly Typed[], context: FunctionContext): Typed {
  const entry = dateFunctions.find((one) => one.names.includes(name));
  if (entry?.kind !== "scalar") throw unsupportedFeature(`\`${name}\` is not available.`, "Use the default format.");
  return entry.compile(args, context, name);
}

function pattern(text: string): Typed {
  return { sql: engineString(text), dataType: STRING, nullable: false, literal: { value: text } };
}

/** One field's text as its type: NULL where it cannot be. */
function fieldValue(token: Typed, type: DataType, options: Options, context: FunctionContext): Typed {
  if (!isAtomic(type)) {
    throw unsupportedFeature(
      "`from_csv` reads columns of simple types only.",
      "Read the column as a string, and then by from_json.",
    );
  }
  if (type.kind === "date" && options.dateformat !== undefined) {
    const parsed = dateFunction("try_to_timestamp", [token, pattern(options.dateformat)], context);
    return compileCast(parsed, type, "try", context);
  }
  if (type.kind === "timestamp" && options.timestampformat !== undefined) {
    return dateFunction("try_to_timestamp", [token, pattern(options.timestampformat)], context);
  }
  return compileCast({ ...token, sql: plainToken(token.sql, type) }, type, "try", context);
}

/** Java's parsers of whole numbers, decimals and booleans take no space around them, and booleans only in full. */
function plainToken(token: string, type: DataType): string {
  if (isIntegral(type)) return `CASE WHEN regexp_full_match(${token}, '[+-]?[0-9]+') THEN ${token} END`;
  if (type.kind === "decimal") return `CASE WHEN NOT regexp_matches(${token}, '\\s') THEN ${token} END`;
  return type.kind === "boolean" ? `CASE WHEN lower(${token}) IN ('true', 'false') THEN ${token} END` : token;
}

function noSchema(): LakeletError {
  return new LakeletError({
    condition: "INVALID_SCHEMA.NON_STRING_LITERAL",
    sqlState: "42K07",
    problem: "The schema must be a string literal, and not NULL.",
    cure: "Write it as `a INT, b STRING`.",
  });
}

const READ_OPTIONS = ["sep", "delimiter", "dateformat", "timestampformat", "mode"];

function fromCsv(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  const text = accept(args[0] as Argument, aTextAsItIs, name, 0, context);
  const schema = constant(accept(args[1] as Argument, aString, name, 1, context), name, "schema");
  if (schema === null) throw noSchema();
  const options = optionsOf(args[2], READ_OPTIONS, name);
  if ((options.mode ?? "PERMISSIVE").toUpperCase() !== "PERMISSIVE") {
    throw new LakeletError({
      condition: "PARSE_MODE_UNSUPPORTED",
      sqlState: "42601",
      problem: `The function \`${name}\` supports the mode PERMISSIVE only.`,
      cure: "Check the result for NULLs.",
    });
  }
  const type: StructType = {
    kind: "struct",
    fields: parseSchema(schema).fields.map((one) => ({ ...one, nullable: true })),
  };
  const split = { ...text, sql: `spark_csv_split(${text.sql}, ${engineString(separatorOf(options))})` };
  const sql = once({ ...split, deterministic: false }, (tokens) => {
    const fields = type.fields.map((one, i) => {
      const token: Typed = { sql: `${tokens}[${i + 1}]`, dataType: STRING, nullable: true };
      return `${engineName(one.name)} := ${fieldValue(token, one.dataType, options, context).sql}`;
    });
    return `CASE WHEN ${tokens} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
  });
  return typedFrom([text], sql, type, true);
}

const WRITE_OPTIONS = ["sep", "delimiter", "dateformat", "timestampformat"];

function toCsv(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  const first = args[0] as Argument;
  if (!("lambda" in first) && first.dataType.kind === "void") {
    return { sql: "CAST(NULL AS VARCHAR)", dataType: STRING, nullable: true };
  }
  const value = accept(first, aStruct, name, 0, context);
  const options = optionsOf(args[1], WRITE_OPTIONS, name);
  const { fields } = value.dataType as StructType;
  const odd = fields.find((one) => !isAtomic(one.dataType) && one.dataType.kind !== "void");
  if (odd) throw unexpectedInputType(name, 0, "a struct of simple types", odd.dataType);
  const sql = once(value, (x) => {
    const texts = fields.map((one) => {
      const part: Typed = {
        sql: `struct_extract(${x}, ${engineString(one.name)})`,
        dataType: one.dataType,
        nullable: true,
      };
      return writtenText(part, options, context);
    });
    const separator = engineString(separatorOf(options));
    return `CASE WHEN ${x} IS NOT NULL THEN spark_csv_join([${texts.join(", ")}], ${separator}) END`;
  });
  return typedFrom([value], sql, STRING);
}

function writtenText(value: Typed, options: Options, context: FunctionContext): string {
  const { kind } = value.dataType;
  if (kind === VOID.kind) return "CAST(NULL AS VARCHAR)";
  if (kind === "date" && options.dateformat !== undefined) {
    return dateFunction("date_format", [value, pattern(options.dateformat)], context).sql;
  }
  if (kind === "timestamp") {
    const format = options.timestampformat ?? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";
    return dateFunction("date_format", [value, pattern(format)], context).sql;
  }
  if (kind === "timestamp_ntz") return `strftime(${value.sql}, '%Y-%m-%dT%H:%M:%S.%g')`;
  return castToString(value, context);
}

export const csvFunctions: readonly FunctionEntry[] = [
  { kind: "scalar", names: ["from_csv"], compile: fromCsv },
  { kind: "scalar", names: ["to_csv"], compile: toCsv },
  { kind: "refused", names: ["schema_of_csv"], alternative: "spark.read.csv with inferSchema, or the schema in words" },
];

export const csvLibrary: EngineLibrary = {
  macros: {},
  functions: [
    {
      name: "spark_csv_split",
      parameters: ["VARCHAR", "VARCHAR"],
      returns: "VARCHAR[]",
      call: (text, separator) => splitCsv(String(text), String(separator)),
    },
    {
      name: "spark_csv_join",
      parameters: ["VARCHAR[]", "VARCHAR"],
      returns: "VARCHAR",
      call: (texts, separator) => csvText(texts as readonly (string | null)[], String(separator)),
    },
  ],
};
