/** Where a CASE ends. */
import type { TokenCursor } from "./token-cursor.js";

/** The token after the END of the CASE at the cursor. */
export function endOfCase(cursor: TokenCursor): number {
  let depth = 0;
  for (let i = cursor.at; i < cursor.limit; i++) {
    const token = cursor.list.tokens[i];
    const field = cursor.list.tokens[i - 1]?.upper === ".";
    if (token?.upper === "CASE" && !field) depth++;
    else if (token?.upper === "END" && !field) depth--;
    if (depth === 0) return i + 1;
  }
  throw cursor.error("This CASE has no END.");
}
