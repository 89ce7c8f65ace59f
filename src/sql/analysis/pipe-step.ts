/** What the steps of pipe syntax mean by positions, and where they may have aggregates. */
import type { Expression, SelectQuery } from "../ast.js";
import { prettyName } from "../parse/pretty-name.js";
import { analysisError } from "./analysis-errors.js";
import { hasAggregate } from "./expression-tree.js";
import type { Scope } from "./scope.js";
import { expandStar } from "./star.js";

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

/** AGGREGATE with the columns of its input in place of their positions. Throws GROUP_BY_POS_OUT_OF_RANGE. */
export function withInputColumns(query: SelectQuery, scope: Scope): SelectQuery {
  const { pipe, groupBy } = query;
  if (typeof pipe !== "object" || !groupBy) return query;
  const columns = expandStar({ kind: "star", qualifier: [], except: [] }, scope);
  const meant = (key: Expression, named: boolean): Expression => {
    if (key.kind !== "literal" || key.dataType.kind !== "integer") return key;
    const column = columns[Number(key.value) - 1];
    if (column === undefined) throw outOfRange(key.value ?? "", columns.length);
    return named ? { kind: "alias", operand: column.expression, names: [column.name] } : column.expression;
  };
  return {
    ...query,
    projection: query.projection.map((one, i) => (i < pipe.aggregatesFrom ? meant(one, true) : one)),
    groupBy: { ...groupBy, sets: groupBy.sets.map((set) => set.map((one) => meant(one, false))) },
  };
}

function outOfRange(index: string, size: number): Error {
  return analysisError(
    "GROUP_BY_POS_OUT_OF_RANGE",
    "42805",
    `GROUP BY position ${index} is not among the columns of the input (valid range is [1, ${size}]).`,
    { parameters: { index, size: String(size) } },
  );
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
