/** A text that is the same for expressions that mean the same in a scope: names resolved, letter case and places aside. */
import type { Expression } from "../ast.js";
import { findColumn } from "./name-resolution.js";
import type { Scope, ScopeColumn } from "./scope.js";

const COMMUTATIVE: ReadonlySet<string> = new Set(["+", "*", "and", "or", "=", "<=>", "&", "|", "^"]);

const known = new WeakMap<readonly ScopeColumn[], WeakMap<Expression, string>>();

export function fingerprint(expression: Expression, scope: Pick<Scope, "columns">): string {
  let prints = known.get(scope.columns);
  if (!prints) {
    prints = new WeakMap();
    known.set(scope.columns, prints);
  }
  const found = prints.get(expression);
  if (found !== undefined) return found;
  const print = printOf(expression, scope);
  prints.set(expression, print);
  return print;
}

function printOf(expression: Expression, scope: Pick<Scope, "columns">): string {
  if (expression.kind === "alias") return fingerprint(expression.operand, scope);
  if (expression.kind === "column") return columnPrint(expression.parts, scope);
  if (expression.kind === "field") return `${fingerprint(expression.operand, scope)}.${expression.name.toLowerCase()}`;
  if (expression.kind === "call" && COMMUTATIVE.has(expression.name)) {
    return `${expression.name}(${expression.args
      .map((one) => fingerprint(one, scope))
      .sort()
      .join(",")})`;
  }
  return JSON.stringify(expression, (name, value: unknown) => {
    if (name === "span") return undefined;
    return name !== "" && isColumn(value) ? columnPrint(value.parts, scope) : value;
  });
}

function isColumn(value: unknown): value is Extract<Expression, { kind: "column" }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "column" && "parts" in value;
}

function columnPrint(parts: readonly string[], scope: Pick<Scope, "columns">): string {
  const match = findColumn(parts, scope.columns);
  if (!match) return `?${parts.join(".").toLowerCase()}`;
  return [`#${match.column.id}`, ...match.fields.map((one) => one.toLowerCase())].join(".");
}
