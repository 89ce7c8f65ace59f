/** The text that the library parses: the statement with every name, literal, call and type replaced by a placeholder, and what each stands for. */
import type { DataType } from "../../schema/data-type.js";
import type { Expression, Query, Span } from "../ast.js";

export interface NameSlot {
  readonly kind: "name";
  readonly parts: readonly string[];
  readonly span: Span;
  /** Behind STREAM. */
  readonly streaming?: true;
  /** `WITH (key = value)` behind it; keys lower-cased. */
  options?: Readonly<Record<string, string>>;
}
/** A call's name, and what of its parentheses the library does not see. */
export interface CallSlot {
  readonly kind: "call";
  name: string;
  span: Span;
  distinct: boolean;
  ignoreNulls: boolean;
  /** `f(x AS name)`: names by the argument's place. */
  readonly aliases: Map<number, string>;
  cast?: { readonly to: DataType; readonly try: boolean };
  streaming?: true;
}
export type Slot =
  | NameSlot
  | CallSlot
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "type"; readonly dataType: DataType }
  | { readonly kind: "json-path"; readonly path: string }
  | { readonly kind: "query"; readonly query: Query }
  /** The only cell of VALUES whose rows are literals, read without the library. */
  | { readonly kind: "rows"; readonly rows: readonly (readonly Expression[])[] }
  /** The only column of `SELECT <it> FROM VALUES ...`, which is VALUES as a query. */
  | { readonly kind: "values" };

/** First of the patterns of NOT LIKE ANY and NOT LIKE ALL, which are not the negation of LIKE ANY and LIKE ALL. */
export const NEGATED_PATTERNS: Expression = { kind: "column", parts: [] };

/** Between two `>>`, which together are the `>>>` that the library does not know. */
export const UNSIGNED_SHIFT: Expression = { kind: "column", parts: [] };

/** Stands before the GROUPING SETS of `GROUP BY a, b GROUPING SETS (...)`, where a and b only say which columns there are. */
export const ITEMS_OF_SETS: Expression = { kind: "column", parts: [] };

const PREFIXES: Readonly<Record<Slot["kind"], string>> = {
  name: "n",
  call: "f",
  expression: "e",
  type: "t",
  "json-path": "p",
  query: "q",
  rows: "r",
  values: "v",
};

export class LibraryText {
  readonly #pieces: string[] = [];
  readonly #slots: Slot[] = [];
  /** Offset of each piece, with the token that it comes from. */
  readonly #marks: { readonly offset: number; readonly token: number }[] = [];
  #length = 0;

  /** Appends a piece that comes from the token of that index. */
  write(piece: string, token: number): void {
    this.#marks.push({ offset: this.#length, token });
    this.#pieces.push(piece);
    this.#length += piece.length + 1;
  }
  /** Appends a placeholder. */
  place(slot: Slot, token: number): void {
    this.#slots.push(slot);
    this.write(`${PREFIXES[slot.kind]}${this.#slots.length - 1}`, token);
  }
  toString(): string {
    return this.#pieces.join(" ");
  }
  /** What a placeholder stands for; undefined for any other word. The library writes some names in upper case. */
  slot(placeholder: string): Slot | undefined {
    const match = /^[nfetpqrv](\d+)$/i.exec(placeholder);
    return match === null ? undefined : this.#slots[Number(match[1])];
  }
  /** Index of the token that an offset of the text comes from. */
  tokenAt(offset: number): number {
    return this.#marks.findLast((mark) => mark.offset <= offset)?.token ?? 0;
  }
}
