/** The face of the SQL room: Spark SQL text in, statements and engine SQL out. */
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import type { DataType, StructField, StructType } from "../schema/data-type.js";
import type { CallExpression, Expression, Query } from "./ast.js";
import type { Attribute, Relation } from "./relation.js";
import type { FunctionContext } from "./typed.js";

/** A table as a query names it. */
export interface TableReference {
  readonly name: readonly string[];
  /** `STREAM(name)`: the rows of the increment, inside a flow. */
  readonly streaming?: true;
  /** Of the stream; keys lower-cased. */
  readonly options?: Readonly<Record<string, string>>;
  /** `VERSION AS OF` / `@v3`, or `TIMESTAMP AS OF` as microseconds since the epoch. */
  readonly version?: number;
  readonly timestamp?: bigint;
  /**
   * What the query surely requires of the rows of this reference, for data skipping; absent where nothing is known. A function of the
   * table's schema, because only the types of its columns tell what the query's literals mean. Columns that the schema lacks are `unknown`.
   */
  readonly skipping?: (schema: StructType) => SkippingPredicate;
  /** The same as conditions in the names of the table's columns, for a view, whose query has tables of its own. */
  readonly conditions?: readonly Expression[];
  /** Top-level columns that the query reads, where that is known; all of them otherwise. */
  readonly columns?: readonly string[];
}

/** Resolves names for analysis; the session implements it. */
export interface RelationResolver {
  /** Throws TABLE_OR_VIEW_NOT_FOUND with the nearest known name. */
  table(reference: TableReference): Promise<Relation>;
  /** Table-valued functions that are not the registry's (read_files, table_changes ...); undefined where unknown. */
  tableFunction(
    name: string,
    args: readonly Expression[],
    namedArgs: NonNullable<CallExpression["namedArgs"]>,
    /** True for `STREAM name(...)`. */
    streaming?: boolean,
  ): Promise<Relation | undefined>;
  /** The SQL function of that name; undefined where there is none. */
  routine?(name: readonly string[]): Promise<Routine | undefined>;
}

export interface RoutineParameter {
  readonly name: string;
  readonly dataType: DataType;
  readonly defaultValue?: Expression;
}

export type RoutineBody =
  /** `dataType` absent: the expression's own. */
  | { readonly kind: "scalar"; readonly expression: Expression; readonly dataType?: DataType }
  /** `columns` absent: the query's own. */
  | { readonly kind: "table"; readonly query: Query; readonly columns?: readonly StructField[] };

/** A SQL function of a user: its body stands where the call stands. */
export interface Routine {
  /** `["f"]` of a temporary one, `["main", "default", "f"]` else. */
  readonly name: readonly string[];
  readonly parameters: readonly RoutineParameter[];
  readonly body: RoutineBody;
  /** Resolves the names inside the body, where the function was made. */
  readonly resolver: RelationResolver;
}

/** A SQL function with those that its body calls. */
export interface ResolvedRoutine extends Routine {
  readonly routines: Routines;
}
/** By the name that the calls give, in lower case. */
export type Routines = ReadonlyMap<string, ResolvedRoutine>;

export interface CompileOptions {
  readonly resolver: RelationResolver;
  readonly context: FunctionContext;
  /** Values of `:name` parameters, each Spark literal text made by the caller from data (never spliced by hand). */
  readonly parameters?: Readonly<Record<string, Expression>>;
  /** What is surely required of the output rows, in the output's names: only for data skipping, the rows are not filtered by it. */
  readonly conditions?: readonly Expression[];
}

export interface CompiledQuery {
  /** Engine SQL of a SELECT whose columns bear the attributes' engine names in order. */
  readonly sql: string;
  readonly output: readonly Attribute[];
  readonly schema: StructType;
  /** True where the query's own ORDER BY decides the order of its rows. */
  readonly ordered: boolean;
  readonly deterministic: boolean;
}
