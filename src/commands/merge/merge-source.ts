/** The source of a MERGE, read once and kept: a source that gave other rows at a second reading would lose or double rows. */
import type { EngineQuery } from "../../engine/engine.js";
import { engineName } from "../../schema/engine-type.js";
import type { CommandContext } from "../contract.js";
import { uniqueNames } from "../row-query.js";

/** Number of the row in the kept source. */
export const SOURCE_ROW = "__lakelet_source_row";

export interface MergeSource {
  /** Engine SQL behind FROM: the source's columns under unique names, and {@link SOURCE_ROW}. */
  readonly relation: string;
}

/** Keeps the source's rows while `merge` runs. */
export async function withMergeSource<T>(
  context: CommandContext,
  source: EngineQuery,
  merge: (source: MergeSource) => Promise<T>,
): Promise<T> {
  // Kept under names of our own, so that none of them hides the engine's row number.
  const names = uniqueNames(source.schema);
  const kept = names.map((_, i) => `c${i}`);
  const table = await context.engine.materialize(`SELECT * FROM (${source.sql}) AS "source"(${kept.join(", ")})`);
  try {
    const columns = names.map((name, i) => `c${i} AS ${engineName(name)}`);
    return await merge({
      relation: `(SELECT ${columns.join(", ")}, rowid AS ${engineName(SOURCE_ROW)} FROM ${table})`,
    });
  } finally {
    await context.engine.drop(table);
  }
}

/** Engine SQL behind FROM of the source's rows under unique names, as they are read. */
export function namedRows(source: EngineQuery): string {
  const names = uniqueNames(source.schema).map(engineName);
  return `(SELECT * FROM (${source.sql}) AS "source"(${names.join(", ")}))`;
}
