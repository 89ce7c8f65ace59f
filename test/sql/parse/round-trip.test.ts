/** Properties: text of any tree parses to the same tree; Spark's operator precedence. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import * as types from "../../../src/schema/data-type.js";
import type { CallExpression, Expression } from "../../../src/sql/ast.js";
import { expressionText, loadParser, parseExpression, quoteString } from "../../../src/sql/parse/parse.js";
import { stripped } from "./stripped.js";

beforeAll(loadParser);

const name = fc.oneof(
  fc.constantFrom(
    "a",
    "b2",
    "Total",
    "select",
    "from",
    "end",
    "values",
    "order",
    "interval",
    "date",
    "left",
    "case",
    "not",
  ),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const literal: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .string({ unit: "binary", maxLength: 12 })
    .map((value): Expression => ({ kind: "literal", dataType: types.STRING, value })),
  fc.integer().map((value): Expression => ({ kind: "literal", dataType: types.INTEGER, value: String(value) })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): Expression => ({ kind: "literal", dataType: types.LONG, value: String(value) })),
  fc.constantFrom<Expression>(
    { kind: "literal", dataType: types.decimal(3, 2), value: "1.50" },
    { kind: "literal", dataType: types.DOUBLE, value: "1e3" },
    { kind: "literal", dataType: types.BOOLEAN, value: "true" },
    { kind: "literal", dataType: types.VOID, value: null },
    { kind: "literal", dataType: types.BINARY, value: "1FA0" },
    { kind: "literal", dataType: types.DATE, value: "2024-01-31" },
    { kind: "literal", dataType: types.TIMESTAMP, value: "2024-01-31 10:00:00" },
    { kind: "parameter", name: "day" },
  ),
);
const column: fc.Arbitrary<Expression> = fc
  .array(name, { minLength: 1, maxLength: 3 })
  .map((parts): Expression => ({ kind: "column", parts }));

const OPERATORS = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "div",
  "=",
  "<=>",
  "<",
  ">=",
  "<>",
  "and",
  "or",
  "||",
  "&",
  "|",
  "^",
  "<<",
  "like",
  "rlike",
];
const expression: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.oneof(literal, column),
    fc
      .tuple(fc.constantFrom(...OPERATORS), tie("tree"), tie("tree"))
      .map(([one, left, right]) => call(one, [left, right])),
    fc
      .tuple(fc.constantFrom("not", "isnull", "isnotnull", "~"), tie("tree"))
      .map(([one, operand]) => call(one, [operand])),
    fc.tuple(tie("tree"), tie("tree"), tie("tree")).map((args) => call("between", args)),
    fc
      .tuple(
        fc.constantFrom("sum", "coalesce", "date_add", "filter", "left", "exists"),
        fc.array(tie("tree"), { maxLength: 3 }),
      )
      .map(([one, args]) => call(one, args)),
    fc
      .tuple(tie("tree"), fc.array(tie("tree"), { minLength: 1, maxLength: 3 }))
      .map(([operand, values]): Expression => ({ kind: "in", operand, values })),
    fc
      .tuple(tie("tree"), fc.constantFrom(types.LONG, types.decimal(10, 2), types.array(types.STRING)), fc.boolean())
      .map(([operand, to, isTry]): Expression => ({ kind: "cast", operand, to, try: isTry })),
    fc.tuple(tie("tree"), tie("tree"), tie("tree")).map(
      ([when, then, otherwise]): Expression => ({
        kind: "case",
        branches: [{ when, then }],
        otherwise,
      }),
    ),
    fc.tuple(tie("tree"), tie("tree")).map(([operand, index]): Expression => ({ kind: "subscript", operand, index })),
    fc
      .tuple(fc.array(tie("tree"), { minLength: 2, maxLength: 3 }))
      .map(([values]): Expression => ({ kind: "row", values })),
  ),
})).tree;

function call(functionName: string, args: readonly Expression[]): CallExpression {
  return { kind: "call", name: functionName, args };
}

describe("text of a tree", () => {
  test("parses to the same tree", () => {
    fc.assert(
      fc.property(expression, (tree) => {
        expect(stripped(parseExpression(expressionText(tree)))).toEqual(stripped(tree));
      }),
      { numRuns: 120 },
    );
  });

  test("a string literal means the same string", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("\\", "%", "_", "'", '"', "\0", "1", "n", "\n", "u", "ż", "😀") }),
        (value) => {
          expect(stripped(parseExpression(quoteString(value)))).toEqual(
            stripped({ kind: "literal", dataType: types.STRING, value }),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** How tightly Spark's operators bind; a higher one binds more tightly. */
const BINDS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  not: 3,
  isnull: 4,
  between: 4,
  in: 4,
  like: 4,
  "=": 5,
  "<=>": 5,
  "<": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "<<": 9,
  "+": 10,
  "-": 10,
  "||": 10,
  "*": 11,
  "/": 11,
  "%": 11,
  div: 11,
  negative: 12,
};
const BINARY = Object.keys(BINDS).filter(
  (one) => !["not", "isnull", "between", "in", "like", "negative"].includes(one),
);

const operators: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.constantFrom<Expression>(
      { kind: "column", parts: ["a"] },
      { kind: "column", parts: ["b"] },
      { kind: "literal", dataType: types.INTEGER, value: "1" },
    ),
    fc
      .tuple(fc.constantFrom(...BINARY), tie("tree"), tie("tree"))
      .map(([one, left, right]) => call(one, [left, right])),
    fc.tuple(fc.constantFrom("not", "isnull", "negative"), tie("tree")).map(([one, operand]) => call(one, [operand])),
    fc
      .tuple(fc.constantFrom("between", "like"), tie("tree"), tie("tree"), tie("tree"))
      .map(([one, ...args]) => call(one, one === "like" ? args.slice(0, 2) : args)),
    fc
      .tuple(tie("tree"), tie("tree"))
      .map(([operand, value]): Expression => ({ kind: "in", operand, values: [value] })),
  ),
})).tree;

/** The text with no more parentheses than Spark needs. */
function lean(tree: Expression, atLeast = 0): string {
  if (tree.kind === "column") return tree.parts.join(".");
  if (tree.kind === "literal") return tree.value ?? "NULL";
  const level = BINDS[tree.kind === "call" ? tree.name : tree.kind] ?? 0;
  const text = leanOperator(tree, level);
  return level < atLeast ? `(${text})` : text;
}

function leanOperator(tree: Expression, level: number): string {
  if (tree.kind === "in") return `${lean(tree.operand, 5)} IN (${tree.values.map((one) => lean(one)).join(", ")})`;
  if (tree.kind !== "call") throw new Error(tree.kind);
  const [first, second, third] = tree.args;
  const operand = (one: Expression | undefined, atLeast: number) => (one === undefined ? "" : lean(one, atLeast));
  switch (tree.name) {
    case "not":
      return `NOT ${operand(first, 3)}`;
    case "negative":
      return first?.kind === "literal" ? `- (${operand(first, 0)})` : `- ${operand(first, 12)}`;
    case "isnull":
      return `${operand(first, 5)} IS NULL`;
    case "like":
      return `${operand(first, 5)} LIKE ${operand(second, 6)}`;
    case "between":
      return `${operand(first, 5)} BETWEEN ${operand(second, 6)} AND ${operand(third, 6)}`;
    default:
      return `${operand(first, level)} ${tree.name.toUpperCase()} ${operand(second, level + 1)}`;
  }
}

/** AND and OR as lists: how a chain of them is nested says nothing. */
function flat(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(flat);
  if (typeof tree !== "object" || tree === null) return tree;
  const node = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, flat(value)]));
  if (node.name !== "and" && node.name !== "or") return node;
  const args = (node.args as readonly { readonly name?: string; readonly args?: unknown }[]).flatMap((one) =>
    one.name === node.name ? one.args : [one],
  );
  return { ...node, args };
}

describe("precedence", () => {
  test("text without needless parentheses parses to the same tree", () => {
    fc.assert(
      fc.property(operators, (tree) => {
        const text = lean(tree);
        expect(flat(stripped(parseExpression(text))), text).toEqual(flat(stripped(tree)));
      }),
      { numRuns: 600 },
    );
  });
});
