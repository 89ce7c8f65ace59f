/** Schema evolution of MERGE: which of the source's columns the table takes up. Pure. */
import { type DataType, field, findField, type StructField, type StructType, struct } from "../../schema/data-type.js";
import { mergeSchemas } from "../schema-evolution.js";
import type { MergeAction, MergeClause } from "./merge-command.js";

/**
 * The table's schema after the merge. Without evolution it stays. With it, the table takes the source's columns and nested fields that
 * a matched or not-matched clause assigns (a star assigns all), never those of NOT MATCHED BY SOURCE; types of its own columns stay,
 * unless the table `widens` them.
 */
export function schemaAfterMerge(
  table: StructType,
  source: StructType,
  clauses: readonly MergeClause[],
  evolves: boolean,
  targetQualifier: readonly string[],
  widens = false,
): StructType {
  if (!evolves) return table;
  const actions = clauses.filter(({ when }) => when !== "not-matched-by-source").map(({ action }) => action);
  const taken = actions.flatMap((action) => takenFields(action, source, targetQualifier));
  const wanted = taken.reduce((schema, one) => mergeSchemas(schema, struct([one]), "keep-table"), struct([]));
  return mergeSchemas(table, wanted, "keep-table", widens);
}

function takenFields(action: MergeAction, source: StructType, qualifier: readonly string[]): readonly StructField[] {
  switch (action.kind) {
    case "update-star":
    case "insert-star":
      return source.fields;
    case "update":
      return action.assignments.flatMap(({ target }) => fieldAt(source, unqualified(target, qualifier)));
    case "insert":
      return action.columns.flatMap((column) => fieldAt(source, unqualified(column, qualifier)));
    case "delete":
      return [];
  }
}

function unqualified(path: readonly string[], qualifier: readonly string[]): readonly string[] {
  const own = qualifier.at(-1);
  return path.length > 1 && own !== undefined && path[0]?.toLowerCase() === own.toLowerCase() ? path.slice(1) : path;
}

/** The source's column, cut down to the one nested field that the path names; none where the source has no such path. */
function fieldAt(source: StructType, path: readonly string[]): readonly StructField[] {
  const [name = "", ...rest] = path;
  const column = findField(source, name);
  if (column === undefined) return [];
  if (rest.length === 0) return [column];
  const type: DataType = column.dataType;
  if (type.kind !== "struct") return [];
  const nested = fieldAt(type, rest);
  return nested.length === 0 ? [] : [field(column.name, struct(nested))];
}
