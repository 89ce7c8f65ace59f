/** Executes the statements that are no queries: loaded with the first of them, as a query needs none of the commands. */
import type { Statement } from "../../sql/statement.js";
import { executeCatalogStatement } from "./catalog-statements.js";
import { executeDatasetStatement } from "./datasets/dataset-statements.js";
import { executeDescribeStatement } from "./describe-statements.js";
import { executeDmlStatement } from "./dml-statements.js";
import { executeMaintenanceStatement } from "./maintenance-statements.js";
import type { StatementContext, StatementResult } from "./statement-context.js";
import { executeSessionStatement } from "./statements/session-statements.js";

/** Undefined where the statement is of no kind that is known. */
export async function executeCommand(
  statement: Statement,
  context: StatementContext,
): Promise<StatementResult | undefined> {
  return (
    (await executeDmlStatement(statement, context)) ??
    (await executeMaintenanceStatement(statement, context)) ??
    (await executeDatasetStatement(statement, context)) ??
    (await executeSessionStatement(statement, context)) ??
    (await executeCatalogStatement(statement, context)) ??
    (await executeDescribeStatement(statement, context))
  );
}
