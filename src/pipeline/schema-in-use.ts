/** USE CATALOG and USE SCHEMA in a source of a pipeline: what the names below it mean, written out. */
import type { Statement } from "../sql/statement.js";

/** Of the pipeline itself where absent. */
export interface SchemaInUse {
  readonly catalog?: string;
  readonly schema?: string;
}

export function schemaAfter({ object, name }: Extract<Statement, { kind: "use" }>, before: SchemaInUse): SchemaInUse {
  const [first = "", second] = name;
  if (object === "catalog") return { catalog: first, schema: "default" };
  return second === undefined ? { ...before, schema: first } : { catalog: first, schema: second };
}

/** A name of a table with all that USE gave it; one of the pipeline's own schema stays as it is. */
export function qualified(name: readonly string[], { catalog, schema }: SchemaInUse): readonly string[] {
  if (name.length === 1 && schema !== undefined)
    return catalog === undefined ? [schema, ...name] : [catalog, schema, ...name];
  if (name.length === 2 && catalog !== undefined && !isPath(name)) return [catalog, ...name];
  return name;
}

/** delta.`/folder`, csv.`/file` */
function isPath([first = "", second = ""]: readonly string[]): boolean {
  return ["delta", "parquet", "csv", "json", "text"].includes(first.toLowerCase()) && /[/\\:.]/.test(second);
}
