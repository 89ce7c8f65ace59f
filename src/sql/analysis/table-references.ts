/** The tables and table functions that a query reads, found before anything is compiled, with what it requires of their rows. */
import type { Expression, FromItem, Query, SelectQuery, SortItem, WindowSpec, WithQuery } from "../ast.js";
import { lookupFunction } from "../functions/registry.js";
import { partsOf } from "./expression-tree.js";
import { pushedInto, withoutQualifier } from "./pushed-conditions.js";
import { conjuncts } from "./skipping.js";

type TableItem = Extract<FromItem, { kind: "table" }>;
type FunctionItem = Extract<FromItem, { kind: "function" }>;
type CommonEntry = WithQuery["ctes"][number];

/** A table with conditions that its rows must surely meet to count. */
export interface TableSource {
  readonly item: TableItem;
  readonly conditions: readonly Expression[];
  /** True where FROM has nothing else, so that a name that is not qualified by the table is a struct's field. */
  readonly alone: boolean;
}

export interface QuerySources {
  readonly tables: readonly TableSource[];
  readonly functions: readonly FunctionItem[];
  /** Names of calls that the registry of functions does not know. */
  readonly calls: ReadonlySet<string>;
  /** How often each WITH entry is read. */
  readonly uses: ReadonlyMap<object, number>;
}

/** `conditions`: what is surely required of the query's output rows, in the names of its output. */
export function sourcesOf(query: Query, conditions: readonly Expression[] = []): QuerySources {
  const collector = new SourceCollector();
  collector.query(query, new Map(), conditions);
  return collector;
}

/** True where the query reads a table of that bare name. */
export function reads(query: Query, name: string): boolean {
  const wanted = name.toLowerCase();
  return sourcesOf(query).tables.some(({ item }) => item.name.length === 1 && item.name[0]?.toLowerCase() === wanted);
}

type CommonNames = ReadonlyMap<string, CommonEntry>;

class SourceCollector implements QuerySources {
  readonly tables: TableSource[] = [];
  readonly functions: FunctionItem[] = [];
  readonly calls = new Set<string>();
  readonly uses = new Map<object, number>();
  /** What the last use of a WITH entry requires of its rows. */
  private readonly required = new Map<object, readonly Expression[]>();

  /** `conditions`: what the query around requires of this one's output rows. */
  query(query: Query, common: CommonNames, conditions: readonly Expression[]): void {
    switch (query.kind) {
      case "select":
        this.select(query, common, conditions);
        break;
      case "set":
        // The sides' columns may be of other types than the output's, and a condition would mean something else there.
        this.query(query.left, common, []);
        this.query(query.right, common, []);
        break;
      case "values":
        this.expressions(query.rows.flat(), common);
        break;
      case "with":
        this.with(query, common, conditions);
        return;
    }
    this.expressions([...sorted(query.orderBy), ...defined(query.limit, query.offset)], common);
  }

  /** The entries come after what reads them: one that is read once has only rows to give that its reader can use. */
  private with(query: WithQuery, common: CommonNames, conditions: readonly Expression[]): void {
    let names = common;
    const entries = query.ctes.map((entry) => {
      const around = query.recursive ? new Map([...names, [entry.name.toLowerCase(), entry]]) : names;
      names = new Map([...names, [entry.name.toLowerCase(), entry]]);
      return { entry, around };
    });
    this.query(query.body, names, conditions);
    for (const { entry, around } of entries.reverse()) {
      const once = this.uses.get(entry) === 1 && !query.recursive && entry.columns.length === 0;
      this.query(entry.query, around, once ? (this.required.get(entry) ?? []) : []);
    }
  }

  private select(query: SelectQuery, common: CommonNames, conditions: readonly Expression[]): void {
    const own = [...conjuncts(query.where), ...pushedInto(query, conditions)];
    const [only] = query.from;
    if (only?.kind === "table" && query.from.length === 1 && query.lateralViews.length === 0)
      this.table(only, common, own, true);
    else for (const item of query.from) this.from(item, common, own);
    this.expressions(
      [
        ...query.projection,
        ...query.lateralViews.map((one) => one.generator),
        ...defined(query.where, query.having, query.qualify),
        ...(query.groupBy?.sets.flat() ?? []),
        ...Object.values(query.windows).flatMap(windowExpressions),
      ],
      common,
    );
  }

  private from(item: FromItem, common: CommonNames, conditions: readonly Expression[]): void {
    switch (item.kind) {
      case "table":
        this.table(item, common, conditions, false);
        break;
      case "subquery": {
        const inner = item.sample || item.columns.length > 0 ? [] : withoutQualifier(conditions, item.alias);
        this.query(item.query, common, inner);
        break;
      }
      case "function":
        this.functions.push(item);
        this.expressions([...item.call.args, ...(item.call.namedArgs ?? []).map((one) => one.value)], common);
        break;
      case "join":
        this.join(item, common, conditions);
        break;
      case "pivot":
        this.from(item.input, common, []);
        this.expressions([...item.aggregates, ...item.on, ...item.values.flatMap((one) => one.values)], common);
        break;
      case "unpivot":
        this.from(item.input, common, []);
        this.expressions(
          item.columns.map((one) => one.column),
          common,
        );
        break;
    }
  }

  private table(item: TableItem, common: CommonNames, conditions: readonly Expression[], alone: boolean): void {
    const entry = item.name.length === 1 && !item.streaming ? common.get(item.name[0]?.toLowerCase() ?? "") : undefined;
    if (entry) {
      this.uses.set(entry, (this.uses.get(entry) ?? 0) + 1);
      const whole = item.sample === undefined && item.columns.length === 0;
      this.required.set(entry, whole ? withoutQualifier(conditions, item.alias ?? entry.name) : []);
      return;
    }
    const sure = item.sample?.kind === "rows" || item.columns.length > 0 ? [] : conditions;
    this.tables.push({ item, conditions: sure, alone });
  }

  /**
   * Conditions reach a side only where leaving out its rows that do not meet them changes nothing: not the side that an outer join
   * fills up, as a row without its match would come back filled with NULLs.
   */
  private join(
    item: Extract<FromItem, { kind: "join" }>,
    common: CommonNames,
    conditions: readonly Expression[],
  ): void {
    const on = conjuncts(item.on);
    const keepsLeft = item.type !== "right" && item.type !== "full";
    const keepsRight = item.type === "inner" || item.type === "cross" || item.type === "right";
    const onLeft = item.type === "inner" || item.type === "cross" || item.type === "right" || item.type === "left-semi";
    const onRight = item.type !== "right" && item.type !== "full";
    this.from(item.left, common, [...(keepsLeft ? conditions : []), ...(onLeft ? on : [])]);
    this.from(item.right, common, [...(keepsRight ? conditions : []), ...(onRight ? on : [])]);
    this.expressions(defined(item.on), common);
  }

  /** The queries inside expressions. */
  private expressions(expressions: readonly Expression[], common: CommonNames): void {
    for (const one of expressions) {
      if (one.kind === "exists" || one.kind === "scalar-query" || one.kind === "in-query")
        this.query(one.query, common, []);
      if (one.kind === "call" && lookupFunction(one.name) === undefined) this.calls.add(one.name);
      this.expressions(partsOf(one), common);
    }
  }
}

function sorted(items: readonly SortItem[]): readonly Expression[] {
  return items.map((one) => one.expression);
}

function windowExpressions(spec: WindowSpec): readonly Expression[] {
  return [...spec.partitionBy, ...sorted(spec.orderBy)];
}

function defined(...expressions: readonly (Expression | undefined)[]): readonly Expression[] {
  return expressions.filter((one) => one !== undefined);
}
