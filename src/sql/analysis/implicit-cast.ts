/** Casts that Spark adds by itself: of values to the type that coercion has found for them. */

import { type DataType, sameType } from "../../schema/data-type.js";
import { commonType } from "../coercion/coercion.js";
import { compileCast } from "../functions/cast.js";
import type { FunctionContext, Typed } from "../typed.js";
import { typedNull } from "../typed-null.js";

/** The value as a type that coercion has already found for it. */
export function coerce(value: Typed, to: DataType, context: FunctionContext): Typed {
  if (sameType(value.dataType, to)) return value;
  if (value.dataType.kind === "void") return typedNull(value, to);
  return compileCast(value, to, "ansi", context);
}

/** All values as their least common type, or undefined where they have none. */
export function coerceAll(
  values: readonly Typed[],
  context: FunctionContext,
  common: typeof commonType = commonType,
): { readonly dataType: DataType; readonly values: readonly Typed[] } | undefined {
  const dataType = common(values.map((one) => one.dataType));
  return dataType && { dataType, values: values.map((one) => coerce(one, dataType, context)) };
}
