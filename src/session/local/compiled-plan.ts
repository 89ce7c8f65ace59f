/** A DataFrame's plan turned into engine SQL with its attributes: what each step of compilation takes and gives. */
import type { Snapshot } from "../../delta/contract.js";
import type { StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import { unresolvedColumn } from "../../sql/analysis/analysis-errors.js";
import type { Expression } from "../../sql/ast.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import type { TracedQuery } from "./lineage.js";

/** A query with the snapshots that it reads: a write that reads its own target commits against the same one. */
export interface ReadQuery extends TracedQuery {
  readonly snapshots: ReadonlyMap<string, Snapshot>;
}

export interface CompiledPlan {
  readonly relation: Relation;
  /** True where the rows have an order of their own (a sort at the top). */
  readonly ordered: boolean;
}

/** Visible attributes: those of `*`. */
export function visible(relation: Relation): readonly Attribute[] {
  return relation.output.filter((attribute) => !attribute.hidden);
}

export function schemaOf(relation: Relation): StructType {
  const fields = visible(relation).map(({ name, dataType, nullable, metadata = {} }) => ({
    name,
    dataType,
    nullable,
    metadata,
  }));
  return { kind: "struct", fields };
}

/** What stands after SELECT: the engine has no rows without columns, which are what a command gives. */
export function selectList(columns: readonly string[]): string {
  return columns.length === 0 ? "NULL" : columns.join(", ");
}

/** The visible attributes as a query whose columns bear their names; of a repeated name only the first one does. */
export function queryOf(relation: Relation): TracedQuery {
  const names = new Set(visible(relation).map((one) => one.name.toLowerCase()));
  const taken = new Set<string>();
  const columns = visible(relation).map(({ name, engineName: column }, i) => {
    // The engine has no name without letters.
    const isNew = name !== "" && !taken.has(name.toLowerCase());
    taken.add(name.toLowerCase());
    if (isNew) return name === column ? engineName(column) : `${engineName(column)} AS ${engineName(name)}`;
    let other = `${name}_${i}`;
    while (names.has(other.toLowerCase())) other = `${other}_`;
    return `${engineName(column)} AS ${engineName(other)}`;
  });
  const origins = visible(relation).map((one) => one.origins ?? []);
  return { sql: `SELECT ${selectList(columns)} FROM ${relation.sql} AS "q"`, schema: schemaOf(relation), origins };
}

/** The same attributes, reachable also by the id of the plan they now come from. */
export function taggedWith(planId: number, attributes: readonly Attribute[]): readonly Attribute[] {
  const tag = [`#${planId}`];
  return attributes.map((one) => (one.qualifiedOnly ? one : { ...one, qualifiers: [...one.qualifiers, tag] }));
}

/** Each attribute reachable by its place, for columns of one name. */
export function numbered(relation: Relation): Relation {
  const output = relation.output.map((one, i) => ({ ...one, qualifiers: [...one.qualifiers, [`#c${i}`]] }));
  return { ...relation, output };
}

/** Spark SQL that means the attribute at that place of a {@link numbered} relation. */
export function reference(attribute: Attribute, i: number): string {
  return `\`#c${i}\`.${quoteName(attribute.name)}`;
}

/** The same as a tree. */
export function place(attribute: Attribute, i: number): Expression {
  return { kind: "column", parts: [`#c${i}`, attribute.name] };
}

export function withoutNumbers(attribute: Attribute): Attribute {
  return { ...attribute, qualifiers: attribute.qualifiers.filter((one) => !/^#c\d+$/.test(one[0] ?? "")) };
}

/** A qualifier by which DataFrames mean a column of one of them: `#<plan id>`. */
export function isPlanQualifier(qualifier: readonly string[]): boolean {
  return qualifier.length === 1 && (qualifier[0]?.startsWith("#") ?? false);
}

export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The visible attributes of these names. Throws UNRESOLVED_COLUMN for a name that none bears. */
export function attributesNamed(relation: Relation, names: readonly string[]): readonly Attribute[] {
  const all = visible(relation);
  return names.flatMap((name) => {
    const found = all.filter((one) => sameName(one.name, name));
    if (found.length > 0) return found;
    const known = all.map((one) => [one.name]);
    throw unresolvedColumn([name], known);
  });
}
