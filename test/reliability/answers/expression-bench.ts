/** Expressions over the table of edge rows on both sides, and what of a differing one is its cause. */
import type { Answer } from "../../golden/replay.js";
import { compare, conditionOf, type Verdict } from "./compared-answers.js";
import { EDGE_ROWS, EDGES_QUERY } from "./edge-rows.js";
import { simplerTrees, sqlOf, subtrees, type Tree } from "./expression-tree.js";
import { LakeletAnswers } from "./lakelet-answers.js";
import { type SparkAnswer, SparkAnswers } from "./spark-answers.js";

export type Differing = Verdict & { readonly kind: "differs" };
export interface Cause {
  readonly tree: Tree;
  readonly verdict: Differing;
}
type Own = Awaited<ReturnType<LakeletAnswers["answer"]>>;

/** Expressions in one statement of Spark's, as long as none fails. */
const GROUP = 12;
/** Rounds in which operands are made simpler, and candidates of one round. */
const ROUNDS = 2;
const CANDIDATES = 16;

const ofRow = (expression: string, row: number): string => `SELECT ${expression} AS e FROM edges WHERE id = ${row}`;

export class ExpressionBench {
  private constructor(
    private readonly spark: SparkAnswers,
    private readonly lakelet: LakeletAnswers,
  ) {}

  static async open(): Promise<ExpressionBench> {
    const spark = SparkAnswers.start();
    const lakelet = await LakeletAnswers.open();
    await Promise.all([spark.setUp([], { edges: EDGES_QUERY }), lakelet.keep("edges", EDGES_QUERY)]);
    return new ExpressionBench(spark, lakelet);
  }

  async close(): Promise<void> {
    this.spark.close();
    await this.lakelet.close();
  }

  /**
   * lakelet is asked first, row by row where an expression fails: then Spark has to fail in those rows, and to answer in all others.
   * One statement of Spark's can so ask for many expressions, each in the rows in which it has a value.
   */
  async verdicts(expressions: readonly string[]): Promise<readonly Verdict[]> {
    const own: Own[] = [];
    for (const one of expressions) own.push(await this.lakelet.answer(`SELECT ${one} AS e FROM edges`, "edges"));
    const verdicts = await this.failures(expressions, own);
    const valued = own.flatMap((one, i) => (verdicts[i]?.kind === "same" && valuesOf(one) !== undefined ? [i] : []));
    for (let start = 0; start < valued.length; start += GROUP) {
      const group = valued.slice(start, start + GROUP);
      const columns = group.map((i) => guarded(expressions[i] ?? "", own[i]));
      const [together] = await this.spark.ask([`SELECT ${columns.join(", ")} FROM edges`]);
      const apart =
        together === undefined || "schema" in together
          ? []
          : await this.spark.ask(columns.map((one) => `SELECT ${one} FROM edges`));
      for (const [c, i] of group.entries()) {
        const spark = apart[c] ?? (together && column(together, c));
        const mine = own[i];
        if (spark && mine) verdicts[i] = await this.comparedValues(expressions[i] ?? "", spark, mine);
      }
    }
    return verdicts;
  }

  /** What Spark says in a row of each error of lakelet's. */
  private async failures(expressions: readonly string[], own: readonly Own[]): Promise<Verdict[]> {
    const asked = own.flatMap((answer, i) => failingRows(answer).map((row) => ({ i, ...row })));
    const answers = await this.spark.ask(asked.map(({ i, row }) => ofRow(expressions[i] ?? "", row)));
    const verdicts: Verdict[] = own.map(() => ({ kind: "same" }));
    for (const [n, { i, row, error }] of asked.entries()) {
      const spark = answers[n];
      if (spark === undefined || verdicts[i]?.kind !== "same") continue;
      verdicts[i] = compare(spark, { error }, row);
    }
    return verdicts;
  }

  private async comparedValues(expression: string, spark: SparkAnswer, own: Own): Promise<Verdict> {
    const values = valuesOf(own);
    if (values === undefined) return { kind: "same" };
    if ("error" in spark) return this.firstFailing(expression, own);
    // What Python cannot hold is compared as text.
    if (!("texts" in spark)) return compare(spark, values);
    const text = await this.lakelet.answer(`SELECT CAST(${expression} AS STRING) AS e FROM edges`, "edges");
    const texts = valuesOf(text);
    return compare(spark, texts ? { ...texts, schema: values.schema } : text);
  }

  /** Spark failed where lakelet has values: in which row. */
  private async firstFailing(expression: string, own: Own): Promise<Verdict> {
    const rows = Array.from({ length: EDGE_ROWS }, (_, i) => i + 1);
    const answers = await this.spark.ask(rows.map((row) => ofRow(expression, row)));
    for (const [i, spark] of answers.entries()) {
      const mine = rowOf(own, i);
      const verdict: Verdict = mine ? compare(spark, mine, i + 1) : { kind: "same" };
      if (verdict.kind === "differs") return verdict;
    }
    return { kind: "same" };
  }

  /** The smallest part that differs by itself; "order" where only which operand is evaluated first makes the difference. */
  async cause(tree: Tree, verdict: Differing): Promise<Cause | "order"> {
    const parts = subtrees(tree);
    const verdicts = await this.verdictsOfRow(parts, verdict.row ?? 1);
    for (const [i, one] of verdicts.entries()) {
      const part = parts[i];
      if (one.kind === "differs" && part) return this.cause(part, one);
    }
    const ordered = verdict.what === "condition" || verdict.what === "error" || verdict.what === "answered";
    return ordered && (await this.isOrderOfEvaluation(parts, verdict)) ? "order" : { tree, verdict };
  }

  /** The same difference with operands as simple as can be. */
  async simplest(cause: Cause): Promise<Cause> {
    const size = ({ tree }: Cause): number => sqlOf(tree).length;
    let simplest = cause;
    for (let round = 0; round < ROUNDS; round++) {
      const candidates = sampled(simplerTrees(simplest.tree));
      const verdicts = await this.verdictsOfRow(candidates, cause.verdict.row ?? 1);
      const [better] = candidates
        .flatMap((tree, i): Cause[] => {
          const verdict = verdicts[i];
          return verdict?.kind === "differs" && verdict.what === cause.verdict.what ? [{ tree, verdict }] : [];
        })
        .sort((a, b) => size(a) - size(b));
      if (better === undefined || size(better) >= size(simplest)) break;
      simplest = better;
    }
    return simplest;
  }

  private async verdictsOfRow(trees: readonly Tree[], row: number): Promise<readonly Verdict[]> {
    const answers = await this.spark.ask(trees.map((one) => ofRow(sqlOf(one), row)));
    const verdicts: Verdict[] = [];
    for (const [i, spark] of answers.entries()) {
      const expression = sqlOf(trees[i] ?? { parts: ["NULL"], children: [] });
      const own = await this.lakelet.answer(`SELECT ${expression} AS e FROM edges_${row}`);
      if ("texts" in spark && !("error" in own)) {
        const text = await this.lakelet.answer(`SELECT CAST(${expression} AS STRING) AS e FROM edges_${row}`);
        verdicts.push(compare(spark, "error" in text ? text : { ...text, schema: own.schema }, row));
      } else verdicts.push(compare(spark, own, row));
    }
    return verdicts;
  }

  /** True where the error is one that a part has on Spark, too: one side came to another operand first, or not to that one. */
  private async isOrderOfEvaluation(parts: readonly Tree[], { what, detail, row = 1 }: Differing): Promise<boolean> {
    const raised = what === "answered" ? /Spark: (\w+)/ : /lakelet: (?:LakeletError: \[)?(\w+)/;
    const condition = raised.exec(detail)?.[1];
    const answers = await this.spark.ask(parts.map((one) => ofRow(sqlOf(one), row)));
    return answers.some((one) => "error" in one && one.error.split(".")[0] === condition);
  }
}

/** One row for each different error; two where it was raised before any row was looked at. */
function failingRows(own: Own): readonly { readonly row: number; readonly error: unknown }[] {
  if (!("error" in own)) return [];
  if (own.rowByRow === undefined) return [{ row: 1, error: own.error }];
  const seen = new Set<string>();
  return own.rowByRow.flatMap((one, i) => {
    if (!("error" in one) || seen.has(conditionOf(one.error))) return [];
    seen.add(conditionOf(one.error));
    return [{ row: i + 1, error: one.error }];
  });
}

function rowOf(own: Own, index: number): Answer | undefined {
  if (own.rowByRow) return own.rowByRow[index];
  return "error" in own ? own : { schema: own.schema, rows: own.rows.slice(index, index + 1) };
}

/** The answer with NULL for the rows that fail; undefined where all do. */
function valuesOf(own: Own): Exclude<Answer, { error: unknown }> | undefined {
  if (!("error" in own)) return own;
  const first = own.rowByRow?.find((one) => !("error" in one));
  if (first === undefined || "error" in first) return undefined;
  return {
    schema: first.schema,
    rows: (own.rowByRow ?? []).map((one) => ("error" in one ? [null] : (one.rows[0] ?? [null]))),
  };
}

/** Spark evaluates it in the rows alone in which lakelet has a value. */
function guarded(expression: string, own: Own | undefined): string {
  const rows = own?.rowByRow?.flatMap((one, i) => ("error" in one ? [] : [i + 1]));
  return rows === undefined ? `${expression} AS e` : `CASE WHEN id IN (${rows.join(", ")}) THEN ${expression} END AS e`;
}

function column(answer: SparkAnswer, index: number): SparkAnswer {
  if (!("schema" in answer)) return answer;
  const { texts, ...rest } = answer;
  return {
    ...rest,
    schema: answer.schema.slice(index, index + 1),
    rows: answer.rows.map((row) => row.slice(index, index + 1)),
    ...(texts?.includes(index) ? { texts: [0] } : {}),
  };
}

/** Spread over all candidates, not only the first hole's. */
function sampled(trees: readonly Tree[]): readonly Tree[] {
  const step = Math.max(1, Math.ceil(trees.length / CANDIDATES));
  return trees.filter((_, i) => i % step === 0);
}
