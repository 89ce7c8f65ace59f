/** A condition over the rows of a table: compiled once, with what it says about files. */
import type { CompiledExpression, ExpressionCompiler, ScopeRelation } from "../engine/expression-compiler.js";
import type { SkippingPredicate } from "../expression/skipping-predicate.js";
import type { StructType } from "../schema/data-type.js";
import type { TargetTable } from "./contract.js";
import { compileDeterministic } from "./expression-errors.js";
import { WHOLE_TABLE } from "./table-state.js";

/** Alias of the table's rows in engine SQL. */
export const TARGET_ALIAS = "target";

export interface RowCondition {
  /** Spark text. */
  readonly text: string;
  readonly compiled: CompiledExpression;
  /** Files for which it is not true hold no row that the condition takes. */
  readonly mayTake: SkippingPredicate;
  /** True if it reads partition columns only, so that it takes all rows of a file or none. */
  readonly partitionOnly: boolean;
}

/** The parts by which Spark text may qualify the table's columns. */
export function qualifierOf(target: TargetTable, alias: string | undefined): readonly string[] {
  if (alias !== undefined) return [alias];
  const parts = target.name.match(/`(?:[^`]|``)*`|[^.`]+/g) ?? [target.name];
  return parts.map((part) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part));
}

export function targetScope(target: TargetTable, schema: StructType, alias: string | undefined): ScopeRelation {
  return { qualifier: qualifierOf(target, alias), schema, engineAlias: TARGET_ALIAS };
}

/** Throws what {@link compileDeterministic} and the compiler throw. */
export function compileCondition(
  compiler: ExpressionCompiler,
  text: string,
  scope: ScopeRelation,
  partitionColumns: readonly string[],
  operation: string,
): RowCondition {
  const compiled = compileDeterministic(compiler, text, [scope], operation);
  return {
    text,
    compiled,
    mayTake: compiled.skipping ?? WHOLE_TABLE,
    partitionOnly: compiled.references.every(({ column }) => partitionColumns.includes(column)),
  };
}

/** What a commit that read by this condition has read. */
export function readBy(condition: RowCondition | undefined): readonly SkippingPredicate[] {
  return [condition?.mayTake ?? WHOLE_TABLE];
}
