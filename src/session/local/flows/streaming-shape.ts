/** Whether a query's answer for new rows alone is what it would be for all: what is not is refused by name. */
import { LakeletError } from "../../../errors/lakelet-error.js";
import type { FromItem } from "../../../sql/ast.js";

/** What a batch of a stream's rows becomes. */
export interface StreamingShape {
  readonly isStreaming: boolean;
  /** Each row of the streams gives one row at most. */
  readonly isRowByRow: boolean;
  /** Conditions of the query may leave rows out. */
  readonly filters: boolean;
}

export const STATIC: StreamingShape = { isStreaming: false, isRowByRow: true, filters: false };
export const STREAM: StreamingShape = { isStreaming: true, isRowByRow: true, filters: false };

export type JoinType = Extract<FromItem, { kind: "join" }>["type"];

export function filtered(shape: StreamingShape): StreamingShape {
  return { ...shape, filters: true };
}

export function multiplied(shape: StreamingShape): StreamingShape {
  return { ...shape, isRowByRow: false };
}

/** Throws UNSUPPORTED_FEATURE.STREAMING where both are streams, or where rows without a match may find one later. */
export function joinedShape(type: JoinType, left: StreamingShape, right: StreamingShape): StreamingShape {
  if (!left.isStreaming && !right.isStreaming) return STATIC;
  if (left.isStreaming && right.isStreaming) {
    throw unsupported(
      "A join of two streams",
      "A row of one batch can match a row of an earlier one.",
      "Stream one side and read the other whole, or make a materialized view of the join.",
    );
  }
  const needed = { left: "left", right: "right", "left-semi": "left", "left-anti": "left" }[type as string];
  const isKept = needed === undefined || (needed === "left" ? left.isStreaming : right.isStreaming);
  if (type === "full" || !isKept) {
    throw unsupported(
      `A ${type.replace("-", " ")} ${type === "full" || needed === "right" || needed === "left" ? "join" : ""} that keeps rows of the static side`.replace(
        "  ",
        " ",
      ),
      "Which of them have no match is known only when no more rows can come.",
      "Turn the join round, or make a materialized view of it.",
    );
  }
  const filters = left.filters || right.filters || type === "left-semi" || type === "left-anti";
  const isRowByRow = (type === "left-semi" || type === "left-anti") && left.isRowByRow;
  return { isStreaming: true, isRowByRow, filters };
}

/** Throws UNSUPPORTED_FEATURE.STREAMING for all but UNION ALL, and for a stream beside what is none. */
export function unitedShape(isUnionAll: boolean, left: StreamingShape, right: StreamingShape): StreamingShape {
  if (!left.isStreaming && !right.isStreaming) return STATIC;
  if (!isUnionAll) {
    throw unsupported(
      "UNION, INTERSECT or EXCEPT of streams",
      "Rows would have to be compared with those of all earlier batches.",
      "Write UNION ALL, or make a materialized view.",
    );
  }
  if (left.isStreaming !== right.isStreaming) {
    throw unsupported(
      "Union between streaming and batch rows",
      "The batch rows would come again with each batch.",
      "Write a flow of its own for them: INSERT INTO ONCE.",
    );
  }
  const filters = left.filters || right.filters;
  return { isStreaming: true, isRowByRow: left.isRowByRow && right.isRowByRow, filters };
}

/** Throws STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION for a stream. */
export function aggregatedShape(shape: StreamingShape): StreamingShape {
  if (!shape.isStreaming) return STATIC;
  throw new LakeletError({
    condition: "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION",
    sqlState: "42KDE",
    problem:
      "Invalid streaming output mode: append. This output mode is not supported for streaming aggregations on streaming DataFrames/DataSets.",
    reason: "Rows that come later belong to groups that were written.",
    cure: "Make the aggregation a materialized view over the streaming table.",
    parameters: { outputMode: "append", operation: "streaming aggregations" },
  });
}

/** Throws NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING for a stream. */
export function windowedShape(shape: StreamingShape, window: string): StreamingShape {
  if (!shape.isStreaming) return STATIC;
  throw new LakeletError({
    condition: "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
    sqlState: "42KDE",
    problem: `Window function is not supported in ${window.toUpperCase()} on streaming DataFrames/Datasets.`,
    reason: "Rows that come later belong to windows that were written.",
    cure: "Make the query a materialized view over the streaming table; for the newest row of a key write AUTO CDC.",
    parameters: { windowFunc: window },
  });
}

const WHOLE: Readonly<Record<string, readonly [string, string]>> = {
  DISTINCT: [
    "Rows would have to be compared with those of all earlier batches.",
    "Make a materialized view, or write AUTO CDC with the columns as its keys.",
  ],
  "ORDER BY": ["Rows of a table have no order.", "Leave it out, and order where the rows are read."],
  "LIMIT or OFFSET": ["Each batch would have its own first rows.", "Leave it out, or make a materialized view."],
};

/** What needs all rows: throws UNSUPPORTED_FEATURE.STREAMING for a stream. */
export function wholeShape(shape: StreamingShape, what: string): StreamingShape {
  if (!shape.isStreaming) return STATIC;
  const [reason, cure] = WHOLE[what] ?? ["It needs all rows.", "Make a materialized view."];
  throw unsupported(`${what} on streaming rows`, reason, cure);
}

export function unsupported(what: string, reason: string, cure: string): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.STREAMING",
    sqlState: "0A000",
    problem: `${what} is not supported.`,
    reason,
    cure,
    parameters: { operation: what },
  });
}
