/** Steps that change the columns and leave the rows: new ones, other names, fewer of them. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { quoteName } from "../../schema/type-text.js";
import type { Expression } from "../../sql/ast.js";
import { parseExpression } from "../../sql/parse/parse.js";
import type { Relation } from "../../sql/relation.js";
import { attributesNamed, type CompiledPlan, place, sameName, visible } from "./compiled-plan.js";
import { carriedAttributes } from "./projection.js";
import { EVERY_COLUMN, type SparkStep } from "./spark-step.js";

export interface NewColumn {
  readonly name: string;
  readonly expression: string;
}

/** A new column of an existing name takes its place, the others go to the end. Throws COLUMN_ALREADY_EXISTS. */
export async function withColumns(
  step: SparkStep,
  columns: readonly NewColumn[],
  input: CompiledPlan,
): Promise<CompiledPlan> {
  if (columns.length === 0) return input;
  const twice = columns.find((one, i) => columns.findIndex((other) => sameName(one.name, other.name)) < i);
  if (twice) throw columnExists(twice.name);
  const list = columns.map((one) => named(one.name, one.expression));
  const { relation } = await step.over(input.relation, [EVERY_COLUMN, ...list]);
  const shown = visible(relation);
  const before = visible(input.relation).length;
  const added = shown.slice(before);
  const replaced = shown.slice(0, before).map((one) => added.find((other) => sameName(other.name, one.name)) ?? one);
  const appended = added.filter((one) => !replaced.includes(one));
  const hidden = relation.output.filter((one) => one.hidden);
  return { relation: { ...relation, output: [...replaced, ...appended, ...hidden] }, ordered: input.ordered };
}

function named(name: string, expression: string): Expression {
  return { kind: "alias", names: [name], operand: parseExpression(expression) };
}

/** Columns at some places (from 0) computed anew, the others as they are. */
export async function withPlaces(
  step: SparkStep,
  expressions: ReadonlyMap<number, string>,
  input: CompiledPlan,
): Promise<CompiledPlan> {
  if (expressions.size === 0) return input;
  const list = input.relation.output.flatMap((one, i) => {
    const expression = expressions.get(i);
    return one.hidden ? [] : [expression === undefined ? place(one, i) : named(one.name, expression)];
  });
  return { ...(await step.over(input.relation, list, { byPlace: true })), ordered: input.ordered };
}

/** One name after the other, so that a later pair sees what an earlier one made; a name that is not there is no error. */
export function renamed(relation: Relation, names: Readonly<Record<string, string>>): Relation {
  const output = relation.output.map((attribute) => {
    if (attribute.hidden) return attribute;
    const name = Object.entries(names).reduce(
      (before, [from, to]) => (sameName(before, from) ? to : before),
      attribute.name,
    );
    return name === attribute.name ? attribute : { ...attribute, name, qualifiers: [] };
  });
  return { ...relation, output };
}

/** Throws ASSIGNMENT_ARITY_MISMATCH. */
export function withNames(relation: Relation, names: readonly string[]): Relation {
  const shown = visible(relation);
  if (shown.length !== names.length) {
    throw new LakeletError({
      condition: "ASSIGNMENT_ARITY_MISMATCH",
      sqlState: "42802",
      problem: `The number of columns is ${shown.length}, that of the names ${names.length}.`,
      cure: "Give one name for each column.",
      parameters: { numTarget: String(names.length), numExpr: String(shown.length) },
    });
  }
  const output = shown.map((one, i) => ({ ...one, name: names[i] ?? one.name, qualifiers: [] }));
  return { ...relation, output: [...output, ...relation.output.filter((one) => one.hidden)] };
}

/** Names or column expressions; a name that is not there is no error, as in Spark. */
export function dropped(relation: Relation, columns: readonly string[]): Relation {
  const gone = new Set(columns.flatMap((text) => carriedAttributes([text], relation, true)));
  return { ...relation, output: relation.output.filter((one) => !gone.has(one)) };
}

/** Throws UNRESOLVED_COLUMN. */
export function withMetadata(relation: Relation, name: string, metadata: Readonly<Record<string, unknown>>): Relation {
  const named = new Set(attributesNamed(relation, [name]));
  return { ...relation, output: relation.output.map((one) => (named.has(one) ? { ...one, metadata } : one)) };
}

function columnExists(name: string): LakeletError {
  return new LakeletError({
    condition: "COLUMN_ALREADY_EXISTS",
    sqlState: "42711",
    problem: `The column ${quoteName(name.toLowerCase())} already exists.`,
    cure: "Choose another name or rename the existing column.",
    parameters: { columnName: quoteName(name.toLowerCase()) },
  });
}
