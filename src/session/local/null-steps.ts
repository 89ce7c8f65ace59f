/** `na.fill`, `na.drop` and `na.replace` as Spark SQL text over the input's attributes, each named by its place. */
import { literalText } from "../../dataframe/literal.js";
import type { Plan } from "../../dataframe/plan.js";
import type { DataType } from "../../schema/data-type.js";
import { typeText } from "../../schema/type-text.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { attributesNamed, reference, sameName } from "./compiled-plan.js";

const NUMERIC: ReadonlySet<string> = new Set(["byte", "short", "integer", "long", "float", "double", "decimal"]);

export function isNumeric(type: DataType): boolean {
  return NUMERIC.has(type.kind);
}

/**
 * Expressions by place. One value goes to the columns of its kind, a value for a named column is cast to its type; NaN counts as null.
 * Throws UNRESOLVED_COLUMN.
 */
export function compileNaFill(
  relation: Relation,
  plan: Extract<Plan, { kind: "na-fill" }>,
): ReadonlyMap<number, string> {
  attributesNamed(
    relation,
    plan.values.flatMap((one) => one.column ?? []),
  );
  return byPlace(relation, (attribute, column) => {
    const fill = plan.values.find(({ column: name, value, cast }) =>
      name === undefined
        ? fits(value, attribute.dataType)
        : sameName(name, attribute.name) && (cast === true || fits(value, attribute.dataType)),
    );
    if (!fill) return undefined;
    const type = typeText(attribute.dataType);
    const present = isFloating(attribute.dataType) ? `nanvl(${column}, NULL)` : column;
    return `coalesce(CAST(${present} AS ${type}), CAST(${literalText(fill.value)} AS ${type}))`;
  });
}

/** Condition of the rows that stay. Throws UNRESOLVED_COLUMN. */
export function compileNaDrop(relation: Relation, plan: Extract<Plan, { kind: "na-drop" }>): string {
  const wanted = plan.columns && new Set(attributesNamed(relation, plan.columns));
  const looked = relation.output.flatMap((attribute, i) => {
    if (attribute.hidden || (wanted && !wanted.has(attribute))) return [];
    const column = reference(attribute, i);
    const present = `${column} IS NOT NULL`;
    return [isFloating(attribute.dataType) ? `${present} AND NOT isnan(${column})` : present];
  });
  if (looked.length === 0) return "TRUE";
  const least = plan.minNonNulls === "any" ? looked.length : plan.minNonNulls === "all" ? 1 : plan.minNonNulls;
  return `(${looked.map((present) => `CASE WHEN ${present} THEN 1 ELSE 0 END`).join(" + ")}) >= ${least}`;
}

/** Expressions by place. Throws UNRESOLVED_COLUMN. */
export function compileNaReplace(
  relation: Relation,
  plan: Extract<Plan, { kind: "na-replace" }>,
): ReadonlyMap<number, string> {
  const wanted = plan.columns && new Set(attributesNamed(relation, plan.columns));
  const isText = plan.replacements.some(([from]) => from.startsWith("'"));
  const isBoolean = plan.replacements.some(([from]) => from === "TRUE" || from === "FALSE");
  return byPlace(relation, (attribute, column) => {
    const { dataType } = attribute;
    const kind = isText ? dataType.kind === "string" : isBoolean ? dataType.kind === "boolean" : isNumeric(dataType);
    if (!kind || (wanted && !wanted.has(attribute))) return undefined;
    const branches = plan.replacements.map(
      ([from, to]) => `WHEN ${column} = ${from} THEN CAST(${to} AS ${typeText(dataType)})`,
    );
    return `CASE ${branches.join(" ")} ELSE ${column} END`;
  });
}

function byPlace(
  relation: Relation,
  expression: (attribute: Attribute, column: string) => string | undefined,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  relation.output.forEach((attribute, i) => {
    const text = attribute.hidden ? undefined : expression(attribute, reference(attribute, i));
    if (text !== undefined) found.set(i, text);
  });
  return found;
}

function isFloating(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}

function fits(value: string | number | boolean | bigint, type: DataType): boolean {
  if (typeof value === "string") return type.kind === "string";
  if (typeof value === "boolean") return type.kind === "boolean";
  return isNumeric(type);
}
