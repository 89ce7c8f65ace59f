/** INSERT INTO ... REPLACE USING and REPLACE ON: the table's rows that some new row matches are replaced, in one commit. */

export interface ReplaceOn {
  /** Spark text over the table's row and the new row. */
  readonly condition: string;
  /** `INSERT INTO t AS alias`; without it the table's name qualifies its columns. */
  readonly targetAlias?: string | undefined;
  /** Alias of the query in parentheses; without it the query's columns have no qualifier. */
  readonly sourceAlias?: string | undefined;
}
