/** Expressions to engine SQL, bottom up, with Spark's types known at every step. */

import { BOOLEAN, STRING } from "../../schema/data-type.js";
import type { Expression } from "../ast.js";
import { compileCast } from "../functions/cast.js";
import type { Typed } from "../typed.js";
import { typedNull } from "../typed-null.js";
import { analysisError, notBoolean } from "./analysis-errors.js";
import { compileCase, compileIn, traitsOf } from "./branches.js";
import { compileCall } from "./call.js";
import { extractField } from "./field-access.js";
import { coerce } from "./implicit-cast.js";
import { compileInterval, compileLiteral } from "./literal.js";
import { resolveColumn } from "./name-resolution.js";
import type { Scope } from "./scope.js";
import { conjuncts } from "./skipping.js";
import { compileExists, compileInQuery, compileScalarQuery, membershipOf } from "./subquery.js";

/**
 * The expression in that scope. Throws UNRESOLVED_COLUMN.*, AMBIGUOUS_REFERENCE, UNRESOLVED_ROUTINE, MISSING_AGGREGATION,
 * DATATYPE_MISMATCH.*
 */
export function compileExpression(expression: Expression, scope: Scope): Typed {
  // A literal that is a key is NULL in the grouping sets without it.
  const { grouped } = scope;
  const key = expression.kind === "literal" && !grouped?.groupingKeys ? undefined : grouped?.key(expression);
  return key ?? compileParts(expression, scope);
}

function compileParts(expression: Expression, scope: Scope): Typed {
  const compile = (one: Expression) => compileExpression(one, scope);
  const context = scope.environment.analysis.context;
  switch (expression.kind) {
    case "literal":
      return compileLiteral(expression, context);
    case "column":
      return isGroupingId(expression.parts, scope)
        ? compileCall({ kind: "call", name: "grouping_id", args: [] }, scope, compileExpression)
        : resolveColumn(expression.parts, scope);
    case "call": {
      const membership = membershipOf(expression);
      return membership
        ? compileInQuery(membership, false, scope, compile, context)
        : compileCall(expression, scope, compileExpression);
    }
    case "alias":
      return compile(expression.operand);
    case "cast": {
      const value = compile(expression.operand);
      if (value.dataType.kind === "void") return coerce(value, expression.to, context);
      const cast = compileCast(value, expression.to, expression.try ? "try" : "ansi", context);
      return { ...cast, ...traitsOf([value]) };
    }
    case "case":
      return compileCase(expression, compile, context);
    case "in":
      return compileIn(expression, compile, context);
    case "in-query":
      return compileInQuery({ expression, negated: false }, false, scope, compile, context);
    case "exists":
      return compileExists(expression.query, scope);
    case "scalar-query":
      return compileScalarQuery(expression.query, scope);
    case "interval":
      return compileInterval(expression, compile);
    case "field": {
      const operand = compile(expression.operand);
      return extractField(operand, expression.name, `${operand.sql}.${expression.name}`);
    }
    case "subscript":
      return compileCall(
        { kind: "call", name: "subscript", args: [expression.operand, expression.index] },
        scope,
        compileExpression,
      );
    case "json-path":
      return compileJsonPath(expression, scope);
    case "parameter":
      return compile(parameterValue(expression.name, scope));
    case "row":
      return compileCall({ kind: "call", name: "struct", args: expression.values }, scope, compileExpression);
    case "star":
      throw analysisError("INVALID_USAGE_OF_STAR_OR_REGEX", "42000", "Invalid usage of '*' in an expression.", {
        cure: "Name the columns.",
      });
    case "lambda":
      throw analysisError(
        "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
        "42K0D",
        "A lambda function should only be used in a higher order function.",
        { cure: "Pass it to transform, filter, exists, aggregate or the like." },
      );
  }
}

function compileJsonPath(expression: Extract<Expression, { kind: "json-path" }>, scope: Scope): Typed {
  const path = expression.path.startsWith("[") ? `$${expression.path}` : `$.${expression.path}`;
  return compileCall(
    {
      kind: "call",
      name: "json_path",
      args: [expression.operand, { kind: "literal", dataType: STRING, value: path }],
    },
    scope,
    compileExpression,
  );
}

/** Hive's name of grouping_id(), where no column has it. */
function isGroupingId([name, ...more]: readonly string[], { grouped }: Scope): boolean {
  if (name?.toLowerCase() !== "grouping__id" || more.length > 0 || !grouped?.groupingKeys) return false;
  return !grouped.input.columns.some((one) => one.name.toLowerCase() === "grouping__id");
}

function parameterValue(name: string, scope: Scope): Expression {
  const { parameters } = scope.environment.analysis;
  const value = parameters[name];
  if (value !== undefined && Object.hasOwn(parameters, name)) return value;
  throw analysisError("UNBOUND_SQL_PARAMETER", "42P02", `Found the unbound parameter: ${name}.`, {
    cure: "Give the parameter a value in the arguments of the statement.",
    parameters: { name },
  });
}

/** The expression as a condition of that clause: BOOLEAN, or NULL. Throws DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN. */
export function compileCondition(expression: Expression, scope: Scope, clause: string): Typed {
  const parts = conjuncts(expression);
  if (parts.length > 1 && parts.some((one) => membershipOf(one))) {
    const values = parts.map((one) => compileCondition(one, scope, clause));
    return {
      sql: `(${values.map((one) => one.sql).join(" AND ")})`,
      dataType: BOOLEAN,
      nullable: true,
      ...traitsOf(values),
    };
  }
  const { context } = scope.environment.analysis;
  const membership = membershipOf(expression);
  if (membership) return compileInQuery(membership, true, scope, (one) => compileExpression(one, scope), context);
  const value = compileExpression(expression, scope);
  if (value.dataType.kind === "boolean") return value;
  if (value.dataType.kind === "void" && value.deterministic !== false) return typedNull(value, BOOLEAN);
  throw notBoolean(clause, value.dataType);
}
