/** The clauses inside OVER (...) and of WINDOW: partitions, order and frame. */
import type { Rewriting } from "./rewriting.js";

/** The keyword of a window specification at the cursor, whether an operand went before or not. */
export function overClause(state: Rewriting): boolean {
  const { cursor, frame } = state;
  const { upper } = cursor.peek();
  const next = cursor.peek(1).upper;
  if (next === "BY" && (upper === "PARTITION" || upper === "DISTRIBUTE")) return state.keyword("PARTITION BY", 2, true);
  if (next === "BY" && (upper === "ORDER" || upper === "SORT")) {
    frame.clause = "order";
    return state.keyword("ORDER BY", 2, true);
  }
  if ((upper === "ROWS" || upper === "RANGE") && opensFrame(state)) {
    return state.keyword(next === "BETWEEN" ? `${upper} BETWEEN` : upper, next === "BETWEEN" ? 2 : 1, true);
  }
  if (upper === "UNBOUNDED" && (next === "PRECEDING" || next === "FOLLOWING")) {
    return state.keyword(`UNBOUNDED ${next}`, 2, false);
  }
  if (upper === "CURRENT" && next === "ROW") return state.keyword("CURRENT ROW", 2, false);
  if (!state.operandNext && (upper === "PRECEDING" || upper === "FOLLOWING")) return state.keyword(upper, 1, false);
  return false;
}

/** A column may be called rows or range. */
function opensFrame(state: Rewriting): boolean {
  const next = state.cursor.peek(1);
  return next.kind !== "symbol" || next.upper === "-" || next.upper === "(";
}
