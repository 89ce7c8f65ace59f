/** Predicates over partition values and file statistics that prove that a file holds no row of interest. */

/** A comparable constant: text in the protocol's partition-value form, with its type's kind. */
export type SkippingLiteral = string | number | bigint | boolean;

/** Column path from the root: top-level name and struct fields below it. */
export type ColumnPath = readonly string[];

/**
 * Three-valued: a file is skipped only if the predicate is surely not true for each of its rows. `unknown` never skips.
 * Literals are in the form of partition values: dates `2024-01-15`, timestamps ISO with `Z`, decimals as exact text, numbers as number or bigint.
 */
export type SkippingPredicate =
  | {
      readonly kind: "compare";
      readonly operator: "=" | "<=>" | "<" | "<=" | ">" | ">=" | "<>";
      readonly column: ColumnPath;
      readonly value: SkippingLiteral;
    }
  | { readonly kind: "in"; readonly column: ColumnPath; readonly values: readonly SkippingLiteral[] }
  | { readonly kind: "is-null"; readonly column: ColumnPath }
  | { readonly kind: "is-not-null"; readonly column: ColumnPath }
  | { readonly kind: "starts-with"; readonly column: ColumnPath; readonly prefix: string }
  | { readonly kind: "and" | "or"; readonly operands: readonly SkippingPredicate[] }
  | { readonly kind: "not"; readonly operand: SkippingPredicate }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "unknown" };
