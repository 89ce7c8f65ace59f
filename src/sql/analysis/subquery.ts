/** Queries as expressions: EXISTS, IN (SELECT ...), scalar subqueries; correlated ones see the scope around them. */
import { BOOLEAN, INTEGER } from "../../schema/data-type.js";
import type { Expression, Query } from "../ast.js";
import { widerType } from "../coercion/coercion.js";
import type { FunctionContext, Typed } from "../typed.js";
import { analysisError, noCommonType } from "./analysis-errors.js";
import { traitsOf } from "./branches.js";
import { coerce } from "./implicit-cast.js";
import { readOrigins } from "./origins.js";
import { coerceOutput } from "./output-columns.js";
import type { QueryOutput, Scope } from "./scope.js";

type Compile = (expression: Expression) => Typed;

function compileInner(query: Query, scope: Scope): QueryOutput {
  if (scope.variables && scope.variables.size > 0) throw inLambda();
  const { analysis, commonTables } = scope.environment;
  return analysis.query(query, { analysis, commonTables, outer: scope }, false);
}

export function inLambda(): Error {
  return analysisError(
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION",
    "0A000",
    "Subquery expressions are not supported within higher-order functions.",
    { cure: "Compute it in a subquery of FROM." },
  );
}

export function compileExists(query: Query, scope: Scope): Typed {
  const { sql, deterministic } = compileInner(query, scope);
  return { sql: `EXISTS (${sql})`, dataType: BOOLEAN, nullable: false, ...(deterministic ? {} : { deterministic }) };
}

/** Throws INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN. More than one row is a run-time error. */
export function compileScalarQuery(query: Query, scope: Scope): Typed {
  const { sql, output, deterministic } = compileInner(query, scope);
  const [column] = output;
  if (column === undefined || output.length > 1) {
    throw analysisError(
      "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
      "42823",
      `A scalar subquery must return only one column, but it returns ${output.length}.`,
      { parameters: { number: String(output.length) } },
    );
  }
  readOrigins(scope.environment.analysis, column);
  return { sql: `(${sql})`, dataType: column.dataType, nullable: true, ...(deterministic ? {} : { deterministic }) };
}

/** `value IN (query)` or `NOT value IN (query)`. */
export interface Membership {
  readonly expression: Extract<Expression, { kind: "in-query" }>;
  readonly negated: boolean;
}

export function membershipOf(expression: Expression): Membership | undefined {
  if (expression.kind === "in-query") return { expression, negated: false };
  const [operand] = expression.kind === "call" && expression.name === "not" ? expression.args : [];
  return operand?.kind === "in-query" ? { expression: operand, negated: true } : undefined;
}

/**
 * `value IN (query)`, `(a, b) IN (query)`. Outside a condition that rows must meet, Spark gives false where standard SQL gives NULL
 * (it becomes an existence join); in one, both leave the row out, and the engine plans the bare form better.
 */
export function compileInQuery(
  { expression, negated }: Membership,
  filters: boolean,
  scope: Scope,
  compile: Compile,
  context: FunctionContext,
): Typed {
  const operands = (expression.operand.kind === "row" ? expression.operand.values : [expression.operand]).map(compile);
  const inner = compileInner(expression.query, scope);
  if (inner.output.length !== operands.length) throw lengthMismatch(operands.length, inner.output.length);
  const types = operands.map((one, i) => {
    const column = inner.output[i]?.dataType ?? INTEGER;
    const type = widerType(one.dataType, column);
    if (type === undefined) throw noCommonType("in", [one.dataType, column]);
    return type;
  });
  const left = operands.map((one, i) => coerce(one, types[i] ?? one.dataType, context).sql);
  const right = coerceOutput(inner, types, scope.environment);
  const value = left.length === 1 ? left[0] : `(${left.join(", ")})`;
  const sql = `(${value} ${negated ? "NOT " : ""}IN (${right}))`;
  return {
    sql: filters ? sql : `coalesce(${sql}, false)`,
    dataType: BOOLEAN,
    nullable: filters,
    ...traitsOf(operands),
  };
}

function lengthMismatch(left: number, right: number): Error {
  return analysisError(
    "DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH",
    "42K09",
    `The number of columns on the left of IN (${left}) does not match that of its subquery (${right}).`,
    { parameters: { leftLength: String(left), rightLength: String(right) } },
  );
}
