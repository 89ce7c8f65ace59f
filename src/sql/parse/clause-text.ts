/** Pieces of a command that are expressions or queries: where they end, and their text once they have been parsed. */
import type { Query } from "../ast.js";
import type { Assignment, SparkText } from "../statement.js";
import { endOfCase } from "./case-end.js";
import { expressionIn, queryIn } from "./parse-range.js";
import type { TokenCursor } from "./token-cursor.js";

const QUERY_WORDS = ["SELECT", "WITH", "FROM", "VALUES", "TABLE"];

/** True where a query begins at the cursor, in parentheses or not. */
export function seesQuery(cursor: TokenCursor, ahead = 0): boolean {
  let at = ahead;
  while (cursor.peek(at).upper === "(") at++;
  const { upper } = cursor.peek(at);
  const next = cursor.peek(at + 1);
  return (
    QUERY_WORDS.includes(upper) &&
    (next.kind !== "symbol" || ["(", "*", "-", "~", "!", ":", "+", "?"].includes(next.upper))
  );
}

/** The query from the cursor to the statement's end. */
export function restAsQuery(cursor: TokenCursor): Query {
  const query = queryIn(cursor.list, cursor.at, cursor.limit);
  cursor.at = cursor.limit;
  return query;
}

/**
 * The text of the expression at the cursor, up to one of the words or symbols outside parentheses and CASE, or to the end.
 * It is parsed, so that a mistake is found where it stands.
 */
export function expressionText(cursor: TokenCursor, ends: readonly string[]): SparkText {
  const [from, to] = expressionTokens(cursor, ends);
  expressionIn(cursor.list, from, to);
  return cursor.text(from, to);
}

/** The tokens of the expression at the cursor, stepped over and not parsed yet; ends as for {@link expressionText}. */
export function expressionTokens(cursor: TokenCursor, ends: readonly string[]): readonly [from: number, to: number] {
  const from = cursor.at;
  cursor.at = endOfExpression(cursor, (upper) => ends.includes(upper));
  return [from, cursor.at];
}

/** As {@link expressionText}, up to where a query begins. */
export function expressionBeforeQuery(cursor: TokenCursor): SparkText {
  const from = cursor.at;
  const words = ["SELECT", "VALUES", "WITH", "TABLE", "FROM"];
  cursor.at = endOfExpression(cursor, (upper, index) => {
    const previous = cursor.list.tokens[index - 1]?.upper;
    return words.includes(upper) && previous !== "." && previous !== "DISTINCT";
  });
  expressionIn(cursor.list, from, cursor.at);
  return cursor.text(from, cursor.at);
}

function endOfExpression(cursor: TokenCursor, ends: (upper: string, index: number) => boolean): number {
  const scan = cursor.copy();
  while (!scan.done) {
    const { upper } = scan.peek();
    const field = scan.at > 0 && cursor.list.tokens[scan.at - 1]?.upper === ".";
    if (!field && ends(upper, scan.at)) break;
    if (upper === "(" || upper === "[") scan.at = scan.closing(scan.at) + 1;
    else if (upper === "CASE" && !field) scan.at = endOfCase(scan);
    else scan.at++;
  }
  return scan.at;
}

/** `a = 1, t.b.c = x + 1`, up to one of the words. */
export function assignments(cursor: TokenCursor, ends: readonly string[]): Assignment[] {
  const result: Assignment[] = [];
  do {
    const target = cursor.names("a column to set");
    if (!cursor.accept("=") && !cursor.accept("==")) throw cursor.error("Expected = and the new value.");
    result.push({ target, value: expressionText(cursor, [...ends, ","]) });
  } while (cursor.accept(","));
  return result;
}
