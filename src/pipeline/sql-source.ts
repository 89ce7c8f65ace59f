/** What a SQL source of a pipeline declares. */
import { LakeletError } from "../errors/lakelet-error.js";
import { quoteName } from "../schema/type-text.js";
import { expectationOf, noticeOf } from "../session/declared-dataset.js";
import type { ChangeFlow, DatasetDefinition, InsertFlow } from "../sql/pipeline-statement.js";
import type { Statement } from "../sql/statement.js";
import type { Dataset, DatasetKind, Flow, FlowQuery, Notice, PipelineDefinition, SourcePlace } from "./definition.js";
import { withoutLive, withoutLivePrefix, withTableNames } from "./query-names.js";
import { qualified, type SchemaInUse, schemaAfter } from "./schema-in-use.js";
import { type PlacedStatement, placedStatements, type SqlSource } from "./source-text.js";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const INSTEAD_OF_SCHEDULE = "schedule a job with a pipeline_task, or run lakelet pipeline run";

/**
 * Reads the SQL sources of a pipeline, in their order. `loadParser()` must have been awaited.
 * @param configuration of the pipeline: `${key}`, and what SET changes for the statements below it in the same file
 * @param otherViews names of temporary views that other sources declare: no schema has them, whatever USE says
 * @throws PARSE_SYNTAX_ERROR, SQL_CONF_NOT_FOUND and UNSUPPORTED_FEATURE.STATEMENT, with file and line
 * @example sqlDefinition([{ file: "orders.sql", text: "CREATE STREAMING TABLE o AS SELECT * FROM STREAM raw" }], {}).datasets
 */
export function sqlDefinition(
  sources: readonly SqlSource[],
  configuration: Readonly<Record<string, string>>,
  otherViews: readonly string[] = [],
): PipelineDefinition {
  const readers = sources.map((source) => new SourceReader(source, configuration));
  const views = new Set([
    ...otherViews.map((name) => name.toLowerCase()),
    ...readers.flatMap((one) => one.temporaryViews()),
  ]);
  const parts = readers.map((one) => one.definition(views));
  return {
    datasets: parts.flatMap((one) => one.datasets),
    flows: parts.flatMap((one) => one.flows),
    notices: parts.flatMap((one) => one.notices ?? []),
  };
}

/** A statement with what SET and USE above it have made of it. */
interface Declaration extends PlacedStatement {
  readonly statement: StatementOf<"create-dataset" | "create-flow" | "create-view">;
  readonly schema: SchemaInUse;
  readonly settings: Readonly<Record<string, string>>;
}

class SourceReader {
  readonly #declarations: Declaration[] = [];
  readonly #datasets: Dataset[] = [];
  readonly #flows: Flow[] = [];
  readonly #notices: Notice[] = [];
  #temporaryViews: ReadonlySet<string> = new Set();

  constructor(source: SqlSource, configuration: Readonly<Record<string, string>>) {
    let schema: SchemaInUse = {};
    let settings: Readonly<Record<string, string>> = {};
    for (const { statement, place } of placedStatements(source, () => ({ ...configuration, ...settings }))) {
      if (statement.kind === "use") schema = schemaAfter(statement, schema);
      else if (statement.kind === "set") settings = settingsAfter(statement, settings);
      else this.#declarations.push({ statement: declaring(statement, place), place, schema, settings });
    }
  }

  /** Names that no schema has. */
  temporaryViews(): readonly string[] {
    return this.#declarations.flatMap(({ statement }) => {
      if (statement.kind === "create-view") return statement.temporary ? [viewName(statement)] : [];
      const isView = statement.kind === "create-dataset" && statement.dataset === "temporary-view";
      return isView ? [withoutLive(statement.name).at(-1)?.toLowerCase() ?? ""] : [];
    });
  }

  definition(temporaryViews: ReadonlySet<string>): PipelineDefinition {
    this.#temporaryViews = temporaryViews;
    for (const declaration of this.#declarations) {
      const { statement } = declaration;
      if (statement.kind === "create-dataset") this.#dataset(statement, declaration);
      else if (statement.kind === "create-view") this.#view(statement, declaration);
      else this.#flow(statement.flow, statement.name, this.#name(statement.target, declaration), declaration);
    }
    return { datasets: this.#datasets, flows: this.#flows, notices: this.#notices };
  }

  #dataset(statement: StatementOf<"create-dataset">, declaration: Declaration): void {
    const { dataset: kind, definition, flow, isPrivate } = statement;
    const name =
      kind === "temporary-view" ? withoutLive(statement.name).slice(-1) : this.#name(statement.name, declaration);
    const { withoutEffect, columnNames, columnComments, ...kept } = definition;
    for (const what of [...Object.keys(columnComments).map(untypedComment), ...withoutEffect]) {
      this.#notices.push({
        message: noticeOf(what, INSTEAD_OF_SCHEDULE),
        place: declaration.place,
        dataset: name.join("."),
      });
    }
    this.#datasets.push({ ...datasetOf(kind, name, declaration.place, kept), isPrivate });
    if (flow !== undefined) this.#flow(flow, undefined, name, declaration, columnNames);
  }

  #view(statement: StatementOf<"create-view">, declaration: Declaration): void {
    const { temporary, comment, properties, columns } = statement;
    const kind = temporary ? "temporary-view" : "view";
    const name = temporary ? withoutLive(statement.view).slice(-1) : this.#name(statement.view, declaration);
    for (const { name: column, comment: note } of columns) {
      const message = noticeOf(untypedComment(column), INSTEAD_OF_SCHEDULE);
      if (note !== undefined) this.#notices.push({ message, place: declaration.place, dataset: name.join(".") });
    }
    const definition = { ...NOTHING_DECLARED, properties, ...(comment === undefined ? {} : { comment }) };
    this.#datasets.push({ ...datasetOf(kind, name, declaration.place, definition), isPrivate: temporary });
    const flow: InsertFlow = { kind: "insert", query: statement.queryText, byName: true, once: false };
    this.#flow(
      flow,
      undefined,
      name,
      declaration,
      columns.map((one) => one.name),
    );
  }

  #flow(
    flow: InsertFlow | ChangeFlow,
    name: string | undefined,
    target: readonly string[],
    declaration: Declaration,
    columns: readonly string[] = [],
  ): void {
    const { place, settings: configuration } = declaration;
    const base = { name: name ?? target.join("."), target, place, configuration };
    if (flow.kind === "auto-cdc") {
      this.#flows.push({ ...base, ...flow, source: this.#query(flow.source, declaration) });
      return;
    }
    const { query, byName, once } = flow;
    const text = this.#query(queryNaming(query, columns), declaration);
    this.#flows.push({ ...base, kind: "query", query: text, byName, once });
  }

  #query(text: string, { schema }: Declaration): FlowQuery {
    const own = withoutLivePrefix(text);
    if (schema.catalog === undefined && schema.schema === undefined) return { kind: "sql", text: own };
    const isView = (name: readonly string[]) =>
      name.length === 1 && this.#temporaryViews.has(name[0]?.toLowerCase() ?? "");
    return { kind: "sql", text: withTableNames(own, (name) => (isView(name) ? name : qualified(name, schema))) };
  }

  #name(name: readonly string[], { schema }: Declaration): readonly string[] {
    return qualified(withoutLive(name), schema);
  }
}

/** A query whose columns the statement names; as it is where it names none. */
function queryNaming(query: string, columns: readonly string[]): string {
  if (columns.length === 0) return query;
  return `SELECT * FROM (${query}\n) AS named(${columns.map(quoteName).join(", ")})`;
}

/** `SET key` by itself only shows a value. */
function settingsAfter({ key, value }: StatementOf<"set">, before: Readonly<Record<string, string>>): typeof before {
  return key === undefined || value === undefined ? before : { ...before, [key]: value };
}

function untypedComment(column: string): string {
  return `The COMMENT of the column ${column}, which has no type here,`;
}

const NOTHING_DECLARED: Omit<DatasetDefinition, "withoutEffect" | "columnNames" | "columnComments"> = {
  columns: [],
  expectations: [],
  constraints: {},
  partitionedBy: [],
  clusterBy: [],
  properties: {},
};

function datasetOf(
  kind: DatasetKind,
  name: readonly string[],
  place: SourcePlace,
  definition: Omit<DatasetDefinition, "withoutEffect" | "columnNames" | "columnComments">,
): Omit<Dataset, "isPrivate"> {
  const { columns: _, partitionedBy: partitionBy, expectations, ...kept } = definition;
  return { kind, name, place, ...kept, partitionBy, expectations: expectations.map(expectationOf) };
}

function viewName({ view }: StatementOf<"create-view">): string {
  return view.at(-1)?.toLowerCase() ?? "";
}

const CURES: Readonly<Partial<Record<Statement["kind"], string>>> = {
  query: "A query by itself shows nothing here: give it a name with CREATE MATERIALIZED VIEW name AS.",
  insert: "Rows come by flows: CREATE FLOW name AS INSERT INTO target BY NAME SELECT ...",
  "create-table": "Declare CREATE OR REFRESH STREAMING TABLE or CREATE MATERIALIZED VIEW.",
  merge: "Changes come by AUTO CDC INTO, or write a materialized view.",
  "declare-variable": "Use the configuration of the pipeline, or SET key = value.",
};

/** The statement where it declares something. Throws UNSUPPORTED_FEATURE.STATEMENT for all that acts. */
function declaring(statement: Statement, location: SourcePlace): Declaration["statement"] {
  const { kind } = statement;
  if (kind === "create-dataset" || kind === "create-flow") return statement;
  if (kind === "create-view" && !statement.global) return statement;
  const name = kind === "unsupported" ? statement.name : kind.replaceAll("-", " ").toUpperCase();
  throw new LakeletError({
    condition: "UNSUPPORTED_FEATURE.STATEMENT",
    sqlState: "0A000",
    problem: `${kind === "query" ? "A query" : name} cannot stand in a source of a pipeline, which only declares datasets and flows.`,
    cure: CURES[kind] ?? "Run it before the pipeline: in a SQL or notebook task of the job.",
    parameters: { statement: name },
    location,
  });
}
