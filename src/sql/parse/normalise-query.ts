/** The library's query nodes to our own queries. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { FromItem, GroupBy, LateralView, Query, QueryTail, SelectQuery, SetQuery, WindowSpec } from "../ast.js";
import { groupBySets } from "./grouping-sets.js";
import { isNode, type LibraryTree, NodeFields, singleName, slotOf, unknownNode } from "./library-node.js";
import { ExpressionNormaliser } from "./normalise-expression.js";
import { FromNormaliser } from "./normalise-from.js";

const SET_OPERATORS = ["union", "intersect", "except"] as const;
type SetOperator = (typeof SET_OPERATORS)[number];
interface SetStep {
  readonly operator: SetOperator;
  readonly all: boolean;
  readonly byName: boolean;
}
const NO_TAIL: QueryTail = { orderBy: [] };

/** Makes our queries of the library's; one for each parsed text. */
export class QueryNormaliser {
  readonly #tree: LibraryTree;
  readonly expressions: ExpressionNormaliser;
  readonly #from: FromNormaliser;

  constructor(tree: LibraryTree) {
    this.#tree = tree;
    this.expressions = new ExpressionNormaliser(tree, (node) => this.query(node));
    this.#from = new FromNormaliser(tree, this.expressions, (node) => this.query(node));
  }

  query(node: unknown): Query {
    const fields = NodeFields.of(this.#tree, node);
    if (fields.type === "select") return this.#select(fields);
    if (isSetOperator(fields.type)) return this.#set(fields);
    if (fields.type === "subquery") return this.#parenthesised(fields);
    if (fields.type === "paren") return this.query(fields.value("this"));
    throw unknownNode(fields.type.replaceAll("_", " ").toUpperCase());
  }

  /** `(query) ORDER BY ... LIMIT ...` */
  #parenthesised(fields: NodeFields): Query {
    const query = this.query(fields.value("this"));
    const tail = this.#tail(fields);
    const body =
      tail === NO_TAIL ? query : { ...selectAll({ kind: "subquery", query, lateral: false, columns: [] }), ...tail };
    const result = this.#with(fields, body);
    fields.done();
    return result;
  }

  #select(fields: NodeFields): Query {
    const projection = fields.list("expressions");
    const special = this.#placeholderQuery(fields, projection);
    if (special !== undefined) return special;
    const where = fields.inner("where_clause");
    const having = fields.inner("having");
    const qualify = fields.inner("qualify");
    const groupBy = this.#groupBy(fields);
    const from = this.#from.items(fields.inner("from"), fields.list("joins"));
    if (projection.length === 0) throw unknownNode("SELECT without columns");
    const select: SelectQuery = {
      kind: "select",
      distinct: fields.flag("distinct"),
      projection: this.expressions.all(projection),
      from,
      lateralViews: fields.list("lateral_views").map((view) => this.#lateralView(view)),
      ...(where === undefined ? {} : { where: this.expressions.expression(where.value("this")) }),
      ...(groupBy === undefined ? {} : { groupBy }),
      ...(having === undefined ? {} : { having: this.expressions.expression(having.value("this")) }),
      windows: this.#windows(fields),
      ...(qualify === undefined ? {} : { qualify: this.expressions.expression(qualify.value("this")) }),
      ...this.#tail(fields),
    };
    const result = this.#with(fields, select);
    fields.done();
    return result;
  }

  /** `SELECT q1` is a subquery parsed on its own, `SELECT v1 FROM VALUES ...` a VALUES query. */
  #placeholderQuery(fields: NodeFields, projection: readonly unknown[]): Query | undefined {
    const [only] = projection;
    const column = isNode(only) && isNode(only.column) ? only.column : undefined;
    const slot = slotOf(this.#tree, column?.name);
    if (slot?.kind === "query" && projection.length === 1) {
      fields.done();
      return slot.query;
    }
    if (slot?.kind !== "values") return undefined;
    const [item, ...others] = this.#from.items(fields.inner("from"), fields.list("joins"));
    if (item === undefined || others.length > 0) throw unknownNode("VALUES");
    const tail = this.#tail(fields);
    const plain =
      item.kind === "subquery" && item.alias === undefined && item.columns.length === 0 ? item.query : undefined;
    const query = plain?.kind === "values" ? { ...plain, ...tail } : { ...selectAll(item), ...tail };
    const result = this.#with(fields, query);
    fields.done();
    return result;
  }

  #with(fields: NodeFields, body: Query): Query {
    const withs = fields.inner("with");
    if (withs === undefined) return body;
    const ctes = withs.list("ctes").map((node) => {
      const cte = new NodeFields(this.#tree, "cte", node);
      const result = {
        name: singleName(this.#tree, cte.value("alias"), "the name of a WITH query"),
        columns: cte.list("columns").map((one) => singleName(this.#tree, one, "a column")),
        query: this.query(cte.value("this")),
      };
      cte.done();
      return result;
    });
    const recursive = withs.flag("recursive");
    withs.done();
    return { kind: "with", recursive, ctes, body };
  }

  #groupBy(fields: NodeFields): GroupBy | undefined {
    const group = fields.inner("group_by");
    if (group === undefined) return undefined;
    const all = group.flag("all");
    const result = all
      ? { all, sets: [], grouping: false }
      : groupBySets(this.#tree, this.expressions, group.list("expressions"));
    group.done();
    return result;
  }

  #lateralView(node: unknown): LateralView {
    const fields = new NodeFields(this.#tree, "lateral_view", node);
    const generator = this.expressions.expression(fields.value("this"));
    if (generator.kind !== "call") throw unknownNode("LATERAL VIEW");
    const table = fields.value("table_alias");
    const view: LateralView = {
      outer: fields.flag("outer"),
      generator,
      ...(table === undefined ? {} : { table: singleName(this.#tree, table, "an alias") }),
      columns: fields.list("column_aliases").map((one) => singleName(this.#tree, one, "a column")),
    };
    fields.done();
    return view;
  }

  #windows(fields: NodeFields): Readonly<Record<string, WindowSpec>> {
    const windows: Record<string, WindowSpec> = {};
    for (const node of fields.list("windows")) {
      const named = new NodeFields(this.#tree, "window", node);
      const spec = named.inner("spec");
      if (spec === undefined) throw unknownNode("WINDOW");
      const name = singleName(this.#tree, named.value("name"), "a window's name");
      if (Object.hasOwn(windows, name)) throw repeatedWindow(name);
      windows[name] = this.expressions.windowSpec(spec);
    }
    return windows;
  }

  /** ORDER BY (SORT BY where there is none), LIMIT, OFFSET; {@link NO_TAIL} where there is nothing. */
  #tail(fields: NodeFields): QueryTail {
    const order = fields.inner("order_by");
    const sort = fields.inner("sort_by");
    for (const name of ["cluster_by", "distribute_by"]) fields.value(name);
    const limit = this.#count(fields, "limit");
    const offset = this.#count(fields, "offset");
    const items = order?.list("expressions") ?? sort?.list("expressions") ?? [];
    order?.done();
    sort?.done();
    if (items.length === 0 && limit === undefined && offset === undefined) return NO_TAIL;
    return {
      orderBy: this.expressions.sortItems(items),
      ...(limit === undefined ? {} : { limit: this.expressions.expression(limit) }),
      ...(offset === undefined ? {} : { offset: this.expressions.expression(offset) }),
    };
  }

  /** A select has `{this: expression}`, a set operation the expression itself. */
  #count(fields: NodeFields, name: string): unknown {
    const value = fields.value(name);
    return isNode(value) && "this" in value ? value.this : value;
  }

  /** The library reads all set operators from left to right; in Spark INTERSECT binds more tightly. */
  #set(fields: NodeFields): Query {
    const operands: Query[] = [];
    const steps: SetStep[] = [];
    const tail = this.#tail(fields);
    this.#flatten(fields, operands, steps);
    const [first, ...others] = operands;
    if (first === undefined) throw unknownNode("UNION");
    const terms: Query[] = [first];
    const low: SetStep[] = [];
    steps.forEach((step, i) => {
      const right = others[i];
      const left = terms.at(-1);
      if (right === undefined || left === undefined) throw unknownNode("UNION");
      if (step.operator === "intersect") terms[terms.length - 1] = setQuery(step, left, right);
      else {
        low.push(step);
        terms.push(right);
      }
    });
    const whole = terms.slice(1).reduce((left, right, i) => {
      const step = low[i];
      return step === undefined ? left : setQuery(step, left, right);
    }, terms[0] ?? first);
    const result = this.#with(fields, { ...whole, ...tail } as Query);
    fields.done();
    return result;
  }

  #flatten(fields: NodeFields, operands: Query[], steps: SetStep[]): void {
    const left = fields.value("left");
    const inner = isNode(left) ? NodeFields.of(this.#tree, left) : undefined;
    if (inner !== undefined && isSetOperator(inner.type)) {
      this.#flatten(inner, operands, steps);
      inner.done();
    } else operands.push(this.query(left));
    operands.push(this.query(fields.value("right")));
    fields.value("distinct");
    if (!isSetOperator(fields.type)) throw unknownNode(fields.type);
    steps.push({ operator: fields.type, all: fields.flag("all"), byName: fields.flag("by_name") });
  }
}

function setQuery(step: SetStep, left: Query, right: Query): SetQuery {
  return { kind: "set", ...step, left, right, ...NO_TAIL };
}

function isSetOperator(type: string): type is SetOperator {
  return (SET_OPERATORS as readonly string[]).includes(type);
}

/** `SELECT * FROM item` */
function selectAll(item: FromItem): SelectQuery {
  return {
    kind: "select",
    distinct: false,
    projection: [{ kind: "star", qualifier: [], except: [] }],
    from: [item],
    lateralViews: [],
    windows: {},
    ...NO_TAIL,
  };
}

function repeatedWindow(name: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION",
    sqlState: "42000",
    problem: `The definition of the window \`${name}\` is repetitive.`,
    cure: "Give each window a name of its own.",
    parameters: { windowName: `\`${name}\`` },
  });
}
