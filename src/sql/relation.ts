/** What analysis knows of a row source: its engine SQL and its output attributes. */
import type { DataType } from "../schema/data-type.js";

/** A column of a table (or of files) that values are made of. */
export interface Origin {
  /** `catalog.schema.table`, or a path. */
  readonly source: string;
  readonly kind: "TABLE" | "PATH";
  readonly column: string;
}

export interface Attribute {
  /** Name as the user sees it; need not be unique within a relation. */
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  /** Column name in the relation's engine SQL, unquoted, unique within the relation. */
  readonly engineName: string;
  /**
   * The ways in which the attribute may be qualified, each a list of name parts, e.g. [["main","default","orders"], ["o"]];
   * a qualifier matches if its parts end with those written. DataFrames add `["#<plan id>"]`.
   */
  readonly qualifiers: readonly (readonly string[])[];
  /** Hidden ones (`_metadata`) are resolved by name and not part of `*`. */
  readonly hidden?: boolean;
  /** Field metadata that the user gave. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Only a qualified name means it: the other side's key of a USING join. */
  readonly qualifiedOnly?: boolean;
  /** The columns of tables that its values are made of; conditions, which choose rows alone, are left out. */
  readonly origins?: readonly Origin[];
}

export interface Relation {
  /** Engine SQL that can stand behind FROM with an alias after it: `(SELECT ...)`, or a table name. */
  readonly sql: string;
  readonly output: readonly Attribute[];
  /** True where the rows come straight from files, so that input_file_name() has a meaning; then `fileName` is the engine column. */
  readonly fileName?: string;
}
