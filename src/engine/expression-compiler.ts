/** The contract by which commands have Spark expressions compiled to engine SQL; `sql/` implements it. */

import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import type { DataType, StructType } from "../schema/data-type.js";

/** A row source that expressions may name: its qualifier (alias), its schema, and how engine SQL reaches its columns. */
export interface ScopeRelation {
  /** Names by which Spark text may qualify the columns: an alias, or the parts of a table name. Empty: no qualifier. */
  readonly qualifier: readonly string[];
  readonly schema: StructType;
  /** Engine SQL alias of the relation, unquoted; columns are reached as `"alias"."column"`. */
  readonly engineAlias: string;
  /** Engine SQL that stands in place of a column, by the column's name in the schema's spelling; evaluated as often as the text names it. */
  readonly values?: Readonly<Record<string, string>>;
}

/** A top-level column of a relation in scope, in the schema's spelling. */
export interface ColumnReference {
  readonly relation: string;
  readonly column: string;
}

export interface CompiledExpression {
  /** Engine SQL. */
  readonly sql: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  /** Columns it reads: relation's engineAlias and top-level column name in the schema's spelling. */
  readonly references: readonly ColumnReference[];
  /** False for rand(), uuid() and the like. */
  readonly deterministic: boolean;
  /** For a boolean: what it implies about files of the first relation in scope; what it says of other relations is `unknown`. */
  readonly skipping?: SkippingPredicate;
  /** For a boolean over two relations: pairs of columns, of the first relation and of another, that are equal where it is true. They are of one type, or integers. */
  readonly equalities?: readonly (readonly [ColumnReference, ColumnReference])[];
}

export interface ExpressionCompiler {
  /**
   * Compiles Spark expression text against the relations in scope.
   * `asked`: `value` where each row's value is asked for, `filter` (by default) where it is which rows have it, so that files can be left out by it.
   * Throws UNRESOLVED_COLUMN.WITH_SUGGESTION, AMBIGUOUS_REFERENCE, UNRESOLVED_ROUTINE, DATATYPE_MISMATCH.*, PARSE_SYNTAX_ERROR.
   */
  compile(text: string, scope: readonly ScopeRelation[], asked?: "value" | "filter"): CompiledExpression;
  /** The engine SQL that stores a value of type `from` in a column of type `to` by Spark's ANSI store assignment; throws where that is refused. */
  storeAssignment(value: { readonly sql: string; readonly dataType: DataType }, to: DataType, column: string): string;
}
