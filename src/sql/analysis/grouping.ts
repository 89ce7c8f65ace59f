/** GROUP BY: the grouped rows as a relation of keys and aggregates, to which every later clause refers by column. */
import { engineName } from "../../schema/engine-type.js";
import type { Expression, GroupBy } from "../ast.js";
import type { Origin } from "../relation.js";
import type { Typed } from "../typed.js";
import { type Block, extend, fromSql } from "./block.js";
import { requireGroupable } from "./comparable-rows.js";
import { compileExpression } from "./expression.js";
import { fingerprint } from "./fingerprint.js";
import { originsField, readOrigins, withOrigins } from "./origins.js";
import { columnById, type GroupedRows, type Scope, type ScopeColumn } from "./scope.js";

export interface Grouping {
  readonly rows: GroupedRows;
  readonly block: Block;
}

interface Key {
  readonly print: string;
  readonly expression: Expression;
  /** Engine SQL before grouping. */
  readonly sql: string;
  readonly result: Typed;
  readonly origins?: readonly Origin[];
}

/** The sets with ordinals, aliases and ALL already replaced by the expressions that they mean. */
export interface GroupingSets extends Pick<GroupBy, "sets" | "grouping"> {
  /** True where no GROUP BY was written. */
  readonly implicit: boolean;
}

/** Groups a block. An empty set of keys is one group of all rows. */
export function group(before: Block, scopeOf: (block: Block) => Scope, groupBy: GroupingSets): Grouping {
  const analysis = scopeOf(before).environment.analysis;
  const expressions = distinctKeys(groupBy, scopeOf(before));
  // GROUPING() finds its key by text, and a set may repeat it: so the keys of grouping sets are columns first.
  const { block, keySql } = groupBy.grouping
    ? computedKeys(before, expressions, scopeOf)
    : { block: before, keySql: undefined };
  const input = scopeOf(block);
  const alias = engineName(analysis.unique("g"));
  const keys = expressions.map((expression, i): Key => {
    const { value, origins } = withOrigins(analysis, () =>
      compileExpression(expression, { ...input, refusesAggregates: "GROUP_BY_AGGREGATE" }),
    );
    requireGroupable(value.dataType);
    const name = engineName(`k${i}`);
    return {
      print: fingerprint(expression, input),
      expression,
      sql: keySql?.[i] ?? value.sql,
      result: { sql: `${alias}.${name}`, dataType: value.dataType, nullable: value.nullable || groupBy.grouping },
      ...originsField(origins),
    };
  });
  const aggregates = new Map<string, string>();
  const rows = groupedRows(input, keys, groupBy, (sql) => {
    const name = aggregates.get(sql) ?? `a${aggregates.size}`;
    aggregates.set(sql, name);
    return `${alias}.${engineName(name)}`;
  });
  const from = () => {
    const list = [
      ...keys.map((key, i) => `${key.sql} AS ${engineName(`k${i}`)}`),
      ...[...aggregates].map(([sql, name]) => `${sql} AS ${engineName(name)}`),
    ];
    const behind = groupClause(groupBy, keys, input);
    // A query without keys and aggregates (HAVING alone) still makes one row.
    const columns = list.length > 0 ? list.join(", ") : "count(*) AS _rows";
    return `(SELECT ${columns}${fromSql(block)}${behind}) AS ${alias}`;
  };
  return { rows, block: { from, alias, columns: [], where: [] } };
}

function distinctKeys(groupBy: GroupingSets, scope: Scope): readonly Expression[] {
  return [...new Map(groupBy.sets.flat().map((one) => [fingerprint(one, scope), one])).values()];
}

function computedKeys(before: Block, expressions: readonly Expression[], scopeOf: (block: Block) => Scope) {
  const { analysis } = scopeOf(before).environment;
  const added = expressions.map((expression) => ({
    name: "key",
    value: (block: Block) =>
      compileExpression(expression, { ...scopeOf(block), refusesAggregates: "GROUP_BY_AGGREGATE" }),
  }));
  const extended = extend(before, added, analysis);
  return { block: extended.block, keySql: extended.added.map((one) => one.sql) };
}

/** Keys by their position in the list: an engine takes a constant key for a position otherwise. */
function groupClause(groupBy: GroupingSets, keys: readonly Key[], input: Scope): string {
  if (keys.length === 0 && !groupBy.grouping) return "";
  const position = new Map(keys.map((key, i) => [key.print, i + 1]));
  if (!groupBy.grouping) return ` GROUP BY ${keys.map((_, i) => i + 1).join(", ")}`;
  const sets = groupBy.sets.map((set) => {
    const positions = new Set(set.map((one) => position.get(fingerprint(one, input))));
    return `(${[...positions].join(", ")})`;
  });
  // To Spark the set of all rows is a key, too: without rows there is no group.
  const total = sets.includes("()") ? " HAVING count(*) > 0" : "";
  return ` GROUP BY GROUPING SETS (${sets.join(", ")})${total}`;
}

function groupedRows(
  input: Scope,
  keys: readonly Key[],
  { grouping, implicit }: GroupingSets,
  column: (sql: string) => string,
): GroupedRows {
  const byPrint = new Map(keys.map((key) => [key.print, key]));
  const find = (expression: Expression) => byPrint.get(fingerprint(expression, input));
  const named = (key: Key | undefined) => {
    if (key) readOrigins(input.environment.analysis, key);
    return key?.result;
  };
  return {
    input,
    implicit,
    key: (expression) => (byPrint.size === 0 ? undefined : named(find(expression))),
    keyColumn: (one: ScopeColumn) => named(byPrint.get(fingerprint(columnById(one.id), input))),
    aggregate: (sql, result) => ({ ...result, sql: column(sql) }),
    groupingKeys: grouping ? keys.map((key) => key.expression) : undefined,
    keySql: (expression) => find(expression)?.sql,
  };
}
