/** ORDER BY, LIMIT and OFFSET: by position, by output column, by anything that the rows behind the SELECT list have. */

import { LONG } from "../../schema/data-type.js";
import type { Expression, QueryTail, SortItem } from "../ast.js";
import { isOrderable } from "../functions/ordering.js";
import type { Typed } from "../typed.js";
import { ambiguousReference, analysisError } from "./analysis-errors.js";
import { compileExpression } from "./expression.js";
import { hasSubquery, namesIn } from "./expression-tree.js";
import { coerce } from "./implicit-cast.js";
import { findColumn } from "./name-resolution.js";
import type { AliasScope, Environment, Scope } from "./scope.js";
import { sortable, sortSql } from "./window.js";

/** What an output column is to ORDER BY. */
export interface SortTarget {
  readonly name: string;
  readonly value: Typed;
  /** The hidden key of a USING join: its bare name does not mean it. */
  readonly qualifiedOnly?: boolean;
}

/** ` ORDER BY ...`, or "" where nothing orders. Throws ORDER_BY_POS_OUT_OF_RANGE. */
export function orderBySql(items: readonly SortItem[], targets: readonly SortTarget[], scope: Scope): string {
  const within: Scope = { ...scope, aliases: outputAliases(targets) };
  const terms = expandAll(items, targets, within).map((item) => sortTerm(item, targets, within));
  const order = terms.filter((one) => one !== undefined);
  return order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "";
}

/** ORDER BY ALL is every output column, unless a column is named so. */
function expandAll(items: readonly SortItem[], targets: readonly SortTarget[], scope: Scope): readonly SortItem[] {
  const [only] = items;
  if (items.length !== 1 || only?.expression.kind !== "column") return items;
  const { parts } = only.expression;
  if (parts.length !== 1 || parts[0]?.toLowerCase() !== "all") return items;
  if (targets.some((one) => one.name.toLowerCase() === "all") || findColumn(parts, scope.columns)) return items;
  return targets.map((_, i) => ({ ...only, expression: position(i + 1) }));
}

function position(value: number): Expression {
  return { kind: "literal", dataType: { kind: "integer" }, value: String(value) };
}

function sortTerm(item: SortItem, targets: readonly SortTarget[], scope: Scope): string | undefined {
  const { expression } = item;
  if (expression.kind === "literal" && expression.dataType.kind === "integer") {
    const index = Number(expression.value);
    const target = targets[index - 1];
    if (target) return sortSql(sortable(target.value, String(index)), item);
    throw analysisError(
      "ORDER_BY_POS_OUT_OF_RANGE",
      "42805",
      `ORDER BY position ${index} is not in the select list (valid range is [1, ${targets.length}]).`,
      { parameters: { index: String(index), size: String(targets.length) } },
    );
  }
  const value = compileExpression(expression, scope);
  if (!isOrderable(value.dataType)) throw notOrderable(value);
  // A constant orders nothing, and the engine refuses some.
  if (value.literal) return undefined;
  const index = targets.findIndex((one) => one.value.sql === value.sql);
  return sortSql(sortable(value, index >= 0 ? String(index + 1) : value.sql), item);
}

function notOrderable(value: Typed): Error {
  return analysisError(
    "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
    "42K09",
    `ORDER BY does not support ordering on the type ${value.dataType.kind.toUpperCase()}.`,
  );
}

/** Output columns by name; before the columns behind the SELECT list. Throws AMBIGUOUS_REFERENCE. */
export function outputAliases(targets: readonly SortTarget[], first = true): AliasScope {
  return {
    first,
    names: targets.map((one) => one.name),
    lookup(name) {
      const found = targets.filter((one) => !one.qualifiedOnly && one.name.toLowerCase() === name);
      const [target] = found;
      if (target && found.some((one) => one.value.sql !== target.value.sql)) {
        throw ambiguousReference(
          [name],
          found.map((one) => [one.name]),
        );
      }
      return target?.value;
    },
  };
}

/** ` LIMIT n OFFSET m`, or "". Throws INVALID_LIMIT_LIKE_EXPRESSION.*. */
export function limitSql(tail: QueryTail, environment: Environment): string {
  const limit = tail.limit ? ` LIMIT ${rowCount(tail.limit, "limit", environment)}` : "";
  const offset = tail.offset ? ` OFFSET ${rowCount(tail.offset, "offset", environment)}` : "";
  return `${limit}${offset}`;
}

function rowCount(expression: Expression, name: string, environment: Environment): string {
  const { variable } = environment.analysis.context;
  if (namesIn(expression).some((one) => !variable?.(one)) || hasSubquery(expression)) {
    throw analysisError(
      "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE",
      "42K0E",
      `The ${name} expression must evaluate to a constant value, but it reads a column or a query.`,
    );
  }
  const { analysis, commonTables } = environment;
  const value = compileExpression(expression, { environment: { analysis, commonTables }, columns: [] });
  if (!["byte", "short", "integer", "long"].includes(value.dataType.kind)) {
    throw analysisError(
      "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE",
      "42K0E",
      `The ${name} expression must be of integer type, but got "${value.dataType.kind.toUpperCase()}".`,
    );
  }
  const text = value.literal?.value;
  if (text !== undefined && text !== null && Number(text) < 0) {
    throw analysisError(
      "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
      "42K0E",
      `The ${name} expression must be equal to or greater than 0, but got ${text}.`,
    );
  }
  return coerce(value, LONG, analysis.context).sql;
}
