/** What every part of a DataFrame is built on: its plan, who runs it, and how the next step is made. */
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";
import type { QueryExecutor } from "./query-executor.js";

/** A DataFrame as the parts of DataFrame know it: the parts lie below the class, and must not import it. */
export interface AnyFrame {
  readonly plan: Plan;
}

/** `Frame` is DataFrame. */
export abstract class LogicalFrame<Frame extends AnyFrame> {
  constructor(
    readonly plan: Plan,
    readonly executor: QueryExecutor,
  ) {}

  /** The DataFrame of a further step. */
  protected abstract readonly make: (node: PlanNode) => Frame;

  protected next(node: PlanNode): Frame {
    return this.make(node);
  }
}
