/** The plan of a DataFrame as a query of Spark SQL, where its steps are those of one. */
import { patternOf } from "../../../dataframe/column-pattern.js";
import type { Plan } from "../../../dataframe/plan.js";
import { withoutAlias } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, SelectQuery } from "../../../sql/ast.js";
import { parseQuery } from "../../../sql/parse/parse.js";
import type { Attribute } from "../../../sql/relation.js";
import { sameName } from "../compiled-plan.js";
import { notLookedInto } from "./not-incremental.js";
import {
  expressionOf,
  type OutputOf,
  type PlanReader,
  type SourceColumn,
  type StepSource,
  sourceOf,
} from "./step-source.js";

/** Throws NotIncremental where the plan has steps that are not written as a query here. */
export async function queryOfPlan(plan: Plan, outputOf: OutputOf): Promise<Query> {
  const reader: PlanReader = { outputOf, queryOf: (one) => queryOfPlan(one, outputOf) };
  switch (plan.kind) {
    case "sql":
      return parseQuery(plan.text);
    case "table":
      if (Object.keys(plan.options).length > 0) throw notLookedInto();
      return selectOf({ kind: "table", name: plan.name, columns: [] });
    case "filter": {
      const { item, columns } = await sourceOf(plan.input, reader);
      return selectOf(item, { where: expressionOf(plan.condition, columns) });
    }
    case "distinct": {
      if (plan.columns !== undefined) throw notLookedInto();
      const { item } = await sourceOf(plan.input, reader);
      return selectOf(item, { distinct: true });
    }
    case "project":
    case "with-columns":
    case "rename":
    case "to-names":
    case "drop":
      return listed(plan, await sourceOf(plan.input, reader), await outputOf(plan));
    case "aggregate":
      return aggregated(plan, await sourceOf(plan.input, reader), await outputOf(plan));
    case "join":
      return selectOf((await sourceOf(plan, reader)).item);
    case "set": {
      if (plan.allowMissingColumns) throw notLookedInto();
      const { operator, all, byName } = plan;
      const [left, right] = [await queryOfPlan(plan.left, outputOf), await queryOfPlan(plan.right, outputOf)];
      return { kind: "set", operator, all, byName, left, right, orderBy: [] };
    }
    // Rows of a table have no order.
    case "sort":
    case "alias":
      return queryOfPlan(plan.input, outputOf);
    default:
      throw notLookedInto();
  }
}

/** `SELECT * FROM item`, or with another list and condition. */
export function selectOf(item: FromItem, more: Partial<SelectQuery> = {}): SelectQuery {
  return {
    kind: "select",
    distinct: false,
    projection: [{ kind: "star", qualifier: [], except: [] }],
    from: [item],
    lateralViews: [],
    windows: {},
    orderBy: [],
    ...more,
  };
}

type ListPlan = Extract<Plan, { kind: "project" | "with-columns" | "rename" | "to-names" | "drop" }>;

function listed(plan: ListPlan, { item, columns }: StepSource, output: readonly Attribute[]): Query {
  const list = listOf(plan, columns, output);
  return selectOf(item, { projection: list.some((one) => one.kind === "star") ? list : namedAs(output, list) });
}

function listOf(plan: ListPlan, columns: readonly SourceColumn[], output: readonly Attribute[]): readonly Expression[] {
  const every = columns.map((one) => one.expression);
  switch (plan.kind) {
    case "project":
      if (plan.expressions.some((one) => patternOf(one) !== undefined)) throw notLookedInto();
      return plan.expressions.map((one) => expressionOf(one, columns));
    case "with-columns": {
      const isThere = (name: string) => columns.some(({ attribute }) => sameName(attribute.name, name));
      const added = plan.columns.map(({ name, expression }) => ({ name, value: expressionOf(expression, columns) }));
      const kept = columns.map(
        ({ attribute, expression }) => added.find((one) => sameName(one.name, attribute.name))?.value ?? expression,
      );
      return [...kept, ...added.filter((one) => !isThere(one.name)).map((one) => one.value)];
    }
    case "drop": {
      // What is left are the same columns of the same relation.
      const left = new Set(output.map((one) => one.engineName));
      return columns.filter(({ attribute }) => left.has(attribute.engineName)).map((one) => one.expression);
    }
    default:
      return every;
  }
}

/** The list under the names that the plan gives. */
function namedAs(output: readonly Attribute[], list: readonly Expression[]): readonly Expression[] {
  if (output.length !== list.length) throw notLookedInto();
  return list.map((one, i) => {
    const name = output[i]?.name ?? "";
    const isNamed = one.kind === "column" && one.parts.at(-1) === name;
    return isNamed ? one : { kind: "alias", operand: withoutAlias(one), names: [name] };
  });
}

function aggregated(
  plan: Extract<Plan, { kind: "aggregate" }>,
  { item, columns }: StepSource,
  output: readonly Attribute[],
): Query {
  const { short } = plan;
  if (plan.grouping !== "groupby" || plan.pivot || short?.columns.length === 0) throw notLookedInto();
  const aggregates = short ? short.columns.map((one) => `${short.name}(\`${one}\`)`) : plan.aggregates;
  const keys = plan.keys.map((one) => expressionOf(one, columns));
  if (keys.some((one) => one.kind === "literal")) throw notLookedInto();
  const projection = namedAs(output, [...keys, ...aggregates.map((one) => expressionOf(one, columns))]);
  if (keys.length === 0) return selectOf(item, { projection });
  return selectOf(item, { projection, groupBy: { all: false, sets: [keys.map(withoutAlias)], grouping: false } });
}
