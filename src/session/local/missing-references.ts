/** Spark lets `filter` and `orderBy` name columns that the select before them dropped: `df.select("name").orderBy("id")`. */
import type { Plan } from "../../dataframe/plan.js";
import { isLakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import { namesIn } from "../../sql/analysis/expression-tree.js";
import { parseExpression } from "../../sql/parse/parse.js";
import type { Relation } from "../../sql/relation.js";
import { type CompiledPlan, visible } from "./compiled-plan.js";
import { carriedAttributes } from "./projection.js";

type Reader = Extract<Plan, { kind: "filter" | "sort" }>;
type Compile = (plan: Plan) => Promise<CompiledPlan>;

/** Compiles a filter or sort; where a name is unknown, again over a select that keeps the column, which is dropped afterwards. */
export async function withMissingReferences(
  plan: Reader,
  input: Relation,
  run: (input: CompiledPlan) => Promise<CompiledPlan>,
  compile: Compile,
): Promise<CompiledPlan> {
  const whole: CompiledPlan = { relation: input, ordered: false };
  try {
    return await run(whole);
  } catch (error) {
    if (!isLakeletError(error, "UNRESOLVED_COLUMN")) throw error;
    const missing = textsOf(plan)
      .flatMap((text) => namesIn(parseExpression(text)))
      .map((parts) => parts.map(quoteName).join("."))
      .filter((text) => carriedAttributes([text], input, true).length === 0);
    const widened = await widen(plan.input, missing, compile);
    if (!widened) throw error;
    const { relation, ordered } = await run(await compile(widened));
    const kept = visible(input).length;
    const output = [...visible(relation).slice(0, kept), ...relation.output.filter((one) => one.hidden)];
    return { relation: { ...relation, output }, ordered };
  }
}

/** The same plan with further columns at its end; undefined where they are not to be had below. */
async function widen(plan: Plan, missing: readonly string[], compile: Compile): Promise<Plan | undefined> {
  switch (plan.kind) {
    case "filter":
    case "sort":
    case "limit": {
      const input = await widen(plan.input, missing, compile);
      return input && { ...plan, input };
    }
    case "project":
      return (await has(plan.input, missing, compile))
        ? { ...plan, expressions: [...plan.expressions, ...missing] }
        : undefined;
    case "drop": {
      const { relation } = await compile(plan);
      if (!(await has(plan.input, missing, compile))) return undefined;
      const kept = visible(relation).map((one) => quoteName(one.name));
      return { kind: "project", id: plan.id, input: plan.input, expressions: [...kept, ...missing] };
    }
    default:
      return undefined;
  }
}

async function has(plan: Plan, missing: readonly string[], compile: Compile): Promise<boolean> {
  const { relation } = await compile(plan);
  return missing.length > 0 && missing.every((text) => carriedAttributes([text], relation, true).length === 1);
}

function textsOf(plan: Reader): readonly string[] {
  if (plan.kind === "filter") return [plan.condition];
  return plan.keys.map((key) => key.text.replace(/ (ASC|DESC) NULLS (FIRST|LAST)$/, ""));
}
