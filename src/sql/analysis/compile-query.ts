/** The face of analysis for queries: resolves every table first, then compiles. */
import type { StructType } from "../../schema/data-type.js";
import type { Expression, FromItem, Query } from "../ast.js";
import type { CompiledQuery, CompileOptions, TableReference } from "../compiler.js";
import type { Relation } from "../relation.js";
import type { Constants } from "./constant.js";
import { type Names, renameAll } from "./pushed-conditions.js";
import { compileAnyQuery } from "./query.js";
import { resolveSources } from "./resolve-sources.js";
import type { Analysis, Environment } from "./scope.js";
import { columnIn, skippingPredicate } from "./skipping.js";
import type { TableSource } from "./table-references.js";
import { timestampOf, versionOf } from "./time-travel.js";

/**
 * Compiles a parsed query to engine SQL. All tables are resolved, in parallel, before anything is compiled.
 * Throws what the resolver throws, and UNRESOLVED_COLUMN.*, AMBIGUOUS_REFERENCE, UNRESOLVED_ROUTINE, MISSING_AGGREGATION,
 * DATATYPE_MISMATCH.*, INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.* and the like.
 */
export async function compileQuery(query: Query, options: CompileOptions): Promise<CompiledQuery> {
  const { context, parameters = {}, resolver } = options;
  const constants: Constants = { context, parameters };
  const { relations, uses, routines } = await resolveSources(
    query,
    options.conditions ?? [],
    resolver,
    constants,
    (source) => tableReference(source, constants),
  );
  const environment: Environment = {
    analysis: { ...newAnalysis(options, relations, uses), routines },
    commonTables: new Map(),
  };
  const { sql, output, ordered, deterministic } = compileAnyQuery(query, environment, false);
  const attributes = output.map(({ id: _, ...attribute }) => attribute);
  return { sql, output: attributes, schema: schemaOf(attributes), ordered, deterministic };
}

/** What the parts of one compilation share, with names that start anew. */
export function newAnalysis(
  { context, parameters = {} }: Pick<CompileOptions, "context" | "parameters">,
  relations: ReadonlyMap<FromItem, Relation>,
  uses: ReadonlyMap<object, number>,
): Analysis {
  let count = 0;
  return {
    context,
    parameters,
    relations,
    uses,
    effects: { nondeterministic: 0 },
    reads: { current: undefined },
    origins: { current: undefined },
    unique: (prefix) => `${prefix}${++count}`,
    query: compileAnyQuery,
  };
}

function schemaOf(output: CompiledQuery["output"]): StructType {
  return {
    kind: "struct",
    fields: output.map(({ name, dataType, nullable }) => ({ name, dataType, nullable, metadata: {} })),
  };
}

function tableReference(source: TableSource, constants: Constants): TableReference {
  const { item, conditions } = source;
  const { version, timestamp } = item;
  const own: Names = (parts) => ownName(parts, source);
  return {
    name: item.name,
    ...(item.streaming ? { streaming: true } : {}),
    ...(item.options === undefined ? {} : { options: item.options }),
    ...(version ? { version: versionOf(version, constants) } : {}),
    ...(timestamp ? { timestamp: timestampOf(timestamp, constants) } : {}),
    ...(conditions.length > 0 ? requirement(conditions, own, constants) : {}),
  };
}

/** What a reference requires of its rows by these conditions; `own` gives a name of theirs as one of the table's columns. */
export function requirement(
  conditions: readonly Expression[],
  own: Names,
  constants: Constants,
): Required<Pick<TableReference, "skipping" | "conditions">> {
  return {
    conditions: renameAll(conditions, own),
    skipping: (schema) => ({
      kind: "and",
      operands: conditions.map((one) =>
        skippingPredicate(one, { ...constants, column: (parts) => columnIn(schema, own(parts) ?? []) }),
      ),
    }),
  };
}

/** The name without the table's qualifier; undefined where it may mean another item of FROM. */
export function ownName(
  parts: readonly string[],
  { item, alone }: { readonly item: Pick<TableSource["item"], "name" | "alias">; readonly alone: boolean },
): readonly string[] | undefined {
  const qualifier = item.alias === undefined ? item.name : [item.alias];
  for (let length = Math.min(qualifier.length, parts.length - 1); length > 0; length--) {
    const tail = qualifier.slice(qualifier.length - length);
    if (tail.every((one, i) => one.toLowerCase() === parts[i]?.toLowerCase())) return parts.slice(length);
  }
  return parts.length === 1 || alone ? parts : undefined;
}
