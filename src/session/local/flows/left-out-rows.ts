/** The rows that a row-by-row query over streams leaves out, as plans to be counted: what it publishes and these are all that it reads. */
import { qualify } from "../../../catalog/table-identifier.js";
import type { Plan } from "../../../dataframe/plan.js";
import { planNode } from "../../../dataframe/plan-id.js";
import { textsOf } from "../../../dataframe/plan-text.js";
import { containsComplexCall } from "../../../sql/analysis/expression-tree.js";
import type { FromItem, Query, SelectQuery, WithQuery } from "../../../sql/ast.js";
import { parseExpression, parseQuery } from "../../../sql/parse/parse.js";
import { expressionText, queryText } from "../../../sql/parse/sql-text.js";
import type { Runtime } from "../runtime.js";

export interface LeftOutRows {
  /** Each leaves out rows of its own. */
  readonly plans: readonly Plan[];
  /** What is read, a name once for each time. */
  readonly sources: readonly string[];
}

/** Asked twice they do not answer the same. */
const UNSTABLE =
  /\b(?:rand|randn|random|uniform|randstr|uuid|shuffle|current_timestamp|current_date|now|curdate|unix_timestamp|localtimestamp|monotonically_increasing_id|current_time)\b/i;

/** Undefined where a row of a source may become several, or none for a reason that no condition tells, or the sources are not streams. */
export function leftOutRows(runtime: Runtime, plan: Plan): LeftOutRows | undefined {
  const found = new Walk(runtime).plan(plan);
  if (found === undefined || new Set(found.sources).size < found.sources.length) return undefined;
  return found;
}

type CommonTables = readonly WithQuery["ctes"][number][];

class Walk {
  constructor(private readonly runtime: Runtime) {}

  plan(plan: Plan): LeftOutRows | undefined {
    switch (plan.kind) {
      case "stream":
        return plan.source.kind === "table" ? this.named(plan.source.name) : source(plan.source.path);
      case "sql":
        return this.query(parseQuery(plan.text), []);
      case "filter": {
        const input = this.plan(plan.input);
        if (UNSTABLE.test(plan.condition)) return undefined;
        const rest = planNode({ kind: "filter", input: plan.input, condition: notTrue(plan.condition) });
        return input && { ...input, plans: [...input.plans, rest] };
      }
      case "project":
      case "with-columns":
        if (textsOf(plan).some((text) => containsComplexCall(parseExpression(text)))) return undefined;
        return this.plan(plan.input);
      case "rename":
      case "to-names":
      case "drop":
      case "alias":
      case "to-schema":
      case "with-metadata":
      case "na-fill":
      case "na-replace":
        return this.plan(plan.input);
      case "set":
        return plan.operator === "union" && plan.all ? both(this.plan(plan.left), this.plan(plan.right)) : undefined;
      default:
        return undefined;
    }
  }

  private query(query: Query, around: CommonTables): LeftOutRows | undefined {
    switch (query.kind) {
      case "select":
        return this.select(query, around);
      case "set": {
        const isUnion =
          query.operator === "union" && query.all && query.limit === undefined && query.offset === undefined;
        return isUnion ? both(this.query(query.left, around), this.query(query.right, around)) : undefined;
      }
      case "with":
        return query.recursive ? undefined : this.query(query.body, [...around, ...query.ctes]);
      default:
        return undefined;
    }
  }

  private select(query: SelectQuery, around: CommonTables): LeftOutRows | undefined {
    const [from, ...more] = query.from;
    const { distinct, groupBy, having, qualify: window, limit, offset, lateralViews, pipe } = query;
    const others = [groupBy, having, window, limit, offset].some((one) => one !== undefined);
    if (from === undefined || more.length > 0 || lateralViews.length > 0 || distinct || others) return undefined;
    if (typeof pipe === "object" || query.projection.some(containsComplexCall)) return undefined;
    const input = this.from(from, around);
    if (input === undefined || query.where === undefined) return input;
    const where = expressionText(query.where);
    if (UNSTABLE.test(where)) return undefined;
    const rest: SelectQuery = { ...query, where: parseExpression(notTrue(where)) };
    const text = queryText(around.length === 0 ? rest : { kind: "with", recursive: false, ctes: around, body: rest });
    return { ...input, plans: [...input.plans, planNode({ kind: "sql", text })] };
  }

  private from(item: FromItem, around: CommonTables): LeftOutRows | undefined {
    if (item.kind === "subquery") return item.sample || item.lateral ? undefined : this.query(item.query, around);
    if (item.kind === "function") return item.streaming ? source(queryText(everything(item))) : undefined;
    if (item.kind !== "table" || item.sample) return undefined;
    if (item.streaming) return this.named(item.name);
    const [name = ""] = item.name;
    const at = around.findLastIndex((one) => one.name.toLowerCase() === name.toLowerCase());
    const common = item.name.length === 1 ? around[at] : undefined;
    return common && this.query(common.query, around.slice(0, at));
  }

  /** A stream by name: a table's own, or that of a view of the pipeline. */
  private named(name: readonly string[]): LeftOutRows | undefined {
    if (name.length > 3) return undefined;
    const own = name.length === 2 && name[0]?.toLowerCase() === "live" ? name.slice(1) : name;
    const identifier = qualify(own, this.runtime.state.current);
    const plan = this.runtime.datasets?.plan(identifier, true);
    if (plan) return this.plan(plan);
    return source([identifier.catalog, identifier.schema, identifier.name].join(".").toLowerCase());
  }
}

function everything(item: FromItem): SelectQuery {
  const projection = [parseExpression("1")];
  return {
    kind: "select",
    distinct: false,
    projection,
    from: [item],
    lateralViews: [],
    windows: {},
    orderBy: [],
  };
}

function source(name: string): LeftOutRows {
  return { plans: [], sources: [name] };
}

function both(left: LeftOutRows | undefined, right: LeftOutRows | undefined): LeftOutRows | undefined {
  if (left === undefined || right === undefined) return undefined;
  return { plans: [...left.plans, ...right.plans], sources: [...left.sources, ...right.sources] };
}

function notTrue(condition: string): string {
  return `NOT coalesce((${condition}), FALSE)`;
}
