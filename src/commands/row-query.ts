/** The SELECT of a write: source rows as the table's columns, the checks of each row, and the verdict that splits them. */
import type { EngineQuery } from "../engine/engine.js";
import type { StructField, StructType } from "../schema/data-type.js";
import { engineName } from "../schema/engine-type.js";
import { notNullViolation } from "./command-errors.js";
import { fieldOf } from "./stored-value.js";

export const VERDICT_COLUMN = "__lakelet_verdict";

/** A condition that no written row may fulfil; columns are reached through the alias `"row"`. */
export interface RowCheck {
  /** Engine SQL of a boolean: TRUE for a row that violates. */
  readonly violation: string;
  /** Engine SQL that raises the error. */
  readonly raise: string;
}

export interface RowQuery {
  readonly source: EngineQuery;
  /** The table's columns in order, each with engine SQL over the alias `"source"`. */
  readonly columns: readonly { readonly name: string; readonly sql: string }[];
  readonly checks: readonly RowCheck[];
  /** Engine SQL over `"source"`, see WriteHook; rows that it holds back are not checked. */
  readonly verdict?: string | undefined;
  /** Columns to leave out of the output: those of a partition that is known before. */
  readonly omit?: ReadonlySet<string>;
}

/** Engine SQL whose columns are the table's, and the verdict where there is one. */
export function rowQuerySql(query: RowQuery): string {
  const values = query.columns.map(({ name, sql }) => `${sql} AS ${engineName(name)}`);
  if (query.verdict !== undefined) values.push(`(${query.verdict}) AS ${engineName(VERDICT_COLUMN)}`);
  const rows = `SELECT ${values.join(", ")} FROM ${sourceRelation(query.source)}`;
  const kept = query.columns.filter(({ name }) => !query.omit?.has(name)).map(({ name }) => name);
  if (query.checks.length === 0 && kept.length === query.columns.length) return rows;
  return checkedSelect(rows, kept, query.checks, { verdict: query.verdict !== undefined });
}

/**
 * The columns of a query of rows, with checks. All of them ride on one column, which has to be written, so that none is optimised away: `carrier`,
 * or the first one. With `verdict` the rows have a verdict column, and only those without a verdict are checked.
 */
export function checkedSelect(
  rows: string,
  columns: readonly string[],
  checks: readonly RowCheck[],
  { verdict = false, carrier = columns[0] }: { readonly verdict?: boolean; readonly carrier?: string | undefined } = {},
): string {
  const guard = verdict ? `"row".${engineName(VERDICT_COLUMN)} IS NULL AND ` : "";
  const whens = checks.map(({ violation, raise }) => `WHEN ${guard}(${violation}) THEN ${raise}`);
  const selected = columns.map((name) => {
    const column = `"row".${engineName(name)}`;
    if (name !== carrier || whens.length === 0) return column;
    return `CASE ${whens.join(" ")} ELSE ${column} END AS ${engineName(name)}`;
  });
  if (verdict) selected.push(`"row".${engineName(VERDICT_COLUMN)}`);
  return `SELECT ${selected.join(", ")} FROM (${rows}) AS "row"`;
}

/** The source behind FROM as `"source"`, its columns under the names of its schema, made unique. */
export function sourceRelation(source: EngineQuery): string {
  return `(${source.sql}) AS "source"(${uniqueNames(source.schema).map(engineName).join(", ")})`;
}

/** Names of a schema's columns by which engine SQL can tell them apart: a repeated one takes a number. */
export function uniqueNames(schema: StructType): readonly string[] {
  const taken = new Set<string>();
  return schema.fields.map(({ name }) => {
    let unique = name;
    for (let n = 2; taken.has(unique.toLowerCase()); n++) unique = `${name}#${n}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** The NOT NULL columns of a schema, and NOT NULL fields within its structs, as checks of `"row"`. */
export function notNullChecks(schema: StructType): readonly RowCheck[] {
  return schema.fields.flatMap((column) =>
    checksOf(column, `"row".${engineName(column.name)}`, undefined, column.name),
  );
}

function checksOf(one: StructField, sql: string, parent: string | undefined, path: string): readonly RowCheck[] {
  const own: readonly RowCheck[] = one.nullable
    ? []
    : [
        {
          violation: parent === undefined ? `${sql} IS NULL` : `${parent} IS NOT NULL AND ${sql} IS NULL`,
          raise: notNullViolation(path),
        },
      ];
  if (one.dataType.kind !== "struct") return own;
  const nested = one.dataType.fields.flatMap((inner) =>
    checksOf(inner, fieldOf(sql, inner.name), sql, `${path}.${inner.name}`),
  );
  return [...own, ...nested];
}
