/** JSON texts: paths, from_json and to_json with their options, schemas. */
import type { EngineLibrary } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, type DataType, INTEGER, STRING } from "../../schema/data-type.js";
import { engineString } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { parseDataType, parseSchema } from "../parse/parse.js";
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { accept, anything, aString, aTextAsItIs, constant, expectCount, scalar, typedFrom } from "./argument.js";
import { fromJson, fromJsonScripts, type JsonReadOptions, nullable } from "./from-json.js";
import { nativeJsonMacros } from "./from-json-native.js";
import { notConstant, unsupportedFeature } from "./function-errors.js";
import { jsonPathFunctions, jsonPathMacros, jsonPathScripts } from "./json-path.js";
import { schemaOfJson } from "./json-schema.js";
import { DEFAULT_WRITE_OPTIONS, type JsonWriteOptions, jsonText } from "./to-json.js";

/** Options are a map of literals; their names are compared without case. */
function optionsOf(argument: Argument | undefined, name: string): Readonly<Record<string, string>> {
  if (argument === undefined) return {};
  if ("lambda" in argument || !argument.entries) throw notConstant(name, "options");
  return Object.fromEntries(Object.entries(argument.entries).map(([key, value]) => [key.toLowerCase(), value]));
}

/** Throws for an option that would change the answer and is not known here. */
function checkOptions(options: Readonly<Record<string, string>>, known: readonly string[], name: string): void {
  for (const key of Object.keys(options)) {
    if (known.some((one) => one.toLowerCase() === key)) continue;
    throw unsupportedFeature(
      `\`${name}\` does not support the option '${key}'.`,
      `Known options: ${known.join(", ")}.`,
    );
  }
}

/** A schema as DDL: `a INT, b STRING`, or a type. */
function schemaType(text: string): DataType {
  try {
    return parseDataType(text);
  } catch (error) {
    if (!(error instanceof LakeletError)) throw error;
    return parseSchema(text);
  }
}

const READ_OPTIONS = ["mode", "columnNameOfCorruptRecord", "dateFormat", "timestampFormat", "timestampNTZFormat"];

function readOptions(argument: Argument | undefined, context: FunctionContext, name: string): JsonReadOptions {
  const options = optionsOf(argument, name);
  checkOptions(options, READ_OPTIONS, name);
  const mode = (options.mode ?? "PERMISSIVE").toUpperCase();
  if (mode !== "PERMISSIVE" && mode !== "FAILFAST") {
    throw new LakeletError({
      condition: "PARSE_MODE_UNSUPPORTED",
      sqlState: "42601",
      problem: `The function \`${name}\` does not support the mode ${mode}.`,
      cure: "Use PERMISSIVE or FAILFAST.",
      parameters: { funcName: `\`${name}\``, mode },
    });
  }
  return {
    failFast: mode === "FAILFAST",
    corruptRecord: options.columnnameofcorruptrecord ?? "_corrupt_record",
    timeZone: context.timeZone,
    ...(options.dateformat === undefined ? {} : { dateFormat: options.dateformat }),
    ...(options.timestampformat === undefined ? {} : { timestampFormat: options.timestampformat }),
    ...(options.timestampntzformat === undefined ? {} : { timestampNtzFormat: options.timestampntzformat }),
  };
}

function compileFromJson(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 2, 3);
  const json = accept(args[0] as Argument, aTextAsItIs, name, 0, context);
  const schema = constant(accept(args[1] as Argument, aString, name, 1, context), name, "schema");
  if (schema === null) throw notConstant(name, "schema");
  const type = nullable(schemaType(schema));
  if (!["struct", "array", "map", "variant"].includes(type.kind)) throw invalidJsonSchema(name, type);
  return fromJson(json, type, readOptions(args[2], context, name), context);
}

function invalidJsonSchema(name: string, type: DataType): LakeletError {
  const text = `"${typeText(type).toUpperCase()}"`;
  return new LakeletError({
    condition: "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA",
    sqlState: "42K09",
    problem: `The schema ${text} of \`${name}\` must be a struct, an array or a map.`,
    parameters: { schema: text },
  });
}

const WRITE_OPTIONS = ["ignoreNullFields", "dateFormat", "timestampFormat", "timestampNTZFormat"];

function compileToJson(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  const value = accept(args[0] as Argument, anything, name, 0, context);
  if (value.dataType.kind === "void") return { sql: "CAST(NULL AS VARCHAR)", dataType: STRING, nullable: true };
  if (!["struct", "array", "map", "variant"].includes(value.dataType.kind))
    throw invalidJsonSchema(name, value.dataType);
  const options = optionsOf(args[1], name);
  checkOptions(options, WRITE_OPTIONS, name);
  const write: JsonWriteOptions = {
    ...DEFAULT_WRITE_OPTIONS,
    ignoreNullFields: (options.ignorenullfields ?? "true").toLowerCase() === "true",
    ...(options.dateformat === undefined ? {} : { dateFormat: options.dateformat }),
    ...(options.timestampformat === undefined ? {} : { timestampFormat: options.timestampformat }),
    ...(options.timestampntzformat === undefined ? {} : { timestampNtzFormat: options.timestampntzformat }),
  };
  return typedFrom([value], `(${jsonText(value.sql, value.dataType, write, context)})`, STRING);
}

function compileSchemaOfJson(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  checkOptions(optionsOf(args[1], name), [], name);
  const text = constant(accept(args[0] as Argument, aString, name, 0, context), name, "json");
  const schema = text === null ? undefined : schemaOfJson(text);
  if (schema === undefined) {
    throw new LakeletError({
      condition: "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA",
      sqlState: "42K09",
      problem: `The argument of \`${name}\` is no JSON text.`,
      cure: "Give it a sample of the JSON texts.",
    });
  }
  return { sql: engineString(schema), dataType: STRING, nullable: false, literal: { value: schema } };
}

export const jsonFunctions: readonly FunctionEntry[] = [
  ...jsonPathFunctions,
  { kind: "scalar", names: ["from_json"], compile: compileFromJson },
  { kind: "scalar", names: ["to_json"], compile: compileToJson },
  { kind: "scalar", names: ["schema_of_json"], compile: compileSchemaOfJson },
  scalar("json_array_length", {
    takes: [aString],
    gives: INTEGER,
    nullable: true,
    sql: ([j]) =>
      `(CASE WHEN spark_is_strict_json(${j}) THEN CASE WHEN json_type(${j}) = 'ARRAY' THEN CAST(json_array_length(${j}) AS INTEGER) END END)`,
  }),
  scalar("json_object_keys", {
    takes: [aString],
    gives: array(STRING, false),
    nullable: true,
    sql: ([j]) =>
      `(CASE WHEN spark_is_strict_json(${j}) THEN CASE WHEN json_type(${j}) = 'OBJECT' THEN json_keys(${j}) END END)`,
  }),
];

export const jsonLibrary: EngineLibrary = {
  macros: { ...jsonPathMacros, ...nativeJsonMacros },
  functions: [...jsonPathScripts, ...fromJsonScripts],
};
