/** Joins: ON, USING and NATURAL with the columns that Spark coalesces and hides. */

import { BOOLEAN } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { Expression, FromItem } from "../ast.js";
import { comparisonType } from "../coercion/coercion.js";
import { typedNull } from "../typed-null.js";
import { analysisError, noCommonType, sqlType } from "./analysis-errors.js";
import { type Block, extend } from "./block.js";
import { compileExpression } from "./expression.js";
import { coerce } from "./implicit-cast.js";
import { allOrigins } from "./origins.js";
import type { Scope, ScopeColumn } from "./scope.js";

type JoinItem = Extract<FromItem, { kind: "join" }>;

const ENGINE_JOINS: Readonly<Record<JoinItem["type"], string>> = {
  inner: "INNER JOIN",
  cross: "CROSS JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  full: "FULL JOIN",
  "left-semi": "SEMI JOIN",
  "left-anti": "ANTI JOIN",
};

/** Both sides joined. `scopeOf` gives the scope over columns. Throws UNRESOLVED_USING_COLUMN_FOR_JOIN, JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE. */
export function joinBlocks(
  item: JoinItem,
  leftSide: Block,
  rightSide: Block,
  scopeOf: (columns: readonly ScopeColumn[]) => Scope,
): Block {
  const { analysis } = scopeOf([]).environment;
  // What a side leaves out (UNPIVOT its NULLs) is left out before the join.
  const [left, right] = [leftSide, rightSide].map((one) =>
    one.where.length > 0 ? extend(one, [], analysis).block : one,
  ) as [Block, Block];
  const names = item.natural ? sharedNames(left, right) : item.using;
  const keys = names?.map((name) => usingKey(name, left, right, scopeOf));
  const condition =
    keys !== undefined
      ? keys.map((key) => key.condition).join(" AND ")
      : item.on && joinCondition(item.on, scopeOf([...left.columns, ...right.columns]));
  const semi = item.type === "left-semi" || item.type === "left-anti";
  const columns = semi
    ? keysFirst(left.columns, keys ?? [])
    : keys === undefined
      ? outerColumns(item.type, left, right)
      : usingColumns(item.type, keys, left, right);
  const rightSql = item.right.kind === "join" ? `(${right.from()})` : right.from();
  const from = () => joinSql(item.type, left.from(), rightSql, condition);
  return { from, alias: undefined, columns, where: [] };
}

function joinSql(type: JoinItem["type"], left: string, right: string, condition: string | undefined): string {
  if (condition !== undefined && condition !== "") {
    return `${left} ${type === "cross" ? ENGINE_JOINS.inner : ENGINE_JOINS[type]} ${right} ON (${condition})`;
  }
  if (type === "inner" || type === "cross") return `${left} CROSS JOIN ${right}`;
  return `${left} ${ENGINE_JOINS[type]} ${right} ON (true)`;
}

function joinCondition(on: Expression, scope: Scope): string {
  const value = compileExpression(on, {
    ...scope,
    refusesAggregates: "UNSUPPORTED_EXPR_FOR_OPERATOR",
    refusesWindows: "JOIN",
  });
  if (value.dataType.kind === "boolean") return value.sql;
  if (value.dataType.kind === "void") return typedNull(value, BOOLEAN).sql;
  throw analysisError(
    "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
    "42K0E",
    `The join condition has the invalid type ${sqlType(value.dataType)}, expected "BOOLEAN".`,
    { parameters: { conditionType: sqlType(value.dataType) } },
  );
}

/** Columns of the side that an outer join fills up may be NULL. */
function outerColumns(type: JoinItem["type"], left: Block, right: Block): readonly ScopeColumn[] {
  const filledLeft = type === "right" || type === "full";
  const filledRight = type === "left" || type === "full";
  return [...optional(left.columns, filledLeft), ...optional(right.columns, filledRight)];
}

function optional(columns: readonly ScopeColumn[], filled: boolean): readonly ScopeColumn[] {
  return filled ? columns.map((one) => ({ ...one, nullable: true })) : columns;
}

interface UsingKey {
  readonly left: ScopeColumn;
  readonly right: ScopeColumn;
  readonly condition: string;
  /** Engine SQL of the coalesced key, of a FULL join. */
  readonly coalesced: ScopeColumn;
}

function usingKey(
  name: string,
  left: Block,
  right: Block,
  scopeOf: (columns: readonly ScopeColumn[]) => Scope,
): UsingKey {
  const own = sideKey(name, left, "left");
  const other = sideKey(name, right, "right");
  const type = comparisonType({ ...own, nullable: true }, { ...other, nullable: true });
  if (!type) throw noCommonType("=", [own.dataType, other.dataType]);
  const { analysis } = scopeOf([]).environment;
  const one = coerce(own, type, analysis.context).sql;
  const two = coerce(other, type, analysis.context).sql;
  const coalesced: ScopeColumn = {
    ...own,
    dataType: type,
    nullable: own.nullable || other.nullable,
    sql: `coalesce(${one}, ${two})`,
    id: analysis.unique("c"),
    qualifiers: [],
    ...allOrigins([own, other]),
  };
  return { left: own, right: other, condition: `(${one} = ${two})`, coalesced };
}

function sideKey(name: string, block: Block, side: string): ScopeColumn {
  // The first of several of that name is the key.
  const found = block.columns.find(
    (one) => !one.hidden && !one.internal && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (found) return found;
  const known = block.columns.filter((one) => !one.hidden).map((one) => engineName(one.name).replaceAll('"', "`"));
  throw analysisError(
    "UNRESOLVED_USING_COLUMN_FOR_JOIN",
    "42703",
    `USING column \`${name}\` cannot be resolved on the ${side} side of the join.`,
    { cure: `The ${side}-side columns are: [${known.join(", ")}].`, parameters: { colName: `\`${name}\``, side } },
  );
}

/** The keys once, before the rest of both sides; the other side's key stays reachable by its qualifier. */
function usingColumns(
  type: JoinItem["type"],
  keys: readonly UsingKey[],
  left: Block,
  right: Block,
): readonly ScopeColumn[] {
  const isKey = (one: ScopeColumn) => keys.some((key) => key.left === one || key.right === one);
  const rest = outerColumns(
    type,
    { ...left, columns: left.columns.filter((one) => !isKey(one)) },
    {
      ...right,
      columns: right.columns.filter((one) => !isKey(one)),
    },
  );
  const shown = keys.map((key) => (type === "full" ? key.coalesced : type === "right" ? key.right : key.left));
  const hidden = keys.flatMap((key) =>
    type === "full" ? [key.left, key.right] : type === "right" ? [key.left] : [key.right],
  );
  const filled = type !== "inner" && type !== "cross";
  return [
    ...shown,
    ...rest,
    ...hidden.map((one) => ({ ...one, hidden: true, qualifiedOnly: true, nullable: one.nullable || filled })),
  ];
}

function keysFirst(columns: readonly ScopeColumn[], keys: readonly UsingKey[]): readonly ScopeColumn[] {
  const own = keys.map((key) => key.left);
  return [...own, ...columns.filter((one) => !own.includes(one))];
}

/** Names that both sides have, in the left side's order. */
function sharedNames(left: Block, right: Block): readonly string[] {
  const visible = (block: Block) => block.columns.filter((one) => !one.hidden);
  const other = new Set(visible(right).map((one) => one.name.toLowerCase()));
  return visible(left)
    .filter((one) => other.has(one.name.toLowerCase()))
    .map((one) => one.name);
}
