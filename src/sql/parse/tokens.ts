/** Spark SQL text to tokens, exactly as Spark's lexer reads it: strings, raw strings, backticks, numbers, nested comments. */
import { unescapeString } from "./string-literal.js";
import { syntaxError } from "./syntax-error.js";

export type TokenKind = "word" | "quoted" | "string" | "number" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** A word in upper case, a symbol as it is; "" for the others, so that no quoted name is taken for a keyword. */
  readonly upper: string;
  /** A word as written, a quoted name or string without its quotes and escapes, a number as written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The tokens of a text, and for each opening parenthesis or bracket the index of the closing one. */
export interface TokenList {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly closing: ReadonlyMap<number, number>;
}

const SYMBOLS = [
  "<=>",
  ">>>",
  "<<",
  ">>",
  "==",
  "!=",
  "<>",
  "<=",
  ">=",
  "||",
  "->",
  "=>",
  "::",
  "|>",
  "(",
  ")",
  "[",
  "]",
  ",",
  ";",
  ".",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "~",
  "!",
  "<",
  ">",
  "=",
  ":",
  "@",
  "?",
] as const;
const SPACE = /[\s\uFEFF]+/uy;
/** A place for a value of the configuration, which is put in before the statement is parsed. */
const VARIABLE = /\$\{\S+?\}/uy;
const LINE_COMMENT = /--[^\n]*/uy;
const WORD = /[\p{L}\p{N}_]+/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:[lLsSyYdDfF]|BD|bd|Bd|bD)?(?![\p{L}\p{N}_])/uy;

/** Reads a text whole. Throws PARSE_SYNTAX_ERROR for an open string, name or comment, and for unbalanced parentheses. */
export function tokenize(source: string): TokenList {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const skipped = skipSpace(source, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readToken(source, at, tokens.at(-1));
    tokens.push(token);
    at = token.end;
  }
  return { source, tokens, closing: pairs(source, tokens) };
}

function skipSpace(source: string, at: number): number {
  const space = matchAt(SPACE, source, at) ?? matchAt(LINE_COMMENT, source, at);
  if (space !== undefined) return at + space.length;
  return source.startsWith("/*", at) ? endOfComment(source, at) : at;
}

function endOfComment(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    if (source.startsWith("/*", at)) {
      depth++;
      at++;
    } else if (source.startsWith("*/", at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  throw syntaxError(source, start, "The comment that begins here is not closed.", "Close it with */.");
}

function readToken(source: string, at: number, previous: Token | undefined): Token {
  const char = source.charAt(at);
  if (char === "'" || char === '"') return readString(source, at, at, false);
  if (/[rR]/.test(char) && /['"]/.test(source.charAt(at + 1))) return readString(source, at, at + 1, true);
  if (char === "`") return readQuotedName(source, at);
  const number = numberMayStand(source, at, previous) ? matchAt(NUMBER, source, at) : undefined;
  if (number !== undefined) return { kind: "number", upper: "", value: number, start: at, end: at + number.length };
  const word = matchAt(WORD, source, at);
  if (word !== undefined) {
    return { kind: "word", upper: word.toUpperCase(), value: word, start: at, end: at + word.length };
  }
  const variable = matchAt(VARIABLE, source, at);
  if (variable !== undefined) {
    return { kind: "symbol", upper: "$", value: variable, start: at, end: at + variable.length };
  }
  const symbol = SYMBOLS.find((one) => source.startsWith(one, at));
  if (symbol === undefined) throw strayCharacter(source, at);
  return { kind: "symbol", upper: symbol, value: symbol, start: at, end: at + symbol.length };
}

/** `a.1` is a field, not `a` and `.1`. */
function numberMayStand(source: string, at: number, previous: Token | undefined): boolean {
  if (source.charAt(at) !== ".") return true;
  return previous?.end !== at || (previous.kind === "symbol" && previous.upper !== ")" && previous.upper !== "]");
}

function strayCharacter(source: string, at: number): Error {
  const templated = source.startsWith("{{", at) || source.startsWith("${", at) || source.startsWith("$", at);
  const cure = templated
    ? "Give values as named parameters, :name, instead of text put into the statement."
    : "Put names with such characters in backticks and text in quotes.";
  return syntaxError(source, at, "This character has no meaning in SQL.", cure);
}

function readString(source: string, start: number, quoteAt: number, raw: boolean): Token {
  const quote = source.charAt(quoteAt);
  for (let at = quoteAt + 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === "\\" && !raw) at++;
    else if (char === quote && !raw && source.charAt(at + 1) === quote) at++;
    else if (char === quote) {
      const inner = source.slice(quoteAt + 1, at);
      const value = raw ? inner : unescapeString(inner, quote);
      return { kind: "string", upper: "", value, start, end: at + 1 };
    }
  }
  throw syntaxError(source, start, "The string that begins here is not closed.", `Close it with ${quote}.`);
}

function readQuotedName(source: string, start: number): Token {
  for (let at = start + 1; at < source.length; at++) {
    if (source.charAt(at) !== "`") continue;
    if (source.charAt(at + 1) === "`") at++;
    else {
      const value = source.slice(start + 1, at).replaceAll("``", "`");
      if (value === "") throw syntaxError(source, start, "A name in backticks cannot be empty.");
      return { kind: "quoted", upper: "", value, start, end: at + 1 };
    }
  }
  throw syntaxError(source, start, "The name that begins here is not closed.", "Close it with `.");
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function pairs(source: string, tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, index) => {
    if (token.upper === "(" || token.upper === "[") open.push(index);
    else if (token.upper === ")" || token.upper === "]") {
      const opener = open.pop();
      const expected = opener === undefined ? undefined : tokens[opener]?.upper === "(" ? ")" : "]";
      if (opener === undefined || expected !== token.upper) {
        throw syntaxError(source, token.start, `There is no opening parenthesis for this '${token.upper}'.`);
      }
      closing.set(opener, index);
    } else if (token.upper === ";" && open.length > 0) failOpen(source, tokens, open);
  });
  if (open.length > 0) failOpen(source, tokens, open);
  return closing;
}

function failOpen(source: string, tokens: readonly Token[], open: readonly number[]): never {
  const opener = tokens[open.at(-1) ?? 0];
  throw syntaxError(source, opener?.start ?? 0, `This '${opener?.upper}' is never closed.`);
}
