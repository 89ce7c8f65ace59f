/** Spark's string literals: escapes in and out. */

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
};

/**
 * The value of the inside of a quoted string: backslash escapes; a doubled quote is the end of one literal and the beginning of the
 * next, which Spark joins ('it''s' is its).
 * `\%` and `\_` stay as they are, for LIKE.
 */
export function unescapeString(inner: string, quote: string): string {
  const pattern = /\\U([0-9A-Fa-f]{8})|\\u([0-9A-Fa-f]{4})|\\([01][0-7]{2})|\\([\s\S])|''|""/g;
  return inner.replace(pattern, (whole: string, long?: string, short?: string, octal?: string, single?: string) => {
    if (long !== undefined) return String.fromCodePoint(Number.parseInt(long, 16));
    if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (single === undefined) return whole === quote + quote ? "" : whole;
    if (single === "%" || single === "_") return whole;
    return ESCAPES[single] ?? single;
  });
}

/** A text as a Spark string literal; inverse of {@link unescapeString}. @example quoteString("it's") // "'it\\'s'" */
export function quoteString(text: string): string {
  const escaped = text.replace(/\\(?![%_])|'|\p{Cc}/gu, (char) => escapeOf(char));
  return `'${escaped}'`;
}
const CODES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([code, char]) => [char, code]),
);

function escapeOf(char: string): string {
  // "\0" would read on into an octal escape where digits follow.
  if (char === "\0") return "\\u0000";
  const code = CODES[char];
  if (code !== undefined) return `\\${code}`;
  return char === "\\" || char === "'" ? `\\${char}` : char;
}
