/** DESCRIBE and SHOW. */
import { LakeletError } from "../../errors/lakelet-error.js";
import type { Statement } from "../statement.js";
import { restAsQuery, seesQuery } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import { parseDescribeFunction } from "./parse-function.js";
import { tableOrPath } from "./parse-maintenance.js";
import { propertyKey } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

/** Behind DESCRIBE or DESC. */
export function parseDescribe(cursor: TokenCursor): Statement {
  const named = ["word", "quoted", "string"].includes(cursor.peek(1).kind);
  if (named && cursor.accept("HISTORY")) {
    const table = tableOrPath(cursor);
    const limit = cursor.accept("LIMIT") ? { limit: cursor.integer("a number of versions") } : {};
    return ended(cursor, { kind: "describe-history", table, ...limit });
  }
  if (named && cursor.accept("DETAIL")) return ended(cursor, { kind: "describe-detail", table: tableOrPath(cursor) });
  if (seesQuery(cursor, cursor.sees("QUERY") ? 1 : 0) && !cursor.sees("TABLE")) {
    cursor.accept("QUERY");
    return { kind: "describe-query", query: restAsQuery(cursor) };
  }
  if (named && cursor.accept("FUNCTION")) return parseDescribeFunction(cursor);
  if (named && cursor.accept("VOLUME"))
    return ended(cursor, { kind: "describe-volume", volume: objectName(cursor, "a volume's name") });
  if (named && cursor.accept("CATALOG")) {
    const full = cursor.accept("EXTENDED");
    return ended(cursor, { kind: "describe-catalog", catalog: cursor.name("a catalog's name"), extended: full });
  }
  if (named && cursor.acceptOneOf("SCHEMA", "DATABASE", "NAMESPACE") !== undefined) {
    const full = cursor.peek(1).upper !== "." && cursor.accept("EXTENDED");
    return ended(cursor, { kind: "describe-schema", schema: objectName(cursor, "a schema's name"), extended: full });
  }
  if (named) cursor.accept("TABLE");
  return describeTable(cursor);
}

function describeTable(cursor: TokenCursor): Statement {
  const followed = cursor.peek(1).kind === "word" || cursor.peek(1).kind === "quoted";
  const extended = followed && cursor.acceptOneOf("EXTENDED", "FORMATTED") !== undefined;
  const table = objectName(cursor, "a table's name");
  if (cursor.done) return { kind: "describe-table", table, extended };
  if (cursor.accept("AS", "JSON")) {
    if (!extended) throw jsonNotExtended(table);
    return ended(cursor, { kind: "describe-json", table });
  }
  if (cursor.sees("PARTITION")) {
    return unsupported(cursor, "DESCRIBE TABLE ... PARTITION", "SELECT from the table, or SHOW PARTITIONS.");
  }
  return ended(cursor, { kind: "describe-column", table, column: cursor.names("a column") });
}

function jsonNotExtended(table: readonly string[]): LakeletError {
  return new LakeletError({
    condition: "DESCRIBE_JSON_NOT_EXTENDED",
    sqlState: "0A000",
    problem: "DESCRIBE TABLE ... AS JSON is only supported with EXTENDED or FORMATTED.",
    cure: `Write DESCRIBE EXTENDED ${table.join(".")} AS JSON.`,
  });
}

/** Behind SHOW. */
export function parseShow(cursor: TokenCursor): Statement {
  const word = cursor.peek().upper;
  switch (word) {
    case "TABLES":
    case "VIEWS": {
      cursor.at++;
      const schema = inSchema(cursor, "a schema's name");
      const kind = word === "TABLES" ? "show-tables" : "show-views";
      return ended(cursor, { kind, ...(schema === undefined ? {} : { schema }), ...likePattern(cursor) });
    }
    case "SCHEMAS":
    case "DATABASES":
    case "NAMESPACES": {
      cursor.at++;
      const catalog = inSchema(cursor, "a catalog's name");
      const named = catalog === undefined ? {} : { catalog: catalog.join(".") };
      return ended(cursor, { kind: "show-schemas", ...named, ...likePattern(cursor) });
    }
    case "CATALOGS":
      cursor.at++;
      return ended(cursor, { kind: "show-catalogs", ...likePattern(cursor) });
    case "COLUMNS":
      cursor.at++;
      return showColumns(cursor);
    case "TBLPROPERTIES":
      cursor.at++;
      return showProperties(cursor);
    case "CREATE":
      if (!cursor.accept("CREATE", "TABLE")) return unsupported(cursor, `SHOW CREATE ${cursor.peek(1).upper}`);
      return ended(cursor, { kind: "show-create-table", table: objectName(cursor, "a table's name") });
    default:
      return showOther(cursor, word);
  }
}

function showOther(cursor: TokenCursor, word: string): Statement {
  if (cursor.accept("TABLE", "EXTENDED")) {
    const schema = inSchema(cursor, "a schema's name");
    const { pattern } = likePattern(cursor);
    if (pattern === undefined) throw cursor.error("Expected LIKE and a pattern.");
    if (cursor.sees("PARTITION"))
      return unsupported(cursor, "SHOW TABLE EXTENDED ... PARTITION", "Use SHOW PARTITIONS.");
    return ended(cursor, { kind: "show-table-extended", pattern, ...(schema === undefined ? {} : { schema }) });
  }
  if (cursor.accept("PARTITIONS")) return showPartitions(cursor);
  if (cursor.accept("VOLUMES")) {
    const schema = inSchema(cursor, "a schema's name");
    return ended(cursor, { kind: "show-volumes", ...(schema === undefined ? {} : { schema }), ...likePattern(cursor) });
  }
  if (cursor.accept("CURRENT", "NAMESPACE") || cursor.accept("CURRENT", "SCHEMA"))
    return ended(cursor, { kind: "show-current-namespace" });
  const scope = SCOPES[word];
  if (scope !== undefined && cursor.peek(1).upper === "FUNCTIONS") cursor.at++;
  if (!cursor.accept("FUNCTIONS")) {
    if (word === "") throw cursor.error("Expected what to show, e.g. SHOW TABLES.");
    return unsupported(cursor, `SHOW ${word}`);
  }
  const schema = inSchema(cursor, "a schema's name");
  const where = schema === undefined ? {} : { schema };
  return ended(cursor, { kind: "show-functions", scope: scope ?? "all", ...where, ...likePattern(cursor) });
}

const SCOPES: Readonly<Record<string, "user" | "system" | "all">> = { USER: "user", SYSTEM: "system", ALL: "all" };

function showPartitions(cursor: TokenCursor): Statement {
  const table = objectName(cursor, "a table's name");
  const partition: Record<string, string> = {};
  if (cursor.accept("PARTITION")) {
    cursor.listOf(() => {
      const column = cursor.name("a partition column");
      cursor.expect("=");
      const token = cursor.next();
      partition[column] = token.value;
    });
  }
  return ended(cursor, { kind: "show-partitions", table, partition });
}

function showColumns(cursor: TokenCursor): Statement {
  if (cursor.acceptOneOf("FROM", "IN") === undefined) throw cursor.error("Expected IN or FROM and a table.");
  const table = objectName(cursor, "a table's name");
  const schema = inSchema(cursor, "a schema's name");
  return ended(cursor, { kind: "show-columns", table: schema === undefined ? table : [...schema, ...table.slice(-1)] });
}

function showProperties(cursor: TokenCursor): Statement {
  const table = objectName(cursor, "a table's name");
  const [key] = cursor.sees("(") ? cursor.listOf(() => propertyKey(cursor)) : [];
  return ended(cursor, { kind: "show-tblproperties", table, ...(key === undefined ? {} : { key }) });
}

function inSchema(cursor: TokenCursor, what: string): readonly string[] | undefined {
  return cursor.acceptOneOf("FROM", "IN") === undefined ? undefined : objectName(cursor, what);
}

/** `LIKE 'a*'`, or the pattern alone. */
function likePattern(cursor: TokenCursor): { readonly pattern?: string } {
  const like = cursor.accept("LIKE");
  if (!like && cursor.done) return {};
  if (cursor.peek().kind === "string") return { pattern: cursor.string() };
  return { pattern: cursor.names("a pattern in quotes").join(".") };
}

function ended(cursor: TokenCursor, statement: Statement): Statement {
  cursor.end();
  return statement;
}
