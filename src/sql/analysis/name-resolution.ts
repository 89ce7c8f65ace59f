/** Spark's rules for what `a.b.c` means: qualifier, column, fields; letter case aside; the query's own columns before outer ones. */

import type { Typed } from "../typed.js";
import {
  ambiguousReference,
  missingAggregation,
  missingAttribute,
  missingGroupBy,
  unresolvedColumn,
} from "./analysis-errors.js";
import { extractField } from "./field-access.js";
import { readOrigins } from "./origins.js";
import { idOf, type Scope, type ScopeColumn } from "./scope.js";

/** A column and the struct fields that the rest of the name selects in it. */
export interface ColumnMatch {
  readonly column: ScopeColumn;
  readonly fields: readonly string[];
}

function sameName(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

/** True where the qualifier ends with the parts written. */
export function matchesQualifier(column: ScopeColumn, written: readonly string[]): boolean {
  return column.qualifiers.some((qualifier) => {
    if (qualifier.length < written.length) return false;
    const tail = qualifier.slice(qualifier.length - written.length);
    return tail.every((part, i) => sameName(part, written[i] ?? ""));
  });
}

/** The columns that the longest matching qualifier leaves, all of which the name may mean, and the rest of its parts. */
function candidates(
  parts: readonly string[],
  columns: readonly ScopeColumn[],
): { readonly columns: readonly ScopeColumn[]; readonly fields: readonly string[] } {
  const id = idOf(parts);
  if (id !== undefined) return { columns: columns.filter((one) => one.id === id), fields: [] };
  for (let i = parts.length - 1; i >= 0; i--) {
    const name = parts[i] ?? "";
    const qualifier = parts.slice(0, i);
    const named = columns.filter(
      (one) =>
        !one.internal && sameName(one.name, name) && (i === 0 ? !one.qualifiedOnly : matchesQualifier(one, qualifier)),
    );
    // Hidden columns give way to a column of the same name.
    const found = named.some((one) => !one.hidden) ? named.filter((one) => !one.hidden) : named;
    if (found.length > 0) return { columns: found, fields: parts.slice(i + 1) };
  }
  return { columns: [], fields: [] };
}

/** The column among these that the name means; undefined where none, or several. */
export function findColumn(parts: readonly string[], columns: readonly ScopeColumn[]): ColumnMatch | undefined {
  const found = candidates(parts, columns);
  const [column] = found.columns;
  if (column === undefined || found.columns.some((one) => one.id !== column.id)) return undefined;
  return { column, fields: found.fields };
}

/** The column among these that the name means, undefined where none. Throws AMBIGUOUS_REFERENCE. */
export function matchColumn(parts: readonly string[], columns: readonly ScopeColumn[]): ColumnMatch | undefined {
  const match = findColumn(parts, columns);
  const found = match ? [] : candidates(parts, columns).columns;
  if (found.length === 0) return match;
  throw ambiguousReference(
    parts,
    found.map((one) => [...(one.qualifiers[0] ?? []), one.name]),
  );
}

/** A reference to a column. */
export function typedColumn(column: ScopeColumn, scope: Scope): Typed {
  scope.environment.analysis.onReference?.(column);
  readOrigins(scope.environment.analysis, column);
  return { sql: column.sql, dataType: column.dataType, nullable: column.nullable };
}

function withFields(base: Typed, fields: readonly string[], name: string): Typed {
  return fields.reduce((value, one) => extractField(value, one, name), base);
}

/** A name as a compiled expression, or undefined where neither this scope nor those around it know it. */
function resolveName(parts: readonly string[], scope: Scope): Typed | undefined {
  const variable = scope.variables?.get(parts[0]?.toLowerCase() ?? "");
  if (variable) return withFields(variable, parts.slice(1), parts.join("."));
  if (scope.aliases?.first) {
    const alias = resolveAlias(parts, scope);
    if (alias) return alias;
  }
  const { outer, analysis } = scope.environment;
  const reads = analysis.reads.current;
  const own = resolveOwn(parts, scope);
  if (own) {
    reads?.all.add(own.sql);
    return own;
  }
  if (scope.aliases && !scope.aliases.first) {
    const alias = resolveAlias(parts, scope);
    if (alias) return alias;
  }
  const found = outer && resolveName(parts, outer);
  if (found) reads?.outer.add(found.sql);
  return found;
}

function resolveAlias(parts: readonly string[], scope: Scope): Typed | undefined {
  const [name, ...fields] = parts;
  const alias = name === undefined ? undefined : scope.aliases?.lookup(name.toLowerCase());
  if (alias) readOrigins(scope.environment.analysis, alias);
  return alias && withFields(alias, fields, parts.join("."));
}

function resolveOwn(parts: readonly string[], scope: Scope): Typed | undefined {
  const match = matchColumn(parts, scope.columns);
  if (match) return withFields(typedColumn(match.column, scope), match.fields, parts.join("."));
  const { grouped } = scope;
  const before = grouped && matchColumn(parts, grouped.input.columns);
  if (!grouped || !before) return timeWindow(parts, scope);
  const key = grouped.keyColumn(before.column);
  if (key) return withFields(key, before.fields, parts.join("."));
  const whole = grouped.key({ kind: "column", parts });
  if (whole) return whole;
  // HAVING and ORDER BY see no more than the grouped rows.
  if (scope.aliases?.first) return undefined;
  if (grouped.implicit) throw missingGroupBy();
  throw missingAggregation(before.fields.length > 0 ? parts.join(".") : before.column.name);
}

/** `window.start` where the query has a window(...). */
function timeWindow(parts: readonly string[], scope: Scope): Typed | undefined {
  const [name = "", ...fields] = parts;
  const window = scope.timeWindow && sameName(name, scope.timeWindow.name) ? scope.timeWindow : undefined;
  const column = (scope.grouped?.input ?? scope).columns.find((one) => one.id === window?.id);
  if (column === undefined) return undefined;
  const value = scope.grouped ? scope.grouped.keyColumn(column) : typedColumn(column, scope);
  return value && withFields(value, fields, parts.join("."));
}

/** A name as a compiled expression. Throws UNRESOLVED_COLUMN.*, AMBIGUOUS_REFERENCE, MISSING_AGGREGATION, FIELD_NOT_FOUND. */
export function resolveColumn(parts: readonly string[], scope: Scope): Typed {
  const found = resolveName(parts, scope);
  if (found) return found;
  const variable = scope.environment.analysis.context.variable?.(parts);
  if (variable) return withFields(variable.value, variable.fields, parts.join("."));
  const [first = ""] = parts;
  const isOfPlan = parts.length > 1 && first.startsWith("#");
  if (isOfPlan && !scope.columns.some((one) => matchesQualifier(one, [first]))) {
    throw missingAttribute(parts, knownNames(scope));
  }
  throw unresolvedColumn(parts, knownNames(scope));
}

/** The names that the scope knows; qualified where the bare name is not unique. */
export function knownNames(scope: Scope): readonly (readonly string[])[] {
  const columns = [...scope.columns, ...(scope.grouped?.input.columns ?? [])].filter(
    (one) => !one.internal && !one.hidden,
  );
  const names = columns.map((one) => {
    const [qualifier] = one.qualifiers;
    const last = qualifier?.at(-1);
    return last === undefined || last.startsWith("#") ? [one.name] : [last, one.name];
  });
  const tables = new Set(names.filter((one) => one.length > 1).map((one) => one[0]));
  const shown = tables.size <= 1 ? columns.map((one) => [one.name]) : names;
  const outer = scope.environment.outer ? knownNames(scope.environment.outer) : [];
  return [...shown, ...(scope.aliases?.names ?? []).map((one) => [one]), ...outer];
}
