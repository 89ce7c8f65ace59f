/** GROUP BY with GROUPING SETS, CUBE and ROLLUP, expanded to the plain list of grouping sets. */
import type { Expression, GroupBy } from "../ast.js";
import { isNode, type LibraryTree, misplaced, NodeFields } from "./library-node.js";
import { ITEMS_OF_SETS } from "./library-text.js";
import type { ExpressionNormaliser } from "./normalise-expression.js";
import { unsupportedFeature } from "./syntax-error.js";

type GroupingSet = readonly Expression[];
/** Beyond this a CUBE is a mistake rather than a query. */
const MAX_SETS = 4096;

/** The grouping sets of a list of GROUP BY items: their cross product. */
export function groupBySets(tree: LibraryTree, expressions: ExpressionNormaliser, nodes: readonly unknown[]): GroupBy {
  let sets: readonly GroupingSet[] = [[]];
  let grouping = false;
  const before: Expression[] = [];
  for (const node of nodes) {
    const analytics = groupingAnalytics(tree, expressions, node, before);
    if (analytics === undefined) {
      const item = expressions.expression(node);
      if (item === ITEMS_OF_SETS) {
        sets = [[]];
        continue;
      }
      if (item.kind === "row" && item.values.length === 0) {
        throw misplaced(tree, item.span, "GROUP BY has no empty key: without keys all rows are one group.");
      }
      before.push(item);
      sets = sets.map((set) => [...set, item]);
      continue;
    }
    grouping = true;
    sets = analytics.replaces ? analytics.sets : product(sets, analytics.sets);
    if (sets.length > MAX_SETS) throw unsupportedFeature("GROUPING_SETS", `A GROUP BY of ${sets.length} grouping sets`);
  }
  return { all: false, sets, grouping };
}

interface Analytics {
  readonly sets: readonly GroupingSet[];
  /** True where the items before it only name the columns: `GROUP BY a, b WITH CUBE`. */
  readonly replaces: boolean;
}

function groupingAnalytics(
  tree: LibraryTree,
  expressions: ExpressionNormaliser,
  node: unknown,
  before: readonly Expression[],
): Analytics | undefined {
  if (!isNode(node)) return undefined;
  if (isNode(node.rollup)) return { sets: rollup(before.map((one) => [one])), replaces: true };
  if (isNode(node.cube)) return { sets: cube(before.map((one) => [one])), replaces: true };
  if (!isNode(node.function)) return undefined;
  const fields = new NodeFields(tree, "function", node.function);
  const args = fields.list("args");
  switch (fields.text("name").toUpperCase()) {
    case "ROLLUP":
      return { sets: rollup(args.map((one) => members(expressions.expression(one)))), replaces: false };
    case "CUBE":
      return { sets: cube(args.map((one) => members(expressions.expression(one)))), replaces: false };
    case "GROUPING SETS":
      return {
        sets: args.flatMap(
          (one) => groupingAnalytics(tree, expressions, one, [])?.sets ?? [members(expressions.expression(one))],
        ),
        replaces: false,
      };
    default:
      return undefined;
  }
}

function members(item: Expression): GroupingSet {
  return item.kind === "row" ? item.values : [item];
}

/** (a, b, c), (a, b), (a), () */
function rollup(groups: readonly GroupingSet[]): readonly GroupingSet[] {
  return Array.from({ length: groups.length + 1 }, (_, dropped) => groups.slice(0, groups.length - dropped).flat());
}

/** All subsets, the largest first. */
function cube(groups: readonly GroupingSet[]): readonly GroupingSet[] {
  if (2 ** groups.length > MAX_SETS) throw unsupportedFeature("GROUPING_SETS", `CUBE over ${groups.length} columns`);
  const [first, ...others] = groups;
  if (first === undefined) return [[]];
  const rest = cube(others);
  return [...rest.map((set) => [...first, ...set]), ...rest];
}

function product(left: readonly GroupingSet[], right: readonly GroupingSet[]): readonly GroupingSet[] {
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}
