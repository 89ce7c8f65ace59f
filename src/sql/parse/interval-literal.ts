/** INTERVAL literals in all of Spark's forms, to parts of one unit each. */
import type { Expression } from "../ast.js";
import { numberLiteral } from "./number-literal.js";
import { invalidLiteral } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

type Part = Extract<Expression, { kind: "interval" }>["parts"][number];

const UNITS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
  ].flatMap((unit) => [
    [unit.toUpperCase(), unit],
    [`${unit.toUpperCase()}S`, unit],
  ]),
);
const DAY_TIME = ["day", "hour", "minute", "second"];
const CURE = "Write it as INTERVAL 3 DAYS, INTERVAL '1-2' YEAR TO MONTH or INTERVAL '1 02:03:04' DAY TO SECOND.";

/** The INTERVAL literal at the cursor; undefined where the word is a name. */
export function intervalAt(cursor: TokenCursor): Expression | undefined {
  const first = cursor.peek(1);
  const signed = (first.upper === "-" || first.upper === "+") && isValue(cursor, 2);
  if (!signed && !isValue(cursor, 1)) {
    if (!unitAt(cursor, 2)) return undefined;
    throw cursor.error(
      "The value of an INTERVAL literal is a number or a string.",
      "For a value that is an expression multiply: x * INTERVAL 1 DAY, or call make_interval or make_dt_interval.",
    );
  }
  if (!signed && first.kind === "string" && !unitAt(cursor, 2)) {
    cursor.at++;
    return { kind: "interval", parts: partsOfText(cursor.string()) };
  }
  cursor.at++;
  const parts = [...readPart(cursor, true)];
  while (continues(cursor)) parts.push(...readPart(cursor, false));
  return { kind: "interval", parts };
}

/** A number before a unit, or a string. */
function isValue(cursor: TokenCursor, ahead: number): boolean {
  const { kind } = cursor.peek(ahead);
  return kind === "string" || (kind === "number" && unitAt(cursor, ahead + 1));
}

/** Another value with its unit: `INTERVAL 1 DAY 2 HOURS`. A sign could as well be an operator: only a string or number goes on. */
function continues(cursor: TokenCursor): boolean {
  return isValue(cursor, 0) && unitAt(cursor, 1);
}

function unitAt(cursor: TokenCursor, ahead: number): boolean {
  return UNITS[cursor.peek(ahead).upper] !== undefined;
}

function readPart(cursor: TokenCursor, first: boolean): readonly Part[] {
  const negative = cursor.acceptOneOf("-", "+") === "-";
  const token = cursor.next();
  const unit = UNITS[cursor.next().upper] ?? "";
  const to = first && cursor.accept("TO") ? UNITS[cursor.next().upper] : undefined;
  if (to !== undefined) return unitToUnit(token.value, unit, to, negative);
  return [part(token.value, unit, negative)];
}

function part(text: string, unit: string, negative = false): Part {
  const [, sign = "", digits] = /^\s*([+-]?)\s*(\d+(?:\.\d*)?|\.\d+)\s*$/.exec(text) ?? [];
  if (digits === undefined || unit === "") throw invalidLiteral("INTERVAL", `${text} ${unit}`, CURE);
  const value = digits.replace(/^0+(?=\d)/, "");
  return { value: numberLiteral(`${(sign === "-") !== negative ? "-" : ""}${value}`), unit };
}

function unitToUnit(text: string, from: string, to: string, negative: boolean): readonly Part[] {
  const [, sign = "", body = ""] = /^\s*([+-]?)\s*(.*?)\s*$/s.exec(text) ?? [];
  const minus = (sign === "-") !== negative;
  if (from === "year" && to === "month") {
    const match = /^(\d+)-(\d+)$/.exec(body);
    if (match) return [part(match[1] ?? "", "year", minus), part(match[2] ?? "", "month", minus)];
  }
  const units = DAY_TIME.slice(DAY_TIME.indexOf(from), DAY_TIME.indexOf(to) + 1);
  const values = body.split(/[\s:]+/);
  if (!DAY_TIME.includes(from) || units.length < 2 || values.length !== units.length) {
    throw invalidLiteral("INTERVAL", `${text}' ${from.toUpperCase()} TO ${to.toUpperCase()}`, CURE);
  }
  return values.map((value, i) => part(value, units[i] ?? "", minus));
}

/** `INTERVAL '1 day 2 hours'` */
function partsOfText(text: string): readonly Part[] {
  const words = text
    .trim()
    .replace(/^interval\s+/i, "")
    .split(/\s+/);
  const parts: Part[] = [];
  for (let i = 0; i < words.length; i += 2) {
    const unit = UNITS[(words[i + 1] ?? "").toUpperCase()];
    if (unit === undefined) throw invalidLiteral("INTERVAL", text, CURE);
    parts.push(part(words[i] ?? "", unit));
  }
  return parts;
}
