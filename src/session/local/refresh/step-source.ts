/** What a DataFrame's step reads, as an item of FROM, and how each of its columns is written over it. */
import type { Plan } from "../../../dataframe/plan.js";
import { mapExpressions } from "../../../sql/analysis/expression-tree.js";
import type { ColumnExpression, Expression, FromItem, Query } from "../../../sql/ast.js";
import { parseExpression } from "../../../sql/parse/parse.js";
import type { Attribute } from "../../../sql/relation.js";
import { sameName } from "../compiled-plan.js";
import { notLookedInto } from "./not-incremental.js";

/** The visible columns that a plan gives. */
export type OutputOf = (plan: Plan) => Promise<readonly Attribute[]>;

export interface PlanReader {
  readonly outputOf: OutputOf;
  readonly queryOf: (plan: Plan) => Promise<Query>;
}

export interface SourceColumn {
  readonly attribute: Attribute;
  readonly expression: ColumnExpression;
}

export interface StepSource {
  readonly item: FromItem;
  /** In the order of `*`. */
  readonly columns: readonly SourceColumn[];
}

type JoinPlan = Extract<Plan, { kind: "join" }>;

/** Throws NotIncremental. */
export async function sourceOf(plan: Plan, reader: PlanReader): Promise<StepSource> {
  const joined = joinIn(plan);
  if (joined) return renamedJoin(joined, await reader.outputOf(plan), reader, "");
  return itemOf(plan, await reader.outputOf(plan), reader);
}

async function itemOf(
  plan: Plan,
  output: readonly Attribute[],
  reader: PlanReader,
  alias?: string,
): Promise<StepSource> {
  const named = alias === undefined ? {} : { alias };
  const columns = output.map((attribute) => ({ attribute, expression: columnOf(attribute, alias) }));
  const inner = plan.kind === "alias" ? plan.input : plan;
  if (inner.kind === "table" && Object.keys(inner.options).length === 0)
    return { item: { kind: "table", name: inner.name, columns: [], ...named }, columns };
  const query = await reader.queryOf(inner);
  return { item: { kind: "subquery", query, lateral: false, columns: [], ...named }, columns };
}

function columnOf({ name }: Attribute, alias?: string): ColumnExpression {
  return { kind: "column", parts: alias === undefined ? [name] : [alias, name] };
}

/** @param place tells the sides of a tree of joins apart */
async function joinOf(plan: JoinPlan, reader: PlanReader, place: string): Promise<StepSource> {
  const left = await sideOf(plan.left, reader, `${place}l`);
  const right = await sideOf(plan.right, reader, `${place}r`);
  const { type, on, using } = plan;
  const item: FromItem = {
    kind: "join",
    type,
    natural: false,
    left: left.item,
    right: right.item,
    ...(on === undefined ? {} : { on: expressionOf(on, [...left.columns, ...right.columns]) }),
    ...(using === undefined ? {} : { using }),
  };
  const output = await reader.outputOf(plan);
  const expressions = joinedColumns(plan, left, right);
  const isSame = expressions.every(({ parts }, i) => sameName(parts.at(-1) ?? "", output[i]?.name ?? ""));
  if (!isSame || expressions.length !== output.length) throw notLookedInto();
  return { item, columns: withAttributes(expressions, output) };
}

/** The columns of `*` over the join: with USING the keys come first, and are of no side. */
function joinedColumns({ type, using = [] }: JoinPlan, left: StepSource, right: StepSource): ColumnExpression[] {
  const isKey = (name: string) => using.some((one) => sameName(one, name));
  const of = ({ columns }: StepSource) => columns.map((one) => one.expression);
  if (type === "left-semi" || type === "left-anti") return of(left);
  if (using.length === 0) return [...of(left), ...of(right)];
  const rest = (side: StepSource) =>
    side.columns.filter(({ attribute }) => !isKey(attribute.name)).map((one) => one.expression);
  return [...using.map((name): ColumnExpression => ({ kind: "column", parts: [name] })), ...rest(left), ...rest(right)];
}

/** A side under a name of its own, so that each column can be told from that of the other. */
async function sideOf(plan: Plan, reader: PlanReader, place: string): Promise<StepSource> {
  const output = await reader.outputOf(plan);
  const joined = joinIn(plan);
  if (joined) return renamedJoin(joined, output, reader, place);
  const names = output.map((one) => one.name.toLowerCase());
  // Two columns of one name could not be told apart behind the alias.
  if (new Set(names).size < names.length) throw notLookedInto();
  return itemOf(plan, output, reader, `__lakelet_frame_${place}`);
}

/** The join that the plan is, perhaps under another name. */
function joinIn(plan: Plan): JoinPlan | undefined {
  if (plan.kind === "alias") return joinIn(plan.input);
  return plan.kind === "join" ? plan : undefined;
}

/** @param output the join's columns as an alias has them */
async function renamedJoin(
  plan: JoinPlan,
  output: readonly Attribute[],
  reader: PlanReader,
  place: string,
): Promise<StepSource> {
  const { item, columns } = await joinOf(plan, reader, place);
  return {
    item,
    columns: withAttributes(
      columns.map((one) => one.expression),
      output,
    ),
  };
}

function withAttributes(
  expressions: readonly ColumnExpression[],
  output: readonly Attribute[],
): readonly SourceColumn[] {
  return output.flatMap((attribute, i) => {
    const expression = expressions[i];
    return expression === undefined ? [] : [{ attribute, expression }];
  });
}

/** The text as a tree whose qualified columns are those of the source, be they meant by an alias or by a DataFrame (`#12`.`k`). */
export function expressionOf(text: string, columns: readonly SourceColumn[]): Expression {
  const plain = (one: Expression): Expression => {
    if (one.kind === "star" && one.qualifier.length > 0) throw notLookedInto();
    if (one.kind === "column" && one.parts.length > 1) return meant(one, columns);
    return mapExpressions(one, plain);
  };
  return plain(parseExpression(text));
}

/** The column as it is written over the source; a name that no column answers to may be a field of one. */
function meant(column: ColumnExpression, columns: readonly SourceColumn[]): Expression {
  const { parts } = column;
  const isOfFrame = parts[0]?.startsWith("#") ?? false;
  for (let end = parts.length; end > 1; end -= 1) {
    const found = columns.filter(({ attribute }) => isMeant(parts.slice(0, end), attribute));
    if (found.length > 1) throw notLookedInto();
    const [only] = found;
    if (only !== undefined) return { ...column, parts: [...only.expression.parts, ...parts.slice(end)] };
  }
  if (isOfFrame) throw notLookedInto();
  return column;
}

function isMeant(parts: readonly string[], { name, qualifiers }: Attribute): boolean {
  if (!sameName(parts.at(-1) ?? "", name)) return false;
  const qualifier = parts.slice(0, -1);
  return qualifiers.some((one) => {
    const tail = one.slice(-qualifier.length);
    return tail.length === qualifier.length && tail.every((part, i) => sameName(part, qualifier[i] ?? ""));
  });
}
