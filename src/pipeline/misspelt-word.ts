/** A word of a declaration that is spelt wrongly, so that its parser's message can name the right one. */
import { isLakeletError, LakeletError, reworded } from "../errors/lakelet-error.js";
import { nearestWord } from "../sql/parse/nearest-word.js";
import { type Token, tokenize } from "../sql/parse/tokens.js";

const HEAD = [
  "CREATE",
  "REFRESH",
  "REPLACE",
  "PRIVATE",
  "STREAMING",
  "MATERIALIZED",
  "TEMPORARY",
  "TABLE",
  "VIEW",
  "FLOW",
  "LIVE",
];
const CHANGES = ["APPLY", "CHANGES", "AUTO", "CDC", "INTO"];
const BEFORE_SOURCE = new Set(["FROM", "JOIN", ","]);

/**
 * The word and what was most likely meant; undefined where each is right.
 * @example misspeltWord("CREATE STREMING TABLE t AS SELECT 1") // { word: "STREMING", meant: "STREAMING" }
 */
function misspeltWord(statement: string): { readonly word: string; readonly meant: string } | undefined {
  const tokens = tokensOf(statement);
  return headWord(tokens) ?? streamWord(tokens);
}

function tokensOf(statement: string): readonly Token[] {
  try {
    return tokenize(statement).tokens;
  } catch (error) {
    // An open string or parenthesis: the parser has told it already.
    if (isLakeletError(error, "PARSE_SYNTAX_ERROR")) return [];
    throw error;
  }
}

/** Among the words that a statement begins with, up to the name of what it declares. */
function headWord(tokens: readonly Token[]) {
  const first = tokens[0]?.upper ?? "";
  const known = nearestWord(first, ["APPLY", "AUTO"]) === undefined ? HEAD : CHANGES;
  for (const { kind, upper, value } of tokens.slice(0, 6)) {
    if (kind !== "word" || upper === "AS") return undefined;
    if (["TABLE", "VIEW", "FLOW", "INTO"].includes(upper)) return undefined;
    const meant = known.includes(upper) || upper === "OR" ? undefined : nearestWord(upper, known);
    if (meant !== undefined) return { word: value, meant };
  }
  return undefined;
}

/** `FROM STRAEM read_files(...)`, `FROM STRAEM(t)` */
function streamWord(tokens: readonly Token[]) {
  for (const [i, { kind, upper, value }] of tokens.entries()) {
    const next = tokens[i + 1];
    const isBeforeSource = next?.kind === "word" || next?.upper === "(";
    if (kind !== "word" || upper === "STREAM" || !isBeforeSource) continue;
    if (!BEFORE_SOURCE.has(tokens[i - 1]?.upper ?? "")) continue;
    if (nearestWord(upper, ["STREAM"]) !== undefined) return { word: value, meant: "STREAM" };
  }
  return undefined;
}

/** The error with the right word as its cure. */
export function withMeantWord(error: LakeletError, statement: string): LakeletError {
  const found = misspeltWord(statement);
  if (found === undefined) return error;
  const cure = `Did you mean ${found.meant} where ${found.word} stands?`;
  return reworded(error, { reason: undefined, cure, cause: error });
}

/** A statement that nothing is known of because of one word. */
export function misspeltStatement(statement: string): LakeletError | undefined {
  const found = misspeltWord(statement);
  return (
    found &&
    new LakeletError({
      condition: "PARSE_SYNTAX_ERROR",
      sqlState: "42601",
      problem: `Syntax error at or near '${found.word}'.`,
      cure: `Did you mean ${found.meant}?`,
      parameters: { error: found.word },
    })
  );
}
