/** Random typed expressions over edge rows, on lakelet and on real Spark: the same values, types and errors, row by row. */
import fc from "fast-check";
import type { SuiteOptions, SuiteResult } from "../suite.js";
import type { Verdict } from "./compared-answers.js";
import { type Cause, type Differing, ExpressionBench } from "./expression-bench.js";
import { expressions, sqlOf } from "./expression-tree.js";
import { SparkAnswers } from "./spark-answers.js";

interface Difference {
  readonly smallest: Cause;
  times: number;
}

/** Expressions asked for at once. */
const BATCH = 200;

export const sparkMissing = (): string | undefined => SparkAnswers.missing();

export async function run(options: SuiteOptions): Promise<SuiteResult> {
  const bench = await ExpressionBench.open();
  const found = new Map<string, Difference>();
  const kinds: Record<string, number> = {};
  const count = (kind: string): void => {
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  };
  let tried = 0;
  try {
    for (let batch = 0; tried < options.count; batch++) {
      const numRuns = Math.min(BATCH, options.count - tried);
      const trees = fc.sample(expressions, { numRuns, seed: options.seed + batch });
      const verdicts = await bench.verdicts(trees.map(sqlOf));
      for (const [i, tree] of trees.entries()) {
        const verdict: Verdict = verdicts[i] ?? { kind: "same" };
        const cause = verdict.kind === "differs" ? await bench.cause(tree, verdict) : undefined;
        if (verdict.kind !== "differs" || cause === undefined) count(verdict.kind);
        else if (cause === "order") count("order of evaluation");
        else {
          count(cause.verdict.what);
          await remember(bench, found, cause, options.log);
        }
      }
      tried += numRuns;
      options.log?.(`${tried} expressions, ${found.size} kinds of differences, seed ${options.seed + batch}`);
    }
  } finally {
    await bench.close();
  }
  const anomalies = [...found.values()]
    .sort((a, b) => b.times - a.times)
    .map(({ smallest, times }) => `${times} × ${shown(smallest)}`);
  return { count: tried, anomalies, notes: [JSON.stringify(kinds)] };
}

/** One example of each function or operator that differs in a way. */
async function remember(
  bench: ExpressionBench,
  found: Map<string, Difference>,
  cause: Cause,
  log: ((line: string) => void) | undefined,
): Promise<void> {
  const key = `${cause.verdict.what} ${cause.tree.parts.join("_")}`;
  const known = found.get(key);
  if (known) {
    known.times++;
    return;
  }
  const smallest = await bench.simplest(cause);
  found.set(key, { smallest, times: 1 });
  log?.(shown(smallest));
}

const shown = ({ tree, verdict }: { readonly tree: Cause["tree"]; readonly verdict: Differing }): string =>
  `${verdict.what}: ${sqlOf(tree)}\n      ${verdict.detail}`;
