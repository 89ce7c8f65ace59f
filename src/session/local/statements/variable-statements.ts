/** DECLARE VARIABLE, SET VAR and DROP TEMPORARY VARIABLE. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import { VOID } from "../../../schema/data-type.js";
import { quoteName } from "../../../schema/type-text.js";
import { containsQuery } from "../../../sql/analysis/expression-tree.js";
import type { Expression } from "../../../sql/ast.js";
import type { SessionStatement } from "../../../sql/session-statement.js";
import { type SessionVariable, unresolvedVariable, variableName } from "../session-variables.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";
import { type ConstantValue, constantRows, constantValue } from "./constant-rows.js";

type Of<Kind extends SessionStatement["kind"]> = Extract<SessionStatement, { kind: Kind }>;

const NULL: Expression = { kind: "literal", dataType: VOID, value: null };

export async function declareVariable(
  statement: Of<"declare-variable">,
  context: StatementContext,
): Promise<StatementResult> {
  const { state } = context.runtime;
  const name = variableName(statement.variable);
  if (!statement.orReplace && state.variables.find([name])) throw variableExists(name);
  const { defaultValue = NULL } = statement;
  if (containsQuery(defaultValue)) throw defaultIsQuery(name);
  const { dataType, expression } = await constantValue(defaultValue, context, statement.dataType);
  state.variables.put({ name, dataType, defaultValue, value: expression }, state.functionContext());
  return done(`DECLARE VARIABLE ${name}`);
}

/** One after the other, so that later values see earlier ones, as Spark's do. */
export async function setVariables(statement: Of<"set-variable">, context: StatementContext): Promise<StatementResult> {
  const variables = targets(
    statement.assignments.map((one) => one.variable),
    context,
  );
  for (const [i, variable] of variables.entries()) {
    const value = statement.assignments[i]?.value ?? variable.defaultValue;
    assign(variable, await constantValue(value, context, variable.dataType), context);
  }
  return done(`SET VAR ${variables.map((one) => one.name).join(", ")}`);
}

export async function setVariablesFromQuery(
  { variables: names, query }: Of<"set-variables-from-query">,
  context: StatementContext,
): Promise<StatementResult> {
  const variables = targets(names, context);
  await assignRow(variables, await constantRows(query, context, 2), context);
  return done(`SET VAR ${variables.map((one) => one.name).join(", ")}`);
}

export function dropVariable(
  { variable, ifExists }: Of<"drop-variable">,
  { runtime }: StatementContext,
): StatementResult {
  const name = variableName(variable);
  if (!runtime.state.variables.drop(name) && !ifExists) throw variableNotFound(name);
  return done(`DROP TEMPORARY VARIABLE ${name}`);
}

/** The variables that are set. Throws UNRESOLVED_VARIABLE, DUPLICATE_ASSIGNMENTS. */
export function targets(
  names: readonly (readonly string[])[],
  { runtime }: StatementContext,
): readonly SessionVariable[] {
  const variables = names.map((parts) => {
    const found = runtime.state.variables.find(parts);
    if (!found) throw unresolvedVariable(parts);
    return found;
  });
  const twice = variables.find((one, i) => variables.indexOf(one) !== i);
  if (twice) throw duplicateAssignment(twice.name);
  return variables;
}

/** Sets variables to the values of the one row; to NULL where there is no row. */
export async function assignRow(
  variables: readonly SessionVariable[],
  rows: readonly (readonly ConstantValue[])[],
  context: StatementContext,
): Promise<void> {
  const [row, more] = rows;
  if (more) throw tooManyRows();
  if (row && row.length !== variables.length) throw arityMismatch(variables.length, row.length);
  const values = await Promise.all(
    variables.map((variable, i) => constantValue(row?.[i]?.expression ?? NULL, context, variable.dataType)),
  );
  for (const [i, variable] of variables.entries()) {
    const value = values[i];
    if (value) assign(variable, value, context);
  }
}

function assign(variable: SessionVariable, { expression }: ConstantValue, { runtime }: StatementContext): void {
  runtime.state.variables.put({ ...variable, value: expression }, runtime.state.functionContext());
}

function fullName(name: string): string {
  return `\`system\`.\`session\`.${quoteName(name)}`;
}

function variableExists(name: string): LakeletError {
  return new LakeletError({
    condition: "VARIABLE_ALREADY_EXISTS",
    sqlState: "42723",
    problem: `Cannot create the variable ${fullName(name)} because it already exists.`,
    cure: "Choose a different name, or write DECLARE OR REPLACE.",
    parameters: { variableName: fullName(name) },
  });
}

function variableNotFound(name: string): LakeletError {
  return new LakeletError({
    condition: "VARIABLE_NOT_FOUND",
    sqlState: "42883",
    problem: `The variable ${fullName(name)} cannot be found.`,
    cure: "Check the spelling, or write DROP TEMPORARY VARIABLE IF EXISTS.",
    parameters: { variableName: fullName(name) },
  });
}

function defaultIsQuery(name: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION",
    sqlState: "42623",
    problem: `The variable ${fullName(name)} has a DEFAULT value that contains a subquery.`,
    cure: "Declare it without, then write SET VAR with the subquery.",
  });
}

function duplicateAssignment(name: string): LakeletError {
  return new LakeletError({
    condition: "DUPLICATE_ASSIGNMENTS",
    sqlState: "42701",
    problem: `The variable ${quoteName(name)} appears more than once as an assignment target.`,
    parameters: { nameList: quoteName(name) },
  });
}

export function arityMismatch(targetCount: number, sourceCount: number): LakeletError {
  return new LakeletError({
    condition: "ASSIGNMENT_ARITY_MISMATCH",
    sqlState: "42802",
    problem: `The number of variables assigned, ${targetCount}, does not match the number of values, ${sourceCount}.`,
    parameters: { numTarget: String(targetCount), numExpr: String(sourceCount) },
  });
}

function tooManyRows(): LakeletError {
  return new LakeletError({
    condition: "ROW_SUBQUERY_TOO_MANY_ROWS",
    sqlState: "21000",
    problem: "The query that gives the variables their values has more than one row.",
    cure: "Add LIMIT 1, or aggregate.",
  });
}
