/** A column expression: Spark SQL text that grows by methods, as `pyspark.sql.Column` does. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { DataType } from "../schema/data-type.js";
import { quoteName, typeText } from "../schema/type-text.js";
import { type LiteralValue, literalText } from "./literal.js";

/** PySpark's keyword of `alias`. */
export interface AliasOptions {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What a method takes for an operand: a Column, or a value that becomes a literal. */
export type Operand = Column | LiteralValue;

/**
 * @example
 * col("amount").multiply(2).gt(100).and(col("status").isin("new", "paid"))
 */
export class Column {
  /**
   * @param text Spark SQL of the expression, self-delimiting
   * @param names names given by `alias`; more than one for a generator
   */
  constructor(
    readonly text: string,
    readonly names: readonly string[] = [],
    /** Metadata of the column in the schema, given by `alias`. */
    readonly metadata?: Readonly<Record<string, unknown>>,
  ) {}

  /** As an item of a select list. */
  get projection(): string {
    if (this.names.length === 0) return this.text;
    const names = this.names.map(quoteName).join(", ");
    return `${this.text} AS ${this.names.length === 1 ? names : `(${names})`}`;
  }

  /**
   * A name for the column; several for those of a generator. Metadata goes to the schema of a `select`.
   * @example explode("m").alias("key", "value"), col("age").alias("years", { metadata: { comment: "in full" } })
   */
  alias(...names: (string | AliasOptions)[]): Column {
    const options = names.find((one) => typeof one === "object");
    const texts = names.filter((one) => typeof one === "string");
    return new Column(this.text, texts, options?.metadata);
  }
  as(...names: (string | AliasOptions)[]): Column {
    return this.alias(...names);
  }
  name(name: string): Column {
    return this.alias(name);
  }

  /** To a type by its name in Spark, or by a type. @example col("amount").cast("decimal(10,2)"), col("id").cast(LongType()) */
  cast(type: string | DataType): Column {
    return new Column(`CAST(${this.text} AS ${nameOfType(type)})`);
  }
  /** As {@link cast}, null where the value does not fit. */
  try_cast(type: string | DataType): Column {
    return new Column(`TRY_CAST(${this.text} AS ${nameOfType(type)})`);
  }
  astype(type: string | DataType): Column {
    return this.cast(type);
  }

  plus(other: Operand): Column {
    return this.binary("+", other);
  }
  minus(other: Operand): Column {
    return this.binary("-", other);
  }
  multiply(other: Operand): Column {
    return this.binary("*", other);
  }
  divide(other: Operand): Column {
    return this.binary("/", other);
  }
  mod(other: Operand): Column {
    return this.binary("%", other);
  }
  negate(): Column {
    return new Column(`negative(${this.text})`);
  }
  bitwiseAND(other: Operand): Column {
    return this.binary("&", other);
  }
  bitwiseOR(other: Operand): Column {
    return this.binary("|", other);
  }
  bitwiseXOR(other: Operand): Column {
    return this.binary("^", other);
  }

  eq(other: Operand): Column {
    return this.binary("=", other);
  }
  equalTo(other: Operand): Column {
    return this.eq(other);
  }
  neq(other: Operand): Column {
    return this.binary("<>", other);
  }
  notEqual(other: Operand): Column {
    return this.neq(other);
  }
  /** Equal, nulls being equal to each other: `<=>`. */
  eqNullSafe(other: Operand): Column {
    return this.binary("<=>", other);
  }
  lt(other: Operand): Column {
    return this.binary("<", other);
  }
  leq(other: Operand): Column {
    return this.binary("<=", other);
  }
  gt(other: Operand): Column {
    return this.binary(">", other);
  }
  geq(other: Operand): Column {
    return this.binary(">=", other);
  }
  and(other: Operand): Column {
    return this.binary("AND", other);
  }
  or(other: Operand): Column {
    return this.binary("OR", other);
  }
  not(): Column {
    return new Column(`(NOT ${this.text})`);
  }

  isNull(): Column {
    return new Column(`(${this.text} IS NULL)`);
  }
  isNotNull(): Column {
    return new Column(`(${this.text} IS NOT NULL)`);
  }
  isNaN(): Column {
    return new Column(`isnan(${this.text})`);
  }
  /** Values as arguments, or one array of them. */
  isin(...values: (Operand | readonly Operand[])[]): Column {
    const list = values.flat() as Operand[];
    if (list.length === 0) return new Column("FALSE");
    return new Column(`(${this.text} IN (${list.map(operandText).join(", ")}))`);
  }
  /** Both bounds included. */
  between(low: Operand, high: Operand): Column {
    return this.geq(low).and(this.leq(high));
  }
  /** `%` stands for any text, `_` for any letter. */
  like(pattern: string): Column {
    return this.binary("LIKE", pattern);
  }
  ilike(pattern: string): Column {
    return this.binary("ILIKE", pattern);
  }
  /** A regular expression of Java that some part of the text matches. */
  rlike(pattern: string): Column {
    return this.binary("RLIKE", pattern);
  }
  startswith(other: Operand): Column {
    return new Column(`startswith(${this.text}, ${operandText(other)})`);
  }
  endswith(other: Operand): Column {
    return new Column(`endswith(${this.text}, ${operandText(other)})`);
  }
  contains(other: Operand): Column {
    return new Column(`contains(${this.text}, ${operandText(other)})`);
  }
  /** From 1, as in Spark. */
  substr(start: Operand, length: Operand): Column {
    return new Column(`substr(${this.text}, ${operandText(start)}, ${operandText(length)})`);
  }

  /** Array element (from 0) or map value. */
  getItem(key: Operand): Column {
    return new Column(`${this.text}[${operandText(key)}]`);
  }
  /** A field of a struct. */
  getField(name: string): Column {
    return new Column(`(${this.text}).${quoteName(name)}`);
  }
  /** The struct with that field added, or replaced; dots reach into structs. */
  withField(name: string, value: Operand): Column {
    const [first = name, ...inner] = nameParts(name);
    const field = inner.length > 0 ? this.getField(first).withField(inner.map(quoteName).join("."), value) : value;
    return new Column(`with_field(${this.text}, ${literalText(first)}, ${operandText(field)})`);
  }
  /** The struct without these fields; dots reach into structs. Throws DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS. */
  dropFields(...names: string[]): Column {
    const paths = names.map(nameParts);
    const own = paths.flatMap((path) => (path.length === 1 ? [literalText(path[0])] : []));
    const without = own.length > 0 ? new Column(`drop_fields(${[this.text, ...own].join(", ")})`) : this;
    return paths.reduce<Column>((struct, [first = "", ...inner]) => {
      if (inner.length === 0) return struct;
      return struct.withField(quoteName(first), struct.getField(first).dropFields(inner.map(quoteName).join(".")));
    }, without);
  }
  /** In a DataFrame that is a subquery (`exists`, `scalar`, `lateralJoin`): this column of the DataFrame around it. */
  outer(): Column {
    return new Column(`\`#outer\`.${this.text}`);
  }
  /** Further branches of `when(...)`; on any other column an error, as in Spark. */
  when(_condition: Column, _value: Operand): Column {
    throw notAfterWhen("when() can only be applied on a Column previously generated by when() function.");
  }
  otherwise(_value: Operand): Column {
    throw notAfterWhen("otherwise() can only be applied on a Column previously generated by when().");
  }

  asc(): SortColumn {
    return new SortColumn(this.text, "ASC NULLS FIRST");
  }
  asc_nulls_first(): SortColumn {
    return this.asc();
  }
  asc_nulls_last(): SortColumn {
    return new SortColumn(this.text, "ASC NULLS LAST");
  }
  desc(): SortColumn {
    return new SortColumn(this.text, "DESC NULLS LAST");
  }
  desc_nulls_last(): SortColumn {
    return this.desc();
  }
  desc_nulls_first(): SortColumn {
    return new SortColumn(this.text, "DESC NULLS FIRST");
  }

  /** As a window function. @example sum("amount").over(Window.partitionBy("customer_id")) */
  over(window: { readonly text: string }): Column {
    return new Column(`${this.text} OVER (${window.text})`);
  }

  toString(): string {
    return `Column<${this.projection}>`;
  }

  protected binary(operator: string, other: Operand): Column {
    return new Column(`(${this.text} ${operator} ${operandText(other)})`);
  }
}

/** A column with its direction, for `orderBy` and windows. */
export class SortColumn {
  constructor(
    readonly expression: string,
    readonly direction: string,
  ) {}

  get text(): string {
    return `${this.expression} ${this.direction}`;
  }
}

/** `when(...).when(...).otherwise(...)`. */
export class CaseColumn extends Column {
  constructor(private readonly branches: readonly string[]) {
    super(`CASE ${branches.join(" ")} END`);
  }
  override when(condition: Column, value: Operand): CaseColumn {
    return new CaseColumn([...this.branches, `WHEN ${condition.text} THEN ${operandText(value)}`]);
  }
  override otherwise(value: Operand): Column {
    return new Column(`CASE ${this.branches.join(" ")} ELSE ${operandText(value)} END`);
  }
}

function notAfterWhen(problem: string): LakeletError {
  const cure = "Begin with when(condition, value), and end with otherwise(value) once.";
  return new LakeletError({ condition: "INVALID_WHEN_USAGE", sqlState: "42K0E", problem, cure });
}

function nameOfType(type: string | DataType): string {
  return typeof type === "string" ? type : typeText(type);
}

/** Spark SQL of an operand: a Column's text, or the value as a literal. */
export function operandText(operand: Operand): string {
  return operand instanceof Column ? operand.text : literalText(operand);
}

/** A name, dots reaching into structs, backticks for names that hold dots: `a.b`, `` `a.b` ``, `*`, `t.*`. */
export function nameText(name: string): string {
  return nameParts(name)
    .map((part) => (part === "*" ? "*" : quoteName(part)))
    .join(".");
}

/** The parts of a possibly quoted, dotted name. @example nameParts("a.`b.c`") // ["a", "b.c"] */
export function nameParts(name: string): readonly string[] {
  if (typeof name !== "string") throw notAName(name);
  const parts = [...name.matchAll(/`((?:[^`]|``)*)`|([^.`]+)/g)].map(
    (match) => match[1]?.replaceAll("``", "`") ?? match[2] ?? "",
  );
  return parts.length > 0 ? parts : [name];
}

/** JavaScript code is not held to the types: what a JSON text lacks comes as undefined. */
function notAName(value: unknown): LakeletError {
  const type = value === null ? "null" : typeof value;
  return new LakeletError({
    condition: "NOT_STR",
    sqlState: "42K0E",
    problem: `Argument \`name\` should be a str, got ${type}.`,
    cure: "Give the name of a table or a column as a text.",
    parameters: { arg_name: "name", arg_type: type },
  });
}

/** What `select`, `groupBy` and most functions take: a Column, or the name of one. */
export type ColumnOrName = Column | string;

export function columnText(column: ColumnOrName): string {
  return typeof column === "string" ? nameText(column) : column.text;
}

/** As an item of a select list, its alias included. */
export function projection(column: ColumnOrName): string {
  return typeof column === "string" ? nameText(column) : column.projection;
}
