/** Expressions of our tree back to Spark SQL text. */
import { quoteIfNeeded, quoteName, typeText } from "../../schema/type-text.js";
import type { CallExpression, Expression, FrameBound, LiteralExpression, Query, SortItem, WindowSpec } from "../ast.js";
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
  ">>>",
  "ilike",
  "rlike",
]);
const SUFFIXES: Readonly<Record<string, string>> = { long: "L", short: "S", byte: "Y", float: "F", decimal: "BD" };
const BARE_WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Writes expressions; the queries inside them are written by what it is given. */
export class ExpressionWriter {
  readonly #queryText: (query: Query) => string;

  constructor(queryText: (query: Query) => string) {
    this.#queryText = queryText;
  }

  /**
   * Spark SQL of an expression, operators in parentheses.
   * @example this.expression(parseExpression("a+1 > 2")) // "((a + 1) > 2)"
   */
  expression(expression: Expression): string {
    switch (expression.kind) {
      case "literal":
        return literalText(expression);
      case "column":
        return expression.parts.map(nameText).join(".");
      case "star":
        return starText(expression);
      case "call":
        return this.#callText(expression);
      case "alias":
        return this.#aliasText(expression);
      case "cast":
        return `${expression.try ? "TRY_CAST" : "CAST"}(${this.expression(expression.operand)} AS ${typeText(expression.to)})`;
      case "case":
        return this.#caseText(expression);
      case "in":
        return `(${this.expression(expression.operand)} IN (${this.#listText(expression.values)}))`;
      case "in-query":
        return `(${this.expression(expression.operand)} IN (${this.#queryText(expression.query)}))`;
      case "exists":
        return `EXISTS (${this.#queryText(expression.query)})`;
      case "scalar-query":
        return `(${this.#queryText(expression.query)})`;
      case "lambda":
        return `(${expression.parameters.map(nameText).join(", ")}) -> ${this.expression(expression.body)}`;
      case "subscript":
        return `${this.#operandText(expression.operand)}[${this.expression(expression.index)}]`;
      case "field":
        return `${this.#operandText(expression.operand)}.${nameText(expression.name)}`;
      case "json-path":
        return `${this.#operandText(expression.operand)}:${expression.path}`;
      case "interval":
        return `INTERVAL ${expression.parts.map((part) => `${this.#intervalValue(part.value)} ${part.unit.toUpperCase()}`).join(" ")}`;
      case "parameter":
        return `:${quoteIfNeeded(expression.name)}`;
      case "row":
        return `(${this.#listText(expression.values)})`;
    }
  }

  #listText(expressions: readonly Expression[]): string {
    return expressions.map((one) => this.expression(one)).join(", ");
  }

  #operandText(operand: Expression): string {
    const text = this.expression(operand);
    return operand.kind === "call" || operand.kind === "subscript" || operand.kind === "row" ? text : `(${text})`;
  }

  #intervalValue(value: Expression): string {
    return value.kind === "literal" ? quoteString(value.value ?? "") : this.expression(value);
  }

  #aliasText({ operand, names }: Extract<Expression, { kind: "alias" }>): string {
    const [only] = names;
    const name = names.length === 1 && only !== undefined ? nameText(only) : `(${names.map(nameText).join(", ")})`;
    return `${this.expression(operand)} AS ${name}`;
  }

  #caseText({ operand, branches, otherwise }: Extract<Expression, { kind: "case" }>): string {
    const subject = operand === undefined ? "" : ` ${this.expression(operand)}`;
    const whens = branches
      .map(({ when, then }) => ` WHEN ${this.expression(when)} THEN ${this.expression(then)}`)
      .join("");
    const rest = otherwise === undefined ? "" : ` ELSE ${this.expression(otherwise)}`;
    return `CASE${subject}${whens}${rest} END`;
  }

  #callText(call: CallExpression): string {
    const args = call.args.map((one) => this.expression(one));
    return operatorText(call.name, args) ?? this.#functionText(call, args);
  }

  #functionText(call: CallExpression, operands: readonly string[]): string {
    const named = (call.namedArgs ?? []).map((one) => `${nameText(one.name)} => ${this.expression(one.value)}`);
    const args = [...operands, ...named].join(", ");
    const nulls = call.ignoreNulls === true ? " IGNORE NULLS" : "";
    const within = call.withinGroup === undefined ? "" : ` WITHIN GROUP (ORDER BY ${this.sort(call.withinGroup)})`;
    const filter = call.filter === undefined ? "" : ` FILTER (WHERE ${this.expression(call.filter)})`;
    const over = call.over === undefined ? "" : ` OVER ${this.window(call.over)}`;
    const name = call.name.split(".").map(quoteIfNeeded).join(".");
    return `${name}(${call.distinct === true ? "DISTINCT " : ""}${args})${nulls}${within}${filter}${over}`;
  }

  /** Items of ORDER BY. */
  sort(items: readonly SortItem[]): string {
    return items
      .map(({ expression, descending, nulls }) => {
        const place = nulls === undefined ? "" : ` NULLS ${nulls.toUpperCase()}`;
        return `${this.expression(expression)}${descending ? " DESC" : ""}${place}`;
      })
      .join(", ");
  }

  /** A window specification in parentheses. */
  window({ name, partitionBy, orderBy, frame }: WindowSpec): string {
    const parts = [
      name === undefined ? "" : nameText(name),
      partitionBy.length === 0 ? "" : `PARTITION BY ${this.#listText(partitionBy)}`,
      orderBy.length === 0 ? "" : `ORDER BY ${this.sort(orderBy)}`,
      frame === undefined
        ? ""
        : `${frame.unit.toUpperCase()} BETWEEN ${this.#boundText(frame.start)} AND ${this.#boundText(frame.end)}`,
    ];
    return `(${parts.filter((part) => part !== "").join(" ")})`;
  }

  #boundText(bound: FrameBound): string {
    if (bound.kind === "preceding") return `${this.expression(bound.offset)} PRECEDING`;
    if (bound.kind === "following") return `${this.expression(bound.offset)} FOLLOWING`;
    return bound.kind.replaceAll("-", " ").toUpperCase();
  }
}

/** Names that are words of the grammar are put in backticks with all others that need it. */
function nameText(name: string): string {
  return BARE_WORD.test(name) && name.length > 0 && !/^[A-Z]+$/i.test(name) ? name : quoteName(name);
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
