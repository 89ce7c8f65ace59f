/** What was typed so far, cut into the statements that are complete: those that a semicolon ends. */
import { splitStatements } from "../../sql/parse/parse.js";

export interface TypedText {
  readonly statements: readonly string[];
  /** The beginning of the next one. */
  readonly rest: string;
}

/** A semicolon in a string, a quoted name, a comment or a BEGIN ... END block ends nothing. */
export function completeStatements(text: string): TypedText {
  const statements: string[] = [];
  let start = 0;
  for (const end of semicolons(text)) {
    const candidate = text.slice(start, end + 1);
    if (endsWithin(candidate)) continue;
    const statement = candidate.slice(0, -1).trim();
    if (statement !== "") statements.push(statement);
    start = end + 1;
  }
  return { statements, rest: text.slice(start).trimStart() };
}

/** True where the semicolon at the end belongs to the statement, as in a block that is still open. */
function endsWithin(candidate: string): boolean {
  try {
    const last = splitStatements(candidate).at(-1);
    return last !== undefined && last.end === candidate.length;
  } catch {
    // It is no SQL: running it says what is wrong.
    return false;
  }
}

const SKIPPED =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[rR]'[^']*(?:'|$)|[rR]"[^"]*(?:"|$)|'(?:\\[\s\S]|''|[^'\\])*(?:'|$)|"(?:\\[\s\S]|""|[^"\\])*(?:"|$)|`(?:``|[^`])*(?:`|$)|;/g;

function semicolons(text: string): readonly number[] {
  return [...text.matchAll(SKIPPED)].flatMap((found) => (found[0] === ";" ? [found.index] : []));
}
