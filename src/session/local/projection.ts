/** Which attributes of the input a select list carries over as they are. */
import type { ColumnExpression, Expression } from "../../sql/ast.js";
import { parseExpression } from "../../sql/parse/parse.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { visible } from "./compiled-plan.js";

/**
 * For each output column the input attribute that it is, or undefined for a computed one. An empty list where that cannot be told by position.
 * @param all a name stands for every attribute that it can mean (`drop("id")` after a join drops both)
 */
export function carriedAttributes(
  expressions: readonly string[],
  input: Relation,
  all = false,
): readonly (Attribute | undefined)[] {
  return carriedBy(expressions.map(parseExpression), input, all);
}

/** The same of parsed expressions. */
export function carriedBy(
  expressions: readonly Expression[],
  input: Relation,
  all = false,
): readonly (Attribute | undefined)[] {
  return expressions.flatMap((parsed): readonly (Attribute | undefined)[] => {
    if (parsed.kind === "star") return visible(input).filter((one) => matches(one, parsed.qualifier));
    if (parsed.kind === "column") return all ? candidates(parsed, input) : [only(candidates(parsed, input))];
    return [undefined];
  });
}

function candidates(column: ColumnExpression, input: Relation): readonly Attribute[] {
  const name = column.parts[column.parts.length - 1]?.toLowerCase();
  const qualifier = column.parts.slice(0, -1);
  return visible(input).filter((one) => one.name.toLowerCase() === name && matches(one, qualifier));
}

function only(found: readonly Attribute[]): Attribute | undefined {
  return found.length === 1 ? found[0] : undefined;
}

/** A qualifier means an attribute if one of the attribute's qualifiers ends with it. */
function matches(attribute: Attribute, qualifier: readonly string[]): boolean {
  if (qualifier.length === 0) return true;
  const wanted = qualifier.map((part) => part.toLowerCase());
  return attribute.qualifiers.some((one) => {
    const tail = one.slice(-wanted.length).map((part) => part.toLowerCase());
    return tail.length === wanted.length && tail.every((part, i) => part === wanted[i]);
  });
}
