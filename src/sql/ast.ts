/** Our own tree of Spark SQL queries and expressions: what the parser library's tree is normalised to, and all that analysis sees. */
import type { DataType } from "../schema/data-type.js";

/** Offset range in the statement's text, for error messages. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Operators are calls too, under their Spark spelling: `+ - * / % div = <=> < <= > >= <> and or not || & | ^ ~ like ilike rlike
 * is null, is not null` come as call("+", ...), call("negative", [x]) for unary minus, call("isnull", [x]), call("isnotnull", [x]),
 * call("like", [value, pattern, escape?]), call("between", [x, low, high]). Names are lower case.
 */
export type Expression =
  | LiteralExpression
  | ColumnExpression
  | StarExpression
  | CallExpression
  | { readonly kind: "alias"; readonly operand: Expression; readonly names: readonly string[]; readonly span?: Span }
  | {
      readonly kind: "cast";
      readonly operand: Expression;
      readonly to: DataType;
      readonly try: boolean;
      readonly span?: Span;
    }
  | {
      readonly kind: "case";
      readonly operand?: Expression;
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise?: Expression;
      readonly span?: Span;
    }
  | { readonly kind: "in"; readonly operand: Expression; readonly values: readonly Expression[]; readonly span?: Span }
  | { readonly kind: "in-query"; readonly operand: Expression; readonly query: Query; readonly span?: Span }
  | { readonly kind: "exists"; readonly query: Query; readonly span?: Span }
  | { readonly kind: "scalar-query"; readonly query: Query; readonly span?: Span }
  | { readonly kind: "lambda"; readonly parameters: readonly string[]; readonly body: Expression; readonly span?: Span }
  | { readonly kind: "subscript"; readonly operand: Expression; readonly index: Expression; readonly span?: Span }
  /** `expr.name` where expr is not a plain name. */
  | { readonly kind: "field"; readonly operand: Expression; readonly name: string; readonly span?: Span }
  /** `col:path.to[0]` */
  | { readonly kind: "json-path"; readonly operand: Expression; readonly path: string; readonly span?: Span }
  /** `INTERVAL ...`: months and microseconds are both given where the parts allow; `unit` parts in text order. */
  | {
      readonly kind: "interval";
      readonly parts: readonly { readonly value: Expression; readonly unit: string }[];
      readonly span?: Span;
    }
  /** `:name` */
  | { readonly kind: "parameter"; readonly name: string; readonly span?: Span }
  /** `(a, b)` as a value, as in `(a, b) IN (...)`. */
  | { readonly kind: "row"; readonly values: readonly Expression[]; readonly span?: Span };

export interface LiteralExpression {
  readonly kind: "literal";
  readonly dataType: DataType;
  /** Text of the value: numbers as written, dates and timestamps as in the literal; null for NULL. Binary as hex. */
  readonly value: string | null;
  readonly span?: Span;
}
export interface ColumnExpression {
  readonly kind: "column";
  /** `a.b.c` as its parts: which of them is a table, a column, a field is for analysis to find. */
  readonly parts: readonly string[];
  readonly span?: Span;
}
export interface StarExpression {
  readonly kind: "star";
  readonly qualifier: readonly string[];
  readonly except: readonly string[];
  /** New values of columns, which keep their places (SET of pipe syntax). */
  readonly replace?: readonly { readonly name: string; readonly value: Expression }[];
  readonly span?: Span;
}
export interface CallExpression {
  readonly kind: "call";
  /** Lower case. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** `name => value`, after the others; names in lower case. */
  readonly namedArgs?: readonly { readonly name: string; readonly value: Expression }[];
  readonly distinct?: boolean;
  readonly filter?: Expression;
  readonly ignoreNulls?: boolean;
  readonly withinGroup?: readonly SortItem[];
  readonly over?: WindowSpec;
  readonly span?: Span;
}

export interface SortItem {
  readonly expression: Expression;
  readonly descending: boolean;
  /** Spark's default where absent: first when ascending, last when descending. */
  readonly nulls?: "first" | "last";
}

export interface WindowSpec {
  /** OVER name, or a spec that extends a named one. */
  readonly name?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame?: WindowFrame;
}
export interface WindowFrame {
  readonly unit: "rows" | "range";
  readonly start: FrameBound;
  readonly end: FrameBound;
}
export type FrameBound =
  | { readonly kind: "unbounded-preceding" | "unbounded-following" | "current-row" }
  | { readonly kind: "preceding" | "following"; readonly offset: Expression };

export type Query = SelectQuery | SetQuery | ValuesQuery | WithQuery;

/** ORDER BY, LIMIT and OFFSET of any query. */
export interface QueryTail {
  readonly orderBy: readonly SortItem[];
  /** SORT BY / CLUSTER BY / DISTRIBUTE BY are accepted and mean nothing on one machine, except SORT BY which orders. */
  readonly limit?: Expression;
  readonly offset?: Expression;
}

export interface SelectQuery extends QueryTail {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly projection: readonly Expression[];
  readonly from: readonly FromItem[];
  readonly lateralViews: readonly LateralView[];
  readonly where?: Expression;
  readonly groupBy?: GroupBy;
  readonly having?: Expression;
  readonly windows: Readonly<Record<string, WindowSpec>>;
  readonly qualify?: Expression;
  /** The step of pipe syntax that it is: aggregates may stand in AGGREGATE only, there in each item behind the keys. */
  readonly pipe?: "select" | "extend" | "set" | { readonly aggregatesFrom: number };
}
export interface GroupBy {
  /** GROUP BY ALL. */
  readonly all: boolean;
  /** Each grouping set as expressions; one set for a plain GROUP BY. CUBE and ROLLUP are expanded by the parser. */
  readonly sets: readonly (readonly Expression[])[];
  /** True where GROUPING SETS, CUBE or ROLLUP was written. */
  readonly grouping: boolean;
}
export interface LateralView {
  readonly outer: boolean;
  readonly generator: CallExpression;
  readonly table?: string;
  readonly columns: readonly string[];
}
export interface SetQuery extends QueryTail {
  readonly kind: "set";
  readonly operator: "union" | "intersect" | "except";
  readonly all: boolean;
  readonly byName: boolean;
  readonly left: Query;
  readonly right: Query;
}
export interface ValuesQuery extends QueryTail {
  readonly kind: "values";
  readonly rows: readonly (readonly Expression[])[];
}
export interface WithQuery {
  readonly kind: "with";
  readonly recursive: boolean;
  readonly ctes: readonly { readonly name: string; readonly columns: readonly string[]; readonly query: Query }[];
  readonly body: Query;
}

export type FromItem =
  | {
      readonly kind: "table";
      /** `catalog.schema.table`, `delta.`/path``, `csv.`/path`` ... */
      readonly name: readonly string[];
      /** `STREAM(name)`: the rows that are new, not all. */
      readonly streaming?: true;
      /** `STREAM name WITH (key = value)`; keys lower-cased. */
      readonly options?: Readonly<Record<string, string>>;
      readonly version?: Expression;
      readonly timestamp?: Expression;
      readonly sample?: TableSample;
      readonly alias?: string;
      readonly columns: readonly string[];
      readonly span?: Span;
    }
  | {
      readonly kind: "subquery";
      readonly query: Query;
      readonly lateral: boolean;
      /** Rows of a pipe: the tables that they come from still qualify their columns. */
      readonly piped?: boolean;
      readonly sample?: TableSample;
      readonly alias?: string;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: "function";
      readonly call: CallExpression;
      /** `STREAM read_files(...)` */
      readonly streaming?: true;
      readonly lateral: boolean;
      readonly alias?: string;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: "join";
      readonly type: "inner" | "cross" | "left" | "right" | "full" | "left-semi" | "left-anti";
      readonly natural: boolean;
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on?: Expression;
      readonly using?: readonly string[];
    }
  | {
      readonly kind: "pivot";
      readonly input: FromItem;
      readonly aggregates: readonly Expression[];
      readonly on: readonly Expression[];
      readonly values: readonly { readonly values: readonly Expression[]; readonly name?: string }[];
      readonly alias?: string;
    }
  | {
      readonly kind: "unpivot";
      readonly input: FromItem;
      readonly includeNulls: boolean;
      readonly valueName: string;
      readonly nameName: string;
      readonly columns: readonly { readonly column: Expression; readonly name?: string }[];
      readonly alias?: string;
    };

export interface TableSample {
  readonly kind: "percent" | "rows";
  readonly size: number;
  readonly seed?: number;
}
