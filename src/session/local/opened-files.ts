/** What one query reads: its files, kept until their malformed lines are known, and one snapshot of each table. */
import type { AddFile } from "../../delta/actions.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import type { Engine, FileSource, MalformedLine, OpenedFiles } from "../../engine/engine.js";
import { engineName, engineString } from "../../schema/engine-type.js";
import type { Attribute, Origin, Relation } from "../../sql/relation.js";
import { FILE_METADATA, hidesMetadata, metadataAttribute } from "./file-metadata.js";
import { NO_STREAMS, type Streams } from "./flows/streams.js";
import { originating } from "./lineage.js";
import { type PartitionColumns, withPartitionColumns } from "./partition-columns.js";

/** How much of a table a query reads. */
export interface TableScan {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly files: number;
  readonly bytes: number;
}

/** A Delta table that a query names. */
export interface NamedTable {
  readonly location: string;
  /** As the query has it. */
  readonly name: readonly string[];
  readonly snapshot: Snapshot;
  /** True where the query says which version it reads. */
  readonly travels: boolean;
  readonly qualifiers: Attribute["qualifiers"];
  /** True where the query asks for the file of a row. */
  readonly withFile: boolean;
}

/** What a query is to read in place of the newest. */
export interface ReadInstead {
  /** By the table's location. */
  readonly snapshots?: ReadonlyMap<string, Snapshot>;
  /** Stands for the table's rows; undefined where they are read as they are. */
  readonly table?: (table: NamedTable) => Relation | undefined;
  /** Stands for the files of a source. */
  readonly files?: (source: FileSource, opened: OpenedFiles) => OpenedFiles;
}

/** One query's file sources and snapshots. Opening the same source twice gives the same one. */
export class FileSources {
  private readonly opened = new Map<string, Promise<OpenedFiles>>();
  private readonly newest = new Map<string, Promise<Snapshot>>();

  /** The scans of tables, for EXPLAIN. */
  readonly scans: TableScan[] = [];
  /** Tables and paths that are read, for lineage. */
  readonly reads: Pick<Origin, "source" | "kind">[] = [];

  /** @param streams how the query reads its streams */
  constructor(
    private readonly engine: Engine,
    readonly streams: Streams = NO_STREAMS,
    readonly instead: ReadInstead = {},
  ) {}

  open(source: FileSource): Promise<OpenedFiles> {
    const key = JSON.stringify(source);
    const known = this.opened.get(key) ?? this.openAnew(source);
    this.opened.set(key, known);
    return known;
  }

  private async openAnew(source: FileSource): Promise<OpenedFiles> {
    const opened = await this.engine.openFiles(source);
    return this.instead.files?.(source, opened) ?? opened;
  }

  /** The newest snapshot of a table: the same one wherever the query names the table. */
  snapshot(log: DeltaLog): Promise<Snapshot> {
    const given = this.instead.snapshots?.get(log.location);
    const known = this.newest.get(log.location) ?? (given === undefined ? log.snapshot() : Promise.resolve(given));
    this.newest.set(log.location, known);
    return known;
  }

  /** The snapshots that the query reads, by the table's location. */
  async snapshots(): Promise<ReadonlyMap<string, Snapshot>> {
    return new Map(await Promise.all([...this.newest].map(async ([location, one]) => [location, await one] as const)));
  }

  /** The relation, noted as what the query reads. */
  originating(relation: Relation, source: string, kind: Origin["kind"]): Relation {
    if (!this.reads.some((one) => one.source === source)) this.reads.push({ source, kind });
    return originating(relation, source, kind);
  }

  scanned(name: string, snapshot: Snapshot, files: readonly AddFile[]): void {
    const bytes = files.reduce((sum, one) => sum + one.size, 0);
    this.scans.push({ name, snapshot, files: files.length, bytes });
  }

  /** After a run: "again" if any source found out that its rows were not right yet. */
  async settle(): Promise<"final" | "again"> {
    let result: "final" | "again" = "final";
    for (const files of await this.all()) {
      if ((await files.settle()) === "again") result = "again";
    }
    return result;
  }

  /** To be asked once a run looked at every record: without conditions on the rows, for the engine may ask those first. */
  async malformed(): Promise<readonly MalformedLine[]> {
    const opened = (await this.all()).filter((files) => files.foundNone?.() !== true);
    return (await Promise.all(opened.map((files) => files.malformed()))).flat();
  }

  async close(): Promise<void> {
    for (const files of await this.all()) await files.close();
    this.opened.clear();
  }

  get isEmpty(): boolean {
    return this.opened.size === 0;
  }

  private all(): Promise<readonly OpenedFiles[]> {
    return Promise.all(this.opened.values());
  }
}

/** A file source as a relation: its columns, and hidden `_metadata` where the query asks for the file. */
export function fileRelation(opened: OpenedFiles, withFile: boolean, partitions?: PartitionColumns): Relation {
  const rows = partitions ? withPartitionColumns(opened, partitions) : opened.sql();
  const schema = { fields: [...opened.schema.fields, ...(partitions?.fields ?? [])] };
  const output: Attribute[] = schema.fields.map((one) => ({
    name: one.name,
    dataType: one.dataType,
    nullable: one.nullable,
    engineName: one.name,
    qualifiers: [],
  }));
  if (!withFile) return { sql: rows, output };
  const columns = schema.fields.map((one) => `f.${engineName(one.name)}`);
  const facts = opened.files.map(
    (one) =>
      `(${engineString(one.path)}, ${one.size}::BIGINT, TIMESTAMPTZ ${engineString(new Date(one.modifiedAt).toISOString())})`,
  );
  const uri = (path: string) => `'file://' || ${path}`;
  const metadata = `struct_pack("file_path" := ${uri("m.p")}, "file_name" := parse_filename(m.p), "file_size" := m.s, "file_block_start" := 0::BIGINT, "file_block_length" := m.s, "file_modification_time" := m.t)`;
  const from = `${rows} AS f LEFT JOIN (VALUES ${facts.length > 0 ? facts.join(", ") : "(NULL::VARCHAR, NULL::BIGINT, NULL::TIMESTAMPTZ)"}) AS m(p, s, t) ON m.p = f.__file_path`;
  const owned = hidesMetadata(schema);
  const added = [`${uri("f.__file_path")} AS "__file_path"`, ...(owned ? [] : [`${metadata} AS "_metadata"`])];
  return {
    sql: `(SELECT ${[...columns, ...added].join(", ")} FROM ${from})`,
    output: owned ? output : [...output, metadataAttribute(FILE_METADATA)],
    fileName: "__file_path",
  };
}

/** The rows were not right yet, and the query has to start over; never leaves this file. */
class RowsChanged extends Error {}

/** To be called when all rows were read and before any is published. */
export async function settleOnce(sources: FileSources): Promise<void> {
  if ((await sources.settle()) === "again") throw new RowsChanged();
}

/** Runs again as long as the files turn out to hold malformed lines that the last run did not know. */
export async function untilSettled<Result>(sources: FileSources, run: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      const result = await run();
      await settleOnce(sources);
      return result;
    } catch (error) {
      if (!(error instanceof RowsChanged)) throw error;
    }
  }
}
