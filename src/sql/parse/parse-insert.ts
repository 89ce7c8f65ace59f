/** INSERT in all its forms. */
import type { Query } from "../ast.js";
import type { SparkText, Statement } from "../statement.js";
import { expressionBeforeQuery, expressionText, restAsQuery, seesQuery } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import { queryIn } from "./parse-range.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

type Insert = Extract<Statement, { kind: "insert" }>;
type Replace = Pick<Insert, "replaceWhere" | "replaceUsing" | "replaceOn">;

/** Words behind the table that are no alias of it. */
const NO_ALIAS = ["PARTITION", "IF", "BY", "REPLACE", "SELECT", "VALUES", "TABLE", "FROM", "WITH", "MAP", "REDUCE"];

/** Behind INSERT. `around` puts the WITH that went before it around its query. */
export function parseInsert(cursor: TokenCursor, around: (query: Query) => Query = (query) => query): Statement {
  const withSchemaEvolution = cursor.accept("WITH", "SCHEMA", "EVOLUTION");
  const overwrite = cursor.accept("OVERWRITE");
  if (!overwrite) cursor.expect("INTO");
  if (overwrite && (cursor.sees("DIRECTORY") || cursor.sees("LOCAL", "DIRECTORY"))) {
    return unsupported(cursor, "INSERT OVERWRITE DIRECTORY", "Use df.write.format(...).save(path).");
  }
  cursor.accept("TABLE");
  const table = objectName(cursor, "a table's name");
  const target = targetAlias(cursor);
  const partition = cursor.accept("PARTITION") ? { partition: partitionSpec(cursor) } : {};
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const columns =
    cursor.sees("(") && !seesQuery(cursor) ? { columns: cursor.listOf(() => cursor.names("a column").join(".")) } : {};
  const byName = cursor.accept("BY", "NAME");
  const replace = replaceClause(cursor);
  if (!seesQuery(cursor)) throw cursor.error("Expected the rows to insert: SELECT, VALUES or TABLE.");
  const { query, sourceAlias } = source(cursor, replace.replaceOn !== undefined);
  const on = replace.replaceOn;
  return {
    kind: "insert",
    table,
    overwrite,
    withSchemaEvolution,
    ...replace,
    ...(on === undefined || sourceAlias === undefined ? {} : { replaceOn: { ...on, sourceAlias } }),
    ...(target === undefined ? {} : { targetAlias: target }),
    byName,
    ...columns,
    ...partition,
    ifNotExists,
    query: around(query),
  };
}

function targetAlias(cursor: TokenCursor): string | undefined {
  if (cursor.accept("AS")) return cursor.name("an alias");
  const token = cursor.peek();
  const isName = token.kind === "quoted" || (token.kind === "word" && !NO_ALIAS.includes(token.upper));
  return isName ? cursor.name() : undefined;
}

function replaceClause(cursor: TokenCursor): Replace {
  if (cursor.accept("REPLACE", "WHERE")) return { replaceWhere: expressionBeforeQuery(cursor) };
  if (cursor.accept("REPLACE", "USING"))
    return { replaceUsing: cursor.listOf(() => cursor.names("a column").join(".")) };
  return cursor.accept("REPLACE", "ON") ? { replaceOn: { condition: conditionBeforeQuery(cursor) } } : {};
}

/** Up to a query in parentheses or not; an EXISTS or IN of the condition is no such end. */
function conditionBeforeQuery(cursor: TokenCursor): SparkText {
  const scan = cursor.copy();
  const inside = ["EXISTS", "IN", "=", "<=>", "<>", "!=", "<", ">", "<=", ">=", "(", ",", "+", "-", "AND", "OR", "NOT"];
  while (!scan.done) {
    const opens = scan.sees("(") && seesQuery(scan) && !inside.includes(scan.peek(-1).upper);
    if (opens || (!scan.sees("(") && scan.peek(-1).upper !== "." && seesQuery(scan))) break;
    scan.at = scan.sees("(") ? scan.closing(scan.at) + 1 : scan.at + 1;
  }
  const bounded = cursor.within(scan.at);
  const text: SparkText = expressionText(bounded, []);
  cursor.at = scan.at;
  return text;
}

/** The rows; behind REPLACE ON a query in parentheses may have an alias, which the condition uses. */
function source(cursor: TokenCursor, mayBeNamed: boolean): { readonly query: Query; readonly sourceAlias?: string } {
  const close = cursor.sees("(") ? cursor.closing(cursor.at) : cursor.limit;
  if (!mayBeNamed || close >= cursor.limit - 1) return { query: restAsQuery(cursor) };
  const behind = cursor.copy();
  behind.at = close + 1;
  const named = behind.accept("AS") || ["word", "quoted"].includes(behind.peek().kind);
  if (!named || behind.limit - behind.at !== 1) return { query: restAsQuery(cursor) };
  const query = queryIn(cursor.list, cursor.at + 1, close);
  const sourceAlias = behind.name("an alias");
  cursor.at = behind.at;
  return { query, sourceAlias };
}

/** `(a = 1, b)`: static values as text, dynamic ones undefined. */
function partitionSpec(cursor: TokenCursor): Record<string, SparkText | undefined> {
  const columns = cursor.listOf((): readonly [string, SparkText | undefined] => {
    const name = cursor.name("a partition column");
    return [name, cursor.accept("=") ? expressionText(cursor, [",", ")"]) : undefined];
  });
  return Object.fromEntries(columns);
}
