/** Lists of properties and options: `('key' = 'value', a.b = 1)`. */
import type { TokenCursor } from "./token-cursor.js";

/** The key at the cursor: a string, or names with dots. */
export function propertyKey(cursor: TokenCursor): string {
  return cursor.peek().kind === "string" ? cursor.string() : cursor.names("a property's key").join(".");
}

/** Keys with their values, all as text. */
export function propertyList(cursor: TokenCursor): Record<string, string> {
  const pairs = cursor.listOf(() => {
    const key = propertyKey(cursor);
    if (!cursor.accept("=")) cursor.accept("==");
    return [key, propertyValue(cursor)] as const;
  }, true);
  return Object.fromEntries(pairs);
}

/** `(key = value, key => value, key)`: a key alone is true. Keys are lower-cased. */
export function streamOptionList(cursor: TokenCursor): Record<string, string> {
  const pairs = cursor.listOf(() => {
    const key = propertyKey(cursor).toLowerCase();
    if (cursor.sees(",") || cursor.sees(")")) return [key, "true"] as const;
    if (!cursor.accept("=")) cursor.accept("=>");
    return [key, propertyValue(cursor)] as const;
  });
  return Object.fromEntries(pairs);
}

/** Keys alone. */
export function propertyKeys(cursor: TokenCursor): string[] {
  return cursor.listOf(() => propertyKey(cursor));
}

function propertyValue(cursor: TokenCursor): string {
  if (cursor.peek().kind === "string") return cursor.string();
  const sign = cursor.accept("-") ? "-" : "";
  const token = cursor.peek();
  const plain = token.kind === "number" || token.upper === "TRUE" || token.upper === "FALSE";
  if (!plain) throw cursor.error("A property's value is a string, a number, true or false.", "Put it in quotes.");
  cursor.at++;
  return `${sign}${token.kind === "word" ? token.value.toLowerCase() : token.value}`;
}
