/** `{{ name }}` in a saved query, as the queries of old have their parameters: bound like `:name`, never put in as text. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { nearestName } from "../../jobs/spec/nearest-name.js";
import type { SqlArguments } from "../../session/contract.js";
import { unescapeString } from "../../sql/parse/string-literal.js";

export interface BoundText {
  readonly text: string;
  readonly values: SqlArguments;
  /** Names whose text was bound as a value where Databricks would have put it in as it is. */
  readonly boundAsText: readonly string[];
}

const PLACEHOLDER = String.raw`\{\{\s*([\w .-]+?)\s*\}\}`;
/** A comment, a string, a quoted name, or a placeholder. */
const PIECE = new RegExp(
  String.raw`--[^\n]*|/\*[\s\S]*?\*/|'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|${"`(?:[^`]|``)*`"}|${PLACEHOLDER}`,
  "g",
);
/** Behind these words stands the name of a table. */
const NAME_FOLLOWS = /\b(?:FROM|JOIN|INTO|TABLE|UPDATE|VIEW|OVERWRITE)\s*$/i;
/** Of a decimal. */
const MOST_DIGITS = 38;
const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?(\d+)\.(\d+)$/;

/** Throws `UNBOUND_SQL_PARAMETER` for a name without a value. */
export function bindLegacyParameters(text: string, given: Readonly<Record<string, string>>): BoundText {
  if (!text.includes("{{")) return { text, values: given, boundAsText: [] };
  const values: Record<string, string | number | bigint> = { ...given };
  const boundAsText = new Set<string>();
  const prefix = freePrefix(text, given);
  const bind = (value: string | number | bigint): string => {
    const name = `${prefix}${Object.keys(values).length}`;
    values[name] = value;
    return `:${name}`;
  };
  const replaced = text.replace(PIECE, (piece: string, name: string | undefined, at: number) => {
    if (name !== undefined) return bare(name, valueNamed(name, given), text.slice(0, at), bind, boundAsText);
    const [quote = ""] = piece;
    if (!piece.includes("{{") || !"'\"`".includes(quote)) return piece;
    const filled = piece
      .slice(1, -1)
      .split(new RegExp(PLACEHOLDER))
      .map((part, i) => (i % 2 === 1 ? valueNamed(part, given) : inside(part, quote)));
    // A quoted name stands where no value may: quoted, the data in it stays one name.
    return quote === "`" ? `\`${filled.join("").replaceAll("`", "``")}\`` : bind(filled.join(""));
  });
  return { text: replaced, values, boundAsText: [...boundAsText] };
}

function inside(part: string, quote: string): string {
  return quote === "`" ? part.replaceAll("``", "`") : unescapeString(part, quote);
}

function bare(
  name: string,
  value: string,
  before: string,
  bind: (value: string | number | bigint) => string,
  boundAsText: Set<string>,
): string {
  if (NAME_FOLLOWS.test(before)) return `IDENTIFIER(${bind(value)})`;
  if (INTEGER.test(value) && value.length <= MOST_DIGITS) {
    const number = Number(value);
    return bind(Number.isSafeInteger(number) ? number : BigInt(value));
  }
  const [, whole = "", fraction = ""] = DECIMAL.exec(value) ?? [];
  const digits = whole.length + fraction.length;
  if (whole !== "" && digits <= MOST_DIGITS) return `CAST(${bind(value)} AS DECIMAL(${digits}, ${fraction.length}))`;
  boundAsText.add(name);
  return bind(value);
}

function freePrefix(text: string, given: Readonly<Record<string, string>>): string {
  let prefix = "legacy_parameter_";
  while (text.includes(`:${prefix}`) || Object.keys(given).some((name) => name.startsWith(prefix))) prefix += "_";
  return prefix;
}

function valueNamed(name: string, given: Readonly<Record<string, string>>): string {
  const value = Object.hasOwn(given, name) ? given[name] : undefined;
  if (value !== undefined) return value;
  const nearest = nearestName(name, Object.keys(given));
  throw new LakeletError({
    condition: "UNBOUND_SQL_PARAMETER",
    sqlState: "42P02",
    problem: `The parameter {{ ${name} }} has no value.`,
    reason: "Dynamic value references have no value inside SQL: they stand in the task's parameters.",
    cure: nearest === undefined ? `Give the task a parameter \`${name}\`.` : `Did you mean \`${nearest}\`?`,
    parameters: { name },
  });
}

/** The names of the placeholders of a text, those in comments left out. */
export function legacyParameterNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece.startsWith("--") || piece.startsWith("/*")) continue;
    for (const [, name = ""] of piece.matchAll(new RegExp(PLACEHOLDER, "g"))) names.add(name);
  }
  return names;
}

/** The text with NULL for each placeholder outside a string: SQL that can be read. */
export function withoutPlaceholders(text: string): string {
  return text.replace(PIECE, (piece: string, name: string | undefined) => (name === undefined ? piece : "NULL"));
}
