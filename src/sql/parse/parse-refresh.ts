/** REFRESH of tables, materialized views and streaming tables, and ALTER of what refreshes them. */
import type { Statement } from "../statement.js";
import { objectName } from "./identifier-clause.js";
import { scheduleClause } from "./parse-dataset.js";
import { unsupportedFeature } from "./syntax-error.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

type Kind = "materialized-view" | "streaming-table";

/** Behind REFRESH. */
export function parseRefresh(cursor: TokenCursor): Statement {
  const kind = datasetKind(cursor);
  if (kind !== undefined) return refreshDataset(cursor, kind);
  const word = cursor.peek().upper;
  const named = cursor.peek(1).kind === "word" || cursor.peek(1).kind === "quoted";
  if (named && word !== "TABLE") return unsupported(cursor, `REFRESH ${word}`);
  if (!named) return refreshTable(cursor);
  const scan = cursor.copy();
  scan.at++;
  objectName(scan, "a table's name");
  cursor.at++;
  return scan.done ? refreshTable(cursor) : refreshDataset(cursor, "table");
}

function refreshTable(cursor: TokenCursor): Statement {
  const table = objectName(cursor, "a table's name");
  cursor.end();
  return { kind: "refresh", table };
}

/** `MATERIALIZED VIEW`, `STREAMING TABLE` */
export function datasetKind(cursor: TokenCursor): Kind | undefined {
  if (cursor.accept("MATERIALIZED", "VIEW")) return "materialized-view";
  return cursor.accept("STREAMING", "TABLE") ? "streaming-table" : undefined;
}

function refreshDataset(cursor: TokenCursor, object: Kind | "table"): Statement {
  const name = objectName(cursor, "the name of a materialized view or streaming table");
  const full = cursor.accept("FULL");
  if (cursor.sees("WHERE")) {
    throw unsupportedFeature("REFRESH_WHERE", "REFRESH ... WHERE", "Refresh all of it: leave WHERE away.");
  }
  const inBackground = cursor.acceptOneOf("SYNC", "ASYNC") === "ASYNC";
  cursor.end();
  return { kind: "refresh-dataset", object, name, full, inBackground };
}

/** `name ADD SCHEDULE ...`, `name DROP SCHEDULE`; undefined, and no step taken, where something else is altered. */
export function parseAlterSchedule(cursor: TokenCursor, object: Kind): Statement | undefined {
  const scan = cursor.copy();
  const name = objectName(scan, "the name of a materialized view or streaming table");
  if (scan.accept("DROP", "SCHEDULE") || scan.accept("DROP", "TRIGGER")) {
    scan.end();
    cursor.at = scan.at;
    return { kind: "schedule-dataset", object, name };
  }
  if (scan.acceptOneOf("ADD", "ALTER") === undefined) return undefined;
  const schedule = scheduleClause(scan);
  if (schedule === undefined) return undefined;
  scan.end();
  cursor.at = scan.at;
  return { kind: "schedule-dataset", object, name, schedule };
}
