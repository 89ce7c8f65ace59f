/** ROWS and RANGE frames: what bounds Spark takes, and the engine SQL of them. */
import { type DataType, sameType } from "../../schema/data-type.js";
import type { Expression, FrameBound, SortItem, WindowFrame } from "../ast.js";
import type { FunctionContext, Typed } from "../typed.js";
import { analysisError, sqlType } from "./analysis-errors.js";
import { coerce } from "./implicit-cast.js";

type Compile = (expression: Expression) => Typed;

const NUMERIC: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);
const INTEGRAL: ReadonlySet<string> = new Set(["byte", "short", "integer", "long"]);

/**
 * Throws DATATYPE_MISMATCH.RANGE_FRAME_*, DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_*, and _LEGACY_ERROR_TEMP_0064 for a bound that is
 * no constant.
 */
export function frameSql(
  frame: WindowFrame,
  orderBy: readonly SortItem[],
  compile: Compile,
  context: FunctionContext,
): string {
  const bounds = [frame.start, frame.end].map((bound) =>
    "offset" in bound ? offsetOf(bound.offset, compile) : undefined,
  );
  checkEnds(frame, bounds);
  const valued = bounds.some((one) => one !== undefined);
  const [only] = orderBy;
  if (frame.unit === "range" && valued) {
    if (only === undefined) throw mismatch("RANGE_FRAME_WITHOUT_ORDER", "A range frame with bounds needs an ORDER BY.");
    if (orderBy.length > 1)
      throw mismatch("RANGE_FRAME_MULTI_ORDER", "A range frame with bounds takes one ORDER BY expression.");
  }
  if (frame.unit === "rows") {
    const wrong = bounds.find((one) => one !== undefined && !INTEGRAL.has(one.dataType.kind));
    if (wrong) throw unacceptedType(wrong.dataType, '"INT"');
  }
  const order = frame.unit === "range" && valued && only ? compile(only.expression).dataType : undefined;
  const [start, end] = bounds.map((one) => (one && order ? rangeOffset(one, order, context) : one));
  if (frame.unit === "range" && start && end && !sameType(start.dataType, end.dataType)) {
    throw mismatch(
      "SPECIFIED_WINDOW_FRAME_DIFF_TYPES",
      `Window frame bounds have different types: ${sqlType(start.dataType)} and ${sqlType(end.dataType)}.`,
    );
  }
  return `${frame.unit.toUpperCase()} BETWEEN ${boundSql(frame.start, start)} AND ${boundSql(frame.end, end)}`;
}

function offsetOf(offset: Expression, compile: Compile): Typed {
  if (readsColumn(offset)) {
    throw analysisError("_LEGACY_ERROR_TEMP_0064", "42000", "Frame bound value must be a literal.");
  }
  return compile(offset);
}

function readsColumn(expression: Expression): boolean {
  return expression.kind === "column" || (expression.kind === "call" && expression.args.some(readsColumn));
}

/** The offset as the type of ORDER BY; days to a date, intervals to dates and timestamps stay as they are. */
function rangeOffset(offset: Typed, order: DataType, context: FunctionContext): Typed {
  if (NUMERIC.has(order.kind) && NUMERIC.has(offset.dataType.kind)) return coerce(offset, order, context);
  if (order.kind === "date" && INTEGRAL.has(offset.dataType.kind)) {
    return { ...coerce(offset, { kind: "integer" }, context), sql: `to_days(CAST(${offset.sql} AS INTEGER))` };
  }
  if (offset.dataType.kind === "interval" && ["date", "timestamp", "timestamp_ntz", "interval"].includes(order.kind))
    return offset;
  if (NUMERIC.has(order.kind) || order.kind === "date" || order.kind.startsWith("timestamp")) {
    throw mismatch(
      "RANGE_FRAME_INVALID_TYPE",
      `The order's type ${sqlType(order)} does not match the bound's ${sqlType(offset.dataType)}.`,
    );
  }
  throw unacceptedType(order, '"NUMERIC" or an interval');
}

const PLACE: Readonly<Record<FrameBound["kind"], number>> = {
  "unbounded-preceding": -2,
  preceding: -1,
  "current-row": 0,
  following: 1,
  "unbounded-following": 2,
};

function checkEnds({ start, end }: WindowFrame, [lower, upper]: readonly (Typed | undefined)[]): void {
  if (start.kind === "unbounded-following" || end.kind === "unbounded-preceding") {
    throw mismatch(
      "SPECIFIED_WINDOW_FRAME_INVALID_BOUND",
      "The upper bound of a window frame must follow the lower bound.",
    );
  }
  const [first, last] = [placeOf(start, lower), placeOf(end, upper)];
  const crossed = first !== undefined && last !== undefined && first > last;
  if (PLACE[start.kind] > PLACE[end.kind] || crossed) {
    throw mismatch(
      "SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
      "The lower bound of a window frame must be less than or equal to the upper bound.",
    );
  }
}

/** Rows from the current one, where that is a number. */
function placeOf(bound: FrameBound, offset: Typed | undefined): number | undefined {
  const text = offset?.literal?.value;
  if (text === undefined || text === null || !NUMERIC.has(offset?.dataType.kind ?? "")) return undefined;
  return bound.kind === "preceding" ? -Number(text) : Number(text);
}

/** The engine takes no negative offset: `-1 PRECEDING` is `1 FOLLOWING`. */
function boundSql(bound: FrameBound, offset: Typed | undefined): string {
  if (offset === undefined) return bound.kind.replace("-", " ").toUpperCase();
  const text = offset.literal?.value ?? "";
  if (!text.startsWith("-")) return `${offset.sql} ${bound.kind.toUpperCase()}`;
  return `(-(${offset.sql})) ${bound.kind === "preceding" ? "FOLLOWING" : "PRECEDING"}`;
}

function mismatch(condition: string, problem: string): Error {
  return analysisError(`DATATYPE_MISMATCH.${condition}`, "42K09", problem, { cure: "Change the bounds of the frame." });
}

function unacceptedType(type: DataType, expected: string): Error {
  return mismatch(
    "SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
    `A window frame's bound cannot be of the type ${sqlType(type)}; expected ${expected}.`,
  );
}
