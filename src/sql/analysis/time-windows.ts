/** window() and session_window() of a SELECT: the rows, once for each window that they are in, with the window as a column. */
import { field, type StructType, struct, TIMESTAMP } from "../../schema/data-type.js";
import type { CallExpression, Expression, LiteralExpression, SelectQuery, SortItem } from "../ast.js";
import { unsupportedFeature } from "../functions/function-errors.js";
import { durationParts, rowWindows } from "../functions/time-window.js";
import type { Typed } from "../typed.js";
import { type AddedColumn, type Block, extend } from "./block.js";
import { compileArguments, contextOf } from "./call.js";
import { compileExpression } from "./expression.js";
import { mapExpressions, namesIn, partsOf } from "./expression-tree.js";
import { fingerprint } from "./fingerprint.js";
import { groupingSets } from "./group-by.js";
import type { Item } from "./projection.js";
import { columnById, type Scope, type ScopeColumn } from "./scope.js";

type ScopeOf = (block: Block) => Scope;

export interface TimeWindows {
  readonly block: Block;
  readonly scopeOf: ScopeOf;
  /** The query and its items with the window's column in place of its calls. */
  readonly query: SelectQuery;
  readonly items: readonly Item[];
}

/** Throws UNSUPPORTED_FEATURE.* where the query has windows of several kinds, as Spark refuses them. */
export function withTimeWindows(given: TimeWindows): TimeWindows {
  const { block, query, items, scopeOf } = given;
  const scope = scopeOf(block);
  const keys = query.groupBy?.sets.flat() ?? [];
  const behind = [query.having, query.qualify, ...query.orderBy.map((one) => one.expression)];
  const read = [...items.map((one) => one.expression), ...keys, ...behind.filter((one) => one !== undefined)];
  const calls = new Map(read.flatMap(windowCalls).map((one) => [fingerprint(one, scope), one]));
  const [call, ...others] = calls.values();
  if (call === undefined) return given;
  if (others.length > 0) {
    throw unsupportedFeature(
      "A query cannot group its rows by several time windows: that would multiply them.",
      "Compute the other windows in a subquery.",
    );
  }
  const { block: timed, column } = call.name === "window" ? windowed(call, given) : sessions(call, given);
  const replaced = (one: Expression): Expression =>
    isWindowCall(one) ? columnById(column.id) : mapExpressions(one, replaced);
  return {
    block: timed,
    scopeOf: (one) => ({ ...scopeOf(one), timeWindow: { name: call.name, id: column.id } }),
    query: withReplaced(query, replaced),
    items: items.map((one) => ({ ...one, expression: replaced(one.expression) })),
  };
}

function isWindowCall(expression: Expression): expression is CallExpression {
  if (expression.kind !== "call" || expression.over !== undefined) return false;
  return expression.name === "window" || expression.name === "session_window";
}

function windowCalls(expression: Expression): readonly CallExpression[] {
  return isWindowCall(expression) ? [expression] : partsOf(expression).flatMap(windowCalls);
}

function withReplaced(query: SelectQuery, replaced: (one: Expression) => Expression): SelectQuery {
  const { groupBy, having, qualify } = query;
  const sort = (one: SortItem): SortItem => ({ ...one, expression: replaced(one.expression) });
  return {
    ...query,
    orderBy: query.orderBy.map(sort),
    ...(groupBy ? { groupBy: { ...groupBy, sets: groupBy.sets.map((set) => set.map(replaced)) } } : {}),
    ...(having ? { having: replaced(having) } : {}),
    ...(qualify ? { qualify: replaced(qualify) } : {}),
  };
}

interface Windowed {
  readonly block: Block;
  readonly column: ScopeColumn;
}

/** Rows without a time are in no window. */
function windowed(call: CallExpression, { block, scopeOf }: TimeWindows): Windowed {
  const compiled = (base: Block) => {
    const scope = scopeOf(base);
    return rowWindows(compileArguments(call.args, scope, compileExpression), contextOf(scope), call.name);
  };
  const { time, several } = compiled(block);
  const present = several ? block : { ...block, where: [...block.where, `(${time.sql} IS NOT NULL)`] };
  return added(present, call.name, scopeOf, (base) => {
    const { sql, dataType } = compiled(base);
    return { sql: several ? `unnest(${sql})` : sql, dataType, nullable: false };
  });
}

function added(block: Block, name: string, scopeOf: ScopeOf, value: AddedColumn["value"]): Windowed {
  const extended = extend(block, [{ name, value }], scopeOf(block).environment.analysis);
  const [column] = extended.added;
  if (column === undefined) throw new Error("a block takes the column that is added to it");
  return { block: extended.block, column };
}

/** A row's own session, and in GROUP BY what sessions that meet are together. */
function sessions(call: CallExpression, given: TimeWindows): Windowed {
  const { scopeOf } = given;
  const own = added(given.block, "own_session", scopeOf, (base) => ownSession(call, scopeOf(base)));
  const { sql } = own.column;
  const [start, end] = [`struct_extract(${sql}, 'start')`, `struct_extract(${sql}, 'end')`];
  const block: Block = { ...own.block, where: [...own.block.where, `(${end} > ${start})`] };
  const keys = sessionKeys(call, given);
  if (keys === undefined) return { block, column: own.column };
  const partition = (base: Block): string => {
    const values = keys.map((one) => compileExpression(one, scopeOf(base)).sql);
    return values.length > 0 ? `PARTITION BY ${values.join(", ")} ` : "";
  };
  const { dataType } = own.column;
  const number = (text: string): Pick<Typed, "sql" | "dataType" | "nullable"> => ({
    sql: text,
    dataType: { kind: "long" },
    nullable: false,
  });
  const begins = added(block, "begins", scopeOf, (base) => {
    const before = `max(${end}) OVER (${partition(base)}ORDER BY ${start} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;
    return number(`CASE WHEN ${start} <= ${before} THEN 0 ELSE 1 END`);
  });
  // Rows that begin at the same time are one step of the sum, so that it does not matter which of them came first above.
  const counted = added(begins.block, "session", scopeOf, (base) =>
    number(`sum(${begins.column.sql}) OVER (${partition(base)}ORDER BY ${start} RANGE UNBOUNDED PRECEDING)`),
  );
  return added(counted.block, call.name, scopeOf, (base) => {
    const separator = keys.length > 0 ? ", " : "PARTITION BY ";
    const over = `OVER (${partition(base).trimEnd()}${separator}${counted.column.sql})`;
    const session = `struct_pack("start" := min(${start}) ${over}, "end" := max(${end}) ${over})`;
    return { sql: session, dataType, nullable: false };
  });
}

/** From a row's time to that time and the gap. Throws UNSUPPORTED_FEATURE.FUNCTION for gaps that are no durations. */
function ownSession(call: CallExpression, scope: Scope): Pick<Typed, "sql" | "dataType" | "nullable"> {
  const [time, gap, ...others] = call.args;
  if (time === undefined || gap === undefined || others.length > 0) {
    throw unsupportedFeature("`session_window` takes a time and a gap.", "Write session_window(ts, '5 minutes').");
  }
  const { dataType } = compileExpression(time, scope);
  const isTime = dataType.kind === "timestamp" || dataType.kind === "timestamp_ntz";
  const type = isTime ? dataType : TIMESTAMP;
  const start: Expression = isTime ? time : { kind: "cast", operand: time, to: TIMESTAMP, try: false };
  const end = compileExpression({ kind: "call", name: "+", args: [start, gapInterval(gap)] }, scope);
  const session: StructType = struct([field("start", type), field("end", type)]);
  const sql = `struct_pack("start" := ${compileExpression(start, scope).sql}, "end" := ${end.sql})`;
  return { sql, dataType: session, nullable: false };
}

/** A gap as an expression of intervals: durations may be chosen by CASE and if(). */
function gapInterval(gap: Expression): Expression {
  if (gap.kind === "literal") return literalInterval(gap);
  if (gap.kind === "case") {
    const conditions = new Set([gap.operand, ...gap.branches.map((one) => one.when)]);
    return mapExpressions(gap, (one) => (conditions.has(one) ? one : gapInterval(one)));
  }
  if (gap.kind === "call" && gap.name === "if") {
    const [condition, ...values] = gap.args;
    return { ...gap, args: [...(condition ? [condition] : []), ...values.map(gapInterval)] };
  }
  throw unsupportedGap("an expression");
}

const PLACES: Readonly<Record<string, number>> = { year: 0, month: 1, week: 2, day: 3, hour: 4, minute: 5, second: 6 };
const FRACTIONS: Readonly<Record<string, number>> = { millisecond: 3, microsecond: 6 };

function literalInterval({ value, dataType }: LiteralExpression): Expression {
  if (value === null) return { kind: "literal", dataType: { kind: "void" }, value };
  const parts = dataType.kind === "string" ? durationParts(value) : [];
  const args = Object.values(PLACES).map(() => 0n);
  let micros = 0n;
  for (const { count, unit } of parts) {
    const [place, digits] = [PLACES[unit], unit === "second" ? 0 : FRACTIONS[unit]];
    if (digits !== undefined) micros += BigInt(count) * 10n ** BigInt(6 - digits);
    else if (place !== undefined) args[place] = (args[place] ?? 0n) + BigInt(count);
    else throw unsupportedGap(`'${value}'`);
  }
  if (parts.length === 0) throw unsupportedGap(`'${value}'`);
  const whole = args.slice(0, -1).map((one) => number(String(one), { kind: "integer" }));
  const seconds = `${micros < 0n ? "-" : ""}${secondsText(micros < 0n ? -micros : micros)}`;
  return {
    kind: "call",
    name: "make_interval",
    args: [...whole, number(seconds, { kind: "decimal", precision: 18, scale: 6 })],
  };
}

function secondsText(micros: bigint): string {
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
}

function number(value: string, dataType: LiteralExpression["dataType"]): Expression {
  return { kind: "literal", dataType, value };
}

function unsupportedGap(what: string): Error {
  return unsupportedFeature(
    `\`session_window\` does not take ${what} as its gap.`,
    "Write a duration as '5 minutes', or choose among such by CASE.",
  );
}

/** The other keys of GROUP BY; undefined where the session is none of them, and so stays the row's own. */
function sessionKeys(call: CallExpression, given: TimeWindows): readonly Expression[] | undefined {
  const { query, items, block, scopeOf } = given;
  if (!query.groupBy) return undefined;
  const scope = scopeOf(block);
  const { sets, grouping } = groupingSets(query.groupBy, items, scope);
  const print = fingerprint(call, scope);
  const keys = sets.flat();
  if (!keys.some((one) => fingerprint(one, scope) === print)) return undefined;
  if (grouping) {
    throw unsupportedFeature("`session_window` in CUBE, ROLLUP or GROUPING SETS.", "Group a subquery's sessions.");
  }
  // What is computed of the session is the same for all of its rows.
  return keys.filter((one) => windowCalls(one).length === 0 && !namesIn(one).some(([name]) => name === call.name));
}
