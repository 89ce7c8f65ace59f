/** CSV files of one stream whose headers differ: columns are matched by name, and what the schema does not know is rescued. */
import type { Engine, FileSource, OpenedFiles } from "../../../engine/engine.js";
import { isLakeletError } from "../../../errors/lakelet-error.js";
import {
  type DataType,
  DOUBLE,
  field,
  findField,
  LONG,
  STRING,
  type StructType,
  sameType,
  struct,
} from "../../../schema/data-type.js";
import { engineName, engineString, engineType } from "../../../schema/engine-type.js";
import type { ListedFile } from "./file-listing.js";

type Open = (source: FileSource) => Promise<OpenedFiles>;

/** True where a file's columns are told by its header, and not by their places. */
export function hasOwnHeader({ format, options }: Pick<FileSource, "format" | "options">): boolean {
  return (
    format === "csv" && options.header?.toLowerCase() === "true" && options.enforceschema?.toLowerCase() === "false"
  );
}

/** The inferred columns of all files, each with a type that takes what every file has. */
export async function inferredCsv(engine: Engine, source: FileSource): Promise<StructType> {
  const groups = await byHeader(engine, source);
  const schemas: StructType[] = [];
  for (const paths of groups) schemas.push((await columnsOf(engine, { ...source, paths })) ?? struct([]));
  return schemas.reduce((left, right) => {
    const kept = left.fields.map((one) => {
      const other = findField(right, one.name);
      return other === undefined ? one : { ...one, dataType: commonType(one.dataType, other.dataType) };
    });
    return struct([...kept, ...right.fields.filter(({ name }) => !findField(left, name))]);
  });
}

function commonType(left: DataType, right: DataType): DataType {
  if (sameType(left, right)) return left;
  const kinds = [left.kind, right.kind];
  if (kinds.every((kind) => kind === "integer" || kind === "long")) return LONG;
  return kinds.every((kind) => kind === "integer" || kind === "long" || kind === "double") ? DOUBLE : STRING;
}

/** The files as rows of the schema; `rescued` is the column of it that takes the fields that the schema does not know. */
export async function openedCsv(
  engine: Engine,
  source: FileSource & { readonly schema: StructType },
  rescued: string | undefined,
  open: Open,
): Promise<OpenedFiles> {
  const { schema, ...plain } = source;
  const columns = struct(schema.fields.filter(({ name }) => name !== rescued));
  const parts: { readonly opened: OpenedFiles; readonly extra: readonly string[] }[] = [];
  for (const paths of await byHeader(engine, plain)) {
    const header = await columnsOf(engine, { ...plain, paths: paths.slice(0, 1), options: withoutTypes(plain) });
    const own = header?.fields ?? columns.fields;
    const fields = own.map(({ name }) => findField(columns, name) ?? field(name, STRING));
    const extra = own.map(({ name }) => name).filter((name) => !findField(columns, name));
    parts.push({ opened: await open({ ...plain, paths, schema: struct(fields) }), extra });
  }
  const select = ({ opened, extra }: (typeof parts)[number]): string => {
    const list = schema.fields.map(({ name, dataType }) => {
      const found = findField(opened.schema, name);
      const missing = name === rescued ? rescuedFields(extra) : `CAST(NULL AS ${engineType(dataType)})`;
      return `${found ? `f.${engineName(found.name)}` : missing} AS ${engineName(name)}`;
    });
    return `SELECT ${[...list, "f.__file_path"].join(", ")} FROM ${opened.sql()} AS f`;
  };
  return {
    schema,
    files: parts.flatMap(({ opened }): readonly ListedFile[] => opened.files),
    sql: () => `(${parts.map(select).join(" UNION ALL ")})`,
    // The parts were opened within the query, which asks them itself.
    settle: async () => "final",
    malformed: async () => [],
    recordCount: () => recordCount(parts.map(({ opened }) => opened)),
    close: async () => {},
  };
}

/** Undefined where one of them does not know. */
async function recordCount(all: readonly OpenedFiles[]): Promise<bigint | undefined> {
  let sum = 0n;
  for (const opened of all) {
    const count = await opened.recordCount?.();
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

function rescuedFields(names: readonly string[]): string {
  if (names.length === 0) return "CAST(NULL AS VARCHAR)";
  const entries = names.map((name) => {
    const value = `f.${engineName(name)}`;
    return `CASE WHEN ${value} IS NOT NULL THEN CAST(to_json(${engineString(name)}) AS VARCHAR) || ':' || CAST(to_json(${value}) AS VARCHAR) END`;
  });
  const kept = `list_filter([${entries.join(", ")}], lambda e: e IS NOT NULL)`;
  return `CASE WHEN len(${kept}) > 0 THEN '{' || array_to_string(${kept}, ',') || ',"_file_path":' || CAST(to_json('file://' || f.__file_path) AS VARCHAR) || '}' END`;
}

/** Paths of files with the same header. */
async function byHeader(engine: Engine, source: FileSource): Promise<readonly (readonly string[])[]> {
  if (await areAlike(engine, source)) return [source.paths];
  const groups = new Map<string, string[]>();
  for (const path of source.paths) {
    const columns = await columnsOf(engine, { ...source, paths: [path], options: withoutTypes(source) });
    if (columns === undefined) continue;
    const key = JSON.stringify(columns.fields.map(({ name }) => name));
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups.values()];
}

async function areAlike(engine: Engine, source: FileSource): Promise<boolean> {
  try {
    await columnsOf(engine, { ...source, options: withoutTypes(source) });
    return true;
  } catch (error) {
    if (isLakeletError(error, "CSV_HEADER_DOES_NOT_CONFORM")) return false;
    throw error;
  }
}

/** Undefined for files without a line. */
async function columnsOf(engine: Engine, source: FileSource): Promise<StructType | undefined> {
  try {
    const opened = await engine.openFiles(source);
    await opened.close();
    return opened.schema;
  } catch (error) {
    if (isLakeletError(error, "UNABLE_TO_INFER_SCHEMA")) return undefined;
    throw error;
  }
}

function withoutTypes({ options }: Pick<FileSource, "options">): FileSource["options"] {
  return { ...options, inferschema: "false" };
}
