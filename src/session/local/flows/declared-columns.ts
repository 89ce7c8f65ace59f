/** The rows of a flow whose table has declared columns. */

import { LakeletError } from "../../../errors/lakelet-error.js";
import { findField, type StructType, sameType } from "../../../schema/data-type.js";
import { engineName, engineType } from "../../../schema/engine-type.js";
import { typeText } from "../../../schema/type-text.js";
import { parseSchema } from "../../../sql/parse/parse.js";
import type { FlowTarget } from "../../flow-contract.js";
import type { ReadQuery } from "../compiled-plan.js";

/**
 * Columns that the query lacks are NULL, so that a table gets those that were declared later.
 * @param byName false: the query's columns stand for the declared ones in their order
 * @throws DELTA_METADATA_MISMATCH for a column that is not declared, INSERT_COLUMN_ARITY_MISMATCH
 */
export function withDeclaredColumns(query: ReadQuery, declared: StructType, byName: boolean): ReadQuery {
  const given = query.schema.fields;
  if (!byName && given.length !== declared.fields.length) throw anotherNumber(declared, query.schema);
  const undeclared = byName ? given.filter(({ name }) => !findField(declared, name)) : [];
  if (undeclared.length > 0)
    throw notDeclared(
      undeclared.map(({ name }) => name),
      declared,
    );
  const columns = declared.fields.map((column, i) => {
    const found = byName ? findField(query.schema, column.name) : given[i];
    const field = { ...column, nullable: true, dataType: found?.dataType ?? column.dataType };
    const value = found ? `"q".${engineName(found.name)}` : `CAST(NULL AS ${engineType(column.dataType)})`;
    return { field, sql: `${value} AS ${engineName(column.name)}` };
  });
  const list = columns.map(({ sql }) => sql).join(", ");
  return {
    ...query,
    sql: `SELECT ${list} FROM (${query.sql}) AS "q"`,
    schema: { kind: "struct", fields: columns.map(({ field }) => field) },
  };
}

/**
 * A table keeps the types that it has: rows would be cast to them, whatever is declared.
 * @throws DELTA_FAILED_TO_MERGE_FIELDS
 */
export function checkDeclaredTypes(
  name: string,
  { schemaDdl }: Pick<FlowTarget, "schemaDdl">,
  existing: StructType,
): void {
  if (schemaDdl === undefined) return;
  for (const column of parseSchema(schemaDdl).fields) {
    const found = findField(existing, column.name);
    if (found === undefined || sameType(found.dataType, column.dataType)) continue;
    throw new LakeletError({
      condition: "DELTA_FAILED_TO_MERGE_FIELDS",
      sqlState: "22005",
      problem: `Failed to merge fields '${column.name}' and '${column.name}'.`,
      reason: `It is declared as ${typeText(column.dataType)}, and the table ${name} has it as ${typeText(found.dataType)}.`,
      cure: "Declare the type that the table has.",
      parameters: { currentField: column.name, updateField: column.name },
    });
  }
}

function notDeclared(names: readonly string[], declared: StructType): LakeletError {
  return new LakeletError({
    condition: "DELTA_METADATA_MISMATCH",
    sqlState: "42KDG",
    problem: `The query has columns that the table's definition does not declare: ${names.join(", ")}.`,
    reason: `Declared are: ${declared.fields.map(({ name }) => name).join(", ")}.`,
    cure: "Declare them, or leave them out of the query.",
  });
}

function anotherNumber(declared: StructType, given: StructType): LakeletError {
  const [own, actual] = [declared.fields.length, given.fields.length];
  return new LakeletError({
    condition: `INSERT_COLUMN_ARITY_MISMATCH.${actual > own ? "TOO_MANY" : "NOT_ENOUGH"}_DATA_COLUMNS`,
    sqlState: "21S01",
    problem: `The query has ${actual} columns, and the table's definition declares ${own}.`,
    cure: "Match them, or write BY NAME.",
  });
}
