/** PIVOT: rows to columns, a group for each combination of the columns that it does not name. */

import { engineName } from "../../schema/engine-type.js";
import type { Expression, FromItem } from "../ast.js";
import { prettyName } from "../parse/pretty-name.js";
import type { Typed } from "../typed.js";
import { analysisError } from "./analysis-errors.js";
import { type Block, fromSql } from "./block.js";
import { compileExpression } from "./expression.js";
import { hasAggregate, namesIn } from "./expression-tree.js";
import { findColumn } from "./name-resolution.js";
import { originsField, withOrigins } from "./origins.js";
import { OutputNames } from "./output-names.js";
import type { Environment, GroupedRows, Scope, ScopeColumn } from "./scope.js";

type PivotItem = Extract<FromItem, { kind: "pivot" }>;

export function pivotBlock(item: PivotItem, input: Block, environment: Environment): Block {
  const { analysis } = environment;
  const scope: Scope = { environment, columns: input.columns };
  for (const aggregate of item.aggregates) {
    if (!hasAggregate(aggregate)) throw notAggregate(aggregate);
  }
  const keys = groupingColumns(item, input.columns);
  const names = new OutputNames();
  const alias = engineName(analysis.unique("p"));
  const outputs = [
    ...keys.map((key) => ({ name: key.name, sql: key.sql, column: key })),
    ...item.values.flatMap((value) => valueColumns(item, value, scope)),
  ].map((one) => ({ ...one, engine: names.add(one.name) }));
  const list = outputs.map((one) => `${one.sql} AS ${engineName(one.engine)}`).join(", ");
  const behind = keys.length > 0 ? ` GROUP BY ${keys.map((_, i) => i + 1).join(", ")}` : "";
  const columns = outputs.map(
    ({ name, engine, column }): ScopeColumn => ({
      name,
      engineName: engine,
      dataType: column.dataType,
      nullable: column.nullable,
      qualifiers: [],
      sql: `${alias}.${engineName(engine)}`,
      id: analysis.unique("c"),
      ...originsField(column.origins),
    }),
  );
  return { from: () => `(SELECT ${list}${fromSql(input)}${behind}) AS ${alias}`, alias, columns, where: [] };
}

/** All columns that neither the aggregates nor FOR name. */
function groupingColumns(item: PivotItem, columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  const named = new Set(
    [...item.aggregates, ...item.on]
      .flatMap((one) => namesIn(one))
      .map((parts) => findColumn(parts, columns)?.column.id),
  );
  return columns.filter((one) => !one.hidden && !named.has(one.id));
}

type PivotValue = PivotItem["values"][number];

function valueColumns(item: PivotItem, value: PivotValue, scope: Scope) {
  const equal = item.on.map((on, i): Expression => {
    const other = value.values[i] ?? { kind: "literal", dataType: { kind: "void" }, value: null };
    return { kind: "call", name: "<=>", args: [on, other] };
  });
  const condition = equal.map((one) => compileExpression(one, scope).sql).join(" AND ");
  const valueName = value.name ?? valueText(value.values, scope);
  return item.aggregates.map((aggregate) => {
    const { analysis } = scope.environment;
    const { value: column, origins } = withOrigins(analysis, () => filteredAggregate(aggregate, condition, scope));
    const own = aggregate.kind === "alias" ? (aggregate.names[0] ?? "") : prettyName(aggregate);
    const name = item.aggregates.length === 1 ? valueName : `${valueName}_${own}`;
    // A value without rows is NULL in Spark, count included.
    const sql = `CASE WHEN count(*) FILTER (WHERE ${condition}) > 0 THEN ${column.sql} END`;
    return { name, sql, column: { dataType: column.dataType, nullable: true, ...originsField(origins) } };
  });
}

/** The aggregates of the expression over the rows of one value only. */
function filteredAggregate(expression: Expression, condition: string, scope: Scope): Typed {
  const rows: GroupedRows = {
    input: scope,
    implicit: false,
    key: () => undefined,
    keyColumn: () => undefined,
    filter: condition,
    aggregate: (sql, result) => ({ ...result, sql }),
    groupingKeys: undefined,
    keySql: () => undefined,
  };
  return compileExpression(expression, { ...scope, columns: [], grouped: rows });
}

function valueText(values: readonly Expression[], scope: Scope): string {
  const texts = values.map((one) => compileExpression(one, scope).literal?.value ?? "null");
  return texts.length === 1 ? (texts[0] ?? "null") : `{${texts.join(", ")}}`;
}

function notAggregate(expression: Expression): Error {
  return analysisError(
    "_LEGACY_ERROR_TEMP_1006",
    "42K0E",
    `Aggregate expression required for pivot, but '${prettyName(expression)}' did not appear in any aggregate function.`,
  );
}
