/** `STREAM t`, `STREAM(t)`, `STREAM read_files(...)` in FROM, and the watermark that may follow. */
import { streamOptionList } from "./property-list.js";
import type { Rewriting } from "./rewriting.js";

/** What follows a table that is called stream; before anything else the word begins a streamed source. */
const AFTER_TABLE: ReadonlySet<string> = new Set([
  "",
  "AS",
  "WHERE",
  "JOIN",
  "NATURAL",
  "INNER",
  "CROSS",
  "LEFT",
  "RIGHT",
  "FULL",
  "SEMI",
  "ANTI",
  "ON",
  "USING",
  "GROUP",
  "HAVING",
  "ORDER",
  "SORT",
  "CLUSTER",
  "DISTRIBUTE",
  "LIMIT",
  "OFFSET",
  "QUALIFY",
  "WINDOW",
  "UNION",
  "INTERSECT",
  "EXCEPT",
  "MINUS",
  "LATERAL",
  "PIVOT",
  "UNPIVOT",
  "TABLESAMPLE",
  "SELECT",
]);

/** Steps over the word where it begins a streamed source: the name or call that comes next is one. */
export function streamKeyword(state: Rewriting): boolean {
  const { cursor, frame } = state;
  if (frame.clause !== "from" || !cursor.sees("STREAM")) return false;
  const next = cursor.peek(1);
  const inParentheses = next.upper === "(";
  const named = next.kind === "quoted" || (next.kind === "word" && !AFTER_TABLE.has(next.upper));
  if (!inParentheses && !named) return false;
  if (inParentheses && state.queryStartsAt(cursor.at + 2)) {
    throw cursor.error("STREAM takes a table or a table function, no query.", "Stream the tables within the query.");
  }
  cursor.at++;
  if (inParentheses) state.open("silent", "from");
  state.streamed = true;
  return true;
}

/** `WITH (skipChangeCommits = true)`, or `WITH (SKIPCHANGECOMMITS)`, behind a streamed table. */
export function streamOptions({ cursor, frame, streamedName }: Rewriting): boolean {
  if (frame.clause !== "from" || streamedName === undefined || !cursor.sees("WITH", "(")) return false;
  cursor.at++;
  streamedName.options = streamOptionList(cursor);
  return true;
}

/**
 * `WATERMARK column DELAY OF INTERVAL ...` behind a source. It only says when state may be forgotten, and a query that keeps state over
 * batches is refused elsewhere: for all others it changes nothing.
 */
export function watermark({ cursor, frame }: Rewriting): boolean {
  if (frame.clause !== "from" || !cursor.sees("WATERMARK")) return false;
  const scan = cursor.copy();
  scan.at++;
  if (scan.peek().kind === "symbol") return false;
  scan.names("the column of event times");
  if (!scan.accept("DELAY", "OF")) return false;
  scan.expect("INTERVAL");
  if (scan.peek().kind === "string") scan.string();
  else scan.integer();
  scan.accept(scan.peek().upper);
  cursor.at = scan.at;
  return true;
}
