/** `df.na`: fill, drop and replace nulls and values. */
import { LakeletError } from "../errors/lakelet-error.js";
import { literalText } from "./literal.js";
import type { Plan } from "./plan.js";
import type { PlanNode } from "./plan-id.js";

export type FillValue = string | number | boolean | bigint;
export type ReplaceValue = FillValue | null | readonly (FillValue | null)[];
/** Keys of an object are text; a Map may have keys of any type. */
export type ReplaceInput =
  | FillValue
  | readonly FillValue[]
  | Readonly<Record<string, FillValue | null>>
  | ReadonlyMap<FillValue, FillValue | null>;

/** PySpark's keywords of `drop`. */
export interface DropOptions {
  readonly how?: "any" | "all";
  readonly thresh?: number;
  readonly subset?: string | readonly string[];
}

/** `Frame` is DataFrame; a parameter, so that the two files do not import each other. */
export class DataFrameNaFunctions<Frame> {
  constructor(
    private readonly make: (node: PlanNode) => Frame,
    private readonly input: Plan,
  ) {}

  /** One value for the columns of its type (of `subset`), or a value a column. */
  fill(value: FillValue | Readonly<Record<string, FillValue>>, subset?: string | readonly string[]): Frame {
    const names = subset === undefined ? undefined : ([subset].flat() as string[]);
    const values =
      typeof value === "object"
        ? Object.entries(value).map(([column, one]) => ({ column, value: one, cast: true as const }))
        : names
          ? names.map((column) => ({ column, value }))
          : [{ value }];
    return this.make({ kind: "na-fill", input: this.input, values });
  }
  /** `thresh`: keep rows with at least so many values that are not null. */
  drop(how: "any" | "all" | DropOptions = "any", thresh?: number, subset?: string | readonly string[]): Frame {
    if (typeof how === "object") return this.drop(how.how, how.thresh, how.subset);
    if (how !== "any" && how !== "all") throw unknownHow(how);
    return this.make({
      kind: "na-drop",
      input: this.input,
      minNonNulls: thresh ?? how,
      ...(subset === undefined ? {} : { columns: [subset].flat() as string[] }),
    });
  }
  /**
   * A value by another one, values by one or by as many, or each key of an object or a Map by its value; in columns of the values' type.
   * @example df.na.replace("n/a", null), df.na.replace({ Oslo: "Bergen" }), df.na.replace(new Map([[34, 35]]), undefined, ["age"])
   */
  replace(to: ReplaceInput, value?: ReplaceValue, subset?: string | readonly string[]): Frame {
    const pairs = pairsOf(to, value);
    const types = new Set(pairs.flat().flatMap((one) => (one === null ? [] : [typeOf(one)])));
    if (types.size > 1) throw mixedTypes();
    const replacements = pairs.map(([from, by]) => [literalText(from), literalText(by)] as const);
    const columns = subset === undefined ? undefined : ([subset].flat() as string[]);
    return this.make({ kind: "na-replace", input: this.input, replacements, ...(columns ? { columns } : {}) });
  }
}

function pairsOf(
  to: ReplaceInput,
  value: ReplaceValue | undefined,
): readonly (readonly [FillValue, FillValue | null])[] {
  if (to instanceof Map) return [...to];
  if (Array.isArray(to)) {
    const from = to as readonly FillValue[];
    const by = Array.isArray(value) ? value : from.map(() => value);
    if (by.length !== from.length) throw lengthMismatch(from.length, by.length);
    return from.map((one, i) => [one, (by[i] ?? null) as FillValue | null]);
  }
  if (typeof to === "object") return Object.entries(to as Readonly<Record<string, FillValue | null>>);
  return [[to as FillValue, (value ?? null) as FillValue | null]];
}

function unknownHow(how: string): LakeletError {
  return new LakeletError({
    condition: "INVALID_HOW",
    sqlState: "22023",
    problem: `How to drop rows is "${how}".`,
    cure: 'Write "any" or "all".',
  });
}

function mixedTypes(): LakeletError {
  return new LakeletError({
    condition: "MIXED_TYPE_REPLACEMENT",
    sqlState: "22023",
    problem: "Mixed type replacements are not supported.",
    cure: "Give values and replacements of one type: text, numbers, or booleans.",
  });
}

/** Numbers and bigints are of one type. */
function typeOf(value: FillValue): string {
  return typeof value === "bigint" ? "number" : typeof value;
}

function lengthMismatch(from: number, to: number): LakeletError {
  return new LakeletError({
    condition: "LENGTH_SHOULD_BE_THE_SAME",
    sqlState: "22023",
    problem: `The values to replace are ${from}, their replacements ${to}.`,
    cure: "Give one replacement, or one for each value.",
  });
}
