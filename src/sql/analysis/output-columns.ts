/** A compiled query's columns cast, put in another order or given other names. */
import type { DataType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { analysisError } from "./analysis-errors.js";
import { coerce } from "./implicit-cast.js";
import type { Environment, OutputColumn, QueryOutput } from "./scope.js";

/** The query's SQL with its columns as the given types, in order; itself where they are so already. */
export function coerceOutput(query: QueryOutput, types: readonly DataType[], environment: Environment): string {
  const { analysis } = environment;
  const alias = engineName(analysis.unique("q"));
  const columns = query.output.map((column, i) => {
    const name = engineName(column.engineName);
    const sql = `${alias}.${name}`;
    const { dataType, nullable } = column;
    return { sql, name, cast: coerce({ sql, dataType, nullable }, types[i] ?? dataType, analysis.context).sql };
  });
  if (columns.every((one) => one.sql === one.cast)) return query.sql;
  return `SELECT ${columns.map((one) => `${one.cast} AS ${one.name}`).join(", ")} FROM (${query.sql}) AS ${alias}`;
}

/** The query with these of its columns in this order. */
export function reorder(query: QueryOutput, order: readonly OutputColumn[], environment: Environment): QueryOutput {
  if (order.every((one, i) => one === query.output[i])) return query;
  const alias = engineName(environment.analysis.unique("q"));
  const list = order.map((one) => `${alias}.${engineName(one.engineName)}`).join(", ");
  return { ...query, sql: `SELECT ${list} FROM (${query.sql}) AS ${alias}`, output: order };
}

/** The columns under other names; none given: as they are. Throws the condition where their number is not the same. */
export function renamed<Column extends { readonly name: string; readonly hidden?: boolean }>(
  columns: readonly Column[],
  names: readonly string[],
  condition = "ASSIGNMENT_ARITY_MISMATCH",
): readonly Column[] {
  if (names.length === 0) return columns;
  const visible = columns.filter((one) => !one.hidden);
  if (visible.length !== names.length) {
    throw analysisError(
      condition,
      "42802",
      `The number of columns assigned (${names.length}) does not match that of the source (${visible.length}).`,
      { parameters: { numExpr: String(names.length), numTarget: String(visible.length) } },
    );
  }
  return [...visible.map((one, i) => ({ ...one, name: names[i] ?? one.name })), ...columns.filter((one) => one.hidden)];
}
