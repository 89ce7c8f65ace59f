/** CREATE VIEW: checked when it is made, so that reading it later holds no surprise. */
import {
  identifierText,
  qualify,
  type SchemaIdentifier,
  type TableIdentifier,
} from "../../catalog/table-identifier.js";
import type { ViewEntry } from "../../catalog/warehouse-catalog.js";
import { planNode } from "../../dataframe/plan-id.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import { generatorOf } from "../../sql/analysis/expression-tree.js";
import type { Query } from "../../sql/ast.js";
import { expressionText, parseQuery } from "../../sql/parse/parse.js";
import type { Statement } from "../../sql/statement.js";
import type { Runtime } from "./runtime.js";
import { done, type StatementContext, type StatementResult } from "./statement-context.js";

type CreateView = Extract<Statement, { kind: "create-view" }>;

export async function createView(statement: CreateView, context: StatementContext): Promise<StatementResult> {
  if (statement.temporary) return createTemporaryView(statement, context);
  const { runtime } = context;
  const identifier = qualify(statement.view, runtime.state.current);
  const existing = await runtime.catalog.lookup(identifier);
  const taken = existing !== undefined && !(existing.kind === "view" && statement.orReplace);
  if (taken && statement.ifNotExists) return done(`CREATE VIEW: ${identifierText(identifier)} exists already`);
  if (taken) throw viewAlreadyExists(identifierText(identifier), `a ${existing.kind}`);
  const entry = await viewEntry(statement, identifier, context);
  if (existing) await checkNotRecursive(runtime, identifier, statement.queryText, runtime.state.current);
  const result = await runtime.catalog.createView(entry, statement.orReplace);
  if (result === "exists" && !statement.ifNotExists) throw viewAlreadyExists(identifierText(identifier), "a view");
  return done(`CREATE VIEW ${identifierText(identifier)}`);
}

/** What the catalog keeps of a view, its query checked. */
export async function viewEntry(
  statement: Pick<CreateView, "query" | "queryText" | "columns" | "comment" | "properties" | "schemaMode">,
  identifier: TableIdentifier,
  context: StatementContext,
): Promise<ViewEntry> {
  const { columns, comment, properties, queryText: query, schemaMode } = statement;
  if (columns.length === 0) checkAliases(statement.query, identifier);
  const schema = await context.withQuery(statement.query, (read) => Promise.resolve(read.schema), {
    kind: "VIEW",
    identifier,
  });
  const names = schema.fields.map((one) => one.name);
  checkColumns(identifier.name, columns, names);
  return {
    kind: "view",
    identifier,
    query,
    columns,
    current: context.runtime.state.current,
    output: schema.fields.map(({ name, dataType }) => ({ name, type: typeText(dataType) })),
    created: Date.now(),
    ...(comment === undefined ? {} : { comment }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(schemaMode === undefined ? {} : { schemaMode }),
  };
}

async function createTemporaryView(statement: CreateView, context: StatementContext): Promise<StatementResult> {
  const { columns, view, global, queryText, orReplace } = statement;
  if (statement.ifNotExists) throw temporaryIfNotExists();
  const name = view.at(-1) ?? "";
  const schema = await context.executor.schema(context.queryPlan(queryText));
  checkColumns(
    name,
    columns,
    schema.fields.map((one) => one.name),
  );
  const list = columns.map((one) => quoteName(one.name)).join(", ");
  const text = list === "" ? queryText : `SELECT * FROM (${queryText}\n) AS v(${list})`;
  let plan = context.queryPlan(text);
  for (const { name: column, comment } of columns) {
    if (comment !== undefined) plan = planNode({ kind: "with-metadata", input: plan, column, metadata: { comment } });
  }
  await context.executor.createTempView(name, plan, orReplace, global);
  return done(`CREATE ${global ? "GLOBAL " : ""}TEMPORARY VIEW ${name}`);
}

/** A view that is kept must not have columns named by Spark's own rendering of an expression. */
function checkAliases(query: Query, view: TableIdentifier): void {
  const body = query.kind === "with" ? query.body : query;
  if (body.kind === "set") {
    checkAliases(body.left, view);
    return;
  }
  if (body.kind !== "select") return;
  const unnamed = body.projection.find(
    (one) => one.kind === "call" || one.kind === "case" || one.kind === "scalar-query",
  );
  if (unnamed === undefined || generatorOf(unnamed)) return;
  throw new LakeletError({
    condition: "CREATE_PERMANENT_VIEW_WITHOUT_ALIAS",
    sqlState: "0A000",
    problem: `The permanent view ${identifierText(view)} has no name for the column ${expressionText(unnamed)}.`,
    cure: "Give it one: expression AS name.",
    parameters: { name: identifierText(view), attr: expressionText(unnamed) },
  });
}

function temporaryIfNotExists(): LakeletError {
  return new LakeletError({
    condition: "_LEGACY_ERROR_TEMP_0053",
    sqlState: "42601",
    problem: "It is not allowed to define a TEMPORARY view with IF NOT EXISTS.",
    cure: "Write CREATE OR REPLACE TEMPORARY VIEW.",
  });
}

/** Throws CREATE_VIEW_COLUMN_ARITY_MISMATCH, COLUMN_ALREADY_EXISTS. */
export function checkColumns(
  name: string,
  columns: readonly { readonly name: string }[],
  names: readonly string[],
): void {
  if (columns.length > 0 && columns.length !== names.length) {
    throw new LakeletError({
      condition: `CREATE_VIEW_COLUMN_ARITY_MISMATCH.${columns.length < names.length ? "TOO_MANY_DATA_COLUMNS" : "NOT_ENOUGH_DATA_COLUMNS"}`,
      sqlState: "21S01",
      problem: `The view ${name} names ${columns.length} columns (${columns.map((one) => one.name).join(", ")}), but its query gives ${names.length} (${names.join(", ")}).`,
      cure: "Name each column of the query, or none.",
    });
  }
  const given = columns.length > 0 ? columns.map((one) => one.name) : names;
  const lower = given.map((one) => one.toLowerCase());
  const twice = given.find((_, i) => lower.indexOf(lower[i] ?? "") !== i);
  if (twice === undefined) return;
  throw new LakeletError({
    condition: "COLUMN_ALREADY_EXISTS",
    sqlState: "42711",
    problem: `The view ${name} would have two columns ${twice}.`,
    cure: "Give one of them another name with AS.",
    parameters: { columnName: twice },
  });
}

/** A view that is replaced must not be read by its new query, be it through other views. */
export async function checkNotRecursive(
  runtime: Runtime,
  view: TableIdentifier,
  query: string,
  current: SchemaIdentifier,
  path: readonly string[] = [identifierText(view)],
): Promise<void> {
  const tree = parseQuery(query);
  const own = ctesOf(tree);
  for (const name of tablesOf(tree)) {
    if (name.length > 3 || (name.length === 1 && own.includes(name[0]?.toLowerCase() ?? ""))) continue;
    const read = await runtime.catalog.lookup(qualify(name, current));
    if (read?.kind !== "view") continue;
    const text = identifierText(read.identifier);
    if (text.toLowerCase() === path[0]?.toLowerCase()) throw recursiveView([...path, text]);
    if (!path.includes(text)) await checkNotRecursive(runtime, view, read.query, read.current, [...path, text]);
  }
}

/** Names that the query reads, however deep. */
function tablesOf(tree: unknown): readonly (readonly string[])[] {
  if (typeof tree !== "object" || tree === null) return [];
  const { kind, name } = tree as { readonly kind?: unknown; readonly name?: unknown };
  const own = kind === "table" && Array.isArray(name) ? [name as readonly string[]] : [];
  return [...own, ...Object.values(tree).flatMap(tablesOf)];
}

/** Names that the query gives to its own parts. */
function ctesOf(tree: unknown): readonly string[] {
  if (typeof tree !== "object" || tree === null) return [];
  const { kind, ctes } = tree as { readonly kind?: unknown; readonly ctes?: readonly { readonly name: string }[] };
  const own = kind === "with" ? (ctes ?? []).map(({ name }) => name.toLowerCase()) : [];
  return [...own, ...Object.values(tree).flatMap(ctesOf)];
}

function recursiveView(path: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "RECURSIVE_VIEW",
    sqlState: "42K0H",
    problem: `The view would read itself: ${path.join(" -> ")}.`,
    cure: "Read the tables below instead.",
  });
}

function viewAlreadyExists(name: string, what: string): LakeletError {
  return new LakeletError({
    condition: "TABLE_OR_VIEW_ALREADY_EXISTS",
    sqlState: "42P07",
    problem: `There is ${what} ${name} already.`,
    cure: "Write CREATE OR REPLACE, or choose another name.",
  });
}
