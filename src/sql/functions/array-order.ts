/** Sorting arrays, their greatest and least elements. */
import { LakeletError } from "../../errors/lakelet-error.js";
import { array, type DataType, VOID } from "../../schema/data-type.js";
import { engineType } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import {
  type Argument,
  type FunctionContext,
  type FunctionEntry,
  isLambda,
  type Typed,
  type TypedLambda,
} from "../typed.js";
import { aBoolean, accept, anArray, expectCount, scalar, typedFrom } from "./argument.js";
import { notConstant, raise, unexpectedInputType } from "./function-errors.js";
import { bindParameters } from "./lambda-binding.js";
import { isOrderable, needsOrderKey, orderKey } from "./ordering.js";

const elementOf = (value: Typed | undefined): DataType =>
  value?.dataType.kind === "array" ? value.dataType.elementType : VOID;

/** The list in Spark's order; where nested NULLs matter, it is sorted by a key that stands before each element. */
function sorted(list: string, element: DataType, direction: "ASC" | "DESC", nulls: "FIRST" | "LAST"): string {
  if (!needsOrderKey(element)) return `list_sort(${list}, '${direction}', 'NULLS ${nulls}')`;
  const keyed = `list_transform(${list}, lambda sort_item: CASE WHEN sort_item IS NOT NULL THEN row(${orderKey("sort_item", element)}, sort_item) END)`;
  return `list_transform(list_sort(${keyed}, '${direction}', 'NULLS ${nulls}'), lambda sort_pair: sort_pair[2])`;
}

function checkOrderable(type: DataType, name: string): void {
  if (isOrderable(type)) return;
  throw new LakeletError({
    condition: "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
    sqlState: "42K09",
    problem: `The function \`${name}\` needs elements that have an order, and "${typeText(type).toUpperCase()}" has none.`,
    parameters: { functionName: `\`${name}\``, dataType: typeText(type) },
  });
}

const sortArray = scalar("sort_array", {
  takes: [anArray, aBoolean],
  optional: 1,
  gives: ([list]) => list?.dataType ?? array(VOID),
  sql([list = "NULL", ascending], [typed, flag], _context, name) {
    const element = elementOf(typed);
    checkOrderable(element, name);
    const [up, down] = [sorted(list, element, "ASC", "FIRST"), sorted(list, element, "DESC", "LAST")];
    if (!flag || flag.literal?.value === "true") return up;
    if (flag.literal?.value === "false") return down;
    if (!flag.literal && /"/.test(ascending ?? "")) throw notConstant(name, "ascendingOrder");
    return `(CASE WHEN ${ascending} THEN ${up} WHEN NOT ${ascending} THEN ${down} END)`;
  },
});

/** Insertion, element by element: the comparator is an expression of SQL and cannot be handed to the engine's sort. */
function sortedBy(list: Typed, comparator: TypedLambda, name: string): Typed {
  const element = elementOf(list);
  const item = { dataType: element, nullable: true };
  const compared = comparator.compile([item, item]);
  if (compared.dataType.kind !== "integer") {
    throw new LakeletError({
      condition: "DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE",
      sqlState: "42K09",
      problem: `The comparator of \`${name}\` must return "INT", not "${typeText(compared.dataType).toUpperCase()}".`,
      cure: "Return -1, 0 or 1.",
      parameters: { functionName: "`lambdafunction`", expectedType: '"INT"', actualType: typeText(compared.dataType) },
    });
  }
  const [one = "one", other = "other"] = comparator.engineParameters;
  const failure = raise("COMPARATOR_RETURNS_NULL", "22004", "'The comparator has returned a NULL.'");
  // `one` runs over what is sorted already, `other` is a list of the one element to insert.
  const body = bindParameters(comparator, compared.sql, [undefined, `${other}[1]`]);
  const order = compared.nullable ? `coalesce(${body}, ${failure})` : `(${body})`;
  const part = (test: string) => `list_filter(sorted_so_far, lambda ${one}: ${order} ${test})`;
  const merged = `list_concat(${part("<= 0")}, ${other}, ${part("> 0")})`;
  const singles = `list_transform(${list.sql}, lambda single_item: [single_item])`;
  const sql = `list_reduce(${singles}, lambda sorted_so_far, ${other}: ${merged}, CAST([] AS ${engineType(list.dataType)}))`;
  return typedFrom([list, compared], sql, list.dataType, list.nullable);
}

function arraySort(args: readonly Argument[], context: FunctionContext, name: string): Typed {
  expectCount(args, name, 1, 2);
  const [first, comparator] = args;
  if (first && !isLambda(first) && first.dataType.kind === "void") {
    throw unexpectedInputType(name, 0, 'the "ARRAY" type', first.dataType);
  }
  const list = accept(first as Argument, anArray, name, 0, context);
  if (comparator && isLambda(comparator)) return sortedBy(list, comparator, name);
  checkOrderable(elementOf(list), name);
  return typedFrom([list], sorted(list.sql, elementOf(list), "ASC", "LAST"), list.dataType);
}

const extreme = (names: string, engine: string, direction: "ASC" | "DESC"): FunctionEntry =>
  scalar(names, {
    takes: [anArray],
    gives: ([list]) => elementOf(list),
    nullable: true,
    sql([list = "NULL"], [typed], _context, name) {
      const element = elementOf(typed);
      checkOrderable(element, name);
      return needsOrderKey(element)
        ? `list_extract(${sorted(list, element, direction, "LAST")}, 1)`
        : `${engine}(${list})`;
    },
  });

export const arrayOrderFunctions: readonly FunctionEntry[] = [
  sortArray,
  { kind: "scalar", names: ["array_sort"], compile: arraySort },
  extreme("array_max", "list_max", "DESC"),
  extreme("array_min", "list_min", "ASC"),
];
