/** One record of CSV as Spark reads and writes it: quotes are escaped by a backslash, empty fields are NULL. */

/** The fields' texts; null for an empty field. */
export function splitCsv(text: string, separator: string): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 0;
  for (;;) {
    const quoted = text[at] === '"' ? quotedField(text, at, separator) : undefined;
    const end = quoted?.end ?? indexOrEnd(text, separator, at);
    const field = quoted?.value ?? text.slice(at, end);
    fields.push(field === "" && quoted === undefined ? null : field);
    if (end >= text.length) return fields;
    at = end + separator.length;
  }
}

function indexOrEnd(text: string, separator: string, from: number): number {
  const found = text.indexOf(separator, from);
  return found < 0 ? text.length : found;
}

/**
 * A field in quotes up to the quote that a separator or the end follows. Undefined where a quote stands in its middle without a
 * backslash: Spark then takes the field as it is written, quotes and all.
 */
function quotedField(
  text: string,
  start: number,
  separator: string,
): { readonly value: string; readonly end: number } | undefined {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\\" && (text[at + 1] === '"' || text[at + 1] === "\\")) {
      value += text[++at];
    } else if (char !== '"') {
      value += char;
    } else {
      const closes = at + 1 === text.length || text.startsWith(separator, at + 1);
      return closes ? { value, end: at + 1 } : undefined;
    }
  }
  return undefined;
}

/** The record's text: NULL is nothing, an empty text is `""`, spaces around a value go. */
export function csvText(fields: readonly (string | null)[], separator: string): string {
  return fields.map((one) => (one === null ? "" : fieldText(one.trim(), separator))).join(separator);
}

function fieldText(value: string, separator: string): string {
  if (value === "") return '""';
  if (!value.includes(separator) && !/["\n\r]/.test(value)) return value;
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}
