/** A place in a list of tokens, with the small steps of a recursive-descent parser. */
import type { LakeletError } from "../../errors/lakelet-error.js";
import { syntaxError } from "./syntax-error.js";
import type { Token, TokenList } from "./tokens.js";

const END: Token = { kind: "symbol", upper: "", value: "", start: 0, end: 0 };

export class TokenCursor {
  readonly list: TokenList;
  /** Index of the first token that is not ours. */
  readonly limit: number;
  at: number;

  constructor(list: TokenList, from = 0, limit = list.tokens.length) {
    this.list = list;
    this.at = from;
    this.limit = limit;
  }

  /** Another cursor at the same place. */
  copy(): TokenCursor {
    return new TokenCursor(this.list, this.at, this.limit);
  }
  /** Another one that ends at the token of that index. */
  within(limit: number): TokenCursor {
    return new TokenCursor(this.list, this.at, limit);
  }
  get done(): boolean {
    return this.at >= this.limit;
  }
  /** The token `ahead` of the current one; an empty symbol beyond the end. */
  peek(ahead = 0): Token {
    const index = this.at + ahead;
    return (index >= 0 && index < this.limit ? this.list.tokens[index] : undefined) ?? END;
  }
  next(): Token {
    const token = this.peek();
    if (this.done) throw this.error("The statement ends too early.");
    this.at++;
    return token;
  }
  /** True where the next tokens are these words or symbols. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.peek(ahead).upper === word && word !== "");
  }
  /** Steps over these words or symbols where they stand next. */
  accept(...words: readonly string[]): boolean {
    if (!this.sees(...words)) return false;
    this.at += words.length;
    return true;
  }
  /** The first of the words that stands next, stepped over. */
  acceptOneOf(...words: readonly string[]): string | undefined {
    return words.find((word) => this.accept(word));
  }
  expect(...words: readonly string[]): void {
    if (!this.accept(...words)) throw this.error(`Expected ${words.join(" ")}.`);
  }
  /** A name, bare or in backticks. */
  name(what = "a name"): string {
    const token = this.peek();
    if (token.kind !== "word" && token.kind !== "quoted") throw this.error(`Expected ${what}.`);
    this.at++;
    return token.value;
  }
  /** `a.b.c` */
  names(what = "a name"): string[] {
    const parts = [this.name(what)];
    while (this.accept(".")) parts.push(this.name(what));
    return parts;
  }
  /** The value of a string literal; adjacent strings are one. */
  string(what = "a string in quotes"): string {
    if (this.peek().kind !== "string") throw this.error(`Expected ${what}.`);
    let value = "";
    while (this.peek().kind === "string") value += this.next().value;
    return value;
  }
  integer(what = "a whole number"): number {
    const token = this.peek();
    if (token.kind !== "number" || !/^\d+$/.test(token.value)) throw this.error(`Expected ${what}.`);
    this.at++;
    return Number(token.value);
  }
  /** `( item, item )`; an empty list where `empty` allows it. */
  listOf<T>(item: () => T, empty = false): T[] {
    this.expect("(");
    const items: T[] = [];
    if (empty && this.accept(")")) return items;
    do items.push(item());
    while (this.accept(","));
    this.expect(")");
    return items;
  }
  /** Index of the token that closes the parenthesis at an index. */
  closing(index: number): number {
    return this.list.closing.get(index) ?? this.limit;
  }
  /** The text from one token up to, not including, another. */
  text(from: number, to: number): string {
    const first = this.list.tokens[from];
    const last = this.list.tokens[to - 1];
    return first === undefined || last === undefined || to <= from ? "" : this.list.source.slice(first.start, last.end);
  }
  offset(index = this.at): number {
    const token = index < this.limit ? this.list.tokens[index] : undefined;
    return token?.start ?? this.list.tokens[this.limit - 1]?.end ?? this.list.source.length;
  }
  error(reason: string, cure?: string, index = this.at): LakeletError {
    return syntaxError(this.list.source, this.offset(index), reason, cure);
  }
  /** Fails where something is left over. */
  end(): void {
    if (!this.done) throw this.error("This was not expected here; the statement should have ended before it.");
  }
}
