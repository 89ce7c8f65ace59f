/** `df.stat`: figures of columns, computed at once. */
import type { Value } from "../engine/engine.js";
import { nameText } from "./column.js";
import type { Plan } from "./plan.js";
import { planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";

export class DataFrameStatFunctions {
  constructor(
    private readonly input: Plan,
    private readonly executor: QueryExecutor,
  ) {}

  /** Pearson's correlation of two columns. */
  async corr(left: string, right: string): Promise<number> {
    return Number((await this.value(`corr(${asNumber(left)}, ${asNumber(right)})`)) ?? Number.NaN);
  }
  /** Covariance of a sample. */
  async cov(left: string, right: string): Promise<number> {
    return Number((await this.value(`covar_samp(${asNumber(left)}, ${asNumber(right)})`)) ?? 0);
  }
  /** Values of the column at these fractions; exact, whatever the error allowed. */
  async approxQuantile(
    column: string,
    probabilities: readonly number[],
    _relativeError: number,
  ): Promise<readonly (number | null)[]> {
    const list = probabilities.map((one) => `${one}D`).join(", ");
    const found = await this.value(`percentile_approx(CAST(${nameText(column)} AS DOUBLE), array(${list}))`);
    return (found ?? []) as readonly (number | null)[];
  }

  private async value(aggregate: string): Promise<Value> {
    const plan = planNode({
      kind: "aggregate",
      input: this.input,
      grouping: "groupby",
      keys: [],
      aggregates: [aggregate],
    });
    const { rows } = await this.executor.collect(plan);
    return rows[0]?.[0] ?? null;
  }
}

/** Null counts as 0 in Spark's figures of two columns. */
function asNumber(column: string): string {
  return `coalesce(CAST(${nameText(column)} AS DOUBLE), 0D)`;
}
