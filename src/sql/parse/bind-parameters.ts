/** `:name` markers of a text replaced by literals: the text that is parsed then holds the values as data, wherever a value may stand. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestWord } from "./nearest-word.js";
import { type Token, tokenize } from "./tokens.js";

/**
 * @param literals Spark literal text by name, made from data by a printer of literals: never text of a user as it is
 * @throws UNBOUND_SQL_PARAMETER for a marker without a value
 * @example bindParameters("SELECT * FROM t WHERE id = :id", { id: "5" }) // "SELECT * FROM t WHERE id =  5 "
 */
export function bindParameters(text: string, literals: Readonly<Record<string, string>>): string {
  const { tokens } = tokenize(text);
  let bound = "";
  let copied = 0;
  for (const [i, token] of tokens.entries()) {
    const name = tokens[i + 1];
    if (!isMarker(tokens[i - 1], token, name)) continue;
    // A space apart, as `a-:n` with -1 would begin a comment.
    bound += `${text.slice(copied, token.start)} ${literalOf(name.value, literals)} `;
    copied = name.end;
  }
  return bound + text.slice(copied);
}

/**
 * The same for `?` markers, by position.
 * @throws UNBOUND_SQL_PARAMETER for a marker without a value
 * @example bindPositions("SELECT ? + ?", ["1", "2"]) // "SELECT  1  +  2 "
 */
export function bindPositions(text: string, literals: readonly string[]): string {
  let bound = "";
  let copied = 0;
  let count = 0;
  for (const token of tokenize(text).tokens) {
    if (token.upper !== "?") continue;
    const literal = literals[count++];
    if (literal === undefined) throw unbound(`_${token.start}`, "Give as many values as there are markers.");
    bound += `${text.slice(copied, token.start)} ${literal} `;
    copied = token.end;
  }
  return bound + text.slice(copied);
}

/** The names of a text's `:name` markers. */
export function parameterNames(text: string): ReadonlySet<string> {
  const { tokens } = tokenize(text);
  const names = tokens.flatMap((token, i) => {
    const name = tokens[i + 1];
    return isMarker(tokens[i - 1], token, name) ? [name.value] : [];
  });
  return new Set(names);
}

/** A colon with a word right behind it, and nothing right before it: `a:b` is a path into JSON. */
function isMarker(before: Token | undefined, colon: Token, name: Token | undefined): name is Token {
  if (colon.upper !== ":" || name === undefined || name.kind !== "word" || name.start !== colon.end) return false;
  if (before === undefined || before.end !== colon.start) return true;
  return before.kind === "symbol" && before.upper !== ")" && before.upper !== "]";
}

function literalOf(name: string, literals: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(literals, name)) return literals[name] ?? "NULL";
  const nearest = nearestWord(name, Object.keys(literals));
  throw unbound(
    name,
    nearest === undefined ? `Give it one, e.g. { ${name}: ... } or --param ${name}=...` : `Did you mean :${nearest}?`,
  );
}

function unbound(name: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "UNBOUND_SQL_PARAMETER",
    sqlState: "42P02",
    problem: `The parameter :${name} has no value.`,
    cure,
    parameters: { name },
  });
}
