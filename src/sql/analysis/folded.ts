/** Foldable arguments that are no literals, such as `concat('y', 'y')` or `1 + 1`, as the literals that they are: functions may want a constant. */
import { INTEGER, STRING } from "../../schema/data-type.js";
import type { CallExpression, Expression, LiteralExpression } from "../ast.js";

type Fold = (texts: readonly string[]) => string;

const OF_TEXTS: Readonly<Record<string, Fold>> = {
  concat: (texts) => texts.join(""),
  "||": (texts) => texts.join(""),
};
const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
};
const INT_RANGE = 2 ** 31;

/** The expression, or the literal of the same type and value. What overflows is left to the engine, which names it. */
export function folded(expression: Expression): Expression {
  if (expression.kind !== "call" || expression.over || expression.filter || expression.distinct || expression.namedArgs)
    return expression;
  const args = expression.args.map(folded);
  return textOf(expression, args) ?? numberOf(expression, args) ?? expression;
}

function textOf({ name }: CallExpression, args: readonly Expression[]): LiteralExpression | undefined {
  const fold = Object.hasOwn(OF_TEXTS, name) ? OF_TEXTS[name] : undefined;
  const texts = args.flatMap((one) => literalOf(one, "string") ?? []);
  if (!fold || texts.length === 0 || texts.length !== args.length) return undefined;
  return { kind: "literal", dataType: STRING, value: fold(texts) };
}

function numberOf({ name }: CallExpression, args: readonly Expression[]): LiteralExpression | undefined {
  const fold = Object.hasOwn(ARITHMETIC, name) ? ARITHMETIC[name] : undefined;
  const [left, right, ...more] = args.map((one) => literalOf(one, "integer"));
  if (!fold || left === undefined || right === undefined || more.length > 0) return undefined;
  const value = fold(Number(left), Number(right));
  if (!(value >= 0 && value < INT_RANGE)) return undefined;
  return { kind: "literal", dataType: INTEGER, value: String(value) };
}

function literalOf(expression: Expression, kind: "string" | "integer"): string | undefined {
  if (expression.kind !== "literal" || expression.dataType.kind !== kind) return undefined;
  return expression.value ?? undefined;
}
