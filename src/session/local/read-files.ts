/** `read_files(path, format => ..., schema => ..., option => ...)`: files as a table-valued function, as Databricks has it. */
import { extname } from "node:path";
import type { FileSource } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructType } from "../../schema/data-type.js";
import { schemaText } from "../../schema/type-text.js";
import { constantOf } from "../../sql/analysis/constant.js";
import type { CallExpression, Expression } from "../../sql/ast.js";
import type { FunctionContext } from "../../sql/typed.js";
import type { FileStreamRequest } from "./flows/streamed-files.js";
import type { Runtime } from "./runtime.js";
import { withSchemaHints } from "./schema-hints.js";

/** What `read_files` asks for, in the reader's words. */
export interface ReadFiles {
  readonly format: FileSource["format"];
  readonly paths: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly schema?: string;
  /** DDL of columns whose types are not to be inferred. */
  readonly schemaHints?: string;
}

const FORMATS: readonly FileSource["format"][] = ["csv", "json", "parquet", "text"];
const EXTENSIONS: Readonly<Record<string, FileSource["format"]>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".parquet": "parquet",
  ".txt": "text",
};
/** Options of Databricks under the reader's names. */
const RENAMED: Readonly<Record<string, string>> = {
  filenamepattern: "pathglobfilter",
  infercolumntypes: "inferschema",
  lineseparator: "linesep",
};

/** Throws WRONG_NUM_ARGS, UNRECOGNIZED_PARAMETER_NAME's kin from the reader, CF_UNKNOWN_FORMAT where the format cannot be told. */
export async function readFilesRequest(
  runtime: Runtime,
  args: readonly Expression[],
  namedArgs: NonNullable<CallExpression["namedArgs"]>,
): Promise<ReadFiles> {
  const context = runtime.state.functionContext();
  const given = new Map(namedArgs.map(({ name, value }) => [name, textOf(value, name, context)]));
  const [first] = args;
  const path = first ? textOf(first, "path", context) : given.get("path");
  if (path === undefined || args.length > 1) throw wrongArguments();
  const format = given.get("format")?.toLowerCase() ?? (await formatOf(runtime, path));
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) throw unknownFormat(format, path);
  const schema = given.get("schema");
  const schemaHints = given.get("schemahints");
  for (const key of ["path", "format", "schema", "schemahints"]) given.delete(key);
  const options = Object.fromEntries([...given].map(([key, value]) => [RENAMED[key] ?? key, value]));
  // Without a schema Databricks infers types and takes the first line for names; the reader of Spark does where it is asked to.
  if (known === "csv" && schema === undefined) {
    options.inferschema ??= "true";
    options.header ??= "true";
  }
  return {
    format: known,
    paths: [path],
    options,
    ...(schema === undefined ? {} : { schema }),
    ...(schemaHints === undefined ? {} : { schemaHints }),
  };
}

/** The same as a stream, which is Auto Loader's. */
export function readFilesAsStream({ format, paths, options, schema, schemaHints }: ReadFiles): FileStreamRequest {
  const { inferschema, ...others } = options;
  return {
    format,
    path: paths[0] ?? "",
    options: { ...others, ...(inferschema === undefined ? {} : { infercolumntypes: inferschema }) },
    isReadFiles: true,
    ...(schema === undefined ? {} : { schemaDdl: schema }),
    ...(schemaHints === undefined ? {} : { schemaHints }),
  };
}

/** The inferred schema with the hints' types, as DDL; columns that only the hints know come last. */
export function hintedSchema(inferred: StructType, hints: string): string {
  return schemaText(withSchemaHints(inferred, hints));
}

function textOf(expression: Expression, name: string, context: FunctionContext): string {
  const variable =
    expression.kind === "column" ? context.variable?.(expression.parts)?.value.literal?.value : undefined;
  if (typeof variable === "string") return variable;
  const constant = constantOf(expression, { context, parameters: {} });
  if (constant?.kind === "string" || constant?.kind === "number") return constant.text;
  if (constant?.kind === "boolean") return String(constant.value);
  throw new LakeletError({
    condition: "NON_FOLDABLE_ARGUMENT",
    sqlState: "42K08",
    problem: `The argument ${name} of read_files must be a constant.`,
    cure: "Write it as a literal, a parameter or a variable.",
  });
}

/** By the ending of the path, or of the files in the folder. */
async function formatOf(runtime: Runtime, path: string): Promise<string> {
  const own = EXTENSIONS[extname(path.replace(/\.gz$/, "")).toLowerCase()];
  if (own !== undefined) return own;
  const files = await runtime.storage.list(runtime.paths.resolve(path));
  const found = files.map(({ name }) => EXTENSIONS[extname(name.replace(/\.gz$/, "")).toLowerCase()]);
  return found.find((one) => one !== undefined) ?? "";
}

function wrongArguments(): LakeletError {
  return new LakeletError({
    condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
    sqlState: "42605",
    problem: "`read_files` takes one path; all else has a name.",
    cure: "Write read_files('/folder', format => 'csv', header => true).",
  });
}

function unknownFormat(format: string, path: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.FILE_FORMAT",
    sqlState: "0A000",
    problem:
      format === ""
        ? `The format of the files at ${path} cannot be told from their names.`
        : `read_files does not read the format ${format}.`,
    cure: "Give one of csv, json, parquet and text: format => 'csv'.",
  });
}
