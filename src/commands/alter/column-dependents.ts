/** Whether a table's CHECK constraints and generated columns stand in the way of a change of a column. */
import type { Snapshot } from "../../delta/contract.js";
import type { ExpressionCompiler } from "../../engine/expression-compiler.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import type { StructType } from "../../schema/data-type.js";
import type { FieldPath } from "../../schema/field-path.js";
import { changeFieldAt } from "../../schema/field-path.js";
import { generatedColumns, generationExpression } from "../rules/generated-columns.js";
import { checkConstraints } from "../rules/row-checks.js";
import { constraintDepends, generatedDepends } from "./alter-errors.js";

/**
 * An expression depends on a column if it means nothing without it. `schema`: the table's after the change, in which the column may be
 * renamed, gone, or (absent) of another type.
 * Throws DELTA_CONSTRAINT_DEPENDENT_COLUMN_CHANGE, DELTA_GENERATED_COLUMNS_DEPENDENT_COLUMN_CHANGE.
 */
export function checkNothingDepends(
  compiler: ExpressionCompiler,
  { schema: before, metadata }: Pick<Snapshot, "schema" | "metadata">,
  path: FieldPath,
  schema: StructType = changeFieldAt(before, path, () => undefined),
): void {
  const means = (expression: string): boolean => compiles(compiler, expression, schema);
  const constraints = checkConstraints(metadata.configuration).filter(({ expression }) => !means(expression));
  if (constraints.length > 0) throw constraintDepends(path.join("."), constraints);
  const generated = generatedColumns(before)
    .filter((one) => !(path.length === 1 && one.name === path[0]))
    .map((one) => ({ name: one.name, expression: generationExpression(one) ?? "" }))
    .filter(({ expression }) => !means(expression));
  if (generated.length > 0) throw generatedDepends(path.join("."), generated);
}

function compiles(compiler: ExpressionCompiler, expression: string, schema: StructType): boolean {
  try {
    compiler.compile(expression, [{ qualifier: [], schema, engineAlias: "row" }]);
    return true;
  } catch (error) {
    if (error instanceof LakeletError) return false;
    throw error;
  }
}
