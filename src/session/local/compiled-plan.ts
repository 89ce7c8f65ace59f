/** A DataFrame's plan turned into engine SQL with its attributes: what each step of compilation takes and gives. */
import type { EngineQuery } from "../../engine/engine.js";
import type { StructType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { Attribute, Relation } from "../../sql/relation.js";

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
  const fields = visible(relation).map(({ name, dataType, nullable }) => ({ name, dataType, nullable, metadata: {} }));
  return { kind: "struct", fields };
}

/** The visible attributes as a query whose columns bear their names; of a repeated name only the first one does. */
export function queryOf(relation: Relation): EngineQuery {
  const taken = new Set<string>();
  const columns = visible(relation).map(({ name, engineName: column }) => {
    const isNew = !taken.has(name.toLowerCase());
    taken.add(name.toLowerCase());
    return isNew && name !== column ? `${engineName(column)} AS ${engineName(name)}` : engineName(column);
  });
  return { sql: `SELECT ${columns.join(", ")} FROM ${relation.sql} AS "q"`, schema: schemaOf(relation) };
}

/** The same attributes, reachable also by the id of the plan they now come from. */
export function taggedWith(planId: number, attributes: readonly Attribute[]): readonly Attribute[] {
  const tag = [`#${planId}`];
  return attributes.map((attribute) => ({ ...attribute, qualifiers: [...attribute.qualifiers, tag] }));
}

/** Attributes with engine names that no other of them bears. */
export function withUniqueEngineNames(attributes: readonly Attribute[]): readonly Attribute[] {
  const taken = new Set<string>();
  return attributes.map((attribute) => {
    let name = attribute.engineName;
    for (let i = 1; taken.has(name.toLowerCase()); i++) name = `${attribute.engineName}__${i}`;
    taken.add(name.toLowerCase());
    return { ...attribute, engineName: name };
  });
}
