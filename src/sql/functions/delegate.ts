/** A function that stands for a call of another one, as Spark's replaceable expressions do. */
import type { Argument, FunctionContext, FunctionEntry, Typed } from "../typed.js";
import { unsupportedFeature } from "./function-errors.js";

/** What the scalar function of that name in the family gives for the arguments. */
export function delegate(
  family: readonly FunctionEntry[],
  name: string,
  args: readonly Argument[],
  context: FunctionContext,
): Typed {
  const entry = family.find((one) => one.names.includes(name));
  if (entry?.kind !== "scalar") throw unsupportedFeature(`\`${name}\` is not available here.`, "Use another function.");
  return entry.compile(args, context, name);
}
