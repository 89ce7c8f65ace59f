/** What a cast is asked to do, as the files cast-to-*.ts see it. */
import type { DataType } from "../../schema/data-type.js";
import type { FunctionContext, Typed } from "../typed.js";

/** "ansi" raises an error for a value that cannot be cast, "try" gives NULL. */
export type CastMode = "ansi" | "try";

export interface CastRequest {
  readonly value: Typed;
  readonly from: DataType;
  readonly to: DataType;
  readonly mode: CastMode;
  readonly context: FunctionContext;
}

/** The cast itself, handed to those that cast parts of a value. */
export type Cast = (value: Typed, to: DataType, mode: CastMode, context: FunctionContext) => Typed;
