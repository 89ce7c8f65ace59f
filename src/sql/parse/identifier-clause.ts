/** `IDENTIFIER('a.b')`: a name given as a constant string. */
import { TokenCursor } from "./token-cursor.js";
import { tokenize } from "./tokens.js";

/** Steps over an IDENTIFIER clause with a constant; undefined where none stands at the cursor. */
export function identifierClause(cursor: TokenCursor): readonly string[] | undefined {
  const constant = cursor.peek(2).kind === "string" && cursor.peek(3).upper === ")";
  if (!cursor.sees("IDENTIFIER", "(") || !constant) return undefined;
  const inner = new TokenCursor(tokenize(cursor.peek(2).value));
  const parts = inner.names();
  inner.end();
  cursor.at += 4;
  return parts;
}

/** The name of a table, view or schema at the cursor. */
export function objectName(cursor: TokenCursor, what: string): readonly string[] {
  const named = identifierClause(cursor);
  if (named === undefined && cursor.sees("IDENTIFIER", "(")) {
    throw cursor.error("The name of what a command works on must be a constant.", "Write IDENTIFIER('schema.table').");
  }
  return named ?? cursor.names(what);
}
