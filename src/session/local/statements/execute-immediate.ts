/** EXECUTE IMMEDIATE: a statement that is made while the session runs, its arguments bound as data. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import { STRING } from "../../../schema/data-type.js";
import { bindParameters, bindPositions } from "../../../sql/parse/bind-parameters.js";
import { expressionText, parseStatements } from "../../../sql/parse/parse.js";
import type { SessionStatement, StatementArgument } from "../../../sql/session-statement.js";
import type { ParsedStatement } from "../../../sql/statement.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";
import { constantRows, constantValue } from "./constant-rows.js";
import { arityMismatch, assignRow, targets } from "./variable-statements.js";

type ExecuteImmediate = Extract<SessionStatement, { kind: "execute-immediate" }>;

/** `execute` runs the statement that was made. */
export async function executeImmediate(
  { statement, into, using }: ExecuteImmediate,
  context: StatementContext,
  execute: (parsed: ParsedStatement) => Promise<StatementResult>,
): Promise<StatementResult> {
  const variables = targets(into, context);
  const { value } = await constantValue(statement, context, STRING);
  if (value === null) throw nullStatement();
  const parsed = onlyStatement(await bound(String(value), using, context));
  if (parsed.statement.kind === "execute-immediate") throw nested();
  if (variables.length === 0) return execute(parsed);
  if (parsed.statement.kind !== "query") throw notAQuery(parsed.text);
  const { query } = parsed.statement;
  const width = await context.withQuery(query, ({ schema }) => Promise.resolve(schema.fields.length));
  if (width !== variables.length) throw arityMismatch(variables.length, width);
  await assignRow(variables, await constantRows(query, context, 2), context);
  return done(`EXECUTE IMMEDIATE INTO ${variables.map((one) => one.name).join(", ")}`);
}

async function bound(text: string, using: readonly StatementArgument[], context: StatementContext): Promise<string> {
  const literals: string[] = [];
  for (const { value } of using) {
    // A name that stands for nothing else is a variable: its value goes in, never its text.
    literals.push(expressionText((await constantValue(value, context)).expression));
  }
  const names = using.map(argumentName);
  const named = names.some((one) => one !== undefined);
  if (named && names.includes(undefined) && !using.every((one) => argumentName(one))) throw mixedParameters();
  if (!named) return bindPositions(text, literals);
  return bindParameters(text, Object.fromEntries(names.map((name, i) => [name ?? "", literals[i] ?? "NULL"])));
}

function argumentName({ name }: StatementArgument): string | undefined {
  return name;
}

function onlyStatement(text: string): ParsedStatement {
  const [parsed, ...more] = parseStatements(text);
  if (parsed && more.length === 0) return parsed;
  throw new LakeletError({
    condition: "PARSE_SYNTAX_ERROR",
    sqlState: "42601",
    problem: `EXECUTE IMMEDIATE takes one statement, not ${more.length + (parsed ? 1 : 0)}.`,
    cure: "Write one for each.",
  });
}

function nullStatement(): LakeletError {
  return new LakeletError({
    condition: "NULL_QUERY_STRING_EXECUTE_IMMEDIATE",
    sqlState: "22004",
    problem: "The text of the statement to execute is NULL.",
  });
}

function nested(): LakeletError {
  return new LakeletError({
    condition: "NESTED_EXECUTE_IMMEDIATE",
    sqlState: "07501",
    problem: "EXECUTE IMMEDIATE cannot execute an EXECUTE IMMEDIATE.",
    cure: "Execute the inner statement itself.",
  });
}

function notAQuery(text: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_STATEMENT_FOR_EXECUTE_INTO",
    sqlState: "07501",
    problem: `The INTO clause of EXECUTE IMMEDIATE is only valid for queries, but the given statement is not a query: ${text}.`,
    parameters: { sqlString: text },
  });
}

function mixedParameters(): LakeletError {
  return new LakeletError({
    condition: "INVALID_QUERY_MIXED_QUERY_PARAMETERS",
    sqlState: "42613",
    problem: "A parameterized query must either use positional, or named parameters, but not both.",
  });
}
