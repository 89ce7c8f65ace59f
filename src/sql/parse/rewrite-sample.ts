/** TABLESAMPLE: a share of the rows, a number of them, or a bucket, which Spark takes for a share. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Rewriting } from "./rewriting.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";

const LARGEST_INT = 2_147_483_647;
/** How far beyond 0 and 1 Spark lets a share be. */
const ROUNDING = 1e-6;

/** `TABLESAMPLE (10 PERCENT) REPEATABLE (7)`; the library takes its numbers as they are. */
export function sample(state: Rewriting): true {
  const { cursor } = state;
  const start = cursor.at;
  cursor.at += 2;
  const size = cursor.sees("BUCKET") ? bucket(cursor) : amount(cursor);
  if (!cursor.accept(")")) throw unsupportedSample();
  const seed = cursor.accept("REPEATABLE") ? cursor.listOf(() => cursor.integer("a seed"))[0] : undefined;
  const repeatable = seed === undefined ? "" : ` REPEATABLE ( ${seed} )`;
  state.out.write(`TABLESAMPLE ( ${size} )${repeatable}`, start);
  return true;
}

/** `10.5 PERCENT`, `5 ROWS` */
function amount(cursor: TokenCursor): string {
  const negative = cursor.accept("-");
  const size = cursor.next();
  const unit = cursor.next().upper;
  if (size.kind !== "number" || !(unit === "PERCENT" || unit === "ROWS")) throw unsupportedSample();
  const value = Number(size.value) * (negative ? -1 : 1);
  if (unit === "PERCENT") return percent(cursor, value / 100);
  if (!Number.isInteger(value) || value > LARGEST_INT) throw invalidRows("DATA_TYPE", "must be an INT");
  if (value < 0) throw invalidRows("IS_NEGATIVE", "must not be negative");
  return `${value} ROWS`;
}

/** `BUCKET 1 OUT OF 4` */
function bucket(cursor: TokenCursor): string {
  cursor.expect("BUCKET");
  const taken = cursor.integer("the bucket's number");
  cursor.expect("OUT", "OF");
  const all = cursor.integer("the number of buckets");
  if (!cursor.sees(")")) throw unsupportedSample();
  return percent(cursor, taken / all);
}

function percent(cursor: TokenCursor, share: number): string {
  if (!(share >= -ROUNDING && share <= 1 + ROUNDING)) {
    throw cursor.error("A sample's share of the rows must be between 0 and 100 percent.", undefined, cursor.at - 1);
  }
  return `${Math.min(Math.max(share, 0), 1) * 100} PERCENT`;
}

function invalidRows(kind: string, reason: string): LakeletError {
  return new LakeletError({
    condition: `INVALID_LIMIT_LIKE_EXPRESSION.${kind}`,
    sqlState: "42K0E",
    problem: `The number of rows of TABLESAMPLE ${reason}.`,
  });
}

function unsupportedSample(): LakeletError {
  return unsupportedFeature(
    "TABLESAMPLE",
    "This form of TABLESAMPLE",
    "Use TABLESAMPLE (n PERCENT), (n ROWS) or (BUCKET x OUT OF y).",
  );
}
