/** ALTER TABLE's actions on columns. */
import type { AddedColumn, ColumnAlteration, ColumnChange, ColumnPosition } from "../../schema/alteration.js";
import type { AlterTableAction } from "../alter-table-action.js";
import { columnDefinition, columnDefinitionAt, columnDefinitions, defaultText } from "./column-definition.js";
import type { TokenCursor } from "./token-cursor.js";

/** Behind ADD COLUMNS: a list with or without parentheses. */
export function addColumns(cursor: TokenCursor): AlterTableAction {
  if (cursor.sees("IF", "NOT", "EXISTS")) {
    cursor.at = cursor.limit;
    return { kind: "unsupported", name: "ADD COLUMNS IF NOT EXISTS" };
  }
  return { kind: "add-columns", columns: listed(cursor, () => addedColumn(cursor)) };
}

function addedColumn(cursor: TokenCursor): AddedColumn {
  const path = cursor.names("a column name");
  const name = path.pop() ?? "";
  const field = columnDefinitionAt(cursor, name);
  const position = columnPosition(cursor);
  return { parent: path, field, ...(position === undefined ? {} : { position }) };
}

function columnPosition(cursor: TokenCursor): ColumnPosition | undefined {
  if (cursor.accept("FIRST")) return { kind: "first" };
  return cursor.accept("AFTER") ? { kind: "after", column: cursor.name("a column name") } : undefined;
}

function listed<T>(cursor: TokenCursor, item: () => T): T[] {
  if (cursor.sees("(")) return cursor.listOf(item);
  const items = [item()];
  while (cursor.accept(",")) items.push(item());
  return items;
}

export function renameColumn(cursor: TokenCursor): AlterTableAction {
  const column = cursor.names("a column name");
  cursor.expect("TO");
  return { kind: "rename-column", column, to: cursor.name("the new name") };
}

export function dropColumns(cursor: TokenCursor): AlterTableAction {
  const ifExists = cursor.accept("IF", "EXISTS");
  return { kind: "drop-columns", columns: listed(cursor, () => cursor.names("a column name")), ifExists };
}

export function replaceColumns(cursor: TokenCursor): AlterTableAction {
  const columns = cursor.sees("(") ? columnDefinitions(cursor) : listed(cursor, () => columnDefinition(cursor));
  return { kind: "replace-columns", columns };
}

/** Behind ALTER [COLUMN]: one column or, as in Spark 4, several. */
export function alterColumns(cursor: TokenCursor): AlterTableAction {
  const columns: ColumnAlteration[] = [];
  do {
    const column = cursor.names("a column name");
    columns.push({ column, changes: [columnChange(cursor)] });
  } while (cursor.accept(","));
  return { kind: "alter-columns", columns };
}

/** Behind CHANGE [COLUMN]: as ALTER COLUMN, or Hive's way, which names the column twice. */
export function changeColumn(cursor: TokenCursor): AlterTableAction {
  const start = cursor.at;
  const column = cursor.names("a column name");
  const hive = ["word", "quoted"].includes(cursor.peek().kind) && !seesChange(cursor);
  if (!hive) {
    cursor.at = start;
    return alterColumns(cursor);
  }
  const field = columnDefinition(cursor);
  if (field.name.toLowerCase() !== column.at(-1)?.toLowerCase()) {
    throw cursor.error("CHANGE COLUMN keeps the column's name.", "Write RENAME COLUMN old TO new.", start);
  }
  const { comment, ...metadata } = field.metadata;
  const position = columnPosition(cursor);
  const changes: ColumnChange[] = [{ kind: "type", field: { ...field, metadata } }];
  if (typeof comment === "string") changes.push({ kind: "comment", comment });
  if (position !== undefined) changes.push({ kind: "position", position });
  return { kind: "alter-columns", columns: [{ column, changes }] };
}

function seesChange(cursor: TokenCursor): boolean {
  const words = ["TYPE", "COMMENT", "FIRST", "AFTER", "SET", "DROP", "SYNC"];
  return words.some((word) => cursor.sees(word));
}

function columnChange(cursor: TokenCursor): ColumnChange {
  if (cursor.accept("TYPE")) return { kind: "type", field: columnDefinitionAt(cursor, "") };
  if (cursor.accept("COMMENT")) return { kind: "comment", comment: cursor.string("a comment in quotes") };
  if (cursor.accept("SET", "NOT", "NULL")) return { kind: "nullable", nullable: false };
  if (cursor.accept("DROP", "NOT", "NULL")) return { kind: "nullable", nullable: true };
  if (cursor.accept("SET", "DEFAULT")) return { kind: "default", value: defaultText(cursor) };
  if (cursor.accept("DROP", "DEFAULT")) return { kind: "default", value: null };
  if (cursor.accept("SYNC", "IDENTITY")) return { kind: "sync-identity" };
  const position = columnPosition(cursor);
  if (position !== undefined) return { kind: "position", position };
  throw cursor.error(
    "Expected what to change of the column.",
    "Write TYPE, COMMENT, FIRST, AFTER, SET or DROP NOT NULL, SET or DROP DEFAULT, or SYNC IDENTITY.",
  );
}
