/** Random typed expressions over the columns in scope, for the query suite. */
import type { QuerySort, TableColumn } from "./query-tables.js";
import { all, either, type Piece } from "./sketch.js";

/** A column in scope, `name` as it is referred to. */
export type Column = TableColumn;

/** Choices from a row of random numbers. */
export class Dice {
  constructor(private readonly next: () => number) {}
  chance(of: number): boolean {
    return this.next() < of;
  }
  below(count: number): number {
    return Math.floor(this.next() * count);
  }
  one<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }
  some<T>(items: readonly T[], most: number): readonly T[] {
    const left = [...items];
    return Array.from({ length: Math.min(left.length, 1 + this.below(most)) }, () =>
      left.splice(this.below(left.length), 1),
    ).flat();
  }
}

export const LITERALS: Readonly<Record<QuerySort, readonly string[]>> = {
  int: ["1", "2", "0", "-1", "3L", "2S", "1Y"],
  float: ["0.5D", "double('NaN')", "-0.0D", "1.5F", "double('Infinity')", "2D"],
  decimal: ["1.5", "2.00", "-0.5", "1BD", "2.500"],
  string: ["'a'", "'b'", "''", "'1'", "'ab'"],
  boolean: ["true", "false"],
  date: ["DATE'2024-01-31'", "DATE'2024-02-29'", "DATE'1970-01-01'"],
  timestamp: ["TIMESTAMP'2024-01-31 00:00:00'", "TIMESTAMP'2024-01-31 12:30:00'"],
  ntz: ["TIMESTAMP_NTZ'2024-01-31 00:00:00'"],
  ints: ["array(1, 2)", "array(3, NULL)"],
};

export const NUMBERS: readonly QuerySort[] = ["int", "float", "decimal"];
export const TIMES: readonly QuerySort[] = ["date", "timestamp", "ntz"];
/** Sorts whose values order and compare. */
export const PLAIN_SORTS: readonly QuerySort[] = [
  "int",
  "float",
  "decimal",
  "string",
  "boolean",
  "date",
  "timestamp",
  "ntz",
];

/** Holes: I int, F float, C decimal, S string, B boolean, D date, T timestamp, A ints, N any number (small), X anything plain (small). */
const HOLES: Readonly<Record<string, readonly QuerySort[]>> = {
  I: ["int"],
  F: ["float"],
  C: ["decimal"],
  S: ["string"],
  B: ["boolean"],
  D: ["date"],
  T: ["timestamp"],
  Z: ["ntz"],
  A: ["ints"],
  N: NUMBERS,
  W: TIMES,
};

const FORMS: Readonly<Record<QuerySort, readonly string[]>> = {
  int: [
    "({I} + {I})",
    "({I} - 1)",
    "({I} * 2)",
    "({I} % 3)",
    "length({S})",
    "CASE WHEN {B} THEN {I} ELSE {I} END",
    "coalesce({I}, {I})",
    "abs({I})",
    "year({D})",
    "CAST({B} AS INT)",
    "if({B}, {I}, NULL)",
    "nullif({I}, {I})",
    "({N} div 2)",
    "datediff({D}, {D})",
    "size({A})",
    "- {I}",
    "CAST({C} AS INT)",
    "greatest({I}, {I})",
    "CASE {S} WHEN 'a' THEN {I} WHEN 'b' THEN 2 END",
  ],
  float: [
    "({F} + {N})",
    "({N} / 2)",
    "coalesce({F}, {N})",
    "CASE WHEN {B} THEN {F} ELSE {N} END",
    "nanvl({F}, {F})",
    "({F} * {F})",
    "CAST({I} AS DOUBLE)",
    "abs({F})",
    "if({B}, {F}, {I})",
  ],
  decimal: [
    "({C} + {I})",
    "({C} * {C})",
    "({C} - {C})",
    "round({C}, 1)",
    "CAST({I} AS DECIMAL(8,3))",
    "coalesce({C}, {I})",
    "CASE WHEN {B} THEN {C} ELSE {I} END",
    "({C} / 4)",
    "- {C}",
    "if({B}, {I}, {C})",
  ],
  string: [
    "upper({S})",
    "({S} || {S})",
    "concat({S}, {I})",
    "CAST({I} AS STRING)",
    "coalesce({S}, 'z')",
    "substring({S}, 1, 1)",
    "CASE WHEN {B} THEN {S} ELSE 'q' END",
    "CAST({D} AS STRING)",
    "CAST({C} AS STRING)",
    "trim({S})",
    "concat_ws('-', {S}, {S})",
    "CAST({F} AS STRING)",
    "CAST({B} AS STRING)",
    "lpad({S}, 3, '*')",
  ],
  boolean: [],
  date: [
    "date_add({D}, 1)",
    "({D} - INTERVAL '1' MONTH)",
    "last_day({D})",
    "coalesce({D}, {D})",
    "trunc({D}, 'MM')",
    "CAST({T} AS DATE)",
    "if({B}, {D}, {D})",
  ],
  timestamp: [
    "({T} + INTERVAL '90' MINUTE)",
    "date_trunc('DAY', {T})",
    "CAST({D} AS TIMESTAMP)",
    "coalesce({T}, {D})",
    "CASE WHEN {B} THEN {T} ELSE {D} END",
  ],
  ntz: ["({Z} + INTERVAL '1' DAY)", "CAST({D} AS TIMESTAMP_NTZ)", "coalesce({Z}, {Z})"],
  ints: ["array({I}, {I})", "transform({A}, x -> x + 1)", "filter({A}, x -> x > {I})", "coalesce({A}, array(0))"],
};

const CONDITIONS: readonly string[] = [
  "({N} {cmp} {N})",
  "({N} {cmp} {N})",
  "({S} {cmp} {S})",
  "({W} {cmp} {W})",
  "({X} IS NULL)",
  "({X} IS NOT NULL)",
  "({I} IN (1, 2, {N}))",
  "({S} IN ('a', {S}, NULL))",
  "({N} BETWEEN {N} AND {N})",
  "({S} LIKE 'a%')",
  "({B} AND {B})",
  "({B} OR {B})",
  "(NOT {B})",
  "({N} <=> {N})",
  "({S} <=> {S})",
  "(({B}) IS TRUE)",
  "isnan({F})",
  "({N} NOT IN ({N}, 2))",
  "({X} IS DISTINCT FROM {X})",
  "array_contains({A}, {I})",
  "({D} {cmp} '2024-01-31')",
  "exists({A}, x -> x = {I})",
];
const COMPARISONS = ["=", "<>", "<", "<=", ">", ">=", "<=>", "!="];

/** Gives subqueries for conditions and values, where the place allows them. */
export interface Subqueries {
  condition(depth: number): Piece;
  value(sort: QuerySort, depth: number): Piece;
}

export class Expressions {
  constructor(
    private readonly dice: Dice,
    readonly columns: readonly Column[],
    private readonly subqueries?: Subqueries,
  ) {}

  of(sort: QuerySort, depth: number, small = true): Piece {
    const { dice } = this;
    if (sort === "boolean" && (depth > 0 || dice.chance(0.7))) return this.condition(depth);
    const leaf = this.leaf(sort, small);
    if (depth <= 0 || dice.chance(0.45)) return leaf;
    if (this.subqueries && dice.chance(0.08)) return either(this.subqueries.value(sort, depth - 1), leaf);
    const forms = FORMS[sort];
    return forms.length === 0 ? leaf : either(this.filled(dice.one(forms), depth - 1), leaf);
  }
  any(sorts: readonly QuerySort[], depth: number): { readonly piece: Piece; readonly sort: QuerySort } {
    const have = sorts.filter((sort) => this.columns.some((one) => one.sort === sort));
    const sort = this.dice.one(have.length > 0 && this.dice.chance(0.9) ? have : sorts);
    return { sort, piece: this.of(sort, depth) };
  }
  condition(depth: number): Piece {
    const { dice } = this;
    const flag = this.columns.filter((one) => one.sort === "boolean");
    const leaf = flag.length > 0 ? dice.one(flag).name : "true";
    if (depth <= 0)
      return dice.chance(0.4)
        ? leaf
        : either(this.filled(dice.one(CONDITIONS.filter((one) => !one.includes("{B}"))), 0), leaf);
    if (this.subqueries && dice.chance(0.25)) return either(this.subqueries.condition(depth - 1), "true", "false");
    return either(this.filled(dice.one(CONDITIONS), depth - 1), leaf, "true");
  }
  leaf(sort: QuerySort, small: boolean): Piece {
    const { dice } = this;
    const own = this.columns.filter((one) => one.sort === sort && (one.small || !small || sort === "float"));
    if (own.length > 0 && dice.chance(0.8)) return dice.one(own).name;
    return dice.chance(0.08) ? `CAST(NULL AS ${NULL_TYPES[sort]})` : dice.one(LITERALS[sort]);
  }
  private filled(form: string, depth: number): Piece {
    const parts = form.split(/\{(\w+)\}/);
    return all(
      ...parts.map((part, i): Piece => {
        if (i % 2 === 0) return part;
        if (part === "cmp") return this.dice.one(COMPARISONS);
        if (part === "X") return this.any(PLAIN_SORTS, depth).piece;
        return this.any(HOLES[part] ?? NUMBERS, depth).piece;
      }),
    );
  }
}

const NULL_TYPES: Readonly<Record<QuerySort, string>> = {
  int: "INT",
  float: "DOUBLE",
  decimal: "DECIMAL(6,2)",
  string: "STRING",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "TIMESTAMP",
  ntz: "TIMESTAMP_NTZ",
  ints: "ARRAY<INT>",
};
