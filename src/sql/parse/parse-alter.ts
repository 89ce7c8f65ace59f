/** ALTER TABLE and COMMENT ON. */
import type { AlterTableAction, Statement } from "../statement.js";
import { columnDefinition, columnDefinitions } from "./column-definition.js";
import { objectName } from "./identifier-clause.js";
import { propertyKeys, propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

/** Words of an action that make its name. */
const ACTION_WORDS = [
  "ADD",
  "ALTER",
  "CHANGE",
  "CLUSTER",
  "COLUMN",
  "COLUMNS",
  "CONSTRAINT",
  "DROP",
  "FEATURE",
  "LOCATION",
  "OWNER",
  "PARTITION",
  "RECOVER",
  "RENAME",
  "REPLACE",
  "SET",
  "SERDE",
  "SYNC",
  "IDENTITY",
  "TAGS",
  "UNSET",
  "BY",
  "TO",
  "PARTITIONS",
];

/** Behind ALTER. */
export function parseAlter(cursor: TokenCursor): Statement {
  if (!cursor.accept("TABLE")) return unsupported(cursor, `ALTER ${cursor.peek().upper}`);
  const table = objectName(cursor, "a table's name");
  const action = alterAction(cursor);
  cursor.end();
  return { kind: "alter-table", table, action };
}

function alterAction(cursor: TokenCursor): AlterTableAction {
  if (cursor.accept("SET", "TBLPROPERTIES")) return { kind: "set-properties", properties: propertyList(cursor) };
  if (cursor.accept("UNSET", "TBLPROPERTIES")) {
    const ifExists = cursor.accept("IF", "EXISTS");
    return { kind: "unset-properties", keys: propertyKeys(cursor), ifExists };
  }
  if (cursor.sees("ADD", "COLUMN") || cursor.sees("ADD", "COLUMNS")) return addColumns(cursor);
  return refused(cursor);
}

function addColumns(cursor: TokenCursor): AlterTableAction {
  const start = cursor.at;
  cursor.at += 2;
  if (cursor.sees("IF")) return refused(cursor, start);
  const columns = cursor.sees("(") ? undefined : [columnDefinition(cursor)];
  const position = columns === undefined ? positionInside(cursor) : cursor.sees("FIRST") || cursor.sees("AFTER");
  if (position) {
    cursor.at = cursor.limit;
    return { kind: "unsupported", name: "ADD COLUMNS with FIRST or AFTER" };
  }
  if (columns !== undefined) while (cursor.accept(",")) columns.push(columnDefinition(cursor));
  return { kind: "add-columns", columns: columns ?? columnDefinitions(cursor) };
}

/** FIRST or AFTER, which follow a column's type or comment. */
function positionInside(cursor: TokenCursor): boolean {
  const close = cursor.closing(cursor.at);
  return cursor.list.tokens.slice(cursor.at, close).some((token, i, all) => {
    const next = all[i + 1];
    const previous = all[i - 1];
    const ends = next === undefined || next.upper === ",";
    const after = token.upper === "AFTER" && next?.kind !== "symbol" && i > 2;
    return (token.upper === "FIRST" && ends && previous?.upper !== "," && i > 2) || after;
  });
}

function refused(cursor: TokenCursor, start = cursor.at): AlterTableAction {
  cursor.at = start;
  const words: string[] = [];
  while (ACTION_WORDS.includes(cursor.peek(words.length).upper)) words.push(cursor.peek(words.length).upper);
  if (words.length === 0) throw cursor.error("Expected what to change, e.g. SET TBLPROPERTIES or ADD COLUMNS.");
  cursor.at = cursor.limit;
  return { kind: "unsupported", name: words.join(" ") };
}

/** Behind COMMENT. */
export function parseComment(cursor: TokenCursor): Statement {
  cursor.expect("ON");
  const word = cursor.acceptOneOf("TABLE", "SCHEMA", "DATABASE", "NAMESPACE");
  if (word === undefined) return unsupported(cursor, `COMMENT ON ${cursor.peek().upper}`);
  const object = word === "TABLE" ? "table" : "schema";
  const name = objectName(cursor, `a ${object}'s name`);
  cursor.expect("IS");
  const comment = cursor.accept("NULL") ? null : cursor.string("a comment in quotes, or NULL");
  cursor.end();
  return { kind: "comment-on", object, name, comment };
}
