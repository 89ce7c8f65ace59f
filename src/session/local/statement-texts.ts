/** The statements of a text, each parsed before the first one runs; those that take values of the configuration, when their turn comes. */
import { bindParameters } from "../../sql/parse/bind-parameters.js";
import { eachStatement, parseStatements, splitStatements } from "../../sql/parse/parse.js";
import { hasVariables } from "../../sql/parse/substitute-variables.js";
import type { ParsedStatement } from "../../sql/statement.js";

/** A statement of a text failed; `statement` is its index from 0. */
export class StatementError extends Error {
  override readonly name = "StatementError";
  constructor(
    readonly statement: number,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

/** `:name` -> Spark literal text. */
export type Parameters = Readonly<Record<string, string>>;

/** @param substitute puts the configuration's values of that moment into a text */
export function statementsOf(
  text: string,
  parameters: Parameters,
  substitute: (text: string) => string,
): readonly (() => readonly ParsedStatement[])[] {
  if (!hasVariables(text)) return parsedAhead(bindParameters(text, parameters)).map((one) => () => [one]);
  return splitStatements(text).map((one) => () => parseStatements(bindParameters(substitute(one.text), parameters)));
}

function parsedAhead(text: string): readonly ParsedStatement[] {
  const parsed: ParsedStatement[] = [];
  try {
    for (const one of eachStatement(text)) parsed.push(one);
    return parsed;
  } catch (error) {
    throw error instanceof Error ? new StatementError(parsed.length, error) : error;
  }
}
