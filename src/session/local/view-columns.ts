/** A view's columns as it was made, from what its query gives now: Spark's WITH SCHEMA modes. */
import { identifierText } from "../../catalog/table-identifier.js";
import type { ViewEntry } from "../../catalog/warehouse-catalog.js";
import { LakeletError } from "../../errors/lakelet-error.js";
import { engineName } from "../../schema/engine-type.js";
import { typeText } from "../../schema/type-text.js";
import { storeAssignment } from "../../sql/analysis/store-assignment.js";
import { compileCast } from "../../sql/functions/cast.js";
import { parseDataType } from "../../sql/parse/parse.js";
import type { Attribute, Relation } from "../../sql/relation.js";
import type { FunctionContext } from "../../sql/typed.js";

/**
 * BINDING and COMPENSATION keep names and types (the first only where a value surely fits), TYPE EVOLUTION the names, EVOLUTION nothing.
 * Throws INCOMPATIBLE_VIEW_SCHEMA_CHANGE where a column is gone.
 */
export function viewColumns(entry: ViewEntry, relation: Relation, context: FunctionContext): Relation {
  const named = (columns: readonly Attribute[]): Attribute[] =>
    columns.map((one, i) => ({ ...one, name: entry.columns[i]?.name ?? one.name }));
  const mode = entry.schemaMode ?? "COMPENSATION";
  if (!entry.output || mode === "EVOLUTION") return { ...relation, output: named(relation.output) };
  const output = entry.output.map(({ name }, i) => columnNow(entry, relation.output, name, i));
  const types = entry.output.map((one) => parseDataType(one.type));
  const same = output.every((one, i) => typeText(one.dataType) === entry.output?.[i]?.type);
  if (same || mode === "TYPE EVOLUTION") return { ...relation, output: named(output) };
  const list = output.map((one, i) => {
    const value = { ...one, sql: `"v".${engineName(one.engineName)}` };
    const to = types[i] ?? one.dataType;
    const cast =
      mode === "BINDING" ? storeAssignment(value, to, one.name, context) : compileCast(value, to, "ansi", context);
    return `${cast.sql} AS ${engineName(one.engineName)}`;
  });
  const cast = output.map((one, i) => ({ ...one, dataType: types[i] ?? one.dataType }));
  return { sql: `(SELECT ${list.join(", ")} FROM ${relation.sql} AS "v")`, output: named(cast) };
}

/** The column of that name; of several the one in the same place among them. */
function columnNow(entry: ViewEntry, columns: readonly Attribute[], name: string, index: number): Attribute {
  const wanted = name.toLowerCase();
  const before = entry.output?.slice(0, index).filter((one) => one.name.toLowerCase() === wanted).length ?? 0;
  const found = columns.filter((one) => !one.hidden && one.name.toLowerCase() === wanted)[before];
  if (found) return found;
  const view = identifierText(entry.identifier);
  throw new LakeletError({
    condition: "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
    sqlState: "51024",
    problem: `The query of the view ${view} no longer gives the column ${name}.`,
    cure: `Make it anew: CREATE OR REPLACE VIEW ${view} AS ${entry.query}.`,
    parameters: { viewName: view, colName: name },
  });
}
