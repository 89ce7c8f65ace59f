/** The name of a column without an alias, as Spark gives it: the resolved expression's text, which types take part in. */
import { type DataType, sameType, TIMESTAMP } from "../../schema/data-type.js";
import type { CallExpression, Expression, FrameBound, Query, WindowSpec } from "../ast.js";
import { isDatetime, isIntegral, isNumeric } from "../coercion/coercion.js";
import { prettyName } from "../parse/pretty-name.js";
import { mapExpressions } from "./expression-tree.js";
import { findColumn } from "./name-resolution.js";
import { withPlacedArguments } from "./named-arguments.js";
import { type Analysis, type Environment, idOf, type Scope, type ScopeColumn } from "./scope.js";
import { expandStar } from "./star.js";
import { canonicalDate, localTimestampText, timestampMicros, timestampText } from "./timestamp-text.js";
import { resolveSpec } from "./window.js";

/** A column's name as it is written, a field's as it is written, otherwise the expression's text. */
export function columnName(expression: Expression, scope: Scope): string {
  if (expression.kind === "column") return expression.parts.at(-1) ?? "";
  // Spark names a cast of a bare column after the column.
  if (expression.kind === "cast" && isBareColumn(expression.operand, scope))
    return columnName(expression.operand, scope);
  const shown = shownAs(expression, scope);
  if (shown.kind === "field") return dottedName(shown);
  return prettyName(shown);
}

function dottedName(expression: Expression): string {
  if (expression.kind === "field") return `${dottedName(expression.operand)}.${expression.name}`;
  return expression.kind === "column" ? expression.parts.join(".") : prettyName(expression);
}

function columnsOf(scope: Scope): readonly ScopeColumn[] {
  return scope.grouped?.input.columns ?? scope.columns;
}

function isBareColumn(expression: Expression, scope: Scope): boolean {
  if (expression.kind !== "column") return false;
  const match = findColumn(expression.parts, columnsOf(scope));
  return match === undefined || match.fields.length === 0;
}

/** A column whose name is the text, to put ready text into a tree. */
function text(name: string): Expression {
  return { kind: "column", parts: [name] };
}

/** The same expression as Spark prints it: columns without their tables, windows without names, literals and sums of dates as evaluated. */
function shownAs(expression: Expression, scope: Scope): Expression {
  if (expression.kind === "column") return shownColumn(expression.parts, scope) ?? expression;
  if (expression.kind === "literal") return shownLiteral(expression, scope);
  if (expression.kind === "call" && (expression.name === "+" || expression.name === "-")) {
    const sum = shownDateSum(expression, scope);
    if (sum) return sum;
  }
  if (expression.kind === "call" && (expression.name === "window" || expression.name === "session_window")) {
    return text(expression.name);
  }
  const correlated = shownSubquery(expression, scope);
  if (correlated) return correlated;
  const isRoutine = expression.kind === "call" && scope.environment.analysis.routines?.has(expression.name);
  const placed = expression.kind === "call" && !isRoutine ? withPlacedArguments(expression) : expression;
  const starless = placed.kind === "call" ? withoutStars(placed, scope) : placed;
  if (expression.kind === "subscript" && expression.index.kind === "literal") {
    const isStruct = typeOf(expression.operand, scope)?.kind === "struct";
    if (isStruct) return text(`${prettyName(shownAs(expression.operand, scope))}.${expression.index.value}`);
  }
  const inner = mapExpressions(starless, (one) => shownAs(one, scope));
  if (inner.kind !== "call" || inner.over === undefined) return inner;
  const spec = inner.over.name === undefined ? inner.over : resolveSpec(inner.over, scope);
  const written = expression.kind === "call" && expression.over ? resolveSpec(expression.over, scope) : spec;
  return { ...inner, over: withCastBounds(spec, typeOf(written.orderBy[0]?.expression, scope)) };
}

/** A bound that is cast to the order's type is no longer a plain `n PRECEDING` to Spark, but `(- n) FOLLOWING`. */
function withCastBounds(spec: WindowSpec, order: DataType | undefined): WindowSpec {
  const { frame } = spec;
  if (frame?.unit !== "range" || order === undefined || !isNumeric(order)) return spec;
  const shown = (bound: FrameBound): FrameBound => {
    if (bound.kind !== "preceding" || bound.offset.kind !== "literal") return bound;
    if (sameType(bound.offset.dataType, order)) return bound;
    return { kind: "following", offset: { kind: "call", name: "negative", args: [bound.offset] } };
  };
  return { ...spec, frame: { ...frame, start: shown(frame.start), end: shown(frame.end) } };
}

/** Spark shows which columns of the query around a subquery reads. */
function shownSubquery(expression: Expression, scope: Scope): Expression | undefined {
  switch (expression.kind) {
    case "scalar-query":
      return text(`scalarsubquery(${outerColumns(expression.query, scope)})`);
    case "exists":
      return text(`exists(${outerColumns(expression.query, scope)})`);
    case "in-query": {
      const operand = prettyName(shownAs(expression.operand, scope));
      return text(`(${operand} IN (listquery(${outerColumns(expression.query, scope)})))`);
    }
    default:
      return undefined;
  }
}

/** Names of the columns of this scope that the query reads, in order, each as often as it is read. */
function outerColumns(query: Query, scope: Scope): string {
  const own = new Set(columnsOf(scope));
  const read: string[] = [];
  const { analysis, commonTables } = scope.environment;
  const onReference = (column: ScopeColumn): void => {
    if (own.has(column)) read.push(column.name);
  };
  const noted: Analysis = { ...analysis, effects: { nondeterministic: 0 }, onReference };
  const { grouped: _, ...around } = scope;
  const environment: Environment = { ...scope.environment, analysis: noted };
  const outer: Scope = { ...around, columns: columnsOf(scope), environment };
  analysis.query(query, { analysis: noted, commonTables, outer }, false);
  return read.join(", ");
}

/** `concat(*)` is shown with the columns; `count(*)` stays. */
function withoutStars(call: CallExpression, scope: Scope): CallExpression {
  if (call.name === "count" && !call.distinct) return call;
  const args = call.args.flatMap((one) =>
    one.kind === "star" ? expandStar(one, scope).map((c) => c.expression) : [one],
  );
  return { ...call, args };
}

function shownColumn(parts: readonly string[], scope: Scope): Expression | undefined {
  const match = findColumn(parts, columnsOf(scope));
  if (!match) return undefined;
  if (idOf(parts) !== undefined) return text(match.column.name);
  return { kind: "column", parts: parts.slice(parts.length - match.fields.length - 1) };
}

function shownLiteral(literal: Extract<Expression, { kind: "literal" }>, scope: Scope): Expression {
  const { kind } = literal.dataType;
  if (literal.value === null) return literal;
  const { timeZone } = scope.environment.analysis.context;
  if (kind === "date") return { ...literal, value: canonicalDate(literal.value) ?? literal.value };
  if (kind !== "timestamp" && kind !== "timestamp_ntz") return literal;
  const micros = timestampMicros(literal.value, kind === "timestamp" ? timeZone : undefined);
  if (micros === undefined) return literal;
  return { ...literal, value: kind === "timestamp" ? localTimestampText(micros, timeZone) : timestampText(micros) };
}

/** `date + 1` is date_add(date, 1) to Spark, and `time + interval` stands without parentheses. */
function shownDateSum(call: CallExpression, scope: Scope): Expression | undefined {
  const [left, right] = call.args;
  if (!left || !right) return undefined;
  const [one, other] = [typeOf(left, scope), typeOf(right, scope)];
  if (!one || !other) return undefined;
  const args = [shownAs(left, scope), shownAs(right, scope)];
  if (one.kind === "date" && isIntegral(other)) {
    return { kind: "call", name: call.name === "+" ? "date_add" : "date_sub", args };
  }
  if (other.kind === "interval" && (isDatetime(one) || one.kind === "string")) {
    return text(args.map(prettyName).join(` ${call.name} `));
  }
  return undefined;
}

const RETURNS: Readonly<Record<string, DataType>> = {
  current_date: { kind: "date" },
  curdate: { kind: "date" },
  to_date: { kind: "date" },
  date: { kind: "date" },
  date_add: { kind: "date" },
  date_sub: { kind: "date" },
  last_day: { kind: "date" },
  add_months: { kind: "date" },
  make_date: { kind: "date" },
  current_timestamp: TIMESTAMP,
  now: TIMESTAMP,
  to_timestamp: TIMESTAMP,
  timestamp: TIMESTAMP,
  date_trunc: TIMESTAMP,
};

/** Functions that give a value of their first argument's type. */
const OF_FIRST: ReadonlySet<string> = new Set(["coalesce", "nvl", "ifnull", "nullif", "greatest", "least"]);

/** The type, where it can be told without compiling; names are wanted before anything is compiled. */
function typeOf(expression: Expression | undefined, scope: Scope): DataType | undefined {
  if (expression === undefined) return undefined;
  switch (expression.kind) {
    case "literal":
      return expression.dataType;
    case "cast":
      return expression.to;
    case "interval":
      return { kind: "interval", family: "day-time" };
    case "case":
      return typeOf(expression.branches[0]?.then, scope);
    case "column": {
      const match = findColumn(expression.parts, columnsOf(scope));
      return match?.fields.length === 0 ? match.column.dataType : undefined;
    }
    case "call": {
      const [left, right] = expression.args;
      if ((expression.name === "+" || expression.name === "-") && left && right) {
        const one = typeOf(left, scope);
        return one && isDatetime(one) ? one : undefined;
      }
      if (OF_FIRST.has(expression.name)) return typeOf(left, scope);
      return RETURNS[expression.name];
    }
    default:
      return undefined;
  }
}
