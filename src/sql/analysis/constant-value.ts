/** A constant expression as typed engine SQL, outside any query: what a session's variable is to the queries that name it. */
import type { Expression } from "../ast.js";
import type { FunctionContext, Typed } from "../typed.js";
import { newAnalysis } from "./compile-query.js";
import { compileExpression } from "./expression.js";

/** Throws UNRESOLVED_COLUMN.*, DATATYPE_MISMATCH.* and the like. */
export function compileConstant(expression: Expression, context: FunctionContext): Typed {
  const analysis = newAnalysis({ context }, new Map(), new Map());
  return compileExpression(expression, { environment: { analysis, commonTables: new Map() }, columns: [] });
}
