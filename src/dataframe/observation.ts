/** `df.observe(observation, ...)`: figures about the rows of a DataFrame, beside what is done with them. */
import type { Row } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import type { Column } from "./column.js";
import type { Plan } from "./plan.js";
import { planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";

/**
 * Spark gathers the figures while an action runs. Here they are a query of their own, which runs when they are first asked for.
 * @example
 * const seen = new Observation("orders");
 * await orders.observe(seen, count(lit(1)).alias("rows")).write.saveAsTable("kept");
 * (await seen.get()).rows; // 3n
 */
export class Observation {
  #query: (() => Promise<Row>) | undefined;
  #figures: Promise<Row> | undefined;

  constructor(readonly name: string = crypto.randomUUID()) {}

  /** Called by `observe`. Throws REUSE_OBSERVATION. */
  watch(input: Plan, executor: QueryExecutor, figures: readonly Column[]): void {
    if (this.#query) throw reused(this.name);
    const aggregates = figures.map((one) => one.projection);
    this.#query = async () => {
      const plan = planNode({ kind: "aggregate", input, grouping: "groupby", keys: [], aggregates });
      const { schema, rows } = await executor.collect(plan);
      return Object.fromEntries(schema.fields.map((field, i) => [field.name, rows[0]?.[i] ?? null]));
    };
  }

  /** The figures by name. Throws NO_OBSERVE_BEFORE_GET. */
  get(): Promise<Row> {
    if (!this.#query) throw notObserved(this.name);
    this.#figures ??= this.#query();
    return this.#figures;
  }
}

function reused(name: string): LakeletError {
  return new LakeletError({
    condition: "REUSE_OBSERVATION",
    sqlState: "42K0E",
    problem: `The Observation ${name} observes a DataFrame already.`,
    cure: "Make another one: each can be used with one DataFrame.",
  });
}

function notObserved(name: string): LakeletError {
  return new LakeletError({
    condition: "NO_OBSERVE_BEFORE_GET",
    sqlState: "42K0E",
    problem: `The Observation ${name} observes nothing yet.`,
    cure: "Call df.observe(observation, ...) before get().",
  });
}
