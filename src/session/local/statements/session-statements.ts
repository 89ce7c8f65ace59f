/** Statements about variables, functions and views: each to its executor. */
import type { Statement } from "../../../sql/statement.js";
import type { StatementContext, StatementResult } from "../statement-context.js";
import { alterView, createFileView } from "./alter-view.js";
import { createFunction, dropFunction } from "./function-statements.js";
import { declareVariable, dropVariable, setVariables, setVariablesFromQuery } from "./variable-statements.js";

/** Undefined where the statement is none of these. */
export async function executeSessionStatement(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  switch (statement.kind) {
    case "declare-variable":
      return declareVariable(statement, context);
    case "set-variable":
      return setVariables(statement, context);
    case "set-variables-from-query":
      return setVariablesFromQuery(statement, context);
    case "drop-variable":
      return dropVariable(statement, context);
    case "alter-view":
      return alterView(statement, context);
    case "create-file-view":
      return createFileView(statement, context);
    case "create-function":
      return createFunction(statement, context);
    case "drop-function":
      return dropFunction(statement, context);
    default:
      return undefined;
  }
}
