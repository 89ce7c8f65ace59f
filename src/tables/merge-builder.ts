/** The builder of a MERGE: clauses gather in order, nothing runs before `execute()`. */
import type { MergeAction, MergeClause, MergeWhen } from "../commands/merge/merge-command.js";
import { nameParts } from "../dataframe/column.js";
import type { Expectation } from "../quality/expectation.js";
import { type ColumnExpressions, type Expression, expressionText, optionalText } from "./expression-text.js";
import type { MergeRequest, MergeResult, TableSession } from "./table-session.js";

export interface UpdateClause {
  readonly condition?: Expression;
  readonly set: ColumnExpressions;
}
export interface InsertClause {
  readonly condition?: Expression;
  readonly values: ColumnExpressions;
}

/**
 * Made by `DeltaTable.merge`. Each method gives a new builder.
 *
 * Conditions of matched clauses may name both tables, those of not-matched clauses the source, those of not-matched-by-source clauses
 * the target. Of each kind the first clause whose condition is true is taken; only the last one may go without a condition.
 * @example
 * const { metrics } = await DeltaTable.forName(spark, "orders").as("t")
 *   .merge(updates.as("s"), "t.id = s.id")
 *   .whenMatchedUpdateAll("s.updated_at > t.updated_at")
 *   .whenNotMatchedInsertAll()
 *   .whenNotMatchedBySourceDelete("t.status = 'open'")
 *   .execute();
 */
export class MergeBuilder {
  readonly #session: TableSession;
  readonly #request: MergeRequest;

  /** Built by a DeltaTable. */
  constructor(session: TableSession, request: MergeRequest) {
    this.#session = session;
    this.#request = request;
  }

  whenMatched(condition?: Expression): WhenMatched {
    return new WhenMatched((action) => this.#with("matched", condition, action));
  }
  whenNotMatched(condition?: Expression): WhenNotMatched {
    return new WhenNotMatched((action) => this.#with("not-matched", condition, action));
  }
  whenNotMatchedBySource(condition?: Expression): WhenNotMatchedBySource {
    return new WhenNotMatchedBySource((action) => this.#with("not-matched-by-source", condition, action));
  }

  whenMatchedUpdate({ condition, set }: UpdateClause): MergeBuilder {
    return this.whenMatched(condition).update(set);
  }
  whenMatchedUpdateAll(condition?: Expression): MergeBuilder {
    return this.whenMatched(condition).updateAll();
  }
  whenMatchedDelete(condition?: Expression): MergeBuilder {
    return this.whenMatched(condition).delete();
  }
  whenNotMatchedInsert({ condition, values }: InsertClause): MergeBuilder {
    return this.whenNotMatched(condition).insert(values);
  }
  whenNotMatchedInsertAll(condition?: Expression): MergeBuilder {
    return this.whenNotMatched(condition).insertAll();
  }
  whenNotMatchedBySourceUpdate({ condition, set }: UpdateClause): MergeBuilder {
    return this.whenNotMatchedBySource(condition).update(set);
  }
  whenNotMatchedBySourceDelete(condition?: Expression): MergeBuilder {
    return this.whenNotMatchedBySource(condition).delete();
  }

  /** The table takes up new columns of the source that clauses assign. */
  withSchemaEvolution(): MergeBuilder {
    return new MergeBuilder(this.#session, { ...this.#request, withSchemaEvolution: true });
  }

  /** A quality gate: rows of the source that break a rule are held back, or the merge fails before anything is changed. */
  expectations(...expectations: readonly Expectation[]): MergeBuilder {
    const all = [...this.#request.expectations, ...expectations];
    return new MergeBuilder(this.#session, { ...this.#request, expectations: all });
  }

  /**
   * Runs the merge as one commit.
   * @throws DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE where two source rows match one target row.
   */
  execute(): Promise<MergeResult> {
    return this.#session.merge(this.#request);
  }

  #with(when: MergeWhen, condition: Expression | undefined, action: MergeAction): MergeBuilder {
    const clause: MergeClause = { when, condition: optionalText(condition), action };
    return new MergeBuilder(this.#session, { ...this.#request, clauses: [...this.#request.clauses, clause] });
  }
}

type Take = (action: MergeAction) => MergeBuilder;

function updateAction(set: ColumnExpressions): MergeAction {
  const assignments = Object.entries(set).map(([name, value]) => ({
    target: nameParts(name),
    value: expressionText(value),
  }));
  return { kind: "update", assignments };
}

export class WhenMatched {
  readonly #take: Take;
  constructor(take: Take) {
    this.#take = take;
  }
  /** Sets columns or struct fields; the others stay. */
  update(set: ColumnExpressions): MergeBuilder {
    return this.#take(updateAction(set));
  }
  /** Sets every column of the table to the source's column of that name. */
  updateAll(): MergeBuilder {
    return this.#take({ kind: "update-star" });
  }
  delete(): MergeBuilder {
    return this.#take({ kind: "delete" });
  }
}

export class WhenNotMatched {
  readonly #take: Take;
  constructor(take: Take) {
    this.#take = take;
  }
  /** Columns without a value become NULL. */
  insert(values: ColumnExpressions): MergeBuilder {
    const columns = Object.keys(values).map(nameParts);
    return this.#take({ kind: "insert", columns, values: Object.values(values).map(expressionText) });
  }
  insertAll(): MergeBuilder {
    return this.#take({ kind: "insert-star" });
  }
}

export class WhenNotMatchedBySource {
  readonly #take: Take;
  constructor(take: Take) {
    this.#take = take;
  }
  update(set: ColumnExpressions): MergeBuilder {
    return this.#take(updateAction(set));
  }
  delete(): MergeBuilder {
    return this.#take({ kind: "delete" });
  }
}
