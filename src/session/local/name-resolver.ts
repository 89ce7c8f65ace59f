/** Resolves the names of a query: temporary views, views, Delta tables with time travel, tables and files by path. */
import { qualify, type SchemaIdentifier } from "../../catalog/table-identifier.js";
import type { ViewEntry } from "../../catalog/warehouse-catalog.js";
import type { Plan, StreamSource } from "../../dataframe/plan.js";
import { asksForFile } from "../../dataframe/plan-text.js";
import { planOfRelation } from "../../dataframe/subquery.js";
import type { DeltaLog, Snapshot } from "../../delta/contract.js";
import type { FileSource } from "../../engine/engine.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { struct } from "../../schema/data-type.js";
import { compileQuery } from "../../sql/analysis/compile-query.js";
import type { CallExpression, Expression } from "../../sql/ast.js";
import type { RelationResolver, Routine, TableReference } from "../../sql/compiler.js";
import { parseQuery, parseSchema } from "../../sql/parse/parse.js";
import type { Relation } from "../../sql/relation.js";
import { changeFunction } from "./change-feed.js";
import { sameName } from "./compiled-plan.js";
import { eventLogTable } from "./event-log-function.js";
import { withUnknownFile } from "./file-metadata.js";
import { type FileStreamRequest, streamedFiles } from "./flows/streamed-files.js";
import { informationRelation } from "./information-schema/information-schema.js";
import { type FileSources, fileRelation } from "./opened-files.js";
import { partitionColumns } from "./partition-columns.js";
import {
  type PersistentObject,
  persistentContext,
  type SessionObjectKind,
  temporaryReference,
} from "./persistent-object.js";
import { hintedSchema, readFilesAsStream, readFilesRequest } from "./read-files.js";
import { lookupRoutine, routineOf } from "./routines.js";
import type { Runtime } from "./runtime.js";
import { scanSnapshot } from "./table-scan.js";
import { viewColumns } from "./view-columns.js";

const FILE_FORMATS: ReadonlySet<string> = new Set(["parquet", "csv", "json", "text"]);
const MAX_VIEW_DEPTH = 50;

export interface ResolverOptions {
  readonly sources: FileSources;
  /** True where the query asks for the file of a row. */
  readonly withFile: boolean;
  /** Relations that the caller brings, by name, e.g. the input of a DataFrame's step. */
  readonly given?: ReadonlyMap<string, Relation>;
  readonly current?: SchemaIdentifier;
  readonly depth?: number;
  /** Given inside what the catalog keeps, which sees nothing of a session: refuses temporary objects while it is made. */
  readonly persistent?: PersistentObject | "kept";
  /** The tables of a view that is read as a stream are. */
  readonly asStreams?: boolean;
  /** Compiles a DataFrame that an expression of another one names. */
  readonly frame?: (plan: Plan) => Promise<Relation>;
}

export class NameResolver implements RelationResolver {
  constructor(
    private readonly runtime: Runtime,
    private readonly options: ResolverOptions,
  ) {}

  async table(reference: TableReference): Promise<Relation> {
    const [first, second] = reference.name;
    if (reference.name.length === 1 && first !== undefined) {
      const given = this.options.given?.get(first);
      if (given) return given;
      const plan = planOfRelation(first);
      if (plan && this.options.frame) return this.options.frame(plan);
    }
    const dataset = await this.dataset(reference.name, reference.streaming === true);
    if (dataset) return dataset;
    if (reference.streaming || this.options.asStreams)
      return this.streamedTable(reference.name, reference.options ?? {}, reference);
    if (reference.name.length === 1 && first !== undefined) {
      const view = this.sessionObject("VIEW", first, this.runtime.tempViews.get(first.toLowerCase()));
      if (view) return this.qualified(await view(this.options.sources, this.options.withFile), [first]);
    }
    if (reference.name.length === 2 && first !== undefined && second !== undefined) {
      const shared = first.toLowerCase() === "global_temp" && this.runtime.globalTempViews.get(second.toLowerCase());
      if (shared) return this.qualified(await shared(this.options.sources, this.options.withFile), [first, second]);
      if (first.toLowerCase() === "delta") return this.deltaTable(this.runtime.paths.resolve(second), reference, []);
      if (FILE_FORMATS.has(first.toLowerCase())) return this.files(first.toLowerCase(), [second], {}, undefined);
    }
    const information = await informationRelation(this.runtime, reference.name);
    if (information) return information;
    const identifier = qualify(reference.name, this.options.current ?? this.runtime.state.current);
    const entry = await this.runtime.catalog.require(identifier);
    if (entry.kind === "view") return this.view(entry, reference);
    const qualifier = [identifier.catalog, identifier.schema, identifier.name];
    return this.deltaTable(entry.location, reference, qualifier);
  }

  /** What the name means in the pipeline at work. */
  private async dataset(name: readonly string[], isStream: boolean): Promise<Relation | undefined> {
    const { datasets, state } = this.runtime;
    const [first = "", second] = name;
    if (datasets === undefined || name.length > 3) return undefined;
    if (name.length === 2 && (first.toLowerCase() === "delta" || FILE_FORMATS.has(first.toLowerCase()))) {
      if (isStream) datasets.streamed(name.join("."));
      return undefined;
    }
    // The schema of a pipeline's datasets as older sources write it.
    const own = first.toLowerCase() === "live" && second !== undefined ? name.slice(1) : name;
    const identifier = qualify(own, this.options.current ?? state.current);
    const found = await datasets.relation(identifier, isStream, this.options.sources, this.options.withFile);
    if (found === undefined) return undefined;
    const full = [identifier.catalog, identifier.schema, identifier.name];
    // Rows without a source stand for a table whose rows are not there yet.
    const stands = datasets.plan(identifier, isStream)?.kind === "rows";
    if (!stands) return this.qualified(found, full);
    const rows = this.options.withFile ? withUnknownFile(found, []) : found;
    return this.qualified(this.options.sources.originating(rows, full.join(".").toLowerCase(), "TABLE"), full);
  }

  /** Table functions beyond the registry's own. */
  async tableFunction(
    name: string,
    args: readonly Expression[],
    namedArgs: NonNullable<CallExpression["namedArgs"]>,
    streaming = false,
  ): Promise<Relation | undefined> {
    const isFiles = name === "read_files" || (streaming && name === "cloud_files");
    if (!isFiles && streaming) throw noStreamOf(name);
    if (name === "event_log") return this.table({ name: await eventLogTable(this.runtime, args) });
    if (!isFiles) return changeFunction(this.runtime, name, args);
    const request = await readFilesRequest(this.runtime, args, namedArgs);
    const { format, paths, options, schema, schemaHints } = request;
    if (streaming) {
      for (const path of paths) this.runtime.datasets?.streamed(path);
      return this.streamedFiles(readFilesAsStream(request));
    }
    for (const path of paths) this.runtime.datasets?.readWhole(path);
    if (schemaHints === undefined) return this.files(format, paths, options, schema);
    const inferred = await this.options.sources.open(this.fileSource(format, paths, options, schema));
    return this.files(format, paths, options, hintedSchema(inferred.schema, schemaHints));
  }

  async routine(name: readonly string[]): Promise<Routine | undefined> {
    const { state } = this.runtime;
    const found = await lookupRoutine(this.runtime, name, this.options.current ?? state.current);
    if (!found) return undefined;
    const { entry, temporary } = found;
    if (temporary && !this.sessionObject("FUNCTION", entry.identifier.name, entry)) return undefined;
    const { catalog, schema, name: last } = entry.identifier;
    const inside = new NameResolver(this.runtime, {
      sources: this.options.sources,
      withFile: this.options.withFile,
      current: entry.current,
      ...(temporary ? {} : { persistent: "kept" }),
    });
    return routineOf(entry, temporary ? [last] : [catalog, schema, last], inside);
  }

  /** The source of `spark.readStream`. */
  async stream(source: StreamSource, options: Readonly<Record<string, string>>): Promise<Relation> {
    if (source.kind === "table") {
      return (await this.dataset(source.name, true)) ?? this.streamedTable(source.name, options);
    }
    this.runtime.datasets?.streamed(source.path);
    return this.streamedFiles({ ...source, options });
  }

  /** A table or view by name as a stream; a view streams what it reads. */
  private async streamedTable(
    name: readonly string[],
    options: Readonly<Record<string, string>>,
    reference: TableReference = { name },
  ): Promise<Relation> {
    const [first = "", second] = name;
    if (name.length === 1) {
      const view = this.sessionObject("VIEW", first, this.runtime.tempViews.get(first.toLowerCase()));
      if (view) return this.qualified(await view(this.options.sources, this.options.withFile), [first]);
    }
    if (name.length === 2 && second !== undefined) {
      if (first.toLowerCase() === "delta")
        return this.streamedLog(this.runtime.paths.resolve(second), name, options, []);
      if (FILE_FORMATS.has(first.toLowerCase())) return this.streamedFiles({ format: first, path: second, options });
    }
    const identifier = qualify(name, this.options.current ?? this.runtime.state.current);
    const entry = await this.runtime.catalog.require(identifier);
    if (entry.kind === "view") return this.view(entry, reference, true);
    const full = [identifier.catalog, identifier.schema, identifier.name];
    return this.streamedLog(entry.location, full, options, [full]);
  }

  private async streamedLog(
    location: string,
    name: readonly string[],
    options: Readonly<Record<string, string>>,
    qualifiers: readonly (readonly string[])[],
  ): Promise<Relation> {
    const table = { log: this.runtime.log(location), name: name.join("."), options };
    const { snapshot, files } = await this.options.sources.streams.table(table);
    const how = { withFile: this.options.withFile, qualifiers, files };
    return this.from(await scanSnapshot(this.runtime, snapshot, how), qualifiers[0], location);
  }

  private async streamedFiles(request: FileStreamRequest): Promise<Relation> {
    const { sources, withFile } = this.options;
    const files = streamedFiles(this.runtime, request);
    const { opened, partitions } = await sources.streams.files(files, (source) => sources.open(source));
    return sources.originating(fileRelation(opened, withFile, partitions), request.path, "PATH");
  }

  /** What belongs to the session is not seen by what the catalog keeps. */
  private sessionObject<T>(kind: SessionObjectKind, name: string, found: T | undefined): T | undefined {
    const { persistent } = this.options;
    if (found === undefined || persistent === undefined) return found;
    if (persistent === "kept") return undefined;
    throw temporaryReference(persistent, kind, name);
  }

  async files(
    format: string,
    paths: readonly string[],
    options: Readonly<Record<string, string>>,
    schemaDdl: string | undefined,
  ): Promise<Relation> {
    const source = this.fileSource(format, paths, options, schemaDdl);
    const opened = await this.options.sources.open(source);
    const isFlat = source.options.recursivefilelookup?.toLowerCase() === "true";
    const partitions = isFlat ? undefined : partitionColumns(opened.files, source.paths, source.schema);
    const declared = source.schema?.fields.filter(
      (one) => !partitions?.fields.some((other) => sameName(one.name, other.name)),
    );
    // Columns that the folders give are not looked for in the files.
    const isWhole = declared === undefined || declared.length === source.schema?.fields.length;
    const files = isWhole ? opened : await this.options.sources.open({ ...source, schema: struct(declared) });
    const relation = fileRelation(files, this.options.withFile, partitions);
    return this.options.sources.originating(relation, paths.join(", "), "PATH");
  }

  private fileSource(
    format: string,
    paths: readonly string[],
    options: Readonly<Record<string, string>>,
    schemaDdl: string | undefined,
  ): FileSource {
    const { timeZone } = this.runtime.state;
    if (options.timezone !== undefined && options.timezone !== timeZone) throw otherZone(options.timezone, timeZone);
    return {
      format: format as FileSource["format"],
      paths: paths.map((path) => this.runtime.paths.resolve(path)),
      options,
      timeZone,
      ...(schemaDdl === undefined ? {} : { schema: parseSchema(schemaDdl) }),
    };
  }

  private async deltaTable(
    location: string,
    reference: TableReference,
    qualifier: readonly string[],
  ): Promise<Relation> {
    const log = this.runtime.log(location);
    const travels = reference.version !== undefined || reference.timestamp !== undefined;
    const snapshot = travels ? await snapshotOf(log, reference) : await this.options.sources.snapshot(log);
    const qualifiers = qualifier.length > 0 ? [qualifier] : [];
    const { withFile } = this.options;
    const table = { location, name: reference.name, snapshot, travels, qualifiers, withFile };
    const other = this.options.sources.instead.table?.(table);
    if (other) return this.from(other, qualifiers[0], location);
    const relation = await scanSnapshot(this.runtime, snapshot, {
      withFile,
      qualifiers,
      onFiles: (files) => this.options.sources.scanned(reference.name.join("."), snapshot, files),
      ...(reference.skipping ? { predicate: reference.skipping(snapshot.schema) } : {}),
    });
    return this.from(relation, qualifiers[0], location);
  }

  /** A table by its name, or by its path where it has none. */
  private from(relation: Relation, name: readonly string[] | undefined, location: string): Relation {
    const { sources } = this.options;
    return name
      ? sources.originating(relation, name.join(".").toLowerCase(), "TABLE")
      : sources.originating(relation, location, "PATH");
  }

  /** A view is its query, compiled where the view was made. */
  private async view(
    entry: ViewEntry,
    { conditions = [] }: TableReference,
    asStreams = this.options.asStreams === true,
  ): Promise<Relation> {
    const depth = (this.options.depth ?? 0) + 1;
    if (depth > MAX_VIEW_DEPTH) {
      throw new LakeletError({
        condition: "VIEW_EXCEED_MAX_NESTED_DEPTH",
        sqlState: "54K00",
        problem: `The view ${entry.identifier.name} is nested more than ${MAX_VIEW_DEPTH} deep.`,
        cure: "Does it read itself?",
      });
    }
    const resolver = new NameResolver(this.runtime, {
      ...this.options,
      withFile: this.options.withFile || asksForFile(entry.query),
      given: new Map(),
      current: entry.current,
      persistent: "kept",
      depth,
      asStreams,
    });
    const query = parseQuery(entry.query);
    const compiled = await compileQuery(query, {
      resolver,
      context: persistentContext(this.runtime.state.functionContext(), "kept"),
      // Only where its columns have the names that its query gives them.
      ...(entry.columns.length > 0 ? {} : { conditions }),
    });
    const { catalog, schema, name } = entry.identifier;
    const relation = { sql: `(${compiled.sql})`, output: compiled.output };
    return this.qualified(viewColumns(entry, relation, this.runtime.state.functionContext()), [catalog, schema, name]);
  }

  private qualified(relation: Relation, qualifier: readonly string[]): Relation {
    return { ...relation, output: relation.output.map((attribute) => ({ ...attribute, qualifiers: [qualifier] })) };
  }
}

/** The snapshot that a reference asks for: newest, by version or by time. */
async function snapshotOf(log: DeltaLog, reference: Pick<TableReference, "version" | "timestamp">): Promise<Snapshot> {
  if (reference.version !== undefined) return log.snapshot(reference.version);
  if (reference.timestamp !== undefined) return log.snapshot(await log.versionAt(Number(reference.timestamp / 1000n)));
  return log.snapshot();
}

function noStreamOf(name: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_STREAMING_TABLE_VALUED_FUNCTION",
    sqlState: "0A000",
    problem: `The table-valued function \`${name}\` doesn't support streaming.`,
    cure: "Stream a table, or files by read_files(...).",
    parameters: { funcName: name },
  });
}

/** Texts of times are read in the session's zone. */
function otherZone(value: string, timeZone: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_OPTION",
    sqlState: "0A000",
    problem: `The reader's option timeZone = "${value}" is not supported in a session of the zone ${timeZone}.`,
    cure: `Set spark.sql.session.timeZone, or read the column as TIMESTAMP_NTZ and write to_utc_timestamp(column, '${value}').`,
    parameters: { option: "timeZone", value },
  });
}
