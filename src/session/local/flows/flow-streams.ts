/** The streams of a flow's batch: what is new since its progress, read once however often the query names it. */

import { liveRecordCount } from "../../../commands/data-file.js";
import type { EngineQuery, OpenedFiles } from "../../../engine/engine.js";
import { schemaFromJson, schemaToJson } from "../../../schema/schema-json.js";
import type { FlowSourceResult } from "../../flow-contract.js";
import { fingerprint, uriOf } from "../ingested-files.js";
import type { Runtime } from "../runtime.js";
import { scanSnapshot } from "../table-scan.js";
import { learned, remember } from "./analysed-streams.js";
import { checkUnchanged, type FileIncrement, fileIncrement, type ListedFile } from "./file-listing.js";
import { type FlowProgress, fileMark, type Progress, tableMark } from "./flow-progress.js";
import { openedPart } from "./part-of-files.js";
import type { FilesPart, StreamedFiles, StreamedTable, Streams } from "./streams.js";
import { type TableIncrement, tableIncrement } from "./table-increment.js";

interface ReadFiles {
  readonly files: StreamedFiles;
  readonly increment: FileIncrement;
  readonly fresh: readonly ListedFile[];
  readonly part: FilesPart;
}

/** Where a flow's table keeps the schema that was inferred from the files of a path. */
export const LEARNED_SCHEMA = "lakelet.flowSchema";

export class FlowStreams implements Streams {
  private readonly tables = new Map<
    string,
    Promise<{ readonly table: StreamedTable; readonly read: TableIncrement }>
  >();
  private readonly folders = new Map<string, Promise<ReadFiles>>();
  private readonly schemas: Record<string, string> = {};
  private fingerprints: Promise<ReadonlyMap<string, number>> | undefined;

  /** @param properties of the flow's table, which keeps the inferred schemas */
  constructor(
    private readonly runtime: Runtime,
    private readonly flow: string,
    private readonly progress: FlowProgress,
    private readonly properties: Readonly<Record<string, string>>,
  ) {}

  async table(table: StreamedTable): Promise<TableIncrement> {
    const { location } = table.log;
    const { timeZone } = this.runtime.state;
    const reading =
      this.tables.get(location) ??
      tableIncrement(table, this.progress.tables.get(location), timeZone).then((read) => ({ table, read }));
    this.tables.set(location, reading);
    return (await reading).read;
  }

  async files(
    files: StreamedFiles,
    open: (source: StreamedFiles["listing"]) => Promise<OpenedFiles>,
  ): Promise<FilesPart> {
    const key = JSON.stringify(files);
    const reading = this.folders.get(key) ?? this.readFiles(files, open);
    this.folders.set(key, reading);
    return (await reading).part;
  }

  private async readFiles(
    files: StreamedFiles,
    open: (source: StreamedFiles["listing"]) => Promise<OpenedFiles>,
  ): Promise<ReadFiles> {
    const increment = await fileIncrement(this.runtime, files, this.progress);
    const { all } = increment;
    const fresh = this.isFirst && !files.includeExisting ? [] : increment.fresh;
    const property = `${LEARNED_SCHEMA}/${this.flow}/${files.path}`;
    const text = this.properties[property];
    const kept = text === undefined ? undefined : schemaFromJson(text);
    const known = kept === undefined ? learned(this.runtime, files, increment.fresh) : undefined;
    const learnFrom = known === undefined ? increment.fresh : [];
    const part = await openedPart(files, { all, fresh, learnFrom }, kept ?? known, this.runtime.engine, open);
    const { inferred } = part.schema;
    if (inferred) {
      if (kept === undefined) remember(this.runtime, files, increment.fresh, inferred);
      this.schemas[property] = schemaToJson(inferred);
    }
    return { files, increment, fresh, part };
  }

  /** True where a source has something that the flow has not had. */
  async hasNews(): Promise<boolean> {
    for (const one of await Promise.all(this.tables.values())) {
      const before = this.progress.tables.get(one.table.log.location);
      if (before === undefined || before.version < one.read.progress.version) return true;
    }
    // Which files were there at the first batch has to be kept, be it none.
    return (await Promise.all(this.folders.values())).some(
      ({ files, increment }) => increment.fresh.length > 0 || (this.isFirst && !files.includeExisting),
    );
  }

  /** True before the flow has had anything, or since it was told to begin anew. */
  get isFirst(): boolean {
    const { batches, start } = this.progress;
    return batches === 0 || batches < start;
  }

  get readsFiles(): boolean {
    return this.folders.size > 0;
  }

  /** Properties of the table that the commit has to bring along; undefined where they are there. */
  changedProperties(): Readonly<Record<string, string>> | undefined {
    const changed = Object.entries(this.schemas).filter(([key, value]) => this.properties[key] !== value);
    return changed.length === 0 ? undefined : Object.fromEntries(changed);
  }

  private async checkUnchanged(): Promise<void> {
    for (const { fresh } of await Promise.all(this.folders.values())) await checkUnchanged(this.runtime, fresh);
  }

  /** What the commit remembers; to be asked last. Throws FAILED_READ_FILE.NO_HINT for a file that changed while it was read. */
  async marks(): Promise<readonly Progress[]> {
    const tables = (await Promise.all(this.tables.values())).map(({ table, read }) =>
      tableMark(this.flow, this.progress, table.log.location, read.progress),
    );
    const files = [...(await this.contents())].map(([uri, content]) =>
      fileMark(this.flow, this.progress, uri, content),
    );
    await this.checkUnchanged();
    return [...tables, ...files];
  }

  /**
   * To be asked when the batch's query has run. Throws FAILED_READ_FILE.NO_HINT for a file that changed while it was read.
   * @param lookedAtAll the query had no conditions, so that it looked at every record of the files
   */
  async sources(lookedAtAll: boolean): Promise<readonly FlowSourceResult[]> {
    await this.checkUnchanged();
    const results: FlowSourceResult[] = [];
    for (const { table, read } of await Promise.all(this.tables.values())) {
      const rows = await this.rowsOf(read);
      results.push({ name: table.name, rows, files: [], duplicates: [], changed: [], version: read.progress.version });
    }
    const contents = await this.contents();
    for (const { files, increment, fresh, part } of await Promise.all(this.folders.values())) {
      const names = fresh.map(({ path }) => path);
      const rows = fresh.length === 0 ? 0n : await this.rowsOfFiles(part.opened, lookedAtAll);
      const changed = increment.changed.map(({ path }) => path);
      results.push({ name: files.path, rows, files: names, duplicates: this.duplicates(fresh, contents), changed });
    }
    return results;
  }

  /** Fingerprints of the files that are new, by URI; looked at once, while the engine is at work. */
  contents(): Promise<ReadonlyMap<string, number>> {
    this.fingerprints ??= this.readContents();
    return this.fingerprints;
  }

  private async readContents(): Promise<ReadonlyMap<string, number>> {
    const contents = new Map<string, number>();
    for (const { increment } of await Promise.all(this.folders.values())) {
      for (const { path } of increment.fresh) {
        const uri = uriOf(path);
        if (!contents.has(uri))
          contents.set(uri, increment.fingerprints.get(uri) ?? (await fingerprint(this.runtime, path)));
      }
    }
    return contents;
  }

  private duplicates(
    fresh: readonly ListedFile[],
    contents: ReadonlyMap<string, number>,
  ): FlowSourceResult["duplicates"] {
    const first = new Map<number, string>();
    for (const [uri, { content }] of this.progress.files) if (!first.has(content)) first.set(content, uri);
    return fresh.flatMap(({ path }) => {
      const uri = uriOf(path);
      const content = contents.get(uri) ?? 0;
      const of = first.get(content);
      if (of === undefined) first.set(content, uri);
      return of === undefined || of === uri ? [] : [{ file: path, of: of.replace(/^file:\/\//, "") }];
    });
  }

  private async rowsOf({ snapshot, files }: TableIncrement): Promise<bigint> {
    const counts = files.map(liveRecordCount);
    const known = counts.filter((one) => one !== undefined);
    if (known.length === counts.length) return known.reduce((sum, one) => sum + one, 0n);
    return this.count(await scanSnapshot(this.runtime, snapshot, { withFile: false, qualifiers: [], files }));
  }

  /** Where no record is malformed the files' records are the rows, which is less to count. */
  private async rowsOfFiles(opened: OpenedFiles, lookedAtAll: boolean): Promise<bigint> {
    if (lookedAtAll && opened.foundNone?.() !== false) {
      const records = await opened.recordCount?.();
      if (records !== undefined) return records;
    }
    const rows = await this.count({ sql: opened.sql() });
    // This has looked at every record; of files that may have to be read again for it nothing is asked.
    if (opened.foundNone) await opened.settle();
    return rows;
  }

  private async count({ sql }: Pick<EngineQuery, "sql">): Promise<bigint> {
    const { rows } = await this.runtime.engine.run(`SELECT count(*) FROM ${sql} AS "q"`);
    return BigInt(String(rows[0]?.[0] ?? 0));
  }
}
