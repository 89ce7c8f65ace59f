/** Pipe syntax: `query |> WHERE ... |> SELECT ...`, each step a query over the rows of those before it. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Expression, FromItem, GroupBy, Query, SelectQuery, StarExpression } from "../ast.js";
import { syntaxError, unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";
import type { TokenList } from "./tokens.js";

/** What parses the pieces of a pipe. */
export interface PipeParsers {
  query(from: number, to: number): Query;
  /** Items of a SELECT list, aliases included. */
  items(from: number, to: number): readonly Expression[];
  /** `SELECT * FROM <nothing yet> WHERE ...`: clauses behind a source that is filled in later. */
  clauses(from: number, to: number): Query;
}

/** Name of the table that stands for the rows before a step, until they are put in its place. */
export const PIPED: readonly string[] = ["\u0001piped"];

const JOINS = ["JOIN", "NATURAL", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI"];
const SETS = ["UNION", "EXCEPT", "INTERSECT", "MINUS"];
const TAILS = ["ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "LIMIT", "OFFSET"];

/** The steps' bounds, [from, to) without the `|>`; undefined where the range has no pipe outside parentheses. */
export function pipeRanges(
  list: TokenList,
  from: number,
  to: number,
): readonly (readonly [number, number])[] | undefined {
  const bars: number[] = [];
  for (let at = from; at < to; at++) {
    const { upper } = list.tokens[at] ?? { upper: "" };
    if (upper === "(" || upper === "[") at = list.closing.get(at) ?? to;
    else if (upper === "|>") bars.push(at);
  }
  if (bars.length === 0) return undefined;
  const starts = [from, ...bars.map((bar) => bar + 1)];
  return starts.map((start, i) => [start, bars[i] ?? to]);
}

/** The query of a range that has pipes. */
export function pipedQuery(
  cursor: TokenCursor,
  [first, ...steps]: readonly (readonly [number, number])[],
  parsers: PipeParsers,
): Query {
  const [from, to] = first ?? [cursor.at, cursor.limit];
  const start = headOf(from, to, parsers);
  return start.wrap(
    withTailAlone(cursor, steps).reduce((input, [at, end]) => {
      cursor.at = at;
      return step(input, cursor.within(end), parsers);
    }, start.query),
  );
}

/** ORDER BY and LIMIT behind the last step are those of the whole query. */
function withTailAlone(
  cursor: TokenCursor,
  steps: readonly (readonly [number, number])[],
): readonly (readonly [number, number])[] {
  const [from, to] = steps.at(-1) ?? [cursor.limit, cursor.limit];
  const { tokens } = cursor.list;
  for (let at = from; at < to; at++) {
    if (tokens[at]?.upper === "(") at = cursor.closing(at);
    else if (at > from && beginsTail(cursor, at)) return [...steps.slice(0, -1), [from, at], [at, to]];
    else if (beginsTail(cursor, at)) return steps;
  }
  return steps;
}

function beginsTail({ list }: TokenCursor, at: number): boolean {
  const { upper } = list.tokens[at] ?? { upper: "" };
  const next = list.tokens[at + 1];
  if (upper === "LIMIT") return next?.kind !== "symbol";
  return TAILS.includes(upper) && next?.upper === "BY";
}

/** What the first step is, and the WITH around it, whose tables the later steps see, too. */
function headOf(from: number, to: number, parsers: PipeParsers) {
  const query = parsers.query(from, to);
  if (query.kind === "with") return { query: query.body, wrap: (body: Query): Query => ({ ...query, body }) };
  return { query, wrap: (body: Query): Query => body };
}

function step(input: Query, cursor: TokenCursor, parsers: PipeParsers): Query {
  const { at, limit } = cursor;
  const { upper } = cursor.peek();
  const rest = at + 1;
  if (upper === "SELECT") return selected(input, cursor, parsers);
  if (upper === "EXTEND") {
    return { ...selectFrom(input), projection: [ALL, ...parsers.items(rest, limit)], pipe: "extend" };
  }
  if (upper === "SET") return assigned(input, cursor, parsers);
  if (upper === "DROP") {
    const names = [...identifiers(cursor)];
    return { ...selectFrom(input), projection: [{ ...ALL, except: names }] };
  }
  if (upper === "AS") return named(input, cursor);
  if (upper === "AGGREGATE") return aggregated(input, cursor, parsers);
  if (upper === "WHERE" || TAILS.includes(upper)) return behind(input, parsers.clauses(at, limit), cursor);
  if (
    JOINS.includes(upper) ||
    SETS.includes(upper) ||
    upper === "PIVOT" ||
    upper === "UNPIVOT" ||
    upper === "TABLESAMPLE"
  ) {
    return behind(input, parsers.clauses(at, limit), cursor);
  }
  throw cursor.error(
    "Expected a step of a pipe.",
    "Steps are SELECT, EXTEND, SET, DROP, AS, WHERE, AGGREGATE, JOIN, ORDER BY, LIMIT ...",
  );
}

const ALL: StarExpression = { kind: "star", qualifier: [], except: [] };

function selectFrom(input: Query): SelectQuery {
  return {
    kind: "select",
    distinct: false,
    projection: [ALL],
    from: sourceOf(input),
    lateralViews: [],
    windows: {},
    orderBy: [],
  };
}

/** The rows as items of FROM: names of tables still qualify what comes from them. */
function sourceOf(input: Query): readonly FromItem[] {
  if (isPlainSource(input)) return input.from;
  return [{ kind: "subquery", query: input, lateral: false, piped: true, columns: [] }];
}

/** `SELECT * FROM source` and nothing else. */
function isPlainSource(query: Query): query is SelectQuery {
  if (query.kind !== "select" || query.lateralViews.length > 0 || query.projection.length !== 1) return false;
  const [only] = query.projection;
  const star = only?.kind === "star" && only.qualifier.length === 0 && only.except.length === 0 && !only.replace;
  return star && isOnly(query, []);
}

const CLAUSES = ["where", "groupBy", "having", "qualify", "limit", "offset"] as const;

/** True where the SELECT has no clauses but these. */
function isOnly(query: SelectQuery, allowed: readonly string[]): boolean {
  const others = CLAUSES.filter((one) => !allowed.includes(one));
  if (others.some((one) => query[one] !== undefined) || query.distinct) return false;
  return allowed.includes("orderBy") || query.orderBy.length === 0;
}

/** `SELECT list [WINDOW ...]` */
function selected(input: Query, cursor: TokenCursor, parsers: PipeParsers): Query {
  const window = windowAt(cursor);
  const list = parsers.query(cursor.at, window ?? cursor.limit);
  if (list.kind !== "select" || list.from.length > 0 || !isOnly({ ...list, distinct: false }, [])) {
    throw cursor.error(
      "SELECT of a pipe has a list only.",
      "Write FROM before the first |>, and other clauses as steps.",
    );
  }
  const clauses = window === undefined ? undefined : parsers.clauses(window, cursor.limit);
  const windows = clauses?.kind === "select" ? clauses.windows : {};
  return { ...list, from: sourceOf(input), windows, pipe: "select" };
}

/** Where the step's WINDOW clause begins. */
function windowAt(cursor: TokenCursor): number | undefined {
  for (let at = cursor.at; at < cursor.limit; at++) {
    const { upper } = cursor.list.tokens[at] ?? { upper: "" };
    if (upper === "(") at = cursor.closing(at);
    else if (upper === "WINDOW" && cursor.list.tokens[at + 2]?.upper === "AS") return at;
  }
  return undefined;
}

/** `SET a = x, b = y`: one after the other, so that y may name the new a. */
function assigned(input: Query, cursor: TokenCursor, parsers: PipeParsers): Query {
  cursor.expect("SET");
  let query = input;
  do {
    const start = cursor.at;
    const name = cursor.name("a column to set");
    if (cursor.sees(".")) throw unsupportedTarget(cursor, start);
    cursor.expect("=");
    const from = cursor.at;
    cursor.at = endOfItem(cursor);
    const [value, ...others] = parsers.items(from, cursor.at);
    if (value === undefined || others.length > 0) throw cursor.error("Expected a value.", undefined, from);
    if (value.kind === "alias") throw cursor.error("A value of SET has no alias.", undefined, from);
    query = { ...selectFrom(query), projection: [{ ...ALL, replace: [{ name, value }] }], pipe: "set" };
  } while (cursor.accept(","));
  cursor.end();
  return query;
}

function unsupportedTarget(cursor: TokenCursor, start: number): Error {
  const { source, tokens } = cursor.list;
  return syntaxError(source, tokens[start]?.start ?? 0, "SET of a pipe names a column without its table.");
}

/** The next comma outside parentheses, or the end. */
function endOfItem(cursor: TokenCursor, ...words: readonly string[]): number {
  let at = cursor.at;
  while (at < cursor.limit) {
    const { upper } = cursor.list.tokens[at] ?? { upper: "" };
    if (upper === "," || (words.includes(upper) && cursor.list.tokens[at + 1]?.upper === "BY")) break;
    at = upper === "(" || upper === "[" ? cursor.closing(at) + 1 : at + 1;
  }
  return at;
}

function* identifiers(cursor: TokenCursor): Generator<string> {
  cursor.at++;
  do yield cursor.name("a column");
  while (cursor.accept(","));
  cursor.end();
}

function named(input: Query, cursor: TokenCursor): Query {
  cursor.expect("AS");
  const alias = cursor.name("an alias");
  cursor.end();
  return { ...selectFrom(input), from: [{ kind: "subquery", query: input, lateral: false, columns: [], alias }] };
}

/** `AGGREGATE [aggregates] [GROUP BY keys]`: the keys come first in the output, and may have aliases. */
function aggregated(input: Query, cursor: TokenCursor, parsers: PipeParsers): Query {
  cursor.expect("AGGREGATE");
  const from = cursor.at;
  let end = from;
  while (
    end < cursor.limit &&
    !(cursor.list.tokens[end]?.upper === "GROUP" && cursor.list.tokens[end + 1]?.upper === "BY")
  ) {
    end = cursor.list.tokens[end]?.upper === "(" ? cursor.closing(end) + 1 : end + 1;
  }
  const aggregates = end > from ? parsers.items(from, end) : [];
  const keys = end < cursor.limit ? groupingItems(cursor, end + 2, parsers) : [];
  if (aggregates.length + keys.length === 0) throw cursor.error("Expected aggregates or GROUP BY after AGGREGATE.");
  const groupBy: GroupBy = { all: false, sets: [keys.map(withoutName)], grouping: false };
  return { ...selectFrom(input), projection: [...keys, ...aggregates], groupBy, pipe: { aggregatesFrom: keys.length } };
}

function groupingItems(cursor: TokenCursor, from: number, parsers: PipeParsers): readonly Expression[] {
  const keys = parsers.items(from, cursor.limit);
  for (const key of keys) {
    const sets = key.kind === "call" && ["rollup", "cube", "grouping sets"].includes(key.name);
    const all = key.kind === "column" && key.parts.join(".").toUpperCase() === "ALL";
    if (sets || all) {
      throw unsupportedFeature(
        "PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE",
        "GROUP BY of grouping sets or ALL in AGGREGATE",
        "Name the columns.",
      );
    }
  }
  return keys;
}

function withoutName(expression: Expression): Expression {
  return expression.kind === "alias" ? expression.operand : expression;
}

/** Clauses over the rows so far. */
function behind(input: Query, clauses: Query, cursor: TokenCursor): Query {
  if (clauses.kind === "set") return { ...clauses, left: behind(input, clauses.left, cursor) };
  if (clauses.kind !== "select") throw cursor.error("This cannot be a step of a pipe.");
  const [item, ...others] = clauses.from;
  const tail = TAILS.includes(cursor.peek().upper);
  if (clauses.orderBy.length > 0 && clauses.limit !== undefined) throw severalTails();
  const allowed = cursor.sees("WHERE") ? ["where"] : tail ? ["orderBy", "limit", "offset"] : [];
  if (item === undefined || others.length > 0 || !isOnly(clauses, allowed)) {
    throw cursor.error("A step of a pipe has one clause.", "Write a |> before each clause.");
  }
  const rows = sourceOf(input);
  if (item.kind === "table") {
    const { sample } = item;
    if (sample) return { ...selectFrom(input), from: [{ ...asOne(input, rows), sample }] };
    return { ...clauses, from: rows };
  }
  return { ...clauses, from: [filledIn(item, asOne(input, rows))] };
}

function severalTails(): Error {
  return new LakeletError({
    condition: "MULTIPLE_QUERY_RESULT_CLAUSES_WITH_PIPE_OPERATORS",
    sqlState: "42000",
    problem: "ORDER BY and LIMIT cannot stand in one step of a pipe.",
    cure: "Write a |> before each of them.",
  });
}

type OneSource = Extract<FromItem, { kind: "table" | "subquery" }>;

function asOne(input: Query, rows: readonly FromItem[]): OneSource {
  const [only, ...others] = rows;
  if (only !== undefined && others.length === 0 && (only.kind === "table" || only.kind === "subquery")) return only;
  return { kind: "subquery", query: input, lateral: false, piped: true, columns: [] };
}

/** The source with the rows in the place that was left for them. */
function filledIn(item: FromItem, rows: FromItem): FromItem {
  switch (item.kind) {
    case "join":
      return { ...item, left: filledIn(item.left, rows) };
    case "pivot":
    case "unpivot":
      return { ...item, input: filledIn(item.input, rows) };
    case "table":
      return item.name === PIPED ? rows : item;
    default:
      return item;
  }
}
