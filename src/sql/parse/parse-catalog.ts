/** Statements about catalogs, schemas and volumes. */
import type { CatalogStatement } from "../catalog-statement.js";
import type { Statement } from "../statement.js";
import { objectName } from "./identifier-clause.js";
import { propertyKeys, propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

/** Behind CREATE SCHEMA. */
export function parseCreateSchema(cursor: TokenCursor): Statement {
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const schema = objectName(cursor, "a schema's name");
  let comment: string | undefined;
  let location: string | undefined;
  let properties: Readonly<Record<string, string>> = {};
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string("a comment in quotes");
    else if (cursor.accept("MANAGED", "LOCATION") || cursor.accept("LOCATION"))
      location = cursor.string("a path in quotes");
    else if (cursor.accept("WITH", "DBPROPERTIES") || cursor.accept("WITH", "PROPERTIES"))
      properties = propertyList(cursor);
    else break;
  }
  cursor.end();
  return {
    kind: "create-schema",
    schema,
    ifNotExists,
    properties,
    ...(comment === undefined ? {} : { comment }),
    ...(location === undefined ? {} : { location }),
  };
}

/** Behind CREATE [FOREIGN] CATALOG. */
export function parseCreateCatalog(cursor: TokenCursor): Statement {
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const catalog = cursor.name("a catalog's name");
  let comment: string | undefined;
  let location: string | undefined;
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string("a comment in quotes");
    else if (cursor.accept("MANAGED", "LOCATION")) location = cursor.string("a path in quotes");
    else break;
  }
  if (cursor.sees("USING")) return unsupported(cursor, "CREATE CATALOG ... USING SHARE");
  cursor.end();
  return {
    kind: "create-catalog",
    catalog,
    ifNotExists,
    ...(comment === undefined ? {} : { comment }),
    ...(location === undefined ? {} : { location }),
  };
}

/** Behind DROP CATALOG. */
export function parseDropCatalog(cursor: TokenCursor): CatalogStatement {
  const ifExists = cursor.accept("IF", "EXISTS");
  const catalog = cursor.name("a catalog's name");
  const mode = cursor.acceptOneOf("CASCADE", "RESTRICT");
  cursor.end();
  return { kind: "drop-catalog", catalog, ifExists, cascade: mode === "CASCADE" };
}

/** Behind ALTER SCHEMA. */
export function parseAlterSchema(cursor: TokenCursor): Statement {
  const schema = objectName(cursor, "a schema's name");
  for (const word of ["DBPROPERTIES", "PROPERTIES"]) {
    if (cursor.accept("SET", word))
      return ended(cursor, { kind: "alter-schema", schema, set: propertyList(cursor), unset: [] });
    if (cursor.accept("UNSET", word)) {
      cursor.accept("IF", "EXISTS");
      return ended(cursor, { kind: "alter-schema", schema, set: {}, unset: propertyKeys(cursor) });
    }
  }
  const words = [0, 1].map((ahead) => cursor.peek(ahead).upper).join(" ");
  return unsupported(cursor, `ALTER SCHEMA ... ${words}`);
}

/** Behind CREATE [EXTERNAL] VOLUME. */
export function parseCreateVolume(cursor: TokenCursor, external: boolean): CatalogStatement {
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const volume = objectName(cursor, "a volume's name");
  let location: string | undefined;
  let comment: string | undefined;
  for (;;) {
    if (cursor.accept("LOCATION")) location = cursor.string("a path in quotes");
    else if (cursor.accept("COMMENT")) comment = cursor.string("a comment in quotes");
    else break;
  }
  if (external && location === undefined) throw cursor.error("Expected LOCATION and a path.");
  if (!external && location !== undefined)
    throw cursor.error("Only an external volume has a LOCATION.", "Write CREATE EXTERNAL VOLUME.");
  cursor.end();
  return {
    kind: "create-volume",
    volume,
    external,
    ifNotExists,
    ...(location === undefined ? {} : { location }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Behind DROP VOLUME. */
export function parseDropVolume(cursor: TokenCursor): CatalogStatement {
  const ifExists = cursor.accept("IF", "EXISTS");
  return ended(cursor, { kind: "drop-volume", volume: objectName(cursor, "a volume's name"), ifExists });
}

/** Behind LIST. */
export function parseList(cursor: TokenCursor): CatalogStatement {
  const path = cursor.string("a path in quotes");
  const limit = cursor.accept("LIMIT") ? { limit: cursor.integer("a number of rows") } : {};
  return ended(cursor, { kind: "list-files", path, ...limit });
}

/** Behind ANALYZE: the kinds of statistics are not looked at, for a table's log has them all. */
export function parseAnalyze(cursor: TokenCursor): CatalogStatement {
  if (cursor.accept("TABLES")) {
    const schema = cursor.acceptOneOf("IN", "FROM") === undefined ? undefined : objectName(cursor, "a schema's name");
    statistics(cursor);
    return { kind: "analyze", ...(schema === undefined ? {} : { schema }) };
  }
  cursor.expect("TABLE");
  const table = objectName(cursor, "a table's name");
  if (cursor.accept("PARTITION")) cursor.at = cursor.closing(cursor.at) + 1;
  statistics(cursor);
  return { kind: "analyze", table };
}

function statistics(cursor: TokenCursor): void {
  cursor.expect("COMPUTE");
  cursor.accept("DELTA");
  cursor.expect("STATISTICS");
  cursor.at = cursor.limit;
}

function ended<T>(cursor: TokenCursor, statement: T): T {
  cursor.end();
  return statement;
}
