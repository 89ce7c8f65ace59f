/** The library's expression nodes to our own expressions. */

import { LakeletError } from "../../errors/lakelet-error.js";
import type { CallExpression, Expression, FrameBound, Query, SortItem, WindowFrame, WindowSpec } from "../ast.js";
import { parseWithLibrary } from "./library.js";
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
import { type CallSlot, NEGATED_PATTERNS, UNSIGNED_SHIFT } from "./library-text.js";

const BINARY: Readonly<Record<string, string>> = {
  and: "and",
  or: "or",
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  mod: "%",
  concat: "||",
  eq: "=",
  neq: "<>",
  null_safe_eq: "<=>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
  bitwise_and: "&",
  bitwise_or: "|",
  bitwise_xor: "^",
  bitwise_left_shift: "<<",
  bitwise_right_shift: ">>",
};
const UNARY: Readonly<Record<string, string>> = { not: "not", neg: "negative", bitwise_not: "~" };
const TESTS: Readonly<Record<string, string>> = { is_null: "isnull", is_true: "istrue", is_false: "isfalse" };

function infix(name: string, left: Expression, right: Expression): Expression {
  const unsigned = name === ">>" && left.kind === "call" && left.args[1] === UNSIGNED_SHIFT;
  const [operand] = unsigned ? left.args : [];
  return operand === undefined ? call(name, [left, right]) : call(">>>", [operand, right]);
}

/** Makes our expressions of the library's; one for each parsed text. */
export class ExpressionNormaliser {
  readonly #tree: LibraryTree;
  readonly #query: (node: unknown) => Query;

  constructor(tree: LibraryTree, query: (node: unknown) => Query) {
    this.#tree = tree;
    this.#query = query;
  }

  all(nodes: readonly unknown[]): readonly Expression[] {
    return nodes.map((node) => this.expression(node));
  }

  expression(node: unknown): Expression {
    const fields = NodeFields.of(this.#tree, node);
    const result = this.#operator(fields) ?? this.#structure(fields) ?? this.#call(fields);
    if (result === undefined) throw unknownNode(fields.type.replaceAll("_", " ").toUpperCase());
    fields.done();
    return result;
  }

  #operator(fields: NodeFields): Expression | undefined {
    const { type } = fields;
    const binary = BINARY[type];
    if (binary !== undefined) return infix(binary, this.#of(fields, "left"), this.#of(fields, "right"));
    const unary = UNARY[type];
    if (unary !== undefined) return call(unary, [this.#of(fields, "this")]);
    const test = TESTS[type];
    if (test !== undefined) return this.#test(test, fields);
    switch (type) {
      case "int_div":
        return call("div", [this.#of(fields, "this"), this.#of(fields, "expression")]);
      case "null_safe_neq":
        return negated(call("<=>", [this.#of(fields, "left"), this.#of(fields, "right")]));
      case "like":
      case "i_like":
        return this.#like(type === "like" ? "like" : "ilike", fields);
      case "regexp_like":
        return call("rlike", [this.#of(fields, "this"), this.#of(fields, "pattern")]);
      case "between": {
        const between = call("between", [this.#of(fields, "this"), this.#of(fields, "low"), this.#of(fields, "high")]);
        return fields.flag("not") ? negated(between) : between;
      }
      case "in":
        return this.#in(fields);
      case "raw":
        return this.#negatedLike(fields.text("sql"));
      default:
        return undefined;
    }
  }

  #test(name: string, fields: NodeFields): Expression {
    const operand = this.#of(fields, "this");
    const not = fields.flag("not");
    if (name === "isnull") return call(not ? "isnotnull" : "isnull", [operand]);
    const truth: Expression = {
      kind: "literal",
      dataType: { kind: "boolean" },
      value: name === "istrue" ? "true" : "false",
    };
    const test = call("<=>", [operand, truth]);
    return not ? negated(test) : test;
  }

  /** LIKE ANY and LIKE ALL are ORs and ANDs of single LIKEs. */
  #like(name: string, fields: NodeFields): Expression {
    const value = this.#of(fields, "left");
    const escaped = fields.value("escape") === undefined ? [] : [this.#of(fields, "escape")];
    const quantifier = fields.text("quantifier");
    const pattern = this.#of(fields, "right");
    if (quantifier === "") return call(name, [value, pattern, ...escaped]);
    const all = pattern.kind === "row" ? pattern.values : [pattern];
    const negates = all[0] === NEGATED_PATTERNS;
    const patterns = negates ? all.slice(1) : all;
    const joined = quantifier === "ALL" ? "and" : "or";
    return patterns
      .map((one): Expression => (negates ? negated(call(name, [value, one])) : call(name, [value, one])))
      .reduce((left, right) => call(joined, [left, right]));
  }

  /** The library leaves `NOT a LIKE b` as text: its operand is parsed again, with the same placeholders. */
  #negatedLike(text: string): Expression {
    const operand = /^not\s(.*)$/is.exec(text)?.[1];
    const result = operand === undefined ? undefined : parseWithLibrary(`SELECT ${operand}`);
    const select = result?.success === true ? result.statements[0]?.select : undefined;
    const [only, ...others] =
      isNode(select) && Array.isArray(select.expressions) ? (select.expressions as unknown[]) : [];
    if (only === undefined || others.length > 0) throw unknownNode(text);
    return negated(this.expression(only));
  }

  #in(fields: NodeFields): Expression {
    const operand = this.#of(fields, "this");
    const query = fields.value("query");
    const values = this.all(fields.list("expressions"));
    const [only] = values;
    const result: Expression =
      query !== undefined
        ? { kind: "in-query", operand, query: this.#query(query) }
        : values.length === 1 && only?.kind === "scalar-query"
          ? { kind: "in-query", operand, query: only.query }
          : { kind: "in", operand, values };
    return fields.flag("not") ? negated(result) : result;
  }

  #structure(fields: NodeFields): Expression | undefined {
    switch (fields.type) {
      case "column":
        return this.#column(fields);
      case "paren":
        return this.#of(fields, "this");
      case "tuple":
        return { kind: "row", values: this.all(fields.list("expressions")) };
      case "subquery":
        return { kind: "scalar-query", query: this.#query({ subquery: fields.whole() }) };
      case "union":
      case "intersect":
      case "except":
        return { kind: "scalar-query", query: this.#query({ [fields.type]: fields.whole() }) };
      case "exists": {
        const exists: Expression = { kind: "exists", query: this.#query(fields.value("this")) };
        return fields.flag("not") ? negated(exists) : exists;
      }
      case "alias":
        return this.#alias(fields);
      case "cast":
        return this.#cast(fields);
      case "case":
        return this.#case(fields);
      case "lambda":
        return {
          kind: "lambda",
          parameters: fields.list("parameters").map((one) => singleName(this.#tree, one, "a lambda's parameter")),
          body: this.#of(fields, "body"),
        };
      case "subscript":
        return this.#subscript(fields);
      case "dot":
        return { kind: "field", operand: this.#of(fields, "this"), name: this.#fieldName(fields) };
      default:
        return undefined;
    }
  }

  #fieldName(fields: NodeFields): string {
    return singleName(this.#tree, fields.value("field"), "a field's name");
  }

  #column(fields: NodeFields): Expression {
    const identifier = fields.value("name");
    const slot = slotOf(this.#tree, identifier);
    const table = fields.value("table");
    if (slot?.kind === "name") {
      const column: Expression = { kind: "column", parts: slot.parts, span: slot.span };
      return table === undefined ? column : this.#fieldOf(table, slot.parts[0] ?? "");
    }
    if (slot?.kind === "expression" && table === undefined) return slot.expression;
    const name = isNode(identifier) ? String(identifier.name) : "";
    throw misplaced(this.#tree, undefined, `${name} cannot stand here.`);
  }

  /** `placeholder.field` where the placeholder is a part that was parsed on its own. */
  #fieldOf(table: unknown, name: string): Expression {
    const slot = slotOf(this.#tree, table);
    if (slot?.kind !== "expression") throw misplaced(this.#tree, undefined, "A field must follow an expression.");
    return { kind: "field", operand: slot.expression, name };
  }

  #alias(fields: NodeFields): Expression {
    const operand = this.#of(fields, "this");
    const columns = fields.list("column_aliases");
    const alias = fields.value("alias");
    const names =
      columns.length > 0
        ? columns.map((one) => singleName(this.#tree, one, "a column alias"))
        : [singleName(this.#tree, alias, "an alias")];
    return { kind: "alias", operand, names };
  }

  #cast(fields: NodeFields): Expression {
    const operand = this.#of(fields, "this");
    const to = fields.value("to");
    const slot = slotOf(this.#tree, to);
    if (slot?.kind !== "type") throw unknownNode("CAST");
    return { kind: "cast", operand, to: slot.dataType, try: false };
  }

  #case(fields: NodeFields): Expression {
    const branches = fields.list("whens").map((pair) => {
      const [when, then] = Array.isArray(pair) ? pair : [];
      // biome-ignore lint/suspicious/noThenProperty: the tree's own name for it; never awaited
      return { when: this.expression(when), then: this.expression(then) };
    });
    return {
      kind: "case",
      ...(fields.value("operand") === undefined ? {} : { operand: this.#of(fields, "operand") }),
      branches,
      ...(fields.value("else_") === undefined ? {} : { otherwise: this.#of(fields, "else_") }),
    };
  }

  #subscript(fields: NodeFields): Expression {
    const operand = this.#of(fields, "this");
    const index = fields.value("index");
    const column = isNode(index) && isNode(index.column) ? index.column : undefined;
    const slot = slotOf(this.#tree, column?.name);
    if (slot?.kind === "json-path") return { kind: "json-path", operand, path: slot.path };
    return { kind: "subscript", operand, index: this.expression(index) };
  }

  #call(fields: NodeFields): Expression | undefined {
    switch (fields.type) {
      case "function":
      case "aggregate_function":
        return this.#function(fields);
      case "filter":
        return { ...this.#callOf(fields, "this"), filter: this.#of(fields, "expression") };
      case "within_group":
        return { ...this.#callOf(fields, "this"), withinGroup: this.sortItems(fields.list("order_by")) };
      case "window_function": {
        const over = fields.inner("over");
        if (over === undefined) return undefined;
        return { ...this.#callOf(fields, "this"), over: this.windowSpec(over) };
      }
      default:
        return undefined;
    }
  }

  #callOf(fields: NodeFields, name: string): CallExpression {
    const operand = this.#of(fields, name);
    if (operand.kind !== "call") throw unknownNode(fields.type.replaceAll("_", " ").toUpperCase());
    return operand;
  }

  #function(fields: NodeFields): Expression {
    const slot = callSlot(this.#tree, fields.text("name"));
    const named: { readonly name: string; readonly value: Expression }[] = [];
    const args: Expression[] = [];
    fields.list("args").forEach((node, place) => {
      const argument = isNode(node) && isNode(node.named_argument) ? node.named_argument : undefined;
      if (argument !== undefined) {
        const name = singleName(this.#tree, argument.name, "an argument's name");
        named.push({ name: name.toLowerCase(), value: this.expression(argument.value) });
      } else if (named.length > 0) throw positionalAfterNamed(slot.name);
      else args.push(aliased(this.expression(node), slot.aliases.get(place)));
    });
    if (slot.cast !== undefined) return this.#castCall(slot, slot.cast, args);
    const filter = fields.value("filter");
    return {
      kind: "call",
      name: slot.name,
      args,
      ...(slot.distinct ? { distinct: true } : {}),
      ...(slot.ignoreNulls ? { ignoreNulls: true } : {}),
      ...(filter === undefined ? {} : { filter: this.expression(filter) }),
      ...(named.length === 0 ? {} : { namedArgs: named }),
      span: slot.span,
    };
  }

  #castCall(slot: CallSlot, cast: NonNullable<CallSlot["cast"]>, args: readonly Expression[]): Expression {
    const [operand, ...others] = args;
    if (operand === undefined || others.length > 0) {
      throw misplaced(this.#tree, slot.span, "CAST takes one value: CAST(value AS type).");
    }
    return { kind: "cast", operand, ...cast, span: slot.span };
  }

  sortItems(nodes: readonly unknown[]): readonly SortItem[] {
    return nodes.map((node) => {
      const fields = new NodeFields(this.#tree, "order_by", node);
      const expression = this.#of(fields, "this");
      const descending = fields.flag("desc");
      const nullsFirst = fields.value("nulls_first");
      fields.done();
      const nulls =
        nullsFirst === undefined ? {} : { nulls: nullsFirst === true ? ("first" as const) : ("last" as const) };
      return { expression, descending, ...nulls };
    });
  }

  windowSpec(fields: NodeFields): WindowSpec {
    const name = fields.value("window_name");
    const frame = fields.inner("frame");
    const spec: WindowSpec = {
      ...(name === undefined ? {} : { name: nameSlot(this.#tree, name, "a window's name").parts.join(".") }),
      partitionBy: this.all(fields.list("partition_by")),
      orderBy: this.sortItems(fields.list("order_by")),
      ...(frame === undefined ? {} : { frame: this.#frame(frame) }),
    };
    fields.done();
    return spec;
  }

  #frame(fields: NodeFields): WindowFrame {
    const kind = fields.text("kind").toLowerCase();
    if (kind !== "rows" && kind !== "range") throw unknownNode(`window frame ${kind.toUpperCase()}`);
    const start = this.#bound(fields.value("start"));
    const end = fields.value("end");
    fields.done();
    return { unit: kind, start, end: end === undefined ? { kind: "current-row" } : this.#bound(end) };
  }

  #bound(bound: unknown): FrameBound {
    if (bound === "UnboundedPreceding") return { kind: "unbounded-preceding" };
    if (bound === "UnboundedFollowing") return { kind: "unbounded-following" };
    if (bound === "CurrentRow") return { kind: "current-row" };
    if (isNode(bound) && "Preceding" in bound) return { kind: "preceding", offset: this.expression(bound.Preceding) };
    if (isNode(bound) && "Following" in bound) return { kind: "following", offset: this.expression(bound.Following) };
    throw unknownNode("window frame");
  }

  #of(fields: NodeFields, name: string): Expression {
    return this.expression(fields.value(name));
  }
}

function call(name: string, args: readonly Expression[]): CallExpression {
  return { kind: "call", name, args };
}

function positionalAfterNamed(name: string): Error {
  return new LakeletError({
    condition: "UNEXPECTED_POSITIONAL_ARGUMENT",
    sqlState: "4274K",
    problem: `Cannot call the function \`${name}\`: an argument without a name follows one with a name.`,
    cure: "Give the arguments without names first.",
    parameters: { routineName: `\`${name}\`` },
  });
}

function negated(operand: Expression): Expression {
  return call("not", [operand]);
}

function aliased(operand: Expression, name: string | undefined): Expression {
  return name === undefined ? operand : { kind: "alias", operand, names: [name] };
}
