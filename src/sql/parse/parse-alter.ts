/** ALTER TABLE and COMMENT ON. */
import type { AlterTableAction } from "../alter-table-action.js";
import type { Statement } from "../statement.js";
import { expressionText } from "./clause-text.js";
import { clusterBy } from "./cluster-by.js";
import { objectName } from "./identifier-clause.js";
import {
  addColumns,
  alterColumns,
  changeColumn,
  dropColumns,
  renameColumn,
  replaceColumns,
} from "./parse-alter-column.js";
import { parseAlterSchema } from "./parse-catalog.js";
import { datasetKind, parseAlterSchedule } from "./parse-refresh.js";
import { parseAlterView } from "./parse-view.js";
import { propertyKeys, propertyList } from "./property-list.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

/** Words of an action that make its name. */
const ACTION_WORDS = [
  "ADD",
  "ALTER",
  "CHANGE",
  "COLLATION",
  "COLUMN",
  "COLUMNS",
  "CONSTRAINT",
  "DEFAULT",
  "DROP",
  "FILEFORMAT",
  "FOREIGN",
  "KEY",
  "MASK",
  "OWNER",
  "PARTITION",
  "PARTITIONS",
  "PREDICTIVE",
  "OPTIMIZATION",
  "PRIMARY",
  "RECOVER",
  "RENAME",
  "ROW",
  "FILTER",
  "SERDE",
  "SERDEPROPERTIES",
  "SET",
  "TAGS",
  "UNSET",
];

/** Behind ALTER. */
export function parseAlter(cursor: TokenCursor): Statement {
  if (cursor.accept("VIEW")) return parseAlterView(cursor);
  if (cursor.acceptOneOf("SCHEMA", "DATABASE", "NAMESPACE") !== undefined) return parseAlterSchema(cursor);
  const dataset = datasetKind(cursor);
  if (dataset !== undefined) {
    const schedule = parseAlterSchedule(cursor, dataset);
    if (schedule !== undefined) return schedule;
  } else if (!cursor.accept("TABLE")) return unsupported(cursor, `ALTER ${cursor.peek().upper}`);
  const table = objectName(cursor, "a table's name");
  const action = alterAction(cursor);
  cursor.end();
  return { kind: "alter-table", table, action };
}

function alterAction(cursor: TokenCursor): AlterTableAction {
  return columnAction(cursor) ?? tableAction(cursor) ?? refused(cursor);
}

function columnAction(cursor: TokenCursor): AlterTableAction | undefined {
  if (cursor.accept("ADD", "COLUMNS") || cursor.accept("ADD", "COLUMN")) return addColumns(cursor);
  if (cursor.accept("RENAME", "COLUMN")) return renameColumn(cursor);
  if (cursor.accept("DROP", "COLUMNS") || cursor.accept("DROP", "COLUMN")) return dropColumns(cursor);
  if (cursor.accept("REPLACE", "COLUMNS")) return replaceColumns(cursor);
  const word = cursor.acceptOneOf("ALTER", "CHANGE");
  if (word === undefined) return undefined;
  cursor.accept("COLUMN");
  return word === "CHANGE" ? changeColumn(cursor) : alterColumns(cursor);
}

function tableAction(cursor: TokenCursor): AlterTableAction | undefined {
  if (cursor.accept("SET", "TBLPROPERTIES")) return { kind: "set-properties", properties: propertyList(cursor) };
  if (cursor.accept("UNSET", "TBLPROPERTIES")) {
    const ifExists = cursor.accept("IF", "EXISTS");
    return { kind: "unset-properties", keys: propertyKeys(cursor), ifExists };
  }
  if (cursor.accept("SET", "LOCATION")) return { kind: "set-location", location: cursor.string("a path in quotes") };
  if (cursor.accept("RENAME", "TO")) return { kind: "rename", to: objectName(cursor, "the new name") };
  if (cursor.accept("CLUSTER", "BY")) return { kind: "cluster-by", columns: clusterBy(cursor) };
  if (cursor.accept("ADD", "FEATURE")) return { kind: "add-feature", feature: featureName(cursor) };
  if (cursor.accept("DROP", "FEATURE")) {
    const feature = featureName(cursor);
    return { kind: "drop-feature", feature, truncateHistory: cursor.accept("TRUNCATE", "HISTORY") };
  }
  return constraintAction(cursor);
}

function featureName(cursor: TokenCursor): string {
  return cursor.peek().kind === "string" ? cursor.string() : cursor.name("a feature's name");
}

/** Rules for the rows; keys, which no engine enforces, are refused. */
function constraintAction(cursor: TokenCursor): AlterTableAction | undefined {
  const start = cursor.at;
  if (cursor.accept("DROP", "CONSTRAINT")) {
    const ifExists = cursor.accept("IF", "EXISTS");
    const name = cursor.name("a constraint's name");
    cursor.acceptOneOf("RESTRICT", "CASCADE");
    return { kind: "drop-constraint", name, ifExists };
  }
  if (!cursor.accept("ADD", "CONSTRAINT")) return undefined;
  const name = cursor.name("a constraint's name");
  if (cursor.accept("CHECK")) return { kind: "add-constraint", name, check: inParentheses(cursor) };
  const key = cursor.sees("PRIMARY", "KEY") || cursor.sees("FOREIGN", "KEY");
  if (!key) throw cursor.error("Expected CHECK and a condition in parentheses.");
  cursor.at = start + 3;
  return refused(cursor);
}

/** The text in the parentheses at the cursor, which is an expression. */
function inParentheses(cursor: TokenCursor): string {
  cursor.expect("(");
  const text = expressionText(cursor, [")"]);
  cursor.expect(")");
  return text;
}

function refused(cursor: TokenCursor): AlterTableAction {
  const words: string[] = [];
  while (ACTION_WORDS.includes(cursor.peek(words.length).upper)) words.push(cursor.peek(words.length).upper);
  if (words.length === 0) throw cursor.error("Expected what to change, e.g. SET TBLPROPERTIES or ADD COLUMNS.");
  cursor.at = cursor.limit;
  return { kind: "unsupported", name: words.join(" ") };
}

/** Behind COMMENT. */
export function parseComment(cursor: TokenCursor): Statement {
  cursor.expect("ON");
  const word = cursor.acceptOneOf("TABLE", "VIEW", "SCHEMA", "DATABASE", "NAMESPACE", "CATALOG", "VOLUME", "COLUMN");
  if (word === undefined) return unsupported(cursor, `COMMENT ON ${cursor.peek().upper}`);
  const object = COMMENTED[word] ?? "schema";
  const name = objectName(cursor, `a ${object}'s name`);
  cursor.expect("IS");
  const comment = cursor.accept("NULL") ? null : cursor.string("a comment in quotes, or NULL");
  cursor.end();
  return { kind: "comment-on", object, name, comment };
}

const COMMENTED: Readonly<Record<string, Extract<Statement, { kind: "comment-on" }>["object"]>> = {
  TABLE: "table",
  VIEW: "table",
  CATALOG: "catalog",
  VOLUME: "volume",
  COLUMN: "column",
};
