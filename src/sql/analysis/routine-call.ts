/** Calls of SQL functions: the body is compiled where the call stands, its parameters being the arguments. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { DataType } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import { quoteName } from "../../schema/type-text.js";
import type { CallExpression, Expression } from "../ast.js";
import type { ResolvedRoutine, Routine } from "../compiler.js";
import { compileCast } from "../functions/cast.js";
import type { Typed } from "../typed.js";
import { analysisError } from "./analysis-errors.js";
import { traitsOf } from "./branches.js";
import { containsQuery, namesIn } from "./expression-tree.js";
import type { Environment, OutputColumn, Scope, ScopeColumn } from "./scope.js";

/** Longer arguments that the body uses more than once are computed once. */
const LONGEST_REPEATED = 160;

type CompileIn = (expression: Expression, scope: Scope) => Typed;

interface Arguments {
  /** In the order of the parameters. */
  readonly values: readonly Typed[];
}

/** The value of a scalar function. Throws WRONG_NUM_ARGS, REQUIRED_PARAMETER_NOT_FOUND, NOT_A_SCALAR_FUNCTION and what the body throws. */
export function compileRoutine(
  call: CallExpression,
  routine: ResolvedRoutine,
  scope: Scope,
  compile: CompileIn,
): Typed {
  const { body } = routine;
  if (body.kind === "table") throw notScalar(routine);
  const { analysis } = scope.environment;
  const { values } = argumentsOf(call, routine, scope, compile);
  const bindings = bindParameters(routine, values, body.expression, scope.environment);
  const value = compile(body.expression, bodyScope(routine, bindings.columns, scope.environment));
  const { dataType = value.dataType } = body;
  const cast = compileCast(value, dataType, "ansi", analysis.context);
  const { literal: _, entries: __, ...rest } = cast;
  return { ...rest, sql: bindings.around(cast.sql), nullable: true, ...traitsOf([cast, ...values]) };
}

/** The rows of a table function as engine SQL of a SELECT; they see the columns of the scope that the call's arguments see. */
export function compileTableRoutine(
  call: CallExpression,
  routine: ResolvedRoutine,
  scope: Scope,
  compile: CompileIn,
): { readonly sql: string; readonly output: readonly OutputColumn[] } {
  const { body } = routine;
  if (body.kind === "scalar") throw notTable(routine);
  const { analysis } = scope.environment;
  const { values } = argumentsOf(call, routine, scope, compile);
  const columns = parameterColumns(
    routine,
    values.map((one) => one.sql),
    values,
  );
  const inside = bodyScope(routine, columns, scope.environment);
  const query = analysis.query(body.query, { ...inside.environment, outer: inside }, false);
  const { columns: returned } = body;
  if (!returned) return query;
  const alias = engineName(analysis.unique("f"));
  const cast = query.output.map((column, i) => {
    const { name, dataType } = returned[i] ?? column;
    const { nullable } = column;
    const value = { sql: `${alias}.${engineName(column.engineName)}`, dataType: column.dataType, nullable };
    const { sql } = compileCast(value, dataType, "ansi", analysis.context);
    return { sql: `${sql} AS ${engineName(column.engineName)}`, column: { ...column, name, dataType, nullable: true } };
  });
  return {
    sql: `SELECT ${cast.map((one) => one.sql).join(", ")} FROM (${query.sql}) AS ${alias}`,
    output: cast.map((one) => ({ ...one.column, qualifiers: [[routine.name.at(-1) ?? ""]] })),
  };
}

/** Nothing of the caller's is seen in the body but the parameters. */
function bodyScope(routine: ResolvedRoutine, columns: readonly ScopeColumn[], around: Environment): Scope {
  const { context } = around.analysis;
  // A persistent function sees no variable of whoever calls it.
  const { variable: _, ...own } = context;
  const analysis = {
    ...around.analysis,
    context: routine.name.length > 1 ? own : context,
    routines: routine.routines,
  };
  return { environment: { analysis, commonTables: new Map() }, columns };
}

function parameterColumns(
  { parameters, name }: Routine,
  sql: readonly string[],
  values: readonly Typed[],
): readonly ScopeColumn[] {
  return parameters.map((parameter, i) => ({
    name: parameter.name,
    dataType: parameter.dataType,
    nullable: values[i]?.nullable ?? true,
    engineName: parameter.name,
    qualifiers: [name],
    sql: sql[i] ?? "NULL",
    id: `parameter\u0001${i}\u0001${sql[i]}`,
  }));
}

interface Bindings {
  readonly columns: readonly ScopeColumn[];
  readonly around: (sql: string) => string;
}

/** Arguments that are long or not deterministic, and used more than once, get a name of their own around the body. */
function bindParameters(
  routine: Routine,
  values: readonly Typed[],
  body: Expression,
  { analysis }: Environment,
): Bindings {
  const hasQuery = containsQuery(body);
  const bound: { readonly name: string; readonly sql: string }[] = [];
  const sql = values.map((value, i) => {
    const short = value.deterministic !== false && value.sql.length <= LONGEST_REPEATED;
    if (short || (!hasQuery && usesOf(body, routine, routine.parameters[i]?.name ?? "") <= 1)) return value.sql;
    const name = engineName(analysis.unique("p"));
    bound.push({ name, sql: value.sql });
    return name;
  });
  const columns = parameterColumns(routine, sql, values);
  if (bound.length === 0) return { columns, around: (whole) => whole };
  if (!hasQuery) {
    const around = (whole: string) =>
      bound.reduce(
        (inner, { name, sql: value }) => `list_extract(list_transform([${value}], lambda ${name}: ${inner}), 1)`,
        whole,
      );
    return { columns, around };
  }
  const list = bound.map((one) => `${one.sql} AS ${one.name}`).join(", ");
  return {
    columns,
    around: (whole) => `(SELECT ${whole} FROM (SELECT ${list}) AS ${engineName(analysis.unique("r"))})`,
  };
}

function usesOf(body: Expression, { name: routine }: Routine, parameter: string): number {
  const wanted = parameter.toLowerCase();
  const own = routine.at(-1)?.toLowerCase();
  return namesIn(body).filter(
    ([first, second]) =>
      first?.toLowerCase() === wanted || (first?.toLowerCase() === own && second?.toLowerCase() === wanted),
  ).length;
}

function argumentsOf(call: CallExpression, routine: Routine, scope: Scope, compile: CompileIn): Arguments {
  const { parameters } = routine;
  const { args, namedArgs = [] } = call;
  const required = parameters.filter((one) => one.defaultValue === undefined).length;
  const given = args.length + namedArgs.length;
  if (given > parameters.length || (namedArgs.length === 0 && given < required)) throw wrongCount(routine, given);
  const named = new Map<string, Expression>();
  for (const { name, value } of namedArgs) {
    const index = parameters.findIndex((one) => one.name.toLowerCase() === name);
    if (index < 0) throw unknownParameter(routine, name);
    if (named.has(name)) throw givenTwice(routine, name, "DOUBLE_NAMED_ARGUMENT_REFERENCE");
    if (index < args.length) throw givenTwice(routine, name, "BOTH_POSITIONAL_AND_NAMED");
    named.set(name, value);
  }
  const values = parameters.map((parameter, i) => {
    const own = args[i] ?? named.get(parameter.name.toLowerCase());
    const expression = own ?? parameter.defaultValue;
    if (!expression) throw missingArgument(routine, parameter.name, i);
    const inside = own ? scope : { environment: scope.environment, columns: [] };
    return asParameter(compile(expression, inside), parameter.dataType, scope);
  });
  return { values };
}

function asParameter(value: Typed, dataType: DataType, scope: Scope): Typed {
  const cast = compileCast(value, dataType, "ansi", scope.environment.analysis.context);
  return { ...cast, ...traitsOf([value]) };
}

function nameText(routine: Routine): string {
  return routine.name.map(quoteName).join(".");
}

function wrongCount(routine: Routine, actual: number): LakeletError {
  const expected = String(routine.parameters.length);
  return analysisError(
    "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
    "42605",
    `The ${nameText(routine)} requires ${expected} parameters but the actual number is ${actual}.`,
    { parameters: { functionName: nameText(routine), expectedNum: expected, actualNum: String(actual) } },
  );
}

function unknownParameter(routine: Routine, name: string): LakeletError {
  const proposal = routine.parameters.map((one) => quoteName(one.name)).join(" ");
  return analysisError(
    "UNRECOGNIZED_PARAMETER_NAME",
    "4274K",
    `The routine ${nameText(routine)} has no parameter named ${quoteName(name)}.`,
    { cure: `Its parameters are [${proposal}].`, parameters: { routineName: nameText(routine), argumentName: name } },
  );
}

function givenTwice(routine: Routine, name: string, how: string): LakeletError {
  return analysisError(
    `DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.${how}`,
    "4274K",
    `The call of ${nameText(routine)} gives its parameter ${quoteName(name)} more than one value.`,
    { cure: "Give it one, by position or by name." },
  );
}

function missingArgument(routine: Routine, name: string, index: number): LakeletError {
  return analysisError(
    "REQUIRED_PARAMETER_NOT_FOUND",
    "4274K",
    `The call of ${nameText(routine)} gives no value for its parameter ${quoteName(name)}.`,
    {
      cure: `Give it at position ${index + 1}, or as ${name} => value.`,
      parameters: { parameterName: quoteName(name) },
    },
  );
}

function notScalar(routine: Routine): LakeletError {
  return new LakeletError({
    condition: "NOT_A_SCALAR_FUNCTION",
    sqlState: "42887",
    problem: `${nameText(routine)} is a table function and stands where a value is wanted.`,
    cure: `Write it in FROM: SELECT * FROM ${routine.name.join(".")}(...).`,
    parameters: { functionName: nameText(routine) },
  });
}

function notTable(routine: Routine): LakeletError {
  return new LakeletError({
    condition: "NOT_A_TABLE_FUNCTION",
    sqlState: "42887",
    problem: `${nameText(routine)} gives a value and stands in FROM.`,
    cure: `Write SELECT ${routine.name.join(".")}(...).`,
    parameters: { functionName: nameText(routine) },
  });
}
