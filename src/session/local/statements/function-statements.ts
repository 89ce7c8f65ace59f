/** CREATE FUNCTION and DROP FUNCTION: checked when it is made, so that calling it later holds no surprise. */
import type { RoutineEntry } from "../../../catalog/routine-catalog.js";
import { identifierText, qualify, type TableIdentifier } from "../../../catalog/table-identifier.js";
import { LakeletError } from "../../../errors/lakelet-error.js";
import { quoteName } from "../../../schema/type-text.js";
import { containsComplexCall } from "../../../sql/analysis/expression-tree.js";
import type { Expression, FromItem, Query, SelectQuery } from "../../../sql/ast.js";
import { parseDataType, parseExpression, parseQuery, parseSchema } from "../../../sql/parse/parse.js";
import type { RoutineDefinition, RoutineStatement } from "../../../sql/routine-statement.js";
import { bodyExpression, isBuiltIn, lookupRoutine, routineEntry } from "../routines.js";
import { done, type StatementContext, type StatementResult } from "../statement-context.js";
import { nameOf, routineNotFound } from "./function-names.js";

type Of<Kind extends RoutineStatement["kind"]> = Extract<RoutineStatement, { kind: Kind }>;

export async function createFunction(
  statement: Of<"create-function">,
  context: StatementContext,
): Promise<StatementResult> {
  const { runtime } = context;
  const { name, definition, temporary, orReplace, ifNotExists } = statement;
  const { current } = runtime.state;
  const identifier = temporary ? { ...current, name: nameOf(name) } : qualify(name, current);
  const shown = temporary ? quoteName(identifier.name) : identifierText(identifier);
  checkParameters(definition, identifier.name);
  const taken = temporary
    ? isBuiltIn(name) || runtime.state.temporaryRoutines.has(identifier.name.toLowerCase())
    : (await runtime.catalog.routines.lookup(identifier)) !== undefined;
  if (taken && (isBuiltIn(name) || !orReplace)) {
    if (ifNotExists) return done(`CREATE FUNCTION: ${shown} exists already`);
    throw routineExists(shown);
  }
  const entry = routineEntry(definition, identifier, current);
  await checkBody(entry, temporary, context);
  if (temporary) runtime.state.temporaryRoutines.set(identifier.name.toLowerCase(), entry);
  else {
    await runtime.catalog.requireOwnSchema(identifier);
    const result = await runtime.catalog.routines.create(entry, orReplace);
    if (result === "exists" && !ifNotExists) throw routineExists(shown);
  }
  return done(`CREATE FUNCTION ${shown}`);
}

export async function dropFunction(
  { name, ifExists, temporary }: Of<"drop-function">,
  { runtime }: StatementContext,
): Promise<StatementResult> {
  const last = nameOf(name);
  if (temporary) {
    if (isBuiltIn(name)) throw builtIn(last);
    if (!runtime.state.temporaryRoutines.delete(last.toLowerCase()) && !ifExists) throw routineNotFound([last]);
    return done(`DROP TEMPORARY FUNCTION ${last}`);
  }
  const found = await lookupRoutine(runtime, name, runtime.state.current);
  if (!found || found.temporary) {
    if (isBuiltIn(name)) throw builtIn(last);
    if (ifExists) return done("DROP FUNCTION: nothing there");
    throw unresolvedRoutine(name, runtime.state.current);
  }
  await runtime.catalog.routines.drop(found.entry.identifier);
  return done(`DROP FUNCTION ${identifierText(found.entry.identifier)}`);
}

function checkParameters({ parameters }: RoutineDefinition, routine: string): void {
  const names = parameters.map((one) => one.name.toLowerCase());
  const twice = parameters.find((one, i) => names.indexOf(one.name.toLowerCase()) !== i);
  if (twice) {
    throw new LakeletError({
      condition: "DUPLICATE_ROUTINE_PARAMETER_NAMES",
      sqlState: "42734",
      problem: `The function ${routine} has two parameters named ${quoteName(twice.name)}.`,
    });
  }
  const first = parameters.findIndex((one) => one.defaultValue !== undefined);
  const after = first < 0 ? undefined : parameters.slice(first).find((one) => one.defaultValue === undefined);
  if (after) {
    throw new LakeletError({
      condition: "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION",
      sqlState: "42601",
      problem: `In the function ${routine} the parameter ${quoteName(after.name)} without DEFAULT stands behind one with it.`,
      cure: "Put the parameters with DEFAULT last.",
    });
  }
}

/** The body is compiled over NULLs of the parameters' types. */
async function checkBody(entry: RoutineEntry, temporary: boolean, context: StatementContext): Promise<void> {
  const { name } = entry.identifier;
  const { returns } = entry;
  if (returns.kind === "scalar" && containsComplexCall(bodyExpression(entry.body))) throw complexCall(name);
  const persistent = temporary ? undefined : { kind: "FUNCTION" as const, identifier: entry.identifier };
  const schema = await context.withQuery(checkQuery(entry), (query) => Promise.resolve(query.schema), persistent);
  const wanted = returns.columns === undefined ? undefined : parseSchema(returns.columns).fields.length;
  const given = schema.fields.length;
  if (wanted === undefined || wanted === given) return;
  throw new LakeletError({
    condition: "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH",
    sqlState: "42601",
    problem: `The function ${name} returns ${wanted} columns, but its query gives ${given}.`,
    cure: "Name each column of the query in RETURNS TABLE.",
  });
}

function checkQuery(entry: RoutineEntry): Query {
  const parameters = entry.parameters.map((one): Expression => {
    const value: Expression = one.defaultValue === undefined ? NULL : parseExpression(one.defaultValue);
    return {
      kind: "alias",
      names: [one.name],
      operand: { kind: "cast", operand: value, to: parseDataType(one.type), try: false },
    };
  });
  const source: readonly FromItem[] =
    parameters.length === 0
      ? []
      : [
          {
            kind: "subquery",
            query: selectOf(parameters, []),
            lateral: false,
            alias: entry.identifier.name,
            columns: [],
          },
        ];
  if (entry.returns.kind === "scalar") return selectOf([bodyExpression(entry.body)], source);
  const rows: FromItem = {
    kind: "subquery",
    query: parseQuery(entry.body),
    lateral: true,
    alias: "rows_",
    columns: [],
  };
  return selectOf([{ kind: "star", qualifier: ["rows_"], except: [] }], [...source, rows]);
}

const NULL: Expression = { kind: "literal", dataType: { kind: "void" }, value: null };

function selectOf(projection: readonly Expression[], from: readonly FromItem[]): SelectQuery {
  return { kind: "select", distinct: false, projection, from, lateralViews: [], windows: {}, orderBy: [] };
}

function complexCall(name: string): LakeletError {
  return new LakeletError({
    condition: "USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS",
    sqlState: "42601",
    problem: `The body of ${name} contains an aggregate, a window function or a generator.`,
    cure: "Put it into a subquery: RETURN (SELECT max(x) FROM t).",
  });
}

function routineExists(name: string): LakeletError {
  return new LakeletError({
    condition: "ROUTINE_ALREADY_EXISTS",
    sqlState: "42723",
    problem: `Cannot create the routine ${name} because a routine of that name already exists.`,
    cure: "Choose a different name, drop or replace the existing routine, or add the IF NOT EXISTS clause.",
    parameters: { routineName: name },
  });
}

function builtIn(name: string): LakeletError {
  return new LakeletError({
    condition: "_LEGACY_ERROR_TEMP_1255",
    sqlState: "42809",
    problem: `Cannot drop built-in function '${name}'.`,
  });
}

function unresolvedRoutine(
  name: readonly string[],
  current: Pick<TableIdentifier, "catalog" | "schema">,
): LakeletError {
  const shown = name.map(quoteName).join(".");
  return new LakeletError({
    condition: "UNRESOLVED_ROUTINE",
    sqlState: "42883",
    problem: `Cannot resolve routine ${shown} on search path [\`system\`.\`builtin\`, \`system\`.\`session\`, ${quoteName(current.catalog)}.${quoteName(current.schema)}].`,
    cure: "Check the spelling and the schema; SHOW USER FUNCTIONS lists them.",
    parameters: { routineName: shown },
  });
}

export { unresolvedRoutine };
