/** Rows on their way through a SELECT: what stands behind FROM, the conditions so far, and the columns that can be named. */
import { engineName } from "../../schema/engine-type.js";
import type { Typed } from "../typed.js";
import { originsField, withOrigins } from "./origins.js";
import { type Analysis, FILE_NAME_COLUMN, type OutputColumn, type ScopeColumn } from "./scope.js";

export interface Block {
  /** Engine SQL behind FROM, "" for none; asked for at the end, as later clauses may still add aggregates to it. */
  from(): string;
  /** Engine alias, quoted, where FROM has just one. */
  readonly alias: string | undefined;
  readonly columns: readonly ScopeColumn[];
  readonly where: readonly string[];
}

export const NO_ROWS_BEHIND: Block = { from: () => "", alias: undefined, columns: [], where: [] };

/** `FROM ... WHERE ...` of a block, with a space before it. */
export function fromSql(block: Block): string {
  const from = block.from();
  const where = block.where.length > 0 ? ` WHERE ${block.where.join(" AND ")}` : "";
  return `${from === "" ? "" : ` FROM ${from}`}${where}`;
}

/** The columns of a relation behind an engine alias; ids are new, equal where they were equal before. */
export function columnsOf(
  output: readonly (OutputColumn & { readonly qualifiedOnly?: boolean })[],
  alias: string,
  analysis: Analysis,
): readonly ScopeColumn[] {
  const ids = new Map<string, string>();
  return output.map((column) => {
    const id = ids.get(column.id) ?? analysis.unique("c");
    ids.set(column.id, id);
    return { ...column, id, sql: `${alias}.${engineName(column.engineName)}` };
  });
}

/** What an alias makes of qualifiers: it replaces all but those of DataFrames (`#<plan id>`). */
export function requalified(columns: readonly ScopeColumn[], alias: string | undefined): readonly ScopeColumn[] {
  return columns.map((column) => ({
    ...column,
    qualifiers: [...(alias === undefined ? [] : [[alias]]), ...column.qualifiers.filter(isPlanQualifier)],
  }));
}

function isPlanQualifier(qualifier: readonly string[]): boolean {
  return qualifier.length === 1 && (qualifier[0]?.startsWith("#") ?? false);
}

/** The block with one alias, by which all its columns are reached. */
function withOneAlias(block: Block, analysis: Analysis): Block & { readonly alias: string } {
  if (block.alias !== undefined) return { ...block, alias: block.alias };
  const alias = engineName(analysis.unique("b"));
  const named = new Map<string, string>();
  for (const { sql } of block.columns) if (!named.has(sql)) named.set(sql, engineName(analysis.unique("v")));
  const list = [...named].map(([sql, name]) => `${sql} AS ${name}`).join(", ") || "1 AS _one";
  return {
    from: () => `(SELECT ${list}${fromSql(block)}) AS ${alias}`,
    alias,
    columns: block.columns.map((column) => ({ ...column, sql: `${alias}.${named.get(column.sql)}` })),
    where: [],
  };
}

/** A computed column to add to a block; compiled against the block as it then is. */
export interface AddedColumn {
  readonly value: (block: Block) => Pick<Typed, "sql" | "dataType" | "nullable">;
  readonly name: string;
}

/**
 * The block with further columns computed below everything that comes later (so a non-deterministic value is the same wherever it is
 * used). References that were made before stay valid where the block had one alias.
 */
export function extend(
  block: Block,
  added: readonly AddedColumn[],
  analysis: Analysis,
): { readonly block: Block; readonly added: readonly ScopeColumn[] } {
  const base = withOneAlias(block, analysis);
  const { alias } = base;
  const columns = added.map(({ value, name }) => {
    const { value: compiled, origins } = withOrigins(analysis, () => value(base));
    const { sql, dataType, nullable } = compiled;
    const engine = analysis.unique("x");
    const column: ScopeColumn = {
      name,
      dataType,
      nullable,
      engineName: engine,
      qualifiers: [],
      sql: `${alias}.${engineName(engine)}`,
      id: analysis.unique("c"),
      internal: true,
      ...originsField(origins),
    };
    return { sql: `${sql} AS ${engineName(engine)}`, column };
  });
  const list = [`${alias}.*`, ...columns.map((one) => one.sql)].join(", ");
  const next: Block = {
    from: () => `(SELECT ${list}${fromSql(base)}) AS ${alias}`,
    alias,
    columns: [...base.columns, ...columns.map((one) => one.column)],
    where: [],
  };
  return { block: next, added: columns.map((one) => one.column) };
}

/** The hidden column by which `input_file_name()` finds the file of a row. */
export function fileNameColumn(engine: string): Omit<OutputColumn, "id"> {
  return {
    name: FILE_NAME_COLUMN,
    dataType: { kind: "string" },
    nullable: true,
    engineName: engine,
    qualifiers: [],
    hidden: true,
  };
}
