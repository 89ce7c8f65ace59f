/** What names mean at one place of a query: its columns, aliases, lambda variables, grouping, and the scopes around it. */
import type { Expression, FromItem, Query, WindowSpec } from "../ast.js";
import type { Routines } from "../compiler.js";
import type { Attribute, Origin, Relation } from "../relation.js";
import type { FunctionContext, Typed } from "../typed.js";

/** A column that expressions can name. */
export interface ScopeColumn extends Attribute {
  /** Engine SQL of a reference to it. */
  readonly sql: string;
  /** The same for every column that surely holds the same value (`SELECT a, a`); survives projections, new for each FROM item. */
  readonly id: string;
  /** The other side's key of a USING join: only its qualified name means it. */
  readonly qualifiedOnly?: boolean;
  /** Made by analysis itself; no name means it. */
  readonly internal?: boolean;
}

/** A compiled query. */
export interface QueryOutput {
  /** `SELECT ...` whose columns bear the engine names of `output`, in order. */
  readonly sql: string;
  readonly output: readonly OutputColumn[];
  readonly ordered: boolean;
  readonly deterministic: boolean;
}
export interface OutputColumn extends Attribute {
  readonly id: string;
}

/** A common table expression in scope. */
export interface CommonTable {
  /** What stands behind FROM: the name in the engine's WITH, or the query itself where it is read once. */
  readonly from: string;
  readonly output: readonly OutputColumn[];
  readonly deterministic: boolean;
}

/** Engine SQL of the values that names meant: all of them, and those from around the query. */
export interface Reads {
  readonly all: Set<string>;
  readonly outer: Set<string>;
}

/** What the parts of one compilation share. */
export interface Analysis {
  readonly context: FunctionContext;
  readonly parameters: Readonly<Record<string, Expression>>;
  readonly relations: ReadonlyMap<FromItem, Relation>;
  /** How often each WITH entry is read. */
  readonly uses: ReadonlyMap<object, number>;
  /** The SQL functions of users that calls may mean. */
  readonly routines?: Routines;
  /** A name of that prefix that is new in this compilation. */
  unique(prefix: string): string;
  /** Counted up by each call of a non-deterministic function: what a query adds to it tells whether it is deterministic. */
  readonly effects: { nondeterministic: number };
  /** What the call of a subquery that is being compiled reads. */
  readonly reads: { current: Reads | undefined };
  /** What the expression that is being compiled is made of. */
  readonly origins: { current: Set<Origin> | undefined };
  /** Called for each column that an expression reads. */
  readonly onReference?: (column: ScopeColumn) => void;
  /** Compiles a query inside another; `hidden` keeps the hidden columns in its output. */
  query(query: Query, environment: Environment, hidden: boolean): QueryOutput;
}

/** What surrounds a query. */
export interface Environment {
  readonly analysis: Analysis;
  /** By lower-case name. */
  readonly commonTables: ReadonlyMap<string, CommonTable>;
  /** Where the query is a subquery of an expression, or lateral: the scope around it. */
  readonly outer?: Scope;
}

/** Aliases of the SELECT list, by lower-case name; undefined where the name is none. Throws where it is several. */
export interface AliasScope {
  /** True in HAVING, QUALIFY and ORDER BY, where an alias goes before a column of the same name. */
  readonly first: boolean;
  lookup(name: string): (Typed & Pick<Attribute, "origins">) | undefined;
  readonly names: readonly string[];
}

/** Grouping of the query: what its keys and aggregates are in the grouped rows. */
export interface GroupedRows {
  /** The scope of the rows before grouping. */
  readonly input: Scope;
  /** True where the query has no GROUP BY: its aggregates alone make it one. */
  readonly implicit: boolean;
  /** The key that the expression is, or undefined. */
  key(expression: Expression): Typed | undefined;
  /** The key that a column of the input is, or undefined. */
  keyColumn(column: ScopeColumn): Typed | undefined;
  /** Engine SQL of a condition that rows must meet for every aggregate (PIVOT). */
  readonly filter?: string;
  /** The result of an aggregate as a column of the grouped rows. */
  aggregate(sql: string, result: Pick<Typed, "dataType" | "nullable" | "deterministic">): Typed;
  /** Positions (from 0) of the grouping columns, for grouping_id() without arguments; undefined outside grouping sets. */
  readonly groupingKeys: readonly Expression[] | undefined;
  /** Engine SQL of the key inside the aggregation. */
  keySql(expression: Expression): string | undefined;
}

export interface Scope {
  readonly environment: Environment;
  readonly columns: readonly ScopeColumn[];
  readonly aliases?: AliasScope;
  /** Lambda variables by lower-case name. */
  readonly variables?: ReadonlyMap<string, Typed>;
  readonly grouped?: GroupedRows;
  /** The column of its window() or session_window(), which the query may name as that; columns of the name go before. */
  readonly timeWindow?: { readonly name: string; readonly id: string };
  /** Named windows of the query, by lower-case name. */
  readonly windows?: ReadonlyMap<string, WindowSpec>;
  /** Where an aggregate may not stand: the condition that is thrown then, e.g. `NESTED_AGGREGATE_FUNCTION`. */
  readonly refusesAggregates?: string;
  /** Where a window function may not stand, the clause's name. */
  readonly refusesWindows?: string;
}

/** Marks names that analysis gives to columns by their id; no SQL text contains it. */
const ID_MARK = "\u0001";

/** An expression that means the column of that id. */
export function columnById(id: string): Expression {
  return { kind: "column", parts: [`${ID_MARK}${id}`] };
}

/** The id, where the name parts are those of {@link columnById}. */
export function idOf(parts: readonly string[]): string | undefined {
  const [first] = parts;
  return parts.length === 1 && first?.startsWith(ID_MARK) ? first.slice(1) : undefined;
}

/** Name of the hidden column that holds the file of a row. */
export const FILE_NAME_COLUMN = `${ID_MARK}file_name`;
