/** Constants that are known before anything runs: literals, casts of them, the statement's date and time, days added to them. */
import type { Expression } from "../ast.js";
import type { FunctionContext } from "../typed.js";
import { addDays, canonicalDate, dateOfInstant, timestampMicros } from "./timestamp-text.js";

export type Constant =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** Integers and decimals, exact. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "string"; readonly text: string }
  /** `2024-01-15` */
  | { readonly kind: "date"; readonly text: string }
  /** Microseconds since the epoch. */
  | { readonly kind: "timestamp"; readonly micros: bigint }
  | { readonly kind: "timestamp_ntz"; readonly micros: bigint }
  | { readonly kind: "days"; readonly days: number }
  | { readonly kind: "microseconds"; readonly micros: bigint };

export interface Constants {
  readonly context: FunctionContext;
  readonly parameters: Readonly<Record<string, Expression>>;
}

const EXACT = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const MICROS_PER_DAY = 86_400_000_000n;
const UNIT_MICROS: Readonly<Record<string, bigint>> = {
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
  millisecond: 1000n,
  microsecond: 1n,
};

/** The constant that the expression is, undefined where it is none that can be told here. */
export function constantOf(expression: Expression, constants: Constants): Constant | undefined {
  switch (expression.kind) {
    case "literal":
      return literal(expression.dataType.kind, expression.value, constants);
    case "parameter": {
      const value = constants.parameters[expression.name];
      return value && constantOf(value, constants);
    }
    case "alias":
      return constantOf(expression.operand, constants);
    case "cast": {
      const value = constantOf(expression.operand, constants);
      return value && cast(value, expression.to.kind, constants);
    }
    case "interval":
      return interval(expression.parts, constants);
    case "call":
      return call(expression.name, expression.args, constants);
    default:
      return undefined;
  }
}

function literal(kind: string, value: string | null, { context }: Constants): Constant | undefined {
  if (value === null) return { kind: "null" };
  switch (kind) {
    case "boolean":
      return { kind, value: value.toLowerCase() === "true" };
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "decimal":
      return EXACT.test(value) ? { kind: "number", text: value } : undefined;
    case "float":
    case "double":
      return { kind: "double", value: Number(value) };
    case "string":
      return { kind, text: value };
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return cast({ kind: "string", text: value }, kind, { context, parameters: {} });
    default:
      return undefined;
  }
}

/** Only casts that surely succeed and lose nothing. */
function cast(value: Constant, to: string, { context }: Constants): Constant | undefined {
  if (value.kind === to) return value;
  if (to === "date") return dateConstant(value, context);
  if (to === "timestamp") return timestampConstant(value, context);
  if (to === "timestamp_ntz") {
    const micros = value.kind === "string" ? timestampMicros(value.text, undefined) : undefined;
    return micros === undefined ? undefined : { kind: to, micros };
  }
  return undefined;
}

function dateConstant(value: Constant, context: FunctionContext): Constant | undefined {
  if (value.kind === "date") return value;
  if (value.kind === "timestamp") return { kind: "date", text: dateOfInstant(value.micros, context.timeZone) };
  const text = value.kind === "string" ? canonicalDate(value.text) : undefined;
  return text === undefined ? undefined : { kind: "date", text };
}

function timestampConstant(value: Constant, context: FunctionContext): Constant | undefined {
  const text = value.kind === "string" || value.kind === "date" ? value.text : undefined;
  const micros = text === undefined ? undefined : timestampMicros(text, context.timeZone);
  return micros === undefined ? undefined : { kind: "timestamp", micros };
}

type IntervalParts = Extract<Expression, { kind: "interval" }>["parts"];

function interval(parts: IntervalParts, constants: Constants): Constant | undefined {
  let days = 0;
  let micros = 0n;
  for (const { value, unit: written } of parts) {
    const unit = written.toLowerCase().replace(/s$/, "");
    const amount = constantOf(value, constants);
    if (amount?.kind !== "number" || !/^[+-]?\d+$/.test(amount.text)) return undefined;
    const factor = UNIT_MICROS[unit];
    if (unit === "day" || unit === "week") days += Number(amount.text) * (unit === "week" ? 7 : 1);
    else if (factor !== undefined) micros += BigInt(amount.text) * factor;
    else return undefined;
  }
  if (micros === 0n) return { kind: "days", days };
  return days === 0 ? { kind: "microseconds", micros } : undefined;
}

function call(name: string, args: readonly Expression[], constants: Constants): Constant | undefined {
  const { context } = constants;
  const [first, second] = args.map((one) => constantOf(one, constants));
  switch (name) {
    case "current_timestamp":
    case "now":
      return { kind: "timestamp", micros: context.now };
    case "current_date":
    case "curdate":
      return { kind: "date", text: dateOfInstant(context.now, context.timeZone) };
    case "to_date":
    case "date":
      return args.length === 1 && first ? dateConstant(first, context) : undefined;
    case "to_timestamp":
    case "timestamp":
      return args.length === 1 && first ? timestampConstant(first, context) : undefined;
    case "negative":
      return first && negated(first);
    case "date_add":
    case "date_sub":
    case "+":
    case "-":
      return first && second && shifted(name, first, second, constants);
    default:
      return undefined;
  }
}

function negated(value: Constant): Constant | undefined {
  if (value.kind === "double") return { kind: "double", value: -value.value };
  if (value.kind !== "number") return undefined;
  return { kind: "number", text: value.text.startsWith("-") ? value.text.slice(1) : `-${value.text.replace("+", "")}` };
}

/** A date or timestamp with days or a time added or taken away. */
function shifted(name: string, value: Constant, by: Constant, { context }: Constants): Constant | undefined {
  const sign = name === "-" || name === "date_sub" ? -1 : 1;
  const days =
    by.kind === "days" ? by.days : by.kind === "number" && /^[+-]?\d+$/.test(by.text) ? Number(by.text) : undefined;
  if (name.startsWith("date_")) {
    const date = dateConstant(value, context);
    if (date?.kind !== "date" || by.kind !== "number" || days === undefined) return undefined;
    return { kind: "date", text: addDays(date.text, sign * days) };
  }
  if (value.kind === "date")
    return days === undefined ? undefined : { kind: "date", text: addDays(value.text, sign * days) };
  if (value.kind !== "timestamp") return undefined;
  if (by.kind === "microseconds") return { ...value, micros: value.micros + BigInt(sign) * by.micros };
  // In a zone with daylight saving a day is not always 24 hours.
  if (by.kind !== "days" || context.timeZone !== "UTC") return undefined;
  return { ...value, micros: value.micros + BigInt(sign * by.days) * MICROS_PER_DAY };
}
