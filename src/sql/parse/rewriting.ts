/** State of the pass that turns tokens into the library's text: where it stands, and in which parentheses and clauses. */
import type { Expression, Query } from "../ast.js";
import { type CallSlot, LibraryText, type NameSlot, type Slot } from "./library-text.js";
import type { TokenCursor } from "./token-cursor.js";

/** Clause that the pass is in, as far as it decides what a word means. */
export type Clause =
  | "start"
  | "expression"
  | "with"
  | "select"
  | "from"
  | "on"
  | "group"
  | "order"
  | "values"
  | "window"
  | "view";
export type FrameKind =
  | "root"
  | "group"
  | "list"
  | "call"
  | "cast"
  | "case"
  | "bracket"
  | "window"
  | "pivot"
  | "silent";

/** An open parenthesis, bracket or CASE. */
export interface Frame {
  readonly kind: FrameKind;
  readonly token: number;
  clause: Clause;
  readonly call?: CallSlot;
  /** Words that separate arguments here: FROM and FOR in SUBSTRING, IN in POSITION. */
  readonly separators: readonly string[];
  argument: number;
  /** True inside a row of VALUES that has no parentheses of its own. */
  bareRow: boolean;
}

/** Parses a part of the tokens on its own. */
export interface NestedParsers {
  expression(from: number, to: number): Expression;
  query(from: number, to: number): Query;
}

/** How many open parentheses one library call gets; deeper parts are parsed on their own, for the library refuses more than 32 levels. */
const MAX_DEPTH = 12;

export class Rewriting {
  readonly out = new LibraryText();
  readonly cursor: TokenCursor;
  readonly nested: NestedParsers;
  readonly frames: Frame[];
  /** True where an operand must come next, false after one. */
  operandNext = true;
  /** The call that was closed last, for what follows its parentheses. */
  closedCall: CallSlot | undefined;
  /** STREAM stood before the name or call that comes next. */
  streamed = false;
  /** The streamed table that was named last, for the options behind it. */
  streamedName: NameSlot | undefined;

  constructor(cursor: TokenCursor, nested: NestedParsers, clause: Clause) {
    this.cursor = cursor;
    this.nested = nested;
    this.frames = [newFrame("root", cursor.at, clause)];
  }

  get frame(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw this.cursor.error("Unbalanced parentheses.");
    return frame;
  }
  get deep(): boolean {
    return this.frames.length > MAX_DEPTH;
  }
  /** Writes a piece for the current token, without stepping. */
  write(piece: string): void {
    this.out.write(piece, this.cursor.at);
  }
  place(slot: Slot, token = this.cursor.at): void {
    this.out.place(slot, token);
  }
  /** Steps over `count` tokens, writing them as one keyword phrase; an operand comes next, or not. */
  keyword(phrase: string, count: number, operandNext: boolean): true {
    this.write(phrase);
    this.cursor.at += count;
    this.operandNext = operandNext;
    return true;
  }
  /** Steps over an opening parenthesis, written as it is. */
  open(kind: FrameKind, clause: Clause): Frame {
    const frame = newFrame(kind, this.cursor.at, clause);
    if (kind !== "silent") this.write("(");
    this.cursor.at++;
    this.frames.push(frame);
    this.operandNext = true;
    return frame;
  }
  /** Parses tokens up to `end` on their own, and lets one placeholder stand for them. */
  splitOff(end: number): void {
    const from = this.cursor.at;
    this.place({ kind: "expression", expression: this.nested.expression(from, end) });
    this.cursor.at = end;
    this.operandNext = false;
  }
  /** True where a query begins at a token. */
  queryStartsAt(index: number): boolean {
    const ahead = index - this.cursor.at;
    const token = this.cursor.peek(ahead);
    const next = this.cursor.peek(ahead + 1);
    switch (token.upper) {
      case "SELECT":
        return true;
      case "WITH":
      case "FROM":
      case "TABLE":
        return next.kind === "word" || next.kind === "quoted";
      case "VALUES":
        return next.upper === "(" || next.upper === "-" || (next.kind !== "symbol" && next.upper !== "IN");
      default:
        return false;
    }
  }
}

export function newFrame(
  kind: FrameKind,
  token: number,
  clause: Clause,
  call?: CallSlot,
  separators: readonly string[] = [],
): Frame {
  return { kind, token, clause, separators, argument: 0, bareRow: false, ...(call === undefined ? {} : { call }) };
}
