/** Function calls for the library: each becomes a call of a placeholder, and grammar of its own inside the parentheses becomes plain arguments. */
import { STRING } from "../../schema/data-type.js";
import type { LiteralExpression } from "../ast.js";
import type { CallSlot } from "./library-text.js";
import { newFrame, type Rewriting } from "./rewriting.js";
import type { Token } from "./tokens.js";

/** Functions that Spark knows without parentheses. */
const BARE_FUNCTIONS: ReadonlySet<string> = new Set([
  "CURRENT_DATE",
  "CURRENT_TIMESTAMP",
  "CURRENT_TIME",
  "CURRENT_USER",
  "SESSION_USER",
  "CURRENT_CATALOG",
  "CURRENT_SCHEMA",
  "CURRENT_DATABASE",
  "CURRENT_TIMEZONE",
  "LOCALTIMESTAMP",
]);
const CASTS: Readonly<Record<string, { readonly try: boolean }>> = { CAST: { try: false }, TRY_CAST: { try: true } };
const SEPARATORS: Readonly<Record<string, readonly string[]>> = {
  SUBSTRING: ["FROM", "FOR"],
  SUBSTR: ["FROM", "FOR"],
  POSITION: ["IN"],
  OVERLAY: ["PLACING", "FROM", "FOR"],
  TRIM: ["FROM"],
  EXTRACT: ["FROM"],
};
const TRIM_SIDES: Readonly<Record<string, string>> = { BOTH: "trim", LEADING: "ltrim", TRAILING: "rtrim" };
const UNIT_FUNCTIONS = ["TIMESTAMPADD", "TIMESTAMPDIFF", "DATEADD", "DATEDIFF", "DATE_ADD", "DATE_DIFF"];
const UNITS: ReadonlySet<string> = new Set([
  "YEAR",
  "QUARTER",
  "MONTH",
  "WEEK",
  "DAY",
  "DAYOFYEAR",
  "HOUR",
  "MINUTE",
  "SECOND",
  "MILLISECOND",
  "MICROSECOND",
]);

/** A function that needs no parentheses, at the cursor. */
export function bareCall(state: Rewriting): boolean {
  const token = state.cursor.peek();
  const next = state.cursor.peek(1);
  if (!BARE_FUNCTIONS.has(token.upper) || next.upper === "(" || next.upper === "." || next.upper === "->") return false;
  state.place(newCall(token.value, token));
  state.write("( )");
  state.cursor.at++;
  state.operandNext = false;
  return true;
}

/** A call whose name was read; the cursor stands at its opening parenthesis. */
export function openCall(state: Rewriting, parts: readonly string[], first: number): void {
  const { cursor } = state;
  const upper = parts.length === 1 ? (parts[0] ?? "").toUpperCase() : "";
  const start = cursor.list.tokens[first];
  if (state.deep) {
    const end = endOfCall(state, cursor.closing(cursor.at));
    cursor.at = first;
    state.splitOff(end);
    return;
  }
  const slot = newCall(parts.join("."), start);
  if (state.streamed) slot.streaming = true;
  state.streamed = false;
  const cast = CASTS[upper];
  state.place(slot, first);
  state.write("(");
  state.frames.push(
    newFrame(cast === undefined ? "call" : "cast", cursor.at, "expression", slot, SEPARATORS[upper] ?? []),
  );
  cursor.at++;
  state.operandNext = true;
  specialBeginning(state, slot, upper);
}

function newCall(name: string, token: Token | undefined): CallSlot {
  const span = { start: token?.start ?? 0, end: token?.end ?? 0 };
  return { kind: "call", name: name.toLowerCase(), span, distinct: false, ignoreNulls: false, aliases: new Map() };
}

function specialBeginning(state: Rewriting, slot: CallSlot, upper: string): void {
  const { cursor } = state;
  const next = cursor.peek(1);
  if (cursor.sees("DISTINCT") && next.upper !== ")" && next.upper !== ",") {
    cursor.at++;
    slot.distinct = true;
  } else if (cursor.sees("ALL") && (next.kind !== "symbol" || next.upper === "(" || next.upper === "*")) cursor.at++;
  if (upper === "EXTRACT" && next.upper === "FROM") placeText(state, cursor.peek().value);
  if (upper === "TRIM") trimSide(state, slot);
  if (UNIT_FUNCTIONS.includes(upper) && UNITS.has(cursor.peek().upper) && next.upper === "," && arity(state) === 3) {
    placeText(state, cursor.peek().upper);
  }
}

function trimSide(state: Rewriting, slot: CallSlot): void {
  const { cursor } = state;
  const side = TRIM_SIDES[cursor.peek().upper];
  const next = cursor.peek(1);
  if (side === undefined || next.upper === ")" || next.upper === "," || next.upper === ".") return;
  slot.name = side;
  cursor.at++;
  cursor.accept("FROM");
}

/** A word that stands for a string. */
function placeText(state: Rewriting, value: string): void {
  const token = state.cursor.next();
  const span = { start: token.start, end: token.end };
  const expression: LiteralExpression = { kind: "literal", dataType: STRING, value, span };
  state.place({ kind: "expression", expression }, state.cursor.at - 1);
  state.operandNext = false;
}

/** How many arguments the parentheses hold that were just opened. */
function arity(state: Rewriting): number {
  const { cursor } = state;
  const close = cursor.closing(cursor.at - 1);
  let count = 1;
  for (let i = cursor.at; i < close; i++) {
    const { upper } = cursor.list.tokens[i] ?? { upper: "" };
    if (upper === "(" || upper === "[") i = cursor.closing(i);
    else if (upper === ",") count++;
  }
  return count;
}

/** The token after a call with all that belongs to it: FILTER, OVER, WITHIN GROUP, IGNORE NULLS. */
function endOfCall(state: Rewriting, close: number): number {
  const { list, limit } = state.cursor;
  const upper = (index: number) => (index < limit ? (list.tokens[index]?.upper ?? "") : "");
  let end = close + 1;
  for (;;) {
    if ((upper(end) === "FILTER" || upper(end) === "OVER") && upper(end + 1) === "(")
      end = state.cursor.closing(end + 1) + 1;
    else if (upper(end) === "OVER") end += 2;
    else if (upper(end) === "WITHIN" && upper(end + 1) === "GROUP") end = state.cursor.closing(end + 2) + 1;
    else if ((upper(end) === "IGNORE" || upper(end) === "RESPECT") && upper(end + 1) === "NULLS") end += 2;
    else return end;
  }
}
