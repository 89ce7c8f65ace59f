/** Where in the query of a view its rows part by keys: the block that groups, ranks or lists rows, and what reads it. */

import { hasAggregate, withoutAlias } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, SelectQuery, WindowSpec } from "../../../sql/ast.js";
import type { LinearRows } from "./linear-rows.js";
import { NotIncremental } from "./not-incremental.js";
import { selectOf } from "./query-of-plan.js";
import {
  callsIn,
  expressionsOf,
  itemsOfExpression,
  type Step,
  sameExpression,
  stepOf,
  withItem,
} from "./query-parts.js";

/** A block that reads the block below, row by row or DISTINCT, and has nothing else that changed. */
export interface Reader {
  readonly query: SelectQuery;
  readonly item: Extract<FromItem, { kind: "subquery" }>;
}

export interface ViewShape {
  /** From the outermost inwards. */
  readonly readers: readonly Reader[];
  readonly block: SelectQuery;
  readonly step: Step;
}

/** A value of the block by which its rows part, and the name that it has in the output of the view. */
export interface KeyColumn {
  readonly expression: Expression;
  readonly name: string;
}

/** @throws NotIncremental */
export function viewShape(query: Query, rows: LinearRows): ViewShape {
  const readers: Reader[] = [];
  let current = query;
  for (;;) {
    const block = asBlock(current);
    const step = stepOf(block);
    if (typeof step === "object") throw new NotIncremental(step.reason);
    if (
      expressionsOf(block)
        .flatMap(itemsOfExpression)
        .some((one) => rows.changedIn(one).length > 0)
    )
      throw new NotIncremental("a subquery in an expression reads a table that has changed");
    const inner = step === "rows" || step === "distinct" ? keyedItem(block, rows) : undefined;
    if (inner === undefined) {
      for (const item of block.from) rows.check(item);
      return { readers, block, step };
    }
    readers.push({ query: block, item: inner });
    current = inner.query;
  }
}

/** A union is read as by `SELECT *`. */
function asBlock(query: Query): SelectQuery {
  if (query.kind === "select") return query;
  if (query.kind !== "set" || query.operator !== "union" || query.limit || query.offset)
    throw new NotIncremental(
      query.kind === "set" ? `${query.operator.toUpperCase()} compares all rows` : "it has rows of its own",
    );
  const { all, orderBy: _, ...rest } = query;
  const whole: Query = { ...rest, all: true, orderBy: [] };
  return selectOf({ kind: "subquery", query: whole, lateral: false, columns: [] }, { distinct: !all });
}

/** The subquery that groups or ranks, where the block reads one and nothing else that has changed; undefined where all is row by row. */
function keyedItem(block: SelectQuery, rows: LinearRows): Reader["item"] | undefined {
  const changed = block.from.filter((one) => rows.changedIn(one).length > 0);
  try {
    for (const item of changed) rows.check(item);
    return undefined;
  } catch (error) {
    if (!(error instanceof NotIncremental)) throw error;
    const [item] = changed;
    if (changed.length !== 1 || item === undefined) throw error;
    const inner = soleChange(item, rows);
    if (inner === undefined || inner.lateral || inner.sample || inner.columns.length > 0) throw error;
    // Read as by SELECT *, it would be found again, for ever.
    if (inner.query.kind === "set" && inner.query.all) throw error;
    return inner;
  }
}

/** The subquery that alone has changed, on a side of each join that every row has. */
function soleChange(item: FromItem, rows: LinearRows): Reader["item"] | undefined {
  if (item.kind === "subquery") return item;
  if (item.kind !== "join" || item.natural || item.using || rows.isNarrowed(item) || item.type === "full")
    return undefined;
  const [left, right] = [rows.changedIn(item.left), rows.changedIn(item.right)];
  if (left.length > 0 && right.length > 0) return undefined;
  return soleChange(left.length > 0 ? item.left : item.right, rows);
}

/** The whole query with another block, and with DISTINCT and the rest of its readers as they are. */
export function withBlock({ readers }: Pick<ViewShape, "readers">, block: SelectQuery): Query {
  return [...readers].reverse().reduce((inner: SelectQuery, { query, item }): SelectQuery => {
    const from = query.from.map((one) => withItem(one, item, { ...item, query: inner }));
    return { ...query, from, orderBy: [] };
  }, block);
}

/**
 * The keys by which the block's rows part, as far as the view's output has them: rows of other keys do not matter for those of one.
 * @param names of the columns of the block's FROM, in their order
 */
export function keyColumns({ readers, block, step }: ViewShape, names: readonly string[]): readonly KeyColumn[] {
  const listed = listedColumns(block, names);
  const own =
    step === "groups"
      ? groupKeys(block, listed, names)
      : step === "windows"
        ? windowKeys(block, listed, names)
        : listed;
  return [...readers]
    .reverse()
    .reduce((keys: readonly KeyColumn[], reader) => keys.flatMap((key) => exposed(key, reader)), own);
}

function listedColumns(block: SelectQuery, names: readonly string[]): readonly KeyColumn[] {
  return block.projection.flatMap((item): readonly KeyColumn[] => {
    if (item.kind !== "star") {
      const name = outputName(item);
      return name === undefined ? [] : [{ expression: withoutAlias(item), name }];
    }
    if (item.replace || item.qualifier.length > 0) return [];
    const except = new Set(item.except.map((one) => one.toLowerCase()));
    const once = names.filter((name) => names.filter((one) => one.toLowerCase() === name.toLowerCase()).length === 1);
    return once
      .filter((name) => !except.has(name.toLowerCase()))
      .map((name) => ({ expression: { kind: "column", parts: [name] }, name }));
  });
}

function outputName(item: Expression): string | undefined {
  if (item.kind === "alias") return item.names.length === 1 ? item.names[0] : undefined;
  return item.kind === "column" ? item.parts.at(-1) : undefined;
}

function groupKeys(block: SelectQuery, listed: readonly KeyColumn[], names: readonly string[]): readonly KeyColumn[] {
  const { groupBy } = block;
  if (groupBy === undefined) throw new NotIncremental("it aggregates all rows without GROUP BY");
  if (groupBy.grouping || groupBy.sets.length > 1) throw new NotIncremental("it has grouping sets");
  if (groupBy.all) return listed.filter(({ expression }) => !hasAggregate(expression));
  return (groupBy.sets[0] ?? []).flatMap((key) => matching(resolvedKey(key, block, names), listed, names));
}

/** The expression that a key of GROUP BY means: a position and an alias mean an item of the list, a name of FROM goes first. */
function resolvedKey(key: Expression, block: SelectQuery, names: readonly string[]): Expression {
  if (key.kind === "literal" && /^\d+$/.test(key.value ?? "")) {
    const item = block.projection[Number(key.value) - 1];
    const hasStar = block.projection.some((one) => one.kind === "star");
    return item === undefined || hasStar ? key : withoutAlias(item);
  }
  if (key.kind !== "column" || key.parts.length > 1) return key;
  const name = key.parts[0]?.toLowerCase();
  if (names.some((one) => one.toLowerCase() === name)) return key;
  const named = block.projection.find((one) => one.kind === "alias" && one.names[0]?.toLowerCase() === name);
  return named === undefined ? key : withoutAlias(named);
}

function matching(key: Expression, listed: readonly KeyColumn[], names: readonly string[]): readonly KeyColumn[] {
  return listed
    .filter(({ expression }) => sameExpression(expression, key) || sameColumn(expression, key, names))
    .slice(0, 1);
}

/** `t.a` and `a`, where FROM has one `a`. */
function sameColumn(one: Expression, other: Expression, names: readonly string[]): boolean {
  if (one.kind !== "column" || other.kind !== "column") return false;
  const name = one.parts.at(-1)?.toLowerCase();
  if (name !== other.parts.at(-1)?.toLowerCase() || Math.min(one.parts.length, other.parts.length) > 1) return false;
  // A longer name could mean a field of a struct; its first part is then a column.
  const isColumn = (part: string | undefined) => names.some((each) => each.toLowerCase() === part?.toLowerCase());
  if ([one, other].some(({ parts }) => parts.length > 1 && isColumn(parts[0]))) return false;
  return names.filter((each) => each.toLowerCase() === name).length === 1;
}

function windowKeys(block: SelectQuery, listed: readonly KeyColumn[], names: readonly string[]): readonly KeyColumn[] {
  const specs = [...block.projection, ...(block.qualify ? [block.qualify] : [])]
    .flatMap(callsIn)
    .flatMap((call) => (call.over ? [specOf(call.over, block)] : []));
  const plain = listed.filter(({ expression }) => !callsIn(expression).some((call) => call.over));
  if (specs.some((one) => one.partitionBy.length === 0))
    throw new NotIncremental("a window function looks at all rows: it has no PARTITION BY");
  return plain.filter(({ expression }) =>
    specs.every((spec) =>
      spec.partitionBy.some((one) => sameExpression(one, expression) || sameColumn(one, expression, names)),
    ),
  );
}

export function specOf(over: WindowSpec, { windows }: SelectQuery): WindowSpec {
  if (over.name === undefined) return over;
  const wanted = over.name.toLowerCase();
  const named = Object.entries(windows).find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (named === undefined || named.name !== undefined)
    throw new NotIncremental("a window is named in a way that is not followed");
  return {
    partitionBy: named.partitionBy,
    orderBy: over.orderBy.length > 0 ? over.orderBy : named.orderBy,
    ...(over.frame ? { frame: over.frame } : named.frame ? { frame: named.frame } : {}),
  };
}

/** The key under the name that the reader gives it; none where the reader leaves it out. */
function exposed(key: KeyColumn, { query, item }: Reader): readonly KeyColumn[] {
  for (const one of query.projection) {
    if (one.kind === "star") {
      const isMeant = one.qualifier.length === 0 || isAlias(one.qualifier, item.alias);
      if (isMeant && !one.replace && !one.except.some((each) => each.toLowerCase() === key.name.toLowerCase()))
        return [key];
      continue;
    }
    const column = withoutAlias(one);
    const name = outputName(one);
    if (column.kind !== "column" || name === undefined) continue;
    const isBare = column.parts.length === 1 && column.parts[0]?.toLowerCase() === key.name.toLowerCase();
    const isQualified =
      column.parts.length === 2 &&
      isAlias(column.parts.slice(0, 1), item.alias) &&
      column.parts[1]?.toLowerCase() === key.name.toLowerCase();
    if (isBare || isQualified) return [{ ...key, name }];
  }
  return [];
}

function isAlias([name]: readonly string[], alias: string | undefined): boolean {
  return name !== undefined && alias !== undefined && name.toLowerCase() === alias.toLowerCase();
}
