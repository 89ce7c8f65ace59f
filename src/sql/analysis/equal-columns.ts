/** The columns of two relations that a condition requires to be equal: by them the files of a table can be told that hold no match. */
import type { ColumnReference, ScopeRelation } from "../../engine/expression-compiler.js";
import { type DataType, sameType } from "../../schema/data-type.js";
import type { Expression } from "../ast.js";
import { findColumn } from "./name-resolution.js";
import type { ScopeColumn } from "./scope.js";
import { conjuncts } from "./skipping.js";

type Pair = readonly [ColumnReference, ColumnReference];

const INTEGERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long"]);

/** `a.x = b.y` among the condition's conjuncts, where both are plain columns of one type, or integers; the first relation's column comes first. */
export function equalColumns(
  condition: Expression,
  columns: readonly ScopeColumn[],
  first: ScopeRelation | undefined,
): readonly Pair[] {
  return conjuncts(condition).flatMap((one): readonly Pair[] => {
    if (one.kind !== "call" || (one.name !== "=" && one.name !== "==")) return [];
    const [left, right] = one.args.map((operand) => plainColumn(operand, columns));
    if (!left || !right || left === right || !comparesAlike(left.dataType, right.dataType)) return [];
    const [own, other] = [referenceOf(left), referenceOf(right)];
    if (own.relation === first?.engineAlias && other.relation !== own.relation) return [[own, other]];
    return other.relation === first?.engineAlias && other.relation !== own.relation ? [[other, own]] : [];
  });
}

function comparesAlike(left: DataType, right: DataType): boolean {
  return sameType(left, right) || (INTEGERS.has(left.kind) && INTEGERS.has(right.kind));
}

function plainColumn(expression: Expression, columns: readonly ScopeColumn[]): ScopeColumn | undefined {
  if (expression.kind !== "column") return undefined;
  const match = findColumn(expression.parts, columns);
  return match && match.fields.length === 0 ? match.column : undefined;
}

function referenceOf({ id, name }: ScopeColumn): ColumnReference {
  return { relation: id.split("\u0001")[0] ?? "", column: name };
}
