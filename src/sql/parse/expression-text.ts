/** Our tree back to Spark SQL text, from which the parser makes the same tree again. */
import { quoteIfNeeded, quoteName, typeText } from "../../schema/type-text.js";
import type { CallExpression, Expression, FrameBound, LiteralExpression, SortItem, WindowSpec } from "../ast.js";
import { queryText } from "./query-text.js";
import { quoteString } from "./string-literal.js";

const BINARY: ReadonlySet<string> = new Set([
  "+",
  "-",
  "*",
  "/",
  "%",
  "div",
  "=",
  "<=>",
  "<",
  "<=",
  ">",
  ">=",
  "<>",
  "and",
  "or",
  "||",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  "ilike",
  "rlike",
]);
const SUFFIXES: Readonly<Record<string, string>> = { long: "L", short: "S", byte: "Y", float: "F", decimal: "BD" };
const BARE_WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Spark SQL of an expression, operators in parentheses.
 * @example expressionText(parseExpression("a+1 > 2")) // "((a + 1) > 2)"
 */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return literalText(expression);
    case "column":
      return expression.parts.map(nameText).join(".");
    case "star":
      return starText(expression);
    case "call":
      return callText(expression);
    case "alias":
      return aliasText(expression);
    case "cast":
      return `${expression.try ? "TRY_CAST" : "CAST"}(${expressionText(expression.operand)} AS ${typeText(expression.to)})`;
    case "case":
      return caseText(expression);
    case "in":
      return `(${expressionText(expression.operand)} IN (${listText(expression.values)}))`;
    case "in-query":
      return `(${expressionText(expression.operand)} IN (${queryText(expression.query)}))`;
    case "exists":
      return `EXISTS (${queryText(expression.query)})`;
    case "scalar-query":
      return `(${queryText(expression.query)})`;
    case "lambda":
      return `(${expression.parameters.map(nameText).join(", ")}) -> ${expressionText(expression.body)}`;
    case "subscript":
      return `${operandText(expression.operand)}[${expressionText(expression.index)}]`;
    case "field":
      return `${operandText(expression.operand)}.${nameText(expression.name)}`;
    case "json-path":
      return `${operandText(expression.operand)}:${expression.path}`;
    case "interval":
      return `INTERVAL ${expression.parts.map((part) => `${intervalValue(part.value)} ${part.unit.toUpperCase()}`).join(" ")}`;
    case "parameter":
      return `:${quoteIfNeeded(expression.name)}`;
    case "row":
      return `(${listText(expression.values)})`;
  }
}

function listText(expressions: readonly Expression[]): string {
  return expressions.map(expressionText).join(", ");
}

/** Names that are words of the grammar are put in backticks with all others that need it. */
function nameText(name: string): string {
  return BARE_WORD.test(name) && name.length > 0 && !/^[A-Z]+$/i.test(name) ? name : quoteName(name);
}

function operandText(operand: Expression): string {
  const text = expressionText(operand);
  return operand.kind === "call" || operand.kind === "subscript" || operand.kind === "row" ? text : `(${text})`;
}

function starText({ qualifier, except }: Extract<Expression, { kind: "star" }>): string {
  const star = [...qualifier.map(nameText), "*"].join(".");
  return except.length === 0 ? star : `${star} EXCEPT (${except.map(nameText).join(", ")})`;
}

function literalText({ value, dataType }: LiteralExpression): string {
  if (value === null) return "NULL";
  switch (dataType.kind) {
    case "string":
      return quoteString(value);
    case "date":
      return `DATE${quoteString(value)}`;
    case "timestamp":
      return `TIMESTAMP${quoteString(value)}`;
    case "timestamp_ntz":
      return `TIMESTAMP_NTZ${quoteString(value)}`;
    case "binary":
      return `X'${value}'`;
    case "double":
      return /e/i.test(value) ? value : `${value}D`;
    default:
      return `${value}${SUFFIXES[dataType.kind] ?? ""}`;
  }
}

function intervalValue(value: Expression): string {
  return value.kind === "literal" ? quoteString(value.value ?? "") : expressionText(value);
}

function aliasText({ operand, names }: Extract<Expression, { kind: "alias" }>): string {
  const [only] = names;
  const name = names.length === 1 && only !== undefined ? nameText(only) : `(${names.map(nameText).join(", ")})`;
  return `${expressionText(operand)} AS ${name}`;
}

function caseText({ operand, branches, otherwise }: Extract<Expression, { kind: "case" }>): string {
  const subject = operand === undefined ? "" : ` ${expressionText(operand)}`;
  const whens = branches.map(({ when, then }) => ` WHEN ${expressionText(when)} THEN ${expressionText(then)}`).join("");
  const rest = otherwise === undefined ? "" : ` ELSE ${expressionText(otherwise)}`;
  return `CASE${subject}${whens}${rest} END`;
}

function callText(call: CallExpression): string {
  const args = call.args.map(expressionText);
  return operatorText(call.name, args) ?? functionText(call, args);
}

function operatorText(name: string, args: readonly string[]): string | undefined {
  const [first, second, third] = args;
  if (args.length === 2 && BINARY.has(name)) return `(${first} ${name.toUpperCase()} ${second})`;
  if (args.length === 2 && name === "like") return `(${first} LIKE ${second})`;
  if (args.length === 3 && (name === "like" || name === "ilike"))
    return `(${first} ${name.toUpperCase()} ${second} ESCAPE ${third})`;
  if (args.length === 3 && name === "between") return `(${first} BETWEEN ${second} AND ${third})`;
  if (args.length !== 1) return undefined;
  switch (name) {
    case "not":
      return `(NOT ${first})`;
    case "negative":
      return `(- (${first}))`;
    case "~":
      return `(~ ${first})`;
    case "isnull":
      return `(${first} IS NULL)`;
    case "isnotnull":
      return `(${first} IS NOT NULL)`;
    default:
      return undefined;
  }
}

function functionText(call: CallExpression, operands: readonly string[]): string {
  const named = (call.namedArgs ?? []).map((one) => `${nameText(one.name)} => ${expressionText(one.value)}`);
  const args = [...operands, ...named].join(", ");
  const nulls = call.ignoreNulls === true ? " IGNORE NULLS" : "";
  const within = call.withinGroup === undefined ? "" : ` WITHIN GROUP (ORDER BY ${sortText(call.withinGroup)})`;
  const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${expressionText(call.filter)})`;
  const over = call.over === undefined ? "" : ` OVER ${windowText(call.over)}`;
  const name = call.name.split(".").map(quoteIfNeeded).join(".");
  return `${name}(${call.distinct === true ? "DISTINCT " : ""}${args})${nulls}${within}${filter}${over}`;
}

/** Items of ORDER BY. */
export function sortText(items: readonly SortItem[]): string {
  return items
    .map(({ expression, descending, nulls }) => {
      const place = nulls === undefined ? "" : ` NULLS ${nulls.toUpperCase()}`;
      return `${expressionText(expression)}${descending ? " DESC" : ""}${place}`;
    })
    .join(", ");
}

/** A window specification in parentheses. */
export function windowText({ name, partitionBy, orderBy, frame }: WindowSpec): string {
  const parts = [
    name === undefined ? "" : nameText(name),
    partitionBy.length === 0 ? "" : `PARTITION BY ${listText(partitionBy)}`,
    orderBy.length === 0 ? "" : `ORDER BY ${sortText(orderBy)}`,
    frame === undefined
      ? ""
      : `${frame.unit.toUpperCase()} BETWEEN ${boundText(frame.start)} AND ${boundText(frame.end)}`,
  ];
  return `(${parts.filter((part) => part !== "").join(" ")})`;
}

function boundText(bound: FrameBound): string {
  if (bound.kind === "preceding") return `${expressionText(bound.offset)} PRECEDING`;
  if (bound.kind === "following") return `${expressionText(bound.offset)} FOLLOWING`;
  return bound.kind.replaceAll("-", " ").toUpperCase();
}
