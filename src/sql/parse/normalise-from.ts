/** The library's FROM items and joins to our own. */
import type { CallExpression, Expression, FromItem, Query, TableSample, ValuesQuery } from "../ast.js";
import { readFilesCall } from "./cloud-files.js";
import {
  callSlot,
  isNode,
  type LibraryTree,
  misplaced,
  NodeFields,
  nameSlot,
  singleName,
  slotOf,
  unknownNode,
} from "./library-node.js";
import type { ExpressionNormaliser } from "./normalise-expression.js";

type JoinItem = Extract<FromItem, { kind: "join" }>;
type PivotItem = Extract<FromItem, { kind: "pivot" }>;

const JOIN_TYPES: Readonly<Record<string, JoinItem["type"]>> = {
  Inner: "inner",
  Cross: "cross",
  Left: "left",
  Right: "right",
  Full: "full",
  LeftSemi: "left-semi",
  LeftAnti: "left-anti",
  Natural: "inner",
  NaturalLeft: "left",
  NaturalRight: "right",
  NaturalFull: "full",
};

export class FromNormaliser {
  readonly #tree: LibraryTree;
  readonly #expressions: ExpressionNormaliser;
  readonly #query: (node: unknown) => Query;

  constructor(tree: LibraryTree, expressions: ExpressionNormaliser, query: (node: unknown) => Query) {
    this.#tree = tree;
    this.#expressions = expressions;
    this.#query = query;
  }

  /** A comma binds as tightly as JOIN, from left to right: `a, b LEFT JOIN c` joins c to all pairs of a and b. */
  items(from: NodeFields | undefined, joins: readonly unknown[]): readonly FromItem[] {
    const items = (from?.list("expressions") ?? []).map((node) => this.item(node));
    from?.done();
    return this.#joined(items, joins);
  }

  item(node: unknown): FromItem {
    const fields = NodeFields.of(this.#tree, node);
    const item = this.#item(fields);
    fields.done();
    return item;
  }

  #item(fields: NodeFields): FromItem {
    switch (fields.type) {
      case "table":
        return this.#table(fields);
      case "subquery":
        return {
          kind: "subquery",
          query: this.#subquery(fields),
          lateral: fields.flag("lateral"),
          ...this.#alias(fields),
        };
      case "values":
        return { kind: "subquery", query: this.#values(fields), lateral: false, ...this.#alias(fields) };
      case "function": {
        const { streaming } = callSlot(this.#tree, fields.text("name"));
        const call = this.#call({ function: fields.whole() });
        const old = readFilesCall(call);
        if (old) return { kind: "function", call: old, streaming: true, lateral: false, columns: [] };
        return { kind: "function", call, ...(streaming ? { streaming } : {}), lateral: false, columns: [] };
      }
      case "lateral":
        return { kind: "function", call: this.#call(fields.value("this")), lateral: true, ...this.#alias(fields) };
      case "alias":
        return this.#aliased(this.item(fields.value("this")), fields);
      case "table_sample":
        return this.#sampled(this.item(fields.value("this")), fields);
      case "paren":
        return this.item(fields.value("this"));
      case "joined_table":
        return this.#joinedTable(fields);
      case "pivot":
        return this.#pivot(fields);
      case "unpivot":
        return this.#unpivot(fields);
      default:
        throw unknownNode(`FROM ${fields.type.replaceAll("_", " ").toUpperCase()}`);
    }
  }

  #table(fields: NodeFields): FromItem {
    const name = nameSlot(this.#tree, fields.value("name"), "a table");
    const version = fields.inner("version");
    const sample = fields.inner("table_sample");
    const point = version === undefined ? {} : this.#timeTravel(version);
    return {
      kind: "table",
      name: name.parts,
      ...(name.streaming ? { streaming: true } : {}),
      ...(name.options === undefined ? {} : { options: name.options }),
      ...point,
      ...(sample === undefined ? {} : { sample: this.#sample(sample) }),
      ...this.#alias(fields),
      span: name.span,
    };
  }

  #timeTravel(fields: NodeFields): { readonly version?: Expression; readonly timestamp?: Expression } {
    const by = fields.value("this");
    const point = this.#expressions.expression(fields.value("expression"));
    const identifier = isNode(by) && isNode(by.identifier) ? by.identifier.name : undefined;
    if (fields.text("kind") !== "AS OF") throw unknownNode("time travel");
    fields.done();
    return identifier === "TIMESTAMP" ? { timestamp: point } : { version: point };
  }

  #subquery(fields: NodeFields): Query {
    const inner = ["this", "order_by", "limit", "offset"].map((name) => [name, fields.value(name)] as const);
    const values = inner[0]?.[1];
    if (isNode(values) && isNode(values.values))
      return this.#values(new NodeFields(this.#tree, "values", values.values));
    return this.#query({ subquery: Object.fromEntries(inner) });
  }

  #values(fields: NodeFields): ValuesQuery {
    const rows = fields.list("expressions").flatMap((row) => {
      const cells = new NodeFields(this.#tree, "values", row);
      const [only] = cells.list("expressions");
      const slot = isNode(only) && isNode(only.column) ? slotOf(this.#tree, only.column.name) : undefined;
      if (slot?.kind === "rows") return slot.rows;
      return [this.#expressions.all(cells.list("expressions"))];
    });
    return { kind: "values", rows, orderBy: [] };
  }

  #call(node: unknown): CallExpression {
    const call = this.#expressions.expression(node);
    if (call.kind !== "call") throw unknownNode("FROM with an expression");
    return call;
  }

  #alias(fields: NodeFields): { readonly alias?: string; readonly columns: readonly string[] } {
    const alias = fields.value("alias");
    return {
      ...(alias === undefined ? {} : { alias: singleName(this.#tree, alias, "an alias") }),
      columns: fields.list("column_aliases").map((one) => singleName(this.#tree, one, "a column alias")),
    };
  }

  /** `(item) AS name (columns)` */
  #aliased(item: FromItem, fields: NodeFields): FromItem {
    const alias = this.#alias(fields);
    if (item.kind === "join") return { kind: "subquery", query: starOf(item), lateral: false, ...alias };
    if (item.kind === "pivot" || item.kind === "unpivot") {
      if (alias.columns.length > 0) throw unknownNode("PIVOT with column aliases");
      return { ...item, ...(alias.alias === undefined ? {} : { alias: alias.alias }) };
    }
    if (item.alias !== undefined) return { kind: "subquery", query: starOf(item), lateral: false, ...alias };
    return { ...item, ...alias };
  }

  #sampled(item: FromItem, fields: NodeFields): FromItem {
    const sample = fields.inner("sample");
    if (sample === undefined) throw unknownNode("TABLESAMPLE");
    const read = this.#sample(sample);
    if (item.kind === "table" || item.kind === "subquery") return { ...item, sample: read };
    return { kind: "subquery", query: starOf(item), lateral: false, columns: [], sample: read };
  }

  #sample(fields: NodeFields): TableSample {
    const size = numberOf(fields.value("size"));
    const seed = numberOf(fields.value("seed"));
    const method = fields.text("method");
    fields.value("is_percent");
    fields.done();
    if (size === undefined || (method !== "Percent" && method !== "Row")) throw unknownNode("TABLESAMPLE");
    return { kind: method === "Percent" ? "percent" : "rows", size, ...(seed === undefined ? {} : { seed }) };
  }

  #joinedTable(fields: NodeFields): FromItem {
    const [item, ...others] = this.#joined([this.item(fields.value("left"))], fields.list("joins"));
    if (item === undefined || others.length > 0 || fields.list("lateral_views").length > 0)
      throw unknownNode("FROM (...)");
    const alias = fields.value("alias");
    return alias === undefined ? item : this.#aliased(item, fields);
  }

  #joined(items: readonly FromItem[], joins: readonly unknown[]): readonly FromItem[] {
    const result = [...items];
    for (const node of joins) {
      const fields = new NodeFields(this.#tree, "join", node);
      const right = this.item(fields.value("this"));
      const kind = fields.text("kind");
      const left = kind === "Implicit" ? undefined : allPairs(result.splice(0));
      if (left === undefined && kind !== "Implicit")
        throw misplaced(this.#tree, undefined, "JOIN needs a source before it.");
      result.push(left === undefined ? right : this.#join(left, right, kind, fields));
      fields.done();
    }
    return result;
  }

  #join(left: FromItem, right: FromItem, kind: string, fields: NodeFields): JoinItem {
    const type = JOIN_TYPES[kind];
    if (type === undefined) throw unknownNode(`${kind.toUpperCase()} JOIN`);
    const on = fields.value("on");
    const using = fields.list("using").map((one) => singleName(this.#tree, one, "a column"));
    return {
      kind: "join",
      type,
      natural: kind.startsWith("Natural"),
      left,
      right,
      ...(on === undefined ? {} : { on: this.#expressions.expression(on) }),
      ...(using.length === 0 ? {} : { using }),
    };
  }

  #pivot(fields: NodeFields): PivotItem {
    const input = this.item(fields.value("this"));
    const aggregates = this.#expressions.all(fields.list("expressions"));
    const [node, ...others] = fields.list("fields");
    const inside = isNode(node) && isNode(node.in) ? new NodeFields(this.#tree, "in", node.in) : undefined;
    if (inside === undefined || others.length > 0) throw unknownNode("PIVOT");
    const on = this.#expressions.expression(inside.value("this"));
    const values = inside.list("expressions").map((value) => this.#pivotValue(value));
    inside.done();
    const { alias, columns } = this.#alias(fields);
    if (columns.length > 0) throw unknownNode("PIVOT with column aliases");
    return {
      kind: "pivot",
      input,
      aggregates,
      on: on.kind === "row" ? on.values : [on],
      values,
      ...(alias === undefined ? {} : { alias }),
    };
  }

  #pivotValue(node: unknown): PivotItem["values"][number] {
    const { expression, name } = this.#named(node);
    const values = expression.kind === "row" ? expression.values : [expression];
    return { values, ...(name === undefined ? {} : { name }) };
  }

  /** `value AS name` in the lists of PIVOT and UNPIVOT. */
  #named(node: unknown): { readonly expression: Expression; readonly name?: string } {
    if (isNode(node) && isNode(node.pivot_alias)) {
      const { this: value, alias } = node.pivot_alias;
      const column = isNode(alias) && isNode(alias.column) ? alias.column.name : alias;
      return { expression: this.#expressions.expression(value), name: singleName(this.#tree, column, "an alias") };
    }
    const expression = this.#expressions.expression(node);
    if (expression.kind !== "alias") return { expression };
    return { expression: expression.operand, name: expression.names.join(".") };
  }

  #unpivot(fields: NodeFields): FromItem {
    const columns = fields.list("columns").map((node) => {
      const { expression, name } = this.#named(node);
      return { column: expression, ...(name === undefined ? {} : { name }) };
    });
    const alias = fields.value("alias");
    return {
      kind: "unpivot",
      input: this.item(fields.value("this")),
      includeNulls: fields.flag("include_nulls"),
      valueName: singleName(this.#tree, fields.value("value_column"), "the value column"),
      nameName: singleName(this.#tree, fields.value("name_column"), "the name column"),
      columns,
      ...(alias === undefined ? {} : { alias: singleName(this.#tree, alias, "an alias") }),
    };
  }
}

function allPairs([first, ...others]: readonly FromItem[]): FromItem | undefined {
  if (first === undefined) return undefined;
  return others.reduce((left, right) => ({ kind: "join", type: "cross", natural: false, left, right }), first);
}

function numberOf(node: unknown): number | undefined {
  const literal = isNode(node) && isNode(node.literal) ? node.literal.value : undefined;
  return typeof literal === "string" ? Number(literal) : undefined;
}

/** `SELECT * FROM item`, to give a join or a named item another name. */
function starOf(item: FromItem): Query {
  return {
    kind: "select",
    distinct: false,
    projection: [{ kind: "star", qualifier: [], except: [] }],
    from: [item],
    lateralViews: [],
    windows: {},
    orderBy: [],
  };
}
