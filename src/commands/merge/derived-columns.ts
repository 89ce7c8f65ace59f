/** What a MERGE clause makes of the columns that it gives no value: generated anew, next identity, default, or as they are. Pure. */
import type { ExpressionCompiler } from "../../engine/expression-compiler.js";
import type { StructField, StructType } from "../../schema/data-type.js";
import { copiedColumn } from "../rewrite.js";
import { defaultValue } from "../rules/column-defaults.js";
import { baseColumns, columnsToGenerate, generatedColumns, generatedValue } from "../rules/generated-columns.js";
import {
  checkExplicitIdentity,
  checkIdentityNotAssigned,
  identityOf,
  identityValue,
} from "../rules/identity-columns.js";

export interface ClauseValue {
  /** Engine SQL. */
  readonly sql: string;
  readonly readsTarget: boolean;
}

type ClauseValues = ReadonlyMap<string, ClauseValue>;

/**
 * The row after an update: generated columns are computed anew where a base column is assigned and they are not.
 * Throws DELTA_IDENTITY_COLUMNS_UPDATE_NOT_SUPPORTED.
 */
export function updatedRow(compiler: ExpressionCompiler, schema: StructType, given: ClauseValues): ClauseValues {
  const names = new Set(given.keys());
  checkIdentityNotAssigned(schema, names);
  const values = new Map(given);
  for (const column of columnsToGenerate(compiler, schema, names)) {
    values.set(column.name, {
      sql: generatedValue(
        compiler,
        column,
        schema,
        (base) => given.get(base.name)?.sql ?? copiedColumn(base.name, schema),
      ),
      readsTarget: baseColumns(compiler, column, schema).some((name) => given.get(name)?.readsTarget ?? true),
    });
  }
  return values;
}

/** The inserted row. Throws DELTA_IDENTITY_COLUMNS_EXPLICIT_INSERT_NOT_SUPPORTED. */
export function insertedRow(compiler: ExpressionCompiler, schema: StructType, given: ClauseValues): ClauseValues {
  checkExplicitIdentity(schema, [...given.keys()]);
  const values = new Map(given);
  const put = (column: StructField, sql: string): void => {
    values.set(column.name, { sql, readsTarget: false });
  };
  const generated = new Set(generatedColumns(schema).map(({ name }) => name));
  const left = schema.fields.filter(({ name }) => !given.has(name));
  for (const column of left.filter(({ name }) => !generated.has(name))) {
    put(column, identityOf(column) === undefined ? defaultValue(compiler, column) : identityValue(column));
  }
  for (const column of left.filter(({ name }) => generated.has(name))) {
    put(
      column,
      generatedValue(compiler, column, schema, (base) => values.get(base.name)?.sql ?? "NULL"),
    );
  }
  return values;
}
