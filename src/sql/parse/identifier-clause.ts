/** `IDENTIFIER('a.b')`: a name given as a constant string, which may be put together of several. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { unsupportedFeature } from "./syntax-error.js";
import { TokenCursor } from "./token-cursor.js";
import { tokenize } from "./tokens.js";

/** Steps over an IDENTIFIER clause; undefined where none stands at the cursor. Throws NOT_A_CONSTANT_STRING.*. */
export function identifierClause(cursor: TokenCursor): readonly string[] | undefined {
  if (!cursor.sees("IDENTIFIER", "(")) return undefined;
  const close = cursor.closing(cursor.at + 1);
  cursor.at += 2;
  const inner = new TokenCursor(tokenize(constantText(cursor)));
  if (cursor.at !== close) throw notAString("NOT_CONSTANT");
  cursor.at = close + 1;
  const parts = inner.names();
  inner.end();
  return parts;
}

/** The name of a table, view or schema at the cursor. */
export function objectName(cursor: TokenCursor, what: string): readonly string[] {
  return identifierClause(cursor) ?? cursor.names(what);
}

const TEXT_FUNCTIONS: Readonly<Record<string, (texts: readonly string[]) => string>> = {
  CONCAT: (texts) => texts.join(""),
  LOWER: ([text = ""]) => text.toLowerCase(),
  UPPER: ([text = ""]) => text.toUpperCase(),
};

/** `'a' || 'b'`, of strings and calls of a few functions of such. */
function constantText(cursor: TokenCursor): string {
  const parts = [constantTerm(cursor)];
  while (cursor.accept("||")) parts.push(constantTerm(cursor));
  return parts.join("");
}

function constantTerm(cursor: TokenCursor): string {
  const token = cursor.peek();
  if (token.kind === "string") return cursor.string();
  if (token.kind === "number" || token.upper === "NULL") throw notAString("WRONG_TYPE");
  if (cursor.accept("(")) {
    const text = constantText(cursor);
    cursor.expect(")");
    return text;
  }
  if (cursor.peek(1).upper !== "(") throw notAString("NOT_CONSTANT");
  const known = TEXT_FUNCTIONS[token.upper];
  if (known === undefined) {
    throw unsupportedFeature(
      "IDENTIFIER",
      `${token.value}() within IDENTIFIER()`,
      "Put the name together with ||, concat, lower and upper, or pass it as a parameter.",
    );
  }
  cursor.at++;
  return known(cursor.listOf(() => constantText(cursor)));
}

function notAString(kind: "NOT_CONSTANT" | "WRONG_TYPE"): LakeletError {
  const reason = kind === "NOT_CONSTANT" ? "it is not constant" : "it is no string";
  return new LakeletError({
    condition: `NOT_A_CONSTANT_STRING.${kind}`,
    sqlState: "42601",
    problem: `The expression in IDENTIFIER() must be a constant string, but ${reason}.`,
    cure: "Write IDENTIFIER('schema.table') or IDENTIFIER(:name).",
  });
}
