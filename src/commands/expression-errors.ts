/** Expressions of DELETE, UPDATE, MERGE and replaceWhere: what they may not hold, by the names that Spark and Delta have for it. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../engine/expression-compiler.js";
import { isLakeletError, LakeletError } from "../errors/lakelet-error.js";
import type { DataType } from "../schema/data-type.js";
import { typeText } from "../schema/type-text.js";
import { nonDeterministic } from "./command-errors.js";

/**
 * Compiles a condition, which has to give the same answer each time it is evaluated.
 * @param operation As messages name it, e.g. `DELETE` or `search condition of MERGE`.
 * @throws DELTA_UNSUPPORTED_SUBQUERY, DELTA_AGGREGATION_NOT_SUPPORTED, DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED, and where it is
 * no BOOLEAN JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE, DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN or CANNOT_UP_CAST_DATATYPE; of DELETE and
 * UPDATE UNSUPPORTED_EXPR_FOR_OPERATOR and INVALID_NON_DETERMINISTIC_EXPRESSIONS in place of the last two, as in Spark.
 */
export function compileDeterministic(
  compiler: ExpressionCompiler,
  text: string,
  scope: readonly ScopeRelation[],
  operation: string,
): CompiledExpression {
  const compiled = compileIn(compiler, text, scope, operation);
  if (compiled.dataType.kind !== "boolean") checkType(compiled.dataType, text, operation);
  if (!compiled.deterministic)
    throw isPlanned(operation) ? invalidNonDeterministic(text) : nonDeterministic(operation, text);
  return compiled;
}

/** The engine would take a number or a text as a condition, and delete what it counts as true. */
function checkType(type: DataType, text: string, operation: string): void {
  // Spark casts the conditions of MERGE's clauses, and lets a NULL become BOOLEAN.
  const ofClause = /^(UPDATE|DELETE|INSERT) condition of MERGE/.test(operation);
  if (ofClause && type.kind === "void") return;
  const shown = `"${typeText(type).toUpperCase()}"`;
  throw new LakeletError({
    condition: ofClause
      ? "CANNOT_UP_CAST_DATATYPE"
      : operation.includes("MERGE")
        ? "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE"
        : "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN",
    sqlState: ofClause ? "42846" : "42K09",
    problem: `The condition ${text} of ${operation} has the type ${shown}, not "BOOLEAN".`,
    cure: "Compare it with a value, or cast it to BOOLEAN.",
    parameters: { filter: text, type: shown },
  });
}

function compileIn(
  compiler: ExpressionCompiler,
  text: string,
  scope: readonly ScopeRelation[],
  operation: string,
): CompiledExpression {
  try {
    return compiler.compile(text, scope);
  } catch (error) {
    if (!(error instanceof LakeletError)) throw error;
    if (error.condition.startsWith("UNSUPPORTED_SUBQUERY")) throw unsupportedSubquery(operation, text, error);
    if (error.condition === "INVALID_WHERE_CONDITION")
      throw isPlanned(operation) ? unsupportedExpression(text, error) : aggregationNotSupported(operation, text, error);
    throw error;
  }
}

/** Conditions of these are looked at by Spark itself, those of others by Delta. */
function isPlanned(operation: string): boolean {
  return operation === "DELETE" || operation === "UPDATE";
}

function invalidNonDeterministic(text: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_NON_DETERMINISTIC_EXPRESSIONS",
    sqlState: "42K0E",
    problem: `The operator expects a deterministic expression, but the actual expression is ${text}.`,
    cure: "Compute the value in a column first.",
    parameters: { sqlExprs: text },
  });
}

function unsupportedExpression(text: string, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_EXPR_FOR_OPERATOR",
    sqlState: "42K0E",
    problem: `A query operator contains one or more unsupported expressions: ${text}.`,
    cure: "Compute the aggregate in a query of its own first.",
    parameters: { invalidExprSqls: text },
    cause,
  });
}

function unsupportedSubquery(operation: string, text: string, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: "DELTA_UNSUPPORTED_SUBQUERY",
    sqlState: "0AKDC",
    problem: `Subqueries are not supported in the ${operation} (condition = ${text}).`,
    cure: "Use MERGE with the subquery as its source.",
    parameters: { operation, cond: text },
    cause,
  });
}

function aggregationNotSupported(operation: string, text: string, cause: LakeletError): LakeletError {
  return new LakeletError({
    condition: "DELTA_AGGREGATION_NOT_SUPPORTED",
    sqlState: "42903",
    problem: `Aggregate functions are not supported in the ${operation} (condition = ${text}).`,
    cure: "Compute the aggregate in the source, or in a query of its own, first.",
    parameters: { operation, predicate: text },
    cause,
  });
}

/** A number that does not fit its column has another name where rows are changed than where they are inserted. */
export async function namingOverflow<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isLakeletError(error, "CAST_OVERFLOW_IN_TABLE_INSERT")) throw error;
    throw new LakeletError({
      condition: "DELTA_CAST_OVERFLOW_IN_TABLE_WRITE",
      sqlState: "22003",
      problem: error.problem.replace(/^Fail to assign/, "Failed to write"),
      cure: "Use try_cast on the value to store NULL instead, or widen the column. The table is unchanged.",
      cause: error,
    });
  }
}
