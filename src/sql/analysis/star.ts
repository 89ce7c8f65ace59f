/** `*`, `t.*`, `struct.*`, `* EXCEPT (...)` as the columns they stand for. */
import { type DataType, STRING } from "../../schema/data-type.js";
import type { Expression, StarExpression } from "../ast.js";
import { unsupportedFeature } from "../functions/function-errors.js";
import { analysisError, unresolvedColumn } from "./analysis-errors.js";
import { knownNames, matchColumn, matchesQualifier } from "./name-resolution.js";
import { columnById, type Scope, type ScopeColumn } from "./scope.js";

/** One column of an expanded star. */
export interface StarColumn {
  readonly name: string;
  readonly expression: Expression;
  readonly dataType: DataType;
  /** Of the column in scope that it is; a field of a struct is none. */
  readonly id?: string;
}

/** Throws CANNOT_RESOLVE_STAR_EXPAND for an unknown qualifier, UNRESOLVED_COLUMN.* for an unknown name in EXCEPT. */
export function expandStar(star: StarExpression, scope: Scope): readonly StarColumn[] {
  const columns = scope.grouped?.input.columns ?? scope.columns;
  const all = star.qualifier.length === 0 ? visible(columns) : qualified(star.qualifier, columns);
  const expanded: readonly StarColumn[] = all.map(({ name, id, dataType }) => ({
    name,
    expression: columnById(id),
    dataType,
    id,
  }));
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
    return change ? { ...column, name: change.name, expression: change.value } : column;
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
  return type.fields.map(({ name, dataType }) => ({
    name,
    expression: { kind: "field", operand: base, name },
    dataType,
  }));
}

/** What a name in EXCEPT stands for: columns of the star, or fields within them. */
interface Excepted {
  readonly columns: readonly StarColumn[];
  readonly fields: readonly string[];
}

/** Throws EXCEPT_OVERLAPPING_COLUMNS, UNRESOLVED_COLUMN.*, FIELD_NOT_FOUND. */
function without(except: readonly string[], columns: readonly StarColumn[], scope: Scope): readonly StarColumn[] {
  if (except.length === 0) return columns;
  const named = except.map((one) => excepted(one, columns, scope));
  if (named.some((one, i) => named.some((other, j) => i !== j && overlaps(one, other)))) throw overlap(except);
  return columns.flatMap((column): readonly StarColumn[] => {
    const fields = named.filter((one) => one.columns.includes(column)).map((one) => one.fields);
    if (fields.length === 0) return [column];
    if (fields.some((one) => one.length === 0)) return [];
    return [{ ...column, expression: withoutFields(column.expression, column.dataType, fields, column.name) }];
  });
}

function overlaps(one: Excepted, other: Excepted): boolean {
  return one.columns.some((column) => other.columns.includes(column)) && isPrefix(one.fields, other.fields);
}

function isPrefix(one: readonly string[], other: readonly string[]): boolean {
  return one.every((part, i) => sameName(part, other[i] ?? ""));
}

/** `EXCEPT (a)` leaves out each column a of the star, `EXCEPT (t.a)` that of t alone. */
function excepted(written: string, columns: readonly StarColumn[], scope: Scope): Excepted {
  const called = (name: string) => columns.filter((one) => sameName(one.name, name));
  const whole = called(written);
  if (whole.length > 0) return { columns: whole, fields: [] };
  const parts = written.split(".");
  const match = parts.length > 1 ? matchColumn(parts, scope.grouped?.input.columns ?? scope.columns) : undefined;
  const own = columns.filter(({ id }) => id !== undefined && id === match?.column.id);
  if (match && own.length > 0) return { columns: own, fields: match.fields };
  // A key that USING hides stands in the star as that of the other side, a field of a struct as a column.
  const [first = "", ...fields] = match ? [match.column.name, ...match.fields] : parts;
  const found = parts.length > 1 ? called(first) : [];
  if (found.length === 0) throw unresolvedColumn([written], knownNames(scope));
  return { columns: found, fields };
}

/** A struct made anew of the fields that stay: where it is NULL, Spark gives one of NULLs. */
function withoutFields(
  operand: Expression,
  dataType: DataType,
  paths: readonly (readonly string[])[],
  name: string,
): Expression {
  const fields = dataType.kind === "struct" ? dataType.fields : [];
  const unknown = paths.find(([first = ""]) => !fields.some((one) => sameName(one.name, first)));
  if (unknown !== undefined) throw fieldNotFound(unknown[0] ?? "", name, fields);
  const args = fields.flatMap((one): readonly Expression[] => {
    const within = paths.filter(([first = ""]) => sameName(first, one.name)).map(([, ...rest]) => rest);
    if (within.some((path) => path.length === 0)) return [];
    const value: Expression = { kind: "field", operand, name: one.name };
    const kept = within.length === 0 ? value : withoutFields(value, one.dataType, within, one.name);
    return [{ kind: "literal", dataType: STRING, value: one.name }, kept];
  });
  if (args.length > 0) return { kind: "call", name: "named_struct", args };
  throw unsupportedFeature(`A struct without fields is not supported: EXCEPT leaves none of ${name}.`, "Leave it out.");
}

function fieldNotFound(field: string, column: string, fields: readonly { readonly name: string }[]): Error {
  const known = fields.map((one) => `\`${one.name}\``).join(", ");
  return analysisError("FIELD_NOT_FOUND", "42704", `No such struct field \`${field}\` in \`${column}\` (${known}).`, {
    parameters: { fieldName: `\`${field}\``, fields: known },
  });
}

function overlap(columns: readonly string[]): Error {
  const list = columns.join(", ");
  return analysisError(
    "EXCEPT_OVERLAPPING_COLUMNS",
    "42702",
    `Columns in an EXCEPT list must be distinct and non-overlapping, but got (${list}).`,
    { parameters: { columns: list } },
  );
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
