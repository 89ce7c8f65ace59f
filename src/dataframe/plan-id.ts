/** Ids of plans, unique in the process. */
import { rememberCallSite } from "./call-site.js";
import type { Plan, PlanBase } from "./plan.js";

let last = 0;

type WithoutId<T> = T extends PlanBase ? Omit<T, "id"> : never;

/** A plan node before it has an id. */
export type PlanNode = WithoutId<Plan>;

/** A frozen plan node with a fresh id. */
export function planNode(node: PlanNode): Plan {
  last += 1;
  const plan = Object.freeze({ ...node, id: last }) as Plan;
  rememberCallSite(plan);
  return plan;
}
