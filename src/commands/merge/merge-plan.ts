/** Decides a MERGE once table and source are known: schema, compiled clauses, and which rows have to be looked at. Pure. */
import type { Snapshot } from "../../delta/contract.js";
import type { ExpressionCompiler, ScopeRelation } from "../../engine/expression-compiler.js";
import type { SkippingPredicate } from "../../expression/skipping-predicate.js";
import { columnMappingMode } from "../../schema/column-mapping.js";
import type { StructType } from "../../schema/data-type.js";
import { schemaToJson } from "../../schema/schema-json.js";
import { isTypeWideningEnabled } from "../../schema/type-widening.js";
import type { TargetTable } from "../contract.js";
import { compileDeterministic } from "../expression-errors.js";
import { targetScope } from "../row-condition.js";
import { type RowCheck, uniqueNames } from "../row-query.js";
import { generatedColumns } from "../rules/generated-columns.js";
import { identityColumns } from "../rules/identity-columns.js";
import { rowChecks } from "../rules/row-checks.js";
import { checkStorable } from "../schema-evolution.js";
import { withMappedColumns } from "../table-metadata.js";
import { WHOLE_TABLE } from "../table-state.js";
import type { KeyPair } from "./key-ranges.js";
import { type CompiledClause, checkClauses, compileClauses } from "./merge-clauses.js";
import type { MergeIntoCommand } from "./merge-command.js";
import { schemaAfterMerge } from "./merge-schema.js";

export const SOURCE_ALIAS = "source";

export interface MergePlan {
  /** The table's schema after the merge. */
  readonly schema: StructType;
  readonly evolves: boolean;
  /** Engine SQL over `"target"` and `"source"`. */
  readonly condition: string;
  readonly matched: readonly CompiledClause[];
  readonly notMatched: readonly CompiledClause[];
  readonly notMatchedBySource: readonly CompiledClause[];
  /** Files for which it is not true hold no row that the merge has to look at. */
  readonly mayTouch: SkippingPredicate;
  /** Columns that are equal in each match; none where rows without a match are of interest, too. */
  readonly keys: readonly KeyPair[];
  /** True unless two source rows for one target row leave open what becomes of it. */
  readonly needsOneMatch: boolean;
  readonly checks: readonly RowCheck[];
  /** Identity columns to which the inserts give the next values, one a row. */
  readonly identities: ReadonlySet<string>;
}

/**
 * @throws DELTA_MERGE_MISSING_WHEN, NON_LAST_*_CLAUSE_OMIT_CONDITION, DELTA_MERGE_UNRESOLVED_EXPRESSION, DELTA_CONFLICT_SET_COLUMN,
 * DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED, AMBIGUOUS_REFERENCE, UNRESOLVED_COLUMN.
 */
export function planMerge(
  compiler: ExpressionCompiler,
  target: TargetTable,
  snapshot: Snapshot,
  source: StructType,
  command: MergeIntoCommand,
): MergePlan {
  checkClauses(command.clauses);
  const targetRows = targetScope(target, snapshot.schema, command.targetAlias);
  const sourceRows = sourceScope(source, command.sourceQualifier ?? []);
  const schema = evolvedSchema(snapshot, source, command, targetRows.qualifier);
  const both = [targetRows, sourceRows];
  const condition = compileDeterministic(compiler, command.condition, both, "search condition of MERGE operation");
  const clauses = compileClauses(command.clauses, {
    compiler,
    target: targetRows,
    source: sourceRows,
    schema,
    partitionColumns: snapshot.partitionColumns,
    evolves: command.withSchemaEvolution,
  });
  const matched = clauses.filter(({ when }) => when === "matched");
  const notMatchedBySource = clauses.filter(({ when }) => when === "not-matched-by-source");
  return {
    schema,
    evolves: schema !== snapshot.schema,
    condition: condition.sql,
    matched,
    notMatched: clauses.filter(({ when }) => when === "not-matched"),
    notMatchedBySource,
    // A row that matches nothing is of interest, too, where a clause asks for those.
    mayTouch: notMatchedBySource.length > 0 ? WHOLE_TABLE : (condition.skipping ?? WHOLE_TABLE),
    keys: notMatchedBySource.length > 0 ? [] : (condition.equalities ?? []),
    needsOneMatch: !(matched.length === 1 && matched[0]?.action === "delete" && matched[0].condition === undefined),
    checks: rowChecks(
      compiler,
      { schema, properties: snapshot.properties },
      { computed: computedColumns(schema, clauses) },
    ),
    identities: givenIdentities(schema, clauses),
  };
}

/** The table's own schema where nothing is new in the other. */
function evolvedSchema(
  { schema, properties }: Snapshot,
  source: StructType,
  { clauses, withSchemaEvolution }: MergeIntoCommand,
  qualifier: readonly string[],
): StructType {
  const widens = isTypeWideningEnabled(properties);
  const evolved = schemaAfterMerge(schema, source, clauses, withSchemaEvolution, qualifier, widens);
  if (schemaToJson(evolved) === schemaToJson(schema)) return schema;
  checkStorable(evolved, columnMappingMode(properties) !== undefined);
  return withMappedColumns(evolved, properties);
}

/** Generated columns that no clause assigns: their values need no check. */
function computedColumns(schema: StructType, clauses: readonly CompiledClause[]): ReadonlySet<string> {
  const names = generatedColumns(schema).map(({ name }) => name);
  return new Set(names.filter((name) => clauses.every(({ given }) => !given.has(name))));
}

/** Identity columns to which inserts give the next values. */
function givenIdentities(schema: StructType, clauses: readonly CompiledClause[]): ReadonlySet<string> {
  const names = identityColumns(schema).map(({ name }) => name);
  const inserts = clauses.filter(({ action }) => action === "insert");
  return new Set(names.filter((name) => inserts.some(({ given }) => !given.has(name))));
}

/** The source's columns go by names that are unique, as its rows are kept. */
export function sourceScope(source: StructType, qualifier: readonly string[]): ScopeRelation {
  const names = uniqueNames(source);
  return {
    qualifier,
    schema: { kind: "struct", fields: source.fields.map((one, i) => ({ ...one, name: names[i] ?? one.name })) },
    engineAlias: SOURCE_ALIAS,
  };
}

/** True if no row of the table changes: the merge only adds. */
export function isInsertOnly({ matched, notMatchedBySource }: MergePlan): boolean {
  return matched.length === 0 && notMatchedBySource.length === 0;
}

/** Engine SQL of the code of the first clause whose condition is true; `otherwise` where there is none. */
export function codeSql(clauses: readonly CompiledClause[], otherwise: string): string {
  const open = clauses.find((one) => one.condition === undefined);
  const whens = clauses.flatMap(({ condition, code }) =>
    condition === undefined ? [] : [`WHEN ${condition} THEN ${code}`],
  );
  const last = open === undefined ? otherwise : String(open.code);
  return whens.length === 0 ? `CAST(${last} AS TINYINT)` : `CAST(CASE ${whens.join(" ")} ELSE ${last} END AS TINYINT)`;
}
