/** What the columns of a written table are made of: told with the write, from what the analysis of its query found. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { EngineQuery } from "../../engine/engine.js";
import type { Attribute, Origin, Relation } from "../../sql/relation.js";
import type { ColumnLineage, QueryLineage } from "../contract.js";

/** A query that knows what its columns are made of, in the order of its schema. */
export interface TracedQuery extends EngineQuery {
  readonly origins?: readonly (readonly Origin[])[];
  /** Tables and paths that it reads. */
  readonly reads?: readonly Pick<Origin, "source" | "kind">[];
}

const writing = new AsyncLocalStorage<TracedQuery>();

/** What is written inside comes from the query. */
export function writingFrom<Result>(query: TracedQuery, write: () => Promise<Result>): Promise<Result> {
  return writing.run(query, write);
}

/** Of the query whose rows are being written. */
export function lineageAtWork(): QueryLineage | undefined {
  const query = writing.getStore();
  return query && lineageOf(query);
}

export function lineageOf({ schema, origins = [], reads = [] }: TracedQuery): QueryLineage | undefined {
  const columns = schema.fields.map(({ name }, i): ColumnLineage => ({ name, sources: origins[i] ?? [] }));
  const sources = new Map([...reads, ...origins.flat()].map(({ source, kind }) => [source, { source, kind }]));
  return sources.size === 0 ? undefined : { sources: [...sources.values()], columns };
}

/** The relation of a table or of files: its columns are made of themselves. */
export function originating(relation: Relation, source: string, kind: Origin["kind"]): Relation {
  const output = relation.output.map(
    (one): Attribute => (one.hidden ? one : { ...one, origins: [{ source, kind, column: one.name }] }),
  );
  return { ...relation, output };
}

/** The same columns by the names under which a write by position puts them. */
export function lineageUnder(lineage: QueryLineage | undefined, names: readonly string[]): QueryLineage | undefined {
  if (lineage === undefined || lineage.columns.length !== names.length) return lineage;
  return { ...lineage, columns: lineage.columns.map((one, i) => ({ ...one, name: names[i] ?? one.name })) };
}
