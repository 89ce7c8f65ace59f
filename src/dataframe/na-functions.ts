/** `df.na`: fill, drop and replace nulls and values. */
import { literalText } from "./literal.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";

export type FillValue = string | number | boolean | bigint;

/** `Frame` is DataFrame; a parameter, so that the two files do not import each other. */
export class DataFrameNaFunctions<Frame> {
  constructor(
    private readonly make: (node: PlanNode) => Frame,
    private readonly input: Plan,
  ) {}

  /** One value for the columns of its type (of `subset`), or a value a column. */
  fill(value: FillValue | Readonly<Record<string, FillValue>>, subset?: readonly string[]): Frame {
    const values =
      typeof value === "object"
        ? Object.entries(value).map(([column, one]) => ({ column, value: one }))
        : subset
          ? subset.map((column) => ({ column, value }))
          : [{ value }];
    return this.make({ kind: "na-fill", input: this.input, values });
  }
  /** `thresh`: keep rows with at least so many values that are not null. */
  drop(how: "any" | "all" = "any", thresh?: number, subset?: readonly string[]): Frame {
    return this.make({
      kind: "na-drop",
      input: this.input,
      minNonNulls: thresh ?? how,
      ...(subset ? { columns: subset } : {}),
    });
  }
  replace(
    replacements: Readonly<Record<string, FillValue>> | readonly (readonly [FillValue, FillValue | null])[],
    subset?: readonly string[],
  ): Frame {
    const pairs = (Array.isArray(replacements) ? replacements : Object.entries(replacements)) as readonly (readonly [
      FillValue,
      FillValue | null,
    ])[];
    const texts = pairs.map(([from, to]) => [literalText(from), literalText(to)] as const);
    return this.make({
      kind: "na-replace",
      input: this.input,
      replacements: texts,
      ...(subset ? { columns: subset } : {}),
    });
  }
}
