/** What a DataFrame's filters surely require of the rows of its tables, for data skipping: conditions carried down the plan to its leaves. */
import type { Plan } from "../../dataframe/plan.js";
import { inputsOf } from "../../dataframe/plan-text.js";
import { letsThrough, type Names, nameBehind, renameAll } from "../../sql/analysis/pushed-conditions.js";
import { conjuncts } from "../../sql/analysis/skipping.js";
import type { Expression } from "../../sql/ast.js";
import { parseExpression } from "../../sql/parse/parse.js";
import { isPlanQualifier, sameName } from "./compiled-plan.js";

type Conditions = readonly Expression[];

/** By leaf; a leaf that is read twice gets none, for each reader needs other rows of it. */
export function requiredRows(root: Plan): ReadonlyMap<Plan, Conditions> {
  const required = new Map<Plan, Conditions>();
  const seen = new Set<Plan>();
  const several = new Set<Plan>();
  const visit = (plan: Plan, conditions: Conditions): void => {
    if (several.has(plan)) return;
    const again = seen.has(plan);
    (again ? several : seen).add(plan);
    const own = again ? [] : renameAll(conditions, withoutOwnId(plan));
    const inputs = inputsOf(plan);
    if (inputs.length === 0) required.set(plan, own);
    inputs.forEach((input, i) => {
      visit(input, again ? [] : ofInput(plan, i, own));
    });
  };
  visit(root, []);
  return required;
}

/** `#7.x` is a plain x in the output of the plan 7; a reference to a plan further down stays until it gets there. */
function withoutOwnId({ id }: Plan): Names {
  return (parts) => (parts[0] === `#${id}` ? parts.slice(1) : parts);
}

/** What the plan's conditions say of its i-th input. A step is let through only where a row's being there changes no other row. */
function ofInput(plan: Plan, i: number, conditions: Conditions): Conditions {
  switch (plan.kind) {
    case "filter":
      return [...conditions, ...conjuncts(parseExpression(plan.condition))];
    case "sort":
    case "na-drop":
      return conditions;
    case "distinct":
      return plan.columns === undefined ? conditions : [];
    case "alias":
      return renameAll(conditions, (parts) =>
        parts.length > 1 && sameName(parts[0] ?? "", plan.name) ? parts.slice(1) : parts,
      );
    case "project":
      return behind(plan.expressions.map(parseExpression), conditions);
    case "with-columns":
      return behind(
        [
          { kind: "star", qualifier: [], except: [] },
          ...plan.columns.map(
            ({ name, expression }): Expression => ({
              kind: "alias",
              names: [name],
              operand: parseExpression(expression),
            }),
          ),
        ],
        conditions,
      );
    case "rename":
      return renamed(conditions, (name) => nameBefore(name, plan.names));
    case "drop":
      return renamed(conditions, (name) => (plan.columns.some((one) => sameName(one, name)) ? undefined : name));
    case "join":
      return renameAll(ofSide(plan, i === 0 ? "left" : "right", conditions), (parts) =>
        parts.length === 1 || isPlanQualifier(parts.slice(0, 1)) || hasAlias(inputsOf(plan)[i], parts[0] ?? "")
          ? parts
          : undefined,
      );
    default:
      return [];
  }
}

function behind(projection: readonly Expression[], conditions: Conditions): Conditions {
  const query = { projection, from: [] };
  return letsThrough(query) ? names(conditions, (parts) => nameBehind(parts, query)) : [];
}

function renamed(conditions: Conditions, before: (name: string) => string | undefined): Conditions {
  return names(conditions, ([name = "", ...fields]) => {
    const found = before(name);
    return found === undefined ? undefined : [found, ...fields];
  });
}

/** References to a plan further down mean the same whatever the columns are called here. */
function names(conditions: Conditions, change: Names): Conditions {
  return renameAll(conditions, (parts) => (isPlanQualifier(parts.slice(0, 1)) ? parts : change(parts)));
}

function nameBefore(name: string, changes: Readonly<Record<string, string>>): string | undefined {
  const found = Object.entries(changes).filter(([, to]) => sameName(to, name));
  if (found.length > 0) return found.length === 1 ? found[0]?.[0] : undefined;
  return Object.keys(changes).some((from) => sameName(from, name)) ? undefined : name;
}

/** Else `a.x` may be of the other side, or the field of a struct. */
function hasAlias(plan: Plan | undefined, name: string): boolean {
  if (plan === undefined) return false;
  return (plan.kind === "alias" && sameName(plan.name, name)) || inputsOf(plan).some((input) => hasAlias(input, name));
}

/** Not the side that an outer join fills up: a row without its match would come back with NULLs. */
function ofSide(
  { type, using = [] }: Extract<Plan, { kind: "join" }>,
  side: "left" | "right",
  conditions: Conditions,
): Conditions {
  const keeps =
    side === "left" ? type !== "right" && type !== "full" : type === "inner" || type === "cross" || type === "right";
  if (!keeps) return [];
  // A column of USING is the left one, but for right joins; the other side's may be of another type.
  const hasUsing = side === "left" ? type !== "right" : type === "right";
  return renamed(conditions, (name) => (!hasUsing && using.some((one) => sameName(one, name)) ? undefined : name));
}
