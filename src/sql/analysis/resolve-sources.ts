/** Tables, table functions and SQL functions of a query, resolved before anything is compiled; those of the functions' bodies, too. */
import type { Expression, FromItem, Query, SelectQuery } from "../ast.js";
import type { RelationResolver, ResolvedRoutine, Routine, Routines, TableReference } from "../compiler.js";
import type { Relation } from "../relation.js";
import { analysisError } from "./analysis-errors.js";
import type { Constants } from "./constant.js";
import { generatorNames } from "./generator.js";
import { sourcesOf, type TableSource } from "./table-references.js";

export interface ResolvedSources {
  readonly relations: ReadonlyMap<FromItem, Relation>;
  /** How often each WITH entry is read. */
  readonly uses: ReadonlyMap<object, number>;
  readonly routines: Routines;
}

/** @param conditions what is surely required of the query's output rows */
export async function resolveSources(
  query: Query,
  conditions: readonly Expression[],
  resolver: RelationResolver,
  constants: Constants,
  reference: (source: TableSource) => TableReference,
): Promise<ResolvedSources> {
  const relations = new Map<FromItem, Relation>();
  const uses = new Map<object, number>();
  const resolve = async (
    one: Query,
    required: readonly Expression[],
    names: RelationResolver,
    path: readonly string[],
  ): Promise<Routines> => {
    const sources = sourcesOf(one, required);
    for (const [entry, count] of sources.uses) uses.set(entry, count);
    const tables = sources.tables.map(async (source) => {
      relations.set(source.item, await names.table(reference(source)));
    });
    const unknown = new Set(sources.calls);
    const functions = sources.functions.map(async (item) => {
      const { call } = item;
      if (generatorNames.has(call.name) || call.name === "range") return;
      const args = call.args.map((arg) => bound(arg, constants.parameters));
      const relation = await names.tableFunction(call.name, args, call.namedArgs ?? [], item.streaming === true);
      if (relation) relations.set(item, relation);
      else unknown.add(call.name);
    });
    await Promise.all([...tables, ...functions]);
    const routines = await Promise.all([...unknown].map((name) => routine(name, names, path)));
    return new Map(routines.flatMap((found) => (found ? [found] : [])));
  };
  const routine = async (
    name: string,
    names: RelationResolver,
    path: readonly string[],
  ): Promise<readonly [string, ResolvedRoutine] | undefined> => {
    const found = await names.routine?.(name.split("."));
    if (!found) return undefined;
    const full = found.name.join(".").toLowerCase();
    if (path.includes(full)) throw recursiveRoutine([...path, full]);
    const inner = await resolve(bodyQuery(found), [], found.resolver, [...path, full]);
    return [name, { ...found, routines: inner }];
  };
  const routines = await resolve(query, conditions, resolver, []);
  return { relations, uses, routines };
}

/** All that the function reads and calls, as one query. */
function bodyQuery({ body, parameters }: Routine): Query {
  const defaults = parameters.flatMap((one) => (one.defaultValue ? [one.defaultValue] : []));
  const projection: readonly Expression[] =
    body.kind === "scalar"
      ? [body.expression, ...defaults]
      : [{ kind: "scalar-query", query: body.query }, ...defaults];
  const query: SelectQuery = {
    kind: "select",
    distinct: false,
    projection,
    from: [],
    lateralViews: [],
    windows: {},
    orderBy: [],
  };
  return query;
}

function bound(expression: Expression, parameters: Readonly<Record<string, Expression>>): Expression {
  return (expression.kind === "parameter" && parameters[expression.name]) || expression;
}

function recursiveRoutine(path: readonly string[]): Error {
  return analysisError(
    "UNSUPPORTED_FEATURE.RECURSIVE_ROUTINE",
    "0A000",
    `A SQL function cannot call itself: ${path.join(" -> ")}.`,
    { cure: "Write it as a recursive common table expression." },
  );
}
