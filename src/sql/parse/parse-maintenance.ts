/** OPTIMIZE, VACUUM, RESTORE, CONVERT TO DELTA, REORG and FSCK, each behind its first word. */
import type { StructField } from "../../schema/data-type.js";
import type { FieldPath } from "../../schema/field-path.js";
import type { Statement } from "../statement.js";
import { expressionText } from "./clause-text.js";
import { columnDefinition } from "./column-definition.js";
import { objectName } from "./identifier-clause.js";
import { versionPoint } from "./parse-clone.js";
import type { TokenCursor } from "./token-cursor.js";
import { unsupported } from "./unsupported-statement.js";

/** A table by name, or by its path in quotes as Delta's own statements take it. */
export function tableOrPath(cursor: TokenCursor): readonly string[] {
  return cursor.peek().kind === "string" ? ["delta", cursor.string()] : objectName(cursor, "a table's name");
}

export function parseOptimize(cursor: TokenCursor): Statement {
  const first = cursor.sees("FULL") && cursor.peek(1).kind !== "symbol" && cursor.accept("FULL");
  const table = tableOrPath(cursor);
  const full = cursor.accept("FULL") || first;
  const where = cursor.accept("WHERE") ? { where: expressionText(cursor, ["ZORDER"]) } : {};
  const zOrderBy = cursor.accept("ZORDER", "BY") ? columnList(cursor) : [];
  return ended(cursor, { kind: "optimize", table, full, ...where, zOrderBy });
}

function columnList(cursor: TokenCursor): FieldPath[] {
  if (cursor.sees("(")) return cursor.listOf(() => cursor.names("a column"));
  const columns = [cursor.names("a column")];
  while (cursor.accept(",")) columns.push(cursor.names("a column"));
  return columns;
}

export function parseVacuum(cursor: TokenCursor): Statement {
  const table = tableOrPath(cursor);
  let mode: "full" | "lite" = "full";
  let dryRun = false;
  let retain: { readonly retainHours?: number } = {};
  for (;;) {
    const word = cursor.acceptOneOf("LITE", "FULL");
    if (word !== undefined) mode = word === "LITE" ? "lite" : "full";
    else if (cursor.accept("RETAIN")) retain = { retainHours: hours(cursor) };
    else if (cursor.accept("DRY", "RUN")) dryRun = true;
    else if (cursor.sees("USING", "INVENTORY")) return unsupported(cursor, "VACUUM ... USING INVENTORY");
    else break;
  }
  return ended(cursor, { kind: "vacuum", table, mode, ...retain, dryRun });
}

function hours(cursor: TokenCursor): number {
  const token = cursor.peek();
  if (token.kind !== "number" || !/^\d+(\.\d+)?$/.test(token.value)) throw cursor.error("Expected a number of hours.");
  cursor.at++;
  if (cursor.acceptOneOf("HOURS", "HOUR") === undefined) throw cursor.error("Expected HOURS.");
  return Number(token.value);
}

export function parseRestore(cursor: TokenCursor): Statement {
  if (cursor.peek(1).kind !== "symbol" && !cursor.sees("TABLE", "TO")) cursor.accept("TABLE");
  const table = tableOrPath(cursor);
  cursor.accept("TO");
  const to = versionPoint(cursor);
  if (to === undefined) throw cursor.error("Expected TO VERSION AS OF or TO TIMESTAMP AS OF.");
  return ended(cursor, { kind: "restore", table, to });
}

export function parseConvert(cursor: TokenCursor): Statement {
  cursor.expect("TO", "DELTA");
  const table = objectName(cursor, "a table's name, or parquet.`path`");
  let partitionedBy: readonly StructField[] = [];
  let noStatistics = false;
  for (;;) {
    if (cursor.accept("NO", "STATISTICS")) noStatistics = true;
    else if (cursor.accept("PARTITIONED", "BY")) partitionedBy = cursor.listOf(() => columnDefinition(cursor));
    else break;
  }
  return ended(cursor, { kind: "convert-to-delta", table, partitionedBy, noStatistics });
}

export function parseReorg(cursor: TokenCursor): Statement {
  cursor.expect("TABLE");
  const table = tableOrPath(cursor);
  const where = cursor.accept("WHERE") ? { where: expressionText(cursor, ["APPLY"]) } : {};
  cursor.expect("APPLY");
  if (cursor.sees("(", "UPGRADE")) return unsupported(cursor, "REORG TABLE ... APPLY (UPGRADE UNIFORM)");
  cursor.expect("(", "PURGE", ")");
  return ended(cursor, { kind: "reorg", table, ...where });
}

export function parseFsck(cursor: TokenCursor): Statement {
  cursor.expect("REPAIR", "TABLE");
  const table = tableOrPath(cursor);
  if (cursor.accept("METADATA", "ONLY")) return unsupported(cursor, "FSCK REPAIR TABLE ... METADATA ONLY");
  return ended(cursor, { kind: "fsck", table, dryRun: cursor.accept("DRY", "RUN") });
}

function ended(cursor: TokenCursor, statement: Statement): Statement {
  cursor.end();
  return statement;
}
