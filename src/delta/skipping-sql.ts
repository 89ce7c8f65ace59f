/**
 * Skipping predicates as engine SQL over the actions of a checkpoint, so that files that cannot match never leave the engine. What passes is
 * asked again by `fileMayMatch`: the SQL may keep too many files, and never keeps too few.
 */
import type { ColumnPath, SkippingLiteral, SkippingPredicate } from "../expression/skipping-predicate.js";
import type { StructField, StructType } from "../schema/data-type.js";
import { engineString } from "../schema/engine-type.js";
import { type ActionRelation, isKind } from "./checkpoint-shape.js";
import { statisticsText } from "./checkpoint-statistics.js";
import { leafOf, mayHaveHeldFloats } from "./data-skipping.js";
import { comparableSql, type LiteralBounds, literalBounds } from "./skipping-literal.js";

/** More alternatives than this are asked as the range from the least to the greatest of them. */
const MOST_ALTERNATIVES = 50;

interface Files {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
}

/** Which results a predicate may have for rows of the file, as conditions that are never NULL. */
interface Outcomes {
  readonly true: string;
  readonly false: string;
}

/** Conditions and values that say of a column in a file what is known. */
interface Range {
  readonly column: StructField;
  readonly min: string;
  readonly max: string;
  /** Whether surely no value is NULL, or surely each of them; NULL or false where that is not known. */
  readonly noNulls: string;
  readonly allNull: string;
}

const ANY: Outcomes = { true: "TRUE", false: "TRUE" };
const EXTRACTED = "statistics_values";

/** The relation with only those live files that may hold a row for which the predicate is true, and some more. */
export function skippingRelation(predicate: SkippingPredicate, relation: ActionRelation, files: Files): ActionRelation {
  const compiler = new SkippingCompiler(files);
  const condition = compiler.outcomes(predicate).true;
  if (condition === "TRUE") return relation;
  const add = relation.columns.fields.find(({ name }) => name === "add")?.dataType;
  if (add?.kind !== "struct") return relation;
  const isAdd = `${isKind("add")}`;
  if (compiler.pointers.length === 0) {
    return { ...relation, sql: `(SELECT "add" FROM ${relation.sql} WHERE ${isAdd} AND ${condition})` };
  }
  const pointers = compiler.pointers.map(engineString).join(", ");
  // Statistics that are no JSON say nothing.
  const extracted = `TRY(json_extract_string(${statisticsText(add)}, [${pointers}]))`;
  // A volatile condition stays where it is: the optimizer would put the extraction, which is the work, in place of each of its uses.
  const kept = `CASE WHEN ${condition} THEN random() >= 0 ELSE FALSE END`;
  const sql = `(SELECT "add" FROM (SELECT "add", ${extracted} AS ${EXTRACTED} FROM ${relation.sql} WHERE ${isAdd}) WHERE ${kept})`;
  return { ...relation, sql };
}

class SkippingCompiler {
  /** Places in the statistics that the conditions ask for: the list that is extracted has their values in this order. */
  readonly pointers: string[] = [];

  constructor(private readonly files: Files) {}

  outcomes(predicate: SkippingPredicate): Outcomes {
    switch (predicate.kind) {
      case "unknown":
        return ANY;
      case "constant":
        return predicate.value ? { true: "TRUE", false: "FALSE" } : { true: "FALSE", false: "TRUE" };
      case "not":
        return negated(this.outcomes(predicate.operand));
      case "and":
        return conjunction(predicate.operands.map((operand) => this.outcomes(operand)));
      case "or":
        return negated(conjunction(predicate.operands.map((operand) => negated(this.outcomes(operand)))));
      case "is-null":
        return this.#isNull(predicate.column);
      case "is-not-null":
        return negated(this.#isNull(predicate.column));
      case "compare":
        return this.#comparison(predicate.operator, predicate.column, [predicate.value]);
      case "in":
        return this.#membership(predicate.column, predicate.values);
      case "starts-with":
        return this.#prefix(predicate.column, predicate.prefix);
    }
  }

  #isNull(path: ColumnPath): Outcomes {
    const range = this.#range(path);
    return range === undefined ? ANY : { true: not(range.noNulls), false: not(range.allNull) };
  }

  /** @param values More than one stand for any value from the least to the greatest of them. */
  #comparison(
    operator: "=" | "<=>" | "<" | "<=" | ">" | ">=" | "<>",
    path: ColumnPath,
    values: readonly SkippingLiteral[],
  ): Outcomes {
    const range = this.#range(path);
    const bounds = range && literalBounds(range.column.dataType, values);
    if (range === undefined || bounds === undefined) return ANY;
    if (operator === "<=>") {
      const equal = this.#comparison("=", path, values);
      return { true: equal.true, false: either([equal.false, not(range.noNulls)]) };
    }
    const known = orders(range, bounds, values.length === 1);
    const [below, equal, above] = ORDERS[operator];
    const possible = (...wanted: readonly boolean[]): string =>
      both([not(range.allNull), either(known.filter((_, index) => wanted[index] === true))]);
    return { true: possible(below, equal, above), false: possible(!below, !equal, !above) };
  }

  #membership(path: ColumnPath, values: readonly SkippingLiteral[]): Outcomes {
    if (values.length > MOST_ALTERNATIVES) return { true: this.#comparison("=", path, values).true, false: "TRUE" };
    const each = values.map((value) => this.#comparison("=", path, [value]));
    return negated(conjunction(each.map(negated)));
  }

  #prefix(path: ColumnPath, prefix: string): Outcomes {
    const range = this.#range(path);
    const text = range?.column.dataType.kind === "string" ? comparableSql("string", prefix) : undefined;
    if (range === undefined || text === undefined) return ANY;
    const { min, max, allNull } = range;
    const reaches = both([maybe(`${min} <= ${text} OR starts_with(${min}, ${text})`), maybe(`${max} >= ${text}`)]);
    const all = `(starts_with(${min}, ${text}) AND starts_with(${max}, ${text}))`;
    return { true: both([not(allNull), reaches]), false: both([not(allNull), not(all)]) };
  }

  #range(path: ColumnPath): Range | undefined {
    const leaf = leafOf(this.files.schema, path);
    if (leaf === undefined) return undefined;
    const { column } = leaf;
    const kind = column.dataType.kind;
    if (leaf.path.length === 1 && this.files.partitionColumns.includes(column.name)) {
      const key = engineString(leaf.path[0] ?? "");
      const text = `"add"."partitionValues"[${key}]`;
      const isNull = `(${text} IS NULL OR ${text} IN ('', '__HIVE_DEFAULT_PARTITION__'))`;
      const allNull = `(map_contains("add"."partitionValues", ${key}) AND ${isNull})`;
      const value = comparableSql(kind, { sql: `nullif(nullif(${text}, ''), '__HIVE_DEFAULT_PARTITION__')` }) ?? "NULL";
      return { column, min: value, max: value, noNulls: `NOT ${isNull}`, allNull };
    }
    // Booleans have no minimum that the protocol knows of.
    const bound = (name: string): string =>
      kind === "boolean" || mayHaveHeldFloats(column)
        ? "NULL"
        : (comparableSql(kind, { sql: this.#value([name, ...leaf.path]) }) ?? "NULL");
    const nulls = this.#value(["nullCount", ...leaf.path]);
    return {
      column,
      min: bound("minValues"),
      max: bound("maxValues"),
      noNulls: `${nulls} = '0'`,
      allNull: `(${nulls} <> '0' AND ${nulls} = ${this.#value(["numRecords"])})`,
    };
  }

  /** The text at a place of the statistics. */
  #value(path: readonly string[]): string {
    const pointer = path.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    if (!this.pointers.includes(pointer)) this.pointers.push(pointer);
    return `${EXTRACTED}[${this.pointers.indexOf(pointer) + 1}]`;
  }
}

/** For which orders of a row's value to the constant (below, equal, above) the comparison is true. */
const ORDERS: Readonly<Record<"=" | "<" | "<=" | ">" | ">=" | "<>", readonly [boolean, boolean, boolean]>> = {
  "=": [false, true, false],
  "<": [true, false, false],
  "<=": [true, true, false],
  ">": [false, false, true],
  ">=": [false, true, true],
  "<>": [true, false, true],
};

/** Whether rows may lie below, at and above the constant. */
function orders({ column, min, max }: Range, { lowest, highest }: LiteralBounds, isOne: boolean): readonly string[] {
  const { kind } = column.dataType;
  const isTimestamp = kind === "timestamp" || kind === "timestamp_ntz";
  // Statistics hold milliseconds, cut off.
  const reach = isTimestamp ? `${max} + 999` : max;
  // NaN is above all in Spark, and not every writer counts it in the maximum.
  const mayHaveNaN = kind === "float" || kind === "double";
  const equal = both([maybe(`${min} <= ${highest}`), maybe(`${reach} >= ${lowest}`)]);
  if (!isOne) return ["TRUE", equal, "TRUE"];
  return [maybe(`${min} < ${highest}`), equal, mayHaveNaN ? "TRUE" : maybe(`${reach} > ${lowest}`)];
}

function negated(operand: Outcomes): Outcomes {
  return { true: operand.false, false: operand.true };
}

function conjunction(operands: readonly Outcomes[]): Outcomes {
  return { true: both(operands.map((one) => one.true)), false: either(operands.map((one) => one.false)) };
}

/** What is not known is possible. */
function maybe(condition: string): string {
  return `COALESCE(${condition}, TRUE)`;
}

function not(condition: string): string {
  return `COALESCE(NOT ${condition}, TRUE)`;
}

function both(conditions: readonly string[]): string {
  if (conditions.includes("FALSE")) return "FALSE";
  const needed = conditions.filter((one) => one !== "TRUE");
  return needed.length === 0 ? "TRUE" : `(${needed.join(" AND ")})`;
}

function either(conditions: readonly string[]): string {
  if (conditions.includes("TRUE")) return "TRUE";
  const needed = conditions.filter((one) => one !== "FALSE");
  return needed.length === 0 ? "FALSE" : `(${needed.join(" OR ")})`;
}
