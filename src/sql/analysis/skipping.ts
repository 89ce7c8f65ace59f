/** What a condition says about a table's columns, for skipping files by their statistics; whatever is not sure is `unknown`. */
import type { ColumnPath, SkippingLiteral, SkippingPredicate } from "../../expression/skipping-predicate.js";
import { type DataType, findField, type StructField, type StructType } from "../../schema/data-type.js";
import type { Expression } from "../ast.js";
import { type Constant, type Constants, constantOf } from "./constant.js";
import { canonicalDate, timestampMicros, timestampText } from "./timestamp-text.js";

type Comparison = Extract<SkippingPredicate, { kind: "compare" }>["operator"];

const UNKNOWN: SkippingPredicate = { kind: "unknown" };
const OPERATORS: ReadonlySet<string> = new Set(["=", "<=>", "<", "<=", ">", ">=", "<>"]);
const MIRRORED: Readonly<Record<string, Comparison>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** A column of the table: its path in the schema's spelling, and its type. */
export interface TableColumn {
  readonly path: ColumnPath;
  readonly dataType: DataType;
}

export interface SkippingScope extends Constants {
  /** The table's column of that name; undefined where the name is none. */
  column(parts: readonly string[]): TableColumn | undefined;
}

/** The column path in a schema, letter case aside. */
export function columnIn(schema: StructType, parts: readonly string[]): TableColumn | undefined {
  let dataType: DataType = schema;
  const path: string[] = [];
  for (const part of parts) {
    const field: StructField | undefined = dataType.kind === "struct" ? findField(dataType, part) : undefined;
    if (!field) return undefined;
    path.push(field.name);
    dataType = field.dataType;
  }
  return path.length > 0 ? { path, dataType } : undefined;
}

export function skippingPredicate(condition: Expression, scope: SkippingScope): SkippingPredicate {
  if (condition.kind === "in") {
    const column = columnOf(condition.operand, scope);
    const values = condition.values.map((one) => literalFor(column, constantOf(one, scope), scope));
    // A NULL among the values can make nothing true.
    const known = values.filter((one) => one !== null);
    return column && known.every((one) => one !== undefined) && known.length > 0
      ? { kind: "in", column: column.path, values: known }
      : UNKNOWN;
  }
  if (condition.kind === "call") return callPredicate(condition.name, condition.args, scope);
  const column = columnOf(condition, scope);
  if (column?.dataType.kind === "boolean") return compare("=", column.path, true);
  const constant = constantOf(condition, scope);
  return constant?.kind === "boolean" ? { kind: "constant", value: constant.value } : UNKNOWN;
}

function compare(operator: Comparison, column: ColumnPath, value: SkippingLiteral): SkippingPredicate {
  return { kind: "compare", operator, column, value };
}

function callPredicate(name: string, args: readonly Expression[], scope: SkippingScope): SkippingPredicate {
  const [first, second, third] = args;
  if (!first) return UNKNOWN;
  const column = columnOf(first, scope);
  switch (name) {
    case "and":
    case "or":
      return { kind: name, operands: args.map((one) => skippingPredicate(one, scope)) };
    case "not": {
      const operand = skippingPredicate(first, scope);
      return holdsUnknown(operand) ? UNKNOWN : { kind: "not", operand };
    }
    case "isnull":
      return column ? { kind: "is-null", column: column.path } : UNKNOWN;
    case "isnotnull":
      return column ? { kind: "is-not-null", column: column.path } : UNKNOWN;
    case "between":
      if (!second || !third) return UNKNOWN;
      return {
        kind: "and",
        operands: [comparison(">=", first, second, scope), comparison("<=", first, third, scope)],
      };
    case "like":
    case "startswith":
      return second && !third ? prefix(name, column, constantOf(second, scope)) : UNKNOWN;
    case "==":
      return second ? comparison("=", first, second, scope) : UNKNOWN;
    case "!=":
      return second ? comparison("<>", first, second, scope) : UNKNOWN;
    default:
      return second && OPERATORS.has(name) ? comparison(name as Comparison, first, second, scope) : UNKNOWN;
  }
}

/** A conjunction with an unknown part says less than it means, which must not be turned round. */
function holdsUnknown(predicate: SkippingPredicate): boolean {
  if (predicate.kind === "unknown") return true;
  if (predicate.kind === "and" || predicate.kind === "or") return predicate.operands.some(holdsUnknown);
  return predicate.kind === "not" && holdsUnknown(predicate.operand);
}

function comparison(
  operator: Comparison,
  left: Expression,
  right: Expression,
  scope: SkippingScope,
): SkippingPredicate {
  const column = columnOf(left, scope);
  if (!column) {
    const other = columnOf(right, scope);
    return other ? withValue(MIRRORED[operator] ?? operator, other, constantOf(left, scope), scope) : UNKNOWN;
  }
  return withValue(operator, column, constantOf(right, scope), scope);
}

function withValue(
  operator: Comparison,
  column: TableColumn,
  constant: Constant | undefined,
  scope: SkippingScope,
): SkippingPredicate {
  const value = literalFor(column, constant, scope);
  if (value === undefined) return UNKNOWN;
  if (value !== null) return compare(operator, column.path, value);
  return operator === "<=>" ? { kind: "is-null", column: column.path } : UNKNOWN;
}

function columnOf(expression: Expression, scope: SkippingScope): TableColumn | undefined {
  if (expression.kind === "column") return scope.column(expression.parts);
  if (expression.kind !== "field") return undefined;
  const base = columnOf(expression.operand, scope);
  if (base?.dataType.kind !== "struct") return undefined;
  const inner = columnIn(base.dataType, [expression.name]);
  return inner && { path: [...base.path, ...inner.path], dataType: inner.dataType };
}

/**
 * The constant as a literal of the column's type, null for NULL. Undefined where Spark would not compare in the column's type, as
 * then the order of the statistics need not be that of the comparison.
 */
function literalFor(
  column: TableColumn | undefined,
  constant: Constant | undefined,
  { context }: Constants,
): SkippingLiteral | null | undefined {
  if (!column || !constant) return undefined;
  if (constant.kind === "null") return null;
  switch (column.dataType.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return wholeNumber(constant);
    case "decimal":
      return constant.kind === "number" ? constant.text : undefined;
    case "double":
      return doubleNumber(constant);
    case "string":
      return constant.kind === "string" ? constant.text : undefined;
    case "boolean":
      return constant.kind === "boolean" ? constant.value : undefined;
    case "date":
      if (constant.kind === "date") return constant.text;
      return constant.kind === "string" ? canonicalDate(constant.text) : undefined;
    case "timestamp":
      return instant(constant, "timestamp", context.timeZone);
    case "timestamp_ntz":
      return instant(constant, "timestamp_ntz", undefined);
    default:
      return undefined;
  }
}

function wholeNumber(constant: Constant): SkippingLiteral | undefined {
  const text = constant.kind === "number" ? constant.text : constant.kind === "string" ? constant.text.trim() : "";
  return /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
}

function doubleNumber(constant: Constant): SkippingLiteral | undefined {
  const value =
    constant.kind === "number" ? Number(constant.text) : constant.kind === "double" ? constant.value : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function instant(constant: Constant, kind: "timestamp" | "timestamp_ntz", timeZone: string | undefined) {
  const text = constant.kind === "string" || constant.kind === "date" ? constant.text : undefined;
  const micros =
    constant.kind === kind ? constant.micros : text === undefined ? undefined : timestampMicros(text, timeZone);
  return micros === undefined ? undefined : `${timestampText(micros).replace(" ", "T")}Z`;
}

function prefix(name: string, column: TableColumn | undefined, constant: Constant | undefined): SkippingPredicate {
  if (column?.dataType.kind !== "string" || constant?.kind !== "string") return UNKNOWN;
  const text = name === "like" ? /^([^%_\\]+)%+$/s.exec(constant.text)?.[1] : constant.text;
  if (text !== undefined && text !== "") return { kind: "starts-with", column: column.path, prefix: text };
  return name === "like" && /^[^%_\\]+$/s.test(constant.text) ? compare("=", column.path, constant.text) : UNKNOWN;
}

/** The conditions that AND joins. */
export function conjuncts(condition: Expression | undefined): readonly Expression[] {
  if (!condition) return [];
  return condition.kind === "call" && condition.name === "and" ? condition.args.flatMap(conjuncts) : [condition];
}
