/** A CSV file's text to records and their tokens, the way Spark's parser does it, malformed ones included. */
import type { CsvOptions } from "./csv-options.js";

/** A value that stood in quotes is told apart: an empty one is not the same as none. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

export interface CsvRecord {
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Records of a text that comes in pieces. Without `multiLine` each line is one; with it a quoted value may hold line breaks. Lines end
 * with LF, CR LF or CR. Empty lines and comments are no records.
 */
export class RecordSplitter {
  #rest = "";
  #line = 1;
  #first = true;

  constructor(private readonly options: CsvOptions) {}

  *push(piece: string, last: boolean): Generator<CsvRecord> {
    let text = this.#rest + piece;
    if (this.#first && text !== "") {
      this.#first = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    let start = 0;
    for (;;) {
      const end = this.#recordEnd(text, start, last);
      if (end === undefined) break;
      const record = text.slice(start, end);
      if (!this.#isSkipped(record)) yield { line: this.#line, text: record };
      const next = end + (text[end] === "\r" && text[end + 1] === "\n" ? 2 : 1);
      this.#line += lineBreaks(record) + 1;
      start = next;
    }
    this.#rest = text.slice(start);
    if (last && this.#rest !== "" && !this.#isSkipped(this.#rest)) yield { line: this.#line, text: this.#rest };
  }

  /** Where the record that begins at `start` ends, or undefined where that is not to be seen yet. */
  #recordEnd(text: string, start: number, last: boolean): number | undefined {
    for (let i = start; i < text.length; i++) {
      const sign = text.charCodeAt(i);
      if (sign === 10) return i;
      if (sign === 13) return i + 1 < text.length || last ? i : undefined;
      if (this.options.multiLine && this.#opensQuote(text, start, i)) {
        const closing = closingQuote(text, i + 1, this.options);
        if (closing === undefined) return undefined;
        i = closing;
      }
    }
    return undefined;
  }

  #opensQuote(text: string, start: number, i: number): boolean {
    const { quote, separator } = this.options;
    return (
      quote !== "" &&
      text[i] === quote &&
      (i === start || text.endsWith(separator, i) || /[ \t]/.test(text[i - 1] ?? ""))
    );
  }

  #isSkipped(record: string): boolean {
    const { comment } = this.options;
    return record.trim() === "" || (comment !== undefined && record.startsWith(comment));
  }
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** The quote that ends a quoted value whose content begins at `from`, or undefined where it is never closed. */
function closingQuote(text: string, from: number, { quote, escape: mark }: CsvOptions): number | undefined {
  for (let i = from; i < text.length; i++) {
    const sign = text[i];
    if (sign === mark && mark !== quote) i++;
    else if (sign === quote) {
      if (mark === quote && text[i + 1] === quote) i++;
      else return i;
    }
  }
  return undefined;
}

/** The tokens of a record. */
export function tokensOf(record: string, options: CsvOptions): Token[] {
  const { separator, quote } = options;
  if (quote === "" || !record.includes(quote)) {
    return record.split(separator).map((text) => ({ text: trimmed(text, options), quoted: false }));
  }
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    const { token, end } = tokenAt(record, position, options);
    tokens.push(token);
    if (end >= record.length) return tokens;
    position = end + separator.length;
  }
}

/** The token that begins at `from`, and where it ends: at a separator or the record's end. */
function tokenAt(record: string, from: number, options: CsvOptions): { readonly token: Token; readonly end: number } {
  const { separator, quote } = options;
  let behind = from;
  const leading = options.ignoreLeadingWhiteSpace ? (/^[ \t]*/.exec(record.slice(from))?.[0].length ?? 0) : 0;
  if (record[from + leading] === quote) {
    const start = from + leading + 1;
    const closing = closingQuote(record, start, options);
    if (closing === undefined) {
      return { token: { text: unescapedText(record.slice(start), options), quoted: true }, end: record.length };
    }
    const after = closing + 1 + (/^[ \t]*/.exec(record.slice(closing + 1))?.[0].length ?? 0);
    if (after >= record.length || record.startsWith(separator, after)) {
      return {
        token: { text: unescapedText(record.slice(start, closing), options), quoted: true },
        end: Math.min(after, record.length),
      };
    }
    // An unescaped quote inside: the value is taken as one without quotes, up to the next separator behind it.
    behind = closing + 1;
  }
  const found = record.indexOf(separator, behind);
  const end = found < 0 ? record.length : found;
  return { token: { text: trimmed(record.slice(from, end), options), quoted: false }, end };
}

function trimmed(text: string, { ignoreLeadingWhiteSpace, ignoreTrailingWhiteSpace }: CsvOptions): string {
  let result = text;
  if (ignoreLeadingWhiteSpace) result = result.replace(/^[ \t]+/, "");
  if (ignoreTrailingWhiteSpace) result = result.replace(/[ \t]+$/, "");
  return result;
}

function unescapedText(text: string, { quote, escape: mark, escapeOfEscape }: CsvOptions): string {
  if (!text.includes(mark) && !(escapeOfEscape !== "" && text.includes(escapeOfEscape))) return text;
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const [sign, next] = [text[i], text[i + 1]];
    const isEscape =
      (sign === mark && next === quote) || (escapeOfEscape !== "" && sign === escapeOfEscape && next === mark);
    if (isEscape) i++;
    result += isEscape ? next : sign;
  }
  return result;
}
