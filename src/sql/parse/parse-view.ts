/** CREATE VIEW and ALTER VIEW. */
import type { Statement } from "../statement.js";
import type { AlterViewAction, ViewSchemaMode } from "../view-statement.js";
import { restAsQuery } from "./clause-text.js";
import { columnDefinitions } from "./column-definition.js";
import { objectName } from "./identifier-clause.js";
import { propertyKeys, propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

const MODES: readonly (readonly [ViewSchemaMode, ...string[]])[] = [
  ["TYPE EVOLUTION", "TYPE", "EVOLUTION"],
  ["EVOLUTION", "EVOLUTION"],
  ["COMPENSATION", "COMPENSATION"],
  ["BINDING", "BINDING"],
];

interface ViewKind {
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly global: boolean;
}

/** Behind CREATE ... VIEW. */
export function parseCreateView(cursor: TokenCursor, how: ViewKind): Statement {
  const ifNotExists = cursor.accept("IF", "NOT", "EXISTS");
  const view = objectName(cursor, "a view's name");
  const start = cursor.at;
  const close = cursor.sees("(") ? cursor.closing(start) : start;
  if (cursor.sees("USING") || cursor.list.tokens[close + 1]?.upper === "USING") return fileView(cursor, view, how);
  const columns = cursor.sees("(") ? cursor.listOf(() => viewColumn(cursor)) : [];
  let comment: string | undefined;
  let schemaMode: ViewSchemaMode | undefined;
  let properties: Readonly<Record<string, string>> = {};
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string("a comment in quotes");
    else if (cursor.accept("TBLPROPERTIES")) properties = propertyList(cursor);
    else if (cursor.sees("WITH", "SCHEMA")) schemaMode = schemaModeAt(cursor);
    else break;
  }
  cursor.expect("AS");
  const queryText = cursor.text(cursor.at, cursor.limit);
  const query = restAsQuery(cursor);
  return {
    kind: "create-view",
    view,
    ...how,
    ifNotExists,
    columns,
    ...(comment === undefined ? {} : { comment }),
    ...(schemaMode === undefined ? {} : { schemaMode }),
    properties,
    query,
    queryText,
  };
}

function viewColumn(cursor: TokenCursor): { readonly name: string; readonly comment?: string } {
  const name = cursor.name("a column");
  return cursor.accept("COMMENT") ? { name, comment: cursor.string("a comment in quotes") } : { name };
}

/** `CREATE TEMPORARY VIEW v [(columns)] USING csv OPTIONS (path ...)` */
function fileView(cursor: TokenCursor, view: readonly string[], { orReplace, temporary, global }: ViewKind): Statement {
  if (!temporary) return unsupported(cursor, "CREATE VIEW ... USING", "Only a temporary view can be over files.");
  const columns = cursor.sees("(") ? columnDefinitions(cursor) : [];
  cursor.expect("USING");
  const format = cursor.names("a format").join(".").toLowerCase();
  const options = cursor.accept("OPTIONS") ? propertyList(cursor) : {};
  cursor.end();
  return { kind: "create-file-view", view, orReplace, global, columns, format, options };
}

function schemaModeAt(cursor: TokenCursor): ViewSchemaMode {
  cursor.expect("WITH", "SCHEMA");
  const found = MODES.find(([, ...words]) => cursor.accept(...words));
  if (!found) throw cursor.error("Expected BINDING, COMPENSATION, TYPE EVOLUTION or EVOLUTION.");
  return found[0];
}

/** Behind ALTER VIEW. */
export function parseAlterView(cursor: TokenCursor): Statement {
  const view = objectName(cursor, "a view's name");
  const action = alterViewAction(cursor);
  if (action === undefined) return unsupported(cursor, `ALTER VIEW ... ${cursor.peek().upper} ${cursor.peek(1).upper}`);
  cursor.end();
  return { kind: "alter-view", view, action };
}

function alterViewAction(cursor: TokenCursor): AlterViewAction | undefined {
  if (cursor.accept("SET", "TBLPROPERTIES")) return { kind: "set-properties", properties: propertyList(cursor) };
  if (cursor.accept("UNSET", "TBLPROPERTIES")) {
    cursor.accept("IF", "EXISTS");
    return { kind: "unset-properties", keys: propertyKeys(cursor) };
  }
  if (cursor.accept("RENAME", "TO")) return { kind: "rename", to: objectName(cursor, "the new name") };
  if (cursor.sees("WITH", "SCHEMA")) return { kind: "schema-mode", mode: schemaModeAt(cursor) };
  if (["SET", "UNSET", "OWNER"].includes(cursor.peek().upper)) return undefined;
  cursor.accept("AS");
  const queryText = cursor.text(cursor.at, cursor.limit);
  return { kind: "as", query: restAsQuery(cursor), queryText };
}
