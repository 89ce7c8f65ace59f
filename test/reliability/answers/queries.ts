/** Random queries over tables of edges, on lakelet and on real Spark: the same columns, types and rows, or the same refusal. */
import fc from "fast-check";
import type { Answer } from "../../golden/replay.js";
import type { SuiteOptions, SuiteResult } from "../suite.js";
import { compare, type Verdict } from "./compared-answers.js";
import { LakeletAnswers } from "./lakelet-answers.js";
import { queries } from "./query-generator.js";
import { QUERY_TABLES } from "./query-tables.js";
import { type Piece, simpler, textOf } from "./sketch.js";
import { type SparkAnswer, SparkAnswers } from "./spark-answers.js";

type Differs = Extract<Verdict, { readonly kind: "differs" }>;

/** Queries asked for at once. */
const BATCH = 50;
const ROUNDS = 12;
/** Candidates of one round. */
const CANDIDATES = 16;

export async function run(options: SuiteOptions): Promise<SuiteResult> {
  const bench = await QueryBench.open();
  const found = new Map<string, string>();
  const kinds: Record<string, number> = {};
  let tried = 0;
  try {
    for (let batch = 0; tried < options.count; batch++) {
      const numRuns = Math.min(BATCH, options.count - tried);
      const sketches = fc.sample(queries, { numRuns, seed: options.seed + batch });
      const verdicts = await bench.verdicts(sketches.map(textOf));
      for (const [i, verdict] of verdicts.entries()) {
        const sketch = sketches[i];
        const kind =
          verdict.kind === "refused" ? verdict.condition : verdict.kind === "differs" ? verdict.what : verdict.kind;
        kinds[kind] = (kinds[kind] ?? 0) + 1;
        if (sketch === undefined || verdict.kind !== "differs") continue;
        const smallest = await bench.smallest(sketch, verdict);
        if (found.has(smallest.sql)) continue;
        found.set(smallest.sql, smallest.detail);
        options.log?.(`${smallest.what}: ${smallest.sql}\n      ${smallest.detail}`);
      }
      tried += numRuns;
      if (batch % 4 === 0) options.log?.(`${tried} queries, ${found.size} differences, ${JSON.stringify(kinds)}`);
    }
  } finally {
    await bench.close();
  }
  return {
    count: tried,
    anomalies: [...found].map(([sql, detail]) => `${sql}: ${detail}`),
    notes: [JSON.stringify(kinds)],
  };
}

class QueryBench {
  private constructor(
    private readonly spark: SparkAnswers,
    private readonly lakelet: LakeletAnswers,
  ) {}

  static async open(): Promise<QueryBench> {
    const spark = SparkAnswers.start();
    const lakelet = await LakeletAnswers.open();
    await spark.setUp(QUERY_TABLES.map(({ name, query }) => `CREATE TEMP VIEW ${name} AS ${query}`));
    for (const { name, query } of QUERY_TABLES) await lakelet.keep(name, query);
    return new QueryBench(spark, lakelet);
  }

  async verdicts(statements: readonly string[]): Promise<readonly Verdict[]> {
    const asked = this.spark.ask(statements);
    const own: Answer[] = [];
    for (const one of statements) own.push(await this.lakelet.answer(one));
    return (await asked).map((spark, i) => compareQuery(spark, own[i] ?? { error: new Error("not asked") }));
  }

  /** The sketch with all left out that can be while the two still differ in the same way. */
  async smallest(sketch: Piece, verdict: Differs): Promise<Differs & { readonly sql: string }> {
    let [smallest, difference] = [sketch, verdict];
    for (let round = 0; round < ROUNDS; round++) {
      const all = [...simpler(smallest)];
      const size = textOf(smallest).length;
      const step = Math.max(1, Math.ceil(all.length / CANDIDATES));
      const candidates = all.filter((one, i) => (i + round) % step === 0 && textOf(one).length < size);
      const verdicts = await this.verdicts(candidates.map(textOf));
      const better = candidates
        .map((one, i) => ({ one, verdict: verdicts[i] }))
        .filter((each) => each.verdict?.kind === "differs" && each.verdict.what === verdict.what)
        .sort((a, b) => textOf(a.one).length - textOf(b.one).length)[0];
      if (better?.verdict?.kind !== "differs") {
        if (step === 1) break;
        continue;
      }
      [smallest, difference] = [better.one, better.verdict];
    }
    return { ...difference, sql: textOf(smallest) };
  }

  async close(): Promise<void> {
    this.spark.close();
    await this.lakelet.close();
  }
}

/** Spark came to a value that cannot be had (it folds constants, and filters later), the engine did not: what suite expressions looks at. */
const UNEVALUATED: Verdict = { kind: "refused", condition: "not evaluated" };

/** An exception of Spark's own making (its analyzer gives up, or has a bug) where there is an answer. */
const SPARK_FAILED: Verdict = { kind: "refused", condition: "exception of Spark" };

/** As of expressions, and the columns' names; rows in any order. */
function compareQuery(spark: SparkAnswer, own: Answer): Verdict {
  if ("error" in spark && /^[A-Z][a-z]/.test(spark.error) && !("error" in own)) return SPARK_FAILED;
  if ("error" in spark && /^22/.test(spark.sqlState ?? "") && !("error" in own)) return UNEVALUATED;
  if (!("rows" in spark) || "error" in own) return compare(spark, own);
  const [theirs, ours] = [spark.schema, own.schema].map((one) => one.map(({ name }) => name).join(" | "));
  if (theirs !== ours)
    return { kind: "differs", what: "type" as const, detail: `names: lakelet ${ours}; Spark ${theirs}` };
  const ordered = /ORDER BY [^)]*$/.test(spark.sql);
  if (ordered) return compare(spark, own);
  return compare(
    { ...spark, rows: sorted(spark.rows) },
    { ...own, rows: [...sorted(own.rows)].map((row) => [...row]) },
  );
}

function sorted(rows: readonly (readonly unknown[])[]): readonly (readonly never[])[] {
  const key = (row: readonly unknown[]): string =>
    JSON.stringify(row, (_, value) => (typeof value === "number" ? Number(value.toPrecision(12)) : value));
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1)) as (readonly never[])[];
}
