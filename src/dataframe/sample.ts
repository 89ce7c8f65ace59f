/** `sample` and `randomSplit`: which rows is told by a seeded number for each row. */
import { LakeletError } from "../errors/lakelet-error.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";

/** PySpark's keywords of `sample`. */
export interface SampleOptions {
  readonly fraction: number;
  readonly seed?: number | undefined;
  readonly withReplacement?: boolean;
}

/** Throws where the fraction is not from 0 to 1. */
export function sampleNode(input: Plan, { fraction, seed, withReplacement = false }: SampleOptions): PlanNode {
  if (withReplacement) {
    throw new LakeletError({
      condition: "UNSUPPORTED_FEATURE.SAMPLE_WITH_REPLACEMENT",
      sqlState: "0A000",
      problem: "Rows are not sampled with replacement.",
      cure: "Leave withReplacement out: each row is then taken once at most.",
    });
  }
  if (!(fraction >= 0 && fraction <= 1)) throw invalidFraction(fraction);
  return { kind: "sample", input, from: 0, to: fraction, seed: seedOr(seed) };
}

/** Weights need not sum up to 1. */
export function splitNodes(input: Plan, weights: readonly number[], seed?: number): readonly PlanNode[] {
  const total = weights.reduce((sum, one) => sum + one, 0);
  const known = seedOr(seed);
  let from = 0;
  return weights.map((weight, i) => {
    if (!(weight >= 0) || total <= 0) throw invalidFraction(weight);
    const to = i === weights.length - 1 ? 1 : from + weight / total;
    const node: PlanNode = { kind: "sample", input, from, to, seed: known };
    from = to;
    return node;
  });
}

/** Without a seed one is chosen once, so that the DataFrame has the same rows in each action. */
export function seedOr(seed: number | undefined): number {
  return seed ?? Math.floor(Math.random() * 2 ** 31);
}

export function invalidFraction(fraction: number): LakeletError {
  return new LakeletError({
    condition: "INVALID_PARAMETER_VALUE.FRACTION",
    sqlState: "22023",
    problem: `The fraction ${fraction} is out of bounds.`,
    cure: "Give a number from 0 to 1.",
  });
}
