/** CREATE TABLE ... CLONE, and the version that a command names: VERSION AS OF, TIMESTAMP AS OF, `t@v3`. */
import type { MaintenanceStatement, VersionedTable, VersionPoint } from "../maintenance-statement.js";
import { objectName } from "./identifier-clause.js";
import { expressionIn } from "./parse-range.js";
import { propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";

type Clone = Extract<MaintenanceStatement, { kind: "clone-table" }>;

/** Behind the table's name; undefined where the statement is no clone. */
export function cloneOf(
  cursor: TokenCursor,
): Pick<Clone, "shallow" | "source" | "properties" | "location"> | undefined {
  const shallow = cursor.accept("SHALLOW", "CLONE");
  if (!shallow && !cursor.accept("DEEP", "CLONE") && !cursor.accept("CLONE")) return undefined;
  const source = versionedTable(cursor);
  let properties: Readonly<Record<string, string>> = {};
  let location: string | undefined;
  for (;;) {
    if (cursor.accept("TBLPROPERTIES")) properties = propertyList(cursor);
    else if (cursor.accept("LOCATION")) location = cursor.string("a path in quotes");
    else break;
  }
  cursor.end();
  return { shallow, source, properties, ...(location === undefined ? {} : { location }) };
}

function versionedTable(cursor: TokenCursor): VersionedTable {
  const table = objectName(cursor, "the source table");
  const at = versionMark(cursor) ?? versionPoint(cursor);
  return at === undefined ? { table } : { table, at };
}

/** `@v3` or `@20240115000000000` behind a name. */
function versionMark(cursor: TokenCursor): VersionPoint | undefined {
  if (!cursor.accept("@")) return undefined;
  const start = cursor.at;
  const version = /^v(\d+)$/i.exec(cursor.peek().value)?.[1];
  if (version === undefined) throw cursor.error("Expected v and a version behind @.", "Write VERSION AS OF 3.", start);
  cursor.at++;
  return { version: { kind: "literal", dataType: { kind: "long" }, value: version } };
}

/** `VERSION AS OF n`, `TIMESTAMP AS OF t`; undefined where none stands at the cursor. */
export function versionPoint(cursor: TokenCursor): VersionPoint | undefined {
  const start = cursor.at;
  cursor.accept("FOR");
  const word = cursor.acceptOneOf("VERSION", "SYSTEM_VERSION", "TIMESTAMP", "SYSTEM_TIME");
  if (word === undefined || !cursor.accept("AS", "OF")) {
    cursor.at = start;
    return undefined;
  }
  const point = pointExpression(cursor);
  return word.endsWith("VERSION") ? { version: point } : { timestamp: point };
}

function pointExpression(cursor: TokenCursor) {
  const from = cursor.at;
  while (!cursor.done && !cursor.sees("TBLPROPERTIES") && !cursor.sees("LOCATION"))
    cursor.at = cursor.sees("(") ? cursor.closing(cursor.at) + 1 : cursor.at + 1;
  return expressionIn(cursor.list, from, cursor.at);
}
