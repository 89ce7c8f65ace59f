/** Calls: the registry's entry compiled with its arguments; aggregates go to the grouping, window functions get their OVER. */
import { BYTE, LONG, STRING } from "../../schema/data-type.js";
import { engineName } from "../../schema/engine-type.js";
import type { CallExpression, Expression } from "../ast.js";
import { aggregateSql } from "../functions/aggregate-call.js";
import { lookupFunction, nearestFunction } from "../functions/registry.js";
import type { AggregateFunction, Argument, CallModifiers, FunctionContext, Typed, TypedLambda } from "../typed.js";
import { analysisError, refusedFunction, sqlType, unresolvedRoutine } from "./analysis-errors.js";
import { traitsOf } from "./branches.js";
import { hasSubquery } from "./expression-tree.js";
import { folded } from "./folded.js";
import { withPlacedArguments } from "./named-arguments.js";
import { withOuterColumns } from "./outer-columns.js";
import { compileRoutine } from "./routine-call.js";
import { FILE_NAME_COLUMN, idOf, type Scope } from "./scope.js";
import { expandStar } from "./star.js";
import { inLambda } from "./subquery.js";
import { checkOwnFrame, overSql, resolveSpec } from "./window.js";

/** Compiles an expression in a scope; expression.ts hands itself in. */
export type CompileIn = (expression: Expression, scope: Scope) => Typed;

/** Throws UNRESOLVED_ROUTINE, UNSUPPORTED_FEATURE.FUNCTION, and what the entry throws. */
export function compileCall(call: CallExpression, scope: Scope, compile: CompileIn): Typed {
  const value = compileEntry(call, scope, compile);
  if (value.deterministic === false) scope.environment.analysis.effects.nondeterministic++;
  return value;
}

function compileEntry(call: CallExpression, scope: Scope, compile: CompileIn): Typed {
  if (call.name === "grouping" || call.name === "grouping_id") return compileGrouping(call, scope, compile);
  if (call.name === "struct") return compileEntry(asNamedStruct(call, scope), scope, compile);
  if (call.name === "arrays_zip") return compileEntry(withArrayNames(call), scope, compile);
  const entry = scope.environment.analysis.context.userFunction?.(call.name) ?? lookupFunction(call.name);
  if (!entry) {
    const routine = scope.environment.analysis.routines?.get(call.name);
    if (routine) return compileRoutine(call, routine, scope, compile);
    throw unresolvedRoutine(call.name, nearestFunction(call.name));
  }
  if (call.namedArgs) return compileEntry(withPlacedArguments(call), scope, compile);
  switch (entry.kind) {
    case "scalar": {
      if (call.args.some((one) => one.kind === "lambda") && hasSubquery(call)) throw inLambda();
      let args: readonly Argument[] = [];
      const value = withOuterColumns(scope, () => {
        args = compileArguments(foldedArguments(call, scope), scope, compile);
        return entry.compile(args, contextOf(scope), call.name);
      });
      return { ...value, ...traitsOf([value, ...args.filter((one): one is Typed => !("lambda" in one))]) };
    }
    case "aggregate":
    case "window":
      return call.over ? compileWindow(call, entry, scope, compile) : compileAggregate(call, entry, scope, compile);
    case "generator":
      throw misplacedGenerator(call.name, scope);
    case "refused":
      throw refusedFunction(call.name, entry.alternative);
  }
}

/** What functions may ask, with the file of the row where the scope has one. */
export function contextOf(scope: Scope): FunctionContext {
  const { context } = scope.environment.analysis;
  const files = scope.columns.filter((one) => one.name === FILE_NAME_COLUMN);
  const [file] = files;
  return file !== undefined && files.length === 1 ? { ...context, fileName: file.sql } : context;
}

/** The arguments of a function; those of operators stay, as decimals take literals otherwise than other operands. */
export function foldedArguments(call: CallExpression, scope: Scope): readonly Expression[] {
  const { context, routines } = scope.environment.analysis;
  const isOwn = context.userFunction?.("concat") !== undefined || routines?.has("concat");
  if (isOwn || !/^[a-z]/.test(call.name)) return call.args;
  return call.args.map((one) => {
    const value = folded(one);
    return value === one || scope.grouped?.key(one) ? one : value;
  });
}

export function compileArguments(args: readonly Expression[], scope: Scope, compile: CompileIn): readonly Argument[] {
  return args.flatMap((one): readonly Argument[] => {
    if (one.kind === "lambda") return [compileLambda(one, scope, compile)];
    if (one.kind === "star") return expandStar(one, scope).map(({ expression }) => compile(expression, scope));
    return [compile(one, scope)];
  });
}

function compileLambda(lambda: Extract<Expression, { kind: "lambda" }>, scope: Scope, compile: CompileIn): TypedLambda {
  const engineParameters = lambda.parameters.map((one) => engineName(scope.environment.analysis.unique(`${one}_`)));
  return {
    lambda: true,
    parameters: lambda.parameters,
    engineParameters,
    compile(types) {
      if (types.length < lambda.parameters.length) {
        throw analysisError(
          "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
          "42K0D",
          `A lambda function has ${lambda.parameters.length} arguments where ${types.length} are expected.`,
        );
      }
      const variables = new Map(scope.variables);
      for (const [i, name] of lambda.parameters.entries()) {
        const type = types[i];
        if (type) variables.set(name.toLowerCase(), { sql: engineParameters[i] ?? "", ...type });
      }
      return compile(lambda.body, { ...scope, variables });
    },
  };
}

/** `struct(a, b + 1 AS c, d + 1)` names its fields a, c, col3. */
function asNamedStruct(call: CallExpression, scope: Scope): CallExpression {
  const named = call.args.flatMap((one): readonly (readonly [string | undefined, Expression])[] =>
    one.kind === "star"
      ? expandStar(one, scope).map(({ name, expression }) => [name, expression] as const)
      : [[fieldName(one), one] as const],
  );
  const args = named.flatMap(([name, expression], i): readonly Expression[] => [
    { kind: "literal", dataType: STRING, value: name ?? `col${i + 1}` },
    expression,
  ]);
  return { ...call, name: "named_struct", args };
}

/** `arrays_zip(a, f(b))` names its fields a, 1. */
function withArrayNames(call: CallExpression): CallExpression {
  const args = call.args.flatMap((one, i): readonly Expression[] => [
    { kind: "literal", dataType: STRING, value: fieldName(one) ?? String(i) },
    one,
  ]);
  return { ...call, name: "named_arrays_zip", args };
}

function fieldName(expression: Expression): string | undefined {
  if (expression.kind === "alias") return expression.names[0];
  if (expression.kind === "field") return expression.name;
  if (expression.kind === "column" && idOf(expression.parts) === undefined) return expression.parts.at(-1);
  return undefined;
}

function modifiersOf(call: CallExpression, scope: Scope, compile: CompileIn, filter?: string): CallModifiers {
  const conditions = [
    ...(call.filter ? [filterSql(compile(call.filter, scope))] : []),
    ...(filter === undefined ? [] : [filter]),
  ];
  return {
    distinct: call.distinct ?? false,
    ignoreNulls: call.ignoreNulls ?? false,
    star: isCountStar(call),
    filter: conditions.length > 0 ? `FILTER (WHERE ${conditions.join(" AND ")})` : "",
    withinGroup: (call.withinGroup ?? []).map((item) => ({
      value: compile(item.expression, scope),
      descending: item.descending,
    })),
    windowed: call.over !== undefined,
  };
}

/** The engine would take a number or a text as a condition. */
function filterSql({ dataType, sql }: Typed): string {
  if (dataType.kind === "boolean" || dataType.kind === "void") return sql;
  throw analysisError(
    "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN",
    "42903",
    `The FILTER of an aggregate function has the type ${sqlType(dataType)}, not "BOOLEAN".`,
    { cure: "Compare it with a value, or cast it to BOOLEAN." },
  );
}

function isCountStar(call: CallExpression): boolean {
  const [first] = call.args;
  if (call.distinct) return false;
  return call.name === "count" && first?.kind === "star" && first.qualifier.length === 0 && first.except.length === 0;
}

function compileAggregate(call: CallExpression, entry: AggregateFunction, scope: Scope, compile: CompileIn): Typed {
  if (entry.kind === "window") {
    throw analysisError(
      "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
      "42601",
      `The window function "${call.name}()" has no OVER clause.`,
      { cure: "Add one: OVER (PARTITION BY ... ORDER BY ...).", parameters: { funcName: `"${call.name}()"` } },
    );
  }
  if (!scope.grouped) throw misplacedAggregate(call.name, scope.refusesAggregates);
  const input: Scope = {
    ...scope.grouped.input,
    refusesAggregates: "NESTED_AGGREGATE_FUNCTION",
    refusesWindows: "aggregate",
  };
  const args = isCountStar(call) ? [] : compileArguments(foldedArguments(call, input), input, compile);
  const modifiers = modifiersOf(call, input, compile, scope.grouped.filter);
  const result = entry.compile(args, modifiers, contextOf(input), call.name);
  return scope.grouped.aggregate(aggregateSql(result, modifiers.filter), result);
}

function compileWindow(call: CallExpression, entry: AggregateFunction, scope: Scope, compile: CompileIn): Typed {
  if (scope.refusesWindows !== undefined) {
    throw misplacedWindow(scope.refusesWindows);
  }
  const inner: Scope = { ...scope, refusesWindows: "window" };
  refuseModifiers(call);
  const args = isCountStar(call) ? [] : compileArguments(foldedArguments(call, inner), inner, compile);
  const modifiers = modifiersOf(call, inner, compile);
  const result = entry.compile(args, modifiers, contextOf(scope), call.name);
  const spec = resolveSpec(call.over ?? { partitionBy: [], orderBy: [] }, inner);
  if (entry.kind === "window") checkOwnFrame(call.name, spec);
  if (entry.kind === "window" && spec.orderBy.length === 0) throw withoutOrder(call.name);
  const over = overSql(spec, inner, (one) => compile(one, inner));
  return {
    sql: aggregateSql(result, modifiers.filter, over),
    dataType: result.dataType,
    nullable: result.nullable,
    ...(result.deterministic === false ? { deterministic: false } : {}),
  };
}

function refuseModifiers(call: CallExpression): void {
  if (call.distinct) {
    throw analysisError(
      "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
      "0A000",
      `Distinct window functions are not supported: ${call.name}(DISTINCT ...) OVER.`,
      { cure: "Take the distinct rows in a subquery first." },
    );
  }
  if (call.filter) {
    throw analysisError(
      "_LEGACY_ERROR_TEMP_1030",
      "0A000",
      "Window aggregate function with filter predicate is not supported yet.",
      { cure: "Aggregate CASE WHEN condition THEN value END instead." },
    );
  }
}

function withoutOrder(name: string): Error {
  return analysisError("_LEGACY_ERROR_TEMP_1037", "42601", `The window function ${name}() needs an order.`, {
    cure: "Add ORDER BY to its OVER clause.",
  });
}

function misplacedWindow(clause: string): Error {
  const inside = clause === "aggregate" || clause === "window" ? `the argument of an ${clause} function` : clause;
  return analysisError(
    clause === "aggregate" ? "_LEGACY_ERROR_TEMP_1031" : "_LEGACY_ERROR_TEMP_1034",
    "42903",
    `It is not allowed to use window functions inside ${inside}.`,
    { cure: "Compute it in a subquery, or use QUALIFY." },
  );
}

const MISPLACED: Readonly<Record<string, readonly [sqlState: string, where: string]>> = {
  NESTED_AGGREGATE_FUNCTION: ["42607", "in the argument of another aggregate function"],
  INVALID_WHERE_CONDITION: ["42903", "in the WHERE clause"],
  GROUP_BY_AGGREGATE: ["42903", "in GROUP BY"],
};

function misplacedAggregate(name: string, refusal = "UNSUPPORTED_EXPR_FOR_OPERATOR"): Error {
  const [sqlState, where] = MISPLACED[refusal] ?? ["42K0E", "here"];
  return analysisError(refusal, sqlState, `It is not allowed to use the aggregate function ${name} ${where}.`, {
    cure: "Aggregate in a subquery, or move the condition to HAVING.",
  });
}

function misplacedGenerator(name: string, scope: Scope): Error {
  const outside = scope.refusesAggregates !== undefined;
  return analysisError(
    `UNSUPPORTED_GENERATOR.${outside ? "OUTSIDE_SELECT" : "NESTED_IN_EXPRESSIONS"}`,
    "42K0E",
    `The generator ${name} can only be a whole item of the SELECT list, or stand in LATERAL VIEW or FROM.`,
    { cure: "Write it as an item of its own, and use its alias in an outer query." },
  );
}

/** grouping(column) and grouping_id(columns): which keys a grouping set leaves out. */
function compileGrouping(call: CallExpression, scope: Scope, compile: CompileIn): Typed {
  const { grouped } = scope;
  if (!grouped?.groupingKeys) {
    throw analysisError(
      "UNSUPPORTED_GROUPING_EXPRESSION",
      "42K0E",
      "grouping()/grouping_id() can only be used with GroupingSets/Cube/Rollup.",
    );
  }
  const args = call.args.length > 0 ? call.args : grouped.groupingKeys;
  const keys = args.map((one) => {
    // An unknown name is named as such.
    compile(one, grouped.input);
    return grouped.keySql(one);
  });
  if (keys.some((one) => one === undefined)) {
    throw analysisError(
      call.name === "grouping" ? "GROUPING_COLUMN_MISMATCH" : "GROUPING_ID_COLUMN_MISMATCH",
      "42803",
      `A column of ${call.name} is not among the grouping columns.`,
    );
  }
  const dataType = call.name === "grouping" ? BYTE : LONG;
  const sql = `CAST(GROUPING(${keys.join(", ")}) AS ${dataType === BYTE ? "TINYINT" : "BIGINT"})`;
  return grouped.aggregate(sql, { dataType, nullable: false });
}
