/** Files opened as the part of a stream that a query reads. */
import type { Engine, FileSource, OpenedFiles } from "../../../engine/engine.js";
import { type StructType, struct } from "../../../schema/data-type.js";
import { engineName, engineType } from "../../../schema/engine-type.js";
import { parseSchema } from "../../../sql/parse/parse.js";
import { type PartitionColumns, partitionColumns } from "../partition-columns.js";
import { hasOwnHeader, openedCsv } from "./csv-columns.js";
import type { ListedFile } from "./file-listing.js";
import { type StreamSchema, streamSchema } from "./stream-schema.js";
import type { FilesPart, StreamedFiles } from "./streams.js";

export interface OpenedPart extends FilesPart {
  readonly schema: StreamSchema;
}

/**
 * @param all the files of the stream, whose folders tell the partition columns
 * @param fresh those to read; `learnFrom` those that a schema is inferred from
 */
export async function openedPart(
  files: StreamedFiles,
  {
    all,
    fresh,
    learnFrom = fresh,
  }: { all: readonly ListedFile[]; fresh: readonly ListedFile[]; learnFrom?: readonly ListedFile[] },
  kept: StructType | undefined,
  engine: Engine,
  open: (source: FileSource) => Promise<OpenedFiles>,
): Promise<OpenedPart> {
  const declared = files.schemaDdl === undefined ? undefined : parseSchema(files.schemaDdl);
  const partitions = partitionColumns(all, [files.path], declared);
  const schema = await streamSchema(files, partitions, kept, learnFrom, engine);
  const { format, timeZone } = files.listing;
  const paths = fresh.map(({ path }) => path);
  const source = { format, paths, options: files.options, timeZone, schema: schema.files };
  const opened = fresh.length === 0 ? noFiles(schema.files) : await openedFiles(engine, files, source, open);
  return { opened, partitions: ofFiles(partitions, fresh), schema };
}

async function openedFiles(
  engine: Engine,
  { rescuedColumn }: StreamedFiles,
  source: FileSource & { readonly schema: StructType },
  open: (source: FileSource) => Promise<OpenedFiles>,
): Promise<OpenedFiles> {
  if (hasOwnHeader(source)) return openedCsv(engine, source, rescuedColumn, open);
  if (rescuedColumn === undefined) return open(source);
  if (source.format !== "json") return withNothingRescued(source, rescuedColumn, open);
  return open({ ...source, options: { ...source.options, rescueddatacolumn: rescuedColumn } });
}

/** A value that does not fit fails the file, or is a malformed line: the column is there, and empty. */
async function withNothingRescued(
  source: FileSource & { readonly schema: StructType },
  rescued: string,
  open: (source: FileSource) => Promise<OpenedFiles>,
): Promise<OpenedFiles> {
  const { schema } = source;
  const opened = await open({ ...source, schema: struct(schema.fields.filter(({ name }) => name !== rescued)) });
  const columns = schema.fields.map(({ name }) =>
    name === rescued ? `CAST(NULL AS VARCHAR) AS ${engineName(name)}` : `f.${engineName(name)}`,
  );
  return {
    schema,
    files: opened.files,
    sql: () => `(SELECT ${columns.join(", ")}, f.__file_path FROM ${opened.sql()} AS f)`,
    settle: () => opened.settle(),
    malformed: () => opened.malformed(),
    close: () => opened.close(),
  };
}

function ofFiles(partitions: PartitionColumns | undefined, fresh: readonly ListedFile[]): PartitionColumns | undefined {
  if (partitions === undefined) return undefined;
  const paths = new Set(fresh.map(({ path }) => path));
  return { ...partitions, values: new Map([...partitions.values].filter(([path]) => paths.has(path))) };
}

/** A source without files, whose columns are known. */
function noFiles(schema: StructType): OpenedFiles {
  const columns = schema.fields.map(
    ({ name, dataType }) => `CAST(NULL AS ${engineType(dataType)}) AS ${engineName(name)}`,
  );
  const select = `(SELECT ${[...columns, "CAST(NULL AS VARCHAR) AS __file_path"].join(", ")} WHERE false)`;
  return {
    schema,
    files: [],
    sql: () => select,
    settle: async () => "final",
    malformed: async () => [],
    close: async () => {},
  };
}
