/** UNION, INTERSECT and EXCEPT: columns by position or by name, brought to their least common types. */
import { type DataType, sameType } from "../../schema/data-type.js";
import type { SetQuery } from "../ast.js";
import { widerType } from "../coercion/coercion.js";
import { analysisError, sqlType, unresolvedColumn } from "./analysis-errors.js";
import { requireComparable } from "./comparable-rows.js";
import { limitSql } from "./order-by.js";
import { orderedRows } from "./ordered-rows.js";
import { allOrigins } from "./origins.js";
import { coerceOutput, reorder } from "./output-columns.js";
import type { Environment, OutputColumn, QueryOutput } from "./scope.js";

/** Throws NUM_COLUMNS_MISMATCH, INCOMPATIBLE_COLUMN_TYPE; BY NAME: UNRESOLVED_COLUMN.WITH_SUGGESTION for a missing name. */
export function compileSetQuery(query: SetQuery, environment: Environment): QueryOutput {
  const { analysis } = environment;
  const left = analysis.query(query.left, environment, false);
  const given = analysis.query(query.right, environment, false);
  if (left.output.length !== given.output.length) throw columnsMismatch(query, left, given);
  if (query.operator !== "union" || !query.all) requireComparable([...left.output, ...given.output]);
  const right = query.byName ? byName(left, given, environment) : given;
  const types = left.output.map((one, i) => commonColumnType(query, one, right.output[i] ?? one, i));
  const operator = `${query.operator.toUpperCase()}${query.all ? " ALL" : ""}`;
  const sides = [left, right].map((side) => `(${coerceOutput(side, types, environment)})`);
  const output = left.output.map(
    (one, i): OutputColumn => ({
      name: one.name,
      engineName: one.engineName,
      dataType: types[i] ?? one.dataType,
      nullable: nullableOf(query, one, right.output[i]),
      qualifiers: [],
      id: analysis.unique("c"),
      // EXCEPT takes nothing of its right side.
      ...allOrigins(query.operator === "except" ? [one] : [one, right.output[i]]),
    }),
  );
  const rows = sides.join(` ${operator} `);
  const sql = query.orderBy.length > 0 ? orderedRows(rows, output, query.orderBy, environment) : rows;
  return {
    sql: `${sql}${limitSql(query, environment)}`,
    output,
    ordered: query.orderBy.length > 0,
    deterministic: left.deterministic && right.deterministic,
  };
}

function nullableOf(query: SetQuery, left: OutputColumn, right: OutputColumn | undefined): boolean {
  if (query.operator === "union") return left.nullable || (right?.nullable ?? true);
  if (query.operator === "intersect") return left.nullable && (right?.nullable ?? true);
  return left.nullable;
}

function commonColumnType(query: SetQuery, left: OutputColumn, right: OutputColumn, index: number): DataType {
  const type = sameType(left.dataType, right.dataType) ? left.dataType : widerType(left.dataType, right.dataType);
  if (type) return type;
  throw analysisError(
    "INCOMPATIBLE_COLUMN_TYPE",
    "42825",
    `${query.operator.toUpperCase()} can only be performed on tables with compatible column types. Column ${index + 1} is ${sqlType(right.dataType)} in the second table and ${sqlType(left.dataType)} in the first.`,
    {
      cure: "Cast one of them.",
      parameters: { dataType1: sqlType(right.dataType), dataType2: sqlType(left.dataType) },
    },
  );
}

function columnsMismatch(query: SetQuery, left: QueryOutput, right: QueryOutput): Error {
  return analysisError(
    "NUM_COLUMNS_MISMATCH",
    "42826",
    `${query.operator.toUpperCase()} can only be performed on inputs with the same number of columns, but the first input has ${left.output.length} columns and the second input has ${right.output.length} columns.`,
  );
}

function byName(left: QueryOutput, right: QueryOutput, environment: Environment): QueryOutput {
  const order = left.output.map((wanted) => {
    const column = right.output.find((one) => one.name.toLowerCase() === wanted.name.toLowerCase());
    if (column) return column;
    throw unresolvedColumn(
      [wanted.name],
      right.output.map((one) => [one.name]),
    );
  });
  return reorder(right, order, environment);
}
