/** SET, RESET and USE. */
import type { Statement } from "../statement.js";
import { objectName } from "./identifier-clause.js";
import { parseSetVariable } from "./parse-variable.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

const TIME_ZONE = "spark.sql.session.timeZone";

/** Behind SET: `SET`, `SET key`, `SET key = value` with the value's text as it is, `SET TIME ZONE`, `SET CATALOG`. */
export function parseSet(cursor: TokenCursor): Statement {
  if (cursor.done || cursor.sees("-")) {
    cursor.at = cursor.limit;
    return { kind: "set" };
  }
  if (cursor.accept("TIME", "ZONE")) return setTimeZone(cursor);
  if (cursor.sees("CATALOG") && cursor.peek(1).upper !== "=" && cursor.peek(1).upper !== ".") {
    cursor.at++;
    return useStatement(cursor, "catalog");
  }
  const followed = cursor.peek(1).kind !== "symbol" || cursor.peek(1).upper === "(";
  if (followed && cursor.acceptOneOf("VAR", "VARIABLE") !== undefined) return parseSetVariable(cursor);
  const refused = ["ROLE", "RECIPIENT", "TAG"].find((word) => cursor.sees(word));
  if (refused !== undefined && cursor.peek(1).kind !== "symbol") return unsupported(cursor, `SET ${refused}`);
  const key = settingKey(cursor);
  if (cursor.done) return { kind: "set", key };
  if (!cursor.accept("=")) throw cursor.error("Expected = and a value.", "Write SET key = value.");
  const value = cursor.text(cursor.at, cursor.limit);
  cursor.at = cursor.limit;
  return { kind: "set", key, value };
}

function settingKey(cursor: TokenCursor): string {
  const start = cursor.at;
  while (
    !cursor.done &&
    !cursor.sees("=") &&
    cursor.offset(cursor.at) === (cursor.at === start ? cursor.offset(start) : cursor.peek(-1).end)
  ) {
    cursor.at++;
  }
  return cursor.text(start, cursor.at).replaceAll("`", "");
}

function setTimeZone(cursor: TokenCursor): Statement {
  const local = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
  const value = cursor.accept("LOCAL") ? local() : cursor.string("a time zone in quotes, or LOCAL");
  cursor.end();
  return { kind: "set", key: TIME_ZONE, value };
}

/** Behind RESET. */
export function parseReset(cursor: TokenCursor): Statement {
  if (cursor.done) return { kind: "reset" };
  const key = settingKey(cursor);
  cursor.end();
  return { kind: "reset", key };
}

/** Behind USE. */
export function parseUse(cursor: TokenCursor): Statement {
  const named = cursor.peek(1).kind === "word" || cursor.peek(1).kind === "quoted";
  if (named && cursor.accept("CATALOG")) return useStatement(cursor, "catalog");
  if (named) cursor.acceptOneOf("SCHEMA", "DATABASE", "NAMESPACE");
  return useStatement(cursor, "schema");
}

function useStatement(cursor: TokenCursor, object: "catalog" | "schema"): Statement {
  const name = cursor.peek().kind === "string" ? [cursor.string()] : objectName(cursor, `a ${object}'s name`);
  cursor.end();
  return { kind: "use", object, name };
}
