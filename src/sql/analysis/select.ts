/** SELECT: FROM, WHERE, grouping, projection, QUALIFY, DISTINCT, ORDER BY and LIMIT as one engine SELECT over nested ones. */
import { engineName } from "../../schema/engine-type.js";
import type { SelectQuery } from "../ast.js";
import { unsupportedFeature } from "../functions/function-errors.js";
import { type Block, fromSql } from "./block.js";
import { requireComparable } from "./comparable-rows.js";
import { compileCondition, compileExpression } from "./expression.js";
import { hasAggregate } from "./expression-tree.js";
import { compileFrom } from "./from-clause.js";
import { applyLateralView } from "./generator.js";
import { groupingSets } from "./group-by.js";
import { group } from "./grouping.js";
import { limitSql, orderBySql, outputAliases, type SortTarget } from "./order-by.js";
import { orderedRows } from "./ordered-rows.js";
import { originsField } from "./origins.js";
import { OutputNames } from "./output-names.js";
import { checkPipe, withInputColumns } from "./pipe-step.js";
import { expandItems, type Item, type ProjectedItem, project } from "./projection.js";
import type { AliasScope, Environment, OutputColumn, QueryOutput, Scope } from "./scope.js";
import { withTimeWindows } from "./time-windows.js";

type ScopeOf = (block: Block) => Scope;

/** Rows and the scope over them. */
interface Stage {
  readonly block: Block;
  readonly scopeOf: ScopeOf;
}

/** `hidden`: hidden columns of the rows stay in the output, for a query around this one. */
export function compileSelect(given: SelectQuery, environment: Environment, hidden: boolean): QueryOutput {
  const before = environment.analysis.effects.nondeterministic;
  const plain = compileSource(given, environment);
  const written = withInputColumns(given, plain.scopeOf(plain.block));
  const listed = expandItems(written.projection, plain.scopeOf(plain.block));
  checkPipe(written);
  const { query, items, ...source } = withTimeWindows({ ...plain, query: written, items: listed });
  const grouped = isGrouped(query, items);
  const stage = grouped ? groupStage(query, items, source) : source;
  const { block, items: projected } = project(stage.block, items, stage.scopeOf);
  const within = stage.scopeOf(block);
  const keepsHidden = hidden && !grouped && !query.distinct;
  const output = outputOf(projected, keepsHidden ? block : undefined, environment);
  if (query.distinct) requireComparable(output.map((one) => one.column));
  const list = output.map((one) => `${one.sql} AS ${engineName(one.column.engineName)}`).join(", ");
  const qualify = query.qualify ? qualifySql(query, projected, within) : "";
  const select = `SELECT ${query.distinct ? "DISTINCT " : ""}${list}`;
  // Asked for last: ORDER BY may add aggregates to the rows that FROM names.
  const tail = () => `${fromSql(block)}${qualify}`;
  const ordered = query.distinct
    ? orderDistinct(query, `${select}${tail()}`, output, environment)
    : orderPlain(query, select, tail, projected, within);
  return {
    sql: `${ordered}${limitSql(query, environment)}`,
    output: output.map((one) => one.column),
    ordered: query.orderBy.length > 0,
    deterministic: environment.analysis.effects.nondeterministic === before,
  };
}

function compileSource(query: SelectQuery, environment: Environment): Stage {
  const windows = new Map(Object.entries(query.windows).map(([name, spec]) => [name.toLowerCase(), spec]));
  const scopeOf: ScopeOf = (block) => ({ environment, columns: block.columns, windows });
  const from = query.lateralViews.reduce(
    (block, view) => applyLateralView(block, view, scopeOf),
    compileFrom(query.from, environment),
  );
  if (!query.where) return { block: from, scopeOf };
  const scope: Scope = {
    ...scopeOf(from),
    refusesAggregates: "INVALID_WHERE_CONDITION",
    refusesWindows: "WHERE",
  };
  const where = compileCondition(query.where, scope, "WHERE");
  return { block: { ...from, where: [...from.where, where.sql] }, scopeOf };
}

function isGrouped(query: SelectQuery, items: readonly Item[]): boolean {
  if (query.groupBy || query.having) return true;
  const sorted = query.orderBy.map((one) => one.expression);
  return [...items.map((one) => one.expression), ...sorted, ...(query.qualify ? [query.qualify] : [])].some(
    hasAggregate,
  );
}

function groupStage(query: SelectQuery, items: readonly Item[], source: Stage): Stage {
  const { rows, block } = group(
    source.block,
    source.scopeOf,
    groupingSets(query.groupBy, items, source.scopeOf(source.block)),
  );
  const scopeOf: ScopeOf = (one) => ({ ...source.scopeOf(one), grouped: rows });
  if (!query.having) return { block, scopeOf };
  const aliases = groupedAliases(items, scopeOf(block));
  const having = compileCondition(query.having, { ...scopeOf(block), aliases, refusesWindows: "HAVING" }, "HAVING");
  return { block: { ...block, where: [having.sql] }, scopeOf };
}

/** Aliases of the SELECT list for HAVING, compiled where they are named. */
function groupedAliases(items: readonly Item[], scope: Scope, first = true): AliasScope {
  const named = items.filter((one) => one.aliased);
  return {
    first,
    names: named.map((one) => one.name),
    lookup(name) {
      const index = named.findIndex((one) => one.name.toLowerCase() === name);
      const expression = named[index]?.expression;
      if (!expression) return undefined;
      // An alias may in turn name those before it.
      return compileExpression(expression, { ...scope, aliases: groupedAliases(named.slice(0, index), scope, false) });
    },
  };
}

function qualifySql(query: SelectQuery, projected: readonly ProjectedItem[], scope: Scope): string {
  if (!query.qualify) return "";
  const condition = compileCondition(
    query.qualify,
    { ...scope, aliases: outputAliases(targetsOf(projected), false) },
    "QUALIFY",
  );
  return ` QUALIFY ${condition.sql}`;
}

interface Output {
  readonly sql: string;
  readonly column: OutputColumn;
}

function outputOf(
  items: readonly ProjectedItem[],
  hiddenOf: Block | undefined,
  environment: Environment,
): readonly Output[] {
  const names = new OutputNames();
  const visible = items.map(({ name, value, column, origins }): Output => {
    const { dataType, nullable } = value;
    const id = column?.id ?? environment.analysis.unique("c");
    const qualifiers = column && sameName(column.name, name) ? column.qualifiers : [];
    const engine = names.add(name);
    const made = originsField(origins);
    return { sql: value.sql, column: { name, dataType, nullable, engineName: engine, qualifiers, id, ...made } };
  });
  if (visible.length === 0) {
    throw unsupportedFeature(
      "A row without columns is not supported.",
      "Name a source after FROM, or give SELECT a value.",
    );
  }
  const carried = hiddenOf?.columns.filter((one) => one.hidden && !one.internal && !one.qualifiedOnly) ?? [];
  const hidden = carried.map((column): Output => {
    const { name, dataType, nullable, qualifiers, id, origins } = column;
    const kept = { name, dataType, nullable, qualifiers, id, ...originsField(origins) };
    return { sql: column.sql, column: { ...kept, engineName: names.add(name), hidden: true } };
  });
  return [...visible, ...hidden];
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function targetsOf(items: readonly ProjectedItem[]): readonly SortTarget[] {
  return items.map(({ name, value, aliased, column }) => ({
    name,
    value,
    qualifiedOnly: column?.qualifiedOnly === true && !aliased,
  }));
}

function orderPlain(
  query: SelectQuery,
  select: string,
  tail: () => string,
  items: readonly ProjectedItem[],
  scope: Scope,
): string {
  const order = orderBySql(query.orderBy, targetsOf(items), scope);
  return `${select}${tail()}${order}`;
}

/** What DISTINCT leaves is all that ORDER BY can name. */
function orderDistinct(query: SelectQuery, sql: string, output: readonly Output[], environment: Environment): string {
  if (query.orderBy.length === 0) return sql;
  return orderedRows(
    sql,
    output.map((one) => one.column),
    query.orderBy,
    environment,
  );
}
