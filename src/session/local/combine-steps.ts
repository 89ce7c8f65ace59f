/** Steps of two inputs: joins, and unions and their like. */
import type { Plan } from "../../dataframe/plan.js";
import { quoteName } from "../../schema/type-text.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { attributesNamed, type CompiledPlan, isPlanQualifier, sameName, visible } from "./compiled-plan.js";
import { asOuter, type SparkStep } from "./spark-step.js";

const LEFT = "__left";
const RIGHT = "__right";

export async function joined(
  step: SparkStep,
  plan: Extract<Plan, { kind: "join" }>,
  left: Relation,
  right: Relation,
): Promise<CompiledPlan> {
  const type = plan.type.replace("-", " ").toUpperCase();
  const given = new Map([
    [LEFT, left],
    [RIGHT, right],
  ]);
  if (!plan.using) {
    const on = plan.on === undefined ? "" : ` ON ${plan.on}`;
    return step.query(`SELECT * FROM ${LEFT} ${type} JOIN ${RIGHT}${on}`, given);
  }
  const using = ` USING (${plan.using.map(quoteName).join(", ")})`;
  if (plan.type === "left-semi" || plan.type === "left-anti") {
    return step.query(`SELECT * FROM ${LEFT} ${type} JOIN ${RIGHT}${using}`, given);
  }
  return joinedUsing(
    step,
    `${LEFT} ${plan.type === "cross" ? "INNER" : type} JOIN ${RIGHT}${using}`,
    plan.using,
    left,
    right,
  );
}

/** The keys of both sides stay reachable by their DataFrame: `orders.col("id")` beside the one `id` of the result. */
async function joinedUsing(
  step: SparkStep,
  from: string,
  using: readonly string[],
  left: Relation,
  right: Relation,
): Promise<CompiledPlan> {
  const sides = [withSide(left, "#left"), withSide(right, "#right")] as const;
  const keys = [
    ...attributesNamedOnce(left, using).map((one) => ({ one, side: "#left" })),
    ...attributesNamedOnce(right, using).map((one) => ({ one, side: "#right" })),
  ];
  const list = keys.map(({ one, side }) => `${quoteName(side)}.${quoteName(one.name)}`);
  const { relation, ordered } = await step.query(
    `SELECT ${["*", ...list].join(", ")} FROM ${from}`,
    new Map([
      [LEFT, sides[0]],
      [RIGHT, sides[1]],
    ]),
  );
  const shown = relation.output.length - keys.length;
  const hidden = keys.map(({ one }, i): Attribute => {
    const column = relation.output[shown + i] ?? one;
    return { ...column, qualifiers: one.qualifiers, hidden: true, qualifiedOnly: true };
  });
  return {
    relation: { ...relation, output: [...relation.output.slice(0, shown).map(withoutSide), ...hidden] },
    ordered,
  };
}

function attributesNamedOnce(relation: Relation, names: readonly string[]): readonly Attribute[] {
  const found = names.map((name) => visible(relation).filter((one) => sameName(one.name, name)));
  return found.every((one) => one.length === 1) ? found.flat() : [];
}

function withSide(relation: Relation, side: string): Relation {
  return { ...relation, output: relation.output.map((one) => ({ ...one, qualifiers: [...one.qualifiers, [side]] })) };
}

function withoutSide(attribute: Attribute): Attribute {
  const sides = ["#left", "#right"];
  return { ...attribute, qualifiers: attribute.qualifiers.filter((one) => !sides.includes(one[0] ?? "")) };
}

export async function combined(
  step: SparkStep,
  plan: Extract<Plan, { kind: "set" }>,
  left: Relation,
  right: Relation,
): Promise<CompiledPlan> {
  const operator = `${plan.operator.toUpperCase()}${plan.all ? " ALL" : ""}${plan.byName ? " BY NAME" : ""}`;
  if (plan.byName && !plan.allowMissingColumns) {
    attributesNamed(
      right,
      visible(left).map((one) => one.name),
    );
    attributesNamed(
      left,
      visible(right).map((one) => one.name),
    );
  }
  const [first, second] = plan.allowMissingColumns
    ? [missingAsNull(left, right, LEFT), missingAsNull(right, left, RIGHT)]
    : [`SELECT * FROM ${LEFT}`, `SELECT * FROM ${RIGHT}`];
  const given = new Map([
    [LEFT, left],
    [RIGHT, right],
  ]);
  const both = await step.query(`${first} ${operator} ${second}`, given);
  const own = visible(left);
  // The columns are the left side's, its aliases and DataFrames included.
  const output = both.relation.output.map((one, i) => ({ ...one, qualifiers: own[i]?.qualifiers ?? [] }));
  return { ...both, relation: { ...both.relation, output } };
}

function missingAsNull(relation: Relation, other: Relation, name: string): string {
  const missing = visible(other).filter((one) => !visible(relation).some((mine) => sameName(mine.name, one.name)));
  return `SELECT *${missing.map((one) => `, NULL AS ${quoteName(one.name)}`).join("")} FROM ${name}`;
}

/** What an alias makes of a relation: it replaces earlier ones; DataFrames still find their columns. */
export function aliased(relation: Relation, name: string): Relation {
  const output = relation.output.map((one) => ({
    ...one,
    qualifiers: [[name], ...one.qualifiers.filter(isPlanQualifier)],
  }));
  return { ...relation, output };
}

/** The subquery's `outer()` columns are those of the input. */
export function joinedLaterally(
  step: SparkStep,
  plan: Extract<Plan, { kind: "lateral-join" }>,
  input: Relation,
): Promise<CompiledPlan> {
  const on = plan.on === undefined ? (plan.type === "left" ? " ON TRUE" : "") : ` ON ${plan.on}`;
  const text = `SELECT * FROM ${LEFT} ${plan.type.toUpperCase()} JOIN LATERAL ${plan.subquery} AS __lateral${on}`;
  return step.query(text, new Map([[LEFT, asOuter(input)]]));
}
