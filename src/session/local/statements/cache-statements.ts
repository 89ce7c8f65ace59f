/** CACHE, UNCACHE, REFRESH, CLEAR CACHE and ANALYZE: tables are read afresh and bear their statistics, so little is left to do. */
import { qualify } from "../../../catalog/table-identifier.js";
import type { CatalogStatement } from "../../../sql/catalog-statement.js";
import type { Statement } from "../../../sql/statement.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";
import { schemaIdentifier } from "./schema-names.js";

const AFRESH = "tables are read afresh each time, nothing to do";

/** `CACHE TABLE name AS query` makes a temporary view of the rows that the query gives now. */
export async function cacheQuery(
  { name, queryText }: Extract<CatalogStatement, { kind: "cache-query" }>,
  context: StatementContext,
): Promise<StatementResult> {
  const { executor } = context;
  const plan = await executor.cache(context.queryPlan(queryText));
  await executor.createTempView(name, plan, false);
  return done(`CACHE TABLE ${name}`);
}

export async function cacheTable(
  statement: Extract<Statement, { kind: "cache" | "uncache" | "refresh" }>,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const { kind, table } = statement;
  const said = `${kind.toUpperCase()} TABLE: ${AFRESH}`;
  const [only = ""] = table;
  if (table.length === 1 && runtime.tempViews.has(only.toLowerCase())) return done(said);
  if (kind === "uncache" && statement.ifExists) return done(said);
  if (kind === "refresh" && !(await runtime.catalog.lookup(qualify(table, runtime.state.current)))) return done(said);
  await runtime.catalog.require(qualify(table, runtime.state.current));
  return done(said);
}

export async function analyze(
  { table, schema }: Extract<CatalogStatement, { kind: "analyze" }>,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  if (table) await runtime.catalog.require(qualify(table, runtime.state.current));
  else await runtime.catalog.requireSchema(schemaIdentifier(schema, runtime));
  return done("ANALYZE: each file's statistics are in the table's log since it was written, nothing to do");
}
