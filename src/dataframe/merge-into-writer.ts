/** `df.mergeInto(table, condition)`: Spark's own MERGE of a DataFrame; `DeltaTable.merge` is Delta's. */

import { Column, nameParts } from "./column.js";
import type { Plan } from "./plan.js";
import type { MergeIntoRequest, QueryExecutor } from "./query-executor.js";
import { refuseWhereReadOnly } from "./read-only.js";

type Clause = MergeIntoRequest["clauses"][number];
/** Column (dotted into structs) -> value: a Column or Spark SQL text. */
type Assignments = Readonly<Record<string, Column | string>>;

/**
 * Each clause gives a new writer, `merge()` runs them as one commit.
 * @example
 * await updates.alias("s").mergeInto("orders", expr("orders.id = s.id"))
 *   .whenMatched().updateAll()
 *   .whenNotMatched().insertAll()
 *   .merge();
 */
export class MergeIntoWriter {
  readonly #plan: Plan;
  readonly #executor: QueryExecutor;
  readonly #table: string;
  readonly #condition: string;
  readonly #clauses: readonly Clause[];
  readonly #evolves: boolean;

  constructor(
    plan: Plan,
    executor: QueryExecutor,
    table: string,
    condition: string,
    clauses: readonly Clause[] = [],
    evolves = false,
  ) {
    this.#plan = plan;
    this.#executor = executor;
    this.#table = table;
    this.#condition = condition;
    this.#clauses = clauses;
    this.#evolves = evolves;
  }

  whenMatched(condition?: Column | string) {
    const take = this.#taking("matched", condition);
    return { update: updating(take), updateAll: () => take({ kind: "update-star" }), delete: deleting(take) };
  }
  whenNotMatched(condition?: Column | string) {
    const take = this.#taking("not-matched", condition);
    return { insert: inserting(take), insertAll: () => take({ kind: "insert-star" }) };
  }
  whenNotMatchedBySource(condition?: Column | string) {
    const take = this.#taking("not-matched-by-source", condition);
    return { update: updating(take), updateAll: () => take({ kind: "update-star" }), delete: deleting(take) };
  }
  /** The table takes up new columns of the rows. */
  withSchemaEvolution(): MergeIntoWriter {
    return new MergeIntoWriter(this.#plan, this.#executor, this.#table, this.#condition, this.#clauses, true);
  }
  /** Throws NO_MERGE_ACTION_SPECIFIED without a clause. */
  merge(): Promise<void> {
    refuseWhereReadOnly("DataFrame.mergeInto");
    return this.#executor.mergeInto({
      plan: this.#plan,
      table: nameParts(this.#table),
      condition: this.#condition,
      clauses: this.#clauses,
      withSchemaEvolution: this.#evolves,
    });
  }

  #taking(when: Clause["when"], condition: Column | string | undefined): Take {
    const text = condition instanceof Column ? condition.text : condition;
    return (action) => {
      const clauses = [...this.#clauses, { when, condition: text, action }];
      return new MergeIntoWriter(this.#plan, this.#executor, this.#table, this.#condition, clauses, this.#evolves);
    };
  }
}

type Take = (action: Clause["action"]) => MergeIntoWriter;

function updating(take: Take) {
  return (assignments: Assignments): MergeIntoWriter =>
    take({
      kind: "update",
      assignments: Object.entries(assignments).map(([name, value]) => ({
        target: nameParts(name),
        value: valueText(value),
      })),
    });
}
function inserting(take: Take) {
  return (values: Assignments): MergeIntoWriter =>
    take({
      kind: "insert",
      columns: Object.keys(values).map(nameParts),
      values: Object.values(values).map(valueText),
    });
}
function deleting(take: Take) {
  return (): MergeIntoWriter => take({ kind: "delete" });
}
function valueText(value: Column | string): string {
  return value instanceof Column ? value.text : value;
}
