/** `df.stat`: figures of columns. */
import type { Value } from "../engine/engine.js";
import { LakeletError } from "../errors/lakelet-error.js";
import { quoteName } from "../schema/type-text.js";
import { type ColumnOrName, columnText, nameText } from "./column.js";
import { type LiteralValue, literalText } from "./literal.js";
import type { Plan } from "./plan.js";
import { type PlanNode, planNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";
import { invalidFraction, seedOr } from "./sample.js";

/** How much of each value's rows to take, 0 to 1. Keys of an object are text or whole numbers; a Map may have any. */
export type SampleFractions<Key extends LiteralValue = LiteralValue> =
  | Readonly<Record<string, number>>
  | ReadonlyMap<Key, number>;

/** `Frame` is DataFrame; a parameter, so that the two files do not import each other. */
export class DataFrameStatFunctions<Frame> {
  constructor(
    private readonly make: (node: PlanNode) => Frame,
    private readonly input: Plan,
    private readonly executor: QueryExecutor,
  ) {}

  /** Pearson's correlation of two columns. Throws VALUE_NOT_PEARSON. */
  async corr(left: string, right: string, method = "pearson"): Promise<number> {
    if (method !== "pearson") throw notPearson(method);
    await this.requireNumbers([left, right], "correlation");
    return Number((await this.value(`corr(${asNumber(left)}, ${asNumber(right)})`)) ?? Number.NaN);
  }
  /** Covariance of a sample. */
  async cov(left: string, right: string): Promise<number> {
    await this.requireNumbers([left, right], "covariance");
    return Number((await this.value(`covar_samp(${asNumber(left)}, ${asNumber(right)})`)) ?? 0);
  }
  /** Values of the column at these fractions; exact, whatever the error allowed. */
  approxQuantile(
    column: string,
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (number | null)[]>;
  approxQuantile(
    columns: readonly string[],
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (readonly (number | null)[])[]>;
  approxQuantile(
    columns: string | readonly string[],
    probabilities: readonly number[],
    relativeError: number,
  ): Promise<readonly (number | null | readonly (number | null)[])[]> {
    return this.quantiles(columns, probabilities, relativeError);
  }
  /** Of one column a list, of several a list of lists. */
  async quantiles(
    columns: string | readonly string[],
    probabilities: readonly number[],
    _relativeError: number,
  ): Promise<readonly (number | null | readonly (number | null)[])[]> {
    if (typeof columns !== "string")
      return Promise.all(columns.map((one) => this.quantiles(one, probabilities, _relativeError))) as Promise<
        readonly (readonly (number | null)[])[]
      >;
    const list = probabilities.map((one) => `${one}D`).join(", ");
    const found = await this.value(`percentile_approx(CAST(${nameText(columns)} AS DOUBLE), array(${list}))`);
    return (found ?? []) as readonly (number | null)[];
  }
  /** How often each pair of values occurs: a row a value of the first column, a column a value of the second. */
  crosstab(left: string, right: string): Frame {
    const [key, value] = [left, right].map((one) => `coalesce(CAST(${nameText(one)} AS STRING), 'null')`);
    const name = quoteName(`${left}_${right}`);
    const texts = planNode({
      kind: "project",
      input: this.input,
      expressions: [`${key} AS ${name}`, `${value} AS __value`],
    });
    const counted = planNode({
      kind: "aggregate",
      input: texts,
      grouping: "groupby",
      keys: [name],
      aggregates: ["count(1)"],
      pivot: { column: "__value" },
    });
    return this.make({ kind: "na-fill", input: counted, values: [{ value: 0 }] });
  }
  /**
   * The values that make up at least `support` (0.01 by default) of each column's rows, as arrays `<column>_freqItems`. Exact: Spark's
   * answer may hold rarer values besides.
   */
  freqItems(columns: readonly string[], support = 0.01): Frame {
    if (!(support >= 1e-4 && support <= 1)) throw invalidSupport(support);
    const items = columns.map((column) => {
      const counted = `SELECT ${nameText(column)} AS v, count(1) AS n FROM __input GROUP BY ${nameText(column)}`;
      const kept = `n >= ${support}D * (SELECT count(1) FROM __input)`;
      const list = `(SELECT transform(sort_array(collect_list(struct(v))), x -> x.v) FROM (${counted}) WHERE ${kept})`;
      return `${list} AS ${quoteName(`${column}_freqItems`)}`;
    });
    return this.make({ kind: "query", input: this.input, text: `SELECT ${items.join(", ")}` });
  }
  /** Of the rows with each value that share; none of those with other values. @example df.stat.sampleBy("city", { Oslo: 0.1, Bonn: 1 }, 42) */
  sampleBy<Key extends LiteralValue>(column: ColumnOrName, fractions: SampleFractions<Key>, seed?: number): Frame {
    const text = columnText(column);
    const entries: readonly (readonly [LiteralValue, number])[] =
      fractions instanceof Map ? [...fractions] : Object.entries(fractions);
    const branches = entries.map(([value, fraction]) => {
      if (!(fraction >= 0 && fraction <= 1)) throw invalidFraction(fraction);
      return `WHEN ${text} <=> ${literalText(value)} THEN ${fraction}D`;
    });
    if (branches.length === 0) return this.make({ kind: "filter", input: this.input, condition: "FALSE" });
    const condition = `rand(${seedOr(seed)}) < CASE ${branches.join(" ")} ELSE 0D END`;
    return this.make({ kind: "filter", input: this.input, condition });
  }

  private async requireNumbers(names: readonly string[], figure: string): Promise<void> {
    const columns = planNode({ kind: "project", input: this.input, expressions: names.map(nameText) });
    const odd = (await this.executor.schema(columns)).fields.find(({ dataType }) => !NUMBERS.has(dataType.kind));
    if (odd === undefined) return;
    throw new LakeletError({
      condition: "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
      sqlState: "42K09",
      problem: `Currently ${figure} calculation for columns with dataType ${odd.dataType.kind} not supported.`,
      cure: `Cast ${odd.name} to a number first.`,
    });
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

const NUMBERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);

/** Null counts as 0 in Spark's figures of two columns. */
function asNumber(column: string): string {
  return `coalesce(CAST(${nameText(column)} AS DOUBLE), 0D)`;
}

function notPearson(method: string): LakeletError {
  return new LakeletError({
    condition: "VALUE_NOT_PEARSON",
    sqlState: "22023",
    problem: `Value for \`method\` only supports the 'pearson', got '${method}'.`,
    parameters: { arg_name: "method", arg_value: method },
  });
}

function invalidSupport(support: number): LakeletError {
  return new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.SUPPORT",
    sqlState: "22023",
    problem: `Support must be in [1e-4, 1], but got ${support}.`,
  });
}
