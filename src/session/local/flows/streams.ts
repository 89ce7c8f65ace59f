/** How a query reads its streams: what is new to a flow, nothing where a query is only analysed, and not at all elsewhere. */
import { refusedMember } from "../../../dataframe/refused-member.js";
import type { AddFile } from "../../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../../delta/contract.js";
import type { FileSource, OpenedFiles } from "../../../engine/engine.js";
import type { PartitionColumns } from "../partition-columns.js";

/** A table as a stream. */
export interface StreamedTable {
  readonly log: DeltaLog;
  /** `catalog.schema.table`, or the name by path. */
  readonly name: string;
  /** Keys lower-cased. */
  readonly options: Readonly<Record<string, string>>;
}

/** What becomes of columns that come later: Auto Loader's modes. */
export type SchemaEvolution = "addnewcolumns" | "rescue" | "failonnewcolumns" | "none";

export interface StreamedFiles {
  /** Folder, file or glob, absolute. */
  readonly path: string;
  /** Lists the files: what belongs to the listing alone is not asked again of the files. */
  readonly listing: FileSource;
  /** Of the format, lower-cased. */
  readonly options: Readonly<Record<string, string>>;
  readonly schemaDdl?: string;
  /** DDL of columns whose types are not to be inferred. */
  readonly schemaHints?: string;
  /** False: inferred columns are texts. */
  readonly infersTypes: boolean;
  readonly evolution: SchemaEvolution;
  /** The column of what does not fit the schema. */
  readonly rescuedColumn?: string;
  /** A file that changed is read again, whole. */
  readonly allowOverwrites: boolean;
  /** False: what is there at the first batch is taken as read. */
  readonly includeExisting: boolean;
}

/** The part of a table that a query reads. */
export interface TablePart {
  readonly snapshot: Snapshot;
  readonly files: readonly AddFile[];
}

/** The part of a folder that a query reads. */
export interface FilesPart {
  readonly opened: OpenedFiles;
  readonly partitions: PartitionColumns | undefined;
}

export interface Streams {
  table(table: StreamedTable): Promise<TablePart>;
  /** @param open opens files within the query, which settles and closes them */
  files(files: StreamedFiles, open: (source: FileSource) => Promise<OpenedFiles>): Promise<FilesPart>;
}

/** Outside flows. */
export const NO_STREAMS: Streams = {
  table: ({ name }) => Promise.reject(streamOutsideFlow(name)),
  files: ({ path }) => Promise.reject(streamOutsideFlow(path)),
};

function streamOutsideFlow(source: string): Error {
  return refusedMember(
    "STREAMING",
    `STREAM ${source}`,
    "A stream is read by the flows of a pipeline: `lakelet pipeline run`. Elsewhere read it whole, without STREAM.",
  );
}
