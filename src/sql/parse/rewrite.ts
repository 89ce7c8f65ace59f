/** Turns a range of tokens into the text that the library parses. */
import type { LibraryText } from "./library-text.js";
import { PIPED } from "./parse-pipes.js";
import { closeFrame, rewriteContinuation } from "./rewrite-continuation.js";
import { closeRow, rewriteOperand } from "./rewrite-operand.js";
import { type Clause, type NestedParsers, Rewriting } from "./rewriting.js";
import type { TokenCursor } from "./token-cursor.js";

/** What a range of tokens is: `common-tables` a WITH without the query behind it, `source` what stands in FROM, `clauses` what follows a source. */
export type RangeKind = "query" | "expressions" | "source" | "clauses" | "common-tables";
const CLAUSES: Readonly<Record<RangeKind, Clause>> = {
  query: "start",
  expressions: "expression",
  source: "from",
  clauses: "from",
  "common-tables": "start",
};

/**
 * Rewrites all tokens of the cursor's range: a query, or expressions of a select list.
 * Whatever the library has rules of its own for (names that are keywords, literals, function grammar) is decided here, by Spark's rules.
 */
export function rewrite(cursor: TokenCursor, kind: RangeKind, nested: NestedParsers): LibraryText {
  const state = new Rewriting(cursor, nested, CLAUSES[kind]);
  if (kind === "expressions") state.write("SELECT");
  if (kind === "source" || kind === "clauses") placeStarSelect(state);
  if (kind === "clauses") {
    state.place({ kind: "name", parts: PIPED, span: { start: 0, end: 0 } });
    state.operandNext = false;
  }
  while (!cursor.done) {
    const { upper } = cursor.peek();
    if (state.operandNext && upper === ")" && mayBeEmpty(state)) closeFrame(state);
    else if (state.operandNext) rewriteOperand(state);
    else rewriteContinuation(state);
  }
  closeRow(state);
  if (state.operandNext) throw cursor.error("The text ends where an expression or a name was expected.");
  if (state.frame.kind === "case") throw cursor.error("This CASE has no END.", "Write END.", state.frame.token);
  if (kind === "common-tables") {
    placeStarSelect(state);
    state.place({ kind: "name", parts: ["none"], span: { start: 0, end: 0 } });
  }
  return state.out;
}

function placeStarSelect(state: Rewriting): void {
  state.write("SELECT");
  state.place({ kind: "expression", expression: { kind: "star", qualifier: [], except: [] } });
  state.write("FROM");
}

/** `f()`, `OVER ()`, `()` among grouping sets. */
function mayBeEmpty(state: Rewriting): boolean {
  return state.cursor.at === state.frame.token + 1 || state.cursor.peek(-1).upper === "DISTINCT";
}
