/** Where the steps of pipe syntax may have aggregates. */
import type { Expression, SelectQuery } from "../ast.js";
import { prettyName } from "../parse/pretty-name.js";
import { analysisError } from "./analysis-errors.js";
import { hasAggregate } from "./expression-tree.js";

/** Throws PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION, PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION. */
export function checkPipe({ pipe, projection }: SelectQuery): void {
  if (pipe === undefined) return;
  if (typeof pipe === "string") {
    const values = projection.flatMap((one) =>
      one.kind === "star" ? (one.replace ?? []).map(({ value }) => value) : [one],
    );
    const wrong = values.find(hasAggregate);
    if (wrong !== undefined) throw withAggregate(wrong, pipe.toUpperCase());
    return;
  }
  const plain = projection.slice(pipe.aggregatesFrom).find((one) => !hasAggregate(one));
  if (plain !== undefined) throw withoutAggregate(plain);
}

function withAggregate(expression: Expression, clause: string): Error {
  const expr = prettyName(expression);
  return analysisError(
    "PIPE_OPERATOR_CONTAINS_AGGREGATE_FUNCTION",
    "0A000",
    `Non-grouping expression ${expr} is provided as an argument to the |> ${clause} pipe operator but contains an aggregate function.`,
    { cure: "Use the |> AGGREGATE step for aggregates.", parameters: { expr, clause } },
  );
}

function withoutAggregate(expression: Expression): Error {
  const expr = prettyName(expression);
  return analysisError(
    "PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION",
    "0A000",
    `Non-grouping expression ${expr} is provided as an argument to the |> AGGREGATE pipe operator but does not contain any aggregate function.`,
    { cure: "Include an aggregate function in it, or put it behind GROUP BY.", parameters: { expr } },
  );
}
