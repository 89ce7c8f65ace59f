/** SQL functions of the session and of the catalog, made ready for analysis. */
import type { RoutineEntry } from "../../catalog/routine-catalog.js";
import { qualify, type SchemaIdentifier } from "../../catalog/table-identifier.js";
import { typeText } from "../../schema/type-text.js";
import type { Expression } from "../../sql/ast.js";
import type { RelationResolver, Routine, RoutineBody } from "../../sql/compiler.js";
import { lookupFunction } from "../../sql/functions/registry.js";
import { parseDataType, parseExpression, parseQuery, parseSchema } from "../../sql/parse/parse.js";
import type { RoutineDefinition } from "../../sql/routine-statement.js";
import type { Runtime } from "./runtime.js";

/** Undefined where the name is no function of a user's. */
export async function lookupRoutine(
  runtime: Runtime,
  name: readonly string[],
  current: SchemaIdentifier,
): Promise<{ readonly entry: RoutineEntry; readonly temporary: boolean } | undefined> {
  const [only] = name;
  const own = name.length === 1 ? runtime.state.temporaryRoutines.get((only ?? "").toLowerCase()) : undefined;
  if (own) return { entry: own, temporary: true };
  const entry = name.length > 3 ? undefined : await runtime.catalog.routines.lookup(qualify(name, current));
  return entry && { entry, temporary: false };
}

/** @param resolver resolves the names inside the body */
export function routineOf(entry: RoutineEntry, name: readonly string[], resolver: RelationResolver): Routine {
  return {
    name,
    resolver,
    parameters: entry.parameters.map(({ name: parameter, type, defaultValue }) => ({
      name: parameter,
      dataType: parseDataType(type),
      ...(defaultValue === undefined ? {} : { defaultValue: parseExpression(defaultValue) }),
    })),
    body: bodyOf(entry),
  };
}

function bodyOf({ returns, body }: RoutineEntry): RoutineBody {
  if (returns.kind === "table") {
    const query = parseQuery(body);
    return returns.columns === undefined
      ? { kind: "table", query }
      : { kind: "table", query, columns: parseSchema(returns.columns).fields };
  }
  const expression = bodyExpression(body);
  return returns.type === undefined
    ? { kind: "scalar", expression }
    : { kind: "scalar", expression, dataType: parseDataType(returns.type) };
}

/** `RETURN SELECT ...` without parentheses is a scalar subquery, too. */
export function bodyExpression(body: string): Expression {
  const isQuery = /^(select|with|values|from|table)\b/i.test(body);
  return isQuery ? { kind: "scalar-query", query: parseQuery(body) } : parseExpression(body);
}

/** What the catalog keeps of a definition. */
export function routineEntry(
  definition: RoutineDefinition,
  identifier: RoutineEntry["identifier"],
  current: SchemaIdentifier,
): RoutineEntry {
  const { parameters, returns, comment, deterministic, sqlDataAccess, body } = definition;
  return {
    identifier,
    parameters: parameters.map(({ name, dataType, defaultValue, comment: about }) => ({
      name,
      type: typeText(dataType),
      ...(defaultValue === undefined ? {} : { defaultValue }),
      ...(about === undefined ? {} : { comment: about }),
    })),
    returns: returnsOf(returns),
    body,
    ...(comment === undefined ? {} : { comment }),
    ...(deterministic === undefined ? {} : { deterministic }),
    ...(sqlDataAccess === undefined ? {} : { sqlDataAccess }),
    current,
    created: Date.now(),
  };
}

function returnsOf(returns: RoutineDefinition["returns"]): RoutineEntry["returns"] {
  if (returns === undefined) return { kind: "scalar" };
  if (returns.kind === "scalar") return { kind: "scalar", type: typeText(returns.dataType) };
  if (returns.columns === undefined) return { kind: "table" };
  const columns = returns.columns.map((one) => `\`${one.name.replaceAll("`", "``")}\` ${typeText(one.dataType)}`);
  return { kind: "table", columns: columns.join(", ") };
}

export function isBuiltIn(name: readonly string[]): boolean {
  return name.length === 1 && lookupFunction(name[0] ?? "") !== undefined;
}
