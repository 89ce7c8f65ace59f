/** DESCRIBE and SHOW. */
import type { Statement } from "../statement.js";
import { restAsQuery, seesQuery } from "./clause-text.js";
import { objectName } from "./identifier-clause.js";
import { tableOrPath } from "./parse-maintenance.js";
import { propertyKey } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

const REFUSED_DESCRIBE = ["SCHEMA", "DATABASE", "NAMESPACE", "CATALOG", "FUNCTION", "VOLUME"];

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
  if (named && REFUSED_DESCRIBE.includes(cursor.peek().upper))
    return unsupported(cursor, `DESCRIBE ${cursor.peek().upper}`);
  if (named) cursor.accept("TABLE");
  const followed = cursor.peek(1).kind === "word" || cursor.peek(1).kind === "quoted";
  const extended = followed && cursor.acceptOneOf("EXTENDED", "FORMATTED") !== undefined;
  const table = objectName(cursor, "a table's name");
  if (!cursor.done) return unsupported(cursor, "DESCRIBE TABLE of a column or partition", "Describe the whole table.");
  return { kind: "describe-table", table, extended };
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
      return cursor.done ? { kind: "show-catalogs" } : unsupported(cursor, "SHOW CATALOGS LIKE");
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
  const scoped = ["USER", "SYSTEM", "ALL"].includes(word) && cursor.peek(1).upper === "FUNCTIONS";
  if (scoped) cursor.at++;
  if (!cursor.accept("FUNCTIONS")) {
    if (word === "") throw cursor.error("Expected what to show, e.g. SHOW TABLES.");
    return unsupported(cursor, `SHOW ${word === "TABLE" ? "TABLE EXTENDED" : word}`);
  }
  inSchema(cursor, "a schema's name");
  return ended(cursor, { kind: "show-functions", ...likePattern(cursor) });
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
