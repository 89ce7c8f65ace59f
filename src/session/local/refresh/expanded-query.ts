/** The query of a view without WITH and views: each table that it reads stands where it is read, known by its location. */
import { qualify, type SchemaIdentifier } from "../../../catalog/table-identifier.js";
import type { Plan } from "../../../dataframe/plan.js";
import { mapExpressions } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, QueryTail, SelectQuery } from "../../../sql/ast.js";
import { parseQuery } from "../../../sql/parse/parse.js";
import type { Attribute } from "../../../sql/relation.js";
import { visible } from "../compiled-plan.js";
import { NameResolver } from "../name-resolver.js";
import { FileSources, type NamedTable, type ReadInstead } from "../opened-files.js";
import { PlanCompiler } from "../plan-compiler.js";
import type { Runtime } from "../runtime.js";
import { NotIncremental } from "./not-incremental.js";
import { queryOfPlan } from "./query-of-plan.js";
import type { OutputOf } from "./step-source.js";
import { placeholder } from "./view-reading.js";

export type TableItem = Extract<FromItem, { kind: "table" }>;
type Entries = ReadonlyMap<string, CommonEntry>;

interface CommonEntry {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
  /** The entries that its own query sees. */
  readonly around: Entries;
}

/** One place where the query reads a table. */
export interface ReadPlace {
  /** Of the table; those of all that is read for what is no Delta table itself. */
  readonly locations: readonly string[];
  /** True where the rows are those of the one table as they are. */
  readonly isTable: boolean;
  readonly output: readonly Attribute[];
}

export interface ExpandedQuery {
  readonly query: Query;
  /** By the item of the expanded query; each place is an item of its own. */
  readonly places: ReadonlyMap<FromItem, ReadPlace>;
}

/** @throws NotIncremental */
export async function expandedPlan(runtime: Runtime, plan: Plan, instead: ReadInstead): Promise<ExpandedQuery> {
  const sources = new FileSources(runtime.engine, undefined, { ...instead, table: placeholder });
  try {
    const compiler = new PlanCompiler(runtime, sources, false);
    const outputOf = async (one: Plan) => visible((await compiler.compile(one)).relation);
    const expansion = new Expansion(runtime, instead, outputOf);
    const query = await expansion.query(await queryOfPlan(plan, outputOf), new Map(), runtime.state.current);
    return { query, places: expansion.places };
  } finally {
    await sources.close();
  }
}

class Expansion {
  readonly places = new Map<FromItem, ReadPlace>();

  constructor(
    private readonly runtime: Runtime,
    private readonly instead: ReadInstead,
    private readonly outputOf: OutputOf,
  ) {}

  async query(query: Query, entries: Entries, current: SchemaIdentifier): Promise<Query> {
    switch (query.kind) {
      case "with": {
        if (query.recursive) throw new NotIncremental("it is recursive");
        let known = entries;
        for (const { name, columns, query: own } of query.ctes)
          known = new Map([...known, [name.toLowerCase(), { name, columns, query: own, around: known }]]);
        return this.query(query.body, known, current);
      }
      case "set": {
        const left = await this.query(query.left, entries, current);
        const right = await this.query(query.right, entries, current);
        return { ...query, left, right, ...(await this.tail(query, entries, current)) };
      }
      case "values": {
        const rows = [];
        for (const row of query.rows) rows.push(await this.expressions(row, entries, current));
        return { ...query, rows, ...(await this.tail(query, entries, current)) };
      }
      case "select":
        return this.select(query, entries, current);
    }
  }

  private async select(query: SelectQuery, entries: Entries, current: SchemaIdentifier): Promise<SelectQuery> {
    const one = async (expression: Expression) => this.expression(expression, entries, current);
    const from = [];
    for (const item of query.from) from.push(await this.item(item, entries, current));
    const sets = [];
    for (const set of query.groupBy?.sets ?? []) sets.push(await this.expressions(set, entries, current));
    return {
      ...query,
      from,
      projection: await this.expressions(query.projection, entries, current),
      ...(query.where ? { where: await one(query.where) } : {}),
      ...(query.having ? { having: await one(query.having) } : {}),
      ...(query.qualify ? { qualify: await one(query.qualify) } : {}),
      ...(query.groupBy ? { groupBy: { ...query.groupBy, sets } } : {}),
      ...(await this.tail(query, entries, current)),
    };
  }

  private async tail({ orderBy }: QueryTail, entries: Entries, current: SchemaIdentifier) {
    const items = [];
    for (const item of orderBy)
      items.push({ ...item, expression: await this.expression(item.expression, entries, current) });
    return { orderBy: items };
  }

  private async item(item: FromItem, entries: Entries, current: SchemaIdentifier): Promise<FromItem> {
    switch (item.kind) {
      case "table":
        return this.table(item, entries, current);
      case "subquery":
        return { ...item, query: await this.query(item.query, entries, current) };
      case "join": {
        const left = await this.item(item.left, entries, current);
        const right = await this.item(item.right, entries, current);
        return { ...item, left, right, ...(item.on ? { on: await this.expression(item.on, entries, current) } : {}) };
      }
      case "pivot":
      case "unpivot":
        return { ...item, input: await this.item(item.input, entries, current) };
      case "function": {
        const call = (await this.expression(item.call, entries, current)) as typeof item.call;
        return { ...item, call };
      }
    }
  }

  private async table(item: TableItem, entries: Entries, current: SchemaIdentifier): Promise<FromItem> {
    if (item.streaming) throw new NotIncremental("it reads a stream");
    const entry = item.name.length === 1 ? entries.get(item.name[0]?.toLowerCase() ?? "") : undefined;
    if (entry) {
      const query = await this.query(entry.query, entry.around, current);
      return subqueryInPlace(item, query, entry.name, entry.columns);
    }
    if (item.version || item.timestamp) return { ...item };
    const isOwnSchema = sameSchema(current, this.runtime.state.current);
    const { catalog, schema, name } = qualify(item.name.length > 3 ? ["", ""] : item.name, current);
    const own: TableItem = isOwnSchema ? { ...item } : { ...item, name: [catalog, schema, name] };
    const named: NamedTable[] = [];
    const sources = new FileSources(this.runtime.engine, undefined, {
      ...this.instead,
      table: (table) => {
        named.push(table);
        return placeholder(table);
      },
    });
    try {
      const relation = await new NameResolver(this.runtime, { sources, withFile: false }).table({ name: own.name });
      const [only] = named;
      const isTable = named.length === 1 && only !== undefined && relation.sql === placeholder(only).sql;
      const view = isTable ? undefined : await this.viewQuery(own);
      if (view) return subqueryInPlace(own, view.query, own.name.at(-1) ?? "", view.columns);
      const locations = named.filter((one) => !one.travels).map((one) => one.location);
      this.places.set(own, { locations, isTable, output: relation.output });
      return own;
    } finally {
      await sources.close();
    }
  }

  /** The query of a view that the catalog keeps; undefined where the name means something else. */
  private async viewQuery({ name }: TableItem): Promise<{ query: Query; columns: readonly string[] } | undefined> {
    const { runtime } = this;
    const first = name[0]?.toLowerCase() ?? "";
    if (name.length === 2 && ["delta", "global_temp"].includes(first)) return undefined;
    const identifier = qualify(name.length === 2 && first === "live" ? name.slice(1) : name, runtime.state.current);
    const dataset = runtime.datasets?.plan(identifier, false);
    if (dataset !== undefined) {
      const own = await queryOfPlan(dataset, this.outputOf);
      return { query: await this.query(own, new Map(), runtime.state.current), columns: [] };
    }
    if (name.length === 1 && runtime.tempViews.has(first)) return undefined;
    const entry = await runtime.catalog.lookup(identifier);
    if (entry?.kind !== "view") return undefined;
    const query = await this.query(parseQuery(entry.query), new Map(), entry.current);
    return { query, columns: entry.columns.map((one) => one.name) };
  }

  async expressions(list: readonly Expression[], entries: Entries, current: SchemaIdentifier): Promise<Expression[]> {
    const changed = [];
    for (const one of list) changed.push(await this.expression(one, entries, current));
    return changed;
  }

  /** Queries inside of expressions are expanded, too. */
  private async expression(expression: Expression, entries: Entries, current: SchemaIdentifier): Promise<Expression> {
    const queries = new Map<Query, Query>();
    const collect = (one: Expression): Expression => {
      if ("query" in one) queries.set(one.query, one.query);
      return mapExpressions(one, collect);
    };
    collect(expression);
    if (queries.size === 0) return expression;
    for (const one of queries.keys()) queries.set(one, await this.query(one, entries, current));
    const change = (one: Expression): Expression => {
      const inner = mapExpressions(one, change);
      return "query" in inner ? { ...inner, query: queries.get(inner.query) ?? inner.query } : inner;
    };
    return change(expression);
  }
}

function subqueryInPlace(item: TableItem, query: Query, name: string, columns: readonly string[]): FromItem {
  return {
    kind: "subquery",
    query,
    lateral: false,
    ...(item.sample ? { sample: item.sample } : {}),
    alias: item.alias ?? name,
    columns: item.columns.length > 0 ? item.columns : columns,
  };
}

function sameSchema(one: SchemaIdentifier, other: SchemaIdentifier): boolean {
  return one.catalog === other.catalog && one.schema === other.schema;
}
