/** `*`, `t.*`, `struct.*`, `* EXCEPT (...)` as the columns they stand for. */
import type { Expression, StarExpression } from "../ast.js";
import { analysisError, unresolvedColumn } from "./analysis-errors.js";
import { knownNames, matchColumn, matchesQualifier } from "./name-resolution.js";
import { columnById, type Scope, type ScopeColumn } from "./scope.js";

/** One column of an expanded star. */
export interface StarColumn {
  readonly name: string;
  readonly expression: Expression;
}

/** Throws CANNOT_RESOLVE_STAR_EXPAND for an unknown qualifier, UNRESOLVED_COLUMN.* for an unknown name in EXCEPT. */
export function expandStar(star: StarExpression, scope: Scope): readonly StarColumn[] {
  const columns = scope.grouped?.input.columns ?? scope.columns;
  const all = star.qualifier.length === 0 ? visible(columns) : qualified(star.qualifier, columns);
  const expanded = all.map((column) => ({ name: column.name, expression: columnById(column.id) }));
  const found = all.length > 0 || star.qualifier.length === 0 ? expanded : structFields(star.qualifier, columns);
  if (found === undefined) throw unknownStar(star.qualifier, columns);
  return replaced(star, without(star.except, found, scope), scope);
}

function replaced(star: StarExpression, columns: readonly StarColumn[], scope: Scope): readonly StarColumn[] {
  const { replace = [] } = star;
  const unknown = replace.find(({ name }) => !columns.some((one) => sameName(one.name, name)));
  if (unknown !== undefined) throw unresolvedColumn([unknown.name], knownNames(scope));
  return columns.map((column) => {
    const change = replace.find(({ name }) => sameName(column.name, name));
    return change ? { name: change.name, expression: change.value } : column;
  });
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function visible(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  return columns.filter((one) => !one.hidden && !one.internal && !one.qualifiedOnly);
}

/** With a qualifier the key that a USING join hides is part of its table's columns, before the others as Spark has it. */
function qualified(qualifier: readonly string[], columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  const own = columns.filter((one) => !one.internal && matchesQualifier(one, qualifier));
  return [...own.filter((one) => one.qualifiedOnly), ...own.filter((one) => !one.qualifiedOnly && !one.hidden)];
}

function structFields(
  qualifier: readonly string[],
  columns: readonly ScopeColumn[],
): readonly StarColumn[] | undefined {
  const match = matchColumn(qualifier, columns);
  if (!match) return undefined;
  const base: Expression = match.fields.reduce<Expression>(
    (operand, name) => ({ kind: "field", operand, name }),
    columnById(match.column.id),
  );
  let type = match.column.dataType;
  for (const name of match.fields) {
    const field =
      type.kind === "struct" ? type.fields.find((one) => one.name.toLowerCase() === name.toLowerCase()) : undefined;
    if (!field) return undefined;
    type = field.dataType;
  }
  if (type.kind !== "struct") return undefined;
  return type.fields.map(({ name }) => ({ name, expression: { kind: "field", operand: base, name } }));
}

function without(except: readonly string[], columns: readonly StarColumn[], scope: Scope): readonly StarColumn[] {
  const names = new Set(columns.map((one) => one.name.toLowerCase()));
  // `EXCEPT (t.a)` and `EXCEPT (a)` name the same column of the star.
  const bare = (one: string) => unqualified(one, names, scope).toLowerCase();
  const left = new Set(except.map(bare));
  const unknown = except.find((one) => !names.has(bare(one)));
  if (unknown !== undefined) throw unresolvedColumn([unknown], knownNames(scope));
  return left.size === 0 ? columns : columns.filter((one) => !left.has(one.name.toLowerCase()));
}

/** The column that a dotted name means, where its qualifier is a table's. */
function unqualified(name: string, names: ReadonlySet<string>, scope: Scope): string {
  const parts = name.split(".");
  if (parts.length === 1 || names.has(name.toLowerCase())) return name;
  const match = matchColumn(parts, scope.grouped?.input.columns ?? scope.columns);
  return match && match.fields.length === 0 ? match.column.name : name;
}

function unknownStar(qualifier: readonly string[], columns: readonly ScopeColumn[]): Error {
  const known = [...new Set(columns.flatMap((one) => one.qualifiers.map((parts) => parts.join("."))))].join(", ");
  return analysisError(
    "CANNOT_RESOLVE_STAR_EXPAND",
    "42704",
    `Cannot resolve ${qualifier.join(".")}.* given input columns of [${known}].`,
    {
      cure: "Check that the specified table or struct exists and is in scope.",
      parameters: { targetString: qualifier.join(".") },
    },
  );
}
