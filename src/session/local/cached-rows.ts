/** Rows that `cache()` keeps: which plans have them, and under which relation. */
import type { Plan } from "../../dataframe/plan.js";
import type { EngineQuery } from "../../engine/engine.js";
import { engineName } from "../../schema/engine-type.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import { schemaOf, selectList, visible } from "./compiled-plan.js";

export class CachedRows {
  private readonly kept = new WeakMap<Plan, Relation>();

  /** Undefined once they were let go: the plan then runs anew. */
  get(plan: Plan): Relation | undefined {
    return this.kept.get(plan);
  }
  keep(plan: Plan, sql: string, output: readonly Attribute[]): void {
    this.kept.set(plan, { sql, output });
  }
  release(plan: Plan): boolean {
    return this.kept.delete(plan);
  }
}

/** The rows to keep, each column by its place, and the attributes over them: columns of one name stay apart. */
export function keptColumns(relation: Relation): {
  readonly query: EngineQuery;
  readonly output: readonly Attribute[];
} {
  const shown = visible(relation);
  const list = shown.map((one, i) => `${engineName(one.engineName)} AS ${engineName(`c${i}`)}`);
  const output = shown.map((one, i) => ({ ...one, engineName: `c${i}` }));
  return {
    query: { sql: `SELECT ${selectList(list)} FROM ${relation.sql} AS "q"`, schema: schemaOf(relation) },
    output,
  };
}
