/** Keys that rows under audit have more than once, or that the table they come to has already. */
import { LakeletError } from "../errors/lakelet-error.js";
import { columnOf, type Evaluation, published } from "./audited-rows.js";
import type { WriteRule } from "./expectation.js";
import { columnWhereKnown } from "./rule-column.js";

export type UniqueRule = Extract<WriteRule, { kind: "unique" }>;

/** Engine SQL of those keys: k0, k1 ... and `n`, the number of audited rows with it. A key with a null among its columns is none. */
export async function repeatedKeys(rule: UniqueRule, evaluation: Evaluation): Promise<string> {
  const keys = rule.columns.map((column) => columnOf(column, evaluation).sql);
  const present = keys.map((key) => `${key} IS NOT NULL`).join(" AND ");
  const named = keys.map((key, i) => `${key} AS "k${i}"`).join(", ");
  const grouped = `SELECT ${named}, count(*) AS "n" FROM ${published(evaluation)} WHERE ${present} GROUP BY ${keys.join(", ")}`;
  const taken = await takenKeys(rule, evaluation);
  return taken === undefined
    ? `${grouped} HAVING count(*) > 1`
    : `SELECT * FROM (${grouped}) AS "own" WHERE "n" > 1 OR EXISTS (${taken})`;
}

/** Engine SQL: the rows of the table that have the key of "own"; undefined where none is to be looked for. */
async function takenKeys(rule: UniqueRule, { rows, surroundings, compiler }: Evaluation): Promise<string | undefined> {
  if (rule.within !== "table" || rows.tableKeeps === "none") return undefined;
  if (rows.tableKeeps !== "all") throw keepsSome(rule);
  const before = await surroundings.before();
  if (before === undefined) return undefined;
  const scope = { schema: before.schema, alias: "table", compiler };
  const keys = rule.columns.map((column) => columnWhereKnown(column, scope));
  if (keys.includes(undefined)) return undefined;
  const equal = keys.map((one, i) => `${one?.sql} = "own"."k${i}"`).join(" AND ");
  return `SELECT 1 FROM ${before.sql} AS "table" WHERE ${equal}`;
}

function keepsSome({ columns }: UniqueRule): LakeletError {
  return new LakeletError({
    condition: "UNSUPPORTED_FEATURE.UNIQUE_WITHIN_TABLE",
    sqlState: "0A000",
    problem: `unique(${columns.map((one) => JSON.stringify(one)).join(", ")}, { within: "table" }) cannot be asked of a write that replaces some of the table's rows.`,
    reason: "It is known for writes that append, and for those that make all rows anew.",
    cure: "Leave `within` out, and ask checkTable for unique after the write.",
  });
}
