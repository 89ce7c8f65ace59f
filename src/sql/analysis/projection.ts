/** The SELECT list: stars expanded, columns named as Spark names them, generators and lateral aliases computed below it. */
import type { Expression } from "../ast.js";
import type { Origin } from "../relation.js";
import type { Typed } from "../typed.js";
import { ambiguousAlias } from "./analysis-errors.js";
import { type Block, extend } from "./block.js";
import { columnName } from "./column-name.js";
import { compileExpression } from "./expression.js";
import { generatorOf, namesIn, withoutAlias } from "./expression-tree.js";
import { compileGenerator, generatedNames } from "./generator.js";
import { computeInnerWindows } from "./inner-windows.js";
import { findColumn, typedColumn } from "./name-resolution.js";
import { originsField, withOrigins } from "./origins.js";
import { type AliasScope, columnById, idOf, type Scope, type ScopeColumn } from "./scope.js";
import { expandStar } from "./star.js";

/** One item of the SELECT list. */
export interface Item {
  readonly expression: Expression;
  readonly name: string;
  /** True where the user gave the name: only such names are lateral aliases. */
  readonly aliased: boolean;
  /** Names that the user gave to the columns of a generator. */
  readonly names: readonly string[];
}

export function expandItems(projection: readonly Expression[], scope: Scope): readonly Item[] {
  return projection.flatMap((one): readonly Item[] => {
    if (one.kind === "star") {
      return expandStar(one, scope).map(({ name, expression }) => ({ expression, name, aliased: false, names: [] }));
    }
    if (one.kind === "alias") {
      const [name = ""] = one.names;
      return [{ expression: one.operand, name, aliased: one.names.length === 1, names: one.names }];
    }
    return [{ expression: one, name: columnName(one, scope), aliased: false, names: [] }];
  });
}

/** A compiled item. */
export interface ProjectedItem extends Item {
  readonly value: Typed;
  /** The column that it is, where it is nothing else. */
  readonly column?: ScopeColumn;
  /** What the value is made of. */
  readonly origins?: readonly Origin[];
}

export interface Projection {
  readonly block: Block;
  readonly items: readonly ProjectedItem[];
}

/**
 * Compiles the items over a block. Values that other items name by their alias, and rows of a generator, are computed in a SELECT below;
 * `scopeOf` gives the scope over the block as it grows.
 */
export function project(given: Block, written: readonly Item[], scopeOf: (block: Block) => Scope): Projection {
  const { analysis } = scopeOf(given).environment;
  const inner = computeInnerWindows(
    given,
    written.map((one) => one.expression),
    scopeOf,
  );
  const before = inner.block;
  const items = written.map((one, i) => ({ ...one, expression: inner.expressions[i] ?? one.expression }));
  const nodes = lateralNodes(items, scopeOf(before));
  const computed = new Map<string, ScopeColumn>();
  const aliases = lateralAliases(nodes, computed);
  const within = (block: Block): Scope => ({ ...scopeOf(block), aliases });
  let block = before;
  let waiting = nodes.filter((node) => node.usedByOthers || generatorOf(node.item.expression) !== undefined);
  while (waiting.length > 0) {
    const ready = waiting.filter((node) => [...node.needs].every((one) => one.result !== undefined));
    for (const node of ready.filter((one) => generatorOf(one.item.expression) !== undefined)) {
      const call = generatorOf(node.item.expression);
      if (!call) continue;
      const generated = compileGenerator(block, call, within, analysis);
      block = generated.block;
      const names = generatedNames(node.item.names, generated.columns, call.name);
      node.result = generated.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
      for (const column of node.result) computed.set(column.name.toLowerCase(), column);
    }
    const plain = ready.filter((node) => node.result === undefined);
    const extended = extend(
      block,
      plain.map(({ item }) => ({
        name: item.name,
        value: (base: Block) => compileExpression(item.expression, within(base)),
      })),
      analysis,
    );
    if (plain.length > 0) block = extended.block;
    plain.forEach((node, i) => {
      const column = extended.added[i];
      if (!column) return;
      node.result = [column];
      computed.set(node.item.name.toLowerCase(), column);
    });
    waiting = waiting.filter((node) => node.result === undefined);
  }
  const scope = within(block);
  const byId = columnsById(scope);
  return { block, items: nodes.flatMap((node) => starColumn(node, scope, byId) ?? finished(node, scope)) };
}

/** An item with what it needs of other items. */
interface LateralNode {
  readonly item: Item;
  readonly needs: Set<LateralNode>;
  usedByOthers: boolean;
  /** Its columns, once they are computed below. */
  result: readonly ScopeColumn[] | undefined;
}

function lateralNodes(items: readonly Item[], scope: Scope): readonly LateralNode[] {
  const columns = [...scope.columns, ...(scope.grouped?.input.columns ?? [])];
  const nodes: LateralNode[] = [];
  const named = new Map<string, LateralNode[]>();
  for (const item of items) {
    const node: LateralNode = { item, needs: new Set(), usedByOthers: false, result: undefined };
    for (const parts of namesIn(item.expression)) {
      const name = parts[0]?.toLowerCase() ?? "";
      const earlier = named.get(name);
      if (earlier === undefined || findColumn(parts, columns) || isGroupingKey(item, scope)) continue;
      const [only] = earlier;
      if (only === undefined || earlier.length > 1) throw ambiguousAlias(name, earlier.length);
      only.usedByOthers = true;
      node.needs.add(only);
    }
    nodes.push(node);
    for (const name of aliasesOf(item)) named.set(name, [...(named.get(name) ?? []), node]);
  }
  return nodes;
}

function aliasesOf(item: Item): readonly string[] {
  const names = item.names.length > 0 ? item.names : item.aliased ? [item.name] : [];
  return names.map((one) => one.toLowerCase());
}

function isGroupingKey(item: Item, scope: Scope): boolean {
  return scope.grouped?.key(item.expression) !== undefined;
}

function lateralAliases(nodes: readonly LateralNode[], computed: ReadonlyMap<string, ScopeColumn>): AliasScope {
  return {
    first: false,
    names: nodes.filter((one) => one.item.aliased).map((one) => one.item.name),
    lookup: (name) => computed.get(name),
  };
}

type ColumnsById = ReadonlyMap<string, ScopeColumn>;

/** Of columns of one id the first; grouped rows have none, as a key stands for the column there. */
function columnsById({ columns, grouped }: Scope): ColumnsById {
  const byId = new Map<string, ScopeColumn>();
  if (grouped === undefined) for (const column of columns) if (!byId.has(column.id)) byId.set(column.id, column);
  return byId;
}

/** What {@link finished} gives for a column of a star, without looking at each column of the rows for each of them. */
function starColumn({ item, result }: LateralNode, scope: Scope, byId: ColumnsById): ProjectedItem | undefined {
  const { expression } = item;
  const id = result === undefined && expression.kind === "column" ? idOf(expression.parts) : undefined;
  const column = id === undefined ? undefined : byId.get(id);
  if (column === undefined) return undefined;
  const { name, aliased, names } = item;
  const { origins } = column;
  return { expression, name, aliased, names, value: typedColumn(column, scope), column, ...originsField(origins) };
}

function finished(node: LateralNode, scope: Scope): readonly ProjectedItem[] {
  const { item, result } = node;
  if (result) {
    return result.map((column) => {
      const { name } = generatorOf(item.expression) ? column : item;
      const value = { sql: column.sql, dataType: column.dataType, nullable: column.nullable };
      return { ...item, name, expression: columnById(column.id), value, column, ...originsField(column.origins) };
    });
  }
  const { analysis } = scope.environment;
  const { value, origins } = withOrigins(analysis, () => compileExpression(item.expression, scope));
  const column = plainColumn(item.expression, scope);
  return [{ ...item, value, ...(column ? { column } : {}), ...originsField(origins) }];
}

/** The column that an expression is, where it is a bare name of one. */
function plainColumn(expression: Expression, scope: Scope): ScopeColumn | undefined {
  const bare = withoutAlias(expression);
  if (bare.kind !== "column") return undefined;
  const match = findColumn(bare.parts, scope.grouped?.input.columns ?? scope.columns);
  return match && match.fields.length === 0 ? match.column : undefined;
}
