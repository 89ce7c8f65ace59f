/** Steps that take some of the rows and leave the columns. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { engineName } from "../../schema/engine-type.js";
import type { Relation } from "../../sql/relation.js";
import { attributesNamed } from "./compiled-plan.js";

/** One row of those that are equal in these columns. */
export function distinctOn(relation: Relation, names: readonly string[]): Relation {
  if (names.length === 0) return limited(relation, 1, 0);
  const keys = attributesNamed(relation, names).map((one) => engineName(one.engineName));
  return { ...relation, sql: `(SELECT DISTINCT ON (${keys.join(", ")}) * FROM ${relation.sql} AS "q")` };
}

/** Throws INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE. */
export function limited(relation: Relation, count: number, offset: number): Relation {
  const negative = count < 0 ? count : offset < 0 ? offset : undefined;
  if (negative !== undefined) {
    throw new LakeletError({
      condition: "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
      sqlState: "42K0E",
      problem: `The limit or offset must be 0 or more, not ${negative}.`,
      parameters: { v: String(negative) },
    });
  }
  const limit = count < Number.MAX_SAFE_INTEGER ? ` LIMIT ${count}` : "";
  return { ...relation, sql: `(SELECT * FROM ${relation.sql} AS "q"${limit}${offset > 0 ? ` OFFSET ${offset}` : ""})` };
}

/** The rows whose number, uniform in [0, 1) by their place and the seed, is at least `from` and below `to`. */
export function sampled(
  relation: Relation,
  { from, to, seed }: { readonly from: number; readonly to: number; readonly seed: number },
): Relation {
  const place = `hash(row_number() OVER (), CAST(${Math.trunc(seed)} AS BIGINT))`;
  const numbered = `SELECT *, CAST(${place} >> 11 AS DOUBLE) / 9007199254740992 AS "__place" FROM ${relation.sql} AS "q"`;
  const condition = `"__place" >= ${from} AND "__place" < ${to}`;
  return { ...relation, sql: `(SELECT * EXCLUDE ("__place") FROM (${numbered}) AS "q" WHERE ${condition})` };
}
