/** CREATE, REPLACE and DROP. */
import { findField, type StructField, struct } from "../../schema/data-type.js";
import type { Statement, TableDefinition, TableName } from "../statement.js";
import { restAsQuery, seesQuery } from "./clause-text.js";
import { clusterBy } from "./cluster-by.js";
import { columnDefinition, columnDefinitions } from "./column-definition.js";
import { objectName } from "./identifier-clause.js";
import {
  parseCreateCatalog,
  parseCreateSchema,
  parseCreateVolume,
  parseDropCatalog,
  parseDropVolume,
} from "./parse-catalog.js";
import { cloneOf } from "./parse-clone.js";
import { parseCreateFunction, parseDropFunction } from "./parse-function.js";
import { parseCreateInPipeline } from "./parse-pipeline.js";
import { parseDropVariable } from "./parse-variable.js";
import { parseCreateView } from "./parse-view.js";
import { propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Behind CREATE. */
export function parseCreate(cursor: TokenCursor): Statement {
  const inPipeline = parseCreateInPipeline(cursor);
  if (inPipeline) return inPipeline;
  const orReplace = cursor.accept("OR", "REPLACE");
  const word = cursor.acceptOneOf("TABLE", "VIEW", "SCHEMA", "DATABASE", "NAMESPACE");
  if (word === "TABLE" || cursor.accept("EXTERNAL", "TABLE"))
    return createTable(cursor, { orReplace, replaceOnly: false });
  if (word === "VIEW") return parseCreateView(cursor, { orReplace, temporary: false, global: false });
  if (word !== undefined) return parseCreateSchema(cursor);
  if (cursor.accept("CATALOG")) return parseCreateCatalog(cursor);
  if (cursor.accept("VOLUME")) return parseCreateVolume(cursor, false);
  if (cursor.accept("EXTERNAL", "VOLUME")) return parseCreateVolume(cursor, true);
  const global = cursor.accept("GLOBAL");
  const temporary = cursor.acceptOneOf("TEMPORARY", "TEMP") !== undefined;
  if (!global && cursor.accept("FUNCTION")) return parseCreateFunction(cursor, { orReplace, temporary });
  if (temporary && cursor.accept("VIEW")) return parseCreateView(cursor, { orReplace, temporary, global });
  return unsupported(cursor, `CREATE ${temporary ? "TEMPORARY " : ""}${knownWords(cursor)}`);
}

/** Behind REPLACE. */
export function parseReplace(cursor: TokenCursor): Statement {
  cursor.expect("TABLE");
  return createTable(cursor, { orReplace: false, replaceOnly: true });
}

/** `MATERIALIZED VIEW`, `FUNCTION`, ... for the name of what is refused. */
function knownWords(cursor: TokenCursor): string {
  const [first, second] = [cursor.peek().upper, cursor.peek(1).upper];
  return ["MATERIALIZED", "STREAMING", "EXTERNAL", "LIVE", "FOREIGN", "STORAGE", "TEMPORARY"].includes(first)
    ? `${first} ${second}`
    : first;
}

function createTable(
  cursor: TokenCursor,
  how: { readonly orReplace: boolean; readonly replaceOnly: boolean },
): Statement {
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const table = objectName(cursor, "a table's name");
  if (cursor.sees("LIKE"))
    return unsupported(cursor, "CREATE TABLE LIKE", "Use CREATE TABLE ... AS SELECT ... WHERE false.");
  const clone = cloneOf(cursor);
  if (clone !== undefined) return { kind: "clone-table", table, ...how, ifNotExists, ...clone };
  const constraints: Record<string, string> = {};
  const columns = cursor.sees("(") && !seesQuery(cursor) ? columnDefinitions(cursor, constraints) : [];
  const definition: Mutable<TableDefinition> = {
    columns,
    constraints,
    provider: "delta",
    partitionedBy: [],
    clusterBy: [],
    properties: {},
    options: {},
  };
  while (tableClause(cursor, definition));
  const hasQuery = cursor.accept("AS") || seesQuery(cursor);
  const query = hasQuery ? { query: restAsQuery(cursor) } : {};
  cursor.end();
  return { kind: "create-table", table, ...how, ifNotExists, definition, ...query };
}

/** One clause of a table definition, in any order; false where none stands at the cursor. */
function tableClause(cursor: TokenCursor, definition: Mutable<TableDefinition>): boolean {
  if (cursor.accept("USING")) definition.provider = cursor.names("a format").join(".").toLowerCase();
  else if (cursor.accept("PARTITIONED", "BY")) partitionedBy(cursor, definition);
  else if (cursor.accept("CLUSTER", "BY")) definition.clusterBy = clusterBy(cursor);
  else if (cursor.accept("LOCATION")) definition.location = cursor.string("a path in quotes");
  else if (cursor.accept("COMMENT")) definition.comment = cursor.string("a comment in quotes");
  else if (cursor.accept("TBLPROPERTIES")) definition.properties = propertyList(cursor);
  else if (cursor.accept("OPTIONS")) definition.options = propertyList(cursor);
  else return false;
  return true;
}

/** Columns of the table, or columns with their types, which come after the others. */
function partitionedBy(cursor: TokenCursor, definition: Mutable<TableDefinition>): void {
  const added: StructField[] = [];
  definition.partitionedBy = cursor.listOf(() => {
    const start = cursor.at;
    const name = cursor.name("a column");
    if (cursor.sees("("))
      throw cursor.error(
        "A table is partitioned by columns, not by expressions.",
        "Add a generated column for it.",
        start,
      );
    if (cursor.sees(",") || cursor.sees(")")) return name;
    cursor.at = start;
    const column = columnDefinition(cursor);
    if (findField(struct(definition.columns), column.name) === undefined) added.push(column);
    return column.name;
  });
  definition.columns = [...definition.columns, ...added];
}

const DROPPED = ["TABLE", "VIEW", "SCHEMA", "DATABASE", "NAMESPACE"] as const;
const OBJECTS: Readonly<Record<string, Extract<Statement, { kind: "drop" }>["object"]>> = {
  TABLE: "table",
  VIEW: "view",
  "MATERIALIZED VIEW": "materialized-view",
};

function insteadOfDrop(cursor: TokenCursor): string | undefined {
  return cursor.sees("STREAMING", "TABLE") ? "Write DROP TABLE." : undefined;
}

/** Behind DROP. */
export function parseDrop(cursor: TokenCursor): Statement {
  if (cursor.accept("TEMPORARY", "VARIABLE") || cursor.accept("TEMP", "VARIABLE")) return parseDropVariable(cursor);
  if (cursor.accept("FUNCTION")) return parseDropFunction(cursor, false);
  if (cursor.accept("CATALOG")) return parseDropCatalog(cursor);
  if (cursor.accept("VOLUME")) return parseDropVolume(cursor);
  if (cursor.accept("TEMPORARY", "FUNCTION") || cursor.accept("TEMP", "FUNCTION"))
    return parseDropFunction(cursor, true);
  const isMaterialized = cursor.accept("MATERIALIZED", "VIEW");
  const word = isMaterialized ? "MATERIALIZED VIEW" : cursor.acceptOneOf(...DROPPED);
  if (word === undefined) return unsupported(cursor, `DROP ${knownWords(cursor)}`, insteadOfDrop(cursor));
  const object = OBJECTS[word] ?? "schema";
  const ifExists = cursor.accept("IF", "EXISTS");
  const name: TableName = objectName(cursor, `a ${object.replace("-", " ")}'s name`);
  const mode = cursor.acceptOneOf("CASCADE", "RESTRICT", "PURGE");
  cursor.end();
  return { kind: "drop", object, name, ifExists, cascade: mode === "CASCADE" };
}
