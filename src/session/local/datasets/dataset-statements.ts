/** CREATE and REFRESH of materialized views and streaming tables in a session: the table keeps its definition, and is filled at once. */
import { identifierText, qualify, type TableIdentifier } from "../../../catalog/table-identifier.js";
import { stringLiteral } from "../../../dataframe/literal.js";
import type { Snapshot } from "../../../delta/contract.js";
import { type StructType, struct } from "../../../schema/data-type.js";
import { schemaText } from "../../../schema/type-text.js";
import type { DatasetStatement, PipelineStatement } from "../../../sql/pipeline-statement.js";
import type { Statement } from "../../../sql/statement.js";
import { alignTable, notResettable, PIPELINE_ID, RESET_ALLOWED, SQL_STATEMENT } from "../../dataset-table.js";
import { expectationOf, noticeOf } from "../../declared-dataset.js";
import type { FlowResult, FlowTarget, RefreshResult } from "../../flow-contract.js";
import { appendFlow } from "../flows/append-flow.js";
import { refreshView } from "../refresh/refresh-view.js";
import type { Runtime } from "../runtime.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";
import { alreadyExists, ofPipeline, otherThan, otherType, replaceStreamingTable, wordsOf } from "./dataset-errors.js";
import { datasetQuery, refuseTemporary } from "./dataset-query.js";
import {
  type DatasetType,
  datasetProperties,
  datasetType,
  declaredStatement,
  inPipelinesOnly,
  type KeptDefinition,
  keptDefinition,
  TYPES,
} from "./kept-definition.js";

type CreateDataset = Extract<PipelineStatement, { kind: "create-dataset" }>;
type Of<Kind extends DatasetStatement["kind"]> = Extract<DatasetStatement, { kind: Kind }>;

/** Names what a table knows of its refreshes; the same for all, so that it outlives a new name of the table. */
const FLOW = `${SQL_STATEMENT}/refresh`;

const INSTEAD_OF_SCHEDULE = "schedule a job with a sql_task that runs REFRESH";

/** Undefined where the statement is none of these. */
export async function executeDatasetStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  switch (statement.kind) {
    case "create-flow":
      throw inPipelinesOnly(statement.title);
    case "create-dataset":
      return createDataset(statement, context);
    case "refresh-dataset":
      return refreshDataset(statement, context);
    case "refresh": {
      // REFRESH TABLE of a table is about what is remembered of it: here nothing is.
      const found = await foundAt(context.runtime, statement.table);
      const isOwn = found?.snapshot !== undefined && keptDefinition(found.snapshot) !== undefined;
      if (!isOwn) return undefined;
      const refresh = { kind: "refresh-dataset", object: "table", name: statement.table } as const;
      return refreshDataset({ ...refresh, full: false, inBackground: false }, context);
    }
    case "schedule-dataset":
      return scheduleDataset(statement, context);
    default:
      return undefined;
  }
}

/** What a name stands for. */
interface Found {
  readonly identifier: TableIdentifier;
  /** In words, e.g. `a view`. */
  readonly is: string;
  readonly snapshot?: Snapshot;
}

async function foundAt(runtime: Runtime, name: readonly string[]): Promise<Found | undefined> {
  if (name.length === 2 && name[0]?.toLowerCase() === "delta") return undefined;
  const identifier = qualify(name, runtime.state.current);
  const entry = await runtime.catalog.lookup(identifier);
  if (entry === undefined) return undefined;
  if (entry.kind === "view") return { identifier, is: "a view" };
  const snapshot = await runtime.log(entry.location).snapshot();
  const type = datasetType(snapshot);
  return { identifier, snapshot, is: `a ${type === undefined ? "table" : wordsOf(type)}` };
}

async function createDataset(given: CreateDataset, context: StatementContext): Promise<StatementResult> {
  const statement = declaredStatement(given);
  const { runtime } = context;
  const identifier = qualify(statement.name, runtime.state.current);
  const name = identifierText(identifier);
  const { mode, title, dataset } = statement;
  if (dataset === "streaming-table" && mode === "create-or-replace") throw replaceStreamingTable(name);
  const found = await foundAt(runtime, statement.name);
  if (found !== undefined && mode === "create-if-not-exists") return done(`${title} ${name}: exists already`);
  if (found !== undefined) checkReplaceable(found, TYPES[dataset], name, statement);
  refuseTemporary(runtime, statement, identifier);
  const notices = statement.definition.withoutEffect.map((what) => noticeOf(what, INSTEAD_OF_SCHEDULE));
  for (const message of notices) runtime.report({ kind: "warning", message });
  const kept = { statement, text: context.text, current: runtime.state.current };
  return fill({ context, kept, identifier, full: false, found: found?.snapshot, title, notices });
}

function checkReplaceable(
  { is, snapshot }: Found,
  wanted: DatasetType,
  name: string,
  { mode, title }: CreateDataset,
): void {
  const again =
    wanted === "MATERIALIZED_VIEW" ? "CREATE OR REPLACE MATERIALIZED VIEW" : "CREATE OR REFRESH STREAMING TABLE";
  const type = snapshot === undefined ? undefined : datasetType(snapshot);
  const owner = snapshot?.metadata.configuration[PIPELINE_ID];
  if (type === undefined || owner === undefined) throw alreadyExists(name, is, "Drop it, or choose another name.");
  if (owner !== SQL_STATEMENT) throw ofPipeline(type, mode === "create" ? title : again, name, owner);
  if (type !== wanted) throw otherType(name, type, wanted);
  if (mode === "create") throw alreadyExists(name, is, `Write ${again}, IF NOT EXISTS, or another name.`);
}

async function refreshDataset(statement: Of<"refresh-dataset">, context: StatementContext): Promise<StatementResult> {
  const { runtime } = context;
  const { object, name: parts, full, inBackground } = statement;
  const found = await foundAt(runtime, parts);
  const wanted = object === "table" ? undefined : TYPES[object];
  const title = `REFRESH ${object.replace("-", " ").toUpperCase()}`;
  const operation = `${title}${full ? " FULL" : ""}`;
  const identifier = qualify(parts, runtime.state.current);
  const name = identifierText(identifier);
  // Throws TABLE_OR_VIEW_NOT_FOUND, with names that are near.
  if (found === undefined) await runtime.catalog.require(identifier);
  const type = found?.snapshot === undefined ? undefined : datasetType(found.snapshot);
  if (found?.snapshot === undefined || type === undefined || (wanted !== undefined && type !== wanted))
    throw otherThan(wanted ?? "STREAMING_TABLE", operation, name, found?.is ?? "nothing");
  const kept = keptDefinition(found.snapshot);
  if (kept === undefined)
    throw ofPipeline(type, operation, name, found.snapshot.metadata.configuration[PIPELINE_ID] ?? "unknown");
  const isKept = found.snapshot.metadata.configuration[RESET_ALLOWED]?.toLowerCase() === "false";
  if (full && isKept) throw notResettable([name]);
  const notices = inBackground ? ["ASYNC: nothing runs in the background here; the refresh was waited for."] : [];
  for (const message of notices) runtime.report({ kind: "warning", message });
  return fill({ context, kept, identifier, full, found: found.snapshot, title, notices });
}

interface Filling {
  readonly context: StatementContext;
  readonly kept: KeptDefinition;
  readonly identifier: TableIdentifier;
  readonly full: boolean;
  /** The table as it stands. */
  readonly found: Snapshot | undefined;
  readonly title: string;
  /** What the statement asks for and does not get. */
  readonly notices: readonly string[];
}

async function fill(filling: Filling): Promise<StatementResult> {
  const { context, kept, identifier, full, found, title, notices } = filling;
  const { runtime, executor, rows } = await datasetQuery(context, kept, identifier);
  const target = targetOf(kept, identifier, await rows.schema());
  const { expectations: rules } = kept.statement.definition;
  const request = { flow: FLOW, rows, target, expectations: rules.map(expectationOf) };
  const name = identifierText(identifier);
  const said = (what: string) => done([`${title} ${name}: ${what}`, ...notices].join(". "));
  if (kept.statement.dataset === "materialized-view")
    return said(refreshText(await refreshView(runtime, executor, { ...request, full })));
  if (found !== undefined && !full) {
    const { configuration, description } = found.metadata;
    await alignTable(context.executor.session, name, target, { properties: configuration, comment: description });
  }
  const start = full ? "full" : "continue";
  const result = await appendFlow(runtime, { ...request, byName: true, start, once: false });
  return said(appendText(result));
}

function targetOf(kept: KeptDefinition, { catalog, schema, name }: TableIdentifier, inferred: StructType): FlowTarget {
  const { columnComments, comment, partitionedBy, clusterBy, constraints } = kept.statement.definition;
  const isCommented = Object.keys(columnComments).length > 0;
  const schemaDdl = isCommented ? commentedDdl(inferred, columnComments) : kept.statement.definition.schemaDdl;
  return {
    table: [catalog, schema, name],
    ...(schemaDdl === undefined ? {} : { schemaDdl }),
    ...(comment === undefined ? {} : { comment }),
    partitionBy: partitionedBy,
    clusterBy,
    constraints,
    properties: datasetProperties(kept),
  };
}

/** The columns as the query gives them, with the comments that the statement gives. */
function commentedDdl({ fields }: StructType, comments: Readonly<Record<string, string>>): string {
  const columns = fields.map((one) => {
    const comment = comments[one.name];
    const type = schemaText(struct([{ ...one, nullable: true }]));
    return comment === undefined ? type : `${type} COMMENT ${stringLiteral(comment)}`;
  });
  return columns.join(", ");
}

function refreshText({ version, technique, reason, published, quarantined }: RefreshResult): string {
  if (technique === "NO_OP") return "up to date, NO_OP";
  const how = `${technique}${reason === undefined ? "" : ` (${reason})`}`;
  return `${version === undefined ? "" : `version ${version}, `}${rowsOf(published)} written${heldBack(quarantined)}, ${how}`;
}

function appendText({ version, published, quarantined, malformed }: FlowResult): string {
  if (version === undefined) return "nothing new";
  const lines = malformed === 0n ? "" : `, ${malformed} malformed lines`;
  return `version ${version}, ${rowsOf(published)} added${heldBack(quarantined)}${lines}`;
}

function rowsOf(count: bigint): string {
  return count === 1n ? "1 row" : `${count} rows`;
}

function heldBack(rows: bigint): string {
  return rows === 0n ? "" : `, ${rows} held back`;
}

async function scheduleDataset(statement: Of<"schedule-dataset">, context: StatementContext): Promise<StatementResult> {
  const { runtime } = context;
  const { object, name: parts, schedule } = statement;
  const operation = `ALTER ${object.replace("-", " ").toUpperCase()}`;
  const found = await foundAt(runtime, parts);
  const identifier = qualify(parts, runtime.state.current);
  if (found === undefined) await runtime.catalog.require(identifier);
  const name = identifierText(identifier);
  if (found?.snapshot === undefined || datasetType(found.snapshot) !== TYPES[object])
    throw otherThan(TYPES[object], operation, name, found?.is ?? "nothing");
  const message = `${schedule ?? "DROP SCHEDULE"} changes nothing here: ${INSTEAD_OF_SCHEDULE}.`;
  runtime.report({ kind: "warning", message });
  return done(`${operation} ${name}: ${message}`);
}
