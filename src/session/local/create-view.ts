/** CREATE VIEW: checked when it is made, so that reading it later holds no surprise. */
import {
  identifierText,
  qualify,
  type SchemaIdentifier,
  type TableIdentifier,
} from "../../catalog/table-identifier.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import { parseQuery } from "../../sql/parse/parse.js";
import type { Statement } from "../../sql/statement.js";
import type { Runtime } from "./runtime.js";
import { done, type StatementContext, type StatementResult } from "./statement-context.js";

type CreateView = Extract<Statement, { kind: "create-view" }>;

export async function createView(statement: CreateView, context: StatementContext): Promise<StatementResult> {
  const { runtime, executor } = context;
  const plan = context.queryPlan(statement.queryText);
  const names = (await executor.schema(plan)).fields.map((one) => one.name);
  checkColumns(statement, names);
  if (statement.temporary) {
    const name = statement.view[statement.view.length - 1] ?? "";
    const list = statement.columns.map((one) => quoteName(one.name)).join(", ");
    const text = list === "" ? statement.queryText : `SELECT * FROM (${statement.queryText}\n) AS v(${list})`;
    await executor.createTempView(name, context.queryPlan(text), statement.orReplace);
    return done(`CREATE TEMPORARY VIEW ${name}`);
  }
  const identifier = qualify(statement.view, runtime.state.current);
  const existing = await runtime.catalog.lookup(identifier);
  if (existing?.kind === "table") throw viewAlreadyExists(identifierText(identifier), "a table");
  if (existing) await checkNotRecursive(runtime, identifier, statement.queryText, runtime.state.current);
  const { columns, comment, queryText: query } = statement;
  const entry = { kind: "view", identifier, query, columns, current: runtime.state.current } as const;
  const result = await runtime.catalog.createView(
    comment === undefined ? entry : { ...entry, comment },
    statement.orReplace,
  );
  if (result === "exists" && !statement.ifNotExists) throw viewAlreadyExists(identifierText(identifier), "a view");
  return done(`CREATE VIEW ${identifierText(identifier)}`);
}

function checkColumns({ view, columns }: CreateView, names: readonly string[]): void {
  const name = view.join(".");
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
async function checkNotRecursive(
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
