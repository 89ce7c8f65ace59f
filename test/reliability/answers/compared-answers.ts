/** Whether lakelet's answer is Spark's: the same values and types, or an error of the same family. */
import { isLakeletError } from "../../../src/errors/lakelet-error.js";
import { type Answer, sameValue } from "../../golden/replay.js";
import type { SparkAnswer } from "./spark-answers.js";

type Differs = Verdict & { readonly kind: "differs" };
export type Verdict =
  | { readonly kind: "same" }
  /** lakelet refuses by name what it does not have. */
  | { readonly kind: "refused"; readonly condition: string }
  /** `what` begins the same way for differences of the same kind: value, type, error, condition. */
  | {
      readonly kind: "differs";
      readonly what: "value" | "type" | "error" | "answered" | "condition";
      readonly detail: string;
      /** Number of an edge row that differs. */
      readonly row?: number;
    };

const SAME: Verdict = { kind: "same" };

export function conditionOf(error: unknown): string {
  return isLakeletError(error) ? error.condition : `INTERNAL ${String(error).slice(0, 300)}`;
}

const family = (condition: string): string => condition.split(".")[0] ?? condition;

/** By name: what lakelet does not have, and strings that hold what is no UTF-8, which it never has. */
const isRefusal = (condition: string): boolean =>
  condition.startsWith("UNSUPPORTED_") || condition === "INVALID_UTF8_STRING";

/** `row` is the number of the only row, where the answer is of one. */
export function compare(spark: SparkAnswer, own: Answer, row = 1): Verdict {
  const differs = (what: Differs["what"], detail: string): Verdict => ({ kind: "differs", what, detail, row });
  if ("unrecorded" in spark) return SAME;
  if ("error" in own) {
    const condition = conditionOf(own.error);
    if (isRefusal(condition) && !("error" in spark && spark.error.startsWith("UNSUPPORTED_"))) {
      return { kind: "refused", condition };
    }
    if (!("error" in spark)) {
      const rows = JSON.stringify(spark.rows).slice(0, 200);
      return differs("error", `lakelet: ${String(own.error).slice(0, 300)}; Spark: ${rows}`);
    }
    if (family(condition) === family(spark.error)) return SAME;
    // An exception of Java's that is no condition: any error of ours that is not the engine's surprise.
    const isNamed = !/^([A-Z][a-z]|_LEGACY_ERROR)/.test(spark.error);
    if (!isNamed && isLakeletError(own.error) && condition !== "INTERNAL_ERROR") return SAME;
    return differs("condition", `lakelet: ${condition}; Spark: ${spark.error}`);
  }
  if ("error" in spark) {
    const rows = JSON.stringify(own.rows).slice(0, 200);
    return differs("answered", `lakelet: ${rows}; Spark: ${spark.error} ${spark.message.slice(0, 150)}`);
  }
  const [mine, theirs] = [own.schema, spark.schema].map((one) =>
    one.map(({ type }) => type.replaceAll("`", "")).join(", "),
  );
  if (mine !== theirs) return differs("type", `lakelet: ${mine}; Spark: ${theirs}`);
  if (spark.rows.length !== own.rows.length) {
    return differs("value", `${own.rows.length} rows, in Spark ${spark.rows.length}`);
  }
  const different = spark.rows.flatMap((values, r) =>
    values.flatMap((value, c) => {
      const cell = own.rows[r]?.[c];
      const isMap = theirs?.includes("map<") === true;
      const shown = `row ${row + r}: lakelet ${JSON.stringify(cell)}, Spark ${JSON.stringify(value)}`;
      const [left, right] = isMap ? [sortedPairs(value), sortedPairs(cell)] : [value, cell];
      return sameValue(left, right) || sameNumbersText(left, right) ? [] : [{ row: row + r, shown }];
    }),
  );
  const [first] = different;
  if (first === undefined) return SAME;
  const detail = different
    .slice(0, 4)
    .map((one) => one.shown)
    .join("; ")
    .slice(0, 600);
  return { kind: "differs", what: "value", detail, row: first.row };
}

/** Spark hands the entries of a map to Python in an order of its own. */
function sortedPairs(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const inner = value.map(sortedPairs);
  const arePairs = inner.every((one) => Array.isArray(one) && one.length === 2);
  return arePairs ? inner.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : inner;
}

/** JDK 17 writes some doubles with more digits than they need (test/golden/spark/README.md). */
function sameNumbersText(spark: unknown, own: unknown): boolean {
  if (Array.isArray(spark) && Array.isArray(own)) {
    return (
      spark.length === own.length && spark.every((one, i) => sameValue(one, own[i]) || sameNumbersText(one, own[i]))
    );
  }
  // 2^53 itself is written either way.
  if (typeof spark === "number" && typeof own === "string") return String(spark) === own;
  if (typeof spark !== "string" || typeof own !== "string") return false;
  const shortest = (text: string): string => text.replace(/\d\.\d+E-?\d+/g, (one) => String(Math.fround(Number(one))));
  return /\dE-?\d/.test(spark) && shortest(spark) === shortest(own);
}
