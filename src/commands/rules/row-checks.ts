/** Every condition that a table puts on its rows: NOT NULL, CHECK constraints, invariants, lengths, and generated columns. */
import type { CompiledExpression, ExpressionCompiler } from "../../engine/expression-compiler.js";
import type { StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { notNullChecks, type RowCheck } from "../row-query.js";
import { baseColumns, generatedColumns, generatedViolation, generationExpression } from "./generated-columns.js";
import { lengthChecks } from "./length-limits.js";
import { nonBooleanConstraint, raiseWith } from "./rule-errors.js";

export const CONSTRAINT_PREFIX = "delta.constraints.";

/** A snapshot will do; `schema` as the write leaves it. */
export interface RuledTable {
  readonly schema: StructType;
  /** The table's configuration, with the constraints in it. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface CheckedColumns {
  /** Columns whose values change; checks that read none of them are left out. Absent: all of them, as for new rows. */
  readonly changed?: ReadonlySet<string>;
  /** Generated columns whose values the write itself computed: these need no check. */
  readonly computed?: ReadonlySet<string>;
}

type ColumnCheck = RowCheck & { readonly columns: readonly string[] };

/**
 * The checks of each written row, over the alias `"row"` whose columns are the table's (see `checkedSelect`). A CHECK that is NULL is a
 * violation, other than in standard SQL.
 *
 * At run time: DELTA_NOT_NULL_CONSTRAINT_VIOLATED, DELTA_VIOLATE_CONSTRAINT_WITH_VALUES, DELTA_EXCEED_CHAR_VARCHAR_LIMIT.
 * @throws what compiling a constraint throws, e.g. UNRESOLVED_COLUMN where the write leaves out a column that it reads.
 */
export function rowChecks(
  compiler: ExpressionCompiler,
  table: RuledTable,
  { changed, computed }: CheckedColumns = {},
): readonly RowCheck[] {
  const { schema } = table;
  const isChanged = (column: string): boolean => changed === undefined || changed.has(column);
  const checks: readonly ColumnCheck[] = [
    ...lengthChecks(schema),
    ...constraintsOf(table).map((one) => expressionCheck(compiler, schema, one)),
    ...generatedColumns(schema).flatMap((column) =>
      computed?.has(column.name) ? [] : [generatedCheck(compiler, schema, column)],
    ),
  ];
  return [
    ...notNullChecks({ kind: "struct", fields: schema.fields.filter((column) => isChanged(column.name)) }),
    ...checks
      .filter(({ columns }) => changed === undefined || columns.some(isChanged))
      .map(({ violation, raise }) => ({ violation, raise })),
  ];
}

interface Constraint {
  /** As messages show it. */
  readonly name: string;
  readonly expression: string;
}

/** The table's CHECK constraints, and the invariants of its columns. */
function constraintsOf({ schema, properties }: RuledTable): readonly Constraint[] {
  return [...checkConstraints(properties), ...invariantsOf(schema)];
}

export function checkConstraints(properties: RuledTable["properties"]): readonly Constraint[] {
  return Object.entries(properties)
    .filter(([key]) => key.toLowerCase().startsWith(CONSTRAINT_PREFIX))
    .map(([key, expression]) => ({ name: key.slice(CONSTRAINT_PREFIX.length), expression }));
}

/** Invariants stand in the metadata of columns and of fields in structs, and name columns of the table. */
function invariantsOf({ fields }: StructType): readonly Constraint[] {
  return fields.flatMap(({ metadata, dataType }) => {
    const own = metadata["delta.invariants"];
    const expression = typeof own === "string" ? invariantExpression(own) : undefined;
    const nested = dataType.kind === "struct" ? invariantsOf(dataType) : [];
    return expression === undefined ? nested : [{ name: `EXPRESSION(${expression})`, expression }, ...nested];
  });
}

/** `{"expression":{"expression":"x > 3"}}` */
function invariantExpression(json: string): string | undefined {
  const parsed: unknown = JSON.parse(json);
  const inner = fieldIn(fieldIn(parsed, "expression"), "expression");
  return typeof inner === "string" ? inner : undefined;
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A constraint over the alias `"row"`, or another. Throws DELTA_NON_BOOLEAN_CHECK_CONSTRAINT. */
export function compileConstraint(
  compiler: ExpressionCompiler,
  schema: StructType,
  { name, expression }: Constraint,
  engineAlias = "row",
): CompiledExpression {
  const compiled = compiler.compile(expression, [{ qualifier: [], schema, engineAlias }]);
  if (compiled.dataType.kind !== "boolean") throw nonBooleanConstraint(name, expression);
  return compiled;
}

function expressionCheck(compiler: ExpressionCompiler, schema: StructType, constraint: Constraint): ColumnCheck {
  const compiled = compileConstraint(compiler, schema, constraint);
  const columns = [...new Set(compiled.references.map((one) => one.column))];
  return {
    violation: `(${compiled.sql}) IS NOT TRUE`,
    raise: violated(`${constraint.name} (${constraint.expression})`, columns),
    columns,
  };
}

function generatedCheck(
  compiler: ExpressionCompiler,
  schema: StructType,
  column: StructType["fields"][number],
): ColumnCheck {
  const columns = [...baseColumns(compiler, column, schema), column.name];
  return {
    violation: generatedViolation(compiler, column, schema),
    raise: violated(`Generated Column (${column.name} <=> ${generationExpression(column)})`, columns),
    columns,
  };
}

function violated(constraint: string, columns: readonly string[]): string {
  const values = columns.flatMap((name) => [`'\n - ${name.replaceAll("'", "''")} : '`, `"row".${engineName(name)}`]);
  return raiseWith(
    "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES",
    "23001",
    `CHECK constraint ${constraint} violated by row with values:`,
    values,
    "",
  );
}
