/** Steps that change what is a row and what a column: unpivot, transpose, another schema, columns by a pattern. */
import { patternOf } from "../../dataframe/column-pattern.js";
import { stringLiteral } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType, StructField } from "../../schema/data-type.js";
import { engineName, engineType } from "../../schema/engine-type.js";
import { quoteName, typeText } from "../../schema/type-text.js";
import { unresolvedColumn } from "../../sql/analysis/analysis-errors.js";
import { originsField } from "../../sql/analysis/origins.js";
import type { Expression } from "../../sql/ast.js";
import { parseExpression } from "../../sql/parse/parse.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { withNames } from "./column-steps.js";
import { type CompiledPlan, place, reference, sameName, visible } from "./compiled-plan.js";
import { carriedAttributes } from "./projection.js";
import { INPUT, type SparkStep } from "./spark-step.js";

/** A select list, `df.colRegex` written out. */
export function selectList(expressions: readonly string[], input: Relation): readonly Expression[] {
  return expressions.flatMap((text): readonly Expression[] => {
    const pattern = patternOf(text);
    if (pattern === undefined) return [parseExpression(text)];
    return input.output.flatMap((one, i) => (!one.hidden && pattern.test(one.name) ? [place(one, i)] : []));
  });
}

/** Throws UNPIVOT_REQUIRES_VALUE_COLUMNS, UNPIVOT_VALUE_DATA_TYPE_MISMATCH. */
export async function unpivoted(
  step: SparkStep,
  plan: Extract<Plan, { kind: "unpivot" }>,
  input: Relation,
): Promise<CompiledPlan> {
  const ids = new Set(carriedAttributes(plan.ids, input));
  const others = input.output.flatMap((one, i) =>
    one.hidden || ids.has(one) ? [] : [{ name: one.name, expression: reference(one, i) }],
  );
  const values = plan.values ?? others;
  if (values.length === 0) {
    throw new LakeletError({
      condition: "UNPIVOT_REQUIRES_VALUE_COLUMNS",
      sqlState: "42K0A",
      problem: "At least one value column needs to be specified for UNPIVOT, all columns specified as ids.",
    });
  }
  const cells = values.map(({ expression }, i) => `${expression} AS __v${i}`);
  const list = [...plan.ids, ...cells].map(parseExpression);
  const { relation } = await step.over({ ...input, output: visible(input) }, list, { byPlace: true });
  const places = values.map(({ name }, i) => `__v${i} AS ${quoteName(name)}`).join(", ");
  const [variable, value] = plan.names.map(quoteName);
  const text = `SELECT * FROM ${INPUT} UNPIVOT INCLUDE NULLS (${value} FOR ${variable} IN (${places}))`;
  return step.query(text, new Map([[INPUT, relation]]));
}

const TRANSPOSE_LIMIT = 500;

/** Throws TRANSPOSE_NO_LEAST_COMMON_TYPE, TRANSPOSE_EXCEED_ROW_LIMIT. */
export async function transposed(
  step: SparkStep,
  plan: Extract<Plan, { kind: "transpose" }>,
  input: Relation,
): Promise<CompiledPlan> {
  const shown = visible(input);
  const [first] = shown;
  const index = plan.index ?? quoteName(first?.name ?? "");
  const [key] = carriedAttributes([index], input);
  const others = shown.filter((one) => one !== key);
  requireOneType(others);
  const names = await step.values(
    `SELECT CAST(${index} AS STRING) FROM ${INPUT} WHERE ${index} IS NOT NULL ORDER BY ${index}`,
    input,
  );
  if (names.length > TRANSPOSE_LIMIT) throw tooManyRows();
  if (others.length === 0) {
    const none = names.map((_, i) => `CAST(NULL AS STRING) AS v${i}`);
    const { relation } = await step.query(`SELECT ${["'' AS key", ...none].join(", ")} WHERE FALSE`);
    return { relation: withNames(relation, ["key", ...names.map(String)]), ordered: true };
  }
  const values = `array(${others.map((one) => quoteName(one.name)).join(", ")})`;
  const row = `struct(${index} AS i, monotonically_increasing_id() AS n, ${values} AS v)`;
  const rows = others.map((one, c) => {
    const cells = names.map((_, r) => `rs[${r}].v[${c}] AS v${r}`);
    return `struct(${[`${stringLiteral(one.name)} AS key`, ...cells].join(", ")})`;
  });
  const sorted = `SELECT sort_array(collect_list(r)) AS rs FROM (SELECT ${row} AS r FROM ${INPUT} WHERE ${index} IS NOT NULL)`;
  const { relation } = await step.query(`SELECT inline(array(${rows.join(", ")})) FROM (${sorted})`, given(input));
  return { relation: withNames(relation, ["key", ...names.map(String)]), ordered: true };
}

function given(input: Relation): ReadonlyMap<string, Relation> {
  return new Map([[INPUT, input]]);
}

/** Numbers go together, and everything with its like; text is never what others become. */
function requireOneType(columns: readonly Attribute[]): void {
  const [first] = columns;
  const odd = columns.find((one) => first !== undefined && familyOf(one) !== familyOf(first));
  if (first === undefined || odd === undefined) return;
  throw new LakeletError({
    condition: "TRANSPOSE_NO_LEAST_COMMON_TYPE",
    sqlState: "42K09",
    problem: `Transpose requires non-index columns to share a least common type, but ${typeName(first)} and ${typeName(odd)} do not.`,
    cure: "Select columns of one type, or cast them first.",
    parameters: { dt1: typeName(first), dt2: typeName(odd) },
  });
}

const NUMBERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);
const NESTED: ReadonlySet<string> = new Set(["array", "map", "struct", "variant"]);
const TIMES: ReadonlySet<string> = new Set(["date", "timestamp", "timestamp_ntz"]);

function familyOf({ dataType }: Attribute): string {
  if (NUMBERS.has(dataType.kind)) return "number";
  return TIMES.has(dataType.kind) ? "time" : dataType.kind;
}

function typeName({ dataType }: Attribute): string {
  return `"${typeText(dataType).toUpperCase()}"`;
}

function tooManyRows(): LakeletError {
  return new LakeletError({
    condition: "TRANSPOSE_EXCEED_ROW_LIMIT",
    sqlState: "54006",
    problem: `Number of rows exceeds the allowed limit of ${TRANSPOSE_LIMIT} for TRANSPOSE.`,
    cure: "Filter or aggregate the rows first.",
  });
}

/** Each field of the schema from the column of its name, by store assignment. */
export function inSchema(step: SparkStep, { schema }: Extract<Plan, { kind: "to-schema" }>, input: Relation): Relation {
  const { compiler } = step.runtime.commandContext();
  const columns = schema.fields.map((field) => {
    const column = visible(input).find((one) => sameName(one.name, field.name));
    if (column === undefined && !field.nullable) {
      throw unresolvedColumn(
        [field.name],
        visible(input).map((one) => [one.name]),
      );
    }
    if (column?.nullable && !field.nullable) throw nullable(field.name);
    if (column === undefined) return { field, sql: `CAST(NULL AS ${engineType(field.dataType)})` };
    requireAssignable(column, field);
    return { field, sql: compiler.storeAssignment(stored(column), field.dataType, field.name) };
  });
  const typed = columns.map(({ field, sql }) => `${sql} AS ${engineName(field.name)}`);
  const output = schema.fields.map(({ name, dataType, nullable: can }) => ({
    ...originsField(visible(input).find((one) => sameName(one.name, name))?.origins),
    name,
    dataType,
    nullable: can,
    engineName: name,
    qualifiers: [],
  }));
  return { sql: `(SELECT ${typed.join(", ")} FROM ${input.sql} AS "q")`, output };
}

function stored(column: Attribute) {
  return { sql: `"q".${engineName(column.engineName)}`, dataType: column.dataType };
}

/** Spark's ANSI store assignment, which is stricter than that of Delta tables: text becomes nothing else. */
function requireAssignable({ dataType: from }: Attribute, field: StructField): void {
  if (isAssignable(from, field.dataType)) return;
  throw new LakeletError({
    condition: "INVALID_COLUMN_OR_FIELD_DATA_TYPE",
    sqlState: "42000",
    problem: `Column or field ${quoteName(field.name)} is of type "${typeText(from).toUpperCase()}" while it's required to be "${typeText(field.dataType).toUpperCase()}".`,
    cure: "Cast the column first.",
  });
}

function isAssignable(from: DataType, to: DataType): boolean {
  if (from.kind === to.kind) {
    if (from.kind === "array" && to.kind === "array") return isAssignable(from.elementType, to.elementType);
    if (from.kind === "map" && to.kind === "map")
      return isAssignable(from.keyType, to.keyType) && isAssignable(from.valueType, to.valueType);
    if (from.kind === "struct" && to.kind === "struct") {
      return to.fields.every((field) => {
        const own = from.fields.find((one) => sameName(one.name, field.name));
        return own === undefined ? field.nullable : isAssignable(own.dataType, field.dataType);
      });
    }
    return true;
  }
  if (from.kind === "void") return true;
  if (NESTED.has(from.kind) || NESTED.has(to.kind)) return false;
  if (to.kind === "string") return true;
  return (NUMBERS.has(from.kind) && NUMBERS.has(to.kind)) || (TIMES.has(from.kind) && TIMES.has(to.kind));
}

function nullable(name: string): LakeletError {
  return new LakeletError({
    condition: "NULLABLE_COLUMN_OR_FIELD",
    sqlState: "42000",
    problem: `Column or field ${quoteName(name)} is nullable while it's required to be non-nullable.`,
    cure: "Make the field of the schema nullable, or coalesce the column first.",
    parameters: { name: quoteName(name) },
  });
}
