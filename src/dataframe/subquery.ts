/** A DataFrame as a subquery: its steps that name columns of the DataFrame around it become Spark SQL, what lies below them is a relation. */
import { LakeletError } from "../errors/lakelet-error.js";
import { quoteName } from "../schema/type-text.js";
import type { Plan } from "./plan.js";
import { inputsOf, textsOf } from "./plan-text.js";

/** Qualifies the columns of the DataFrame around a subquery. */
export const OUTER = "#outer";

const RELATION = /^#frame_(\d+)$/;
/** Plans that expressions name: text cannot hold them. */
const plans = new Map<number, Plan>();

/** The plan that a relation's name in a subquery means. */
export function planOfRelation(name: string): Plan | undefined {
  const id = RELATION.exec(name)?.[1];
  return id === undefined ? undefined : plans.get(Number(id));
}

/** The plan as Spark SQL in parentheses. Throws for a step between a use of `outer()` and the top that cannot be written so. */
export function subqueryText(plan: Plan): string {
  return `(${textOf(selectOf(plan))})`;
}

/** A query block: a step that comes later in SQL's order than those there are joins it, any other one opens the next block. */
interface Select {
  readonly from: string;
  readonly where: readonly string[];
  readonly list?: readonly string[];
  readonly groupBy?: readonly string[];
  readonly distinct?: true;
  readonly orderBy?: readonly string[];
  readonly limit?: number;
}

function selectOf(plan: Plan): Select {
  if (!namesOuter(plan)) {
    plans.set(plan.id, plan);
    return { from: quoteName(`#frame_${plan.id}`), where: [] };
  }
  switch (plan.kind) {
    case "filter": {
      const below = openFor(selectOf(plan.input), (one) => one.list === undefined);
      return { ...below, where: [...below.where, plan.condition] };
    }
    case "project":
      return { ...openFor(selectOf(plan.input), (one) => one.list === undefined), list: plan.expressions };
    case "with-columns": {
      const added = plan.columns.map((one) => `${one.expression} AS ${quoteName(one.name)}`);
      return { ...openFor(selectOf(plan.input), (one) => one.list === undefined), list: ["*", ...added] };
    }
    case "aggregate": {
      if (plan.grouping !== "groupby" || plan.short || plan.pivot) throw notAsText(plan);
      const below = openFor(selectOf(plan.input), (one) => one.list === undefined);
      return { ...below, list: [...plan.keys, ...plan.aggregates], groupBy: plan.keys };
    }
    case "distinct":
      if (plan.columns) throw notAsText(plan);
      return { ...openFor(selectOf(plan.input), (one) => one.orderBy === undefined), distinct: true };
    case "sort": {
      const below = openFor(selectOf(plan.input), (one) => one.orderBy === undefined);
      return { ...below, orderBy: plan.keys.map((key) => key.text) };
    }
    case "limit":
      if (plan.offset > 0) throw notAsText(plan);
      return { ...openFor(selectOf(plan.input), () => true), limit: plan.count };
    case "alias":
      return { from: `(${textOf(selectOf(plan.input))}) AS ${quoteName(plan.name)}`, where: [] };
    default:
      throw notAsText(plan);
  }
}

function openFor(select: Select, fits: (select: Select) => boolean): Select {
  const isOpen = select.limit === undefined && select.distinct === undefined && fits(select);
  return isOpen ? select : { from: `(${textOf(select)})`, where: [] };
}

function textOf({ from, where, list = ["*"], groupBy = [], distinct, orderBy = [], limit }: Select): string {
  return [
    `SELECT ${distinct ? "DISTINCT " : ""}${list.join(", ")} FROM ${from}`,
    where.length > 0 ? `WHERE ${where.map((one) => `(${one})`).join(" AND ")}` : "",
    groupBy.length > 0 ? `GROUP BY ${groupBy.map((_, i) => i + 1).join(", ")}` : "",
    orderBy.length > 0 ? `ORDER BY ${orderBy.join(", ")}` : "",
    limit === undefined ? "" : `LIMIT ${limit}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function namesOuter(plan: Plan): boolean {
  return textsOf(plan).some((text) => text.includes(`\`${OUTER}\``)) || inputsOf(plan).some(namesOuter);
}

function notAsText(plan: Plan): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_REFERENCE",
    sqlState: "0A000",
    problem: `A column of the DataFrame around cannot be named below a step of the kind ${plan.kind}.`,
    cure: "Name outer() columns in filters, selects, groups, sorts and limits, above joins and sets.",
  });
}
