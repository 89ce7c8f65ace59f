/** What the columns of a MERGE's target are made of: the source's columns in the values that its clauses give them. */
import type { MergeIntoCommand } from "../../commands/merge/merge-command.js";
import { namesIn } from "../../sql/analysis/expression-tree.js";
import { parseExpression } from "../../sql/parse/parse.js";
import type { Origin } from "../../sql/relation.js";
import type { QueryLineage } from "../contract.js";
import { lineageOf, type TracedQuery } from "./lineage.js";

/** Columns of the target that values are made of, too, are left out: they are its own. */
export function mergeLineage(
  source: TracedQuery,
  { clauses, sourceQualifier = [] }: Pick<MergeIntoCommand, "clauses" | "sourceQualifier">,
): QueryLineage | undefined {
  const lineage = lineageOf(source);
  if (lineage === undefined) return undefined;
  const made = new Map<string, { readonly name: string; readonly sources: Set<Origin> }>();
  const add = (name: string, sources: readonly Origin[]): void => {
    const known = made.get(name.toLowerCase()) ?? { name, sources: new Set() };
    for (const one of sources) known.sources.add(one);
    made.set(name.toLowerCase(), known);
  };
  const valueSources = (text: string): readonly Origin[] =>
    namesIn(parseExpression(text)).flatMap((parts) => columnNamed(lineage, parts, sourceQualifier));
  for (const { action } of clauses) {
    if (action.kind === "update-star" || action.kind === "insert-star")
      for (const { name, sources } of lineage.columns) add(name, sources);
    if (action.kind === "update")
      for (const { target, value } of action.assignments) add(target.at(-1) ?? "", valueSources(value));
    if (action.kind === "insert")
      for (const [i, column] of action.columns.entries())
        add(column.at(-1) ?? "", valueSources(action.values[i] ?? "NULL"));
  }
  return { ...lineage, columns: [...made.values()].map(({ name, sources }) => ({ name, sources: [...sources] })) };
}

/** `source.name`, `name`, either with fields behind it. */
function columnNamed(
  { columns }: QueryLineage,
  parts: readonly string[],
  qualifier: readonly string[],
): readonly Origin[] {
  const same = (one: string | undefined, other: string | undefined) => one?.toLowerCase() === other?.toLowerCase();
  for (const [i, part] of parts.entries()) {
    const tail = qualifier.slice(qualifier.length - i);
    if (i > qualifier.length || !tail.every((one, k) => same(one, parts[k]))) continue;
    const found = columns.find((one) => same(one.name, part));
    if (found) return found.sources;
  }
  return [];
}
