/** Streams of a query that is only analysed: the columns that they have, and no row. */
import type { StructType } from "../../../schema/data-type.js";
import type { Runtime } from "../runtime.js";
import { type ListedFile, listedFiles } from "./file-listing.js";
import { openedPart } from "./part-of-files.js";
import type { StreamedFiles, Streams } from "./streams.js";
import { checkTableOptions, streamable } from "./table-increment.js";

export function analysedStreams(runtime: Runtime): Streams {
  return {
    table: async (table) => {
      checkTableOptions(table);
      return { snapshot: await streamable(table), files: [] };
    },
    files: async (files, open) => {
      const all = await listedFiles(runtime, files);
      const kept = files.schemaDdl === undefined ? await learned(runtime, files, all) : undefined;
      const part = await openedPart(files, { all, fresh: [], learnFrom: kept ? [] : all }, kept, runtime.engine, open);
      if (part.schema.inferred) remember(runtime, files, all, part.schema.inferred);
      return part;
    },
  };
}

/** Schemas that were inferred from the same files: a query is analysed several times before it runs. */
const inferred = new WeakMap<Runtime, Map<string, StructType>>();

export function learned(runtime: Runtime, files: StreamedFiles, from: readonly ListedFile[]): StructType | undefined {
  return inferred.get(runtime)?.get(keyOf(files, from));
}

export function remember(
  runtime: Runtime,
  files: StreamedFiles,
  from: readonly ListedFile[],
  schema: StructType,
): void {
  const known = inferred.get(runtime) ?? new Map<string, StructType>();
  inferred.set(runtime, known);
  known.set(keyOf(files, from), schema);
}

function keyOf({ listing, options, schemaHints, infersTypes }: StreamedFiles, from: readonly ListedFile[]): string {
  return JSON.stringify([listing, options, schemaHints, infersTypes, from]);
}
